//! What all formats of the report show, read once from the run file. Clauses N2.1, N2.4.
//!
//! Bounded: groups and pages beyond the bounds are counted, not kept.

use std::collections::BTreeMap;

use base::Level;
use checks::registry;
use crawl::run_file::{FindingRow, RunReader};
use crawl::{Ended, SiteEntry};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::text::{beijing, clean, is_web, rfc3339};

/// Faults shown one by one on the page.
pub const MOST_GROUPS: usize = 2_000;
/// Pages listed with one fault on the page.
pub const MOST_PAGES: usize = 50;
/// Directories shown in the site tree.
pub const MOST_DIRECTORIES: usize = 400;
/// Outgoing hosts and slow pages shown.
pub const MOST_ROWS: usize = 30;
const MOST_TEXT: usize = 300;

/// A fault: everything that one rule says about one target.
#[derive(Serialize)]
pub struct Group {
    pub rule: String,
    pub name: &'static str,
    pub level: &'static str,
    pub level_name: &'static str,
    pub clause: String,
    pub target: String,
    pub web: bool,
    pub cause: String,
    pub fix: String,
    pub why: &'static str,
    pub reach: String,
    pub chain: Vec<String>,
    pub record: Option<String>,
    pub total: u64,
    pub places: Vec<Place>,
}

/// Where a fault shows.
#[derive(Serialize)]
pub struct Place {
    pub page: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub text: String,
}

#[derive(Serialize)]
pub struct RuleCount {
    pub rule: String,
    pub name: &'static str,
    pub level: &'static str,
    pub level_name: &'static str,
    pub count: u64,
    pub width: u64,
}

#[derive(Serialize)]
pub struct Directory {
    pub path: String,
    pub pages: u64,
    pub faults: u64,
}

#[derive(Serialize)]
pub struct Named {
    pub name: String,
    pub count: u64,
}

/// Everything a report shows.
#[derive(Serialize)]
pub struct Data {
    pub site: SiteEntry,
    pub state: String,
    pub started: String,
    pub ended: String,
    pub pages: u64,
    pub addresses: u64,
    pub broken: u64,
    pub mean_ms: u64,
    pub p95_ms: u32,
    pub levels: Vec<RuleCount>,
    pub rules: Vec<RuleCount>,
    pub groups: Vec<Group>,
    pub notices: Vec<Group>,
    pub left_out: u64,
    pub directories: Vec<Directory>,
    pub slowest: Vec<Named>,
    pub outgoing: Vec<Named>,
    pub times: Vec<Named>,
    #[serde(skip)]
    counts: [u64; 4],
    #[serde(skip)]
    json: Value,
}

impl Data {
    pub fn read(run: &RunReader) -> rusqlite::Result<Data> {
        let meta = |key: &str| run.meta(key).map(Option::unwrap_or_default);
        let started: i64 = meta("started_at")?.parse().unwrap_or_default();
        let ended: i64 = meta("ended_at")?.parse().unwrap_or_default();
        let numbers: Value = serde_json::from_str(&meta("numbers")?).unwrap_or_default();
        let mut data = Data {
            site: serde_json::from_str(&meta("site")?).unwrap_or_default(),
            state: meta("state")?,
            started: beijing(started),
            ended: beijing(ended),
            pages: 0,
            addresses: 0,
            broken: 0,
            mean_ms: 0,
            p95_ms: 0,
            levels: vec![],
            rules: vec![],
            groups: vec![],
            notices: vec![],
            left_out: 0,
            directories: vec![],
            slowest: vec![],
            outgoing: vec![],
            times: vec![],
            counts: [0; 4],
            json: Value::Null,
        };
        let mut verdicts = serde_json::Map::new();
        for (inside, verdict, count) in run.address_counts()? {
            data.addresses += count;
            let verdict = verdict.unwrap_or_else(|| "waiting".into());
            if matches!(verdict.as_str(), "dead" | "wrong") {
                data.broken += count;
            }
            let place = if inside { "inside" } else { "outgoing" };
            verdicts.insert(format!("{place}-{verdict}"), count.into());
        }
        let faults = data.read_findings(run)?;
        data.read_pages(run, &faults)?;
        let rules: serde_json::Map<String, Value> =
            data.rules.iter().map(|r| (r.rule.clone(), r.count.into())).collect();
        let levels: serde_json::Map<String, Value> =
            Level::GRAVEST_FIRST.iter().map(|l| (l.code().into(), data.counts[*l as usize].into())).collect();
        data.json = json!({
            "site": data.site, "state": data.state, "started_at": rfc3339(started), "ended_at": rfc3339(ended),
            "parameters": serde_json::from_str::<Value>(&meta("plan")?).unwrap_or_default(),
            "versions": {"xunwang": env!("CARGO_PKG_VERSION"), "run_file": meta("schema")?},
            "numbers": {"pages": data.pages, "addresses": data.addresses, "broken_addresses": data.broken,
                "mean_ms": data.mean_ms, "p95_ms": data.p95_ms, "run": numbers, "addresses_by_verdict": verdicts},
            "findings": {"by_level": levels, "by_rule": rules},
        });
        Ok(data)
    }

