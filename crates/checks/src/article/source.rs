//! Source and author of an article, from labels or the line under the title. Clause N2.1.
//!
//! A word with nothing behind it is no source.

use super::block::Block;
use super::body::Found;
use crate::labels::Labels;

/// Blocks from title to past the body's start, and below its end, in which the line stands.
const AFTER_START: usize = 3;
const AFTER_END: usize = 8;
/// Blocks before the body where no title was found on the page.
const BEFORE: usize = 15;
const SOURCE: [&str; 8] =
    ["信息来源", "文章来源", "稿件来源", "内容来源", "来源", "稿源", "供稿单位", "发布机构"];
const AUTHOR: [&str; 5] = ["作者", "撰稿", "记者", "供稿", "文"];
/// Characters of a name.
const MAX_NAME: usize = 40;

/// Source and author.
pub(super) fn find(
    labels: &Labels,
    blocks: &[Block<'_>],
    body: &Found,
    title: Option<usize>,
) -> (Option<String>, Option<String>) {
    let label = |name| labels.first(name).filter(|l| l.is_sane()).map(|l| l.content.clone());
    let from = title.unwrap_or(body.first).min(body.first.saturating_sub(BEFORE));
    let head = from..(body.first + AFTER_START).min(blocks.len());
    let foot = body.last.max(head.end)..(body.last + AFTER_END).min(blocks.len());
    let places: Vec<usize> = head.chain(foot).collect();
    let shown = |words: &[&str]| places.iter().find_map(|at| named(blocks, *at, words));
    (label("ContentSource").or_else(|| shown(&SOURCE)), label("Author").or_else(|| shown(&AUTHOR[..4])))
}

/// What stands behind one of the words and a colon.
fn named(blocks: &[Block<'_>], at: usize, words: &[&str]) -> Option<String> {
    let block = &blocks[at];
    let text = block.text();
    if block.chars > 200 {
        return None;
    }
    for word in words {
        let Some(found) = text.find(word) else { continue };
        let rest = text[found + word.len()..].trim_start();
        let Some(rest) = rest.strip_prefix([':', '：', '﹕']) else {
            // `<td>来源</td><td>…</td>`
            let alone = text.trim() == *word;
            let next = blocks.get(at + 1).filter(|b| alone && b.chars <= MAX_NAME as u32);
            if let Some(next) = next.and_then(|b| cut(b.text())) {
                return Some(next);
            }
            continue;
        };
        if let Some(name) = cut(rest) {
            return Some(name);
        }
        // `<span>来源：</span>` in a block of its own.
        if rest.trim().is_empty()
            && let Some(next) = blocks.get(at + 1).filter(|b| b.chars <= MAX_NAME as u32)
            && !next.text().contains(['：', ':'])
        {
            return cut(next.text());
        }
    }
    None
}

/// A name up to the next word of the line.
fn cut(rest: &str) -> Option<String> {
    const STOPS: [&str; 22] = [
        "发布", "时间", "日期", "作者", "浏览", "点击", "字号", "字体", "【", "[", "|", "｜", "编辑", "责任",
        "阅读", "访问", "打印", "分享", "更新", "来源", "记者", "审核",
    ];
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '【' | '：' | ':'));
    let end = STOPS.iter().filter_map(|s| rest.find(s)).min().unwrap_or(rest.len());
    let stamp = crate::dates::find(&rest[..end], None).first().map_or(end, |s| s.at.start);
    let name: String =
        rest[..stamp].trim_matches(|c: char| c.is_whitespace() || "]】）)（(-—/".contains(c)).into();
    let chars = name.chars().count();
    ((2..=MAX_NAME).contains(&chars) && !matches!(&*name, "null" | "undefined")).then_some(name)
}
