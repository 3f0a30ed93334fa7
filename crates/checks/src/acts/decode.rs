//! The decoders of packed scripts: `%3C`, base64, character codes. Clause N2.5.
//!
//! Lenient as browsers are; what is no code of its kind gives nothing.

use crate::script_links::code::{Kind, Token};

/// `unescape`: `%XX` and `%uXXXX`; the second value tells whether letters, not only signs, were hidden.
pub(super) fn percent(text: &str) -> (String, bool) {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut at, mut letters) = (0, 0);
    let source = text.as_bytes();
    while let Some(&b) = source.get(at) {
        let long = b == b'%' && matches!(source.get(at + 1), Some(b'u' | b'U'));
        let (from, len) = if long { (at + 2, 4) } else { (at + 1, 2) };
        let digits =
            text.get(from..from + len).filter(|d| b == b'%' && d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|d| u32::from_str_radix(d, 16).ok()) {
            Some(code) if long => {
                let c = char::from_u32(code).unwrap_or('\u{fffd}');
                letters += usize::from(c.is_ascii_alphanumeric());
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at = from + len;
            }
            Some(code) => {
                let byte = u8::try_from(code).unwrap_or(b' ');
                letters += usize::from(byte.is_ascii_alphanumeric());
                bytes.push(byte);
                at = from + len;
            }
            None => {
                bytes.push(b);
                at += 1;
            }
        }
    }
    /// Hidden letters that make a word unreadable; `%3C` and `%20` are what honest code writes.
    const FEW: usize = 4;
    (String::from_utf8_lossy(&bytes).into_owned(), letters >= FEW)
}

/// `atob`; `None` where a sign is not of the alphabet. Bytes that are UTF-8 are read so.
pub(super) fn base64(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(match String::from_utf8(out) {
        Ok(text) => text,
        Err(bytes) => bytes.into_bytes().iter().map(|b| char::from(*b)).collect(),
    })
}

/// `104, 116, 116, 112)`: the text and the token behind the bracket.
pub(super) fn char_codes(tokens: &[Token<'_>], at: usize) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut at = at;
    loop {
        let token = tokens.get(at)?;
        match token.kind {
            Kind::Number => {
                let code = match token.text.strip_prefix("0x").or_else(|| token.text.strip_prefix("0X")) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => token.text.parse(),
                };
                text.push(code.ok().and_then(char::from_u32)?);
            }
            Kind::Comma => {}
            Kind::Close if token.text == ")" => return Some((text, at + 1)),
            _ => return None,
        }
        at += 1;
    }
}
