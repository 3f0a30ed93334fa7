//! A pack held against facts: `s = Σ(cap − min(cap, Σ deductions))`, vetoes before, a bonus after. Clauses N2.1–N2.8.
//!
//! Reads no file and no clock. It never calls a site passed while anything that could fail it is unmeasured or
//! unproved; what already fails it needs no more measuring.

use jiff::civil::Date;

use super::look::look_up;
use super::measured::Measured;
use super::model::{Check, Indicator, Pack, Scoring, Subject, Verification, Weight};
use super::points::Points;
use super::sheet::{Counts, Judged, Row, Sheet, State, Tally};

/// Scores a run by the pack's text as it was on `as_of`.
pub fn score(pack: &Pack, as_of: Date, without_services: bool, facts: &Measured) -> Sheet {
    let case = Case { pack, as_of, without_services, facts };
    let rows: Vec<Row> = pack.indicators.iter().map(|indicator| case.row(indicator)).collect();
    let applies = || rows.iter().filter(|r| r.state != State::Outside);
    let zero = Points::ZERO;
    let (full, fail_below) = pack.scoring.as_ref().map_or((zero, zero), |s| (s.full, s.fail_below));
    Sheet {
        pack: pack.id.clone(),
        name: pack.name.clone(),
        document: pack.document.clone(),
        jurisdiction: pack.jurisdiction.clone(),
        source: pack.source.clone(),
        note: pack.note.clone(),
        period: pack.period(),
        as_of,
        looked_on: facts.looked_on,
        without_services,
        scored: pack.scoring.is_some(),
        full,
        fail_below,
        facts: case.tally(&rows, Strength::Facts),
        confirmed: case.tally(&rows, Strength::Confirmed),
        unproved: case.tally(&rows, Strength::Unproved),
        measured: applies().filter(|r| r.measured).count(),
        to_sample: applies().filter(|r| matches!(r.state, State::Suspected | State::ToSample)).count(),
        unmeasured: applies().filter(|r| !r.measured).count(),
        pending: applies().filter(|r| r.state == State::Pending).count(),
        pending_found: applies().filter(|r| r.is_found_unpaid()).count(),
        suspicions: applies().filter(|r| r.state == State::Suspected).map(|r| r.possible - r.count).sum(),
        notes: case.notes(),
        rows,
    }
}

/// On what a total rests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Facts,
    Confirmed,
    Unproved,
}

struct Case<'a> {
    pack: &'a Pack,
    as_of: Date,
    without_services: bool,
    facts: &'a Measured,
}

