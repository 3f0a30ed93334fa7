//! What the file beside a fixture page says: how the page and its targets answered. Clauses N2.1, N2.4.
//!
//! Unknown words are mistakes of whoever wrote the fixture and stop the test; `fixtures/README.md` lists the known ones.

use std::collections::BTreeMap;

use base::{Hop, Reach, TlsFault, Verdict};
use checks::rule::{Answered, Safety, Site, SoftSign};
use serde::Deserialize;
use url::Url;

use crate::documents::Document;
use crate::supplied::{self, Again, Approved, Fetches};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sidecar {
    /// Address of the page.
    pub url: String,
    pub content_type: Option<String>,
    /// Header `Content-Security-Policy` of the page.
    pub policy: String,
    pub took_ms: u32,
    /// What stands in the page instead of `<!-- filled -->`.
    pub fill: Option<Fill>,
    pub hosts: Vec<String>,
    pub sub_domains: bool,
    /// Addresses that the plan names.
    pub planned: Vec<String>,
    pub answer: Vec<Row>,
    pub visits: Vec<Visits>,
    pub fragments: Vec<Fragments>,
    /// Pages of the site that are read as columns, for rules on sites.
    pub columns: Vec<ColumnPage>,
    /// Articles that an earlier run did not meet.
    pub late: Vec<Late>,
    /// Name of the site in the registry.
    pub site_name: String,
    /// Why the answer was asked for beyond the links of pages.
    pub probe: Option<Probe>,
    /// The day on which the page is judged, `2026-06-15`.
    pub today: String,
    /// The users' roster: rows of cells, the first one its headings.
    pub roster: Vec<Vec<String>>,
    /// Header fields of the page, `Name: value`, from which missing ones are told; nothing is told without.
    pub headers: Option<Vec<String>>,
    /// Last day of the server's certificate.
    pub certificate_ends: Option<String>,
    /// What a virus scanner said of the answer.
    pub malware: Option<String>,
    /// A published file that is no page.
    pub document: Option<Document>,
    /// The ledger of approved links; without it none is kept.
    pub approved: Option<Vec<Approved>>,
    pub closed_domains: Vec<String>,
    /// Lists of filters for advertisements beside the built-in one.
    pub ad_filters: Vec<String>,
    pub fetches: Vec<Fetches>,
    pub again: Vec<Again>,
    /// Style sheets of the site by address: what each says.
    pub sheets: BTreeMap<String, String>,
}

impl Default for Sidecar {
    fn default() -> Sidecar {
        Sidecar {
            url: "http://www.example.gov.cn/zwgk/index.html".into(),
            content_type: Some("text/html".into()),
            policy: String::new(),
            took_ms: 320,
            fill: None,
            hosts: vec!["www.example.gov.cn".into()],
            sub_domains: false,
            planned: Vec::new(),
            answer: Vec::new(),
            visits: Vec::new(),
            fragments: Vec::new(),
            columns: Vec::new(),
            late: Vec::new(),
            site_name: "示例县人民政府".into(),
            probe: None,
            today: "2026-06-15".into(),
            roster: Vec::new(),
            headers: None,
            certificate_ends: None,
            malware: None,
            document: None,
            approved: None,
            closed_domains: Vec::new(),
            ad_filters: Vec::new(),
            fetches: Vec::new(),
            again: Vec::new(),
            sheets: BTreeMap::new(),
        }
    }
}

/// A text so many times; `{n}` in it counts from 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    pub text: String,
    pub times: u64,
}

impl Fill {
    /// A page with its mark replaced.
    pub fn page(&self, page: &str) -> String {
        const MARK: &str = "<!-- filled -->";
        assert!(page.contains(MARK), "no {MARK} in a page to be filled");
        let all: String = (1..=self.times).map(|n| self.text.replace("{n}", &n.to_string())).collect();
        page.replace(MARK, &all)
    }
}

/// How one address answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub url: String,
    #[serde(default = "ok")]
    pub reach: String,
    pub verdict: Option<String>,
    /// `302 http://…`, one for each redirect.
    #[serde(default)]
    pub chain: Vec<String>,
    /// `same-as-random` or `wording`.
    pub soft: Option<String>,
    pub tls: Option<String>,
    #[serde(default = "usual_time")]
    pub took_ms: u32,
    #[serde(default = "once")]
    pub attempts: u8,
    #[serde(default)]
    pub bytes: u64,
    /// File of the same folder that was answered: gives the names in the page and whether it says it is missing.
    pub body: Option<String>,
}

/// A series of addresses that the crawl met; `{n}` in the pattern counts, `page` is where they stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    pub pattern: String,
    pub from: u64,
    pub to: u64,
    pub page: String,
    #[serde(default)]
    pub same_content: bool,
}

/// Names behind `#` that no element of the target bears, although it runs scripts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fragments {
    pub page: String,
    pub target: String,
    pub names: Vec<String>,
}

