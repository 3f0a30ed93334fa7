//! What a rule is: one fault it looks for, why it matters, how to mend it, what it looks at. Clauses N2.1–N2.6.
//!
//! A rule measures and reports; it never fetches and never scores.

use base::{Clause, Finding, Hop, Level, Position, Reach, Verdict};
use url::Url;

use crate::address::lies_on;
use crate::column::ColumnSeen;
use crate::headers::Protection;
use crate::known::Known;
use crate::look::PageLook;
use crate::look::target::TargetLook;
use crate::page::{LinkKind, Page};
use crate::probe::Probed;

/// One check. Every rule is a `static` in its own file under `rules/` and one line in `registry.rs`.
pub struct Rule {
    /// Named after the fault, so that "allow dead-link" reads well.
    pub id: &'static str,
    /// The fault's name on screens.
    pub name: &'static str,
    pub clause: Clause,
    /// Usual gravity; a rule pack may say otherwise.
    pub level: Level,
    /// Whether the rule also stops a draft from being published.
    pub gates_drafts: bool,
    /// Why the fault matters, in Chinese.
    pub why: &'static str,
    /// What to do about it, in Chinese.
    pub fix: &'static str,
    pub look: Look,
}

/// What a rule looks at. Closed on purpose: each kind has one place in the engine that calls it.
#[derive(Clone, Copy)]
pub enum Look {
    /// A parsed page or draft.
    Page(fn(&Page<'_>, &Facts<'_>, &mut Findings)),
    /// A published file that is no page, as text: an attachment.
    Document(fn(&DocumentText<'_>, &Facts<'_>, &mut Findings)),
    /// Either, each in its own way.
    PageAndDocument(
        fn(&Page<'_>, &Facts<'_>, &mut Findings),
        fn(&DocumentText<'_>, &Facts<'_>, &mut Findings),
    ),
    /// The answer that an address gave, seen from one link that leads there.
    Link(fn(&Linked<'_>, &Facts<'_>, &mut Findings)),
    /// What was asked beyond what pages link to, and its answer.
    Probe(fn(&Probed<'_, '_>, &Facts<'_>, &mut Findings)),
    /// What is known of a whole site when its run has ended.
    Site(fn(&SiteFacts<'_>, &mut Findings)),
}

impl Look {
    /// The word for what it looks at.
    pub fn label(&self) -> &'static str {
        match self {
            Look::Page(_) => "页面",
            Look::Document(_) => "附件",
            Look::PageAndDocument(..) => "页面、附件",
            Look::Link(_) => "链接",
            Look::Probe(_) => "探测",
            Look::Site(_) => "全站",
        }
    }
}

/// A published file, read: what it is, what it claims to be, its text.
pub struct DocumentText<'a> {
    pub url: &'a Url,
    /// What its bytes are, as people call it: `PDF 文档`.
    pub kind: &'a str,
    /// What its name or media type says it is, where that is not so; or what keeps it from being used. In Chinese.
    pub faults: &'a [DocumentFault],
    pub lines: &'a [DocumentLine<'a>],
}

/// What is wrong with a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFault {
    pub level: Level,
    /// In Chinese, with the measured values.
    pub cause: String,
}

/// One line of a file's text: a paragraph, or a row with tabs between its cells.
pub struct DocumentLine<'a> {
    /// Where it stands, as people say it: `工作表“名单”第 12 行`.
    pub place: &'a str,
    pub text: &'a str,
    /// Rows of one table have the same number; `None` for what stands in no table.
    pub table: Option<u32>,
}

/// What a rule may know beside the thing it looks at.
pub struct Facts<'a> {
    /// The site under inspection.
    pub site: &'a Site,
    /// How the page itself was answered; `None` for a draft.
    pub answer: Option<&'a Answered>,
    /// The day on which the page is judged, in the site's own time zone; `None`: rules that need one say nothing.
    pub today: Option<jiff::civil::Date>,
    /// What is known beside the page.
    pub known: &'a Known,
}

/// The site under inspection, as far as rules need to know it.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name from the registry, or the host.
    pub name: String,
    pub start: Url,
    /// Hosts that count as the site itself, `host` or `host:port`, lower case.
    pub hosts: Vec<String>,
    /// Whether hosts below the listed ones belong to the site too.
    pub sub_domains: bool,
}

impl Site {
    /// Whether an address lies on the site.
    pub fn owns(&self, url: &Url) -> bool {
        lies_on(url, &self.hosts, self.sub_domains)
    }
}

/// How an address answered.
#[derive(Clone, Debug)]
pub struct Answered {
    pub reach: Reach,
    pub verdict: Verdict,
    pub status: Option<u16>,
    /// Redirects followed, in order.
    pub chain: Vec<Hop>,
    /// Media type without parameters, lower case.
    pub mime: Option<String>,
    /// Bytes of the body after decompression.
    pub bytes: u64,
    /// From the request to the last byte, in milliseconds.
    pub took_ms: u32,
    /// Whether the page looks like the answer to a random address, or says that it does not exist.
    pub soft_404: Option<SoftSign>,
    /// A fault of the certificate that was found although the answer could be read.
    pub tls_fault: Option<base::TlsFault>,
    /// Whether a header has browsers fetch the parts of the page securely, whatever their addresses say
    /// (`upgrade-insecure-requests`).
    pub upgrades_parts: bool,
    /// How often the address was asked before the verdict was given.
    pub attempts: u8,
    /// What is known of its safety; the default knows nothing.
    pub safety: Safety,
}

