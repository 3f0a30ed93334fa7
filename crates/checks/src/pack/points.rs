//! Points (分) of a score sheet, exact to a thousandth: a tenth of a point and four thirds must add up. Serves N2.7.
//!
//! Whole numbers inside, so that 60 is 60; nothing here knows what a point is given for.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Serialize, Serializer};

/// Thousandths of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

/// No regulation gives more points than this for anything; a larger number is a slip.
const MOST: f64 = 100_000.0;

impl Points {
    pub const ZERO: Points = Points(0);

    /// Points as a pack writes them: not negative, with at most three decimals.
    pub fn read(number: f64) -> Option<Points> {
        let thousandths = (number * 1_000.0).round();
        let exact = (number * 1_000.0 - thousandths).abs() < 1e-6;
        let fits = (0.0..=MOST).contains(&number);
        // The bounds above keep the number far within an i64.
        (exact && fits).then_some(Points(thousandths as i64))
    }

    /// So many whole points.
    pub fn whole(number: u32) -> Points {
        Points(i64::from(number) * 1_000)
    }

    /// So many times these points, never beyond what a number can hold.
    pub fn times(self, count: u64) -> Points {
        Points(self.0.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// These points measured on a scale of `from`, put on a scale of `to`; rounded to a thousandth.
    pub fn scaled(self, to: Points, from: Points) -> Points {
        if from.0 <= 0 {
            return self;
        }
        let scaled =
            (i128::from(self.0) * i128::from(to.0) * 2 + i128::from(from.0)) / (2 * i128::from(from.0));
        Points(i64::try_from(scaled).unwrap_or(i64::MAX))
    }

    /// As a number, for formats that know numbers only.
    pub fn as_number(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Points {
    type Output = Points;

    fn add(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }
}

/// Never below zero: a score has no debts.
impl Sub for Points {
    type Output = Points;

    fn sub(self, other: Points) -> Points {
        Points(self.0.saturating_sub(other.0).max(0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        points.fold(Points::ZERO, Add::add)
    }
}

/// `12.5`, without zeros that say nothing.
impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000, self.0 % 1_000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{rest:03}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// A number in JSON.
impl Serialize for Points {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.as_number())
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn tenths_and_thirds_add_up() {
        let tenth = Points::read(0.1).unwrap();
        assert_eq!(tenth.times(600), Points::whole(60));
        assert_eq!(Points::whole(45).scaled(Points::whole(100), Points::whole(75)), Points::whole(60));
        assert_eq!(Points::whole(44).scaled(Points::whole(100), Points::whole(75)).to_string(), "58.667");
        assert_eq!(Points::read(12.5).unwrap().to_string(), "12.5");
        assert_eq!(Points::whole(3) - Points::whole(5), Points::ZERO);
        assert_eq!(Points::whole(7).times(u64::MAX) - Points::ZERO, Points::whole(1).times(u64::MAX));
    }

    #[test]
    fn what_is_no_number_of_points_is_refused() {
        for odd in [-1.0, f64::NAN, f64::INFINITY, 0.0001, 1e9] {
            assert_eq!(Points::read(odd), None, "{odd}");
        }
    }
}
