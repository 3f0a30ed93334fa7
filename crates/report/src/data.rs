//! What all formats of the report show, read once from the run file. Clauses N2.1, N2.4.
//!
//! Bounded: what is beyond the bounds of `kinds`, `tree` and `pages` is counted, not kept.

mod columns;
mod kinds;
mod name;
mod pages;
mod pictures;
mod rules;
mod tree;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use base::{Level, Verdict};
use crawl::run_file::RunReader;
use crawl::{Ended, SiteEntry};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::score::Brief;
use crate::text::{beijing, civil, clean, is_web, readable, rfc3339};
use columns::Column;
use kinds::{Kind, Kinds};
pub use name::{SiteName, host_of};

use pages::{SlowPage, Times};
use pictures::{Picture, Pictures};
use rules::RuleCount;
use tree::{Shown, Tree};

/// Outgoing hosts shown; 60,000 are told apart while counting.
const MOST_HOSTS: usize = 30;
const MOST_HOSTS_KEPT: usize = 60_000;
/// Longest address that becomes a link; longer ones are not typed by people.
const MOST_HREF: usize = 2_000;

/// An address: what it leads to, where it may be followed, and how people read it.
#[derive(Serialize)]
pub struct Link {
    pub href: Option<String>,
    pub shown: String,
}

/// A number of a chart.
#[derive(Serialize)]
pub struct Named {
    pub name: String,
    pub count: u64,
    /// Length of its bar, in hundredths of the longest.
    pub width: u64,
}

#[derive(Serialize)]
pub struct LevelCount {
    pub level: &'static str,
    pub name: &'static str,
    /// Findings: places where faults show.
    pub places: u64,
    /// Faults.
    pub faults: u64,
}

/// Everything a report shows.
#[derive(Serialize)]
pub struct Data {
    pub site: SiteEntry,
    pub name: SiteName,
    pub title: String,
    pub home: Link,
    /// What the home page looked like.
    pub home_picture: Option<Picture>,
    pub state: String,
    /// Why nothing could be inspected, and what to do.
    pub why: Option<String>,
    /// What was not looked at, one sentence each.
    pub unchecked: Vec<String>,
    pub started: String,
    pub ended: String,
    pub pages: u64,
    pub addresses: u64,
    pub broken: u64,
    pub mean_ms: u64,
    pub p95_ms: u32,
    pub levels: Vec<LevelCount>,
    pub rules: Vec<RuleCount>,
    pub most_rules: usize,
    /// To be mended.
    pub kinds: Vec<Kind>,
    /// To be known.
    pub notices: Vec<Kind>,
    /// Columns with the dates of their newest items; all of them, the page shows the first.
    pub columns: Vec<Column>,
    pub most_columns: usize,
    pub folders: Vec<Shown>,
    pub slowest: Vec<SlowPage>,
    pub outgoing: Vec<Named>,
    pub outgoing_hosts: usize,
    pub outgoing_links: u64,
    pub verdicts: Vec<Named>,
    pub times: Vec<Named>,
    /// Score sheets that were made of the run.
    pub scores: Vec<Brief>,
    #[serde(skip)]
    json: Value,
}

impl Link {
    pub fn new(address: &str) -> Link {
        let safe = is_web(address) && address.len() <= MOST_HREF;
        Link { href: safe.then(|| clean(address, MOST_HREF)), shown: readable(address, 160) }
    }
}

impl Named {
    pub fn new(name: String, count: u64, most: u64) -> Named {
        Named { name, count, width: (count * 100).div_ceil(most.max(1)) }
    }
}