/// What an answer shows of the safety of its server and its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Safety {
    /// Protections that its header does not ask browsers for; see [`crate::headers::missing`].
    pub missing: Vec<Protection>,
    /// Last day of the server's certificate, in the site's own time zone.
    pub certificate_ends: Option<jiff::civil::Date>,
    /// Name by which a scanner knows what is in the body.
    pub malware: Option<String>,
}

/// What gave a soft 404 away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoftSign {
    /// Same answer as an address made up at random.
    SameAsRandom,
    /// Title or heading says that the page does not exist.
    Wording,
}

/// A link together with the answer of its target.
pub struct Linked<'a> {
    /// Address of the page the link stands in. Empty where no page links to the target: the plan names it
    /// (start address, site list). For `LinkKind::Sitemap` it is the sitemap's address.
    pub page: &'a str,
    /// Resolved target without fragment.
    pub target: &'a str,
    pub fragment: Option<&'a str>,
    /// Whether the target lies on the site itself.
    pub inside: bool,
    pub kind: LinkKind,
    pub text: &'a str,
    pub at: Position,
    pub answer: &'a Answered,
    /// For a link with a fragment: whether the target has an element of that name.
    pub fragment_found: Option<bool>,
    /// What the target shows, where it was read as a page.
    pub look: Option<&'a TargetLook>,
}

/// What is known of a site at the end of its run.
pub struct SiteFacts<'a> {
    pub site: &'a Site,
    /// How the start address answered.
    pub start: &'a Answered,
    pub pages: u64,
    /// Series of addresses that were cut off, with an example and the number seen.
    pub traps: &'a [Trap],
    /// Kinds of script-made fragments that no page carries: shape, example, number, page of the example.
    pub script_fragments: &'a [ScriptFragments],
    /// What was seen beside the crawl.
    pub seen: &'a Seen,
    /// The day on which the site is judged; `None`: rules that need one say nothing.
    pub today: Option<jiff::civil::Date>,
    /// Its columns, each once (`column::distinct`), the home page among them.
    pub columns: &'a [ColumnSeen],
    /// Articles that an earlier run should have met, had they been there on the day they print.
    pub late_articles: &'a [LateArticle],
}

/// An article that came up later than the day it prints.
#[derive(Clone, Debug)]
pub struct LateArticle {
    pub url: String,
    pub title: String,
    pub printed: jiff::civil::Date,
    /// Day of an earlier run that read the whole site and did not meet it.
    pub unseen_on: jiff::civil::Date,
}

/// What was fetched beside the crawl to be compared with it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Pages fetched three times.
    pub fetches: Vec<ThreeFetches>,
    /// Pages that an earlier run has seen too.
    pub again: Vec<SeenAgain>,
}

impl Seen {
    pub const NOTHING: &'static Seen = &Seen { fetches: Vec::new(), again: Vec::new() };
}

/// One page as three visitors get it.
#[derive(Clone, Debug)]
pub struct ThreeFetches {
    pub page: String,
    pub as_browser: PageLook,
    /// With the user agent of a search engine.
    pub as_engine: PageLook,
    /// As a browser whose referrer is a search engine.
    pub via_engine: PageLook,
}

/// One page in an earlier run and in this one.
#[derive(Clone, Debug)]
pub struct SeenAgain {
    pub page: String,
    pub before: PageLook,
    pub now: PageLook,
}

/// An endless series of addresses.
#[derive(Clone, Debug)]
pub struct Trap {
    pub shape: String,
    pub example: String,
    pub page: String,
    pub seen: u64,
    pub why: &'static str,
}

/// Fragments that a script, not an element, answers.
#[derive(Clone, Debug)]
pub struct ScriptFragments {
    pub shape: String,
    pub example: String,
    pub page: String,
    pub links: u64,
    pub targets: u64,
}

/// Collects what rules see, filling in what the rule itself already says.
#[derive(Default)]
pub struct Findings {
    pub list: Vec<Finding>,
}

impl Findings {
    /// Adds a finding of `rule`; `cause` says what is wrong here, with the measured values.
    /// The caller may refine the returned finding.
    pub fn add(&mut self, rule: &'static Rule, cause: impl Into<String>) -> &mut Finding {
        self.list.push(Finding {
            rule: rule.id,
            level: rule.level,
            clause: rule.clause,
            page: None,
            target: None,
            element: None,
            text: None,
            quote: None,
            at: None,
            verdict: None,
            reach: None,
            cause: cause.into(),
            fix: rule.fix.into(),
            chain: Vec::new(),
            evidence: None,
        });
        self.list.last_mut().expect("an element was pushed on the line above")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_the_same_with_the_dot_of_the_root() {
        let site = |sub_domains| Site {
            name: "青禾县".into(),
            start: Url::parse("http://qinghe.example/").unwrap(),
            hosts: vec!["qinghe.example".into(), "old.example:81".into()],
            sub_domains,
        };
        let owns = |sub_domains, url: &str| site(sub_domains).owns(&Url::parse(url).unwrap());
        assert!(owns(false, "http://qinghe.example./a") && owns(false, "http://old.example.:81/"));
        assert!(owns(true, "http://sw.qinghe.example./") && !owns(false, "http://sw.qinghe.example./"));
        assert!(!owns(false, "http://qinghe.example../a") && !owns(true, "http://otherqinghe.example./"));
    }
}
