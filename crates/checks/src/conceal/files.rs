//! Style sheets in files of their own: which ones a page needs to be judged, and what they may hide in it. Clause N2.5.
//!
//! Fetches nothing: whoever crawls asks [`wanted`], hands the sheets over with the page and has it judged again.

use std::collections::HashSet;

use foldhash::fast::FixedState;
use url::Url;

use super::css::Sheet;
use super::{is_plain, target};
use crate::hosts::may_leave;
use crate::page::{LinkKind, Page};
use crate::rule::Facts;
use crate::tree::{NodeId, Tree};

/// Sheets asked for of one page; written pages have a handful.
const MAX_SHEETS: usize = 8;
/// Bytes of a sheet that are read; frameworks in one file have some three hundred thousand.
const LONGEST: usize = 1 << 20;
/// Classes of one element that are looked at.
const MAX_CLASSES: usize = 50;

/// A style sheet that was answered at an address of its own.
#[derive(Debug, Default)]
pub struct SheetFile {
    sheet: Sheet,
    /// Keys of rules that may hide.
    hiding: HashSet<String, FixedState>,
}

impl SheetFile {
    /// Reads a sheet; never fails, in time linear in its length.
    pub fn read(css: &str) -> SheetFile {
        let mut sheet = Sheet::default();
        sheet.add(&css[..css.floor_char_boundary(LONGEST.min(css.len()))]);
        let hiding = sheet.hiding_keys().collect();
        SheetFile { sheet, hiding }
    }

    /// Whether it may hide one of the links for which it was wanted.
    pub fn may_hide(&self, wanted: &Wanted) -> bool {
        self.hiding.iter().any(|key| key.is_empty() || wanted.keys.contains(key))
    }
}

/// Why a page has to be judged with its sheets.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The site's own sheets, in the order of the page.
    pub sheets: Vec<Url>,
    /// Keys of the links that lead to strangers, and of what they stand in.
    keys: HashSet<String, FixedState>,
}

/// The sheets without which it cannot be told whether a page hides links; `None` where it has no links that would be
/// worth hiding, or no sheet of the site itself.
pub fn wanted(page: &Page<'_>, facts: &Facts<'_>) -> Option<Wanted> {
    let is_sheet = |l: &&crate::page::Link<'_>| l.kind == LinkKind::Style && l.element == "link[href]";
    if !page.links.iter().any(|l| is_sheet(&l)) || !page.links.iter().any(|l| may_leave(&l.raw)) {
        return None;
    }
    let resolved = page.links.iter().filter(is_sheet).filter_map(|l| page.base.join(l.raw.trim()).ok());
    let sheets: Vec<Url> = resolved.filter(|url| facts.site.owns(url)).take(MAX_SHEETS).collect();
    if sheets.is_empty() {
        return None;
    }
    let tree = page.tree();
    let anchors = tree.descendants(tree.root()).filter(|n| tree.is_any(*n, &["a", "area"]));
    let links: Vec<_> = anchors
        .filter_map(|node| Some((node, target(page, facts, &tree.attr(node, "href")?)?)))
        .take(super::MAX_LINKS)
        .collect();
    if is_plain(tree, &links) {
        return None;
    }
    let mut wanted = Wanted { sheets, ..Wanted::default() };
    let mut seen: HashSet<NodeId, FixedState> = HashSet::default();
    for (node, _) in &links {
        for at in std::iter::once(*node).chain(tree.ancestors(*node)) {
            if !seen.insert(at) {
                break;
            }
            each_key(tree, at, &mut |key| {
                wanted.keys.insert(key.to_owned());
            });
        }
    }
    Some(wanted)
}

/// Everything by which a selector may choose an element: its name, id, classes.
pub(super) fn each_key(tree: &Tree<'_>, node: NodeId, tell: &mut dyn FnMut(&str)) {
    tell(&tree.name(node).to_ascii_lowercase());
    if let Some(id) = tree.attr(node, "id") {
        tell(&format!("#{}", id.trim()));
    }
    if let Some(classes) = tree.attr(node, "class") {
        classes.split_ascii_whitespace().take(MAX_CLASSES).for_each(|class| tell(&format!(".{class}")));
    }
}

/// The sheet that a `link` element brings in, where it was handed over with the page.
pub(super) fn linked<'p>(page: &'p Page<'_>, tree: &Tree<'_>, node: NodeId) -> Option<&'p Sheet> {
    if page.sheets.is_empty() {
        return None;
    }
    let rel = tree.attr(node, "rel")?.to_ascii_lowercase();
    let words: Vec<&str> = rel.split_ascii_whitespace().collect();
    // One that a visitor has to choose hides nothing by itself.
    if !words.contains(&"stylesheet") || words.contains(&"alternate") || tree.attr(node, "disabled").is_some()
    {
        return None;
    }
    let media = tree.attr(node, "media").unwrap_or_default().to_ascii_lowercase();
    let at_a_desk = |m: &str| matches!(m.trim(), "" | "all" | "screen" | "only screen");
    if !media.split(',').any(at_a_desk) {
        return None;
    }
    let url = page.base.join(tree.attr(node, "href")?.trim()).ok()?;
    page.sheets.iter().find(|(there, _)| *there == url).map(|(_, file)| &file.sheet)
}
