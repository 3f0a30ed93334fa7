//! From tokens to a tree. Clauses N2.1, N2.5.
//!
//! A stack of what is open, at most [`MAX_DEPTH`] deep; never reads ahead and never looks back in the source.

use std::cell::{Cell, OnceCell};
use std::ops::Range;

use super::names::{Role, ends_paragraph, role, same, stays_in_head};
use super::{Kind, MAX_DEPTH, MAX_NODES, NONE, Node, Tree};
use crate::html::{Attribute, Content, MAX_SOURCE, Tag, Token, Tokenizer};

/// Blocks that are opened again where formatting ends inside them; deeper nests are left ended, so that no page can
/// make many nodes of one tag.
const MAX_REOPENED: usize = 8;

pub(super) fn build<'t>(source: &'t str, part: Range<usize>) -> Tree<'t> {
    let end = source.floor_char_boundary(part.end.min(source.len()).min(MAX_SOURCE - 1));
    let start = source.floor_char_boundary(part.start.min(end));
    let root = Node {
        kind: Kind::Root,
        parent: NONE,
        first: NONE,
        last: NONE,
        next: NONE,
        text: (0, 0),
        attributes: (0, 0),
        span: (start as u32, end as u32),
    };
    let tree = Tree {
        source,
        nodes: vec![root],
        attributes: Vec::new(),
        cut: false,
        lines: OnceCell::new(),
        last: Cell::new((0, 0, 0)),
    };
    let mut builder = Builder { tree, open: Vec::new(), raw: None, foreign: 0 };
    builder.read(&source[..end], start);
    builder.close_to(0, end);
    builder.tree
}

#[derive(Clone, Copy)]
struct Open {
    node: u32,
    role: Role,
}

struct Builder<'t> {
    tree: Tree<'t>,
    open: Vec<Open>,
    /// Whether text is what an element holds that has no text of the page.
    raw: Option<bool>,
    foreign: u32,
}

impl<'t> Builder<'t> {
    fn read(&mut self, source: &'t str, from: usize) {
        let mut tokens = Tokenizer::new(source, from);
        while let Some(token) = tokens.next_token() {
            match token {
                Token::Text(span, content) => {
                    let hidden = self.raw == Some(true);
                    self.leaf(
                        if hidden { Kind::Raw } else { Kind::Text(content.refs()) },
                        span.clone(),
                        span,
                    );
                }
                Token::Comment(span) => {
                    let whole = span.start..span.end;
                    self.leaf(Kind::Comment, whole, span);
                }
                Token::Start(tag) => self.start(&tag, &mut tokens),
                Token::End(tag) => self.end(&tag, &mut tokens),
                Token::Doctype(..) => {}
            }
            if self.tree.nodes.len() >= MAX_NODES {
                self.tree.cut = true;
                return;
            }
        }
    }

    fn start(&mut self, tag: &Tag, tokens: &mut Tokenizer<'t>) {
        let name = &self.tree.source[tag.name.clone()];
        let role = role(name);
        let at = tag.span.start;
        if self.foreign > 0 && !matches!(role, Role::Inline | Role::A | Role::Foreign) {
            self.leave_foreign(at);
            tokens.allow_sections(false);
        }
        match role {
            // The standard adds only missing attributes to the first of these.
            Role::Html | Role::Body if self.open.iter().any(|o| o.role == role) => return,
            _ => self.implied_ends(name, role, at),
        }
        let node = self.element(tag, tokens.attributes());
        if role == Role::Void || tag.self_closing && self.foreign > 0 {
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            // Too deep: the element stays a leaf, its content belongs to the one around it.
            self.switch(name, tokens);
            return;
        }
        self.open.push(Open { node, role });
        if role == Role::Foreign {
            self.foreign += 1;
            tokens.allow_sections(true);
        } else if self.foreign == 0 {
            self.switch(name, tokens);
        }
    }

    /// Elements whose content is no markup.
    fn switch(&mut self, name: &str, tokens: &mut Tokenizer<'t>) {
        let (content, end_name, hidden) = match name.len() {
            5 if same(name, "style") => (Content::RawText, "style", true),
            5 if same(name, "title") => (Content::Rcdata, "title", false),
            6 if same(name, "script") => (Content::ScriptData, "script", true),
            6 if same(name, "iframe") => (Content::RawText, "iframe", true),
            8 if same(name, "textarea") => (Content::Rcdata, "textarea", false),
            3 if same(name, "xmp") => (Content::RawText, "xmp", false),
            7 if same(name, "noembed") => (Content::RawText, "noembed", true),
            8 if same(name, "noframes") => (Content::RawText, "noframes", true),
            9 if same(name, "plaintext") => (Content::Plaintext, "", false),
            _ => return,
        };
        self.raw = Some(hidden);
        tokens.switch(content, end_name);
    }

