//! Finds the element that holds an article's running text, and cuts away what is around it. Clause N2.1.
//!
//! From the root down into the child that holds most of the weight, as long as one does; works on nested tables as on
//! divs. Never looks at names first.

use super::Body;
use super::block::{Block, hints};
use super::title::{Heading, comparable};
use super::when::is_meta_line;
use crate::page::Page;
use crate::tree::{NodeId, Tree};

/// The element that holds the body, and the blocks in it.
pub(super) struct Found {
    pub node: NodeId,
    /// Blocks inside the node.
    pub from: usize,
    pub to: usize,
    /// First and last block that weighs something.
    pub first: usize,
    pub last: usize,
    /// Weight of the running text in the node.
    pub weight: f32,
    /// Share of the page's weight that lies in the node.
    pub share: f32,
    /// Share of the node's characters that are links.
    pub linked_inside: f32,
}

/// A child must hold this share of its parent's weight for the search to go down into it.
const DOMINANT: f32 = 0.66;
/// Weight of blocks in elements that are not for the article.
const ASIDE: f32 = 0.15;
/// Hints in names for what is not the article.
const ASIDE_NAMES: [&str; 12] = [
    "footer",
    "foot",
    "copyright",
    "comment",
    "related",
    "recommend",
    "sidebar",
    "banner",
    "friend",
    "toolbar",
    "share",
    "reply",
];
/// Words of the lines at the foot of a page, and how long such a line is at most.
const FOOTER_WORDS: [&str; 6] = ["版权所有", "ICP备", "公网安备", "标识码", "主办：", "主办单位"];
const FOOTER_CHARS: u32 = 200;

pub(super) fn find(page: &Page<'_>, blocks: &[Block<'_>]) -> Found {
    let tree = page.tree();
    let weights = weights(tree, blocks);
    let mut sums = vec![0f32; tree.len()];
    for (block, weight) in blocks.iter().zip(&weights) {
        sums[block.passage.node.index()] += weight;
    }
    let own = sums.clone();
    for id in tree.ids().rev() {
        if let Some(parent) = tree.parent(id) {
            sums[parent.index()] += sums[id.index()];
        }
    }
    let total = sums[tree.root().index()].max(f32::MIN_POSITIVE);
    let mut node = tree.root();
    loop {
        let here = sums[node.index()];
        let best = tree.children(node).max_by(|a, b| sums[a.index()].total_cmp(&sums[b.index()]));
        match best {
            Some(child) if sums[child.index()] >= here * DOMINANT && own[node.index()] < here * 0.2 => {
                // A single paragraph is no body while others stand beside it.
                if is_paragraph(tree, child) && sums[child.index()] < here * 0.95 {
                    break;
                }
                node = child;
            }
            _ => break,
        }
    }
    // Text marked up inside one paragraph belongs to what holds the paragraph.
    while is_paragraph(tree, node)
        && let Some(parent) = tree.parent(node)
    {
        node = parent;
    }
    let span = tree.span(node);
    let start = |b: &Block<'_>| b.passage.source_byte(0);
    let from = blocks.partition_point(|b| start(b) < span.start);
    let to = blocks.partition_point(|b| start(b) < span.end).max(from);
    let heavy = |at: &usize| weights[*at] >= 8.0;
    let first = (from..to).find(heavy).unwrap_or(from);
    let last = (from..to).rev().find(heavy).unwrap_or(from);
    let chars: u32 = blocks[from..to].iter().map(|b| b.chars).sum();
    let linked: u32 = blocks[from..to].iter().map(|b| b.linked).sum();
    Found {
        node,
        from,
        to,
        first,
        last,
        weight: sums[node.index()],
        share: sums[node.index()] / total,
        linked_inside: linked as f32 / chars.max(1) as f32,
    }
}

fn weights(tree: &Tree<'_>, blocks: &[Block<'_>]) -> Vec<f32> {
    let mut aside = Aside { tree, known: vec![None; tree.len()] };
    let mut weigh = |block: &Block<'_>| {
        let weight = block.weight();
        if weight <= 0.0 || is_meta_line(block) {
            return 0.0;
        }
        let footer = block.chars < FOOTER_CHARS && FOOTER_WORDS.iter().any(|w| block.text().contains(w));
        if footer || aside.holds(block.passage.node) { weight * ASIDE } else { weight }
    };
    blocks.iter().map(&mut weigh).collect()
}

