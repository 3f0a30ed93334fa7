//! A page as a light tree of elements, for rules that ask what lies in what. Clauses N2.1, N2.3, N2.5.
//!
//! Built over our own tokens with the parts of the standard's tree construction that change what a reader would say:
//! implied ends, void elements, raw text, formatting that ends inside a block. No foster parenting, no scripts, no
//! layout. Building never fails, uses no recursion and takes time linear in the source for any bounded depth.

mod build;
mod find;
mod names;
mod passage;

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::ops::Range;

use base::Position;

pub use passage::Passage;

use crate::html::{Attribute, Refs, decode};
use names::same;

/// Nodes that are kept; pages of portals have some ten thousand. What has more is made to fill memories.
pub const MAX_NODES: usize = 500_000;

/// Elements that may be open within each other; browsers stop at 512 as well.
pub const MAX_DEPTH: usize = 512;

/// One node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// Its number in source order, from 0; what lies in a node comes after it.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole source.
    Root,
    Element,
    /// A run of text that a visitor may read.
    Text(Refs),
    /// What stands in `script`, `style`, `iframe` and their like: no text of the page.
    Raw,
    Comment,
}

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    /// The name of an element, else the text; bytes of the source.
    text: (u32, u32),
    /// Range of `Tree::attributes`.
    attributes: (u32, u32),
    /// Bytes of the source from the start tag to past the end.
    span: (u32, u32),
}

/// The elements, texts and comments of a source.
pub struct Tree<'t> {
    source: &'t str,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// Whether the source has more nodes than are kept ([`MAX_NODES`]).
    pub cut: bool,
    lines: OnceCell<Vec<u32>>,
    /// The last column that was counted: line, byte, column.
    last: Cell<(u32, u32, u32)>,
}

impl<'t> Tree<'t> {
    /// The tree of a whole source.
    pub fn parse(source: &'t str) -> Tree<'t> {
        Tree::parse_part(source, 0..source.len())
    }

    /// The tree of a part of a source, such as the markup in a script's record; positions are those of the source.
    pub fn parse_part(source: &'t str, part: Range<usize>) -> Tree<'t> {
        build::build(source, part)
    }

    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// Every node in source order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The name of an element as written; empty for anything else.
    pub fn name(&self, id: NodeId) -> &'t str {
        match self.node(id) {
            Node { kind: Kind::Element, text, .. } => &self.source[text.0 as usize..text.1 as usize],
            _ => "",
        }
    }

    /// Whether the node is an element of that name, given in lower case.
    pub fn is(&self, id: NodeId, name: &str) -> bool {
        same(self.name(id), name)
    }

    /// Whether the node is an element with one of those names.
    pub fn is_any(&self, id: NodeId, names: &[&str]) -> bool {
        names.iter().any(|n| self.is(id, n))
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    pub fn next(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).next)
    }

    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).first)
    }

    /// The value of an attribute, references decoded; the name in lower case. The first of equal names counts.
    pub fn attr(&self, id: NodeId, name: &str) -> Option<Cow<'t, str>> {
        let found = self.attributes_of(id).iter().find(|a| same(&self.source[a.name()], name))?;
        Some(decode(&self.source[found.value()], Refs::Attribute))
    }

    /// Every attribute: name as written, value with references decoded.
    pub fn attrs(&self, id: NodeId) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> {
        let source = self.source;
        self.attributes_of(id)
            .iter()
            .map(move |a| (&source[a.name()], decode(&source[a.value()], Refs::Attribute)))
    }

    fn attributes_of(&self, id: NodeId) -> &[Attribute] {
        let (from, to) = self.node(id).attributes;
        &self.attributes[from as usize..to as usize]
    }

    /// Whether the `class` attribute has that word, whatever its case.
    pub fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.attr(id, "class")
            .is_some_and(|c| c.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(class)))
    }

    /// The text of a text node, references decoded; the content of a comment or of raw text as written.
    pub fn own_text(&self, id: NodeId) -> Cow<'t, str> {
        let node = self.node(id);
        let written = &self.source[node.text.0 as usize..node.text.1 as usize];
        match node.kind {
            Kind::Text(refs) => decode(written, refs),
            Kind::Raw | Kind::Comment => Cow::Borrowed(written),
            Kind::Root | Kind::Element => Cow::Borrowed(""),
        }
    }

    /// Bytes of the source that the node covers: a start tag to the end of its content, a text, a comment.
    pub fn span(&self, id: NodeId) -> Range<usize> {
        let (from, to) = self.node(id).span;
        from as usize..to as usize
    }

    /// Bytes of the text, comment or raw content itself.
    pub fn text_span(&self, id: NodeId) -> Range<usize> {
        let (from, to) = self.node(id).text;
        from as usize..to as usize
    }

    /// Where a node starts in the source.
    pub fn position(&self, id: NodeId) -> Position {
        self.position_of(self.node(id).span.0 as usize)
    }

    /// Line and column of a byte of the source.
    pub fn position_of(&self, byte: usize) -> Position {
        let byte = self.source.floor_char_boundary(byte.min(self.source.len()));
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', self.source.as_bytes()).map(|at| at as u32 + 1))
                .collect()
        });
        let line = lines.partition_point(|start| *start as usize <= byte) as u32;
        let start = lines[line as usize - 1];
        // Long lines are common where a builder leaves out line ends; count on from the last place.
        let (from, column) = match self.last.get() {
            (last_line, at, column) if last_line == line && at as usize <= byte => (at, column),
            _ => (start, 1),
        };
        let column = column + self.source[from as usize..byte].chars().count() as u32;
        self.last.set((line, byte as u32, column));
        Position { line, column }
    }
}

fn some(index: u32) -> Option<NodeId> {
    (index != NONE).then_some(NodeId(index))
}

#[cfg(test)]
mod tests;
