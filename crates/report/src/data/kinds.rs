//! Findings put together for reading: kinds of fault, in each the faults, for each the pages that show it. Clause N5.3.
//!
//! A fault is everything that one rule says about one target. Bounded: what is beyond the bounds is counted, not kept.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use base::{Clause, Hop, Level, Quote, Reach};
use checks::{Look, registry};
use crawl::run_file::FindingRow;
use serde::Serialize;

use super::Link;
use super::name::host_of;
use super::pictures::Picture;
use crate::text::{clean, readable};

/// Faults of one kind shown on the page, those on most pages first.
pub const MOST_FAULTS: usize = 300;
/// Pages listed with one fault.
pub const MOST_PLACES: usize = 20;
/// Text kept for listed pages; beyond it one page a fault is listed.
const MOST_BYTES: usize = 3_000_000;
const MOST_TEXT: usize = 200;

/// Everything found by one rule at one level.
#[derive(Serialize)]
pub struct Kind {
    pub rule: String,
    pub name: &'static str,
    pub level: &'static str,
    pub level_name: &'static str,
    pub clause: String,
    pub orders: &'static str,
    pub why: &'static str,
    /// What to do about most of its faults.
    pub fix: String,
    /// Faults, shown or not.
    pub count: u64,
    /// Findings: places where the faults show.
    pub places: u64,
    pub faults: Vec<Fault>,
    pub left_out: u64,
}

#[derive(Serialize)]
pub struct Fault {
    pub target: Link,
    pub cause: String,
    /// What to do, where it is not what the kind says.
    pub fix: Option<String>,
    pub reach: String,
    pub chain: Vec<String>,
    pub record: Option<String>,
    /// Pages that show it.
    pub total: u64,
    /// Pages among the findings; the rules on pages leave it to us to count them.
    #[serde(skip)]
    seen: u64,
    pub places: Vec<Place>,
    /// What the page looked like.
    pub picture: Option<Picture>,
    /// The page it was seen on first.
    #[serde(skip)]
    pub page: Option<String>,
    /// The fault is the page's own: there is no other page to list.
    pub own: bool,
    /// Many pages have the same fault of their own: it is named by its cause.
    pub alike: bool,
    /// The host that all its addresses lie on, where they are told together.
    pub host: Option<Host>,
}

/// A stranger's host that pages link to: one fault, however many addresses and pages.
#[derive(Default, Serialize)]
pub struct Host {
    pub name: String,
    pub addresses: u64,
    pub links: u64,
    #[serde(skip)]
    seen: HashSet<String>,
    #[serde(skip)]
    pages: HashSet<String>,
}

impl Host {
    fn add(&mut self, row: &FindingRow) {
        self.links += 1;
        self.seen.extend(row.target.clone());
        self.pages.extend(row.page.clone());
        self.addresses = self.seen.len() as u64;
    }
}

/// Where a fault shows.
#[derive(Serialize)]
pub struct Place {
    pub page: Option<Link>,
    /// The address that is linked to there, where the fault has several.
    pub target: Option<Link>,
    /// Where the address comes from, where no page shows it.
    pub origin: &'static str,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub text: String,
    /// The fault in its text.
    pub quote: Option<Quote>,
}

/// Puts findings together as they come: gravest level first, then by rule and target.
#[derive(Default)]
pub struct Kinds {
    kinds: Vec<Kind>,
    /// Rule and target of the fault that the next finding may belong to, and the page it was last seen on.
    last: (String, String),
    last_page: Option<String>,
    bytes: usize,
}

impl Kinds {
    pub fn add(&mut self, row: FindingRow, level: Level) {
        let target = row.target.as_deref().or(row.page.as_deref()).unwrap_or_default().to_owned();
        let key = key_of(&row);
        let new_kind = self.kinds.last().is_none_or(|k| k.rule != row.rule || k.level != level.code());
        if new_kind {
            self.end_kind();
            self.kinds.push(kind_of(&row, level));
        }
        let Some(kind) = self.kinds.last_mut() else { return };
        kind.places += 1;
        let place = place_of(&row);
        if let Some(name) = common_host(&row) {
            let at = |f: &Fault| f.host.as_ref().is_some_and(|h| h.name == name);
            if let Some(fault) = kind.faults.iter_mut().rev().find(|f| at(f)) {
                fault.add_link(&row, place, &mut self.bytes);
                return;
            }
        }
        if !new_kind
            && self.last == key
            && let Some(fault) = kind.faults.last_mut()
        {
            fault.alike |= is_own(&row) && self.last_page != row.page;
            fault.own &= is_own(&row) && !fault.alike;
            if self.last_page != row.page {
                fault.seen += 1;
                self.last_page = row.page;
            }
            fault.total = row.pages_total.max(fault.seen);
            if fault.places.len() < MOST_PLACES && self.bytes < MOST_BYTES {
                self.bytes += place.bytes();
                fault.places.push(place);
            }
            return;
        }
        kind.count += 1;
        if kind.faults.len() >= MOST_FAULTS * 2 {
            keep_most_seen(kind);
        }
        self.bytes += place.bytes();
        self.last_page = row.page.clone();
        kind.faults.push(fault_of(row, target_link(&target), place));
        self.last = key;
    }

    /// The kinds, those to be mended and those to be known.
    pub fn end(mut self) -> (Vec<Kind>, Vec<Kind>) {
        self.end_kind();
        let grave = self.kinds.partition_point(|k| k.level != Level::Notice.code());
        let notices = self.kinds.split_off(grave);
        (self.kinds, notices)
    }

