//! Hanweb record lists: `<datastore>` with its records in CDATA, in a script element or as an answer. Clause N2.1.
//!
//! Finds the sections; their markup is read by the parser of pages.

use std::ops::Range;

use memchr::memmem;

use super::{MAX_LIST_PAGES, ScriptRef};
use crate::page::LinkKind;

/// The content of every `<![CDATA[…]]>`, as byte ranges; an unclosed last one ends with the text.
pub fn cdata_sections(text: &str) -> impl Iterator<Item = Range<usize>> {
    const OPEN: &[u8] = b"<![CDATA[";
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + memmem::find(&bytes[from..], OPEN)? + OPEN.len();
        let end = memmem::find(&bytes[start..], b"]]>").map_or(bytes.len(), |len| start + len);
        from = (end + 3).min(bytes.len());
        Some(start..end)
    })
}

/// Whether a text is such a list, whose CDATA sections hold markup.
pub fn is_datastore(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"<datastore").is_some()
        && memmem::find(text.as_bytes(), b"<![CDATA[").is_some()
}

/// The address of the next group of records; with `totalpage` given, of all further ones.
pub fn in_datastore(text: &str, emit: &mut dyn FnMut(ScriptRef)) {
    let Some(group) = element(text, "nextgroup") else { return };
    let inner = &text[group.clone()];
    let Some(href) = memmem::find(inner.as_bytes(), b"href=").map(|at| at + 5) else { return };
    let Some(quote) = inner[href..].chars().next().filter(|c| matches!(c, '"' | '\'')) else { return };
    let Some(raw) = inner[href + 1..].split(quote).next() else { return };
    // The script ends the list when a group has no address.
    if !raw.contains("dataproxy.jsp?") {
        return;
    }
    let raw = raw.replace("&amp;", "&");
    let offset = group.start + href + 1;
    let mut add = |raw: String| emit(ScriptRef { raw, kind: LinkKind::List, offset, text: None });
    let total = element(text, "totalpage").and_then(|r| text[r].trim().parse::<u32>().ok());
    let page = raw.find("?page=").or_else(|| raw.find("&page=")).map(|at| at + 6);
    let number = page.and_then(|at| {
        let digits = raw[at..].bytes().take_while(u8::is_ascii_digit).count();
        Some((at, digits, raw[at..at + digits].parse::<u32>().ok()?))
    });
    match (total, number) {
        (Some(total), Some((at, digits, first))) => {
            for number in (first..=total).take(MAX_LIST_PAGES as usize) {
                add(format!("{}{number}{}", &raw[..at], &raw[at + digits..]));
            }
        }
        _ => add(raw),
    }
}

fn element(text: &str, name: &str) -> Option<Range<usize>> {
    let start = memmem::find(text.as_bytes(), format!("<{name}>").as_bytes())? + name.len() + 2;
    let len = memmem::find(&text.as_bytes()[start..], format!("</{name}>").as_bytes())?;
    Some(start..start + len)
}
