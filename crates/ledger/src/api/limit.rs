//! How often a token may ask, and an address may try to log in: buckets in memory. Clause N4.7.
//!
//! Belongs to one process and forgets at a restart; it keeps the machine usable, and locks nobody out of his account (see
//! `identity::model::judge`).

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use platform::clock::Instant;

/// A limit: so many at once, and then one each so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    pub each: i64,
}

/// What a token may ask: 120 at once, then 10 a second. A program that reads 3,000 sites by 200 needs 15.
pub const API: Rate = Rate { burst: 120, each: 100 };
/// Tries to log in from one address: 20 at once, then one each three seconds. An office behind one address logs in within
/// minutes; each try costs the machine a password's slow hash.
pub const LOGIN: Rate = Rate { burst: 20, each: 3_000 };
/// Buckets that are held; beyond that, those that are full again are forgotten.
const MOST: usize = 20_000;

/// A bucket: when it will be full again, in milliseconds.
type Full = i64;

/// Takes one out of a bucket at `now`. Returns when it will be full again, or how many milliseconds to wait.
fn take(full: Option<Full>, rate: Rate, now: i64) -> Result<Full, i64> {
    let from = full.unwrap_or(now).max(now);
    let after = from + rate.each;
    let room = i64::from(rate.burst) * rate.each;
    if after - now > room { Err(after - now - room) } else { Ok(after) }
}

/// Buckets by key.
pub struct Buckets<K> {
    rate: Rate,
    held: Mutex<HashMap<K, Full>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, held: Mutex::default() }
    }

    /// Takes one; otherwise the seconds after which to ask again.
    pub fn take(&self, key: K, now: Instant) -> Result<(), i64> {
        let now = now.timestamp_millis();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.retain(|_, full| *full > now);
            // All are in use: whoever fills it from that many addresses gets no more room.
            if held.len() >= MOST && !held.contains_key(&key) {
                return Err(1);
            }
        }
        let full = take(held.get(&key).copied(), self.rate, now);
        let full = full.map_err(|wait| (wait + 999) / 1_000)?;
        held.insert(key, full);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_through_and_then_one_at_a_time() {
        let buckets = Buckets::new(Rate { burst: 3, each: 2_000 });
        let at = |ms: i64| Instant::from_timestamp_millis(1_780_000_000_000 + ms).unwrap();
        for _ in 0..3 {
            assert_eq!(buckets.take("a", at(0)), Ok(()));
        }
        assert_eq!(buckets.take("a", at(0)), Err(2));
        assert_eq!(buckets.take("b", at(0)), Ok(()), "another's bucket is another");
        assert_eq!(buckets.take("a", at(1_999)), Err(1));
        assert_eq!(buckets.take("a", at(2_000)), Ok(()));
        assert_eq!(buckets.take("a", at(2_001)), Err(2));
        for _ in 0..3 {
            assert_eq!(buckets.take("a", at(60_000)), Ok(()), "it fills again and no further");
        }
        assert_eq!(buckets.take("a", at(60_000)), Err(2));
    }
}
