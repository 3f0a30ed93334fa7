//! From tokens to a page: what is open, what is inert, where a link's text ends. Clauses N2.1, N2.4.
//!
//! One pass without a tree and without recursion, linear in the source whatever it holds.

use std::borrow::Cow;
use std::ops::Range;

use url::Url;

use super::collect::Collector;
use super::names::{Element, leaves_foreign};
use super::{Link, LinkKind, Page, scripts, text};
use crate::charset::Charset;
use crate::html::{Attribute, MAX_SOURCE, Refs, Tag, Token, Tokenizer, decode};
use crate::script_links;

pub(super) fn parse<'t>(url: Url, source: &'t str, charset: Charset) -> Page<'t> {
    let readable = cut(source, MAX_SOURCE);
    let mut page = Page {
        base: url.clone(),
        url,
        charset,
        source,
        title: String::new(),
        links: Vec::with_capacity(64),
        anchors: Vec::with_capacity(64),
        has_script: false,
        upgrades_parts: false,
        links_cut: false,
        sheets: Vec::new(),
        later: Default::default(),
    };
    let mut reader = Reader { out: Collector::new(&mut page, readable), open: Open::default() };
    if is_list_of_records(readable) {
        reader.records(0..readable.len());
    } else {
        reader.read(readable, 0);
        reader.out.note_redirect(&reader.open.scripts);
    }
    page.anchors.sort_unstable();
    page.anchors.dedup();
    page
}

/// Whether the answer itself is a list of records, not a page that holds one.
fn is_list_of_records(source: &str) -> bool {
    let start = source.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let start = match start.strip_prefix("<?xml") {
        Some(declaration) => declaration.split_once("?>").map_or("", |(_, after)| after.trim_start()),
        None => start,
    };
    start.starts_with("<datastore") && script_links::is_datastore(start)
}

/// The text, at most `limit` bytes of it.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    match text.len() > limit {
        true => &text[..text.floor_char_boundary(limit)],
        false => text,
    }
}

/// What the place that is read lies in.
#[derive(Default)]
struct Open {
    templates: u32,
    /// `svg` and `math` around this place.
    foreign: u32,
    title: Option<usize>,
    style: Option<usize>,
    script: Option<(usize, Language)>,
    /// Inline scripts that were run; where few of them are the whole page, they may be a redirect.
    scripts: Vec<Range<usize>>,
    /// The links of the `a` that is open, and where its content starts.
    anchor: Option<(Range<usize>, usize)>,
    /// The same for another element that a handler makes a link, with its name.
    other: Option<(Range<usize>, usize, Range<usize>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Script,
    /// Data or a template; only records of a list are looked for.
    Data,
}

struct Reader<'p, 't> {
    out: Collector<'p, 't>,
    open: Open,
}

impl<'t> Reader<'_, 't> {
    fn read(&mut self, source: &'t str, from: usize) {
        let mut tokens = Tokenizer::new(source, from);
        while let Some(token) = tokens.next_token() {
            match token {
                Token::Start(tag) => self.start(&tag, &mut tokens),
                Token::End(tag) => self.end(&tag, &mut tokens),
                Token::Text(..) | Token::Comment(_) | Token::Doctype(..) => {}
            }
        }
        self.close_anchor(source.len());
        self.close_other(source.len());
    }

    #[inline]
    fn start(&mut self, tag: &Tag, tokens: &mut Tokenizer<'t>) {
        let name = &self.out.source.as_bytes()[tag.name.clone()];
        let element = Element::of(name);
        if self.open.foreign > 0 && leaves_foreign(name) {
            self.open.foreign = 0;
            tokens.allow_sections(false);
        }
        match element {
            Element::A => self.close_anchor(tag.span.start),
            Element::Option => self.close_other(tag.span.start),
            _ => {}
        }
        if self.open.templates == 0 {
            let links = self.out.page.links.len();
            self.out.tag(element, tokens.attributes(), self.open.foreign > 0);
            let added = links..self.out.page.links.len();
            if element == Element::A {
                self.open.anchor = (!added.is_empty()).then_some((added, tag.span.end));
            } else if !added.is_empty() && has_content(element) && !tag.self_closing {
                self.close_other(tag.span.start);
                self.open.other = Some((added, tag.span.end, tag.name.clone()));
            }
        }
        match element {
            Element::Svg | Element::Math if !tag.self_closing => {
                self.open.foreign += 1;
                tokens.allow_sections(true);
            }
            Element::Template if self.open.foreign == 0 => self.open.templates += 1,
            _ if self.open.foreign == 0 => self.raw_text(element, tag, tokens),
            _ => {}
        }
    }

