//! A pack's text into a pack, or everything that is wrong with it. Serves N2.7.
//!
//! Opens no file and knows no registry: whether a rule exists is for whoever has the list.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use toml::Table;

use super::fields::Fields;
use super::model::{
    Check, ColumnState, Dimension, Given, Indicator, Look, Pack, Period, Reduced, Scoring, Subject, Unit,
    Verification, Weight, Worth,
};
use super::points::Points;
use crate::column::ColumnKind;

/// A pack is a page or two of law; more bytes than this are no pack.
const MOST_BYTES: usize = 2 << 20;
/// The longest of the known tables has some sixty.
const MOST_INDICATORS: usize = 2_000;
/// What is said of a file with more faults than this is not read by anybody.
const MOST_FAULTS: usize = 50;
/// Counts, days and visits above this are slips.
const MOST_NUMBER: u32 = 1_000_000;

/// Something wrong in a pack's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFault {
    /// The indicator, by its id or its place ("第 3 个指标"); `None`: the pack as a whole.
    pub indicator: Option<String>,
    /// The field with the tables it lies in: `points.each`.
    pub field: String,
    /// What is wrong, in Chinese.
    pub why: String,
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.indicator, self.field.as_str()) {
            (Some(indicator), "") => write!(f, "{indicator}：{}", self.why),
            (Some(indicator), field) => write!(f, "{indicator} 的 {field}：{}", self.why),
            (None, "") => write!(f, "{}", self.why),
            (None, field) => write!(f, "{field}：{}", self.why),
        }
    }
}

/// Reads and validates a pack.
pub fn read(text: &str) -> Result<Pack, Vec<PackFault>> {
    let whole = |why: String| vec![PackFault { indicator: None, field: String::new(), why }];
    if text.len() > MOST_BYTES {
        return Err(whole(format!("文件过大，最多 {} MB", MOST_BYTES >> 20)));
    }
    let table: Table = text.parse().map_err(|fault: toml::de::Error| {
        let before = fault.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
        let line = before.matches('\n').count() + 1;
        whole(format!("第 {line} 行不符合 TOML 语法：{}", fault.message()))
    })?;
    let mut faults = Vec::new();
    let pack = pack(&table, &mut faults);
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(pack) } else { Err(faults) }
}

fn pack(table: &Table, faults: &mut Vec<PackFault>) -> Pack {
    let mut of = Fields::new(table, None, "", faults);
    let id = of.text("id");
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.chars().all(named) || id.len() > 40 {
        of.wrong("id", "只能用小写英文字母、数字和连字符，最多 40 个");
    }
    let effective_from = of.day("effective_from");
    if effective_from.is_none() && !table.contains_key("effective_from") {
        of.wrong("effective_from", "缺少这一项");
    }
    let mut pack = Pack {
        id,
        name: of.text("name"),
        document: of.text("document"),
        jurisdiction: of.text("jurisdiction"),
        authority_rank: u8::try_from(of.whole("authority_rank", 1, 4, None)).unwrap_or(1),
        effective_from: effective_from.unwrap_or(Date::MIN),
        effective_to: of.day("effective_to"),
        dates: verification(&mut of, "dates"),
        source: of.text("source"),
        note: of.maybe_text("note").unwrap_or_default(),
        scoring: of.inner("scoring", scoring),
        dimensions: Vec::new(),
        indicators: Vec::new(),
    };
    if pack.effective_to.is_some_and(|last| last < pack.effective_from) {
        of.wrong("effective_to", "早于 effective_from");
    }
    let dimensions = of.tables("dimension");
    let indicators = of.tables("indicator");
    if indicators.is_empty() {
        of.wrong("indicator", "一个指标也没有");
    }
    if indicators.len() > MOST_INDICATORS {
        of.wrong("indicator", format!("最多 {MOST_INDICATORS} 个"));
    }
    of.end();
    for table in dimensions {
        let mut of = Fields::new(table, None, "dimension.", faults);
        let cap = points(&mut of, "cap");
        pack.dimensions.push(Dimension {
            name: of.text("name"),
            cap,
            cap_verification: match cap {
                Some(_) => verification(&mut of, "verification"),
                None => Verification::Unverified,
            },
            services: of.switch("services"),
        });
        of.end();
    }
    for (number, table) in indicators.into_iter().take(MOST_INDICATORS).enumerate() {
        let read = indicator(number, table, &pack, faults);
        pack.indicators.push(read);
    }
    agree(&pack, faults);
    pack
}

fn scoring(of: &mut Fields<'_, '_>) -> Scoring {
    let mut needed = |field| {
        points(of, field).unwrap_or_else(|| {
            of.wrong(field, "缺少这一项，或者不是分数");
            Points::ZERO
        })
    };
    let (full, fail_below) = (needed("full"), needed("fail_below"));
    if fail_below > full {
        of.wrong("fail_below", "大于满分 full");
    }
    Scoring {
        full,
        fail_below,
        bonus_above: points(of, "bonus_above"),
        bonus_most: points(of, "bonus_most").unwrap_or(Points::ZERO),
        portal_only: of.switch("portal_only"),
        verification: verification(of, "verification"),
        without_services: of.inner("without_services", |of| Reduced {
            full: points(of, "full").filter(|p| !p.is_zero()).unwrap_or_else(|| {
                of.wrong("full", "应为大于 0 的分数");
                Points::whole(1)
            }),
            verification: verification(of, "verification"),
        }),
    }
}