/// A probe, whose answer is the fixture's own page; how it answered may stand under `answer` for its address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// `exposed`, `search`, `form` or `post`.
    pub purpose: String,
    /// Of an exposed file.
    #[serde(default)]
    pub path: String,
    /// Of a search.
    #[serde(default)]
    pub term: String,
    #[serde(default)]
    pub wanted: String,
}

/// A page of the site: a file of the same folder at an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnPage {
    pub url: String,
    pub body: String,
}

/// An article with the day it prints, and a day on which it was not there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    pub url: String,
    pub title: String,
    pub printed: String,
    pub unseen_on: String,
}

fn ok() -> String {
    "ok".into()
}

fn usual_time() -> u32 {
    180
}

fn once() -> u8 {
    1
}

impl Sidecar {
    /// The day on which the page is judged.
    pub fn today(&self) -> jiff::civil::Date {
        self.today.parse().unwrap_or_else(|e| panic!("today = {:?}: {e}", self.today))
    }

    /// What users would have supplied.
    pub fn known(&self) -> checks::Known {
        let rows: Vec<(usize, Vec<String>)> = self.roster.iter().cloned().enumerate().collect();
        let holders = |rows: &[_]| checks::roster::holders(rows).unwrap_or_else(|e| panic!("roster: {e:?}"));
        checks::Known {
            roster: if rows.is_empty() { Vec::new() } else { holders(&rows) },
            ..supplied::known(self)
        }
    }

    pub fn site(&self) -> Site {
        Site {
            name: self.site_name.clone(),
            start: Url::parse(&format!("http://{}/", self.hosts[0])).expect("hosts are names"),
            hosts: self.hosts.clone(),
            sub_domains: self.sub_domains,
        }
    }

    /// How the page itself was answered.
    pub fn own_answer(&self, bytes: usize) -> Answered {
        let upgrades_parts = checks::page::upgrades(&self.policy);
        let safety = self.safety();
        Answered { bytes: bytes as u64, took_ms: self.took_ms, upgrades_parts, safety, ..well() }
    }

    fn safety(&self) -> Safety {
        let secure = self.url.starts_with("https:");
        let missing = |lines: &Vec<String>| {
            let split = |line: &'_ String| {
                line.split_once(": ").map(|(n, v)| (n.to_owned(), v.to_owned())).expect("“Name: value”")
            };
            let fields: Vec<(String, String)> = lines.iter().map(split).collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            checks::headers::missing(secure, &fields)
        };
        Safety {
            missing: self.headers.as_ref().map(missing).unwrap_or_default(),
            certificate_ends: self.certificate_ends.as_ref().map(|day| day.parse().expect("a day")),
            malware: self.malware.clone(),
        }
    }
}

/// An answer without fault.
pub fn well() -> Answered {
    Answered {
        reach: Reach::Ok,
        verdict: Verdict::Ok,
        status: Some(200),
        chain: Vec::new(),
        mime: Some("text/html".into()),
        bytes: 20_480,
        took_ms: usual_time(),
        soft_404: None,
        tls_fault: None,
        upgrades_parts: false,
        attempts: once(),
        safety: Safety::default(),
    }
}

impl Row {
    /// The answer; `says_missing` is what its body gives away.
    pub fn answered(&self, says_missing: bool) -> Answered {
        let reach: Reach = self.reach.parse().unwrap_or_else(|()| panic!("no such reach: {}", self.reach));
        let soft_404 = match self.soft.as_deref() {
            Some("same-as-random") => Some(SoftSign::SameAsRandom),
            Some("wording") => Some(SoftSign::Wording),
            Some(other) => panic!("no such sign of a soft 404: {other}"),
            None => says_missing.then_some(SoftSign::Wording),
        };
        let by_table = if soft_404.is_some() { Verdict::Wrong } else { reach.verdict() };
        let verdict = self.verdict.as_deref().map_or(by_table, |code| {
            Verdict::from_code(code).unwrap_or_else(|| panic!("no such verdict: {code}"))
        });
        let status = match reach {
            Reach::Ok | Reach::TooLarge => Some(200),
            Reach::Status(code) | Reach::Blocked(code) => Some(code),
            _ => None,
        };
        let tls_fault = self.tls.as_deref().map(|code| {
            TlsFault::ALL
                .into_iter()
                .find(|t| t.code() == code)
                .unwrap_or_else(|| panic!("no such tls: {code}"))
        });
        Answered {
            reach,
            verdict,
            status,
            chain: self.chain.iter().map(|hop| hop_of(hop)).collect(),
            bytes: self.bytes,
            took_ms: self.took_ms,
            soft_404,
            tls_fault,
            attempts: self.attempts,
            ..well()
        }
    }
}

fn hop_of(text: &str) -> Hop {
    let (status, to) = text.split_once(' ').unwrap_or_else(|| panic!("a hop is “302 http://…”, not {text}"));
    Hop { status: status.parse().unwrap_or_else(|_| panic!("no status: {text}")), to: to.into() }
}
