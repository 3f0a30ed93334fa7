//! The readable text of a page by block, every byte of it traceable to the source. Clauses N2.2, N2.6.
//!
//! A passage is what a reader takes in at once: a paragraph, a cell, an item of a list. Leaves out what is no text of
//! the page (scripts, styles, head, templates); tells nothing of whether a style hides it.

use base::Position;

use super::find::{has_no_text, is_blank};
use super::names::{breaks_text, role};
use super::{Kind, NodeId, Tree};
use crate::html::{Refs, decode};

/// Bytes of text that are kept of one page; the longest plans and budgets have some hundred thousand.
pub const MAX_TEXT: usize = 1 << 20;

/// Longest reference that is looked at: `&CounterClockwiseContourIntegral;` and numbers with zeros.
const MAX_REFERENCE: usize = 40;

/// The text of one block, blanks collapsed.
#[derive(Clone, Debug)]
pub struct Passage {
    pub text: String,
    /// The block that holds it.
    pub node: NodeId,
    /// Where runs of the text stand in the source: byte of the text, byte of the source.
    runs: Vec<(u32, u32)>,
}

impl Passage {
    /// Byte of the page's source that a byte of the text comes from.
    pub fn source_byte(&self, byte: usize) -> usize {
        let run = self.runs.partition_point(|(text, _)| *text as usize <= byte);
        let (text, source) = self.runs.get(run.saturating_sub(1)).copied().unwrap_or((0, 0));
        source as usize + byte.saturating_sub(text as usize)
    }

    /// The pieces of the text that stand together in the source, with the byte each starts at.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, usize)> {
        let end = |at: usize| self.runs.get(at + 1).map_or(self.text.len(), |(text, _)| *text as usize);
        self.runs.iter().enumerate().map(move |(at, (text, source))| {
            (self.text.get(*text as usize..end(at)).unwrap_or_default(), *source as usize)
        })
    }

    /// Line and column of a byte of the text.
    pub fn position(&self, tree: &Tree<'_>, byte: usize) -> Position {
        tree.position_of(self.source_byte(byte))
    }
}

impl<'t> Tree<'t> {
    /// The page's text by block, in source order.
    pub(crate) fn read_passages(&self) -> Vec<Passage> {
        let mut reader = Reader { list: Vec::new(), now: empty(self.root()), gap: false, left: MAX_TEXT };
        let root = self.root();
        let arounds = self.blocks_around();
        let mut block = root;
        let mut next = self.first_child(root);
        while let Some(at) = next {
            let mut into = true;
            match self.kind(at) {
                Kind::Text(refs) => {
                    let span = self.text_span(at);
                    reader.text(&self.source[span.clone()], span.start, refs);
                }
                Kind::Element => {
                    let name = self.name(at);
                    into = !has_no_text(name);
                    if breaks_text(name, role(name)) {
                        block = if into && self.first_child(at).is_some() { at } else { block };
                        reader.end(block);
                    }
                }
                Kind::Root | Kind::Raw | Kind::Comment => {}
            }
            if reader.left == 0 {
                break;
            }
            next = self.after(at, root, into);
            if let Some(n) = next {
                let around = arounds[n.index()];
                if around != block {
                    block = around;
                    reader.end(block);
                }
            }
        }
        reader.end(root);
        reader.list
    }

    /// For each node the innermost block that it lies in.
    fn blocks_around(&self) -> Vec<NodeId> {
        let mut around = vec![self.root(); self.len()];
        for id in self.ids() {
            let Some(parent) = self.parent(id) else { continue };
            let name = self.name(parent);
            let is_block = !name.is_empty() && breaks_text(name, role(name));
            around[id.index()] = if is_block { parent } else { around[parent.index()] };
        }
        around
    }
}

fn empty(node: NodeId) -> Passage {
    Passage { text: String::new(), node, runs: Vec::new() }
}

struct Reader {
    list: Vec<Passage>,
    now: Passage,
    gap: bool,
    left: usize,
}

impl Reader {
    fn end(&mut self, node: NodeId) {
        let done = std::mem::replace(&mut self.now, empty(node));
        self.gap = false;
        if !done.text.is_empty() {
            self.list.push(done);
        }
    }

    fn text(&mut self, written: &str, at: usize, refs: Refs) {
        if !matches!(refs, Refs::Text | Refs::Rcdata) {
            return self.run(written, at, true);
        }
        let mut from = 0;
        while let Some(found) = memchr::memchr(b'&', &written.as_bytes()[from..]) {
            let amp = from + found;
            self.run(&written[from..amp], at + from, true);
            let reach = written.floor_char_boundary((amp + MAX_REFERENCE).min(written.len()));
            let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'#';
            let name = written.as_bytes()[amp + 1..reach].iter().take_while(|b| is_name(b)).count();
            let semicolon = usize::from(written.as_bytes().get(amp + 1 + name) == Some(&b';'));
            let end = amp + 1 + name + semicolon;
            self.run(&decode(&written[amp..end], refs), at + amp, false);
            from = end;
        }
        self.run(&written[from..], at + from, true);
    }

    /// Adds a text that stands in the source at `at`; `literal` tells whether byte for byte.
    fn run(&mut self, text: &str, at: usize, literal: bool) {
        let mut fresh = true;
        for (offset, c) in text.char_indices() {
            if is_blank(c) {
                self.gap = true;
                fresh = true;
                continue;
            }
            if self.left == 0 {
                return;
            }
            if std::mem::take(&mut self.gap) && !self.now.text.is_empty() {
                self.now.text.push(' ');
            }
            if fresh {
                let source = if literal { at + offset } else { at };
                self.now.runs.push((self.now.text.len() as u32, source as u32));
                fresh = false;
            }
            self.now.text.push(c);
            self.left = self.left.saturating_sub(c.len_utf8());
        }
    }
}
