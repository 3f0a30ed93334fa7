//! What a rule pack is: a regulation's indicators as dated data, each with its source and state of proof.
//! Clauses N2.1–N2.8.
//!
//! Values only. What a number is worth is written in the pack's file, never here.

use jiff::civil::Date;
use serde::Serialize;

use super::Points;

/// One regulation, as data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pack {
    /// Name on the command line and of the score's files: lower-case letters, digits, hyphens.
    pub id: String,
    pub name: String,
    /// The document's number, for example `国办秘函〔2019〕19号`.
    pub document: String,
    pub jurisdiction: String,
    /// Who made it: 1 the State Council and its office, 2 a province, 3 a city, 4 a county.
    pub authority_rank: u8,
    pub effective_from: Date,
    /// Last day; `None`: still in force.
    pub effective_to: Option<Date>,
    /// How well the two dates are proved.
    pub dates: Verification,
    pub source: String,
    pub note: String,
    /// `None`: the document says what to look at and gives no points.
    pub scoring: Option<Scoring>,
    pub dimensions: Vec<Dimension>,
    pub indicators: Vec<Indicator>,
}

/// How a total comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scoring {
    pub full: Points,
    /// Less than this fails; exactly this passes.
    pub fail_below: Points,
    /// More than this may add a bonus; exactly this may not.
    pub bonus_above: Option<Points>,
    pub bonus_most: Points,
    /// Deductions and bonus are for portals; every other site is held to the vetoes alone.
    pub portal_only: bool,
    /// Full points of a site without services for the public; its score is put back on the scale of `full`.
    pub without_services: Option<Reduced>,
    pub verification: Verification,
}

/// The shorter scale of a site without services for the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reduced {
    pub full: Points,
    pub verification: Verification,
}

/// A first-level item (一级指标).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dimension {
    pub name: String,
    /// Most that can be deducted in it.
    pub cap: Option<Points>,
    pub cap_verification: Verification,
    /// Not looked at where a site has no services for the public.
    pub services: bool,
}

/// One indicator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indicator {
    pub id: String,
    pub name: String,
    pub level: Weight,
    /// A veto that the document names without a number: it never fails a site by itself.
    pub candidate: bool,
    pub dimension: String,
    pub measures: String,
    /// The threshold as people read it.
    pub threshold: String,
    pub check: Vec<Check>,
    /// Rules that measure it.
    pub rules: Vec<String>,
    pub look: Look,
    pub points: Option<Worth>,
    pub verification: Verification,
    pub subject: Subject,
    /// The indicator under which the same fault is counted: nothing is deducted twice.
    pub counted_by: Option<String>,
    pub effective_from: Date,
    pub effective_to: Option<Date>,
    pub jurisdiction: String,
    pub source: String,
    pub evidence: String,
    pub note: String,
}

/// What an indicator does to the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// 单项否决: fails the site.
    Veto,
    /// 扣分.
    Deduct,
    /// 加分.
    Bonus,
    /// 建议: an order without points.
    Advice,
}

/// Who can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Check {
    /// 机器检查.
    #[serde(rename = "A")]
    Machine,
    /// 人工抽查: a machine finds what looks like it, people decide.
    #[serde(rename = "S")]
    Sampled,
    /// 问卷台账: papers of the office.
    #[serde(rename = "Q")]
    Questionnaire,
}

/// Whether the number was seen in the original text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    Seen,
    /// Seen in a mirror, a reprint or a machine's copy.
    Mirrored,
    /// Remembered, not seen: never scores by itself.
    Unverified,
}

/// What an indicator is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    Website,
    NewMedia,
}

/// How facts become a number, with the thresholds of the regulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Look {
    /// Findings of the indicator's rules.
    Findings { unit: Unit, at_least: u64 },
    /// Columns of the site (栏目).
    Columns { state: ColumnState, at_least: u64, periods: Vec<Period>, undated_is_stale: bool },
    /// Visits spread over a time: no single run can tell.
    Monitor { days: u64, visits_a_day: u64, seconds: u64, percent: Points },
    /// People only.
    Person,
    /// Papers of the office only.
    Questionnaire,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// One address with one kind of fault, on however many pages it shows.
    Fault,
    /// Every place.
    Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnState {
    /// Not updated within the period of its kind.
    Stale,
    /// A column without content.
    Empty,
}

