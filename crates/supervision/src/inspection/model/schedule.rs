//! When a plan is due, and the hours in which it may work. Clause N2.1; pure.
//!
//! All hours are Beijing's (`platform::clock::beijing`).

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use platform::clock::{Instant, beijing};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// How often a plan works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// When a person starts it.
    #[sea_orm(string_value = "never")]
    Never,
    /// Each so many hours after the last start.
    #[sea_orm(string_value = "hours")]
    Hours,
    #[sea_orm(string_value = "day")]
    Day,
    /// On one day of the week, 1 (Monday) to 7.
    #[sea_orm(string_value = "week")]
    Week,
    /// On one day of the month; in a shorter month on its last.
    #[sea_orm(string_value = "month")]
    Month,
}

impl Every {
    /// All of them in the order of the form.
    pub const ALL: [Every; 5] = [Every::Day, Every::Week, Every::Month, Every::Hours, Every::Never];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Every::Never => "never",
            Every::Hours => "hours",
            Every::Day => "day",
            Every::Week => "week",
            Every::Month => "month",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Every::Never => "只手动开始",
            Every::Hours => "每隔若干小时",
            Every::Day => "每天",
            Every::Week => "每周",
            Every::Month => "每月",
        }
    }

    /// The one of a word.
    pub fn of(word: &str) -> Option<Every> {
        Every::ALL.into_iter().find(|every| every.word() == word)
    }

    /// What its number may be.
    pub fn numbers(self) -> std::ops::RangeInclusive<i32> {
        match self {
            Every::Never | Every::Day => 0..=0,
            Every::Hours => 1..=720,
            Every::Week => 1..=7,
            Every::Month => 1..=31,
        }
    }
}

/// When a plan works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub every: Every,
    /// Hours, day of the week or day of the month.
    pub number: i32,
    /// Minutes after midnight at which it starts; of no meaning with [`Every::Hours`].
    pub at: i32,
}

/// The hours of a day in which websites may be inspected, in minutes after midnight. `from` later than `to` spans
/// midnight; equal means always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: i32,
    pub to: i32,
}

impl Schedule {
    /// The first start after `after`; `None` if only a person starts it.
    pub fn next(&self, after: Instant) -> Option<Instant> {
        let day = beijing(after).date_naive();
        match self.every {
            Every::Never => None,
            Every::Hours => Some(after + TimeDelta::hours(i64::from(self.number.max(1)))),
            Every::Day => self.first_after(after, |n| day.checked_add_days(Days::new(n))),
            Every::Week => {
                let wanted = u32::try_from(self.number.clamp(1, 7)).unwrap_or(1);
                let until = (wanted + 7 - day.weekday().number_from_monday()) % 7;
                self.first_after(after, |n| day.checked_add_days(Days::new(u64::from(until) + 7 * n)))
            }
            Every::Month => self.first_after(after, |n| {
                let months = day.year() as i64 * 12 + i64::from(day.month0()) + n as i64;
                let (year, month) = (i32::try_from(months / 12).ok()?, (months % 12) as u32 + 1);
                let last = last_day(year, month);
                NaiveDate::from_ymd_opt(year, month, (self.number.clamp(1, 31) as u32).min(last))
            }),
        }
    }

    /// The first of the days that `nth` gives whose start lies after `after`.
    fn first_after(&self, after: Instant, nth: impl Fn(u64) -> Option<NaiveDate>) -> Option<Instant> {
        (0..3).filter_map(nth).map(|day| start(day, self.at)).find(|at| *at > after)
    }

    /// In words for the list of plans.
    pub fn words(&self) -> String {
        let clock = format!("{:02}:{:02}", self.at / 60, self.at % 60);
        match self.every {
            Every::Never => "手动".to_owned(),
            Every::Hours => format!("每 {} 小时", self.number),
            Every::Day => format!("每天 {clock}"),
            Every::Week => {
                let names = ["一", "二", "三", "四", "五", "六", "日"];
                let name = names.get(self.number.max(1) as usize - 1).copied().unwrap_or("一");
                format!("每周{name} {clock}")
            }
            Every::Month => format!("每月 {} 日 {clock}", self.number),
        }
    }
}

