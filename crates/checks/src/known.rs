//! What is known beside a page: the lists that a user supplies. Clauses N2.4, N2.5, N4.2, N5.6.
//!
//! Values only; whoever calls has read and checked the files. Knowing nothing is a state of its own: rules that need a
//! list say nothing without it.

use std::collections::BTreeSet;

use crate::ads::AdFilters;
use crate::approvals::Approvals;
use crate::roster::Holder;
use crate::words::WordList;

/// The lists that rules may hold a page or a link against. [`Known::default`] knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The ledger of approved links; `None`: none is kept, and no link is held against it.
    pub approved: Option<Approvals>,
    /// Domains of government websites that have been closed; a host below one is closed with it.
    pub closed_domains: ClosedDomains,
    /// Filters for advertising networks that users add; `None`: those that come with the program.
    pub ad_filters: Option<AdFilters>,
    /// Who holds which office; empty without a roster.
    pub roster: Vec<Holder>,
    /// Words that the users do not want to see on their pages; empty without a list.
    pub words: WordList,
    /// Whoever inspects wants no hints at slips of spelling, only what is beyond doubt.
    pub no_hints: bool,
}

impl Known {
    /// Knows nothing; for drafts and pages that are read alone.
    pub const NOTHING: &'static Known = &Known {
        approved: None,
        closed_domains: ClosedDomains(BTreeSet::new()),
        ad_filters: None,
        roster: Vec::new(),
        words: WordList::NONE,
        no_hints: false,
    };

    /// Whether users have supplied no list at all.
    pub fn is_empty(&self) -> bool {
        let Known { approved, closed_domains, ad_filters, roster, words, no_hints: _ } = self;
        approved.is_none()
            && closed_domains.is_empty()
            && ad_filters.is_none()
            && roster.is_empty()
            && words.is_empty()
    }
}

/// Domains that are closed, lower case, without the dot of the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedDomains(BTreeSet<String>);

impl ClosedDomains {
    /// Takes domains as users write them, also with `http://` in front or a path behind.
    pub fn new(list: impl IntoIterator<Item = String>) -> ClosedDomains {
        let plain = |text: String| ClosedDomains::plain(&text);
        ClosedDomains(list.into_iter().map(plain).filter(|h| !h.is_empty()).collect())
    }

    /// The domain that a user means.
    pub fn plain(text: &str) -> String {
        let text = text.trim().to_ascii_lowercase();
        let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
        host.trim_start_matches("*.").trim_end_matches('.').to_owned()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The closed domain that a host belongs to.
    pub fn find(&self, host: &str) -> Option<&str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let mut hosts =
            std::iter::successors(Some(host.as_str()), |h| h.split_once('.').map(|(_, rest)| rest));
        hosts.find_map(|h| self.0.get(h)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::ClosedDomains;

    #[test]
    fn a_closed_domain_closes_what_is_below() {
        let closed = ClosedDomains::new([
            "http://Old.Example.gov.cn/index.html".into(),
            " *.b.example ".into(),
            "".into(),
        ]);
        assert_eq!(closed.find("old.example.gov.cn."), Some("old.example.gov.cn"));
        assert_eq!(closed.find("x.b.example"), Some("b.example"));
        assert_eq!(closed.find("bold.example.gov.cn"), None);
        assert_eq!(closed.find("example.gov.cn"), None);
    }
}
