//! The blocks of a page as extraction sees them: how much text, how much of it in links, how much of it prose. N2.1.
//!
//! Numbers only; names of classes and ids are weak hints and never decide.

use std::ops::Range;

use crate::page::Page;
use crate::tree::{NodeId, Passage, Tree};

/// What is counted of one passage.
pub(crate) struct Block<'p> {
    pub passage: &'p Passage,
    /// Characters without blanks.
    pub chars: u32,
    /// Of these, inside links.
    pub linked: u32,
    /// Signs that end or part sentences.
    pub marks: u32,
}

impl Block<'_> {
    pub fn text(&self) -> &str {
        &self.passage.text
    }

    pub fn plain(&self) -> u32 {
        self.chars - self.linked
    }

    /// Whether most of it leads elsewhere.
    pub fn is_link(&self) -> bool {
        self.linked * 2 > self.chars
    }

    /// How much it weighs as running text.
    pub fn weight(&self) -> f32 {
        if self.is_link() {
            return 0.0;
        }
        let plain = self.plain() as f32;
        // An item of a list: a link, a name, a date.
        if self.linked * 4 > self.chars && self.chars < 80 {
            return plain * 0.1;
        }
        match (self.marks, self.plain()) {
            (0, 0..=11) => plain * 0.1,
            (0, _) => plain * 0.4,
            (_, 0..=11) => plain * 0.5,
            _ => plain + 4.0 * (self.marks as f32).min(20.0),
        }
    }
}

/// Passages of one page that extraction looks at; long reports have some thousand, what has more is no article.
const MAX_BLOCKS: usize = 20_000;

/// The passages of a page, counted.
pub(crate) fn blocks<'p>(page: &'p Page<'_>) -> Vec<Block<'p>> {
    let links = links(page.tree());
    let mut from = 0;
    let count = |passage: &'p Passage| {
        let (mut chars, mut linked, mut marks) = (0, 0, 0);
        for (piece, at) in passage.pieces() {
            while links.get(from).is_some_and(|l| l.end <= at) {
                from += 1;
            }
            let inside = links.get(from).is_some_and(|l| l.start <= at);
            for c in piece.chars().filter(|c| *c != ' ') {
                chars += 1;
                linked += u32::from(inside);
                marks += u32::from(is_mark(c));
            }
        }
        Block { passage, chars, linked, marks }
    };
    page.passages().iter().take(MAX_BLOCKS).map(count).collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, '。' | '，' | '；' | '！' | '？' | '、' | '：' | '”' | '…' | '》' | ',' | ';' | '!' | '?')
}

/// Where links stand in the source, in order.
fn links(tree: &Tree<'_>) -> Vec<Range<usize>> {
    let mut list: Vec<Range<usize>> = Vec::new();
    for id in tree.ids().filter(|id| tree.is(*id, "a") && tree.attr(*id, "href").is_some()) {
        let span = tree.span(id);
        match list.last_mut() {
            // A link that is never closed would swallow the page.
            Some(last) if span.start < last.end => last.end = last.end.min(span.start).max(last.start),
            _ => {}
        }
        list.push(span);
    }
    list
}

/// What `class` and `id` of an element and of those around it hint at.
pub(crate) fn hints(tree: &Tree<'_>, id: NodeId, words: &[&str]) -> bool {
    ["class", "id"].iter().filter_map(|name| tree.attr(id, name)).any(|value| {
        let value = value.to_ascii_lowercase();
        words.iter().any(|w| value.contains(w))
    })
}