    fn end_kind(&mut self) {
        let Some(kind) = self.kinds.last_mut() else { return };
        keep_most_seen(kind);
        kind.left_out = kind.count - kind.faults.len() as u64;
        let mut fixes: HashMap<&str, usize> = HashMap::new();
        for fix in kind.faults.iter().filter_map(|f| f.fix.as_deref()) {
            *fixes.entry(fix).or_default() += 1;
        }
        let usual =
            fixes.into_iter().max_by_key(|(fix, n)| (*n, Reverse(*fix))).map(|(fix, _)| fix.to_owned());
        kind.fix = usual.unwrap_or_default();
        for fault in &mut kind.faults {
            if fault.fix.as_deref() == Some(&kind.fix) {
                fault.fix = None;
            }
        }
    }
}

impl Place {
    fn bytes(&self) -> usize {
        self.text.len()
            + self.quote.as_ref().map_or(0, |q| q.before.len() + q.fault.len() + q.after.len())
            + self.page.as_ref().map_or(0, |p| p.shown.len() * 2)
    }
}

impl Fault {
    /// One more link to the host.
    fn add_link(&mut self, row: &FindingRow, place: Place, bytes: &mut usize) {
        let Some(host) = &mut self.host else { return };
        host.add(row);
        self.total = (host.pages.len() as u64).max(row.pages_total).max(self.total);
        if self.places.len() < MOST_PLACES && *bytes < MOST_BYTES {
            *bytes += place.bytes();
            self.places.push(place);
        }
    }
}

fn keep_most_seen(kind: &mut Kind) {
    kind.faults.sort_by_key(|f| Reverse(f.total));
    kind.faults.truncate(MOST_FAULTS);
}

fn kind_of(row: &FindingRow, level: Level) -> Kind {
    let rule = registry::rule(&row.rule);
    Kind {
        rule: row.rule.clone(),
        name: rule.map_or("其他", |r| r.name),
        level: level.code(),
        level_name: level.label(),
        clause: row.clause.clone(),
        orders: Clause::from_id(&row.clause).map_or("", Clause::orders),
        why: rule.map_or("", |r| r.why),
        fix: String::new(),
        count: 0,
        places: 0,
        faults: vec![],
        left_out: 0,
    }
}

fn fault_of(row: FindingRow, target: Link, place: Place) -> Fault {
    let host = common_host(&row).map(|name| {
        let mut host = Host { name: clean(name, 200), ..Host::default() };
        host.add(&row);
        host
    });
    let chain =
        row.chain.as_deref().and_then(|c| serde_json::from_str::<Vec<Hop>>(c).ok()).unwrap_or_default();
    Fault {
        own: is_own(&row),
        picture: None,
        page: row.page.clone(),
        alike: false,
        host,
        target,
        cause: clean(&row.cause, 1_000),
        fix: Some(clean(&row.fix, 1_000)),
        reach: row.reach.and_then(|r| r.parse::<Reach>().ok()).map(Reach::describe).unwrap_or_default(),
        chain: chain.into_iter().map(|hop| format!("{} → {}", hop.status, readable(&hop.to, 300))).collect(),
        record: row.record,
        total: row.pages_total.max(1),
        seen: 1,
        places: vec![place],
    }
}

/// What a fault is told apart by: its rule, and its target or the target's host; what a page shows of itself by its cause.
pub(super) fn key_of(row: &FindingRow) -> (String, String) {
    let what = match common_host(row) {
        Some(host) => Some(host),
        None if is_own(row) => Some(row.cause.as_str()),
        None => row.target.as_deref(),
    };
    (row.rule.clone(), what.unwrap_or_default().to_owned())
}

/// The host by which a link's fault is told: what is wrong with somebody's site is wrong with all its addresses.
pub(super) fn common_host(row: &FindingRow) -> Option<&str> {
    (row.rule == "wrong-target").then(|| row.target.as_deref().map(host_of)).flatten()
}

fn is_own(row: &FindingRow) -> bool {
    row.target.is_none() || row.target == row.page
}

fn target_link(target: &str) -> Link {
    if target.is_empty() {
        Link { href: None, shown: "（没有地址）".into() }
    } else {
        Link::new(target)
    }
}

fn place_of(row: &FindingRow) -> Place {
    Place {
        page: row.page.as_deref().filter(|p| !p.is_empty()).map(Link::new),
        target: common_host(row).and(row.target.as_deref()).map(Link::new),
        origin: match registry::rule(&row.rule).map(|r| r.look) {
            Some(Look::Probe(_)) => "没有页面链接到它，由 --probes 探测到",
            _ => "检查清单里登记的网址",
        },
        line: row.line,
        column: row.column,
        text: clean(row.text.as_deref().unwrap_or_default().trim(), MOST_TEXT),
        quote: row.quote.as_deref().and_then(|q| serde_json::from_str(q).ok()).map(quote_of),
    }
}

/// A quote fit to be shown: cleaned, and short.
fn quote_of(quote: Quote) -> Quote {
    let cut = |text: &str| clean(text, MOST_TEXT);
    Quote {
        before: cut(&quote.before),
        fault: cut(&quote.fault),
        after: cut(&quote.after),
        correct: quote.correct.iter().take(3).map(|c| cut(c)).collect(),
        certain: quote.certain,
    }
}
