//! What the facts say of one indicator: how many, certain or suspected, and which rows stand behind it.
//! Clauses N2.1–N2.6.
//!
//! Counts only. A hint never counts, and what was not looked at is never taken for none.

use jiff::ToSpan;
use jiff::civil::Date;

use super::measured::{Column, Measured};
use super::model::{Check, ColumnState, Indicator, Look, Period, Unit};
use super::sheet::{Counts, RuleSeen};
use crate::registry;

/// Rows of findings named with an indicator; more are counted.
const MOST_FINDINGS: usize = 1_000;
/// Columns named with an indicator.
const MOST_COLUMNS: usize = 100;

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    pub counts: Counts,
    pub hints: u64,
    pub rules: Vec<RuleSeen>,
    pub findings: Vec<i64>,
    pub more_findings: u64,
    pub columns: Vec<(String, String)>,
    /// Whether everything a machine can look at was looked at.
    pub complete: bool,
    pub notes: Vec<String>,
}

/// Looks an indicator up in the facts. `Err`: it was not measured, with the reasons.
pub(super) fn look_up(indicator: &Indicator, facts: &Measured) -> Result<Seen, Vec<String>> {
    match &indicator.look {
        Look::Findings { unit, at_least } => findings(indicator, facts, *unit, *at_least),
        Look::Columns { state, at_least, periods, undated_is_stale } => match &facts.columns {
            Some(columns) => {
                let asked = Asked { state: *state, at_least: *at_least, periods, undated: *undated_is_stale };
                Ok(asked.of(columns, indicator, facts))
            }
            None => without_columns(indicator, facts, *at_least),
        },
        Look::Monitor { days, visits_a_day, seconds, percent } => {
            let mut why = vec![format!(
                "要连续监测 {days} 天、每天 {visits_a_day} 次以上，{seconds} 秒打不开的占 {percent}% 才算；一次巡检看不出来"
            )];
            let down: u64 =
                indicator.rules.iter().filter_map(|r| facts.of(r)).map(|f| f.faults.len() as u64).sum();
            if down > 0 {
                why.push("这次巡检打开首页时出了问题，可作线索".into());
            }
            Err(why)
        }
        Look::Person => Err(vec!["要人工检查".into()]),
        Look::Questionnaire => Err(vec!["要看台账、证明材料或问卷".into()]),
    }
}

fn findings(indicator: &Indicator, facts: &Measured, unit: Unit, at_least: u64) -> Result<Seen, Vec<String>> {
    let unlooked: Vec<&str> =
        indicator.rules.iter().map(String::as_str).filter(|rule| !facts.looked(rule)).collect();
    let why = why_not(&unlooked, facts);
    if unlooked.len() == indicator.rules.len() {
        return Err(why);
    }
    let mut seen = Seen { complete: unlooked.is_empty() && facts.whole, notes: why, ..Seen::default() };
    let (mut all, mut home) = (0, 0);
    for rule in &indicator.rules {
        let Some(found) = facts.of(rule) else { continue };
        for fault in &found.faults {
            let (weight, on_home) = match unit {
                Unit::Fault => (1, u64::from(fault.home)),
                Unit::Place => (fault.places, fault.home_places),
            };
            all += weight;
            home += on_home;
            seen.trace(fault.finding);
        }
        seen.hints += found.hints;
        seen.rules.push(RuleSeen {
            rule: rule.clone(),
            faults: found.faults.len() as u64,
            level: found.gravest,
        });
    }
    let by_people = indicator.check.contains(&Check::Sampled);
    seen.counts = Counts {
        sure: if by_people { 0 } else { all },
        sure_home: if by_people { 0 } else { home },
        possible: all,
        possible_home: home,
        at_least,
    };
    if seen.hints > 0 {
        seen.notes.push(format!("另有 {} 处只是提示，不计入", seen.hints));
    }
    Ok(seen)
}

/// Without a list of columns the rules' own findings are all there is: enough for a suspicion, not for a number.
fn without_columns(indicator: &Indicator, facts: &Measured, at_least: u64) -> Result<Seen, Vec<String>> {
    let none = vec!["这次巡检没有栏目的更新日期".to_owned()];
    if indicator.rules.is_empty() {
        return Err(none);
    }
    let mut seen = findings(indicator, facts, Unit::Fault, at_least).map_err(|_| none.clone())?;
    seen.counts.sure = 0;
    seen.counts.sure_home = 0;
    seen.complete = false;
    seen.notes.extend(none);
    Ok(seen)
}

