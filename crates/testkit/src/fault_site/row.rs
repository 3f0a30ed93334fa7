//! The written list: what stands on which page, and what an inspection must say of it. Tests only (N2.1, N2.4).
//!
//! Rows are made by hand in the tables of this folder, never read back from an engine.

use base::Verdict;

/// Ids of the rules that the list expects. Written out here, not taken from the rules, so that a renamed rule
/// is noticed.
pub mod rule {
    pub const BLOCKED: &str = "blocked-target";
    pub const CHARSET: &str = "charset-fault";
    pub const FRAGMENT: &str = "dead-fragment";
    pub const LINK: &str = "dead-link";
    pub const LOOP: &str = "redirect-loop";
    pub const MALFORMED: &str = "malformed-address";
    pub const OUTGOING: &str = "outgoing-link";
    pub const RESOURCE: &str = "dead-resource";
    pub const SCRIPT_FRAGMENT: &str = "script-fragment";
    pub const SOFT: &str = "soft-404";
    pub const TRANSIENT: &str = "transient-fault";
    pub const UNREACHABLE: &str = "unreachable-page";
}

/// What an inspection must make of a row's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Asked and found well; nothing is reported.
    Ok,
    /// Reported by the row's rule, with this verdict.
    Fault(Verdict),
    /// Reported by the row's rule, which gives no verdict on a target (charset, outgoing link).
    Noted,
    /// Not a link at all: neither asked nor reported.
    Unasked,
}

/// One planted fault or decoy.
#[derive(Clone, Debug)]
pub struct Row {
    /// What kind of fault or decoy, for example `srcset` or `in-comment`.
    pub kind: &'static str,
    pub expect: Expect,
    /// Absolute address of the page, style sheet or feed that shows it.
    pub page: String,
    /// The target as resolved, with its fragment where the row is about one.
    pub target: String,
    /// Rule that must speak; `None` for a decoy.
    pub rule: Option<&'static str>,
}

/// A page whose decoding is checked.
#[derive(Clone, Debug)]
pub struct PageRow {
    pub page: String,
    /// Names of the Encoding Standard, lower case; any of them is right.
    pub charsets: &'static [&'static str],
    pub title: String,
}

/// A kind of fault or decoy, planted several times. In all texts `{n}` stands for the number of the copy,
/// `{page}` for the path of its page, `{o}` for the site's origin, `{host}` for that without its scheme, `{b}`
/// for the neighbour's origin.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub kind: &'static str,
    pub expect: Expect,
    pub rule: Option<&'static str>,
    pub head: &'static str,
    pub body: &'static str,
    pub target: &'static str,
    /// The body is the whole document.
    pub whole: bool,
    /// Charset of the page; `None`: that of the site.
    pub coding: Option<super::Coding>,
    /// The link leaves the site: it is expected in the link ledger too.
    pub leaves: bool,
}

impl Case {
    const fn new(kind: &'static str, expect: Expect, rule: Option<&'static str>) -> Case {
        Case { kind, expect, rule, head: "", body: "", target: "", whole: false, coding: None, leaves: false }
    }

    /// Markup whose target is gone.
    pub const fn dead(
        kind: &'static str,
        rule: &'static str,
        body: &'static str,
        target: &'static str,
    ) -> Case {
        Case { body, target, ..Case::new(kind, Expect::Fault(Verdict::Dead), Some(rule)) }
    }

    /// Markup whose target is reported with another verdict than dead.
    pub const fn fault(
        kind: &'static str,
        verdict: Verdict,
        rule: &'static str,
        body: &'static str,
        target: &'static str,
    ) -> Case {
        Case { body, target, ..Case::new(kind, Expect::Fault(verdict), Some(rule)) }
    }

    /// Markup whose target is well, however odd it looks.
    pub const fn ok(kind: &'static str, body: &'static str, target: &'static str) -> Case {
        Case { body, target, ..Case::new(kind, Expect::Ok, None) }
    }

    /// Markup that only looks like a link.
    pub const fn unasked(kind: &'static str, body: &'static str, target: &'static str) -> Case {
        Case { body, target, ..Case::new(kind, Expect::Unasked, None) }
    }

    pub const fn in_head(self, head: &'static str) -> Case {
        Case { head, ..self }
    }

    pub const fn whole(self) -> Case {
        Case { whole: true, ..self }
    }

    pub const fn coded(self, coding: super::Coding) -> Case {
        Case { coding: Some(coding), ..self }
    }

    pub const fn leaving(self) -> Case {
        Case { leaves: true, ..self }
    }
}
