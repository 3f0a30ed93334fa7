//! The trail of a page (当前位置：首页 > 政务公开 > 通知公告). Clause N2.1.
//!
//! Read from the text; nothing is followed.

use crate::page::Page;

/// The names behind 首页, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    pub names: Vec<String>,
}

/// Signs between the names.
const SIGNS: [char; 10] = ['>', '＞', '»', '→', '›', '/', '\\', '|', '-', '≫'];
/// Characters of a trail; what is longer is text.
const MAX_CHARS: usize = 160;
const MAX_NAMES: usize = 8;
/// Passages in which it is looked for: it stands above the text, below the menus.
const MAX_PASSAGES: usize = 200;

/// The trail that a page shows.
pub fn trail_of(page: &Page<'_>) -> Option<Trail> {
    find(page).map(|(_, trail)| trail)
}

/// The number of the passage in which it stands.
pub(super) fn place_of(page: &Page<'_>) -> Option<usize> {
    find(page).map(|(at, _)| at)
}

fn find(page: &Page<'_>) -> Option<(usize, Trail)> {
    page.passages()
        .iter()
        .enumerate()
        .take(MAX_PASSAGES)
        .filter(|(_, p)| p.text.len() <= MAX_CHARS * 3)
        .find_map(|(at, p)| Some((at, read(&p.text)?)))
}

fn read(text: &str) -> Option<Trail> {
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let opened = ["当前位置", "当前的位置", "您的位置", "你的位置", "所在位置", "现在位置", "您现在的位置"]
        .iter()
        .find_map(|w| text.find(w));
    let text = match opened {
        Some(at) => text[at..].split_once([':', '：']).map_or(&text[at..], |(_, rest)| rest),
        None => text,
    };
    let sure: &[char] = if opened.is_some() { &SIGNS } else { &SIGNS[..5] };
    let mut names = text.split(|c| sure.contains(&c)).map(str::trim).filter(|n| !n.is_empty());
    let first = names.next()?;
    let home = ["首页", "主页", "网站首页"].iter().any(|w| first.ends_with(w));
    if !home && opened.is_none() {
        return None;
    }
    let mut names: Vec<String> = names.take(MAX_NAMES).map(str::to_owned).collect();
    if names.last().is_some_and(|n| matches!(n.as_str(), "正文" | "详细内容" | "内容" | "列表" | "信息内容"))
    {
        names.pop();
    }
    (!names.is_empty()).then_some(Trail { names })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn trails_are_read_and_menus_are_not() {
        let names = |text| read(text).map(|t| t.names.join("/"));
        assert_eq!(names("当前位置：首页 > 政务公开 > 通知公告").as_deref(), Some("政务公开/通知公告"));
        assert_eq!(names("您的位置: 首页 / 新闻中心 / 正文").as_deref(), Some("新闻中心"));
        assert_eq!(names("首页 » 要闻").as_deref(), Some("要闻"));
        assert_eq!(names("首页 | 要闻 | 公告"), None);
        assert_eq!(names("首页"), None);
        assert_eq!(names("甲 > 乙"), None);
    }
}
