//! What a fixture says that users supplied, and what was fetched beside the crawl. Clauses N2.4, N2.5, N5.6.
//!
//! Pages to compare stand in files of the fixture's folder; how they are compared is the rules' business.

use std::fs;
use std::path::Path;

use checks::ads::AdFilters;
use checks::approvals::{Approval, Approvals, Pattern};
use checks::known::ClosedDomains;
use checks::look::PageLook;
use checks::rule::{Seen, SeenAgain, ThreeFetches};
use checks::words::{Listed, WordList};
use checks::{Known, Page, charset};
use serde::Deserialize;
use url::Url;

use crate::sidecar::Sidecar;

/// A row of the ledger of approved links.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    pub target: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub unit: String,
    pub expires_on: Option<String>,
}

/// A row of the list of sensitive words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveWord {
    pub word: String,
    #[serde(default)]
    pub correct: Vec<String>,
    pub level: Option<String>,
    #[serde(default)]
    pub note: String,
}

/// A page as three visitors get it: files of the folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetches {
    pub page: String,
    pub as_browser: String,
    pub as_engine: String,
    pub via_engine: String,
}

/// A page in an earlier run and now: files of the folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Again {
    pub page: String,
    pub before: String,
    pub now: String,
}

/// The lists of a sidecar as rules know them.
pub fn known(sidecar: &Sidecar) -> Known {
    let approval = |row: &Approved| Approval {
        target: Pattern::parse(&row.target).unwrap_or_else(|why| panic!("{}: {why}", row.target)),
        name: row.name.clone(),
        unit: row.unit.clone(),
        purpose: String::new(),
        approved_by: String::new(),
        approved_on: None,
        expires_on: row.expires_on.as_ref().map(|day| day.parse().expect("a day like 2026-06-15")),
    };
    let approved = sidecar.approved.as_ref().map(|rows| Approvals::new(rows.iter().map(approval).collect()));
    let ad_filters = (!sidecar.ad_filters.is_empty()).then(|| AdFilters::new(&sidecar.ad_filters));
    let closed_domains = ClosedDomains::new(sidecar.closed_domains.iter().cloned());
    let listed = |row: &SensitiveWord| Listed {
        word: row.word.clone(),
        correct: row.correct.clone(),
        level: row.level.as_ref().map(|level| level.parse().unwrap_or_else(|e| panic!("{level}: {e}"))),
        note: row.note.clone(),
    };
    let words = WordList::new(sidecar.words.iter().map(listed).collect());
    Known { approved, closed_domains, ad_filters, words, ..Known::default() }
}

/// What was fetched beside the crawl; `folder` holds the files.
pub fn seen(sidecar: &Sidecar, folder: &Path) -> Seen {
    let look = |url: &str, file: &str| {
        let bytes = fs::read(folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
        let decoded = charset::decode(&bytes, None);
        PageLook::of(&Page::parse(Url::parse(url).expect("an address"), &decoded.text, decoded.charset))
    };
    let three = |f: &Fetches| ThreeFetches {
        page: f.page.clone(),
        as_browser: look(&f.page, &f.as_browser),
        as_engine: look(&f.page, &f.as_engine),
        via_engine: look(&f.page, &f.via_engine),
    };
    let again = |a: &Again| SeenAgain {
        page: a.page.clone(),
        before: look(&a.page, &a.before),
        now: look(&a.page, &a.now),
    };
    Seen {
        fetches: sidecar.fetches.iter().map(three).collect(),
        again: sidecar.again.iter().map(again).collect(),
    }
}