impl Data {
    pub fn read(run: &RunReader, folder: &Path) -> rusqlite::Result<Data> {
        let meta = |key: &str| run.meta(key).map(Option::unwrap_or_default);
        let started: i64 = meta("started_at")?.parse().unwrap_or_default();
        let ended: i64 = meta("ended_at")?.parse().unwrap_or_default();
        let numbers: Value = serde_json::from_str(&meta("numbers")?).unwrap_or_default();
        let site: SiteEntry = serde_json::from_str(&meta("site")?).unwrap_or_default();

        let mut tree = Tree::default();
        let mut times = Times::default();
        run.each_page(|page| {
            tree.add_page(&page.url);
            times.add(page);
        })?;
        let mut found = Found::default();
        run.each_finding(|row| found.add(row, &mut tree))?;

        let columns = run.columns(crawl::bounds::COLUMN_PAGES)?;
        let name = SiteName::of(&site, &columns);
        let mut pictures = Pictures::read(run, folder)?;
        let mut data = Data {
            title: name.in_full(),
            name,
            home: Link::new(&site.url),
            home_picture: pictures.home.take(),
            state: meta("state")?,
            why: numbers["why"].as_str().map(|why| clean(why, 500)),
            unchecked: run.unchecked()?.iter().map(|text| clean(text, 500)).collect(),
            started: beijing(started),
            ended: beijing(ended),
            pages: times.pages(),
            addresses: 0,
            broken: 0,
            mean_ms: times.mean(),
            p95_ms: times.p95(),
            levels: found.levels(),
            rules: rules::rules(&found.places),
            most_rules: rules::MOST_BARS,
            columns: columns::columns(columns, civil(started).map(|t| t.date())),
            most_columns: columns::MOST_COLUMNS,
            folders: tree.shown(),
            times: times.bands(),
            slowest: times.slowest(),
            outgoing_hosts: found.outgoing.len(),
            outgoing_links: found.outgoing_links,
            outgoing: most_of(found.outgoing),
            verdicts: vec![],
            kinds: vec![],
            notices: vec![],
            scores: vec![],
            json: Value::Null,
            site,
        };
        (data.kinds, data.notices) = found.kinds.end();
        pictures.hand_out(&mut data.kinds);
        let by_verdict = data.read_verdicts(run)?;
        let levels: BTreeMap<&str, u64> = data.levels.iter().map(|l| (l.level, l.places)).collect();
        let rules: BTreeMap<&str, u64> = data.rules.iter().fold(BTreeMap::new(), |mut sums, r| {
            *sums.entry(r.rule.as_str()).or_default() += r.places;
            sums
        });
        data.json = json!({
            "site": data.site, "state": data.state, "started_at": rfc3339(started), "ended_at": rfc3339(ended),
            "parameters": serde_json::from_str::<Value>(&meta("plan")?).unwrap_or_default(),
            "versions": {"xunwang": env!("CARGO_PKG_VERSION"), "run_file": meta("schema")?},
            "numbers": {"pages": data.pages, "addresses": data.addresses, "broken_addresses": data.broken,
                "mean_ms": data.mean_ms, "p95_ms": data.p95_ms, "addresses_by_verdict": by_verdict,
                "run": numbers},
            "findings": {"by_level": levels, "by_rule": rules},
            "unchecked": data.unchecked,
            "render": run.meta("render")?.and_then(|told| serde_json::from_str::<Value>(&told).ok()),
        });
        Ok(data)
    }

    pub fn outcome(&self) -> Outcome {
        let ended = match self.state.as_str() {
            "finished" => Ended::Finished,
            "unreachable" => Ended::Unreachable,
            _ => Ended::Interrupted,
        };
        let mut levels = [0; 4];
        for (level, count) in Level::GRAVEST_FIRST.iter().zip(&self.levels) {
            levels[*level as usize] = count.places;
        }
        Outcome {
            name: self.name.name.clone(),
            ended,
            why: self.why.clone(),
            pages: self.pages,
            addresses: self.addresses,
            levels,
        }
    }

    pub fn run_json(&self) -> String {
        format!("{:#}\n", self.json)
    }

