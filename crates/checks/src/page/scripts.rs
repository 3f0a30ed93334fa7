//! Links that the scripts and handlers of a page make. Clause N2.1.
//!
//! Runs nothing; what a script means is decided by [`crate::script_links`].

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::LinkKind;
use super::collect::Collector;
use crate::script_links::{self, ScriptRef};

/// Links made by the scripts of one page at most; a small script may make thousands.
const MAX_SCRIPT_LINKS: usize = 20_000;

/// An inline script, or an answer that is a list of records.
pub(super) fn in_element(out: &mut Collector<'_, '_>, span: Range<usize>) {
    let mut refs: Vec<ScriptRef> = Vec::new();
    let left = MAX_SCRIPT_LINKS - out.script_links.min(MAX_SCRIPT_LINKS);
    let url = out.page.url.clone();
    script_links::in_script(&out.source[span.clone()], &url, &mut |found| {
        if refs.len() < left {
            refs.push(found);
        }
    });
    out.script_links += refs.len();
    // Positions are counted forwards.
    refs.sort_by_key(|r| r.offset);
    // The records of the same script are looked at behind this.
    let here = out.cursor;
    for found in refs {
        let at = span.start + found.offset.min(span.len());
        let text = found.text.map(Cow::Owned);
        out.keep(Cow::Owned(found.raw), found.kind, "script", at, text);
    }
    out.cursor = here;
}

/// A handler or a `javascript:` address.
pub(super) fn in_handler(out: &mut Collector<'_, '_>, code: &str, element: &'static str, at: usize) {
    let mut found: Vec<(String, LinkKind, Option<String>)> = Vec::new();
    script_links::in_handler(code, &mut |raw| found.push((raw.to_owned(), LinkKind::Script, None)));
    // The handlers of page turners name a list, not an address.
    if memmem::find(code.as_bytes(), b"_simple_list_gotopage_fun").is_some() {
        let url = out.page.url.clone();
        script_links::in_script(code, &url, &mut |r| found.push((r.raw, r.kind, r.text)));
    }
    for (raw, kind, text) in found {
        if out.script_links < MAX_SCRIPT_LINKS {
            out.script_links += 1;
            out.keep(Cow::Owned(raw), kind, element, at, text.map(Cow::Owned));
        }
    }
}
