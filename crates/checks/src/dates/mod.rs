//! Dates as Chinese pages write them: in figures, in characters, relative to today, in addresses. Clause N2.1.
//!
//! Finds them in a text, with their place, and tells them from numbers that only look alike (document numbers,
//! telephones, counters, periods of years). Decides nothing about what a date means; reads no clock.

mod address;
mod cursor;
mod hanzi;
mod numeric;
mod relative;

use std::ops::Range;

use jiff::civil::{Date, Time};

pub use address::{InAddress, in_address};
use cursor::Cursor;

/// Years that a page may be dated: the first Chinese websites are of 1994, old documents are put online as well.
pub const YEARS: std::ops::RangeInclusive<i16> = 1949..=2099;

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `2024-05-11`, `2024/5/11`, `2024.05.11`.
    Figures,
    /// `2024年5月11日`.
    Units,
    /// `二〇二四年五月十一日`.
    Hanzi,
    /// `24-05-11`, as narrow lists write it.
    ShortYear,
    /// `05-11`, `05/11`, `5月11日`: the year stands elsewhere or nowhere.
    NoYear,
    /// `3天前`, `昨天`.
    Relative,
}

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// `None`: not written.
    pub year: Option<i16>,
    pub month: i8,
    pub day: i8,
    /// Time of day, where it follows.
    pub time: Option<Time>,
    /// Bytes of the text, time included.
    pub at: Range<usize>,
    pub form: Form,
}

impl Stamp {
    /// The day, where the year is written.
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    /// The day in a year that is known from elsewhere.
    pub fn in_year(&self, year: i16) -> Option<Date> {
        Date::new(self.year.unwrap_or(year), self.month, self.day).ok()
    }

    /// The day, where the year is not written: the last such day that is not after `today`.
    pub fn before(&self, today: Date) -> Option<Date> {
        if self.year.is_some() {
            return self.date();
        }
        let this = self.in_year(today.year());
        this.filter(|d| *d <= today).or_else(|| self.in_year(today.year() - 1))
    }
}

/// Dates that are listed of one text; a page of a calendar or a list has some hundred.
const MAX_STAMPS: usize = 2_000;

/// Every date in a text, in order. `today`: the day on which the page is judged; without it no relative dates.
pub fn find(text: &str, today: Option<Date>) -> Vec<Stamp> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = next_sign(text, at) {
        if found.len() >= MAX_STAMPS {
            break;
        }
        let stamp = if text.as_bytes()[next].is_ascii_digit() {
            numeric::at(text, next).or_else(|| today.and_then(|t| relative::counted(text, next, t)))
        } else if text[next..].starts_with('年') {
            hanzi::at(text, next)
        } else if text[next..].starts_with(cursor::is_wide_digit) {
            numeric::at(text, next)
        } else {
            today.and_then(|t| relative::named(text, next, t))
        };
        at = match stamp {
            Some(stamp) => {
                let end = stamp.at.end.max(next + 1);
                found.push(stamp);
                end
            }
            None => skip(text, next),
        };
    }
    found
}

/// The next place where a date may start: a figure, or a character that dates are written with.
fn next_sign(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'0'..=b'9' => return Some(at),
            // 年 E5 B9 B4; 昨 E6 98 A8; 今 E4 BB 8A; 前 E5 89 8D; wide figures EF BC 90–99.
            0xE4..=0xE6 | 0xEF if text.is_char_boundary(at) => {
                let sign = bytes.get(at..at + 3).is_some_and(|b| {
                    matches!(
                        b,
                        [0xE5, 0xB9, 0xB4] | [0xE6, 0x98, 0xA8] | [0xE4, 0xBB, 0x8A] | [0xE5, 0x89, 0x8D]
                    ) || matches!(b, [0xEF, 0xBC, 0x90..=0x99])
                });
                if sign {
                    return Some(at);
                }
                at += 3;
            }
            _ => at += 1,
        }
    }
    None
}

/// Past what is no date: the whole run of figures, or one character.
fn skip(text: &str, at: usize) -> usize {
    let mut cursor = Cursor::new(text, at);
    if cursor.figures().is_some() {
        return cursor.at().max(at + 1);
    }
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests;
