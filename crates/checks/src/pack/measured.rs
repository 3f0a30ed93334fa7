//! What a run measured, put together for scoring: findings by rule, columns, and what was not looked at.
//! Clauses N2.1–N2.7.
//!
//! Filled by whoever reads the run file; judges nothing and forgets nothing but what its bounds leave out.

use std::collections::{BTreeMap, HashMap};

use base::Level;
use jiff::civil::Date;

use crate::column::{ColumnKind, ColumnSeen};

/// The facts that a pack is held against.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The day of the run: ages of columns are counted back from here.
    pub looked_on: Date,
    /// Whether the site was read to its end. If not, what was not found may yet be there.
    pub whole: bool,
    /// Why not, in Chinese, for readers.
    pub not_whole: Option<String>,
    /// Pages read.
    pub pages: u64,
    /// Whether it is a government's portal; `None`: not known.
    pub portal: Option<bool>,
    /// Columns with their newest dates; `None`: the run does not tell.
    pub columns: Option<Vec<Column>>,
    /// Rules that were run, whether they found something or not.
    pub rules: Vec<String>,
    /// Rules that could not look, with the reason in Chinese ("没有提供领导名录").
    pub unlooked: BTreeMap<String, String>,
    /// What the run did not look at, one Chinese sentence each.
    pub unchecked: Vec<String>,
    found: BTreeMap<String, Found>,
}

/// A column of the site as the run saw it.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub page: String,
    /// The label of its `ColumnKind`: `动态要闻`, `通知公告`, `政策文件` …; the home page is `首页`.
    pub kind: String,
    /// Whether it is a column of the first level; `None`: not known.
    pub first_level: Option<bool>,
    /// Newest date in its list; `None`: no date could be read.
    pub newest: Option<Date>,
    pub empty: bool,
    /// Row of the finding that speaks of it, where there is one.
    pub finding: Option<i64>,
}

impl From<&ColumnSeen> for Column {
    fn from(seen: &ColumnSeen) -> Column {
        let kind = if seen.is_home { ColumnKind::Home } else { seen.kind };
        Column {
            name: seen.name.clone(),
            page: seen.url.clone(),
            kind: kind.label().to_owned(),
            first_level: seen.first_level,
            newest: seen.newest,
            empty: seen.empty,
            finding: None,
        }
    }
}

/// What one rule found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub faults: Vec<Fault>,
    /// Findings of the hint layer: they only advise.
    pub hints: u64,
    pub gravest: Option<Level>,
    by_key: HashMap<String, usize>,
}

/// Everything that one rule says about one address.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Row of its first finding.
    pub finding: i64,
    pub places: u64,
    pub home: bool,
    pub home_places: u64,
}

impl Measured {
    /// Nothing measured yet on that day.
    pub fn new(looked_on: Date) -> Measured {
        Measured {
            looked_on,
            whole: true,
            not_whole: None,
            pages: 0,
            portal: None,
            columns: None,
            rules: Vec::new(),
            unlooked: BTreeMap::new(),
            unchecked: Vec::new(),
            found: BTreeMap::new(),
        }
    }

    /// Adds a finding: its row, its rule, the address it is about (the page where it has no other), whether it stands
    /// on the home page, and whether it belongs to the certain layer.
    pub fn add(&mut self, row: i64, rule: &str, level: Level, address: &str, on_home: bool, certain: bool) {
        let found = match self.found.get_mut(rule) {
            Some(found) => found,
            None => self.found.entry(rule.to_owned()).or_default(),
        };
        found.gravest = found.gravest.max(Some(level));
        if !certain {
            found.hints += 1;
            return;
        }
        let at = *found.by_key.entry(address.to_owned()).or_insert(found.faults.len());
        if at == found.faults.len() {
            found.faults.push(Fault { finding: row, places: 0, home: false, home_places: 0 });
        }
        let fault = &mut found.faults[at];
        fault.places += 1;
        fault.home |= on_home;
        fault.home_places += u64::from(on_home);
    }

    pub(super) fn of(&self, rule: &str) -> Option<&Found> {
        self.found.get(rule)
    }

    /// The finding of a rule about an address.
    pub(super) fn finding_of(&self, rule: &str, address: &str) -> Option<i64> {
        let found = self.found.get(rule)?;
        Some(found.faults.get(*found.by_key.get(address)?)?.finding)
    }

    /// Whether the rule had its look: it ran, or its findings prove that it did.
    pub(super) fn looked(&self, rule: &str) -> bool {
        let ran = self.rules.iter().any(|r| r == rule) && !self.unlooked.contains_key(rule);
        ran || self.found.contains_key(rule)
    }
}
