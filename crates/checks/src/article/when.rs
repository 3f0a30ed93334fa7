//! The date of an article: its label where it is sane, else the one printed beside title and source. Clause N2.1.
//!
//! Never a date out of running text, of a list beside the article, of a deadline or of today.

use jiff::civil::Date;

use super::block::Block;
use super::body::Found;
use super::{Dated, How};
use crate::dates::{self, Form, Stamp};
use crate::labels::Labels;
use crate::page::Page;
use crate::tree::{NodeId, Tree};

/// Words before a date that say it is the day of publication.
const PUBLISHED: [&str; 20] = [
    "发布时间",
    "发布日期",
    "时间发布",
    "日期发布",
    "发表时间",
    "发表日期",
    "发表于",
    "发布于",
    "刊发时间",
    "发稿时间",
    "发稿日期",
    "上传时间",
    "上传日期",
    "录入时间",
    "公开日期",
    "公开时间",
    "发文时间",
    "添加时间",
    "刊登时间",
    "信息时间",
];
/// Words that say it less surely; they count where nothing stands before them.
const DATED: [&str; 12] = [
    "时间",
    "日期",
    "更新时间",
    "更新日期",
    "更新于",
    "发文日期",
    "成文日期",
    "生成日期",
    "创建时间",
    "印发日期",
    "颁布日期",
    "修改时间",
];
/// Words of the line under a title.
const META: [&str; 17] = [
    "来源", "作者", "浏览", "点击", "字号", "字体", "打印", "编辑", "记者", "阅读", "访问", "更新", "供稿",
    "撰稿", "发布", "责编", "稿源",
];
/// Characters of a block in which a date may be the article's; old pages keep a whole head in one.
const LINE_CHARS: u32 = 600;
/// A line of date and source is short.
const META_CHARS: u32 = 160;
/// Characters before a date in which its word is looked for.
const WORD_CHARS: usize = 14;

/// Whether a text has such a word with a colon behind it.
pub(super) fn has_meta_field(text: &str) -> bool {
    META.iter().any(|w| text.split(w).skip(1).any(|rest| rest.trim_start().starts_with([':', '：'])))
}

/// Whether a text has a word of the line under a title.
fn has_meta_word(text: &str) -> bool {
    META.iter().any(|w| text.contains(w))
}

/// Whether a block is the line under the title: a date or a source, and little else.
pub(super) fn is_meta_line(block: &Block<'_>) -> bool {
    if block.chars > META_CHARS {
        return false;
    }
    let text = block.text();
    let words = META.iter().filter(|w| text.contains(**w)).count();
    let stamps = dates::find(text, None);
    let figures: usize =
        stamps.iter().map(|s| text[s.at.clone()].chars().filter(|c| *c != ' ').count()).sum();
    let rest = (block.chars as usize).saturating_sub(figures);
    let sentence = text.contains(['。', '，', '；']);
    match (stamps.len(), words) {
        (1.., 1..) => rest <= 90 && !sentence,
        (1, 0) => rest <= 12,
        (_, 2..) => rest <= 60 && block.marks <= 8,
        (0, 1) => {
            rest <= 24 && META.iter().any(|w| text.trim_start_matches(['[', '【', '（', '(']).starts_with(w))
        }
        _ => false,
    }
}

/// The label `PubDate`, where it names a day that can be.
pub(super) fn labelled(labels: &Labels, printed: Option<&Dated>) -> Option<Dated> {
    let label = labels.first("PubDate").filter(|l| l.is_sane())?;
    let stamp = dates::find(&label.content, None).into_iter().next()?;
    let date = stamp.date()?;
    // Some builders write midnight where the page shows the hour.
    let shown = printed.filter(|p| p.date == date).and_then(|p| p.time);
    Some(Dated { date, time: stamp.time.or(shown), how: How::Label, at: Some(label.at) })
}

pub(super) fn addressed(page: &Page<'_>) -> Option<Dated> {
    let date = dates::in_address(page.url.as_str())?.day()?;
    Some(Dated { date, time: None, how: How::Address, at: None })
}