    fn implied_ends(&mut self, name: &str, role: Role, at: usize) {
        if self.open.last().is_some_and(|o| o.role == Role::Head)
            && !stays_in_head(name)
            && role != Role::Html
        {
            self.close_to(self.open.len() - 1, at);
        }
        if ends_paragraph(name, role) {
            self.end_within(at, |r| r == Role::P, |r| is_fence(r) || r == Role::Cell);
        }
        match role {
            Role::A => {
                self.end_within(at, |r| r == Role::A, |r| !matches!(r, Role::Inline | Role::A));
            }
            Role::Li => {
                self.end_within(
                    at,
                    |r| r == Role::Li,
                    |r| matches!(r, Role::List | Role::Cell) || is_fence(r),
                );
            }
            Role::Term => {
                self.end_within(
                    at,
                    |r| r == Role::Term,
                    |r| matches!(r, Role::List | Role::Cell) || is_fence(r),
                );
            }
            Role::Heading if self.open.last().is_some_and(|o| o.role == Role::Heading) => {
                self.close_to(self.open.len() - 1, at);
            }
            Role::Option | Role::OptGroup => {
                self.end_within(at, |r| r == Role::Option, |r| r != Role::Inline);
                if role == Role::OptGroup {
                    self.end_within(at, |r| r == Role::OptGroup, |_| true);
                }
            }
            Role::Cell => self.end_within(at, |r| r == Role::Cell, is_table_fence),
            Role::Row => self.end_within(at, |r| r == Role::Row, is_table_fence),
            Role::RowGroup => self.end_within(at, |r| r == Role::RowGroup, is_table_fence),
            _ => {}
        }
    }

    /// Ends the innermost open element of the wanted role, unless a fence lies between.
    fn end_within(&mut self, at: usize, wanted: impl Fn(Role) -> bool, fence: impl Fn(Role) -> bool) {
        for index in (0..self.open.len()).rev() {
            let role = self.open[index].role;
            if wanted(role) {
                return self.close_to(index, at);
            }
            if fence(role) {
                return;
            }
        }
    }

    fn end(&mut self, tag: &Tag, tokens: &mut Tokenizer<'t>) {
        self.raw = None;
        let name = &self.tree.source[tag.name.clone()];
        let role = role(name);
        let found = self.open.iter().rposition(|o| {
            let (from, to) = self.tree.nodes[o.node as usize].text;
            same(&self.tree.source[from as usize..to as usize], name)
                || matches!((o.role, role), (Role::Heading, Role::Heading))
        });
        let Some(index) = found else { return };
        let between = &self.open[index + 1..];
        let stops = match role {
            Role::Html | Role::Body => true,
            Role::Table | Role::Row | Role::RowGroup | Role::Cell => {
                between.iter().any(|o| o.role == Role::Table || is_fence(o.role))
            }
            _ => between.iter().any(|o| matches!(o.role, Role::Table | Role::Cell) || is_fence(o.role)),
        };
        if stops {
            return;
        }
        let reopened: Vec<Open> = match role {
            Role::Inline | Role::A if between.len() <= MAX_REOPENED => {
                between.iter().copied().filter(|o| !matches!(o.role, Role::Inline | Role::A)).collect()
            }
            _ => Vec::new(),
        };
        self.close_to(index, tag.span.end);
        if self.foreign == 0 {
            tokens.allow_sections(false);
        }
        for open in reopened {
            self.reopen(open, tag.span.end);
        }
    }

    /// Goes on with a block whose formatting has ended inside it, as the standard's adoption agency does.
    fn reopen(&mut self, open: Open, at: usize) {
        if self.tree.nodes.len() >= MAX_NODES {
            return;
        }
        let copy = Node { span: (at as u32, at as u32), ..self.tree.nodes[open.node as usize] };
        let node = self.push(copy);
        self.open.push(Open { node, role: open.role });
    }

    fn leave_foreign(&mut self, at: usize) {
        if let Some(index) = self.open.iter().position(|o| o.role == Role::Foreign) {
            self.close_to(index, at);
        }
    }

    fn close_to(&mut self, index: usize, at: usize) {
        for open in self.open.drain(index..) {
            self.tree.nodes[open.node as usize].span.1 = at as u32;
            if open.role == Role::Foreign {
                self.foreign = self.foreign.saturating_sub(1);
            }
        }
    }

    fn element(&mut self, tag: &Tag, attributes: &[Attribute]) -> u32 {
        let from = self.tree.attributes.len() as u32;
        self.tree.attributes.extend_from_slice(attributes);
        let node = Node {
            kind: Kind::Element,
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            text: (tag.name.start as u32, tag.name.end as u32),
            attributes: (from, self.tree.attributes.len() as u32),
            span: (tag.span.start as u32, tag.span.end as u32),
        };
        self.push(node)
    }

    fn leaf(&mut self, kind: Kind, text: Range<usize>, span: Range<usize>) {
        let node = Node {
            kind,
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            text: (text.start as u32, text.end as u32),
            attributes: (0, 0),
            span: (span.start as u32, span.end as u32),
        };
        self.push(node);
    }

    /// Appends a node to what is open.
    fn push(&mut self, mut node: Node) -> u32 {
        let id = self.tree.nodes.len() as u32;
        let parent = self.open.last().map_or(0, |o| o.node);
        (node.parent, node.first, node.last, node.next) = (parent, NONE, NONE, NONE);
        self.tree.nodes.push(node);
        let around = &mut self.tree.nodes[parent as usize];
        let before = std::mem::replace(&mut around.last, id);
        if before == NONE {
            around.first = id;
        } else {
            self.tree.nodes[before as usize].next = id;
        }
        id
    }
}

fn is_fence(role: Role) -> bool {
    matches!(role, Role::Fence | Role::Table | Role::Html)
}

fn is_table_fence(role: Role) -> bool {
    is_fence(role)
}
