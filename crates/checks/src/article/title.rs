//! The title of an article: its label, the heading that the page's title repeats, the title without the site's name. N2.1.
//!
//! Cuts a title only where something else on the page says that it may be cut there.

use super::block::{Block, hints};
use super::body::Found;
use crate::labels::Labels;
use crate::page::Page;

/// The title, and the block it stands in.
#[derive(Default)]
pub(super) struct Heading {
    pub text: Option<String>,
    pub at: Option<usize>,
    /// Whether it is a heading on the page, not only in the head.
    pub is_heading: bool,
}

/// Characters of a title; what is longer is text.
const TITLE_CHARS: std::ops::RangeInclusive<u32> = 3..=140;
/// Blocks before the body that may be its heading.
const LOOK_BACK: usize = 60;
/// Blocks behind the body's first; notes on old browsers stand above some headings.
const LOOK_ON: usize = 40;
const TITLE_NAMES: [&str; 6] = ["title", "tit", "bt", "biaoti", "headline", "subject"];

pub(super) fn find(page: &Page<'_>, labels: &Labels, blocks: &[Block<'_>], body: &Found) -> Heading {
    let whole = comparable(&page.title);
    // A title that is only the site's name says nothing of the article.
    let whole = if is_body_name(&whole) { String::new() } else { whole };
    let labelled = labels.first("ArticleTitle").filter(|l| l.is_sane()).map(|l| plain(&l.content));
    let wanted = labelled.as_deref().map(comparable);
    let mut best: Option<(f32, usize)> = None;
    let from = body.first.saturating_sub(LOOK_BACK);
    for (at, block) in blocks.iter().enumerate().take((body.first + LOOK_ON).min(body.last + 1)).skip(from) {
        let score = match &wanted {
            Some(wanted) => {
                let starts = comparable(block.text()).starts_with(wanted.as_str());
                // A heading may go on with its date.
                let whole = starts && comparable(&heading_text(page, blocks, at)) == *wanted;
                if !whole {
                    0.0
                } else if block.is_link() {
                    10.0
                } else {
                    100.0
                }
            }
            None => {
                let above = blocks[at + 1..].iter().take(2).any(super::when::is_meta_line);
                score(page, block, &whole, at, body) + if above && at < body.first { 15.0 } else { 0.0 }
            }
        };
        if score > 0.0 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, at));
        }
    }
    let at = best.map(|(_, at)| at);
    let shown = at.map(|at| heading_text(page, blocks, at));
    if let Some(label) = labelled {
        return Heading { text: Some(label), at, is_heading: at.is_some() };
    }
    match (shown, best) {
        (Some(text), Some((score, _))) if score >= 20.0 => {
            let text = unbroken(page, labels, text);
            Heading { text: Some(text), at, is_heading: true }
        }
        (shown, _) => {
            let named = page_name(page, labels);
            // A title that is only the site's name says less than a line on the page.
            let text = named.or(shown);
            Heading { text, at: None, is_heading: false }
        }
    }
}

/// A heading whose first line alone was taken, as the page's title shows, is given in full.
fn unbroken(page: &Page<'_>, labels: &Labels, text: String) -> String {
    let next = page.title.trim_start().strip_prefix(&*text).and_then(|rest| rest.chars().next());
    let broken = next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '《' | '“' | '（' | '〈'));
    if broken { page_name(page, labels).unwrap_or(text) } else { text }
}

/// The heading's text: lines parted by `<br>` belong together, a date behind it does not.
fn heading_text(page: &Page<'_>, blocks: &[Block<'_>], at: usize) -> String {
    let node = blocks[at].passage.node;
    let tree = page.tree();
    let mut text = trimmed(blocks[at].text()).to_owned();
    if tree.is_any(node, &["h1", "h2", "h3"]) || hints(tree, node, &TITLE_NAMES) {
        for block in blocks[at + 1..].iter().take(2).take_while(|b| b.passage.node == node) {
            let dated = crate::dates::find(block.text(), None).first().is_some_and(|s| s.at.start <= 1);
            if dated || super::when::has_meta_field(block.text()) || block.is_link() {
                break;
            }
            text.push(' ');
            text.push_str(trimmed(block.text()));
        }
    }
    if let Some(stamp) = crate::dates::find(&text, None).last() {
        let behind = text[stamp.at.end..].chars().all(|c| c.is_whitespace() || matches!(c, ')' | '）' | ']'));
        let opens = text[..stamp.at.start].trim_end();
        if behind && opens.ends_with(['(', '（', '[']) {
            let cut = opens.trim_end_matches(['(', '（', '[']).trim_end().len();
            text.truncate(cut);
        }
    }
    text
}

