//! The packer that replaces words by numbers: `eval(function(p,a,c,k,e,d){…}('0.1(2)',62,3,'document|write|x'.split('|'),0,{}))`.
//! Clause N2.5.
//!
//! Undone by its table alone; nothing is run. Honest libraries are packed so too, and are judged by what comes out.

use super::{MAX_WRITTEN, is};
use crate::script_links::code::{Kind, Token};

/// Tokens of the unpacking function; the usual forms have some hundred and fifty.
const MAX_FUNCTION: usize = 400;
/// Digits of the packer's numbers: more than sixty-two make no word.
const MAX_RADIX: usize = 62;

/// The code that is packed in a call of `eval`, whose argument begins at `at`.
pub(super) fn unpacked(tokens: &[Token<'_>], at: usize) -> Option<String> {
    if !is(tokens, at, "function") || !is(tokens, at + 1, "(") {
        return None;
    }
    let until = tokens.len().min(at + MAX_FUNCTION);
    let call = (at + 2..until).find(|n| is_call(tokens, *n))?;
    let code = tokens.get(call + 1)?.string()?;
    let radix: usize = tokens.get(call + 3)?.text.parse().ok().filter(|r| (2..=MAX_RADIX).contains(r))?;
    let table = tokens.get(call + 7)?.string()?;
    let words: Vec<&str> = table.split('|').collect();
    let mut out = String::with_capacity(code.len() * 2);
    let mut rest = &*code;
    while let Some(first) = rest.chars().next() {
        let len = rest.find(|c: char| !is_digit(c)).unwrap_or(rest.len());
        if len == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (number, after) = rest.split_at(len);
        let word = index(number, radix).and_then(|n| words.get(n)).filter(|w| !w.is_empty());
        out.push_str(word.unwrap_or(&number));
        rest = after;
        if out.len() > MAX_WRITTEN {
            return None;
        }
    }
    Some(out)
}

/// `('…', 62, 120, '…'.split`: what is handed to the unpacking function.
fn is_call(tokens: &[Token<'_>], at: usize) -> bool {
    let kind = |n: usize| tokens.get(at + n).map(|t| t.kind);
    is(tokens, at, "(")
        && kind(1) == Some(Kind::Str)
        && kind(3) == Some(Kind::Number)
        && kind(5) == Some(Kind::Number)
        && kind(7) == Some(Kind::Str)
        && is(tokens, at + 9, "split")
}

fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The place in the table: `0`–`9`, `a`–`z`, `A`–`Z` are digits in this order.
fn index(number: &str, radix: usize) -> Option<usize> {
    number.bytes().try_fold(0_usize, |sum, b| {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'a'..=b'z' => b - b'a' + 10,
            b'A'..=b'Z' => b - b'A' + 36,
            _ => return None,
        };
        let digit = usize::from(digit);
        if digit < radix { sum.checked_mul(radix)?.checked_add(digit) } else { None }
    })
}
