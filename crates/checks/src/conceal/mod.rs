//! Links that a page hides from its visitors, by every way of hiding, and links that advertise. Clause N2.5.
//!
//! Hiding alone is no fault: menus, tabs and share buttons hide. What counts is what is hidden: advertisements, or a
//! bundle of links to strangers hidden by a trick that no menu needs. Runs no script and fetches no other file; style
//! sheets count where whoever asks hands them over with the page.

mod colour;
pub(crate) mod compose;
mod css;
mod evidence;
mod files;
mod frames;
mod style;
mod widget;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use base::Position;
use foldhash::fast::FixedState;

pub use evidence::{Hit, hits};
pub use files::{SheetFile, Wanted, wanted};
pub use frames::{Frame, frames};

use crate::hosts::{self, Foreign};
use crate::page::Page;
use crate::rule::Facts;
use crate::spam;
use crate::tree::{Kind, NodeId, Tree};
use compose::{Composed, Script};
use css::Sheet;
use style::Style;

/// How a link is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    Display,
    HiddenAttribute,
    Visibility,
    Transparent,
    OffScreen,
    /// Off the screen, with a movement that brings it in.
    Sliding,
    ZeroSize,
    TinyText,
    /// Text in the colour of its ground.
    SameColour,
    /// White text, with nothing said of its ground.
    WhiteText,
    Marquee,
    Covered,
    /// Cut off in the way that keeps texts for screen readers.
    Clipped,
    /// Pushed aside in the way that puts a picture in a text's place.
    Indented,
    /// A script hides it.
    ByScript,
    NoScript,
    Comment,
    /// In an element whose content browsers show as text or not at all.
    Unparsed,
    /// Nothing to click on.
    Empty,
}

impl Way {
    /// The words shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Way::Display => "display:none",
            Way::HiddenAttribute => "hidden 属性",
            Way::Visibility => "visibility:hidden",
            Way::Transparent => "完全透明",
            Way::OffScreen | Way::Sliding => "移出屏幕",
            Way::ZeroSize => "容器尺寸为零",
            Way::TinyText => "字号为零",
            Way::SameColour | Way::WhiteText => "文字与背景同色",
            Way::Marquee => "极小或极快的滚动字幕",
            Way::Covered => "置于其他内容之下",
            Way::Clipped => "裁剪不显示",
            Way::Indented => "文字缩进到屏幕外",
            Way::ByScript => "脚本隐藏",
            Way::NoScript => "写在 noscript 中",
            Way::Comment => "写在注释中",
            Way::Unparsed => "写在不显示的元素中",
            Way::Empty => "没有可点击的文字",
        }
    }

    /// Whether no menu, tab or text for screen readers is hidden so.
    pub(crate) fn is_trick(self) -> bool {
        matches!(
            self,
            Way::Transparent
                | Way::OffScreen
                | Way::ZeroSize
                | Way::TinyText
                | Way::SameColour
                | Way::Marquee
                | Way::Covered
        )
    }
}

/// A link that leads off the site, with what hides it.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub target: Foreign,
    /// Whether the target is a public body or a service that pages are built with.
    pub is_usual: bool,
    /// Content, alternative text and title.
    pub text: String,
    pub at: Position,
    /// Empty: in plain sight.
    pub ways: Vec<Way>,
    /// Same for links that one element hides.
    pub group: u32,
    /// Whether the part that hides looks like one that a visitor can open.
    pub widget: bool,
    /// Whether a script names the part that hides, so that it may show it.
    pub scripted: bool,
    /// Whether a sheet shows the part that hides when a pointer stands above or a box is ticked.
    pub opened: bool,
    pub written: bool,
    pub decoded: bool,
}

/// Links looked at of one page; lists have some thousand.
const MAX_LINKS: usize = 20_000;
/// Characters of a link's text.
const MAX_TEXT: usize = 200;
/// Places where markup is looked for in comments and raw texts.
const MAX_PARTS: usize = 200;

/// Every link of a page that leads off the site.
pub fn outgoing(page: &Page<'_>, facts: &Facts<'_>) -> Vec<Outgoing> {
    let tree = page.tree();
    let scripts = page.scripts();
    let composed = Composed::of(page.source, scripts);
    let mut list = Vec::new();
    match &composed {
        Some(composed) => {
            let tree = Tree::parse(&composed.text);
            Reader::new(page, facts, &tree, &composed.text, scripts, Some(composed)).read(&mut list);
        }
        None => Reader::new(page, facts, tree, page.source, scripts, None).read(&mut list),
    }
    list
}

/// Reads the links of one tree.
struct Reader<'r, 'p, 't> {
    page: &'r Page<'p>,
    facts: &'r Facts<'r>,
    tree: &'r Tree<'t>,
    source: &'t str,
    scripts: &'r [Script],
    composed: Option<&'r Composed>,
    sheet: Sheet,
    styles: HashMap<NodeId, Rc<Style>, FixedState>,
    ways: HashMap<NodeId, Rc<[Way]>, FixedState>,
}

