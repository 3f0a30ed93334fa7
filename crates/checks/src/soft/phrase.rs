//! Sentences that say "this page does not exist", recognised by being made of nothing else. Clause N2.4.
//!
//! A sentence counts only if every word of it belongs to the small vocabulary of error pages; "关于经营地址不存在
//! 的通告" does not, whatever it has in common with them. No pattern runs backwards: the work is linear.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// What a word contributes to an error sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Holds the sentence together.
    Filler,
    /// Somebody is spoken to, or an apology.
    Visitor,
    /// This one and no other.
    Points,
    /// A word for a page that the world outside the web has no use for.
    Page,
    /// A word for a page that may as well mean something else.
    Thing,
    Gone,
    /// Gone in the case of pages; a remark on validity in the case of documents.
    Expired,
    Error,
    /// 404
    Code,
}

use Word::{Code, Error, Expired, Filler, Gone, Page, Points, Thing, Visitor};

/// The vocabulary, lower case. The longest word that fits is taken.
#[rustfmt::skip]
const WORDS: &[(Word, &[&str])] = &[
    (Filler, &[
        "的", "了", "已", "已经", "可能", "可能已", "可能已经", "或", "或者", "或已", "并", "被", "所", "要", "想", "是",
        "很", "非常", "正在", "删除", "移除", "移动", "刪除", "移動", "已被", "也许", "似乎", "看起来", "经", "经被",
        "the", "a", "is", "are", "was", "were", "for", "at", "on", "it", "may", "might", "have", "has", "or",
        "that", "looking", "trying", "to", "access", "reach", "server", "could", "can", "does", "do", "http", "status",
        "code", "moved", "deleted", "removed", "web",
    ]),
    (Visitor, &[
        "您", "你", "您好", "访问", "浏览", "查看", "请求", "查找", "打开", "点击", "寻找", "要找", "搜索", "输入", "阅读",
        "抱歉", "对不起", "不好意思", "很遗憾", "哎呀", "糟糕", "訪問", "瀏覽", "請求", "尋找", "開啟", "點擊", "點選", "搜尋",
        "輸入", "存取", "對不起", "閱讀", "you", "your", "you're", "sorry", "oops", "we", "requested", "uh-oh", "whoops",
    ]),
    (Points, &["该", "此", "本", "这个", "当前", "指定", "相应", "相关的", "此处", "該", "這個", "當前", "this", "any"]),
    (Page, &[
        "页面", "网页", "页", "文章", "链接", "网址", "頁面", "網頁", "頁", "鏈接", "連結", "網址", "page", "pages", "webpage",
        "url", "link", "article",
    ]),
    (Thing, &[
        "信息", "内容", "文件", "资源", "地址", "栏目", "目录", "数据", "记录", "新闻", "稿件", "频道", "资讯", "对象", "主题",
        "資訊", "內容", "檔案", "資源", "位址", "欄目", "目錄", "資料", "file", "object", "resource", "document", "content",
        "item", "directory",
    ]),
    (Gone, &[
        "不存在", "找不到", "未找到", "没有找到", "没找到", "无法找到", "不见了", "走丢了", "走失了", "丢失", "丢失了", "迷路了",
        "飞走了", "被删除", "已删除", "已经删除", "删除了", "被移除", "已移除", "被移动", "被移走", "已下线", "已下架", "被下架",
        "并不存在", "無法找到", "沒有找到", "不見了", "被刪除", "已刪除", "已經刪除", "被移動", "已移動", "已下線",
        "not found", "not be found", "cannot be found", "can't be found", "couldn't be found", "could not find",
        "couldn't find", "can't find", "cannot find", "not exist", "doesn't exist", "no longer exists", "no longer exist",
        "no longer available", "been removed", "been deleted", "been moved", "isn't here", "is missing",
    ]),
    (Expired, &["已失效", "已过期", "失效", "已经失效", "已經失效", "已過期"]),
    (Error, &["错误", "出错", "出错了", "錯誤", "出錯了", "error"]),
    (Code, &["404"]),
];

/// The words of which an error page needs one.
#[cfg(test)]
pub(super) fn gone_words() -> impl Iterator<Item = &'static str> {
    WORDS
        .iter()
        .filter(|(word, _)| matches!(word, Gone | Expired | Code))
        .flat_map(|(_, texts)| texts.iter().copied())
}

/// What an error sentence says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) visitor: bool,
    pub(super) points: bool,
    page: bool,
    thing: bool,
    gone: bool,
    expired: bool,
    error: bool,
    code: bool,
}

impl Phrase {
    fn note(&mut self, word: Word) {
        match word {
            Filler => {}
            Visitor => self.visitor = true,
            Points => self.points = true,
            Page => self.page = true,
            Thing => self.thing = true,
            Gone => self.gone = true,
            Expired => self.expired = true,
            Error => self.error = true,
            Code => self.code = true,
        }
    }