/// Within how long columns of some kinds must be updated. Days and months add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Kinds of column, as `Column::kind` says; empty: all but the home page.
    pub kinds: Vec<String>,
    pub days: u32,
    pub months: u32,
    /// Only columns of the first level count.
    pub first_level: bool,
}

/// What an indicator is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Worth {
    pub given: Given,
    /// Most that the indicator can cost or bring.
    pub most: Option<Points>,
    pub verification: Verification,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// Once, when the threshold is reached.
    Flat(Points),
    /// For each one counted; those on the home page may weigh differently.
    Each { points: Points, home: Points },
}

impl Pack {
    /// Whether the pack is law on that day.
    pub fn in_force(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|last| day <= last)
    }

    /// The first-level item of that name.
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|d| d.name == name)
    }

    /// The dates in which it is law, for screens.
    pub fn period(&self) -> String {
        match self.effective_to {
            Some(last) => format!("{} 至 {last}", self.effective_from),
            None => format!("{} 起", self.effective_from),
        }
    }
}

impl Indicator {
    /// How well all its numbers are proved: a threshold that was seen is worth no more than its points.
    pub fn proof(&self) -> Verification {
        let points = self.points.as_ref().map_or(Verification::Seen, |worth| worth.verification);
        match (self.verification, points) {
            (Verification::Unverified, _) | (_, Verification::Unverified) => Verification::Unverified,
            (Verification::Mirrored, _) | (_, Verification::Mirrored) => Verification::Mirrored,
            (Verification::Seen, Verification::Seen) => Verification::Seen,
        }
    }
}

impl Weight {
    pub const ALL: [Weight; 4] = [Weight::Veto, Weight::Deduct, Weight::Bonus, Weight::Advice];

    pub fn code(self) -> &'static str {
        match self {
            Weight::Veto => "veto",
            Weight::Deduct => "deduct",
            Weight::Bonus => "bonus",
            Weight::Advice => "advice",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Weight::Veto => "单项否决",
            Weight::Deduct => "扣分",
            Weight::Bonus => "加分",
            Weight::Advice => "管理要求",
        }
    }
}

impl Check {
    pub const ALL: [Check; 3] = [Check::Machine, Check::Sampled, Check::Questionnaire];

    pub fn code(self) -> &'static str {
        match self {
            Check::Machine => "A",
            Check::Sampled => "S",
            Check::Questionnaire => "Q",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Check::Machine => "机器检查",
            Check::Sampled => "人工抽查",
            Check::Questionnaire => "问卷台账",
        }
    }
}

impl Verification {
    pub const ALL: [Verification; 3] = [Verification::Seen, Verification::Mirrored, Verification::Unverified];

    pub fn code(self) -> &'static str {
        match self {
            Verification::Seen => "seen",
            Verification::Mirrored => "mirrored",
            Verification::Unverified => "unverified",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Verification::Seen => "已见原文",
            Verification::Mirrored => "见于转载",
            Verification::Unverified => "待核实",
        }
    }

    /// Whether a number in this state may decide anything.
    pub fn counts(self) -> bool {
        self != Verification::Unverified
    }
}

impl Worth {
    /// The points of so many counted, `home` of them on the home page.
    pub fn of(&self, count: u64, home: u64) -> Points {
        let points = match self.given {
            Given::Flat(points) if count > 0 => points,
            Given::Flat(_) => Points::ZERO,
            Given::Each { points, home: each_home } => {
                points.times(count.saturating_sub(home)) + each_home.times(home.min(count))
            }
        };
        self.most.map_or(points, |most| points.min(most))
    }

    /// In words, `首页每处 1 分，其他每处 0.1 分，最多 10 分`.
    pub fn words(&self) -> String {
        let mut text = match self.given {
            Given::Flat(points) => format!("{points} 分"),
            Given::Each { points, home } if points == home => format!("每处 {points} 分"),
            Given::Each { points, home } => format!("首页每处 {home} 分，其他每处 {points} 分"),
        };
        if let Some(most) = self.most {
            text.push_str(&format!("，最多 {most} 分"));
        }
        text
    }
}