/// The date that the page shows as the article's.
pub(super) fn printed(
    page: &Page<'_>,
    blocks: &[Block<'_>],
    body: &Found,
    title: Option<usize>,
    today: Option<Date>,
) -> Option<Dated> {
    let mut best: Option<(i32, Dated)> = None;
    let mut posts = 0;
    let start = title.unwrap_or(body.first).min(body.first).saturating_sub(AROUND);
    for (at, block) in blocks.iter().enumerate().take(body.last + AROUND).skip(start) {
        if block.chars > LINE_CHARS {
            continue;
        }
        for stamp in dates::find(block.text(), today) {
            let Some(date) = stamp.date().filter(|_| stamp.form != Form::ShortYear) else { continue };
            let score = score(page.tree(), blocks, at, &stamp, body, title);
            posts += usize::from(word_before(&block.text()[..stamp.at.start]) == Word::Dated);
            if score > 0 && best.as_ref().is_none_or(|(s, _)| score > *s) {
                let place = block.passage.position(page.tree(), stamp.at.start);
                best = Some((score, Dated { date, time: stamp.time, how: How::Printed, at: Some(place) }));
            }
        }
    }
    for id in page.tree().elements(page.tree().root(), "time").take(MAX_TIMES) {
        let Some(stamp) =
            page.tree().attr(id, "datetime").and_then(|d| dates::find(&d, None).into_iter().next())
        else {
            continue;
        };
        let byte = page.tree().span(id).start;
        let at = blocks.partition_point(|b| b.passage.source_byte(0) <= byte).saturating_sub(1);
        let near = title.is_some_and(|t| at >= t && at <= t + HEAD_BLOCKS) && at <= body.first + 2;
        let score = if near { 90 } else { 0 };
        if let Some(date) = stamp.date().filter(|_| near && best.as_ref().is_none_or(|(s, _)| score > *s)) {
            let place = page.tree().position(id);
            best = Some((score, Dated { date, time: stamp.time, how: How::Printed, at: Some(place) }));
        }
    }
    // The same word before many dates: posts of a thread, each with its own.
    let thread = posts >= POSTS && best.as_ref().is_some_and(|(score, _)| *score < 110);
    best.filter(|_| !thread).map(|(_, dated)| dated).or_else(|| signed(page, blocks, body))
}

/// Blocks before title and body and behind the body in which a date may be the article's.
const AROUND: usize = 60;
/// Elements `time` that are looked at.
const MAX_TIMES: usize = 200;
/// Blocks behind the title in which its date stands.
const HEAD_BLOCKS: usize = 12;
/// Dates with the same sort of word before them that make a page a thread.
const POSTS: usize = 4;

/// How surely a date is the article's; 0 or less: it is not.
fn score(
    tree: &Tree<'_>,
    blocks: &[Block<'_>],
    at: usize,
    stamp: &Stamp,
    body: &Found,
    title: Option<usize>,
) -> i32 {
    let block = &blocks[at];
    let text = block.text();
    if block.is_link() && block.linked > 20 {
        return 0;
    }
    let before = &text[..stamp.at.start];
    let after = &text[stamp.at.end..];
    if is_today(before) || is_weekday(after) && !has_meta_word(text) {
        return 0;
    }
    let mut word = word_before(before);
    let own = before.trim().is_empty();
    // `<td>发布日期</td><td>2024-05-11</td>`
    if own && let Some(previous) = at.checked_sub(1).map(|i| &blocks[i]).filter(|b| b.chars <= 12) {
        word = word_before(previous.text()).max(word);
    }
    let chars = block.chars as i32;
    let short = chars <= META_CHARS as i32;
    // Between the title and its date stand short lines only.
    let head = title.is_some_and(|t| {
        at >= t
            && at <= t + HEAD_BLOCKS
            && blocks[t..at].iter().skip(1).all(|b| b.chars <= NAME_CHARS && !b.text().contains('。'))
    });
    let inside = !head && at > body.first && at < body.last;
    let near = at + 12 >= body.first && at <= body.first + 2 || at >= body.last && at <= body.last + 6;
    let place = if head {
        40
    } else if near {
        15
    } else {
        0
    };
    match word {
        Word::Other => 0,
        Word::Published if short || head => 100 + place - i32::from(inside) * 20,
        Word::Dated if short && (!inside || at <= body.first + 2 && is_meta_line(block)) => 60 + place,
        Word::Published | Word::Dated => 0,
        Word::None => {
            let meta = has_meta_word(text);
            let rest = chars - text[stamp.at.clone()].chars().count() as i32;
            if in_sentence(before, after, meta) || !short || inside && at > body.first + 2 || !(head || near)
            {
                return 0;
            }
            // Under the name of whoever signs: `signed` reads it.
            let above = at.checked_sub(1).filter(|_| at > body.first).map(|i| blocks[i].text());
            let listed = is_listed(blocks, at);
            if own && above.is_some_and(signs) || listed && (!head || is_in_row(tree, block.passage.node)) {
                return 0;
            }
            match () {
                () if meta && rest <= 100 => 40 + place,
                () if rest <= 3 => 35 + place - i32::from(at > body.last) * 40,
                () if rest <= 40 && head => 25 + place - rest / 4,
                () if rest <= 24 && at <= body.first && block.marks <= 2 => 10 + place - rest / 2,
                () => 0,
            }
        }
    }
}

/// Whether words run into the date or on from it: 自…起, 截至…止.
fn in_sentence(before: &str, after: &str, meta: bool) -> bool {
    let glued = before.ends_with(crate::han::is_han);
    let runs_on = after.starts_with([
        '起', '至', '到', '止', '前', '后', '以', '内', '的', '在', '，', '、', '-', '~', '～',
    ]);
    glued && !meta
        || runs_on
        || before.contains(['，', '。', '；'])
        || after.trim_end().ends_with(['。', '；'])
}

/// Whether the date stands in a row of dates: a list beside the article.
fn is_listed(blocks: &[Block<'_>], at: usize) -> bool {
    let around = at.saturating_sub(4)..(at + 5).min(blocks.len());
    let dated = |b: &Block<'_>| b.chars < 120 && !dates::find(b.text(), None).is_empty();
    around.filter(|i| *i != at && dated(&blocks[*i])).count() >= 2
}

/// Elements around a date in which its row is looked for.
const ROW_ABOVE: usize = 4;
/// Nodes of a row that are looked at.
const ROW_NODES: usize = 60;

/// Whether a text lies in a row with a link to something of its own: an item of a list.
fn is_in_row(tree: &Tree<'_>, node: NodeId) -> bool {
    let row = std::iter::once(node)
        .chain(tree.ancestors(node))
        .take(ROW_ABOVE)
        .find(|id| tree.is_any(*id, &["tr", "li", "dl"]));
    row.is_some_and(|row| {
        let links = tree.descendants(row).take(ROW_NODES).filter(|id| tree.is(*id, "a"));
        links.filter(|id| tree.attr(*id, "href").is_some()).any(|id| tree.text(id, 8).chars().count() >= 6)
    })
}

/// What the word before a date makes of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    None,
    /// The day of something else: 报名时间, 施行日期.
    Other,
    Dated,
    Published,
}

fn word_before(before: &str) -> Word {
    let cut = before.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '(' | '（' | '[' | '【' | '|' | '｜' | '﹕')
    });
    let bare: Vec<char> = cut.chars().rev().filter(|c| !c.is_whitespace()).take(WORD_CHARS).collect();
    let tail: String = bare.into_iter().rev().collect();
    if PUBLISHED.iter().any(|w| tail.ends_with(w)) {
        return Word::Published;
    }
    // The longest word first, so that 更新时间 is not 时间 of something.
    let longest = DATED.iter().filter(|w| tail.ends_with(**w)).max_by_key(|w| w.len());
    if let Some(word) = longest {
        let lead = tail[..tail.len() - word.len()].chars().next_back();
        let tied = lead.is_some_and(|c| c.is_alphanumeric());
        return if tied && !spaced(cut, word) { Word::Other } else { Word::Dated };
    }
    const OTHER: [&str; 6] = ["截止", "起止", "有效期", "出生", "生于", "截至"];
    if OTHER.iter().any(|w| tail.ends_with(w)) { Word::Other } else { Word::None }
}

