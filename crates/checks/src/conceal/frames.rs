//! Frames of a page with what hides them. Clause N2.5.
//!
//! Also those that scripts write. Whose page is in them is judged by the rule.

use std::collections::BTreeSet;

use base::Position;

use super::compose::Composed;
use super::css::Sheet;
use super::style::{Style, length, ways};
use crate::page::Page;
use crate::tree::Tree;

/// A frame.
#[derive(Clone, Debug)]
pub struct Frame {
    pub raw: String,
    pub at: Position,
    /// What hides it, in words; empty where a visitor sees it.
    pub ways: String,
}

impl Frame {
    /// The words for a frame without height or width.
    pub const TINY: &'static str = "尺寸为零";
}

/// Frames looked at of one page.
const MAX_FRAMES: usize = 200;
/// Pixels below which a frame shows nothing.
const TINY: f32 = 2.0;

/// The frames of a page in source order.
pub fn frames(page: &Page<'_>) -> Vec<Frame> {
    let written = Composed::of(page.source, page.scripts());
    match &written {
        Some(composed) => {
            let place = |byte| page.tree().position_of(composed.place(byte).0);
            read(&Tree::parse(&composed.text), place)
        }
        None => read(page.tree(), |byte| page.tree().position_of(byte)),
    }
}

fn read(tree: &Tree<'_>, place: impl Fn(usize) -> Position) -> Vec<Frame> {
    let mut sheet = Sheet::default();
    let mut found = Vec::new();
    for node in tree.descendants(tree.root()) {
        if tree.is(node, "style") {
            if let Some(raw) = tree.first_child(node) {
                sheet.add(&tree.own_text(raw));
            }
        } else if tree.is_any(node, &["iframe", "frame", "embed", "object"]) && found.len() < MAX_FRAMES {
            found.push(node);
        }
    }
    let mut out = Vec::new();
    for node in found {
        let address = if tree.is(node, "object") { "data" } else { "src" };
        let Some(raw) = tree.attr(node, address) else { continue };
        let mut labels = BTreeSet::new();
        for at in std::iter::once(node).chain(tree.ancestors(node)) {
            let style = Style::of(tree, at, &sheet);
            labels.extend(ways(tree, at, &style).into_iter().map(super::Way::label));
            if at == node && style.is_tiny() {
                labels.insert(Frame::TINY);
            }
        }
        let tiny =
            |name: &str| tree.attr(node, name).and_then(|v| length(v.trim())).is_some_and(|l| l <= TINY);
        if tiny("width") || tiny("height") {
            labels.insert(Frame::TINY);
        }
        let ways = labels.into_iter().collect::<Vec<_>>().join("、");
        out.push(Frame { raw: raw.into_owned(), at: place(tree.span(node).start), ways });
    }
    out
}
