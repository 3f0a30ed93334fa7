//! Text out of websites made harmless for reports: control characters, directions, lengths, times. Clause N5.3.
//!
//! Changes how a text looks, never what it says.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Without characters that XML 1.0 does not allow, cut at `most` characters. Marks that turn the direction of
/// the text around are shown as such: they can make an address look like another.
pub fn clean(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most.saturating_mul(4)));
    let mut length = 0;
    for c in text.chars().filter(|c| !is_control(*c)) {
        if length >= most {
            out.push('…');
            break;
        }
        if turns_direction(c) {
            write!(out, "[U+{:04X}]", u32::from(c)).expect("writing to a String cannot fail");
            length += 8;
        } else {
            out.push(c);
            length += 1;
        }
    }
    out
}

/// XML 1.0 §2.2, and the C1 controls that nobody writes on purpose.
fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Unicode's explicit directional formatting characters.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An address as people read it: Chinese instead of percent signs, the middle left out where it is long.
pub fn readable(address: &str, most: usize) -> String {
    let decoded = clean(&decode(address), usize::MAX);
    let length = decoded.chars().count();
    if length <= most {
        return decoded;
    }
    let tail = most / 3;
    let head: String = decoded.chars().take(most - tail).collect();
    let end: String = decoded.chars().skip(length - tail).collect();
    format!("{head}…{end}")
}

/// Percent-encoded characters beyond ASCII decoded, where they are UTF-8; everything else as it was.
fn decode(address: &str) -> Cow<'_, str> {
    if !address.contains('%') {
        return Cow::Borrowed(address);
    }
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(at) = rest.find('%') {
        let (before, escaped) = rest.split_at(at);
        out.push_str(before);
        let mut bytes = Vec::new();
        while let Some(byte) = high_byte(&escaped.as_bytes()[bytes.len() * 3..]) {
            bytes.push(byte);
        }
        let read = bytes.len() * 3;
        match std::str::from_utf8(&bytes) {
            Ok(text) if read > 0 => out.push_str(text),
            _ => out.push_str(&escaped[..read.max(1)]),
        }
        rest = &escaped[read.max(1)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn high_byte(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |b: u8| char::from(b).to_digit(16);
    let byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    (byte >= 0x80).then_some(byte)
}

/// Percent-encoded as a part of an address, be it a path or what follows `#`.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
    }
    out
}

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time span as people say it.
pub fn span(millis: u64) -> String {
    match millis {
        0 => "不到 1 毫秒".into(),
        1..1_000 => format!("{millis} 毫秒"),
        _ => format!("{}.{} 秒", millis / 1_000, millis % 1_000 / 100),
    }
}

/// Milliseconds since 1970 as Beijing time, `2026-03-01 09:05`.
pub fn beijing(millis: i64) -> String {
    civil(millis).map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

/// RFC 3339 with the offset of Beijing.
pub fn rfc3339(millis: i64) -> Option<String> {
    Some(civil(millis)?.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string())
}

/// The same as a date and time of the calendar.
pub fn civil(millis: i64) -> Option<jiff::civil::DateTime> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    Some(zone.to_datetime(jiff::Timestamp::from_millisecond(millis).ok()?))
}

/// Whether an address may become a link in a report.
pub fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go_and_length_is_told() {
        assert_eq!(clean("附\u{c}\u{1f}件\u{8}\u{85}\u{fffe}", 9), "附件");
        assert_eq!(clean("一二三", 2), "一二…");
    }

    #[test]
    fn a_text_that_turns_direction_shows_it() {
        assert_eq!(clean("通知\u{202e}fdp.exe", 99), "通知[U+202E]fdp.exe");
        assert!(clean(&"\u{202e}".repeat(9_000), 8_000).chars().count() < 8_010);
        assert_eq!(readable("http://a.example/%E2%80%AEgnp", 99), "http://a.example/[U+202E]gnp");
    }

    #[test]
    fn addresses_are_read_in_chinese_and_stay_whole_at_both_ends() {
        assert_eq!(readable("http://a.example/%E6%94%BF%e5%8a%a1/a%20b", 99), "http://a.example/政务/a%20b");
        for odd in ["/%", "/%zz", "/%D5%FE", "/%E6%94", "/%e6%94%BF%"] {
            readable(odd, 99);
        }
        assert_eq!(readable("/%D5%FE", 99), "/%D5%FE");
        assert_eq!(readable("abcdefghijkl", 9), "abcdef…jkl");
    }

    #[test]
    fn numbers_and_spans_are_read_aloud() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 149, 2_350].map(span), ["不到 1 毫秒", "149 毫秒", "2.3 秒"]);
    }

    #[test]
    fn times_are_beijings() {
        assert_eq!(beijing(0), "1970-01-01 08:00");
        assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T08:00:00+08:00"));
    }
}
