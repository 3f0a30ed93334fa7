//! When a time limit ends, and how that was counted, day by day. Serves all clauses; the clock of N2.8, N3.8, N5.3.
//!
//! Counting starts on the day after the start, and a limit ends with its last day, at midnight (《民法典》第二百零一条、
//! 第二百零三条). A limit in working days leaves holidays out (《行政许可法》第八十二条). One function for screens, the
//! reconciler and the command line. Knows no present and no time of day.

use crate::workday::{Day, Why, WorkDays};

/// The longest limit: whatever is longer is a slip of the pen. Ten years of days.
pub const LONGEST: u32 = 3_660;
/// Days that one count goes through at most, so that no pause makes it endless: a hundred years.
const FURTHEST: i32 = 36_600;

/// The days that a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Working days.
    Working,
    /// All days.
    Calendar,
    /// All days; a limit that would end on a holiday ends on the next working day.
    CalendarMoved,
}

impl Span {
    /// All of them in the order of a form.
    pub const ALL: [Span; 3] = [Span::Working, Span::Calendar, Span::CalendarMoved];

    /// The word in databases, forms and files.
    pub fn word(self) -> &'static str {
        match self {
            Span::Working => "working",
            Span::Calendar => "calendar",
            Span::CalendarMoved => "calendar-moved",
        }
    }

    /// The span of a word.
    pub fn of(word: &str) -> Option<Span> {
        Span::ALL.into_iter().find(|span| span.word() == word)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Span::Working => "个工作日",
            Span::Calendar => "日",
            Span::CalendarMoved => "日（遇节假日顺延）",
        }
    }
}

/// Days that no limit counts, both ends included; without an end it has not ended yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub from: Day,
    pub to: Option<Day>,
}

impl Pause {
    fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// What became of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// It is the so-many-th.
    As(u32),
    /// A weekend or a holiday, where only working days count.
    Not,
    /// The clock stood still.
    Paused,
    /// The limit had run out on a day before, on which it could not end.
    Moved,
}

/// One day of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub day: Day,
    pub why: Why,
    pub counts: Counts,
}

impl Step {
    /// In words, without the date: `第 3 个工作日`, `节假日，不计`.
    pub fn words(&self, span: Span) -> String {
        match (self.counts, span) {
            (Counts::As(n), Span::Working) if self.why == Why::MadeUp => {
                format!("第 {n} 个工作日（调休上班）")
            }
            (Counts::As(n), Span::Working) => format!("第 {n} 个工作日"),
            (Counts::As(n), _) => format!("第 {n} 日"),
            (Counts::Not, _) => format!("{}，不计", self.why.words()),
            (Counts::Paused, _) => "暂停，不计".to_owned(),
            (Counts::Moved, _) if matches!(self.why, Why::Weekday | Why::MadeUp) => "顺延到这一天".to_owned(),
            (Counts::Moved, _) => format!("{}，顺延", self.why.words()),
        }
    }
}

/// When a limit ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day; `None` while a pause has no end.
    pub day: Option<Day>,
    /// Every day from the one after the start to the last.
    pub steps: Vec<Step>,
    /// Years that the count passed and of which no arrangement is known: the result may move when it is announced.
    pub unknown: Vec<i32>,
}

/// Counts a limit of so many days from a start. A limit of none ends on the day it starts.
pub fn due(start: Day, limit: u32, span: Span, pauses: &[Pause], calendar: &WorkDays) -> Due {
    let mut due = Due { day: Some(start), steps: Vec::new(), unknown: Vec::new() };
    let (mut counted, mut day) = (0, start);
    let limit = limit.min(LONGEST);
    // A limit of no days may still end on a holiday.
    let mut is_over = limit == 0 && ends(span, start, calendar);
    while !is_over {
        day = day.plus(1);
        let why = calendar.why(day);
        let is_working = matches!(why, Why::Weekday | Why::MadeUp);
        let counts = if pauses.iter().any(|pause| pause.holds(day)) {
            Counts::Paused
        } else if counted >= limit {
            Counts::Moved
        } else if span == Span::Working && !is_working {
            Counts::Not
        } else {
            counted += 1;
            Counts::As(counted)
        };
        note_unknown(&mut due.unknown, span, day, calendar);
        due.steps.push(Step { day, why, counts });
        due.day = Some(day);
        let stands_still = pauses.iter().any(|pause| pause.to.is_none() && pause.from <= day);
        if stands_still || day.epoch().saturating_sub(start.epoch()) >= FURTHEST {
            due.day = None;
            return due;
        }
        is_over = counted >= limit && counts != Counts::Paused && ends(span, day, calendar);
    }
    due
}

/// Whether a limit that has run out may end on that day.
fn ends(span: Span, day: Day, calendar: &WorkDays) -> bool {
    span != Span::CalendarMoved || calendar.is_working(day)
}

fn note_unknown(unknown: &mut Vec<i32>, span: Span, day: Day, calendar: &WorkDays) {
    let year = day.year();
    if span != Span::Calendar && !calendar.knows(year) && unknown.last() != Some(&year) {
        unknown.push(year);
    }
}

