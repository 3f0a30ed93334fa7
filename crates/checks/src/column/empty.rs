//! Whether a column page has nothing to show. Clause N2.1.
//!
//! Looks between the trail, or the column's own heading, and the foot of the page. Pictures, frames, forms and links to
//! articles are content; only a script that may write there excuses a page that shows nothing.

use std::ops::Range;

use super::{looks_like_column, series_of, trail};
use crate::address::{self, Target};
use crate::article::block::{Block, blocks, hints};
use crate::page::{Page, needs_script};
use crate::rule::Facts;
use crate::tree::{Kind, NodeId, Tree};

/// Weight of the running text on a page that has nothing to show; a line of notes weighs as much.
const EMPTY_WEIGHT: f32 = 80.0;
/// The same where the page does not say that it is empty: nothing but the foot of the page.
const BARE_WEIGHT: f32 = 30.0;
/// Characters outside links between trail and foot of such a page: a heading, signs of paging.
const BARE_CHARS: u32 = 40;
/// Characters of a line that says there is nothing.
const SAYS_CHARS: usize = 30;
/// Fields of a form that visitors fill in; a search has fewer.
const FORM_FIELDS: usize = 3;
/// Pictures this narrow or low are signs and counters.
const SIGN_PIXELS: u32 = 40;
/// Depth to which an element is asked what it lies in.
const MOST_ABOVE: usize = 64;

/// Whether a column page has nothing to show: it says so, or it has no content and no script that could fill it.
pub fn is_empty(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    let listing = page.listing(facts.today);
    if listing.main().is_some_and(|l| l.is_of_titles() && l.items.len() >= 3) {
        return false;
    }
    let article = page.article(facts.today);
    if article.body.weight > EMPTY_WEIGHT {
        return false;
    }
    let says = says(page);
    let blocks = blocks(page);
    let middle = Middle::of(page, &blocks);
    if says == Says::Nothing {
        return !middle.lists_items();
    }
    let chars: u32 = middle.blocks(&blocks).map(Block::plain).sum();
    article.body.weight <= BARE_WEIGHT
        && (chars <= BARE_CHARS || says == Says::Zero)
        && article.attachments.is_empty()
        && !middle.shows_content()
        && !middle.may_be_filled()
}

/// What a page says of its contents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// 暂无内容.
    Nothing,
    /// 共0条: a count, which a script may have still to write.
    Zero,
    No,
}

fn says(page: &Page<'_>) -> Says {
    const NOTHING: [&str; 12] = [
        "暂无内容",
        "暂无数据",
        "暂无信息",
        "暂无相关",
        "暂无记录",
        "没有相关内容",
        "没有相关信息",
        "没有找到相关",
        "栏目建设中",
        "正在建设中",
        "内容建设中",
        "没有记录",
    ];
    let short = || page.passages().iter().filter(|p| p.text.chars().count() <= SAYS_CHARS);
    if short().any(|p| NOTHING.iter().any(|w| p.text.contains(w))) {
        return Says::Nothing;
    }
    let counts_none = |text: &str| {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        text.contains("共0条") || text.contains("共有0条")
    };
    if short().any(|p| counts_none(&p.text)) { Says::Zero } else { Says::No }
}

/// The part of a page between its trail or heading and its foot.
struct Middle<'a, 't> {
    page: &'a Page<'t>,
    span: Range<usize>,
}

