//! Certificates that are about to end. Clause N2.5.
//!
//! One that has ended is a fault that browsers show, and another rule's.

use base::Level;
use jiff::civil::Date;

/// Days before the end from which it is told: renewing takes an office some weeks.
pub const EARLY: i32 = 30;
/// Days from which it is a fault: browsers turn people away within the week.
pub const LATE: i32 = 7;

/// A certificate that ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// Days left; 0 on the last day.
    pub days: i32,
    pub level: Level,
}

/// Whether a certificate that is good until `not_after` ends soon after `today`, both in the same time zone.
pub fn judge(not_after: Date, today: Date) -> Option<Expiring> {
    let days = today.until(not_after).ok()?.get_days();
    let level = match days {
        0..=LATE => Level::Fault,
        _ if (LATE..=EARLY).contains(&days) => Level::Warning,
        _ => return None,
    };
    Some(Expiring { days, level })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_before_the_end_it_is_told() {
        let days = |not_after: &str| {
            judge(not_after.parse().unwrap(), "2026-06-15".parse().unwrap()).map(|e| (e.days, e.level))
        };
        assert_eq!(days("2026-07-16"), None);
        assert_eq!(days("2026-07-15"), Some((30, Level::Warning)));
        assert_eq!(days("2026-06-22"), Some((7, Level::Fault)));
        assert_eq!(days("2026-06-15"), Some((0, Level::Fault)));
        assert_eq!(days("2026-06-14"), None, "it has ended: tls-fault speaks");
        assert_eq!(days("2036-06-15"), None);
    }
}
