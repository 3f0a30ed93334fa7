//! Walking a tree: children, descendants, ancestors, the text of a part. Clauses N2.1, N2.3.
//!
//! Iterators without recursion; texts are cut at the limit that the caller gives.

use super::names::{breaks_text, role, same};
use super::{Kind, NodeId, Tree};

impl<'t> Tree<'t> {
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(id), |c| self.next(*c))
    }

    /// Everything below a node, in source order, without the node itself.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let top = id;
        std::iter::successors(self.first_child(id), move |at| self.after(*at, top, true))
    }

    /// The node after `at` in source order below `top`; `into` tells whether to look below `at` first.
    pub(super) fn after(&self, at: NodeId, top: NodeId, into: bool) -> Option<NodeId> {
        if into && let Some(child) = self.first_child(at) {
            return Some(child);
        }
        let mut at = at;
        while at != top {
            if let Some(next) = self.next(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
        None
    }

    /// The elements around a node, from the innermost.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |p| self.parent(*p))
    }

    /// Elements of that name (lower case) below a node, in source order.
    pub fn elements<'a>(&'a self, below: NodeId, name: &'a str) -> impl Iterator<Item = NodeId> + 'a {
        self.descendants(below).filter(move |id| self.is(*id, name))
    }

    /// The first element of that name.
    pub fn first(&self, name: &str) -> Option<NodeId> {
        self.elements(self.root(), name).next()
    }

    /// The element with that id.
    pub fn by_id(&self, wanted: &str) -> Option<NodeId> {
        self.descendants(self.root()).find(|id| self.attr(*id, "id").is_some_and(|v| v == wanted))
    }

    /// The readable text below a node, blanks collapsed, a line for each block; at most `limit` characters.
    pub fn text(&self, id: NodeId, limit: usize) -> String {
        let mut out = String::new();
        let (mut left, mut gap) = (limit, None::<char>);
        if let Kind::Text(_) = self.kind(id) {
            push(&self.own_text(id), &mut out, &mut left, &mut gap);
            return out;
        }
        let mut next = self.first_child(id);
        while let Some(at) = next {
            if left == 0 {
                break;
            }
            let mut into = true;
            match self.kind(at) {
                Kind::Text(_) => push(&self.own_text(at), &mut out, &mut left, &mut gap),
                Kind::Element => {
                    let name = self.name(at);
                    if breaks_text(name, role(name)) {
                        gap = Some('\n');
                    }
                    into = !has_no_text(name);
                }
                Kind::Root | Kind::Raw | Kind::Comment => {}
            }
            // What follows a block starts a line of its own as well.
            let mut up = at;
            next = self.after(at, id, into);
            while let Some(n) = next
                && self.parent(n) != Some(up)
                && self.parent(n) != self.parent(up)
            {
                let Some(parent) = self.parent(up) else { break };
                up = parent;
                let name = self.name(up);
                if breaks_text(name, role(name)) {
                    gap = Some('\n');
                }
            }
        }
        out
    }
}

/// Elements that hold no text of the page.
pub(super) fn has_no_text(name: &str) -> bool {
    const NAMES: [&str; 8] = ["script", "style", "head", "title", "template", "iframe", "svg", "math"];
    NAMES.iter().any(|n| same(name, n))
}

fn push(text: &str, out: &mut String, left: &mut usize, gap: &mut Option<char>) {
    for c in text.chars() {
        if *left == 0 {
            return;
        }
        if is_blank(c) {
            *gap = gap.or(Some(' '));
            continue;
        }
        if let Some(gap) = gap.take()
            && !out.is_empty()
        {
            out.push(gap);
            *left -= 1;
            if *left == 0 {
                return;
            }
        }
        out.push(c);
        *left -= 1;
    }
}

/// White space, and what stands for nothing in a text.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\0' | '\u{FEFF}' | '\u{200B}')
}