    pub fn outcome(&self) -> Outcome {
        let ended = match self.state.as_str() {
            "finished" => Ended::Finished,
            "unreachable" => Ended::Unreachable,
            _ => Ended::Interrupted,
        };
        let why = self.json["numbers"]["run"]["why"].as_str().map(str::to_owned);
        Outcome { ended, why, pages: self.pages, addresses: self.addresses, levels: self.counts }
    }

    pub fn run_json(&self) -> String {
        format!("{:#}\n", self.json)
    }

    /// Groups findings; gives the number of faults by directory.
    fn read_findings(&mut self, run: &RunReader) -> rusqlite::Result<BTreeMap<String, u64>> {
        let mut by_rule: BTreeMap<String, (Level, u64)> = BTreeMap::new();
        let mut faults: BTreeMap<String, u64> = BTreeMap::new();
        let mut outgoing: BTreeMap<String, u64> = BTreeMap::new();
        run.each_finding(|row| {
            let level: Level = row.level.parse().unwrap_or(Level::Notice);
            self.counts[level as usize] += 1;
            let entry = by_rule.entry(row.rule.clone()).or_insert((level, 0));
            entry.0 = entry.0.max(level);
            entry.1 += 1;
            if row.rule == "outgoing-link" {
                let host = row.target.as_deref().map(host_of).unwrap_or_default();
                *outgoing.entry(host).or_default() += row.pages_total;
                return;
            }
            if level > Level::Notice
                && let Some(page) = &row.page
            {
                *faults.entry(directory_of(page)).or_default() += 1;
            }
            self.group(row, level);
        })?;
        let most = by_rule.values().map(|(_, n)| *n).max().unwrap_or(1).max(1);
        let counted = |rule: String, level: Level, count: u64| RuleCount {
            name: registry::rule(&rule).map_or("其他", |r| r.name),
            rule,
            level: level.code(),
            level_name: level.label(),
            count,
            width: (count * 100).div_ceil(most),
        };
        self.rules = by_rule.into_iter().map(|(rule, (level, n))| counted(rule, level, n)).collect();
        self.rules
            .sort_by_key(|r| (std::cmp::Reverse(r.level.parse::<Level>().ok()), std::cmp::Reverse(r.count)));
        self.levels = Level::GRAVEST_FIRST
            .iter()
            .map(|level| counted(String::new(), *level, self.counts[*level as usize]))
            .collect();
        self.outgoing = most_of(outgoing);
        Ok(faults)
    }

