//! Dates counted from today: 3天前, 昨天 10:20. Clause N2.1.
//!
//! Weeks, months and years are left alone: they name no day.

use jiff::ToSpan;
use jiff::civil::Date;

use super::cursor::Cursor;
use super::{Form, Stamp, numeric};

/// Days back that a page counts; beyond that all write the date.
const MOST_DAYS: u32 = 366;

/// `3天前`, `5小时前`, `20分钟前`.
pub(super) fn counted(text: &str, at: usize, today: Date) -> Option<Stamp> {
    let mut cursor = Cursor::new(text, at);
    if cursor.before().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '第' | '/')) {
        return None;
    }
    let (count, _) = cursor.figures()?;
    cursor.blanks(1);
    let days = if cursor.word("天前") || cursor.word("日前") {
        count
    } else if cursor.word("小时前") || cursor.word("分钟前") || cursor.word("秒前") {
        0
    } else {
        return None;
    };
    // 「30日前完成」 is a deadline; a relative date stands alone.
    if !stands_alone(text, at, cursor) {
        return None;
    }
    stamp(today, days, at, cursor)
}

/// `今天`, `昨天`, `前天`.
pub(super) fn named(text: &str, at: usize, today: Date) -> Option<Stamp> {
    let mut cursor = Cursor::new(text, at);
    let days = match () {
        () if cursor.word("今天") => 0,
        () if cursor.word("昨天") => 1,
        () if cursor.word("前天") => 2,
        () => return None,
    };
    let (_, end) = numeric::time(cursor);
    if !stands_alone(text, at, Cursor::new(text, end)) {
        return None;
    }
    stamp(today, days, at, cursor)
}

fn stands_alone(text: &str, from: usize, end: Cursor<'_>) -> bool {
    let before = text[..from].trim_end();
    let opens = |c: char| "[(（【［|｜:：·".contains(c);
    (before.is_empty() || before.ends_with(opens) || text[..from].ends_with(char::is_whitespace))
        && end.rest().chars().next().is_none_or(|c| c.is_whitespace() || "])）】］|｜·".contains(c))
}

fn stamp(today: Date, days: u32, from: usize, cursor: Cursor<'_>) -> Option<Stamp> {
    let days = i64::from(days.min(MOST_DAYS + 1));
    let date = today.checked_sub(days.days()).ok().filter(|_| days <= i64::from(MOST_DAYS))?;
    let (time, end) = numeric::time(cursor);
    Some(Stamp {
        year: Some(date.year()),
        month: date.month(),
        day: date.day(),
        time,
        at: from..end,
        form: Form::Relative,
    })
}
