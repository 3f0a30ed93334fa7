//! Text files and tables with separators, in whatever charset. Clause N2.2.
//!
//! A mark at the front decides, then UTF-8 if it is valid, then a guess that knows Chinese charsets.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::text::Text;

/// Bytes that a guess is made from.
const SAMPLE: usize = 256 << 10;

/// The bytes as text.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => {
            let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
            detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow)
        }
    };
    encoding.decode(bytes).0
}

pub fn read(bytes: &[u8], text: &mut Text) {
    let source = decoded(bytes);
    // A table with separators: what parts the cells of its first lines parts them all.
    let first: Vec<&str> = source.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
    let parts = |sign: char| first.len() > 1 && first.iter().all(|line| line.matches(sign).count() >= 2);
    let separator = ['\t', ',', ';'].into_iter().find(|sign| parts(*sign));
    let table = separator.map(|_| text.new_table());
    for (i, line) in source.lines().enumerate() {
        if text.is_full() {
            text.cut();
            break;
        }
        let place = format!("第 {} 行", i + 1);
        match separator {
            Some(',' | ';') => text.add(&place, &cells(line, separator.unwrap_or(',')), table),
            _ => text.add(&place, line, table),
        }
    }
}

/// The cells of a line, parted by tabs. Quotes keep their separators; a quoted line break is none here.
fn cells(line: &str, separator: char) -> String {
    let mut quoted = false;
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == separator && !quoted => out.push('\t'),
            c => out.push(c),
        }
    }
    out
}
