//! The page of a score sheet, put together for reading: what needs doing first. Clause N2.7.
//!
//! Words and links only; every number comes from the sheet.

use base::Level;
use checks::pack::{Check, Look, Points, Row, RuleSeen, Sheet, State, Tally, Unit, Weight};
use checks::registry;
use crawl::SiteEntry;
use serde::Serialize;

use super::page_name;
use crate::data::{Link, SiteName};
use crate::text::{clean, percent};

/// Rows of the run file and columns named with an indicator; the JSON has more.
const MOST_NAMED: usize = 20;

/// Everything the page shows.
#[derive(Serialize)]
pub struct View<'s> {
    s: &'s Sheet,
    title: String,
    name: SiteName,
    home: Link,
    unit: String,
    facts: Shown<'s>,
    confirmed: Shown<'s>,
    unproved: Shown<'s>,
    /// The second result says something else than the first.
    differs: bool,
    unproved_differs: bool,
    groups: Vec<Group>,
    linked: bool,
    /// What was found and not deducted.
    not_deducted: Option<String>,
    fail_below: String,
}

/// A total.
#[derive(Serialize)]
struct Shown<'s> {
    label: &'static str,
    code: &'static str,
    total: Option<String>,
    words: &'s str,
}

/// Indicators of one weight.
#[derive(Serialize)]
struct Group {
    weight: &'static str,
    name: &'static str,
    lines: Vec<Line>,
    outside: Vec<Line>,
    /// How many are in which state.
    states: Vec<(&'static str, &'static str, usize)>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    name: String,
    candidate: bool,
    dimension: String,
    measures: String,
    threshold: String,
    worth: String,
    check: String,
    origin: &'static str,
    state: &'static str,
    state_code: &'static str,
    count: String,
    points: Option<String>,
    points_confirmed: Option<String>,
    notes: Vec<String>,
    note: String,
    evidence: String,
    seen: Vec<Seen>,
    findings: String,
    columns: Vec<(String, Link)>,
}

#[derive(Serialize)]
struct Seen {
    name: String,
    faults: u64,
    href: Option<String>,
}

/// A sheet in the report's own page.
#[derive(Serialize)]
pub(crate) struct Brief {
    name: String,
    document: String,
    href: String,
    label: &'static str,
    code: &'static str,
    words: String,
    confirmed: Option<String>,
    not_deducted: Option<String>,
    measured: usize,
    to_sample: usize,
    unmeasured: usize,
    pending: usize,
}

impl<'s> View<'s> {
    pub fn new(sheet: &'s Sheet, site: &SiteEntry, name: &SiteName, linked: bool) -> View<'s> {
        let groups = Weight::ALL.iter().map(|w| group(sheet, *w, linked)).filter(|g| !g.is_empty());
        View {
            title: name.in_full(),
            name: name.clone(),
            home: Link::new(&site.url),
            unit: clean(&site.unit, 200),
            facts: shown(&sheet.facts),
            confirmed: shown(&sheet.confirmed),
            unproved: shown(&sheet.unproved),
            differs: sheet.confirmed.words != sheet.facts.words,
            unproved_differs: sheet.scored
                && sheet.pending > 0
                && sheet.unproved.words != sheet.confirmed.words,
            groups: groups.collect(),
            linked,
            not_deducted: sheet.not_deducted(),
            fail_below: sheet.fail_below.to_string(),
            s: sheet,
        }
    }
}

impl Group {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.outside.is_empty()
    }
}

fn shown(tally: &Tally) -> Shown<'_> {
    Shown {
        label: tally.judged.label(),
        code: tally.judged.code(),
        total: tally.total.map(|t| t.to_string()),
        words: &tally.words,
    }
}

fn group(sheet: &Sheet, weight: Weight, linked: bool) -> Group {
    let order = |state: State| State::ALL.iter().position(|s| *s == state);
    let mut rows: Vec<&Row> = sheet.rows.iter().filter(|r| r.indicator.level == weight).collect();
    rows.sort_by_key(|r| order(r.state));
    let (outside, inside): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(|r| r.state == State::Outside);
    let states = State::ALL
        .into_iter()
        .map(|state| (state.code(), state.label(), inside.iter().filter(|r| r.state == state).count()));
    Group {
        weight: weight.code(),
        name: weight.label(),
        states: states.filter(|(_, _, count)| *count > 0).collect(),
        lines: inside.into_iter().map(|r| line(r, linked)).collect(),
        outside: outside.into_iter().map(|r| line(r, linked)).collect(),
    }
}

