//! How often one address may do what needs no login: send a correction, ask how one stands, open a mailed ticket. Clause N4.7.
//!
//! In memory of one process, as the limits of the API; the number a site takes in a day stands in the database.

use axum::http::StatusCode;
use ledger::api::limit::{Buckets, Rate};
use platform::clock::Instant;
use platform::web::Refusal;

/// Corrections from one address: five at once, then one each two minutes. An office behind one address corrects seldom.
const SENDING: Rate = Rate { burst: 5, each: 120_000 };
/// Tries of the form, with wrong answers to the challenge as well: twenty at once, then one each ten seconds.
const TRYING: Rate = Rate { burst: 20, each: 10_000 };
/// Questions how one stands, and mailed links opened: neither can be guessed, but nobody needs to try a thousand.
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
    /// One try of the form; otherwise when to come back, in words.
    pub fn may_try(&self, from: &str, now: Instant) -> Result<(), Refusal> {
        patience(self.trying.take(from.to_owned(), now))
    }

    /// One correction that is taken.
    pub fn may_send(&self, from: &str, now: Instant) -> Result<(), Refusal> {
        patience(self.sending.take(from.to_owned(), now))
    }

    /// One question.
    pub fn may_ask(&self, from: &str, now: Instant) -> Result<(), Refusal> {
        patience(self.asking.take(from.to_owned(), now))
    }
}

fn patience(taken: Result<(), i64>) -> Result<(), Refusal> {
    taken.map_err(|wait| Refusal {
        status: StatusCode::TOO_MANY_REQUESTS,
        words: format!("提交得太频繁，请 {wait} 秒后再试；您填写的内容请先保留。"),
    })
}