    fn group(&mut self, row: FindingRow, level: Level) {
        let list = if level == Level::Notice { &mut self.notices } else { &mut self.groups };
        let target = clean(row.target.as_deref().or(row.page.as_deref()).unwrap_or_default(), 2_000);
        let place = Place {
            page: clean(row.page.as_deref().unwrap_or_default(), 2_000),
            line: row.line,
            column: row.column,
            text: clean(row.text.as_deref().unwrap_or_default(), MOST_TEXT),
        };
        if let Some(last) = list.last_mut()
            && last.rule == row.rule
            && last.target == target
        {
            last.total = last.total.max(row.pages_total).max(last.places.len() as u64 + 1);
            if last.places.len() < MOST_PAGES {
                last.places.push(place);
            }
            return;
        }
        if list.len() >= MOST_GROUPS {
            self.left_out += 1;
            return;
        }
        let rule = registry::rule(&row.rule);
        let chain = row.chain.as_deref().and_then(|c| serde_json::from_str::<Vec<base::Hop>>(c).ok());
        let reach = row.reach.as_deref().and_then(|r| r.parse::<base::Reach>().ok());
        let clause = base::Clause::from_id(&row.clause).map_or("", base::Clause::orders);
        list.push(Group {
            name: rule.map_or("其他", |r| r.name),
            why: rule.map_or("", |r| r.why),
            rule: row.rule,
            level: level.code(),
            level_name: level.label(),
            clause: format!("{} {clause}", row.clause),
            web: is_web(&target),
            target,
            cause: clean(&row.cause, 1_000),
            fix: row.fix,
            reach: reach.map(base::Reach::describe).unwrap_or_default(),
            chain: chain
                .unwrap_or_default()
                .into_iter()
                .map(|hop| format!("{} → {}", hop.status, clean(&hop.to, 500)))
                .collect(),
            record: row.record,
            total: row.pages_total,
            places: vec![place],
        });
    }

    fn read_pages(&mut self, run: &RunReader, faults: &BTreeMap<String, u64>) -> rusqlite::Result<()> {
        const BANDS: [(u32, &str); 5] = [
            (200, "0.2 秒内"),
            (1_000, "0.2–1 秒"),
            (3_000, "1–3 秒"),
            (15_000, "3–15 秒"),
            (u32::MAX, "15 秒以上"),
        ];
        let mut took = Vec::new();
        let mut directories: BTreeMap<String, u64> = BTreeMap::new();
        let mut slowest: Vec<(u32, String)> = Vec::new();
        let mut sum = 0_u64;
        let mut bands = [0_u64; 5];
        run.each_page(|page| {
            sum += u64::from(page.took_ms);
            took.push(page.took_ms);
            bands[BANDS.iter().position(|(most, _)| page.took_ms < *most).unwrap_or(4)] += 1;
            *directories.entry(directory_of(&page.url)).or_default() += 1;
            if slowest.len() < MOST_ROWS || slowest.last().is_some_and(|(ms, _)| *ms < page.took_ms) {
                slowest.push((page.took_ms, page.url));
                slowest.sort_by_key(|(ms, _)| std::cmp::Reverse(*ms));
                slowest.truncate(MOST_ROWS);
            }
        })?;
        took.sort_unstable();
        self.pages = took.len() as u64;
        self.mean_ms = sum.checked_div(self.pages).unwrap_or_default();
        self.p95_ms = took.get(took.len() * 95 / 100).or(took.last()).copied().unwrap_or_default();
        self.slowest = slowest
            .into_iter()
            .map(|(ms, url)| Named { name: clean(&url, 500), count: u64::from(ms) })
            .collect();
        self.times =
            BANDS.iter().zip(bands).map(|((_, name), count)| Named { name: (*name).into(), count }).collect();
        let mut all: Vec<Directory> = directories
            .into_iter()
            .map(|(path, pages)| Directory { faults: faults.get(&path).copied().unwrap_or(0), path, pages })
            .collect();
        if all.len() > MOST_DIRECTORIES {
            all.sort_by_key(|d| std::cmp::Reverse(d.pages));
            all.truncate(MOST_DIRECTORIES);
            all.sort_by(|a, b| a.path.cmp(&b.path));
        }
        self.directories = all;
        Ok(())
    }
}

fn most_of(counts: BTreeMap<String, u64>) -> Vec<Named> {
    let mut named: Vec<Named> =
        counts.into_iter().map(|(name, count)| Named { name: clean(&name, 200), count }).collect();
    named.sort_by_key(|n| std::cmp::Reverse(n.count));
    named.truncate(MOST_ROWS);
    named
}

fn host_of(url: &str) -> String {
    url.split("://").nth(1).unwrap_or(url).split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// Host and folder of a page.
fn directory_of(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let rest = bare.split("://").nth(1).unwrap_or(bare);
    clean(&rest[..rest.rfind('/').map_or(rest.len(), |at| at + 1)], 300)
}