fn line(row: &Row, linked: bool) -> Line {
    let i = &row.indicator;
    let points = |p: Points| {
        let sign = if i.level == Weight::Bonus { "+" } else { "−" };
        (!p.is_zero()).then(|| format!("{sign}{p}"))
    };
    Line {
        id: i.id.clone(),
        name: i.name.clone(),
        candidate: i.candidate,
        dimension: i.dimension.clone(),
        measures: i.measures.clone(),
        threshold: i.threshold.clone(),
        worth: worth_words(row),
        check: check_words(&i.check),
        origin: origin_words(row),
        state: row.state.label(),
        state_code: row.state.code(),
        count: count_words(row),
        points: points(row.points),
        points_confirmed: points(row.points_confirmed).filter(|_| row.points != row.points_confirmed),
        notes: row.notes.clone(),
        note: i.note.clone(),
        evidence: i.evidence.clone(),
        seen: row.seen.iter().map(|s| seen(s, linked)).collect(),
        findings: finding_words(row),
        columns: row
            .columns
            .iter()
            .take(MOST_NAMED)
            .map(|(name, page)| (clean(name, 100), Link::new(page)))
            .collect(),
    }
}

fn worth_words(row: &Row) -> String {
    row.indicator.points.as_ref().map_or_else(String::new, |worth| {
        let unproved = if worth.verification.counts() { "" } else { "（待核实）" };
        format!("{}{unproved}", worth.words())
    })
}

/// `机器检查、人工抽查`.
pub(crate) fn check_words(check: &[Check]) -> String {
    check.iter().map(|c| c.label()).collect::<Vec<_>>().join("、")
}

/// How well the indicator's own numbers are proved.
pub(crate) fn origin_words(row: &Row) -> &'static str {
    row.indicator.proof().label()
}

/// What was counted, in words: `3 处，其中疑点 2 处`.
pub(crate) fn count_words(row: &Row) -> String {
    let unit = match &row.indicator.look {
        Look::Columns { .. } => "个栏目",
        Look::Findings { unit: Unit::Place, .. } => "处",
        _ => "个",
    };
    match (row.measured, row.possible, row.possible - row.count) {
        (false, ..) | (_, 0, _) => String::new(),
        (_, all, 0) => format!("{all} {unit}"),
        (_, all, doubtful) if all == doubtful => format!("疑点 {doubtful} {unit}"),
        (_, all, doubtful) => format!("{all} {unit}，其中疑点 {doubtful} {unit}"),
    }
}

fn seen(seen: &RuleSeen, linked: bool) -> Seen {
    let href = match seen.level {
        _ if seen.rule == "outgoing-link" => Some("index.html#outgoing".to_owned()),
        // Notices lie folded away and outside the filters: the page opens them by their place.
        Some(Level::Notice) => Some(format!("index.html#notice-{}", percent(&seen.rule))),
        Some(_) => Some(format!("index.html#rule={}", percent(&seen.rule))),
        None => None,
    };
    Seen {
        name: registry::rule(&seen.rule).map_or_else(|| clean(&seen.rule, 100), |r| r.name.to_owned()),
        faults: seen.faults,
        href: href.filter(|_| linked && seen.faults > 0),
    }
}

fn finding_words(row: &Row) -> String {
    let total = row.findings.len() as u64 + row.more_findings;
    let named: Vec<String> = row.findings.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    match total {
        0 => String::new(),
        _ if total > named.len() as u64 => format!("{} 等 {total} 条", named.join("、")),
        _ => named.join("、"),
    }
}

/// The sheets in a few lines each, for the report's own page.
pub(crate) fn briefs(sheets: &[Sheet]) -> Vec<Brief> {
    let brief = |sheet: &Sheet| Brief {
        name: sheet.name.clone(),
        document: sheet.document.clone(),
        href: percent(&page_name(sheet)),
        label: sheet.facts.judged.label(),
        code: sheet.facts.judged.code(),
        words: sheet.facts.words.clone(),
        confirmed: (sheet.confirmed.words != sheet.facts.words).then(|| sheet.confirmed.words.clone()),
        not_deducted: sheet.not_deducted(),
        measured: sheet.measured,
        to_sample: sheet.to_sample,
        unmeasured: sheet.unmeasured,
        pending: sheet.pending,
    };
    sheets.iter().map(brief).collect()
}