    /// Elements whose content is no markup.
    #[inline]
    fn raw_text(&mut self, element: Element, tag: &Tag, tokens: &mut Tokenizer<'t>) {
        let Some((content, end_name)) = text::raw_text(element) else { return };
        match element {
            Element::Script => {
                let language = self.language(tokens.attributes());
                self.open.script = Some((tag.span.end, language));
                self.out.page.has_script |= language == Language::Script && self.open.templates == 0;
            }
            Element::Style => self.open.style = Some(tag.span.end),
            Element::Title => self.open.title = Some(tag.span.end),
            _ => {}
        }
        tokens.switch(content, end_name);
    }

    /// HTML Standard, "prepare the script element": no type, an empty one, a JavaScript one or `module` runs.
    fn language(&self, attributes: &[Attribute]) -> Language {
        const SCRIPTS: [&str; 7] = [
            "text/javascript",
            "module",
            "application/javascript",
            "application/x-javascript",
            "text/ecmascript",
            "application/ecmascript",
            "text/jscript",
        ];
        let Some(written) = self.out.value(attributes, super::names::Attr::Type) else {
            return Language::Script;
        };
        let written = written.trim_matches(|c: char| c.is_ascii_whitespace());
        let runs = written.is_empty()
            || SCRIPTS.iter().any(|s| s.eq_ignore_ascii_case(written))
            || written.get(..15).is_some_and(|s| s.eq_ignore_ascii_case("text/javascript"));
        if runs { Language::Script } else { Language::Data }
    }

    #[inline]
    fn end(&mut self, tag: &Tag, tokens: &mut Tokenizer<'t>) {
        let name = &self.out.source.as_bytes()[tag.name.clone()];
        let at = tag.span.start;
        match Element::of(name) {
            Element::A => self.close_anchor(at),
            Element::Script => {
                if let Some((from, language)) = self.open.script.take() {
                    self.script(from..at, language);
                }
            }
            Element::Style => {
                if let Some(from) = self.open.style.take()
                    && self.open.templates == 0
                {
                    self.out.css(&self.out.source[from..at], from, "style");
                }
            }
            Element::Title => {
                if let Some(from) = self.open.title.take()
                    && self.out.page.title.is_empty()
                    && self.open.templates == 0
                {
                    self.out.page.title =
                        text::collapsed(&self.out.source[from..at], Refs::Rcdata, text::MAX_TITLE);
                }
            }
            Element::Svg | Element::Math => {
                self.open.foreign = self.open.foreign.saturating_sub(1);
                tokens.allow_sections(self.open.foreign > 0);
            }
            Element::Template if self.open.foreign == 0 => {
                self.open.templates = self.open.templates.saturating_sub(1);
            }
            Element::Select => self.out.options_are_links = false,
            _ => {}
        }
        if let Some((_, _, open)) = &self.open.other
            && self.out.source.as_bytes()[open.clone()].eq_ignore_ascii_case(name)
        {
            self.close_other(at);
        }
    }

    fn script(&mut self, span: Range<usize>, language: Language) {
        let code = &self.out.source[span.clone()];
        if self.open.templates > 0 || code.is_empty() {
            return;
        }
        if script_links::is_datastore(code) {
            if !self.out.in_list {
                self.records(span);
            }
            return;
        }
        if language == Language::Script && !self.out.in_list {
            scripts::in_element(&mut self.out, span.clone());
            self.open.scripts.push(span);
        }
    }

    /// The markup in the records of a list, and the addresses of further records. Not entered a second time.
    fn records(&mut self, span: Range<usize>) {
        let source = self.out.source;
        scripts::in_element(&mut self.out, span.clone());
        self.out.in_list = true;
        let around = std::mem::take(&mut self.open);
        for section in script_links::cdata_sections(&source[span.clone()]) {
            self.read(&source[..span.start + section.end], span.start + section.start);
            self.open = Open::default();
        }
        self.open = around;
        self.out.in_list = false;
    }

    fn close_anchor(&mut self, at: usize) {
        if let Some((links, from)) = self.open.anchor.take() {
            set_inner(&mut self.out.page.links[links], from, at);
        }
    }

    fn close_other(&mut self, at: usize) {
        if let Some((links, from, _)) = self.open.other.take() {
            set_inner(&mut self.out.page.links[links], from, at);
        }
    }
}

fn set_inner(links: &mut [Link<'_>], from: usize, to: usize) {
    for link in links.iter_mut().filter(|l| is_followed(l.kind)) {
        link.inner = from as u32..to.max(from) as u32;
    }
}

/// Whether a visitor follows the link, so that some text names it.
pub(super) fn is_followed(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Anchor | LinkKind::Area | LinkKind::Script | LinkKind::List)
}

/// Elements that a handler or a list can make a link whose text they hold.
fn has_content(element: Element) -> bool {
    use Element::{Button, Div, Li, Option, Other, Span, Table, Td, Th, Tr};
    matches!(element, Button | Div | Li | Option | Other | Span | Table | Td | Th | Tr)
}

/// The value of an attribute, references decoded.
pub(super) fn value<'t>(source: &'t str, attribute: &Attribute) -> Cow<'t, str> {
    decode(&source[attribute.value()], Refs::Attribute)
}