impl<'r, 'p, 't> Reader<'r, 'p, 't> {
    fn new(
        page: &'r Page<'p>,
        facts: &'r Facts<'r>,
        tree: &'r Tree<'t>,
        source: &'t str,
        scripts: &'r [Script],
        composed: Option<&'r Composed>,
    ) -> Reader<'r, 'p, 't> {
        Reader {
            page,
            facts,
            tree,
            source,
            scripts,
            composed,
            sheet: Sheet::default(),
            styles: HashMap::default(),
            ways: HashMap::default(),
        }
    }

    fn read(mut self, list: &mut Vec<Outgoing>) {
        let tree = self.tree;
        let mut links = Vec::new();
        let mut parts = Vec::new();
        for node in tree.descendants(tree.root()) {
            if tree.is(node, "a") || tree.is(node, "area") {
                if links.len() < MAX_LINKS
                    && let Some(target) = tree.attr(node, "href").and_then(|raw| self.target(&raw))
                {
                    links.push((node, target));
                }
            } else if tree.is(node, "style") {
                if let Some(raw) = tree.first_child(node) {
                    self.sheet.add(&tree.own_text(raw));
                }
            } else if tree.is(node, "link") {
                if let Some(file) = files::linked(self.page, tree, node) {
                    self.sheet.add_file(file);
                }
            } else if parts.len() < MAX_PARTS
                && let Some(way) = self.unparsed(node)
            {
                parts.push((node, way));
            }
        }
        // Without words it takes several strangers; with fewer, a page where nothing advertises need not be looked at
        // closely.
        if is_plain(tree, &links) {
            links.clear();
        }
        for (node, target) in links {
            let link = self.link(node, target);
            list.push(link);
        }
        for (node, way) in parts {
            let span = tree.text_span(node);
            let part = Tree::parse_part(self.source, span.clone());
            let found = part.elements(part.root(), "a").take(MAX_LINKS);
            for a in found {
                let Some(target) = part.attr(a, "href").and_then(|raw| self.target(&raw)) else { continue };
                let mut link = self.blank(target, text(&part, a), part.span(a).start);
                link.ways = vec![way];
                link.group = group(node);
                list.push(link);
            }
        }
    }

    fn target(&self, raw: &str) -> Option<(Foreign, bool)> {
        target(self.page, self.facts, raw)
    }

    /// Comments and raw texts that hold a link.
    fn unparsed(&self, node: NodeId) -> Option<Way> {
        let tree = self.tree;
        let way = match tree.kind(node) {
            Kind::Comment => Way::Comment,
            Kind::Raw | Kind::Text(_) => {
                let parent = tree.parent(node)?;
                if !tree.is_any(parent, &["textarea", "noembed", "noframes", "xmp", "noscript"]) {
                    return None;
                }
                Way::Unparsed
            }
            _ => return None,
        };
        let text = &self.source[tree.text_span(node)];
        (memchr::memmem::find(text.as_bytes(), b"href").is_some() && text.contains("://")).then_some(way)
    }

    fn blank(&self, target: (Foreign, bool), text: String, byte: usize) -> Outgoing {
        let (source_byte, written) = self.composed.map_or((byte, false), |c| c.place(byte));
        Outgoing {
            target: target.0,
            is_usual: target.1,
            text,
            at: self.page.tree().position_of(source_byte),
            ways: Vec::new(),
            group: u32::MAX,
            widget: false,
            scripted: false,
            opened: false,
            written,
            decoded: self.composed.is_some_and(|c| c.is_decoded(byte)),
        }
    }

    fn link(&mut self, node: NodeId, target: (Foreign, bool)) -> Outgoing {
        let tree = self.tree;
        let mut link = self.blank(target, text(tree, node), tree.span(node).start);
        let mut outermost = None;
        for at in std::iter::once(node).chain(tree.ancestors(node)) {
            let ways = self.ways_of(at);
            if !ways.is_empty() {
                link.ways.extend_from_slice(&ways);
                outermost = Some(at);
            }
        }
        let same = style::same_colour(tree, node, &mut |n| self.style_of(n));
        link.ways.extend(same.map(|said| if said { Way::SameColour } else { Way::WhiteText }));
        if link.text.is_empty() && tree.elements(node, "img").next().is_none() && !has_picture(tree, node) {
            link.ways.push(Way::Empty);
        }
        link.ways.sort_unstable();
        link.ways.dedup();
        if let Some(outermost) = outermost {
            link.group = group(outermost);
            link.widget = widget::is_widget(tree, outermost);
            link.scripted = self.is_named_by_script(outermost) || self.is_closed_by_file(outermost);
            link.opened = self.is_opened_by_state(outermost);
        } else if !link.ways.is_empty() {
            link.group = tree.parent(node).map_or(u32::MAX, group);
        }
        link
    }

    fn style_of(&mut self, node: NodeId) -> Rc<Style> {
        if let Some(style) = self.styles.get(&node) {
            return Rc::clone(style);
        }
        let style = Rc::new(Style::of(self.tree, node, &self.sheet));
        self.styles.insert(node, Rc::clone(&style));
        style
    }

    fn ways_of(&mut self, node: NodeId) -> Rc<[Way]> {
        if let Some(ways) = self.ways.get(&node) {
            return Rc::clone(ways);
        }
        let mut ways = match self.tree.kind(node) {
            Kind::Element => style::ways(self.tree, node, &self.style_of(node)),
            _ => Vec::new(),
        };
        if self.tree.is(node, "noscript") {
            ways.push(Way::NoScript);
        }
        if self.tree.is(node, "template") {
            ways.push(Way::Unparsed);
        }
        if self.scripts.iter().flat_map(|s| &s.acts.hides).any(|h| self.is_chosen(node, &h.selector)) {
            ways.push(Way::ByScript);
        }
        let ways: Rc<[Way]> = ways.into();
        self.ways.insert(node, Rc::clone(&ways));
        ways
    }

    /// Whether `#id` or `.class` chooses the element.
    fn is_chosen(&self, node: NodeId, selector: &str) -> bool {
        match selector.split_at_checked(1) {
            Some(("#", id)) => self.tree.attr(node, "id").is_some_and(|v| v.trim() == id),
            Some((".", class)) => {
                self.tree.attr(node, "class").is_some_and(|v| v.split_ascii_whitespace().any(|c| c == class))
            }
            _ => false,
        }
    }

    /// Whether a file closes the element, so that a script in another file may open it.
    fn is_closed_by_file(&mut self, node: NodeId) -> bool {
        self.page.has_script_files() && self.style_of(node).is_closed_by_file()
    }

    /// Whether the sheets show the element when a pointer stands above or a box is ticked.
    fn is_opened_by_state(&self, node: NodeId) -> bool {
        let mut opens = false;
        files::each_key(self.tree, node, &mut |key| opens |= self.sheet.opens(key));
        opens
    }

    /// Whether the page's scripts speak of the element by id or class.
    fn is_named_by_script(&self, node: NodeId) -> bool {
        let named = |name: &str| {
            name.len() > 1
                && self.scripts.iter().any(|s| {
                    memchr::memmem::find(self.page.source[s.code.clone()].as_bytes(), name.as_bytes())
                        .is_some()
                })
        };
        self.tree.attr(node, "id").is_some_and(|id| named(id.trim()))
            || self.tree.attr(node, "class").is_some_and(|c| c.split_ascii_whitespace().any(named))
    }
}

