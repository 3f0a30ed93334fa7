//! What a visitor reads: titles, the text of links, headings, the text of a page. Clauses N2.1, N2.4.
//!
//! Read again from the source when asked for, so that pages cost nothing that nobody wants. Lays nothing out.

use std::ops::ControlFlow;

use super::names::{Attr, Block, Element, leaves_foreign};
use super::parse::{cut, value};
use super::{Link, Page};
use crate::html::{Attribute, Content, Refs, Token, Tokenizer, decode};

/// Characters of a title that are kept.
pub(super) const MAX_TITLE: usize = 300;
/// Characters of a link's text that are kept.
const MAX_LINK_TEXT: usize = 120;
/// Bytes of a link's content that are looked at; one handler can make thousands of links with the same content.
const LINK_CONTENT: usize = 8 * 1024;
/// Headings that are listed.
const MAX_HEADINGS: usize = 100;

impl Page<'_> {
    /// The text that names a link to a visitor, at most 120 characters: its content, else the alternative text of
    /// an image in it, else the label of the link. Empty where nothing names it.
    pub fn text_of(&self, link: &Link<'_>) -> String {
        let from = link.inner.start as usize;
        let content = cut(self.source.get(from..link.inner.end as usize).unwrap_or_default(), LINK_CONTENT);
        let label = || {
            let label = link.label.as_deref().unwrap_or_default();
            collapsed(label, Refs::Cdata, MAX_LINK_TEXT)
        };
        let mut text = Collapser::new(MAX_LINK_TEXT);
        if !content.contains('<') {
            text.push(&decode(content, Refs::Text));
        } else {
            let mut alt = String::new();
            let source = content;
            walk(source, 0, &mut |seen| {
                match seen {
                    Seen::Text(raw, refs) => text.push(&decode(raw, refs)),
                    Seen::Tag { name, .. } if is_block(name) => text.blank(),
                    Seen::Tag { name, attributes, .. }
                        if alt.is_empty() && Element::of(name) == Element::Img =>
                    {
                        alt = attribute(source, attributes, Attr::Alt);
                    }
                    Seen::Tag { .. } => {}
                }
                if text.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if text.out.is_empty() {
                text.push(&alt);
            }
        }
        if text.out.is_empty() { label() } else { text.out }
    }

    /// The text of the page as a visitor sees it, at most `limit` characters: blanks collapsed, a line for each
    /// block; without head, scripts, styles and templates.
    pub fn visible_text(&self, limit: usize) -> String {
        let mut text = Collapser::new(limit);
        walk(self.source, 0, &mut |seen| {
            match seen {
                Seen::Text(raw, refs) => text.push(&decode(raw, refs)),
                Seen::Tag { name, .. } if is_block(name) => text.line(),
                Seen::Tag { .. } => {}
            }
            if text.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        text.out
    }

    /// The texts of `h1` and `h2`, in order.
    pub fn headings(&self) -> Vec<String> {
        let mut headings = Vec::new();
        let mut open: Option<Collapser> = None;
        walk(self.source, 0, &mut |seen| {
            match seen {
                Seen::Text(raw, refs) => {
                    if let Some(text) = &mut open {
                        text.push(&decode(raw, refs));
                    }
                }
                Seen::Tag { name, is_end, .. } if matches!(Block::of(name), Block::H1 | Block::H2) => {
                    headings.extend(open.take().map(|t| t.out).filter(|t| !t.is_empty()));
                    open = (!is_end).then(|| Collapser::new(MAX_TITLE));
                }
                Seen::Tag { name, .. } if is_block(name) => {
                    if let Some(text) = &mut open {
                        text.blank();
                    }
                }
                Seen::Tag { .. } => {}
            }
            if headings.len() < MAX_HEADINGS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        headings.extend(open.map(|t| t.out).filter(|t| !t.is_empty()));
        headings
    }
}

/// Text with references decoded and blanks collapsed, at most `limit` characters.
pub(super) fn collapsed(raw: &str, refs: Refs, limit: usize) -> String {
    let mut text = Collapser::new(limit);
    text.push(&decode(raw, refs));
    text.out
}

/// Joins pieces of text; blanks at its ends are dropped, others become one.
struct Collapser {
    out: String,
    left: usize,
    /// What separates the next character from what is there.
    gap: Option<char>,
}

impl Collapser {
    fn new(limit: usize) -> Collapser {
        Collapser { out: String::new(), left: limit, gap: None }
    }

    fn is_full(&self) -> bool {
        self.left == 0
    }

    fn blank(&mut self) {
        self.gap = self.gap.or(Some(' '));
    }

    fn line(&mut self) {
        self.gap = Some('\n');
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if self.left == 0 {
                return;
            }
            if c.is_whitespace() || c == '\0' || c == '\u{FEFF}' {
                self.blank();
                continue;
            }
            if let Some(gap) = self.gap.take()
                && !self.out.is_empty()
            {
                if self.left == 1 {
                    self.left = 0;
                    return;
                }
                self.out.push(gap);
                self.left -= 1;
            }
            self.out.push(c);
            self.left -= 1;
        }
    }
}

fn is_block(name: &[u8]) -> bool {
    Block::of(name) != Block::Other
}

fn attribute(source: &str, attributes: &[Attribute], wanted: Attr) -> String {
    let named = |a: &&Attribute| Attr::of(&source.as_bytes()[a.name()]) == wanted;
    attributes.iter().find(named).map(|a| value(source, a).into_owned()).unwrap_or_default()
}

/// What can be seen of a page, in order.
enum Seen<'a> {
    Text(&'a str, Refs),
    Tag { name: &'a [u8], is_end: bool, attributes: &'a [Attribute] },
}

/// Reads a source from byte `from` and shows what is visible, until told to stop.
fn walk(source: &str, from: usize, show: &mut impl FnMut(Seen<'_>) -> ControlFlow<()>) {
    let mut tokens = Tokenizer::new(source, from);
    let mut in_head = false;
    let (mut templates, mut foreign) = (0u32, 0u32);
    let mut hidden_raw_text = false;
    while let Some(token) = tokens.next_token() {
        let hidden = in_head || templates > 0 || foreign > 0;
        match token {
            Token::Text(span, content) => {
                if !hidden && !hidden_raw_text && show(Seen::Text(&source[span], content.refs())).is_break() {
                    return;
                }
            }
            Token::Start(tag) => {
                let name = &source.as_bytes()[tag.name.clone()];
                if foreign > 0 && leaves_foreign(name) {
                    foreign = 0;
                    tokens.allow_sections(false);
                }
                in_head = if in_head { stays_in_head(name) } else { name.eq_ignore_ascii_case(b"head") };
                let hidden = in_head || templates > 0 || foreign > 0;
                if !hidden
                    && show(Seen::Tag { name, is_end: false, attributes: tokens.attributes() }).is_break()
                {
                    return;
                }
                let element = Element::of(name);
                match element {
                    Element::Svg | Element::Math if !tag.self_closing => {
                        foreign += 1;
                        tokens.allow_sections(true);
                    }
                    Element::Template if foreign == 0 => templates += 1,
                    _ if foreign == 0 => {
                        if let Some((content, end_name)) = raw_text(element) {
                            hidden_raw_text = element != Element::Xmp && element != Element::Plaintext;
                            tokens.switch(content, end_name);
                        }
                    }
                    _ => {}
                }
            }
            Token::End(tag) => {
                hidden_raw_text = false;
                let name = &source.as_bytes()[tag.name.clone()];
                match Element::of(name) {
                    Element::Svg | Element::Math => {
                        foreign = foreign.saturating_sub(1);
                        tokens.allow_sections(foreign > 0);
                    }
                    Element::Template if foreign == 0 => templates = templates.saturating_sub(1),
                    _ => {}
                }
                in_head &= !name.eq_ignore_ascii_case(b"head");
                if !hidden && show(Seen::Tag { name, is_end: true, attributes: &[] }).is_break() {
                    return;
                }
            }
            Token::Comment(_) | Token::Doctype(..) => {}
        }
    }
}

/// Elements that may stand in a head; any other one ends it.
fn stays_in_head(name: &[u8]) -> bool {
    const NAMES: [&str; 10] =
        ["head", "html", "meta", "link", "title", "script", "style", "base", "noscript", "template"];
    NAMES.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name))
}

/// Elements whose content is no markup, with the content's sort and the end tag that ends it.
pub(super) fn raw_text(element: Element) -> Option<(Content, &'static str)> {
    Some(match element {
        Element::Script => (Content::ScriptData, "script"),
        Element::Style => (Content::RawText, "style"),
        Element::Title => (Content::Rcdata, "title"),
        Element::Textarea => (Content::Rcdata, "textarea"),
        Element::Xmp => (Content::RawText, "xmp"),
        Element::Iframe => (Content::RawText, "iframe"),
        Element::Noembed => (Content::RawText, "noembed"),
        Element::Noframes => (Content::RawText, "noframes"),
        Element::Plaintext => (Content::Plaintext, ""),
        _ => return None,
    })
}