/// Whether a blank parts a word from what stands before it.
fn spaced(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|lead| lead.ends_with(char::is_whitespace))
}

/// `今天是2024年5月11日 星期六`: a clock of the page.
fn is_today(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '，'));
    ["今天是", "现在是", "今日", "当前时间", "今天"].iter().any(|w| before.ends_with(w))
}

/// Whether a day of the week follows; beside the words of a line under a title it belongs to the date there.
fn is_weekday(after: &str) -> bool {
    let after = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '('));
    after.starts_with("星期") || after.starts_with("礼拜")
}

/// Lines at the end of a body in which a signature's date is looked for.
const LAST_LINES: usize = 6;
/// Characters of the line with the body's name.
const NAME_CHARS: u32 = 40;

/// The date under the signature: a line of its own at the end, below a name.
fn signed(page: &Page<'_>, blocks: &[Block<'_>], body: &Found) -> Option<Dated> {
    let end = (body.last + LAST_LINES).min(blocks.len().saturating_sub(1)).min(body.to.max(1));
    for at in (body.first.max(end.saturating_sub(2 * LAST_LINES))..=end).rev() {
        let block = blocks.get(at)?;
        let text = block.text();
        let Some(stamp) = dates::find(text, None).into_iter().last() else { continue };
        let written = matches!(stamp.form, Form::Units | Form::Hanzi);
        let line = &text[..stamp.at.start];
        let rest =
            text[stamp.at.end..].trim_matches(|c: char| c.is_whitespace() || "。（）()印发".contains(c));
        if !written || !rest.is_empty() || block.chars > 60 {
            continue;
        }
        let name = if line.trim().is_empty() {
            at.checked_sub(1)
                .map(|i| &blocks[i])
                .filter(|b| b.chars <= NAME_CHARS && !b.is_link())
                .map(Block::text)
        } else {
            Some(line)
        };
        if name.is_some_and(signs) {
            let place = block.passage.position(page.tree(), stamp.at.start);
            return Some(Dated {
                date: stamp.date()?,
                time: stamp.time,
                how: How::Signature,
                at: Some(place),
            });
        }
    }
    None
}

/// Whether a line names a body that signs: no sentence.
fn signs(line: &str) -> bool {
    const BODIES: [&str; 16] = [
        "政府",
        "局",
        "厅",
        "委",
        "办公室",
        "中心",
        "部",
        "院",
        "会",
        "处",
        "所",
        "公司",
        "大学",
        "学校",
        "站",
        "队",
    ];
    let line = line.trim().trim_end_matches(['）', ')']);
    !line.contains(['，', '。', '；', ',']) && BODIES.iter().any(|b| line.ends_with(b))
}
