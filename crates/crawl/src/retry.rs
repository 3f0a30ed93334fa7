//! Whether an outcome is asked for again before it is believed, and when. Clause N2.4.
//!
//! A fault is confirmed by spaced tries before it is called dead; a server that asks for patience gets it, within
//! bounds. Pure: the waiting is done elsewhere.

use std::time::Duration;

use base::Reach;

use crate::bounds::{MAX_RETRY_AFTER, PATIENT_TRIES};

/// The wait before the next try, or `None` when the outcome stands.
///
/// `tries` counts the tries already made, this one included; `spacing` holds the waits between tries.
pub fn next_try(
    reach: Reach,
    tries: u8,
    retry_after: Option<Duration>,
    spacing: &[Duration],
) -> Option<Duration> {
    let spaced = spacing.get(usize::from(tries) - 1).copied();
    match reach {
        Reach::Status(429 | 503) if retry_after.is_some() => {
            let wait = retry_after.unwrap_or_default();
            (tries < PATIENT_TRIES && wait <= MAX_RETRY_AFTER).then_some(wait)
        }
        // A plain "not there" is confirmed once, a server that hangs is not made to hang again and again.
        Reach::Status(404 | 410) | Reach::Timeout => spaced.filter(|_| tries < 2),
        _ if reach.may_retry() => spaced,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

    fn check(reach: Reach, tries: u8, retry_after: Option<u64>, expected: Option<u64>) {
        let wait = next_try(reach, tries, retry_after.map(Duration::from_secs), &SPACING);
        assert_eq!(wait, expected.map(Duration::from_secs), "{reach} after {tries}");
    }

    #[test]
    fn faults_are_confirmed_with_growing_distance() {
        check(Reach::Status(500), 1, None, Some(1));
        check(Reach::Status(500), 2, None, Some(3));
        check(Reach::Status(500), 3, None, None);
        check(Reach::Refused, 1, None, Some(1));
        check(Reach::Status(404), 1, None, Some(1));
        check(Reach::Status(404), 2, None, None);
        check(Reach::Timeout, 2, None, None);
        check(Reach::Ok, 1, None, None);
        check(Reach::Status(403), 1, None, None);
    }

    #[test]
    fn a_request_for_patience_is_granted_within_bounds() {
        check(Reach::Status(429), 1, Some(7), Some(7));
        check(Reach::Status(503), 2, Some(7), Some(7));
        check(Reach::Status(429), 3, Some(7), None);
        check(Reach::Status(429), 1, Some(1_000_000), None);
        check(Reach::Status(503), 1, None, Some(1));
    }
}
