//! What visits add up to by hour and by day, and how hours and days are numbered. Clauses N2.1, N5.2; pure.

use chrono::TimeDelta;
use platform::clock::Instant;

use super::{Outcome, Sample};

/// Seconds that Beijing is ahead of universal time.
const BEIJING: i64 = 8 * 3_600;

/// Visits of an hour or a day. The numbers of a row are always those of its samples: they are written with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that say something of the site, outside planned downtime.
    pub visits: i64,
    /// Of these, those that did not open or took 15 s and longer.
    pub failed: i64,
    /// Of these, those that opened slowly.
    pub slow: i64,
    /// Those in planned downtime, which count apart.
    pub planned: i64,
    /// Those that say nothing of the site: a firewall answered, or our side was at fault.
    pub unsure: i64,
    /// Milliseconds of all that opened, together.
    pub sum_ms: i64,
    /// Milliseconds of the slowest that opened.
    pub max_ms: i64,
}

impl Counts {
    /// One more visit.
    pub fn add(&mut self, sample: &Sample) {
        let outcome = sample.outcome();
        if sample.planned {
            self.planned += 1;
            return;
        }
        if outcome == Outcome::Unsure {
            self.unsure += 1;
            return;
        }
        self.visits += 1;
        if outcome == Outcome::Failed {
            self.failed += 1;
            return;
        }
        self.slow += i64::from(outcome == Outcome::Slow);
        self.sum_ms += i64::from(sample.total_ms);
        self.max_ms = self.max_ms.max(i64::from(sample.total_ms));
    }

    /// Two spans together.
    pub fn and(self, other: Counts) -> Counts {
        Counts {
            visits: self.visits + other.visits,
            failed: self.failed + other.failed,
            slow: self.slow + other.slow,
            planned: self.planned + other.planned,
            unsure: self.unsure + other.unsure,
            sum_ms: self.sum_ms + other.sum_ms,
            max_ms: self.max_ms.max(other.max_ms),
        }
    }

    /// Mean time of those that opened, in milliseconds.
    pub fn mean_ms(&self) -> Option<i64> {
        let opened = self.visits - self.failed;
        (opened > 0).then(|| self.sum_ms / opened)
    }

    /// Share of visits that opened, in words with two decimals, rounded down: 99.99 % is never shown as 100 %.
    pub fn share(&self) -> Option<String> {
        (self.visits > 0).then(|| {
            let hundredths = (self.visits - self.failed) * 10_000 / self.visits;
            format!("{}.{:02}%", hundredths / 100, hundredths % 100)
        })
    }
}

/// The number of the hour of an instant: hours since 1970-01-01 UTC.
pub fn hour_of(at: Instant) -> i32 {
    i32::try_from(at.timestamp().div_euclid(3_600)).unwrap_or(i32::MAX)
}

/// When an hour begins.
pub fn hour_start(hour: i32) -> Instant {
    Instant::from_timestamp(i64::from(hour) * 3_600, 0).unwrap_or_default()
}

/// The number of the day of an instant in Beijing: days since 1970-01-01.
pub fn beijing_day(at: Instant) -> i32 {
    i32::try_from((at.timestamp() + BEIJING).div_euclid(86_400)).unwrap_or(i32::MAX)
}

/// When a day begins in Beijing.
pub fn day_start(day: i32) -> Instant {
    Instant::from_timestamp(i64::from(day) * 86_400, 0).unwrap_or_default() - TimeDelta::seconds(BEIJING)
}

#[cfg(test)]
mod tests {
    use base::Reach;

    use super::*;

    #[test]
    fn each_visit_is_counted_in_one_place() {
        let mut counts = Counts::default();
        let mut add = |reach, total_ms, planned| {
            counts.add(&Sample { reach, total_ms, planned, ..Sample::default() });
        };
        add(Reach::Ok, 100, false);
        add(Reach::Ok, 6_000, false);
        add(Reach::Ok, 15_000, false);
        add(Reach::Refused, 1, false);
        add(Reach::Status(403), 9, false);
        add(Reach::Refused, 1, true);
        add(Reach::Ok, 90, true);
        let want =
            Counts { visits: 4, failed: 2, slow: 1, planned: 2, unsure: 1, sum_ms: 6_100, max_ms: 6_000 };
        assert_eq!(counts, want);
        assert_eq!(counts.mean_ms(), Some(3_050));
        assert_eq!(counts.share().as_deref(), Some("50.00%"));
        assert_eq!(counts.and(counts).sum_ms, 12_200);
        assert_eq!(Counts::default().share(), None);
        let almost = Counts { visits: 100_000, failed: 1, ..Counts::default() };
        assert_eq!(almost.share().as_deref(), Some("99.99%"));
    }

    #[test]
    fn days_begin_in_beijing() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let day = beijing_day(at("2026-11-25T16:00:00Z"));
        assert_eq!(beijing_day(at("2026-11-25T15:59:59Z")), day - 1);
        assert_eq!(day_start(day), at("2026-11-25T16:00:00Z"));
        assert_eq!(hour_start(hour_of(at("2026-11-25T16:59:59Z"))), at("2026-11-25T16:00:00Z"));
    }
}
