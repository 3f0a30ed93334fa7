//! Dates in figures, and the time of day behind a date. Clause N2.1.
//!
//! A number beside letters, in a path, in a number of a document or a telephone is no date.

use jiff::civil::{Date, Time};

use super::cursor::Cursor;
use super::{Form, Stamp, YEARS};

/// Signs between year, month and day.
const SEPARATORS: [char; 8] = ['-', '/', '.', '－', '—', '／', '．', '–'];
/// Blanks that may stand inside a date (`2024 年 5 月`) and before its time.
const MAX_BLANKS: usize = 4;

/// The date whose first figure stands at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Stamp> {
    let mut cursor = Cursor::new(text, at);
    if cursor.before().is_some_and(continues) {
        return None;
    }
    let (first, len) = cursor.figures()?;
    match len {
        4 => full(at, cursor, i16::try_from(first).ok().filter(|y| YEARS.contains(y))?),
        1 | 2 => without_year(text, at, cursor, first as i8),
        _ => None,
    }
}

/// Whether a character ties the number behind it to what stands before.
fn continues(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '/' | '.' | '-' | '－' | '_' | '=' | '+' | '#' | '%' | '&' | '¥' | '￥' | '$')
}

fn full(from: usize, mut cursor: Cursor<'_>, year: i16) -> Option<Stamp> {
    cursor.blanks(MAX_BLANKS);
    let units = cursor.eat(&['年']).is_some();
    let separator = if units { None } else { Some(cursor.eat(&SEPARATORS)?) };
    cursor.blanks(MAX_BLANKS);
    let month = cursor.small()?;
    cursor.blanks(MAX_BLANKS);
    match separator {
        None => cursor.eat(&['月'])?,
        Some(sign) => cursor.eat(&[sign])?,
    };
    cursor.blanks(MAX_BLANKS);
    let day = cursor.small()?;
    Date::new(year, month, day).ok()?;
    let after_figures = cursor;
    if units {
        let mut unit = cursor;
        unit.blanks(MAX_BLANKS);
        if unit.eat(&['日', '号']).is_some() {
            cursor = unit;
        }
    } else if !ends(after_figures) {
        return None;
    }
    let form = if units { Form::Units } else { Form::Figures };
    let (time, end) = time(cursor);
    Some(Stamp { year: Some(year), month, day, time, at: from..end, form })
}

/// Whether a date in figures may end here: no further group, no unit that makes it a number.
fn ends(cursor: Cursor<'_>) -> bool {
    let mut ahead = cursor;
    match cursor.peek() {
        Some('-' | '/' | '.' | '－') => {
            ahead.eat(&['-', '/', '.', '－']);
            !ahead.peek().is_some_and(|c| c.is_ascii_alphanumeric())
        }
        Some('%' | '％' | '号' | '_' | '万' | '亿' | '元') => false,
        Some('T') => true,
        Some(c) => !c.is_ascii_alphabetic(),
        None => true,
    }
}

/// `05-11`, `05/11`, `5月11日`, `24-05-11`: only where nothing else is in the text or brackets hold it.
fn without_year(text: &str, from: usize, mut cursor: Cursor<'_>, first: i8) -> Option<Stamp> {
    let start = Cursor::new(text, from);
    let bracketed = start.before().is_some_and(|c| matches!(c, '[' | '(' | '（' | '【' | '〔' | '［'));
    let alone = bracketed || text[..from].trim().is_empty();
    let mut month_sign = cursor;
    month_sign.blanks(1);
    if month_sign.eat(&['月']).is_some() {
        month_sign.blanks(1);
        let day = month_sign.small()?;
        month_sign.blanks(1);
        month_sign.eat(&['日', '号'])?;
        // Part of a longer date whose year was not readable, or of a period: `2024年第5月`.
        if start.before().is_some_and(|c| matches!(c, '年' | '第')) {
            return None;
        }
        return partial(None, first, day, month_sign, from, Form::NoYear);
    }
    if !alone {
        return None;
    }
    let separator = cursor.eat(&['-', '/', '.', '－'])?;
    let two = cursor.at() - from == 3;
    let second = cursor.small()?;
    let mut third = cursor;
    if third.eat(&[separator]).is_some()
        && let Some(day) = third.small()
    {
        if !two || !closes(third) {
            return None;
        }
        let year = 2000 + i16::from(first);
        Date::new(year, second, day).ok()?;
        return partial(Some(year), second, day, third, from, Form::ShortYear);
    }
    // `5.11` is as likely a number, `1/2` a page.
    let figures = cursor.at() - from;
    if !(bracketed || figures == 5 && separator != '.') || !closes(cursor) {
        return None;
    }
    partial(None, first, second, cursor, from, Form::NoYear)
}

/// Whether the text or its brackets end, or a time follows.
fn closes(cursor: Cursor<'_>) -> bool {
    let rest = cursor.rest().trim_start();
    rest.is_empty() || rest.starts_with([']', ')', '）', '】', '〕', '］']) || time(cursor).0.is_some()
}

fn partial(
    year: Option<i16>,
    month: i8,
    day: i8,
    cursor: Cursor<'_>,
    from: usize,
    form: Form,
) -> Option<Stamp> {
    // 2000 is a leap year: 29 February may be meant.
    Date::new(year.unwrap_or(2000), month, day).ok()?;
    let (time, end) = time(cursor);
    Some(Stamp { year, month, day, time, at: from..end, form })
}

/// The time of day that follows a date, and where it ends; else where the date ends.
pub(super) fn time(cursor: Cursor<'_>) -> (Option<Time>, usize) {
    let none = (None, cursor.at());
    let mut ahead = cursor;
    ahead.eat(&['T']);
    ahead.blanks(MAX_BLANKS);
    ahead.eat(&['，', ',']);
    ahead.blanks(MAX_BLANKS);
    let afternoon = ahead.word("下午") || ahead.word("晚上");
    if !afternoon && !ahead.word("上午") {
        ahead.word("早上");
    }
    let Some(hour) = ahead.small() else { return none };
    if ahead.eat(&[':', '：', '时', '点']).is_none() {
        return none;
    }
    let Some(minute) = ahead.small() else { return none };
    let mut second = ahead;
    let seconds = match second.eat(&[':', '：', '分']) {
        Some('分') => {
            ahead = second;
            second.small().filter(|_| second.eat(&['秒']).is_some())
        }
        Some(_) => second.small(),
        None => None,
    };
    let seconds = match seconds {
        Some(value) => {
            ahead = second;
            value
        }
        None => 0,
    };
    let hour = if afternoon && hour < 12 { hour + 12 } else { hour };
    match Time::new(hour, minute, seconds.min(59), 0) {
        Ok(time) => (Some(time), ahead.at()),
        Err(_) => none,
    }
}
