//! A finding (线索): what a rule saw, where, and the evidence that stands on its own. Clauses N2.1–N2.5.
//!
//! A finding is data: it is never changed after it was made, and it decides nothing.

use serde::{Deserialize, Serialize};

use crate::{Clause, Level, Reach, Verdict};

/// Place in the decoded source of a page, both counted from 1, columns in characters (Unicode scalars).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// One step of a chain of redirects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    pub status: u16,
    pub to: String,
}

/// Where the proof lies: the answer's record in the run's `evidence.warc.gz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `WARC-Record-ID` of the response record.
    pub record: String,
    /// Byte offset of the record's gzip member.
    pub offset: u64,
}

/// A text with its fault and what stands around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// What stands before the fault, at most some twenty characters.
    pub before: String,
    pub fault: String,
    pub after: String,
    /// What is right instead, the likeliest first; empty where nothing can be said.
    pub correct: Vec<String>,
    /// Whether the fault is beyond doubt (the certain layer) or only worth a look (a hint).
    pub certain: bool,
}

/// What a rule saw at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: &'static str,
    pub level: Level,
    pub clause: Clause,
    /// Address of the page that shows the fault.
    pub page: Option<String>,
    /// The address the fault is about, resolved, with its fragment where that is the fault.
    pub target: Option<String>,
    /// The element that carries it, for example `a[href]`.
    pub element: Option<String>,
    /// The link's text, or the excerpt that shows the fault.
    pub text: Option<String>,
    /// The fault in its text, where the fault is one of wording.
    pub quote: Option<Quote>,
    pub at: Option<Position>,
    pub verdict: Option<Verdict>,
    pub reach: Option<Reach>,
    /// What is wrong, in Chinese, with the measured values.
    pub cause: String,
    /// What to do, in Chinese.
    pub fix: String,
    pub chain: Vec<Hop>,
    pub evidence: Option<Evidence>,
}