fn indicator(number: usize, table: &Table, pack: &Pack, faults: &mut Vec<PackFault>) -> Indicator {
    let id = table.get("id").and_then(|v| v.as_str()).unwrap_or_default().trim().to_owned();
    let place = if id.is_empty() { format!("第 {} 个指标", number + 1) } else { format!("指标 {id}") };
    let mut of = Fields::new(table, Some(place), "", faults);
    of.text("id");
    let levels = Weight::ALL.map(|w| (w.code(), w));
    let level = of.word("level", &levels).unwrap_or(Weight::Advice);
    let check = check(&mut of);
    let look = of.inner("look", look).unwrap_or(match check.contains(&Check::Sampled) {
        true => Look::Person,
        false => Look::Questionnaire,
    });
    let rules = of.texts("rules");
    let machine = matches!(look, Look::Findings { .. } | Look::Columns { .. });
    if matches!(look, Look::Findings { .. }) && rules.is_empty() {
        of.wrong("rules", "按规则的结果统计，却没有写是哪些规则");
    }
    if machine && check == [Check::Questionnaire] {
        of.wrong("check", "写了机器怎样统计，就不能只是 Q");
    }
    if !machine && check == [Check::Machine] && !matches!(look, Look::Monitor { .. }) {
        of.wrong("look", "检查方式是 A，却没有写机器怎样统计");
    }
    let subjects = [("website", Subject::Website), ("new-media", Subject::NewMedia)];
    let subject = match table.contains_key("subject") {
        true => of.word("subject", &subjects).unwrap_or(Subject::Website),
        false => {
            of.get("subject");
            Subject::Website
        }
    };
    let worth = of.inner("points", worth);
    if worth.is_some() && matches!(level, Weight::Veto | Weight::Advice) {
        of.wrong("points", "只有扣分（deduct）和加分（bonus）的指标才有分值");
    }
    let read = Indicator {
        name: of.text("name"),
        level,
        candidate: of.switch("candidate"),
        dimension: of.text("dimension"),
        measures: of.text("measures"),
        threshold: of.maybe_text("threshold").unwrap_or_default(),
        check,
        rules,
        look,
        points: worth,
        verification: verification(&mut of, "verification"),
        subject,
        counted_by: of.maybe_text("counted_by"),
        effective_from: of.day("effective_from").unwrap_or(pack.effective_from),
        effective_to: of.day("effective_to").or(pack.effective_to),
        jurisdiction: of.maybe_text("jurisdiction").unwrap_or_else(|| pack.jurisdiction.clone()),
        source: of.maybe_text("source").unwrap_or_else(|| pack.source.clone()),
        evidence: of.maybe_text("evidence").unwrap_or_default(),
        note: of.maybe_text("note").unwrap_or_default(),
        id,
    };
    of.end();
    read
}

fn check(of: &mut Fields<'_, '_>) -> Vec<Check> {
    let words = of.texts("check");
    let mut read = Vec::new();
    for word in &words {
        match Check::ALL.into_iter().find(|c| c.code() == word) {
            Some(check) => read.push(check),
            None => {
                of.wrong("check", format!("不能是“{word}”，可用：A（机器）、S（人工抽查）、Q（问卷台账）"))
            }
        }
    }
    if words.is_empty() {
        of.wrong("check", "缺少这一项，如 [\"A\"] 或 [\"A\", \"S\"]");
    }
    read
}

#[derive(Clone, Copy)]
enum By {
    Findings,
    Columns,
    Monitor,
    Person,
    Questionnaire,
}

fn look(of: &mut Fields<'_, '_>) -> Look {
    let words = [
        ("findings", By::Findings),
        ("columns", By::Columns),
        ("monitor", By::Monitor),
        ("person", By::Person),
        ("questionnaire", By::Questionnaire),
    ];
    match of.word("by", &words).unwrap_or(By::Person) {
        By::Findings => Look::Findings {
            unit: of.word("unit", &[("fault", Unit::Fault), ("place", Unit::Place)]).unwrap_or(Unit::Fault),
            at_least: u64::from(of.whole("at_least", 1, MOST_NUMBER, Some(1))),
        },
        By::Columns => {
            let state = [("stale", ColumnState::Stale), ("empty", ColumnState::Empty)];
            let state = of.word("state", &state).unwrap_or(ColumnState::Stale);
            let periods = periods(of);
            if state == ColumnState::Stale && periods.is_empty() {
                of.wrong("periods", "缺少这一项：哪些栏目、多久不更新");
            }
            Look::Columns {
                state,
                at_least: u64::from(of.whole("at_least", 1, MOST_NUMBER, None)),
                periods,
                undated_is_stale: of.switch("undated_is_stale"),
            }
        }
        By::Monitor => Look::Monitor {
            days: u64::from(of.whole("days", 1, MOST_NUMBER, None)),
            visits_a_day: u64::from(of.whole("visits_a_day", 1, MOST_NUMBER, None)),
            seconds: u64::from(of.whole("seconds", 1, MOST_NUMBER, None)),
            percent: points(of, "percent").unwrap_or_else(|| {
                of.wrong("percent", "缺少这一项，或者不是百分数");
                Points::ZERO
            }),
        },
        By::Person => Look::Person,
        By::Questionnaire => Look::Questionnaire,
    }
}