impl<'a, 't> Middle<'a, 't> {
    fn of(page: &'a Page<'t>, blocks: &[Block<'_>]) -> Middle<'a, 't> {
        const FOOT: [&str; 6] = ["版权所有", "ICP备", "公网安备", "标识码", "主办：", "主办单位"];
        let tree = page.tree();
        let end_of = |node: NodeId| tree.span(node).end;
        let start = trail::place_of(page).and_then(|at| page.passages().get(at)).map(|p| p.node);
        let start = start.filter(|node| !tree.is_any(*node, &["body", "html"])).map_or(0, end_of);
        let foot = blocks
            .iter()
            .filter(|b| !b.is_link() && FOOT.iter().any(|w| b.text().contains(w)))
            .map(|b| b.passage.source_byte(0))
            .find(|byte| *byte >= start);
        Middle { page, span: start..foot.unwrap_or(page.source.len()) }
    }

    fn blocks<'b, 'p>(&'b self, blocks: &'b [Block<'p>]) -> impl Iterator<Item = &'b Block<'p>> {
        blocks.iter().filter(|b| {
            self.span.contains(&b.passage.source_byte(0))
                && b.passage.node != self.page.tree().root()
                && !is_frame_of_site(self.page.tree(), b.passage.node)
        })
    }

    /// The elements that stand here, without menus and the like.
    fn elements(&self) -> impl Iterator<Item = NodeId> {
        let tree = self.page.tree();
        tree.ids().filter(move |id| {
            matches!(tree.kind(*id), Kind::Element) && self.span.contains(&tree.span(*id).start)
        })
    }

    /// Whether a link leads to an article or the like, and no menu holds it.
    fn lists_items(&self) -> bool {
        let tree = self.page.tree();
        self.elements().any(|id| tree.is(id, "a") && self.leads_to_item(id) && !is_frame_of_site(tree, id))
    }

    fn shows_content(&self) -> bool {
        let tree = self.page.tree();
        let mut fields = 0;
        self.elements().any(|id| {
            let shows = if tree.is_any(id, &["video", "audio", "object", "embed", "textarea"]) {
                true
            } else if tree.is_any(id, &["iframe", "frame"]) {
                tree.attr(id, "src").is_some_and(|src| !src.trim().is_empty() && src.trim() != "about:blank")
                    && !is_small(tree, id)
            } else if tree.is_any(id, &["img", "svg", "canvas"]) {
                !is_small(tree, id)
            } else if tree.is(id, "input") {
                let hidden = tree.attr(id, "type").is_some_and(|t| t.eq_ignore_ascii_case("hidden"));
                fields += usize::from(!hidden);
                fields >= FORM_FIELDS
            } else {
                false
            };
            shows && !is_frame_of_site(tree, id)
        }) || self.lists_items()
    }

    /// Whether a link leads to an article or a person rather than to a column or another page of this one.
    fn leads_to_item(&self, id: NodeId) -> bool {
        let tree = self.page.tree();
        let Some(raw) = tree.attr(id, "href") else { return false };
        if tree.text(id, 4).trim().is_empty() {
            return false;
        }
        let Target::Web(found) = address::resolve(&self.page.base, &raw, self.page.charset.encoding) else {
            return false;
        };
        !looks_like_column(&found.url) && series_of(found.url.as_str()) != series_of(self.page.url.as_str())
    }

    /// Whether a script may write the content.
    fn may_be_filled(&self) -> bool {
        /// What a script that fetches or writes lists calls.
        const WRITES: [&str; 14] = [
            "ajax",
            "fetch(",
            "XMLHttpRequest",
            "getJSON",
            "$.get(",
            "$.post(",
            "axios",
            "innerHTML",
            ".html(",
            ".append(",
            "new Vue",
            "createApp",
            "layui",
            "laytpl",
        ];
        if !self.page.has_script {
            return false;
        }
        if needs_script(self.page) || self.page.source.contains("{{") {
            return true;
        }
        let tree = self.page.tree();
        tree.ids().filter(|id| matches!(tree.kind(*id), Kind::Element)).any(|id| {
            let here = || self.span.contains(&tree.span(id).start) && !is_frame_of_site(tree, id);
            if tree.is(id, "script") {
                let span = tree.span(id);
                let code = self.page.source.get(span).unwrap_or_default();
                here() || tree.attr(id, "src").is_none() && WRITES.iter().any(|w| code.contains(w))
            } else {
                is_place_to_fill(tree, id) && here()
            }
        })
    }
}

/// Whether an element that holds no text is named for a script.
fn is_place_to_fill(tree: &Tree<'_>, id: NodeId) -> bool {
    const PLACES: [&str; 9] = ["div", "ul", "ol", "dl", "table", "tbody", "section", "main", "span"];
    if tree.is(id, "template") {
        return true;
    }
    let named = |(name, value): (&str, std::borrow::Cow<'_, str>)| {
        let name = name.to_ascii_lowercase();
        name == "id" && !value.trim().is_empty()
            || ["data-", "v-", "ng-", ":", "@", "ms-"].iter().any(|lead| name.starts_with(lead))
    };
    tree.is_any(id, &PLACES) && tree.attrs(id).any(named) && is_bare(tree, id)
}

/// Whether an element holds no text, or only the number that a script replaces.
fn is_bare(tree: &Tree<'_>, id: NodeId) -> bool {
    let text = tree.text(id, 12);
    let text = text.trim();
    text.is_empty() || text == "0" || text.contains("加载")
}

/// Whether an element is part of the frame around the pages of a site: menu, head, foot, trail.
fn is_frame_of_site(tree: &Tree<'_>, id: NodeId) -> bool {
    const ELEMENTS: [&str; 6] = ["nav", "header", "footer", "aside", "head", "noscript"];
    const NAMES: [&str; 13] = [
        "foot",
        "header",
        "copyright",
        "friend",
        "share",
        "sidebar",
        "banner",
        "logo",
        "nav",
        "menu",
        "crumb",
        "toolbar",
        "bottom",
    ];
    std::iter::once(id).chain(tree.ancestors(id)).take(MOST_ABOVE).any(|above| {
        tree.is_any(above, &ELEMENTS) || !tree.is_any(above, &["html", "body"]) && hints(tree, above, &NAMES)
    })
}

/// Whether an element says that it is hidden or no larger than a sign.
fn is_small(tree: &Tree<'_>, id: NodeId) -> bool {
    let pixels = |name| {
        let value = tree.attr(id, name)?;
        value.trim().trim_end_matches("px").parse::<u32>().ok()
    };
    let small = |name| pixels(name).is_some_and(|n| n <= SIGN_PIXELS);
    let style = tree.attr(id, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    small("width") || small("height") || style.contains("display:none")
}
