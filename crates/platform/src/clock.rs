//! The one source of the present instant, so that tests can turn it. Serves all clauses.
//!
//! Decisions never ask a clock: they are given `now`. Only the edges (a request, a tick, a job) read one.

use std::sync::Mutex;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// An instant as the database stores it.
pub type Instant = DateTime<Utc>;

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The present, cut to microseconds: what PostgreSQL keeps.
    fn now(&self) -> Instant;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        micros(Utc::now())
    }
}

/// A clock that stands still until it is turned. Used by tests and by rehearsals of deadlines.
pub struct FakeClock(Mutex<Instant>);

impl FakeClock {
    /// Stands at `start`.
    pub fn new(start: Instant) -> FakeClock {
        FakeClock(Mutex::new(micros(start)))
    }

    /// Turns the clock by `by`; a negative span turns it back.
    pub fn turn(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn micros(at: Instant) -> Instant {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

/// Beijing time. China has kept one zone without daylight saving since 1992, so a fixed offset is exact for every
/// year this system counts in.
pub fn beijing(at: Instant) -> DateTime<FixedOffset> {
    const EIGHT_HOURS: i32 = 8 * 3600;
    at.with_timezone(&FixedOffset::east_opt(EIGHT_HOURS).expect("eight hours are a valid offset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_in_beijing_begins_at_sixteen_hours_universal_time() {
        let at = DateTime::parse_from_rfc3339("2026-03-01T16:00:00Z").unwrap().to_utc();
        assert_eq!(beijing(at).format("%Y-%m-%d %H:%M").to_string(), "2026-03-02 00:00");
    }

    #[test]
    fn a_turned_clock_stays_where_it_was_turned_to() {
        let clock = FakeClock::new(DateTime::from_timestamp(1_000, 999).unwrap());
        clock.turn(TimeDelta::seconds(-10));
        assert_eq!(clock.now(), DateTime::from_timestamp(990, 0).unwrap());
    }
}
