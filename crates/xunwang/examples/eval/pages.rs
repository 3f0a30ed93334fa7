//! Pages of labelled sets, read as a run reads them. Clauses N2.1–N2.6.
//!
//! Files only; judged on one fixed day, so that numbers do not change with the calendar.

use std::path::Path;

use checks::{Page, charset};
use jiff::civil::{Date, date};
use url::Url;

/// The day on which labelled pages are judged.
pub const TODAY: Date = date(2026, 6, 15);

/// Decodes a saved page; a lost file gives an empty one.
pub fn text_of(file: &Path) -> String {
    charset::decode(&std::fs::read(file).unwrap_or_default(), None).text.into_owned()
}

/// Parses a decoded page, at its address where the set knows one.
pub fn with_page<T>(text: &str, url: Option<&str>, look: impl FnOnce(&Page<'_>) -> T) -> T {
    let bare = Url::parse("http://page.invalid/").expect("a fixed address");
    let url = url.and_then(|u| Url::parse(u).ok()).unwrap_or(bare);
    let charset = charset::decode(text.as_bytes(), Some("text/html; charset=utf-8")).charset;
    look(&Page::parse(url, text, charset))
}

/// A page without the meta elements that `drop` names.
pub fn without_metas(text: &str, drop: impl Fn(&str) -> bool) -> String {
    let tree = checks::Tree::parse(text);
    let (mut out, mut from) = (String::new(), 0);
    for id in tree.elements(tree.root(), "meta") {
        let name =
            ["name", "property", "http-equiv"].iter().find_map(|a| tree.attr(id, a)).unwrap_or_default();
        let span = tree.span(id);
        if drop(&name) && span.start >= from {
            out.push_str(&text[from..span.start]);
            from = span.end;
        }
    }
    out + &text[from..]
}