/// A link's target, where it leads off the site, and whether it is of the usual kind.
fn target(page: &Page<'_>, facts: &Facts<'_>, raw: &str) -> Option<(Foreign, bool)> {
    if !hosts::may_leave(raw) {
        return None;
    }
    let target = hosts::anywhere(page, facts, raw)?;
    let usual = hosts::is_public_body(&target.host)
        || hosts::is_service(&target.host)
        || hosts::is_local(&target.host);
    Some((target, usual))
}

/// Whether none of the links advertises and they lead to hardly a stranger.
fn is_plain(tree: &Tree<'_>, links: &[(NodeId, (Foreign, bool))]) -> bool {
    let strangers: BTreeSet<&str> =
        links.iter().filter(|(_, (_, usual))| !usual).map(|(_, (f, _))| f.domain.as_str()).collect();
    let few = strangers.len() < evidence::STRANGERS;
    few && links.iter().all(|(node, _)| spam::points(&text(tree, *node)) == 0)
}

fn group(node: NodeId) -> u32 {
    u32::try_from(node.index()).unwrap_or(u32::MAX)
}

/// What names a link: content, alternative text of pictures, title.
fn text(tree: &Tree<'_>, node: NodeId) -> String {
    let mut text = tree.text(node, MAX_TEXT);
    let alt = tree.elements(node, "img").find_map(|img| tree.attr(img, "alt"));
    for more in [alt, tree.attr(node, "title"), tree.attr(node, "alt")].into_iter().flatten() {
        if !more.trim().is_empty() && !text.contains(more.trim()) && text.chars().count() < MAX_TEXT {
            if !text.is_empty() {
                text.push('\n');
            }
            text.extend(more.trim().chars().take(MAX_TEXT));
        }
    }
    text
}

/// Whether something other than an image may show there: an icon by class or style, a picture by style sheet.
fn has_picture(tree: &Tree<'_>, node: NodeId) -> bool {
    std::iter::once(node).chain(tree.descendants(node)).any(|n| {
        ["class", "style", "id"].iter().any(|a| tree.attr(n, a).is_some())
            || tree.is_any(n, &["svg", "i", "canvas", "object", "embed", "video", "input"])
    }) || tree.is(node, "area")
}