/// The day so many days of a span before another; where working days count, a working day.
pub fn before(end: Day, days: u32, span: Span, calendar: &WorkDays) -> Day {
    let (mut day, mut rest) = (end, days.min(LONGEST));
    while rest > 0 {
        day = day.plus(-1);
        if span != Span::Working || calendar.is_working(day) {
            rest -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workday::Exception;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    /// 2026 around its National Day: off from 1 to 7 October, worked on 20 September and 10 October.
    fn october() -> WorkDays {
        let off = (1..=7).map(|d| (Day::new(2026, 10, d).unwrap(), Exception::Off));
        WorkDays::new(off.chain(["2026-09-20", "2026-10-10"].map(|text| (day(text), Exception::Work))))
    }

    #[track_caller]
    fn check(start: &str, limit: u32, span: Span, pauses: &[(&str, &str)], want: &str) {
        let pauses = pauses.iter().map(|(from, to)| Pause { from: day(from), to: Day::parse(to) });
        let due = due(day(start), limit, span, &pauses.collect::<Vec<_>>(), &october());
        let told = due.day.map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(told, want, "{:#?}", due.steps);
    }

    #[test]
    fn working_days_leave_holidays_out_and_count_made_up_days() {
        let check = |start, limit, want| check(start, limit, Span::Working, &[], want);
        check("2026-09-28", 5, "2026-10-10");
        check("2026-09-30", 0, "2026-09-30");
        check("2026-09-30", 1, "2026-10-08");
        check("2026-09-30", 4, "2026-10-12");
        check("2026-09-18", 1, "2026-09-20");
        check("2026-10-03", 1, "2026-10-08");
        check("2026-10-03", 0, "2026-10-03");
    }

    #[test]
    fn calendar_days_end_where_they_end_or_on_the_next_working_day() {
        check("2026-09-25", 10, Span::Calendar, &[], "2026-10-05");
        check("2026-09-25", 10, Span::CalendarMoved, &[], "2026-10-08");
        check("2026-09-25", 3, Span::CalendarMoved, &[], "2026-09-28");
        check("2026-10-03", 0, Span::Calendar, &[], "2026-10-03");
        check("2026-10-03", 0, Span::CalendarMoved, &[], "2026-10-08");
    }

    #[test]
    fn paused_days_do_not_count_and_no_limit_ends_in_a_pause() {
        let two = [("2026-09-29", "2026-09-30")];
        check("2026-09-28", 2, Span::Working, &two, "2026-10-09");
        check("2026-09-28", 2, Span::Calendar, &two, "2026-10-02");
        check("2026-09-28", 2, Span::CalendarMoved, &two, "2026-10-08");
        // The days overlap, and count once.
        check("2026-09-28", 1, Span::Working, &[two[0], ("2026-09-30", "2026-10-09")], "2026-10-10");
        // Moved into a pause, it moves on.
        check("2026-09-25", 10, Span::CalendarMoved, &[("2026-10-08", "2026-10-08")], "2026-10-09");
        // A pause after the end changes nothing, one without an end leaves the end open.
        check("2026-09-28", 1, Span::Working, &[("2026-10-08", "")], "2026-09-29");
        check("2026-09-28", 5, Span::Working, &[("2026-10-08", "")], "");
        check("2026-09-28", 5, Span::Working, &[("2026-09-28", "9999-12-31")], "");
    }

    #[test]
    fn every_day_is_explained() {
        let due = due(day("2026-09-30"), 3, Span::Working, &[], &october());
        let words: Vec<String> = due.steps.iter().map(|step| step.words(Span::Working)).collect();
        assert_eq!(words.len(), 10);
        assert_eq!((words[0].as_str(), words[7].as_str()), ("节假日，不计", "第 1 个工作日"));
        assert_eq!(words[9], "第 3 个工作日（调休上班）");
        let moved = super::due(day("2026-10-04"), 3, Span::CalendarMoved, &[], &october());
        let words: Vec<String> = moved.steps.iter().map(|step| step.words(Span::CalendarMoved)).collect();
        assert_eq!(words, ["第 1 日", "第 2 日", "第 3 日", "顺延到这一天"]);
    }

    #[test]
    fn a_year_without_arrangement_is_told_where_it_matters() {
        let unknown = |span| due(day("2026-12-30"), 3, span, &[], &october()).unknown;
        assert_eq!((unknown(Span::Working), unknown(Span::Calendar)), (vec![2027], vec![]));
        assert_eq!(due(day("2026-11-02"), 3, Span::Working, &[], &october()).unknown, []);
    }

    #[test]
    fn days_before_an_end_are_counted_back() {
        let before = |end: &str, days, span| before(day(end), days, span, &october()).to_string();
        assert_eq!(before("2026-10-10", 3, Span::Working), "2026-09-30");
        assert_eq!(before("2026-10-10", 3, Span::CalendarMoved), "2026-10-07");
        assert_eq!(before("2026-10-10", 0, Span::Working), "2026-10-10");
    }
}