impl Window {
    /// Whether work may go on at `at`.
    pub fn is_open(&self, at: Instant) -> bool {
        let minute = minute_of_day(at);
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => (self.from..self.to).contains(&minute),
            std::cmp::Ordering::Greater => minute >= self.from || minute < self.to,
        }
    }

    /// The first moment from `at` on at which work may go on.
    pub fn opens(&self, at: Instant) -> Instant {
        if self.is_open(at) {
            return at;
        }
        let day = beijing(at).date_naive();
        let today = start(day, self.from);
        if today >= at { today } else { start(day + Days::new(1), self.from) }
    }

    /// In words; empty if always.
    pub fn words(&self) -> String {
        if self.from == self.to {
            return String::new();
        }
        let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let next = if self.from > self.to { "次日 " } else { "" };
        format!("{}—{next}{}", clock(self.from), clock(self.to))
    }
}

fn minute_of_day(at: Instant) -> i32 {
    use chrono::Timelike as _;
    let local = beijing(at);
    (local.hour() * 60 + local.minute()) as i32
}

/// The instant of a minute of a day in Beijing.
fn start(day: NaiveDate, minute: i32) -> Instant {
    let minute = minute.clamp(0, 24 * 60 - 1) as u32;
    let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or_default();
    let zone = *beijing(Instant::UNIX_EPOCH).offset();
    // A fixed offset maps every local time to exactly one instant.
    zone.from_local_datetime(&day.and_time(time)).single().map_or(Instant::UNIX_EPOCH, |at| at.to_utc())
}

fn last_day(year: i32, month: u32) -> u32 {
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(next.0, next.1, 1).and_then(|day| day.pred_opt()).map_or(28, |day| day.day())
}

/// The weekday's name, for the form.
pub fn weekday_name(number: i32) -> &'static str {
    base::workday::WEEKDAYS[usize::try_from(number.clamp(1, 7) - 1).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        chrono::DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
    }

    #[test]
    fn the_next_start_is_after_now_and_on_the_day_asked_for() {
        let check = |every, number, minute, after: &str, want: Option<&str>| {
            let next = Schedule { every, number, at: minute }.next(at(after));
            assert_eq!(next, want.map(at), "{every:?} {number} {after}");
        };
        check(Every::Never, 0, 0, "2026-11-25T10:00", None);
        check(Every::Hours, 6, 0, "2026-11-25T10:00", Some("2026-11-25T16:00"));
        check(Every::Day, 0, 120, "2026-11-25T01:59", Some("2026-11-25T02:00"));
        check(Every::Day, 0, 120, "2026-11-25T02:00", Some("2026-11-26T02:00"));
        // 2026-11-25 is a Wednesday.
        check(Every::Week, 3, 120, "2026-11-25T01:00", Some("2026-11-25T02:00"));
        check(Every::Week, 3, 120, "2026-11-25T03:00", Some("2026-12-02T02:00"));
        check(Every::Week, 1, 0, "2026-11-25T03:00", Some("2026-11-30T00:00"));
        check(Every::Month, 31, 60, "2026-11-25T03:00", Some("2026-11-30T01:00"));
        check(Every::Month, 31, 60, "2026-11-30T01:00", Some("2026-12-31T01:00"));
        check(Every::Month, 29, 60, "2027-01-30T01:00", Some("2027-02-28T01:00"));
        check(Every::Month, 5, 60, "2026-12-05T01:00", Some("2027-01-05T01:00"));
    }

    #[test]
    fn a_window_may_span_midnight() {
        let night = Window { from: 22 * 60, to: 6 * 60 };
        let check = |text: &str, open, opens: &str| {
            assert_eq!((night.is_open(at(text)), night.opens(at(text))), (open, at(opens)), "{text}");
        };
        check("2026-11-25T21:59", false, "2026-11-25T22:00");
        check("2026-11-25T22:00", true, "2026-11-25T22:00");
        check("2026-11-26T05:59", true, "2026-11-26T05:59");
        check("2026-11-26T06:00", false, "2026-11-26T22:00");
        let noon = Window { from: 12 * 60, to: 13 * 60 };
        assert_eq!(noon.opens(at("2026-11-25T14:00")), at("2026-11-26T12:00"));
        let always = Window { from: 0, to: 0 };
        assert!(always.is_open(at("2026-11-25T14:00")) && always.words().is_empty());
        assert_eq!(night.words(), "22:00—次日 06:00");
    }
}
