//! Soft 404: telling a page that is not there from a page that is, although both answer "ok". Clause N2.4.
//!
//! Two signs: the page equals the site's answer to an address made up at random (`RandomAnswers`), or it says
//! in so many words that it does not exist (`says_missing`). Both would rather miss one than blame a real
//! page. Whoever asks exempts the start address: many sites answer every unknown address with the home page.

mod fingerprint;
mod phrase;
mod trigger;
mod wording;

pub use fingerprint::{Fingerprint, RandomAnswers};
pub use trigger::may_say_missing;
pub use wording::says_missing;