    /// Says that a page is gone, in words that mean nothing else.
    pub(super) fn is_plain(self) -> bool {
        (self.gone && (self.page || self.code || (self.thing && self.visitor))) || (self.expired && self.page)
    }

    /// Says so in a title or heading, where nothing else is meant: also "404错误" and "404 页面".
    pub(super) fn is_title(self) -> bool {
        self.is_plain() || (self.code && (self.error || self.page))
    }

    /// May say so, if there is little else on the page.
    pub(super) fn is_hint(self) -> bool {
        self.is_title() || self.gone || self.code
    }

    /// Says of something pointed at that it is gone.
    pub(super) fn is_pointed(self) -> bool {
        self.gone && self.thing && self.points
    }
}

/// An error sentence and how it stands in its text.
pub(super) struct Found {
    pub(super) phrase: Phrase,
    /// It fills the text from start to end.
    pub(super) whole: bool,
    /// It stands at the start of a line, alone or behind an apology; not in the middle of a sentence.
    pub(super) opens: bool,
}

/// Error sentences in a text that is lower case.
pub(super) fn phrases(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let (mut at, mut opens) = (0, true);
    while at < text.len() {
        let here = &text[at..];
        let first = here.chars().next().unwrap_or(' ');
        if is_boundary(first) {
            opens |= first.is_whitespace();
            at += first.len_utf8();
            continue;
        }
        let (phrase, len) = run(here);
        if phrase.is_hint() || phrase.is_pointed() {
            let whole = text[..at].chars().all(is_boundary) && text[at + len..].chars().all(is_boundary);
            found.push(Found { phrase, whole, opens });
        }
        opens &= len > 0;
        // On to the next boundary behind what was read.
        at += len;
        at += text[at..].find(is_boundary).unwrap_or(text.len() - at);
    }
    found
}

/// Reads words of the vocabulary from the start of `text`; what was read up to the last boundary counts.
fn run(text: &str) -> (Phrase, usize) {
    let (mut seen, mut kept, mut kept_len, mut at) = (Phrase::default(), Phrase::default(), 0, 0);
    let mut dangling = false;
    while at < text.len() {
        let rest = &text[at..];
        let step = if let Some((word, len)) = longest(rest) {
            seen.note(word);
            // "……不存在的，" states a condition, not a fact.
            dangling = rest[..len].ends_with('的');
            len
        } else if rest.starts_with(' ') {
            1
        } else {
            match echo(rest) {
                0 => break,
                len => len,
            }
        };
        at += step;
        if !dangling && text[at..].chars().next().is_none_or(is_boundary) {
            (kept, kept_len) = (seen, at);
        }
    }
    (kept, kept_len)
}

type ByFirst = HashMap<char, Vec<(Word, &'static str)>, FixedState>;

/// The vocabulary by first character, longest spelling first.
static BY_FIRST: LazyLock<ByFirst> = LazyLock::new(|| {
    let mut table = ByFirst::default();
    for (word, spellings) in WORDS {
        for spelling in *spellings {
            let first = spelling.chars().next().unwrap_or_default();
            table.entry(first).or_default().push((*word, *spelling));
        }
    }
    for spellings in table.values_mut() {
        spellings.sort_by_key(|(_, spelling)| std::cmp::Reverse(spelling.len()));
    }
    table
});

fn longest(text: &str) -> Option<(Word, usize)> {
    let candidates = BY_FIRST.get(&text.chars().next()?)?;
    candidates
        .iter()
        .find(|(_, spelling)| text.starts_with(spelling) && ends_word(spelling, &text[spelling.len()..]))
        .map(|(word, spelling)| (*word, spelling.len()))
}

/// A word in Latin letters must not go on behind what was matched.
fn ends_word(spelling: &str, behind: &str) -> bool {
    !spelling.ends_with(|c: char| c.is_ascii_alphanumeric())
        || !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '\'')
}

/// Length of an echoed address: a run of ASCII with a slash in it.
fn echo(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_graphic()).unwrap_or(text.len());
    if text[..end].contains('/') { end } else { 0 }
}

/// What parts sentences. Quotation marks do not: a quoted error message is talked about, not given.
fn is_boundary(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '。' | '，'
                | '！'
                | '？'
                | '；'
                | '：'
                | '、'
                | '…'
                | '.'
                | ','
                | '!'
                | '?'
                | ';'
                | ':'
                | '-'
                | '–'
                | '—'
                | '|'
                | '_'
                | '·'
                | '~'
                | '～'
                | '('
                | ')'
                | '（'
                | '）'
                | '>'
                | '»'
                | '›'
                | '/'
                | '['
                | ']'
                | '【'
                | '】'
                | '*'
        )
}
