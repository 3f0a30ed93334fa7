//! What was asked beyond what pages link to, and how it answered. Clauses N2.3, N2.5.
//!
//! Every probe is a plain GET or HEAD of an address that changes nothing. Here it is only told and judged; whether to
//! ask at all is the user's word (`--probes`).

mod exposed;
mod form;
mod search;

pub use exposed::{EXPOSED, Exposed};
pub use form::{FormSeen, forms, is_safe};
pub use search::{SearchBox, known_title, search_box};

use base::Position;

use crate::Page;
use crate::rule::Answered;

/// Bytes of an answer that a probe keeps: signatures stand at its start.
pub const MAX_BODY: usize = 256 << 10;

/// Why an address was asked.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// A file that must not be reachable.
    Exposed(&'static Exposed),
    /// The site's own search, asked for the title of a page that was read.
    Search {
        /// The page that holds the search box, and where it stands there.
        page: &'a str,
        at: Position,
        /// What was searched for.
        term: &'a str,
        /// Address of the page that bears the title.
        wanted: &'a str,
    },
    /// Where a form sends what a visitor fills in.
    Form { page: &'a str, at: Position, post: bool },
}

/// One probe and its answer.
pub struct Probed<'a, 't> {
    pub purpose: Purpose<'a>,
    /// The address that was asked.
    pub url: &'a str,
    pub answer: &'a Answered,
    /// The first [`MAX_BODY`] bytes of the answer.
    pub body: &'a [u8],
    /// The answer as a page, where it is one.
    pub page: Option<&'a Page<'t>>,
}

#[cfg(test)]
mod tests;
