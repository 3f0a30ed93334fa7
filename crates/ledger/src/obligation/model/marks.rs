//! When an obligation ends and what is told on the way: reminder, yellow card, red card. Clauses N1.2, N2.8; pure.

use base::deadline::{Due, Pause, before, due};
use base::workday::{Day, WorkDays};
use chrono::{NaiveDate, TimeDelta, TimeZone as _};
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::kind::Terms;

/// The hour of a day in Beijing at which a reminder is sent: when offices open.
const REMINDED_AT: i64 = 8;

/// What is told of an obligation, once each.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    #[sea_orm(string_value = "reminder")]
    Reminder,
    #[sea_orm(string_value = "yellow")]
    Yellow,
    /// Told to the unit above as well.
    #[sea_orm(string_value = "red")]
    Red,
}

impl Mark {
    /// All marks in the order in which they come.
    pub const ALL: [Mark; 3] = [Mark::Reminder, Mark::Yellow, Mark::Red];

    /// The word in the database, in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Reminder => "reminder",
            Mark::Yellow => "yellow",
            Mark::Red => "red",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Reminder => "提醒",
            Mark::Yellow => "黄牌",
            Mark::Red => "红牌",
        }
    }

    /// The mark of a word.
    pub fn of(word: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.word() == word)
    }
}

/// When an obligation ends, and when each mark is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// The last day, with how it was counted.
    pub due: Due,
    /// The end of that day in Beijing; `None` while the clock stands still.
    pub due_at: Option<Instant>,
    /// By [`Mark::ALL`].
    pub marks: [Option<Instant>; 3],
}

/// Midnight in Beijing with which a day begins.
pub fn begins(day: Day) -> Option<Instant> {
    let (year, month, day) = day.parts();
    let midnight = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
    // Beijing has been eight hours ahead all the year round since 1991.
    Some(chrono::Utc.from_utc_datetime(&midnight) - TimeDelta::hours(8))
}

fn ends(day: Day) -> Option<Instant> {
    begins(day.plus(1))
}

/// When an obligation ends that began on a day. `extended` days were granted beside the limit.
pub fn times(start: Day, terms: &Terms, extended: u32, pauses: &[Pause], calendar: &WorkDays) -> Times {
    let limit = terms.limit.saturating_add(extended);
    let due = due(start, limit, terms.span, pauses, calendar);
    let Some(last) = due.day else { return Times { due, due_at: None, marks: [None; 3] } };
    let later = |days: u32| {
        let after = base::deadline::due(last, days, terms.span, pauses, calendar);
        if days == 0 { ends(last) } else { after.day.and_then(ends) }
    };
    let reminded = before(last, terms.remind, terms.span, calendar);
    // What would be reminded of on the day it is ordered is told by the order itself.
    let reminder = begins(reminded).map(|at| at + TimeDelta::hours(REMINDED_AT)).filter(|_| reminded > start);
    let yellow = later(terms.yellow);
    let red = later(terms.red.max(terms.yellow));
    Times { due_at: ends(last), marks: [reminder, yellow, red], due }
}

/// The marks that are due and were not made: how many there have been, and the present.
///
/// Marks come in their order, so that a number says which were made. A reminder that would come after the end, or is not
/// meant, is passed over.
pub fn owing(
    made: u32,
    marks: &[Option<Instant>; 3],
    now: Instant,
) -> (Vec<(Mark, Instant)>, u32, Option<Instant>) {
    let mut owing = Vec::new();
    let mut passed = made.min(3);
    while let Some(mark) = Mark::ALL.get(passed as usize) {
        match marks[passed as usize] {
            Some(at) if at <= now => owing.push((*mark, at)),
            Some(at) => return (owing, passed, Some(at)),
            // No reminder is meant; without an end there are no cards yet.
            None if *mark == Mark::Reminder && marks[1].is_some() => {}
            None => return (owing, passed, None),
        }
        passed += 1;
    }
    (owing, passed, None)
}

