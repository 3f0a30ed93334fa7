//! A score sheet (评分表): every indicator with what was seen of it, and what it all amounts to. Clauses N2.1–N2.7.
//!
//! A value made by `score` alone. It says of each number where it comes from, and of each gap that it is one.

use base::Level;
use jiff::civil::Date;
use serde::Serialize;

use super::model::{Indicator, Weight};
use super::points::Points;

/// One pack held against one run.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    pub pack: String,
    pub name: String,
    pub document: String,
    pub jurisdiction: String,
    pub source: String,
    pub note: String,
    pub period: String,
    /// The day whose law was applied.
    pub as_of: Date,
    /// The day of the run.
    pub looked_on: Date,
    /// Whether the site was judged as one without services for the public.
    pub without_services: bool,
    /// Whether the pack gives points at all.
    pub scored: bool,
    pub full: Points,
    pub fail_below: Points,
    /// By what machines alone can tell.
    pub facts: Tally,
    /// If every suspicion (疑点) is confirmed by people.
    pub confirmed: Tally,
    /// If, beyond that, the unverified numbers were right. For information only: it judges nothing.
    pub unproved: Tally,
    /// Indicators that apply: measured, of these still to be sampled by people, not measured, numbers unproved.
    pub measured: usize,
    pub to_sample: usize,
    pub unmeasured: usize,
    pub pending: usize,
    /// Of the numbers unproved, those under which something was found that costs nothing for that reason alone.
    pub pending_found: usize,
    /// Suspicions that people must confirm.
    pub suspicions: u64,
    pub rows: Vec<Row>,
    /// What holds for the whole sheet.
    pub notes: Vec<String>,
}

/// A total, and what may be said on the strength of it.
#[derive(Clone, Debug, Serialize)]
pub struct Tally {
    pub judged: Judged,
    /// Indicators whose veto was reached.
    pub vetoes: Vec<String>,
    /// After deductions and caps; `None`: vetoed, or nothing is scored.
    pub score: Option<Points>,
    pub bonus: Points,
    pub total: Option<Points>,
    /// The result in a sentence.
    pub words: String,
}

/// What may be said of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// Fails, whatever the rest would show.
    Fails,
    /// Everything was measured, and it passes.
    Passes,
    /// Nothing fails it so far, and something was not measured or not proved.
    Open,
    /// The pack gives no points.
    Unscored,
}

/// One indicator of the sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub indicator: Indicator,
    pub state: State,
    /// Why it was not measured or does not apply, or what to know of the number; in Chinese.
    pub notes: Vec<String>,
    /// Whether a machine had its look at it.
    pub measured: bool,
    /// Counted as fact.
    pub count: u64,
    /// Counted as fact or suspicion.
    pub possible: u64,
    /// Findings of the hint layer, which never count.
    pub hints: u64,
    /// Points deducted or added: by facts, with the suspicions, with unproved numbers too.
    pub points: Points,
    pub points_confirmed: Points,
    pub points_unproved: Points,
    pub seen: Vec<RuleSeen>,
    /// Rows of the table `finding` of the run file that stand behind the count.
    pub findings: Vec<i64>,
    /// Further rows that are not listed.
    pub more_findings: u64,
    /// Columns that stand behind the count: name and address.
    pub columns: Vec<(String, String)>,
    #[serde(skip)]
    pub(super) counts: Counts,
}

/// What one rule contributed to a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSeen {
    pub rule: String,
    /// Faults, whatever the unit of the indicator.
    pub faults: u64,
    /// The gravest level among its findings.
    #[serde(serialize_with = "level_code")]
    pub level: Option<Level>,
}

fn level_code<S: serde::Serializer>(level: &Option<Level>, to: S) -> Result<S::Ok, S::Error> {
    level.map(Level::code).serialize(to)
}

/// How an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A machine counted what reaches the threshold.
    Hit,
    /// What looks like it reaches the threshold; people decide.
    Suspected,
    /// Measured, and nothing there.
    Clear,
    /// The machine found nothing, and people must still sample.
    ToSample,
    /// The number is not proved and does not score.
    Pending,
    /// Not measured.
    Unmeasured,
    /// Does not apply to this site, this day or this sheet.
    Outside,
}

/// What is counted, as fact and as possible, before points are given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub sure: u64,
    pub sure_home: u64,
    pub possible: u64,
    pub possible_home: u64,
    pub at_least: u64,
}

impl State {
    /// Every state, in the order in which readers need them.
    pub const ALL: [State; 7] = [
        State::Hit,
        State::Suspected,
        State::Pending,
        State::ToSample,
        State::Unmeasured,
        State::Clear,
        State::Outside,
    ];

    pub fn code(self) -> &'static str {
        match self {
            State::Hit => "hit",
            State::Suspected => "suspected",
            State::Clear => "clear",
            State::ToSample => "to-sample",
            State::Pending => "pending",
            State::Unmeasured => "unmeasured",
            State::Outside => "outside",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            State::Hit => "机器判定有",
            State::Suspected => "疑点，待人工确认",
            State::Clear => "没有发现",
            State::ToSample => "机器没有发现，待人工抽查",
            State::Pending => "待核实，不计分",
            State::Unmeasured => "未测",
            State::Outside => "不适用",
        }
    }
}

impl Judged {
    pub fn label(self) -> &'static str {
        match self {
            Judged::Fails => "不合格",
            Judged::Passes => "合格",
            Judged::Open => "尚不能判定",
            Judged::Unscored => "不计分",
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Judged::Fails => "fails",
            Judged::Passes => "passes",
            Judged::Open => "open",
            Judged::Unscored => "unscored",
        }
    }
}

impl Counts {
    /// Whether what was seen, suspicions with it, reaches the threshold.
    pub(super) fn reached(self) -> bool {
        self.possible >= self.at_least
    }
}

impl Sheet {
    /// What a reader of the headline must know beside it, if anything: found, and not deducted.
    pub fn not_deducted(&self) -> Option<String> {
        let count = self.pending_found;
        (count > 0).then(|| format!("另有 {count} 项查到问题，分值待核实，没有扣分。"))
    }
}

impl Row {
    /// Whether it was found and costs nothing only because its numbers are not proved.
    pub(super) fn is_found_unpaid(&self) -> bool {
        self.state == State::Pending
            && self.indicator.level != Weight::Bonus
            && self.possible > 0
            && self.counts.reached()
    }

    /// Whether the indicator is one of those that decide over pass and fail.
    pub(super) fn decides(&self) -> bool {
        matches!(self.indicator.level, Weight::Veto | Weight::Deduct)
            && self.state != State::Outside
            && self.indicator.counted_by.is_none()
    }
}