/// Why rules had no look: the reasons that the run gives, and the rest in one line.
fn why_not(rules: &[&str], facts: &Measured) -> Vec<String> {
    let name = |rule: &str| registry::rule(rule).map_or_else(|| rule.to_owned(), |r| r.name.to_owned());
    let (told, rest): (Vec<&str>, Vec<&str>) =
        rules.iter().partition(|rule| facts.unlooked.contains_key(**rule));
    let mut why: Vec<String> = told
        .iter()
        .filter_map(|rule| Some(format!("没有检查“{}”：{}", name(rule), facts.unlooked.get(*rule)?)))
        .collect();
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|rule| name(rule)).collect();
        why.push(format!("这次没有运行的规则：{}", names.join("、")));
    }
    why
}

/// What is asked of the columns.
struct Asked<'i> {
    state: ColumnState,
    at_least: u64,
    periods: &'i [Period],
    undated: bool,
}

impl Asked<'_> {
    fn of(&self, columns: &[Column], indicator: &Indicator, facts: &Measured) -> Seen {
        let mut seen = Seen { complete: facts.whole, ..Seen::default() };
        let by_people = indicator.check.contains(&Check::Sampled);
        let (mut sure, mut possible, mut looked, mut undated, mut unplaced) = (0, 0, 0_u64, 0_u64, 0_u64);
        for column in columns {
            let asked = match self.state {
                ColumnState::Empty => Some(None),
                ColumnState::Stale => self.periods.iter().find(|p| covers(p, column)).map(Some),
            };
            let Some(period) = asked else { continue };
            looked += 1;
            let hit = match period {
                None => column.empty,
                Some(_) if column.empty => false,
                Some(period) => match column.newest {
                    Some(newest) => newest < since(period, facts.looked_on),
                    None if self.undated => true,
                    None => {
                        undated += 1;
                        false
                    }
                },
            };
            if !hit {
                continue;
            }
            possible += 1;
            // Whether it is of the first level decides whether it counts at all.
            let unsure = period.is_some_and(|p| p.first_level) && column.first_level.is_none();
            unplaced += u64::from(unsure);
            sure += u64::from(!by_people && !unsure);
            let mut by_rule = indicator.rules.iter().filter_map(|rule| facts.finding_of(rule, &column.page));
            if let Some(finding) = column.finding.or_else(|| by_rule.next()) {
                seen.trace(finding);
            }
            if seen.columns.len() < MOST_COLUMNS {
                seen.columns.push((column.name.clone(), column.page.clone()));
            }
        }
        seen.counts = Counts { sure, possible, at_least: self.at_least, ..Counts::default() };
        for rule in &indicator.rules {
            if let Some(found) = facts.of(rule) {
                let faults = found.faults.len() as u64;
                seen.rules.push(RuleSeen { rule: rule.clone(), faults, level: found.gravest });
            }
        }
        seen.notes.push(match looked {
            0 => "没有认出这一类栏目".to_owned(),
            _ => format!("查了 {looked} 个栏目"),
        });
        seen.complete &= looked > 0 && undated == 0;
        if undated > 0 {
            seen.notes.push(format!("{undated} 个栏目读不出日期，没有计入"));
        }
        if unplaced > 0 {
            seen.notes.push(format!("{unplaced} 个栏目不知是不是一级栏目，算作疑点"));
        }
        seen
    }
}

fn covers(period: &Period, column: &Column) -> bool {
    let kind = match period.kinds.is_empty() {
        true => column.kind != "首页",
        false => period.kinds.contains(&column.kind),
    };
    kind && !(period.first_level && column.first_level == Some(false))
}

/// The first day within the period: what is older than this is stale. Bounds of the calendar keep everything fresh.
fn since(period: &Period, today: Date) -> Date {
    let months = i64::from(period.months).months();
    today
        .checked_sub(months)
        .and_then(|day| day.checked_sub(i64::from(period.days).days()))
        .unwrap_or(Date::MIN)
}

impl Seen {
    fn trace(&mut self, finding: i64) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more_findings += 1;
        }
    }
}
