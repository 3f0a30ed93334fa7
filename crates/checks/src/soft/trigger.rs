//! Whether a page is worth reading for the wording of an error page. Clause N2.4.
//!
//! Looks at markup, so that the text need not be made for the many pages that say nothing of the kind. Decides nothing.

use std::sync::LazyLock;

use aho_corasick::packed;

/// Parts of the words without which no sentence says that a page is gone.
const PARTS: &[&str] = &[
    "404",
    "不存在",
    "找不到",
    "找到",
    "不见",
    "丢",
    "走失",
    "迷路",
    "飞走",
    "删除",
    "移除",
    "移动",
    "移走",
    "下线",
    "下架",
    "失效",
    "过期",
    "不見",
    "刪除",
    "移動",
    "過期",
    "下線",
    "found",
    "find",
    "exist",
    "availab",
    "removed",
    "deleted",
    "moved",
    "isn't here",
    "missing",
];

/// Searches for all parts at once, many bytes a step; `None` where the processor cannot, and then every page is read.
static SEARCH: LazyLock<Option<packed::Searcher>> = LazyLock::new(|| {
    let mut parts: Vec<String> = PARTS.iter().map(|part| (*part).to_owned()).collect();
    // As people write English: small, large at the start, large throughout.
    for part in PARTS.iter().filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let (first, rest) = part.split_at(1);
        parts.push(format!("{}{rest}", first.to_ascii_uppercase()));
        parts.push(part.to_ascii_uppercase());
    }
    packed::Searcher::new(&parts)
});

/// Whether [`says_missing`](super::says_missing) could say yes to a page with this source.
pub fn may_say_missing(source: &str) -> bool {
    // References may hide any word.
    source.contains("&#") || SEARCH.as_ref().is_none_or(|search| search.find(source).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::phrase::gone_words;
    use super::*;

    #[test]
    fn every_word_for_gone_is_noticed() {
        for word in gone_words() {
            assert!(may_say_missing(&format!("<p>{word}</p>")), "{word}");
            assert!(may_say_missing(&word.to_ascii_uppercase()), "{word}");
        }
        assert!(may_say_missing("&#19981;&#23384;&#22312;"));
        assert!(!may_say_missing("<title>通知公告</title><p>各乡镇人民政府</p>"));
    }
}