#[cfg(test)]
mod tests {
    use base::deadline::Span;
    use base::workday::Exception;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn october() -> WorkDays {
        let off = (1..=7).map(|d| (Day::new(2026, 10, d).unwrap(), Exception::Off));
        WorkDays::new(off.chain(["2026-09-20", "2026-10-10"].map(|text| (day(text), Exception::Work))))
    }

    fn told(times: &Times) -> Vec<String> {
        let beijing = |at: &Option<Instant>| match at {
            Some(at) => platform::clock::beijing(*at).format("%m-%d %H:%M").to_string(),
            None => "-".to_owned(),
        };
        std::iter::once(&times.due_at).chain(&times.marks).map(beijing).collect()
    }

    fn check(start: &str, terms: Terms, pauses: &[(&str, &str)], want: [&str; 4]) {
        let pauses: Vec<Pause> =
            pauses.iter().map(|(from, to)| Pause { from: day(from), to: Day::parse(to) }).collect();
        assert_eq!(told(&times(day(start), &terms, 0, &pauses, &october())), want, "{start} {terms:?}");
    }

    #[test]
    fn marks_are_counted_in_the_same_days_as_the_limit() {
        let terms = Terms { limit: 5, span: Span::Working, remind: 1, yellow: 0, red: 3 };
        check("2026-09-28", terms, &[], ["10-11 00:00", "10-09 08:00", "10-11 00:00", "10-15 00:00"]);
        let calendar = Terms { span: Span::Calendar, ..terms };
        check("2026-09-28", calendar, &[], ["10-04 00:00", "10-02 08:00", "10-04 00:00", "10-07 00:00"]);
        let at_once = Terms { limit: 0, remind: 0, ..terms };
        check("2026-09-28", at_once, &[], ["09-29 00:00", "-", "09-29 00:00", "10-09 00:00"]);
        let short = Terms { limit: 1, ..terms };
        check("2026-09-28", short, &[], ["09-30 00:00", "-", "09-30 00:00", "10-10 00:00"]);
        // Red never comes before yellow.
        let crossed = Terms { yellow: 3, red: 1, ..calendar };
        check("2026-09-28", crossed, &[], ["10-04 00:00", "10-02 08:00", "10-07 00:00", "10-07 00:00"]);
    }

    #[test]
    fn nothing_is_due_while_the_clock_stands_still() {
        let terms = Terms { limit: 5, span: Span::Working, remind: 1, yellow: 0, red: 3 };
        check("2026-09-28", terms, &[("2026-09-30", "")], ["-"; 4]);
        // Stopped after the end: the end stands, the red card waits.
        check("2026-09-28", terms, &[("2026-10-12", "")], ["10-11 00:00", "10-09 08:00", "10-11 00:00", "-"]);
    }

    #[test]
    fn a_mark_is_made_once_and_none_is_left_out_after_a_stop() {
        let terms = Terms { limit: 5, span: Span::Working, remind: 1, yellow: 0, red: 3 };
        let times = times(day("2026-09-28"), &terms, 0, &[], &october());
        let at = |text: &str| begins(day(text)).unwrap();
        let made = |made, now| {
            let (marks, passed, next) = owing(made, &times.marks, now);
            (marks.into_iter().map(|(mark, _)| mark).collect::<Vec<_>>(), passed, next)
        };
        assert_eq!(made(0, at("2026-09-29")), (vec![], 0, times.marks[0]));
        assert_eq!(made(0, at("2026-10-10")), (vec![Mark::Reminder], 1, times.marks[1]));
        assert_eq!(made(1, at("2026-10-10")), (vec![], 1, times.marks[1]));
        assert_eq!(made(0, at("2026-10-20")), (Mark::ALL.to_vec(), 3, None));
        assert_eq!(made(3, at("2026-10-20")), (vec![], 3, None));
        let without = [None, times.marks[1], times.marks[2]];
        assert_eq!(owing(0, &without, at("2026-09-29")), (vec![], 1, times.marks[1]));
        assert_eq!(owing(0, &[None; 3], at("2026-10-20")), (vec![], 0, None));
    }
}
