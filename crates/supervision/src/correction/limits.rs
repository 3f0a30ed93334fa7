//! How often one address may send a correction or ask how one stands. Clause N4.7.
//!
//! In memory of one process, as the limits of the API; the number a site takes in a day stands in the database.

use ledger::api::limit::{Buckets, Rate};
use platform::clock::Instant;

/// Corrections from one address: five at once, then one each two minutes. An office behind one address corrects seldom.
const SENDING: Rate = Rate { burst: 5, each: 120_000 };
/// Tries of the form, with wrong answers to the challenge as well: twenty at once, then one each ten seconds.
const TRYING: Rate = Rate { burst: 20, each: 10_000 };
/// Questions how one stands: a receipt cannot be guessed, but nobody needs to try a thousand.
const ASKING: Rate = Rate { burst: 20, each: 3_000 };

/// The buckets of one process.
pub struct Limits {
    sending: Buckets<String>,
    trying: Buckets<String>,
    asking: Buckets<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { sending: Buckets::new(SENDING), trying: Buckets::new(TRYING), asking: Buckets::new(ASKING) }
    }
}

impl Limits {
    /// One try of the form; otherwise the seconds to wait.
    pub fn may_try(&self, from: &str, now: Instant) -> Result<(), i64> {
        self.trying.take(from.to_owned(), now)
    }

    /// One correction that is taken.
    pub fn may_send(&self, from: &str, now: Instant) -> Result<(), i64> {
        self.sending.take(from.to_owned(), now)
    }

    /// One question.
    pub fn may_ask(&self, from: &str, now: Instant) -> Result<(), i64> {
        self.asking.take(from.to_owned(), now)
    }
}
