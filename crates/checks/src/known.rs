//! What is known beside a page: the lists that a user supplies. Clauses N2.4, N5.6.
//!
//! Values only; whoever calls has read and checked the files. Knowing nothing is a state of its own: rules that need a
//! list say nothing without it.

use crate::roster::Holder;

/// The lists that rules may hold a page or a link against. [`Known::default`] knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Who holds which office; empty without a roster.
    pub roster: Vec<Holder>,
}

impl Known {
    /// Knows nothing; for drafts and pages that are read alone.
    pub const NOTHING: &'static Known = &Known { roster: Vec::new() };
}
