//! When a time limit ends: the command as people run it, and the count against a second one made otherwise. Serves N2.8,
//! N3.8.

use std::collections::HashMap;

use base::deadline::{Pause, Span, due};
use base::workday::{Day, WorkDays};
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use ledger::calendar::entity::arranged;

use crate::inspect_run::program;

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = program().arg("due").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_first_line_is_the_day_and_the_rest_explains_it() {
    let check = |arguments: &[&str], day: &str, words: &[&str]| {
        let (exit, out, err) = run(arguments);
        assert_eq!((exit, out.lines().next()), (0, Some(day)), "{arguments:?}: {out}{err}");
        for word in words {
            assert!(out.contains(word), "{arguments:?}: no “{word}” in {out}");
        }
    };
    check(
        &["2026-09-28", "5"],
        "2026-10-10",
        &["2026-10-01 周四  节假日，不计", "第 5 个工作日（调休上班）"],
    );
    check(&["2026-09-25", "10", "--calendar"], "2026-10-05", &["第 10 日"]);
    check(&["2026-09-25", "10", "--moved"], "2026-10-08", &["节假日，顺延", "顺延到这一天"]);
    check(&["2026-09-28", "5", "--pause", "2026-09-29..2026-10-09"], "2026-10-15", &["暂停，不计"]);
    check(&["2011-09-26", "0"], "2011-09-26", &[]);
    check(&["2026-12-30", "3"], "2027-01-04", &["2027 年的节假日安排不在"]);
}

#[test]
fn what_cannot_be_counted_is_told() {
    for (arguments, words) in [
        (&["2026-02-30", "5"][..], "开始日期的值“2026-02-30”不能用"),
        (&["2026-09-28", "-1"], "天数的值“-1”不能用"),
        (&["2026-09-28", "99999"], "0 到 3660"),
        (&["2026-09-28", "5", "--pause", "2026-10-01"], "起..止"),
        (&["2026-09-28", "5", "--pause", "2026-10-02..2026-10-01"], "止日在起日之前"),
        (&["2026-09-28", "5", "--pause", "2026-09-28..9999-12-31"], "算不到截止日"),
        (&["2026-09-28"], "缺少"),
    ] {
        let (exit, out, err) = run(arguments);
        assert_eq!((exit, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
    let (exit, _, err) = run(&["2026-09-28", "5", "--holidays", "/nowhere.csv"]);
    assert!(exit == 3 && err.contains("没有这个文件"), "{err}");
}

#[test]
fn a_calendar_of_ones_own_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.csv");
    std::fs::write(
        &file,
        "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-04,放假,补休\n2027-01-09,上班,元旦\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let (exit, out, err) = run(&["2027-01-03", "5", "--holidays", file]);
    assert_eq!((exit, out.lines().next()), (0, Some("2027-01-09")), "{err}");
    assert!(!out.contains("注意"), "{out}");
    std::fs::write(file, "日期,类型,名称\n2027-01-01,休假,元旦\n").unwrap();
    let (exit, _, err) = run(&["2027-01-03", "5", "--holidays", file]);
    assert!(exit == 3 && err.contains("第 2 行"), "{err}");
}

/// A second count: a list of the days that count, made day by day with `chrono` from the announced days themselves, of
/// which the limit takes the so-many-th.
struct Second {
    off: HashMap<NaiveDate, bool>,
}

impl Second {
    fn works(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.off.get(&day).map_or(!weekend, |off| !off)
    }

    fn due(
        &self,
        start: NaiveDate,
        limit: usize,
        span: Span,
        pauses: &[(NaiveDate, NaiveDate)],
    ) -> NaiveDate {
        let paused = |day: &NaiveDate| pauses.iter().any(|(from, to)| from <= day && day <= to);
        let days = (1..4_000).map(|n| start + Days::new(n));
        let open: Vec<NaiveDate> = days.filter(|day| !paused(day)).collect();
        let counted: Vec<NaiveDate> =
            open.iter().copied().filter(|day| span != Span::Working || self.works(*day)).collect();
        let end = if limit == 0 { start } else { counted[limit - 1] };
        if span == Span::CalendarMoved && !self.works(end) {
            return open.into_iter().find(|day| *day > end && self.works(*day)).unwrap();
        }
        end
    }
}

/// Numbers that follow from a seed: the same cases each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn ten_thousand_cases_agree_with_a_second_count() {
    let date = |day: Day| {
        let (year, month, day) = day.parts();
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    };
    let entries = arranged();
    let calendar = WorkDays::new(entries.iter().map(|entry| (entry.day, entry.kind)));
    let off = entries.iter().map(|entry| (date(entry.day), entry.kind == base::workday::Exception::Off));
    let second = Second { off: off.collect() };
    let first = Day::new(2011, 1, 1).unwrap();
    let days = (Day::new(2026, 12, 31).unwrap().epoch() - first.epoch()) as u64;
    let mut draw = Draw(68);
    let mut paused = 0;
    for case in 0..10_000 {
        let start = first.plus(draw.below(days) as i32);
        let limit = draw.below(if case % 10 == 0 { 250 } else { 31 }) as u32;
        let span = Span::ALL[draw.below(3) as usize];
        let pauses: Vec<Pause> = (0..draw.below(4))
            .map(|_| {
                let from = start.plus(draw.below(40) as i32 - 5);
                Pause { from, to: Some(from.plus(draw.below(20) as i32)) }
            })
            .collect();
        paused += usize::from(!pauses.is_empty());
        let counted = due(start, limit, span, &pauses, &calendar).day.unwrap();
        let pairs: Vec<_> = pauses.iter().map(|pause| (date(pause.from), date(pause.to.unwrap()))).collect();
        let want = second.due(date(start), limit as usize, span, &pairs);
        assert_eq!(date(counted), want, "case {case}: {start} {limit} {span:?} {pauses:?}");
    }
    assert!(paused > 5_000);
}