    fn read_verdicts(&mut self, run: &RunReader) -> rusqlite::Result<serde_json::Map<String, Value>> {
        let mut all = serde_json::Map::new();
        let mut sums: BTreeMap<Option<Verdict>, u64> = BTreeMap::new();
        for (inside, code, count) in run.address_counts()? {
            let verdict = code.as_deref().and_then(Verdict::from_code);
            self.addresses += count;
            if matches!(verdict, Some(Verdict::Dead | Verdict::Wrong)) {
                self.broken += count;
            }
            *sums.entry(verdict).or_default() += count;
            let place = if inside { "inside" } else { "outgoing" };
            all.insert(format!("{place}-{}", code.as_deref().unwrap_or("waiting")), count.into());
        }
        let most = sums.values().copied().max().unwrap_or(0);
        let in_order = Verdict::ALL.into_iter().map(Some).chain([None]);
        self.verdicts = in_order
            .filter_map(|v| sums.get(&v).map(|n| Named::new(verdict_name(v).to_owned(), *n, most)))
            .collect();
        Ok(all)
    }
}

fn verdict_name(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "还没有访问",
        Some(Verdict::Undecided) => "未访问或无法判定",
        Some(other) => other.label(),
    }
}

/// What the pass over the findings gathers.
#[derive(Default)]
struct Found {
    kinds: Kinds,
    places: BTreeMap<(std::cmp::Reverse<Level>, String), u64>,
    /// Faults by level; an outgoing link is one by itself.
    faults: BTreeMap<Level, u64>,
    last: (String, String),
    /// Hosts whose faults are told together, by level and rule.
    hosts: HashSet<(Level, String, String)>,
    outgoing: BTreeMap<String, u64>,
    outgoing_links: u64,
}

impl Found {
    fn add(&mut self, row: crawl::run_file::FindingRow, tree: &mut Tree) {
        let level: Level = row.level.parse().unwrap_or(Level::Notice);
        *self.places.entry((std::cmp::Reverse(level), row.rule.clone())).or_default() += 1;
        if row.rule == "outgoing-link" {
            self.outgoing_links += 1;
            *self.faults.entry(level).or_default() += 1;
            let host = row.target.as_deref().map(host_of).unwrap_or_default().to_owned();
            if self.outgoing.len() < MOST_HOSTS_KEPT || self.outgoing.contains_key(&host) {
                *self.outgoing.entry(host).or_default() += row.pages_total;
            }
            return;
        }
        let key = kinds::key_of(&row);
        if self.last != key && self.is_new(&row, level) {
            *self.faults.entry(level).or_default() += 1;
        }
        self.last = key;
        if level > Level::Notice
            && let Some(page) = &row.page
        {
            tree.add_fault(page);
        }
        self.kinds.add(row, level);
    }

    /// Whether the finding begins a fault, where the findings of one need not stand together: of one host.
    fn is_new(&mut self, row: &crawl::run_file::FindingRow, level: Level) -> bool {
        let Some(host) = kinds::common_host(row) else { return true };
        let kept = self.hosts.len() < MOST_HOSTS_KEPT;
        let key = (level, row.rule.clone(), host.to_owned());
        if kept { self.hosts.insert(key) } else { !self.hosts.contains(&key) }
    }

    fn levels(&self) -> Vec<LevelCount> {
        let places = |level: Level| {
            self.places.iter().filter(|((l, _), _)| l.0 == level).map(|(_, count)| count).sum()
        };
        Level::GRAVEST_FIRST
            .iter()
            .map(|level| LevelCount {
                level: level.code(),
                name: level.label(),
                places: places(*level),
                faults: self.faults.get(level).copied().unwrap_or(0),
            })
            .collect()
    }
}

fn most_of(counts: BTreeMap<String, u64>) -> Vec<Named> {
    let mut hosts: Vec<(String, u64)> = counts.into_iter().collect();
    hosts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    hosts.truncate(MOST_HOSTS);
    let most = hosts.first().map_or(0, |(_, count)| *count);
    hosts.into_iter().map(|(name, count)| Named::new(clean(&name, 200), count, most)).collect()
}