/// How much a block looks like the article's heading.
fn score(page: &Page<'_>, block: &Block<'_>, whole: &str, at: usize, body: &Found) -> f32 {
    if !TITLE_CHARS.contains(&block.chars) || super::when::is_meta_line(block) {
        return 0.0;
    }
    let text = comparable(block.text());
    let tree = page.tree();
    let node = block.passage.node;
    let length = text.chars().count() as f32;
    let mut score = 0.0;
    // What the page's title repeats is its heading; a site's name stands there as well, but at its end.
    if length < 4.0 {
        return 0.0;
    }
    if whole.contains(&text) {
        let ends = whole.ends_with(&text) && whole.len() > text.len();
        let opens = whole.starts_with(&text);
        score += if opens {
            60.0
        } else if ends {
            5.0
        } else {
            30.0
        };
        score += 30.0 * (text.len() as f32 / whole.len() as f32);
    } else if length >= 8.0 && whole.chars().count() >= 8 && text.contains(whole) {
        score += 40.0;
    }
    if block.is_link() {
        return score * 0.3;
    }
    let near = tree.ancestors(node).take(2).chain([node]);
    let mut heading = 0.0f32;
    for id in near {
        heading = heading.max(match () {
            () if tree.is(id, "h1") => 40.0,
            () if tree.is_any(id, &["h2", "h3"]) => 25.0,
            () if hints(tree, id, &TITLE_NAMES) => 20.0,
            () => 0.0,
        });
    }
    score += heading;
    if at > body.first {
        // Headings inside the text come after its first words.
        score -= 25.0;
    } else {
        score += 10.0 - (body.first - at).min(10) as f32;
    }
    // A heading of its own is no sentence.
    if block.text().ends_with(['。', '；', '，', ':', '：']) {
        score -= 20.0;
    }
    score
}

/// The page's title without the names of site and column behind it.
pub fn page_name(page: &Page<'_>, labels: &Labels) -> Option<String> {
    let whole = trimmed(&page.title);
    if whole.is_empty() {
        return None;
    }
    let site: Vec<String> = ["SiteName", "ColumnName"]
        .iter()
        .filter_map(|n| labels.first(n))
        .filter(|l| l.is_sane())
        .map(|l| comparable(&l.content))
        .collect();
    let mut rest = whole;
    while let Some((cut, sign)) = rest.char_indices().rev().find(|(_, c)| SIGNS.contains(c)) {
        let tail = comparable(&rest[cut + sign.len_utf8()..]);
        let known = site.contains(&tail) || is_body_name(&tail) || tail.is_empty();
        let head = rest[..cut].trim_end_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace());
        if !known || head.is_empty() {
            break;
        }
        rest = head;
    }
    Some(rest.trim().to_owned())
}

/// Signs between a title and the names behind it.
const SIGNS: [char; 9] = ['_', '-', '|', '｜', '—', '–', '»', '>', '－'];

/// Whether a name is that of a site or body: 人民政府, 门户网站, 委员会 ….
fn is_body_name(name: &str) -> bool {
    let name = name.trim_end_matches(')');
    const ENDS: [&str; 14] = [
        "政府",
        "网站",
        "网",
        "局",
        "厅",
        "委员会",
        "门户",
        "之窗",
        "中心",
        "办公室",
        "管委会",
        "在线",
        "部",
        "频道",
    ];
    let chars = name.chars().count();
    (3..=24).contains(&chars) && ENDS.iter().any(|e| name.ends_with(e))
}

/// Text without blanks and without the difference of full and half width, to compare titles by.
pub fn comparable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{FEFF}'))
        .map(|c| match c {
            '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            _ => c.to_ascii_lowercase(),
        })
        .collect()
}

/// A label's text without tags that an editor left in it.
fn plain(content: &str) -> String {
    let mut out = String::new();
    let mut rest = content;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        out.push_str(&rest[..open]);
        out.push(' ');
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '·' | '•'))
}