fn periods(of: &mut Fields<'_, '_>) -> Vec<Period> {
    let mut periods = Vec::new();
    for table in of.tables("periods") {
        let read = of.each("periods", table, |of| Period {
            kinds: of.texts("kinds"),
            days: of.whole("days", 0, 36_500, Some(0)),
            months: of.whole("months", 0, 1_200, Some(0)),
            first_level: of.switch("first_level"),
        });
        // A kind that no column ever has would quietly measure nothing.
        for kind in read.kinds.iter().filter(|kind| !ColumnKind::ALL.iter().any(|k| k.label() == **kind)) {
            let can: Vec<&str> = ColumnKind::ALL.iter().map(|k| k.label()).collect();
            of.wrong("periods.kinds", format!("没有“{kind}”这种栏目，可用：{}", can.join("、")));
        }
        if read.days == 0 && read.months == 0 {
            of.wrong("periods", "要写 days 或 months");
        }
        periods.push(read);
    }
    periods
}

fn worth(of: &mut Fields<'_, '_>) -> Worth {
    let (flat, each, home) = (points(of, "flat"), points(of, "each"), points(of, "home"));
    if of.has("flat") == of.has("each") || of.has("flat") && of.has("home") {
        of.wrong("flat", "flat（一次性）和 each（每处，可另写 home）要写且只写一种");
    }
    let given = match (flat, each) {
        (Some(flat), _) => Given::Flat(flat),
        (None, points) => {
            let points = points.unwrap_or(Points::ZERO);
            Given::Each { points, home: home.unwrap_or(points) }
        }
    };
    Worth { given, most: points(of, "most"), verification: verification(of, "verification") }
}

fn points(of: &mut Fields<'_, '_>, field: &'static str) -> Option<Points> {
    let number = of.number(field)?;
    let points = Points::read(number);
    if points.is_none() {
        of.wrong(field, "应为不小于 0 的数，最多三位小数");
    }
    points
}

fn verification(of: &mut Fields<'_, '_>, field: &'static str) -> Verification {
    of.word(field, &Verification::ALL.map(|v| (v.code(), v))).unwrap_or(Verification::Unverified)
}

/// What the parts of a pack must agree on.
fn agree(pack: &Pack, faults: &mut Vec<PackFault>) {
    let mut wrong = |indicator: &Indicator, field: &str, why: String| {
        faults.push(PackFault {
            indicator: Some(format!("指标 {}", indicator.id)),
            field: field.to_owned(),
            why,
        });
    };
    let ids: BTreeSet<&str> = pack.indicators.iter().map(|i| i.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    for indicator in &pack.indicators {
        if !indicator.id.is_empty() && !seen.insert(indicator.id.as_str()) {
            wrong(indicator, "id", "有两个指标都叫这个".into());
        }
        if !indicator.dimension.is_empty() && pack.dimension(&indicator.dimension).is_none() {
            let why = format!("没有名为“{}”的 [[dimension]]", indicator.dimension);
            wrong(indicator, "dimension", why);
        }
        if let Some(other) = &indicator.counted_by
            && (!ids.contains(other.as_str()) || *other == indicator.id)
        {
            wrong(indicator, "counted_by", format!("没有指标“{other}”"));
        }
        if indicator.effective_to.is_some_and(|last| last < indicator.effective_from) {
            wrong(indicator, "effective_to", "早于 effective_from".into());
        }
    }
    let mut whole = |field: &str, why: String| {
        faults.push(PackFault { indicator: None, field: field.to_owned(), why });
    };
    let names: BTreeSet<&str> = pack.dimensions.iter().map(|d| d.name.as_str()).collect();
    if names.len() != pack.dimensions.len() {
        whole("dimension.name", "有重名".into());
    }
    // Caps are the parts of the full score: where every item that is deducted from has one, they must make it up.
    let capped = |name: &str| pack.dimension(name).is_none_or(|d| d.cap.is_some());
    let mut deducting = pack.indicators.iter().filter(|i| i.level == Weight::Deduct).peekable();
    let whole_scale = deducting.peek().is_some() && deducting.all(|i| capped(&i.dimension));
    let sum: Points = pack.dimensions.iter().filter_map(|d| d.cap).sum();
    if let Some(scoring) = &pack.scoring
        && whole_scale
        && sum != scoring.full
    {
        whole("dimension.cap", format!("各项上限合计 {sum} 分，与满分 {} 分不符", scoring.full));
    }
}
