//! What a visit tells the keeper: the answer, what was read, what was found. Clauses N2.1, N2.4.
//!
//! Plain data on its way from the many fetchers to the one writer; made compact because there are millions.

use base::{Finding, Hop, Reach, TlsFault, Verdict};
use checks::LinkKind;
use checks::column::ColumnSeen;
use checks::look::PageLook;
use checks::look::target::TargetLook;
use checks::probe::FormSeen;
use checks::rule::SoftSign;

use crate::evidence::Record;
use crate::frontier::Lease;
use crate::rendering::Drawn;

/// How an address answered, as it goes into the run file.
#[derive(Clone, Debug)]
pub struct Answer {
    pub verdict: Verdict,
    pub reach: Reach,
    pub status: Option<u16>,
    pub final_url: Option<String>,
    pub chain: Vec<Hop>,
    pub mime: Option<String>,
    pub charset: Option<&'static str>,
    pub title: Option<String>,
    pub bytes: u64,
    pub took_ms: u32,
    pub attempts: u8,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
    pub page: bool,
    pub soft: Option<SoftSign>,
    pub tls_fault: Option<TlsFault>,
    /// What became of it where it needs a browser.
    pub rendered: Option<Drawn>,
    /// The host had answered before and did not now: no word about the address yet.
    pub broke_off: bool,
    /// What a page of somebody else is.
    pub look: Option<TargetLook>,
}

impl Answer {
    /// The answer of an address that was not asked.
    pub fn withheld(reach: Reach, at: i64) -> Answer {
        Answer {
            verdict: reach.verdict(),
            reach,
            status: None,
            final_url: None,
            chain: vec![],
            mime: None,
            charset: None,
            title: None,
            bytes: 0,
            took_ms: 0,
            attempts: 0,
            at,
            page: false,
            soft: None,
            tls_fault: None,
            rendered: None,
            broke_off: false,
            look: None,
        }
    }
}

/// A link as resolved: ranges into `Links::text`.
#[derive(Clone, Copy, Debug)]
pub struct LinkOut {
    /// Where the strings of this link begin: address, fragment, link text, element, one behind the
    /// other.
    pub start: u32,
    pub url: u32,
    pub fragment: u32,
    pub label: u32,
    /// Hash of the address.
    pub hash: u64,
    pub inside: bool,
    pub has_fragment: bool,
    pub kind: LinkKind,
    pub element: u32,
    pub line: u32,
    pub column: u32,
}

/// All links of a page, their strings in one piece of memory.
#[derive(Default)]
pub struct Links {
    text: String,
    list: Vec<LinkOut>,
}

impl Links {
    #[allow(clippy::too_many_arguments, reason = "one argument a field")]
    pub fn push(
        &mut self,
        url: &str,
        fragment: Option<&str>,
        label: &str,
        inside: bool,
        kind: LinkKind,
        element: &str,
        line: u32,
        column: u32,
    ) {
        let start = self.text.len() as u32;
        self.text.push_str(url);
        self.text.push_str(fragment.unwrap_or_default());
        self.text.push_str(label);
        self.text.push_str(element);
        self.list.push(LinkOut {
            start,
            url: url.len() as u32,
            fragment: fragment.map_or(0, str::len) as u32,
            label: label.len() as u32,
            hash: address_hash(url),
            inside,
            has_fragment: fragment.is_some(),
            kind,
            element: element.len() as u32,
            line,
            column,
        });
    }

    pub fn list(&self) -> &[LinkOut] {
        &self.list
    }

    pub fn url(&self, link: &LinkOut) -> &str {
        self.slice(link.start, link.url)
    }

    pub fn fragment(&self, link: &LinkOut) -> Option<&str> {
        link.has_fragment.then(|| self.slice(link.start + link.url, link.fragment))
    }

    pub fn label(&self, link: &LinkOut) -> &str {
        self.slice(link.start + link.url + link.fragment, link.label)
    }

    pub fn element(&self, link: &LinkOut) -> &str {
        self.slice(link.start + link.url + link.fragment + link.label, link.element)
    }

    fn slice(&self, start: u32, length: u32) -> &str {
        &self.text[start as usize..(start + length) as usize]
    }
}

/// What was read in an answer.
#[derive(Default)]
pub struct Read {
    pub links: Links,
    /// Names that fragments may point at; pages only.
    pub anchors: Vec<u64>,
    pub scripted: bool,
    pub body_hash: u64,
    pub forms: Vec<FormSeen>,
    /// What the page is as a column; `None` for articles and other pages.
    pub column: Option<ColumnSeen>,
    /// The page in a few values, where it lies near the home page.
    pub look: Option<PageLook>,
    /// Title, date and source, where the page is an article.
    pub article: Option<ArticleSeen>,
}

/// An article as it goes into the run file.
pub struct ArticleSeen {
    pub title: String,
    pub date: Option<jiff::civil::Date>,
    pub source: String,
}

/// How it was known that a page is as an earlier run read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// The server said so (304).
    NotModified,
    /// It sent the same again.
    Same,
}

impl Took {
    /// The word in the run file.
    pub fn code(self) -> &'static str {
        match self {
            Took::NotModified => "not-modified",
            Took::Same => "same",
        }
    }
}

/// What a later run must know to take over the judgement of a page.
#[derive(Clone, Debug)]
pub struct Kept {
    /// First bytes of the SHA-256 of media type and body.
    pub digest: [u8; 16],
    /// `Read::body_hash`.
    pub content: u64,
    pub etag: Option<String>,
    pub modified: Option<String>,
    /// `None`: judged in this run.
    pub took: Option<Took>,
}

/// The outcome of one visit.
pub struct Outcome {
    pub lease: Lease,
    pub answer: Answer,
    pub read: Option<Read>,
    /// The final address belongs to the site and was read instead of the asked one.
    pub read_at: Option<String>,
    pub findings: Vec<Finding>,
    /// What is kept of the page for a later run.
    pub kept: Option<Kept>,
    pub evidence: Option<Record>,
    /// The document as rendered, a record that refers to the first.
    pub conversion: Option<Record>,
}

/// To the keeper.
pub enum Message {
    Outcome(Box<Outcome>),
    /// Time to commit what waits.
    Tick,
}

/// The hash under which an address is known in a run.
pub fn address_hash(url: &str) -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut hasher = foldhash::fast::FixedState::with_seed(0x5875_6e57).build_hasher();
    hasher.write(url.as_bytes());
    hasher.finish()
}