impl Case<'_> {
    fn row(&self, indicator: &Indicator) -> Row {
        let mut row = Row {
            indicator: indicator.clone(),
            state: State::Outside,
            notes: Vec::new(),
            measured: false,
            count: 0,
            possible: 0,
            hints: 0,
            points: Points::ZERO,
            points_confirmed: Points::ZERO,
            points_unproved: Points::ZERO,
            seen: Vec::new(),
            findings: Vec::new(),
            more_findings: 0,
            columns: Vec::new(),
            counts: Counts::default(),
        };
        if let Some(why) = self.outside(indicator) {
            row.notes.push(why);
            return row;
        }
        let proved = self.proved(indicator);
        let seen = match look_up(indicator, self.facts) {
            Ok(seen) => seen,
            Err(why) => {
                row.notes = why;
                row.state = State::Unmeasured;
                return row;
            }
        };
        row.measured = true;
        row.counts = seen.counts;
        row.count = seen.counts.sure;
        row.possible = seen.counts.possible;
        row.hints = seen.hints;
        row.seen = seen.rules;
        row.findings = seen.findings;
        row.more_findings = seen.more_findings;
        row.columns = seen.columns;
        row.notes = seen.notes;
        let hit = row.counts.sure >= row.counts.at_least;
        let suspected = row.counts.reached();
        let by_people = indicator.check != [Check::Machine] || !seen.complete;
        row.state = match () {
            () if !proved => State::Pending,
            () if hit => State::Hit,
            () if suspected => State::Suspected,
            () if by_people => State::ToSample,
            () => State::Clear,
        };
        if proved && !suspected && row.possible > 0 {
            row.notes.push(format!("没有达到标准的 {} 个", row.counts.at_least));
        }
        if row.state == State::ToSample && !self.facts.whole {
            row.notes.extend(self.facts.not_whole.clone());
        }
        if let Some(worth) = &indicator.points {
            let counts = row.counts;
            let sure = if hit { worth.of(counts.sure, counts.sure_home) } else { Points::ZERO };
            let possible = match suspected {
                true => worth.of(counts.possible, counts.possible_home),
                false => Points::ZERO,
            };
            row.points_unproved = possible;
            if proved {
                row.points = sure;
                row.points_confirmed = possible;
            }
        }
        if row.state == State::Pending {
            row.notes.push(self.pending(indicator, suspected, row.points_unproved));
        }
        row
    }

    /// Whether every number that the indicator needs was seen in a source.
    fn proved(&self, indicator: &Indicator) -> bool {
        let points = match (&self.pack.scoring, &indicator.points, indicator.level) {
            (None, ..) | (_, _, Weight::Veto | Weight::Advice) => true,
            (_, Some(worth), _) => worth.verification.counts(),
            // A deduction of unknown size.
            (_, None, Weight::Deduct | Weight::Bonus) => false,
        };
        indicator.verification.counts() && points
    }

    fn pending(&self, indicator: &Indicator, suspected: bool, points: Points) -> String {
        let what = match (&indicator.points, indicator.level) {
            (None, Weight::Deduct | Weight::Bonus) => return "分值没有见到原文，查到的不计分".into(),
            (_, Weight::Veto) if suspected => "若数字属实，达到否决情形".to_owned(),
            (_, Weight::Veto) => "按现有数字，没有达到否决情形".to_owned(),
            (Some(_), Weight::Bonus) => format!("若数字属实，加 {points} 分"),
            (Some(_), _) if suspected => format!("若数字属实，扣 {points} 分"),
            _ => "按现有数字，没有达到".to_owned(),
        };
        format!("数字没有见到原文：{what}")
    }

    /// Why an indicator does not apply, if it does not.
    fn outside(&self, indicator: &Indicator) -> Option<String> {
        let started = indicator.effective_from <= self.as_of;
        let ended = indicator.effective_to.is_some_and(|last| last < self.as_of);
        if !started || ended {
            return Some(format!("{} 那天不施行", self.as_of));
        }
        if indicator.subject == Subject::NewMedia {
            return Some("是政务新媒体的指标，网站不查".into());
        }
        if let Some(other) = &indicator.counted_by {
            return Some(format!("与 {other} 是同一情形，在那里计算，不重复扣"));
        }
        let services = self.pack.dimension(&indicator.dimension).is_some_and(|d| d.services);
        if self.without_services && services {
            return Some("没有对外服务职能，不查".into());
        }
        let scored = matches!(indicator.level, Weight::Deduct | Weight::Bonus);
        let portal_only = self.pack.scoring.as_ref().is_some_and(|s| s.portal_only);
        (scored && portal_only && self.facts.portal == Some(false)).then(|| "只适用于政府门户网站".to_owned())
    }

    fn tally(&self, rows: &[Row], strength: Strength) -> Tally {
        let vetoes: Vec<String> = rows
            .iter()
            .filter(|r| r.indicator.level == Weight::Veto && !r.indicator.candidate && reached(r, strength))
            .map(|r| format!("{} {}", r.indicator.id, r.indicator.name))
            .collect();
        let mut tally = Tally {
            judged: Judged::Unscored,
            vetoes,
            score: None,
            bonus: Points::ZERO,
            total: None,
            words: String::new(),
        };
        if !rows.iter().any(|r| r.measured && r.state != State::Outside) {
            tally.judged = if self.pack.scoring.is_some() { Judged::Open } else { Judged::Unscored };
            tally.words = "一项也没有测到，不能判定。".into();
            return tally;
        }
        let Some(scoring) = &self.pack.scoring else {
            tally.words = "这份文件是定性要求，没有分值；逐项情况见下。".into();
            return tally;
        };
        if !tally.vetoes.is_empty() {
            tally.judged = Judged::Fails;
            tally.words =
                format!("出现单项否决情形（{}），不合格，不再评其他指标。", tally.vetoes.join("、"));
            return tally;
        }
        self.add_up(rows, scoring, strength, &mut tally);
        tally
    }

    fn add_up(&self, rows: &[Row], scoring: &Scoring, strength: Strength, tally: &mut Tally) {
        let only_vetoes = scoring.portal_only && self.facts.portal == Some(false);
        let unproved = strength == Strength::Unproved;
        let counts = |verification: Verification| unproved || verification.counts();
        let open = rows.iter().filter(|r| r.decides() && !settled(r, strength)).count();
        if only_vetoes {
            tally.judged = if open == 0 { Judged::Passes } else { Judged::Open };
            tally.words = match open {
                0 => "没有单项否决情形，合格（不是门户网站，只看否决指标）。".into(),
                _ => format!("没有发现单项否决情形；还有 {open} 项否决指标没有测或没有定，不能判定合格。"),
            };
            return;
        }
        let reduced = scoring.without_services.as_ref().filter(|_| self.without_services);
        if !counts(scoring.verification) || reduced.is_some_and(|r| !counts(r.verification)) {
            tally.judged = Judged::Open;
            tally.words = "没有发现单项否决情形；满分和及格线没有见到原文，不计总分。".into();
            return;
        }
        let mut deducting =
            rows.iter().filter(|r| r.indicator.level == Weight::Deduct && r.decides()).peekable();
        let nothing = |row: &Row| !row.measured || !unproved && row.state == State::Pending;
        if deducting.peek().is_some() && deducting.all(nothing) {
            tally.judged = Judged::Open;
            tally.words = "没有发现单项否决情形；能计分的扣分指标一项也没有测到，不计总分。".into();
            return;
        }
        let full = reduced.map_or(scoring.full, |r| r.full);
        let score = (full - self.deducted(rows, strength)).scaled(scoring.full, full);
        tally.score = Some(score);
        if score < scoring.fail_below {
            tally.judged = Judged::Fails;
            tally.total = Some(score);
            tally.words = format!("扣分后 {score} 分，低于 {} 分，不合格。", scoring.fail_below);
            return;
        }
        if scoring.bonus_above.is_some_and(|line| score > line) {
            let bonus = rows.iter().filter(|r| r.indicator.level == Weight::Bonus);
            let bonus: Points = bonus.map(|r| points(r, strength)).sum();
            tally.bonus = bonus.min(scoring.bonus_most);
        }
        let total = score + tally.bonus;
        tally.total = Some(total);
        let added = match tally.bonus.is_zero() {
            true => String::new(),
            false => format!("，加分 {} 分，合计 {total} 分", tally.bonus),
        };
        (tally.judged, tally.words) = match open {
            0 => (Judged::Passes, format!("扣分后 {score} 分{added}，合格。")),
            _ => (
                Judged::Open,
                format!(
                    "已测部分扣分后 {score} 分{added}；还有 {open} 项没有测或没有定，扣分可能更多，不能判定合格。"
                ),
            ),
        };
    }

    /// Deductions of each first-level item, none beyond its cap.
    fn deducted(&self, rows: &[Row], strength: Strength) -> Points {
        let of = |name: &str| -> Points {
            let own =
                rows.iter().filter(|r| r.indicator.level == Weight::Deduct && r.indicator.dimension == name);
            own.map(|r| points(r, strength)).sum()
        };
        let capped = |d: &super::model::Dimension| {
            let usable = strength == Strength::Unproved || d.cap_verification.counts();
            let cap = d.cap.filter(|_| usable);
            cap.map_or(of(&d.name), |cap| of(&d.name).min(cap))
        };
        self.pack.dimensions.iter().map(capped).sum()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |text: String| notes.push(text);
        if let Some(why) = &self.facts.not_whole {
            note(format!("{why}：没有查到的不等于没有。"));
        }
        for text in &self.facts.unchecked {
            note(format!("这次没有检查：{text}。"));
        }
        if !self.pack.dates.counts() {
            note(format!("规则包的施行期（{}）没有见到原文。", self.pack.period()));
        }
        let Some(scoring) = &self.pack.scoring else { return notes };
        if self.without_services {
            note(match &scoring.without_services {
                Some(r) => format!(
                    "按没有对外服务职能的网站评：不查办事服务，满分 {} 分，得分按 {}/{} 折算。",
                    r.full, scoring.full, r.full
                ),
                None => "这份文件没有写无对外服务职能的网站怎样折算：不查办事服务，其余照旧。".into(),
            });
        }
        if scoring.portal_only {
            match self.facts.portal {
                None => note(
                    "没有登记网站类型，按政府门户网站评；部门网站只看否决指标（网站清单的“类型”一列可写）。"
                        .into(),
                ),
                Some(false) => note("不是政府门户网站，只看否决指标。".into()),
                Some(true) => {}
            }
        }
        let uncapped: Vec<&str> = self
            .pack
            .dimensions
            .iter()
            .filter(|d| !(d.cap.is_some() && d.cap_verification.counts()))
            .filter(|d| {
                self.pack.indicators.iter().any(|i| i.level == Weight::Deduct && i.dimension == d.name)
            })
            .map(|d| d.name.as_str())
            .collect();
        if !uncapped.is_empty() {
            note(format!("{} 的分值上限没有见到原文，扣分没有封顶。", uncapped.join("、")));
        }
        notes
    }
}

/// Whether a veto counts on that strength.
fn reached(row: &Row, strength: Strength) -> bool {
    match strength {
        Strength::Facts => row.state == State::Hit,
        Strength::Confirmed => matches!(row.state, State::Hit | State::Suspected),
        Strength::Unproved => {
            matches!(row.state, State::Hit | State::Suspected)
                || row.state == State::Pending && row.counts.reached()
        }
    }
}

/// Whether nothing more is to be learned of the row on that strength.
fn settled(row: &Row, strength: Strength) -> bool {
    match row.state {
        State::Hit => row.possible == row.count || strength != Strength::Facts,
        State::Clear | State::Outside => true,
        State::Suspected => strength != Strength::Facts,
        State::Pending => strength == Strength::Unproved,
        State::ToSample | State::Unmeasured => false,
    }
}

fn points(row: &Row, strength: Strength) -> Points {
    match strength {
        Strength::Facts => row.points,
        Strength::Confirmed => row.points_confirmed,
        Strength::Unproved => row.points_unproved,
    }
}
