//! The text that an expression gives, if its own letters say so. Clause N2.5.
//!
//! Adds strings and undoes the decoders of packers; an unknown part leaves a gap and makes the value incomplete.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::decode::{base64, char_codes, percent};
use crate::script_links::code::{Kind, Token};

/// A text, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    pub text: String,
    /// Whether nobody could read it in the source.
    pub decoded: bool,
    /// Whether every part is known.
    pub whole: bool,
}

/// Brackets within brackets; written code nests a few.
const MAX_DEPTH: usize = 8;
/// Bytes of one value.
const MAX_VALUE: usize = 128 * 1024;
/// Tokens of one expression.
const MAX_TOKENS: usize = 20_000;

type Known<'s> = HashMap<&'s str, Value, FixedState>;

/// Reads a sum of texts that begins at `at`; the value and the token behind it. `None`: no text begins there.
pub(super) fn value(tokens: &[Token<'_>], at: usize, known: &Known<'_>) -> Option<(Value, usize)> {
    let until = tokens.len().min(at.saturating_add(MAX_TOKENS));
    let tokens = tokens.get(..until)?;
    let (sum, next) = sum(tokens, at, known, 0)?;
    (!sum.text.is_empty()).then_some((sum, next))
}

fn sum(tokens: &[Token<'_>], at: usize, known: &Known<'_>, depth: usize) -> Option<(Value, usize)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut sum = Value { whole: true, ..Value::default() };
    let mut at = at;
    loop {
        let (part, next) = match part(tokens, at, known, depth) {
            Some(found) => found,
            None => (Value::default(), unknown(tokens, at)),
        };
        if sum.text.len() + part.text.len() > MAX_VALUE {
            return None;
        }
        sum.text.push_str(&part.text);
        sum.decoded |= part.decoded;
        sum.whole &= part.whole;
        at = next;
        match tokens.get(at) {
            Some(t) if t.is("+") => at += 1,
            _ => return Some((sum, at)),
        }
    }
}

/// One part of a sum.
fn part(tokens: &[Token<'_>], at: usize, known: &Known<'_>, depth: usize) -> Option<(Value, usize)> {
    let token = *tokens.get(at)?;
    let is = |i: usize, text: &str| tokens.get(i).is_some_and(|t| t.is(text));
    let (value, next) = match token.kind {
        Kind::Str => {
            let text = token.string()?.into_owned();
            // Escapes of plain letters hide them; escapes of Chinese are what many tools write.
            let decoded = hides_letters(token.text);
            (Value { text, decoded, whole: true }, at + 1)
        }
        Kind::Number => (Value { text: token.text.to_owned(), decoded: false, whole: true }, at + 1),
        Kind::Other if token.text.starts_with('`') && token.text.len() >= 2 && token.text.ends_with('`') => {
            let text = token.text[1..token.text.len() - 1].to_owned();
            let whole = !text.contains("${");
            (Value { text, decoded: false, whole }, at + 1)
        }
        Kind::Open if token.text == "(" => {
            let (inner, next) = sum(tokens, at + 1, known, depth + 1)?;
            (inner, if is(next, ")") { next + 1 } else { return None })
        }
        Kind::Open if token.text == "[" => list(tokens, at + 1)?,
        Kind::Ident => match token.text {
            "window" | "self" if is(at + 1, ".") => {
                return part(tokens, at + 2, known, depth + 1).filter(|_| depth < MAX_DEPTH);
            }
            "unescape" | "decodeURIComponent" | "decodeURI" | "atob" if is(at + 1, "(") => {
                let (inner, next) = sum(tokens, at + 2, known, depth + 1)?;
                let next = if is(next, ")") { next + 1 } else { return None };
                let (text, decoded) = match token.text {
                    "atob" => (base64(&inner.text)?, true),
                    _ => percent(&inner.text),
                };
                (Value { text, decoded: decoded || inner.decoded, whole: inner.whole }, next)
            }
            "String" if is(at + 1, ".") && is(at + 2, "fromCharCode") && is(at + 3, "(") => {
                let (text, next) = char_codes(tokens, at + 4)?;
                (Value { text, decoded: true, whole: true }, next)
            }
            name if !is(at + 1, "(") && !is(at + 1, ".") && !is(at + 1, "[") => {
                (known.get(name)?.clone(), at + 1)
            }
            name if is(at + 1, ".") && known.contains_key(name) => (known.get(name)?.clone(), at + 1),
            _ => return None,
        },
        _ => return None,
    };
    Some(methods(tokens, value, next))
}

/// `['a','b']`: the texts with a mark between, for `join` and `reverse` to work on.
fn list(tokens: &[Token<'_>], at: usize) -> Option<(Value, usize)> {
    let mut value = Value { whole: true, ..Value::default() };
    let mut at = at;
    let mut first = true;
    loop {
        let token = tokens.get(at)?;
        if token.is("]") {
            return Some((value, at + 1));
        }
        if token.kind == Kind::Comma {
            at += 1;
            continue;
        }
        if !std::mem::take(&mut first) {
            value.text.push(MARK);
        }
        value.text.push_str(&token.string()?);
        if value.text.len() > MAX_VALUE {
            return None;
        }
        at += 1;
    }
}

/// Stands between the items of a list; no page has it.
const MARK: char = '\u{f8ff}';

/// `.split('').reverse().join('')`, `.replace('a','b')`, `.toString()` behind a text.
fn methods(tokens: &[Token<'_>], value: Value, next: usize) -> (Value, usize) {
    let is = |i: usize, text: &str| tokens.get(i).is_some_and(|t| t.is(text));
    let text_at = |i: usize| tokens.get(i).and_then(Token::string);
    let (mut value, mut at) = (value, next);
    // Each turn takes tokens, so that there are as many as the code has.
    while is(at, ".") && is(at + 2, "(") {
        let Some(name) = tokens.get(at + 1).map(|t| t.text) else { break };
        let argument = text_at(at + 3);
        let (changed, behind) = match (name, &argument) {
            ("split", Some(by)) if is(at + 4, ")") => {
                let parts: Vec<String> = match &**by {
                    "" => value.text.chars().map(String::from).collect(),
                    by => value.text.split(by).map(str::to_owned).collect(),
                };
                (parts.join(&MARK.to_string()), at + 5)
            }
            ("join", Some(by)) if is(at + 4, ")") => (value.text.replace(MARK, by), at + 5),
            ("reverse", None) if is(at + 3, ")") => {
                value.decoded = true;
                let parts: Vec<&str> = value.text.split(MARK).rev().collect();
                (parts.join(&MARK.to_string()), at + 4)
            }
            ("toString" | "trim", None) if is(at + 3, ")") => (value.text.clone(), at + 4),
            ("replace", Some(old)) if is(at + 6, ")") && !old.is_empty() => match text_at(at + 5) {
                Some(new) => (value.text.replacen(&**old, &new, 1), at + 7),
                None => break,
            },
            _ => break,
        };
        if changed.len() > 4 * MAX_VALUE {
            break;
        }
        value.text = changed;
        at = behind;
    }
    value.text.retain(|c| c != MARK || is(at, "."));
    (value, at)
}

/// Behind a part that cannot be read: a name with its members and calls.
fn unknown(tokens: &[Token<'_>], at: usize) -> usize {
    let (mut at, mut open) = (at, 0usize);
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Open if token.text != "{" || open > 0 => open += 1,
            Kind::Close if open == 0 => break,
            Kind::Close => open -= 1,
            Kind::Semicolon => break,
            Kind::Comma | Kind::Operator if open == 0 => break,
            Kind::Open => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether a literal writes plain letters as escapes: `\x68\x74\x74\x70`.
fn hides_letters(literal: &str) -> bool {
    /// Escaped letters that make a word unreadable.
    const FEW: usize = 4;
    let bytes = literal.as_bytes();
    let mut hidden = 0;
    for at in memchr::memchr_iter(b'\\', bytes) {
        let digits = match bytes.get(at + 1) {
            Some(b'x') => literal.get(at + 2..at + 4),
            Some(b'u') => literal.get(at + 2..at + 6),
            _ => None,
        };
        let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).and_then(char::from_u32);
        hidden += usize::from(code.is_some_and(|c| c.is_ascii_alphanumeric()));
    }
    hidden >= FEW
}
