//! Character references (HTML Standard, "Character reference state"; names of the standard's table). Clause N2.1.
//!
//! Also undoes what the standard asks for before tokenizing: line ends and NUL. Text without any of it is not copied.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr3;

/// Where a text stands decides what in it means something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refs {
    /// References; NUL stays, for whoever builds a tree drops it.
    Text,
    /// `title`, `textarea`: references.
    Rcdata,
    /// References, but `&copy=1` is left alone, for it is a query.
    Attribute,
    /// Scripts, styles, comments, names: no references.
    Raw,
    /// CDATA sections: no references, NUL stays.
    Cdata,
}

/// The text as a browser has it.
#[inline]
pub fn decode(raw: &str, refs: Refs) -> Cow<'_, str> {
    match memchr3(b'&', b'\r', 0, raw.as_bytes()) {
        None => Cow::Borrowed(raw),
        Some(first) => slow(raw, first, refs),
    }
}

/// Longest name of the table, without `&`.
const MAX_NAME: usize = 32;

/// Names without `&`, in order, with what they stand for.
static NAMES: LazyLock<Vec<(&'static [u8], &'static str)>> = LazyLock::new(|| {
    let mut names: Vec<_> =
        entities::ENTITIES.iter().map(|e| (&e.entity.as_bytes()[1..], e.characters)).collect();
    names.sort_unstable();
    names
});

fn slow(raw: &str, first: usize, refs: Refs) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let keeps_nul = matches!(refs, Refs::Text | Refs::Cdata);
    let has_refs = !matches!(refs, Refs::Raw | Refs::Cdata);
    let mut text = String::new();
    let mut copied = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        let (stands_for, end): (&str, usize) = match bytes[at] {
            b'\r' => ("\n", if bytes.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }),
            0 if keeps_nul => ("\0", at + 1),
            0 => ("\u{FFFD}", at + 1),
            _ if !has_refs => ("&", at + 1),
            _ if bytes.get(at + 1) == Some(&b'#') => match numeric(&bytes[at + 2..]) {
                Some((c, len)) => {
                    text.push_str(&raw[copied..at]);
                    text.push(c);
                    copied = at + 2 + len;
                    ("", copied)
                }
                None => ("&", at + 1),
            },
            _ => match named(&bytes[at + 1..], refs == Refs::Attribute) {
                Some((characters, len)) => (characters, at + 1 + len),
                None => ("&", at + 1),
            },
        };
        if copied <= at {
            text.push_str(&raw[copied..at]);
            text.push_str(stands_for);
        }
        copied = end;
        next = memchr3(b'&', b'\r', 0, &bytes[end..]).map(|len| end + len);
    }
    text.push_str(&raw[copied..]);
    Cow::Owned(text)
}

/// What the longest name at the start of `rest` stands for, and its length.
fn named(rest: &[u8], in_attribute: bool) -> Option<(&'static str, usize)> {
    let run = rest.iter().take(MAX_NAME).take_while(|b| b.is_ascii_alphanumeric()).count();
    if run == 0 {
        return None;
    }
    let longest = run + usize::from(rest.get(run) == Some(&b';'));
    let (characters, len) = (2..=longest).rev().find_map(|len| Some((exact(&rest[..len])?, len)))?;
    let goes_on = || rest.get(len).is_some_and(|&b| b == b'=' || b.is_ascii_alphanumeric());
    if in_attribute && rest[len - 1] != b';' && goes_on() {
        return None;
    }
    Some((characters, len))
}

fn exact(name: &[u8]) -> Option<&'static str> {
    match name {
        b"amp;" => return Some("&"),
        b"nbsp;" => return Some("\u{A0}"),
        b"lt;" => return Some("<"),
        b"gt;" => return Some(">"),
        b"quot;" => return Some("\""),
        _ => {}
    }
    NAMES.binary_search_by_key(&name, |(n, _)| n).ok().map(|i| NAMES[i].1)
}

/// The character of `&#…`, whose part behind `&#` is given, and how long that is. `None`: no digits.
fn numeric(rest: &[u8]) -> Option<(char, usize)> {
    let hex = matches!(rest.first(), Some(b'x' | b'X'));
    let (radix, from) = if hex { (16, 1) } else { (10, 0) };
    let digits = rest[from..].iter().take_while(|b| char::from(**b).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let code = rest[from..from + digits].iter().fold(0u32, |code, &b| {
        let digit = char::from(b).to_digit(radix).unwrap_or_default();
        code.saturating_mul(radix).saturating_add(digit)
    });
    let len = from + digits;
    Some((character(code), len + usize::from(rest.get(len) == Some(&b';'))))
}

/// Numeric references to the C1 controls mean windows-1252 (HTML Standard, "Numeric character reference end state").
fn character(code: u32) -> char {
    const C1: [u16; 32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
        0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ];
    let code = match code {
        0 => 0xFFFD,
        0x80..=0x9F => u32::from(C1[(code - 0x80) as usize]),
        code => code,
    };
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}
