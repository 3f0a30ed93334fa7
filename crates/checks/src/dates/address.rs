//! The date in an address: `/art/2018/5/18/`, `/202405/t20240511_12.html`, `/2024-05/11/`. Clause N2.1.
//!
//! Addresses carry the day of upload or of a move to a new system, so a date on the page always goes first.

use jiff::civil::Date;

use super::YEARS;

/// What an address says of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InAddress {
    Day(Date),
    /// Year and month only.
    Month(i16, i8),
    Year(i16),
}

impl InAddress {
    pub fn day(self) -> Option<Date> {
        match self {
            InAddress::Day(date) => Some(date),
            InAddress::Month(..) | InAddress::Year(_) => None,
        }
    }

    pub fn year(self) -> i16 {
        match self {
            InAddress::Day(date) => date.year(),
            InAddress::Month(year, _) | InAddress::Year(year) => year,
        }
    }
}

/// Runs of figures of one address that are looked at.
const MAX_RUNS: usize = 24;

/// The date that the path of an address names; query and host are left out.
pub fn in_address(address: &str) -> Option<InAddress> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, p)| p));
    let runs: Vec<(usize, &str)> = runs(path).take(MAX_RUNS).collect();
    let mut best = None;
    for at in 0..runs.len() {
        match read(path, &runs[at..]) {
            Some(day @ InAddress::Day(_)) => return Some(day),
            Some(found) if better(best, found) => best = Some(found),
            _ => {}
        }
    }
    best
}

fn better(best: Option<InAddress>, found: InAddress) -> bool {
    matches!((best, found), (None, _) | (Some(InAddress::Year(_)), InAddress::Month(..)))
}

fn runs(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = path.as_bytes();
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        let len = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        at = start + len;
        Some((start, &path[start..start + len]))
    })
}

fn read(path: &str, runs: &[(usize, &str)]) -> Option<InAddress> {
    let (start, first) = *runs.first()?;
    let before = path[..start].chars().next_back();
    // `t20240511_`, `/20240511`, `_20240511`; in the middle of a word the figures are part of a name.
    let mark = path[..start].trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let letters = start - mark.len();
    if letters > 1 || before.is_some_and(|c| !c.is_ascii_alphanumeric() && !"/_-".contains(c)) {
        return None;
    }
    let next = runs.get(1).copied();
    let after = path[start + first.len()..].chars().next();
    if after.is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    match first.len() {
        8 => day(&first[..4], &first[4..6], &first[6..]),
        6 => {
            let month = month(&first[..4], &first[4..])?;
            let InAddress::Month(year, number) = month else { return None };
            // `/202405/11/`
            let day = next
                .filter(|(at, run)| joined(path, start + first.len(), *at) && run.len() <= 2)
                .and_then(|(_, run)| Date::new(year, number, run.parse().ok()?).ok());
            Some(day.map_or(month, InAddress::Day))
        }
        4 => {
            let year = first.parse::<i16>().ok().filter(|y| YEARS.contains(y))?;
            let Some((second_at, second)) = next.filter(|(at, _)| joined(path, start + 4, *at)) else {
                return (before == Some('/') && after == Some('/')).then_some(InAddress::Year(year));
            };
            if second.len() == 4 && path.as_bytes().get(start + 4) != Some(&b'-') {
                // `/2024/0511/`
                return day(first, &second[..2], &second[2..]).or(Some(InAddress::Year(year)));
            }
            if second.len() > 2 {
                return (before == Some('/') && after == Some('/')).then_some(InAddress::Year(year));
            }
            let third = runs
                .get(2)
                .filter(|(at, run)| joined(path, second_at + second.len(), *at) && run.len() <= 2)
                .and_then(|(_, third)| day(first, second, third));
            third.or_else(|| month(first, second))
        }
        _ => None,
    }
}

/// Whether one sign joins two runs.
fn joined(path: &str, end: usize, next: usize) -> bool {
    next == end + 1 && matches!(path.as_bytes()[end], b'/' | b'-' | b'_')
}

fn day(year: &str, month: &str, day: &str) -> Option<InAddress> {
    let year = year.parse::<i16>().ok().filter(|y| YEARS.contains(y))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().map(InAddress::Day)
}

fn month(year: &str, month: &str) -> Option<InAddress> {
    let year = year.parse::<i16>().ok().filter(|y| YEARS.contains(y))?;
    let month = month.parse::<i8>().ok().filter(|m| (1..=12).contains(m))?;
    Some(InAddress::Month(year, month))
}
