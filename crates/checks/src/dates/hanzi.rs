//! Dates in Chinese characters, as documents are signed: 二〇一七年三月二十四日. Clause N2.1.
//!
//! The circle of 〇 is typed in many ways; all of them are read.

use jiff::civil::Date;

use super::cursor::Cursor;
use super::{Form, Stamp, YEARS};

const BLANKS: usize = 2;

/// The date around a 年 at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Stamp> {
    let (mut year, mut from, mut figures) = (0i16, at, 0);
    let mut place = 1;
    for (index, c) in text[..at].char_indices().rev().filter(|(_, c)| !c.is_whitespace()).take(4) {
        year += place * i16::from(digit(c)?);
        place = if figures < 3 { place * 10 } else { place };
        figures += 1;
        from = index;
    }
    if figures < 4 || !YEARS.contains(&year) {
        return None;
    }
    let mut cursor = Cursor::new(text, at);
    cursor.eat(&['年'])?;
    cursor.blanks(BLANKS);
    let month = number(&mut cursor)?;
    cursor.eat(&['月'])?;
    cursor.blanks(BLANKS);
    let day = number(&mut cursor)?;
    cursor.eat(&['日', '号'])?;
    Date::new(year, month, day).ok()?;
    Some(Stamp { year: Some(year), month, day, time: None, at: from..cursor.at(), form: Form::Hanzi })
}

/// A character of a year.
fn digit(c: char) -> Option<i8> {
    Some(match c {
        '〇' | '○' | '零' | 'Ｏ' | 'O' | 'o' | 'ｏ' | '0' | '０' | '◯' => 0,
        '一' | '壹' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A number up to 39: 三, 十, 十二, 二十, 二十四, 廿四, 卅一, and 元 for the first month.
fn number(cursor: &mut Cursor<'_>) -> Option<i8> {
    if cursor.eat(&['元']).is_some() {
        return Some(1);
    }
    let tens = if cursor.eat(&['廿']).is_some() {
        Some(20)
    } else if cursor.eat(&['卅']).is_some() {
        Some(30)
    } else {
        None
    };
    let ones = |cursor: &mut Cursor<'_>| -> Option<i8> {
        let value = cursor.peek().and_then(digit).filter(|d| *d > 0)?;
        cursor.eat(&[cursor.peek()?])?;
        Some(value)
    };
    let value = match tens {
        Some(tens) => tens + ones(cursor).unwrap_or(0),
        None => {
            let first = ones(cursor);
            cursor.blanks(1);
            if cursor.eat(&['十', '拾']).is_some() {
                first.unwrap_or(1) * 10 + ones(cursor).unwrap_or(0)
            } else {
                first?
            }
        }
    };
    cursor.blanks(BLANKS);
    Some(value)
}