/// Which elements lie in something that is not for the article; each is looked at once.
struct Aside<'a, 't> {
    tree: &'a Tree<'t>,
    known: Vec<Option<bool>>,
}

impl Aside<'_, '_> {
    fn holds(&mut self, node: NodeId) -> bool {
        let mut path = Vec::new();
        let mut at = Some(node);
        let mut inside = false;
        while let Some(id) = at {
            if let Some(known) = self.known[id.index()] {
                inside = known;
                break;
            }
            path.push(id);
            at = self.tree.parent(id);
        }
        for id in path.into_iter().rev() {
            inside = inside || self.is_aside(id);
            self.known[id.index()] = Some(inside);
        }
        inside
    }

    fn is_aside(&self, id: NodeId) -> bool {
        const ELEMENTS: [&str; 8] =
            ["footer", "nav", "aside", "form", "select", "button", "textarea", "noscript"];
        self.tree.is_any(id, &ELEMENTS)
            || !self.tree.is_any(id, &["html", "body"]) && hints(self.tree, id, &ASIDE_NAMES)
    }
}

fn is_paragraph(tree: &Tree<'_>, id: NodeId) -> bool {
    tree.is_any(
        id,
        &[
            "p",
            "span",
            "font",
            "strong",
            "b",
            "i",
            "em",
            "u",
            "a",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "blockquote",
        ],
    )
}

/// Words of the lines below an article; a short line that starts with one ends the body.
const TAIL: [&str; 32] = [
    "相关链接",
    "相关新闻",
    "相关文章",
    "相关稿件",
    "相关报道",
    "相关信息",
    "相关专题",
    "相关阅读",
    "相关推荐",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "分享到",
    "扫一扫",
    "责任编辑",
    "网站编辑",
    "打印本页",
    "关闭窗口",
    "【打印",
    "[打印",
    "【关闭",
    "我要评论",
    "我要纠错",
    "版权声明",
    "返回顶部",
    "发表评论",
    "网友评论",
    "最新评论",
    "评论列表",
    "全部评论",
    "Trackback",
];
/// A line this long is text, whatever it starts with.
const TAIL_CHARS: u32 = 60;

/// A passage this long that stands twice is the same passage twice.
const REPEATED_CHARS: u32 = 16;

/// The body's blocks: without title, line of date and source, lists of links, and what stands below.
pub(super) fn cut(page: &Page<'_>, blocks: &[Block<'_>], found: &Found, heading: &Heading) -> Body {
    let title = heading.text.as_deref().map(comparable);
    let mut passages = Vec::new();
    let mut chars = 0;
    // Pages that serve phones and desktops alike hold their text twice.
    let mut seen = std::collections::HashSet::new();
    let start = heading.at.filter(|at| *at < found.first).map_or(found.from, |at| found.from.max(at + 1));
    for (at, block) in blocks.iter().enumerate().take(found.to).skip(start) {
        if at > found.first && is_tail(page.tree(), block) && at * 2 > found.first + found.last {
            break;
        }
        let head = at <= found.first + 2;
        if head && (is_meta_line(block) || title.as_deref() == Some(&*comparable(block.text()))) {
            continue;
        }
        if block.is_link() && block.linked > 6 {
            continue;
        }
        if block.chars >= REPEATED_CHARS && !seen.insert(block.text()) {
            continue;
        }
        passages.push(at);
        chars += block.plain() as usize;
    }
    Body { node: Some(found.node), passages, chars, weight: found.weight }
}

fn is_tail(tree: &Tree<'_>, block: &Block<'_>) -> bool {
    let heads = tree.is_any(block.passage.node, &["h2", "h3", "h4", "h5"]);
    if heads && block.chars <= TAIL_CHARS && block.text().ends_with("评论") {
        return true;
    }
    let text = block.text().trim_start_matches(['(', '（', '[', '【', '·', '•', ' ']);
    block.chars <= TAIL_CHARS && TAIL.iter().any(|w| text.starts_with(w.trim_start_matches(['[', '【'])))
}
