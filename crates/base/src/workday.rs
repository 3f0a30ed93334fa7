//! Working days in China: weekdays but for holidays, and the days that are worked in their place. Serves all clauses.
//!
//! Which days those are is data that the State Council announces for each year; nothing here knows a year by itself.
//! A year of which nothing was announced is counted by weekdays, and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The names of the weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// A day of the Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// The day of that number since 1970-01-01.
    pub fn of_epoch(days: i32) -> Day {
        Day(days)
    }

    /// Its number since 1970-01-01.
    pub fn epoch(self) -> i32 {
        self.0
    }

    /// A day of the years 1970 to 9999; `None` if the calendar has none such.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        let fits = (1970..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1;
        (fits && day <= length(year, month)).then(|| Day(to_epoch(year, month, day)))
    }

    /// Reads `2026-01-31`, also with `/` or `.` and without leading zeros, or `2026年1月31日`.
    pub fn parse(text: &str) -> Option<Day> {
        let text = text.trim().trim_end_matches('日');
        let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
        let [year, month, day] = parts.as_slice() else { return None };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !digits(year) || !digits(month) || !digits(day) {
            return None;
        }
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year, month and day.
    pub fn parts(self) -> (i32, u32, u32) {
        // Days since 1 March of the year 0, in cycles of 400 years: the leap day comes last in a year that begins in
        // March, so that every month has its fixed place.
        let z = i64::from(self.0) + 719_468;
        let (cycle, of_cycle) = (z.div_euclid(146_097), z.rem_euclid(146_097));
        let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
        let of_year = of_cycle - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        ((year + cycle * 400 + next) as i32, month as u32, day as u32)
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.parts().0
    }

    /// 1 for Monday to 7 for Sunday (ISO 8601).
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        (i64::from(self.0) + 3).rem_euclid(7) as u32 + 1
    }

    /// Its weekday in words: `周一`.
    pub fn weekday_name(self) -> &'static str {
        WEEKDAYS[self.weekday() as usize - 1]
    }

    /// So many days later; earlier when negative.
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// How many days a month has.
pub fn length(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn to_epoch(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let month = (month as i32 + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day as i32 - 1;
    cycle * 146_097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - 719_468
}

/// What the State Council's notice makes of a day that would be the other by its weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exception {
    /// A holiday, statutory or moved.
    Off,
    /// A Saturday or Sunday that is worked.
    Work,
}

/// Why a day is worked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Weekday,
    Weekend,
    Holiday,
    MadeUp,
}

impl Why {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Why::Weekday => "工作日",
            Why::Weekend => "周末",
            Why::Holiday => "节假日",
            Why::MadeUp => "调休上班",
        }
    }
}

/// The exceptions of some years.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkDays {
    exceptions: BTreeMap<Day, Exception>,
    years: BTreeSet<i32>,
}

impl WorkDays {
    /// A calendar of these exceptions; the last word on a day counts.
    pub fn new(exceptions: impl IntoIterator<Item = (Day, Exception)>) -> WorkDays {
        let exceptions: BTreeMap<Day, Exception> = exceptions.into_iter().collect();
        // A notice always names days off in its own year; that the year before works on a day of December for it
        // says nothing of that year.
        let off = exceptions.iter().filter(|(_, exception)| **exception == Exception::Off);
        WorkDays { years: off.map(|(day, _)| day.year()).collect(), exceptions }
    }

    /// Whether the arrangement of a year is known.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Why a day is worked or not.
    pub fn why(&self, day: Day) -> Why {
        match self.exceptions.get(&day) {
            Some(Exception::Off) => Why::Holiday,
            Some(Exception::Work) => Why::MadeUp,
            None if day.weekday() >= 6 => Why::Weekend,
            None => Why::Weekday,
        }
    }

    /// Whether a day is worked.
    pub fn is_working(&self, day: Day) -> bool {
        matches!(self.why(day), Why::Weekday | Why::MadeUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (text, epoch, weekday) in [
            ("1970-01-01", 0, 4),
            ("2000-02-29", 11_016, 2),
            ("2026-11-25", 20_782, 3),
            ("2100-03-01", 47_541, 1),
            ("9999-12-31", 2_932_896, 5),
        ] {
            assert_eq!((day(text).epoch(), day(text).weekday()), (epoch, weekday), "{text}");
            assert_eq!(Day::of_epoch(epoch).to_string(), text);
        }
        for epoch in (0..60_000).step_by(7) {
            let (year, month, of_month) = Day::of_epoch(epoch).parts();
            assert_eq!(Day::new(year, month, of_month), Some(Day::of_epoch(epoch)));
        }
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for wrong in
            ["", "2026-02-29", "2026-13-01", "2026-1", "26-1-1", "2026-01-00", "2026-+1-1", "1969-12-31"]
        {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        for right in [" 2026/1/31 ", "2026.01.31", "2026年1月31日"] {
            assert_eq!(day(right), day("2026-01-31"));
        }
    }

    /// The arrangement for the National Day of 2026: off from 1 to 7 October, worked on 20 September and 10 October.
    fn october() -> WorkDays {
        let off = (1..=7).map(|d| (Day::new(2026, 10, d).unwrap(), Exception::Off));
        WorkDays::new(off.chain(["2026-09-20", "2026-10-10"].map(|text| (day(text), Exception::Work))))
    }

    #[test]
    fn an_announced_day_is_what_the_notice_says() {
        assert!(october().is_working(day("2026-09-20")) && !october().is_working(day("2026-09-27")));
        assert_eq!(october().why(day("2026-10-08")), Why::Weekday);
        assert_eq!(october().why(day("2026-10-07")), Why::Holiday);
    }

    #[test]
    fn a_year_is_known_by_its_holidays_only() {
        let calendar =
            WorkDays::new([(day("2026-01-01"), Exception::Off), (day("2027-12-26"), Exception::Work)]);
        assert!(calendar.knows(2026) && !calendar.knows(2027));
    }
}
