//! Cloaking: the same address shows a search engine, or whoever comes from one, another page than it shows a visitor.
//! Clause N2.5.
//!
//! Compares three fetches. Pages that differ in the way pages differ from minute to minute are left alone.

use super::PageLook;

/// What differs, in words for a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloaked {
    /// `true`: the search engine itself sees another page; `false`: whoever comes from one does.
    pub to_engine: bool,
    pub cause: String,
}

/// Likeness of two texts below which they are two texts.
const ANOTHER: f64 = 0.2;
/// Letters that a page needs for its text to be compared.
const LETTERS: u32 = 200;
/// Strangers that are no advertisement of the hour.
const STRANGERS: usize = 3;

/// Compares a page as a browser gets it, as a search engine gets it, and as a browser coming from one gets it.
/// A fetch that failed is best given as `None` by the caller leaving this out, not as an empty look.
pub fn differ(as_browser: &PageLook, as_engine: &PageLook, via_engine: &PageLook) -> Option<Cloaked> {
    let to_engine = one(as_browser, as_engine).map(|what| Cloaked {
        to_engine: true,
        cause: format!("搜索引擎看到的页面与访问者看到的不同：{what}"),
    });
    to_engine.or_else(|| {
        one(as_browser, via_engine).map(|what| Cloaked {
            to_engine: false,
            cause: format!("从搜索引擎点击进入时看到的页面与直接访问的不同：{what}"),
        })
    })
}

fn one(plain: &PageLook, other: &PageLook) -> Option<String> {
    if let Some(to) = &other.goes_to
        && plain.goes_to.as_ref() != Some(to)
    {
        return Some(format!("被带到 {to}"));
    }
    if other.is_spam() && !plain.is_spam() {
        return Some(format!("含{}", other.told));
    }
    let new: Vec<&str> = other.spam_hosts.difference(&plain.spam_hosts).map(String::as_str).collect();
    if !new.is_empty() {
        return Some(format!("多出指向 {} 的推广链接", new.join("、")));
    }
    if other.disguised && !plain.disguised {
        return Some("正文被插入拼音或不可见字符".into());
    }
    let another = plain.letters >= LETTERS && other.letters >= LETTERS && plain.likeness(other) < ANOTHER;
    if another && !same_title(plain, other) {
        return Some(format!("标题“{}”变为“{}”，正文也不相同", short(&plain.title), short(&other.title)));
    }
    let strangers: Vec<&str> = other.hosts.difference(&plain.hosts).map(String::as_str).collect();
    if strangers.len() >= STRANGERS && (another || plain.hosts.is_empty()) {
        return Some(format!("多出指向 {} 等 {} 个网站的链接", strangers[0], strangers.len()));
    }
    None
}

fn same_title(a: &PageLook, b: &PageLook) -> bool {
    let plain = |t: &str| t.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (a, b) = (plain(&a.title), plain(&b.title));
    a == b || a.is_empty() || b.is_empty()
}

pub(super) fn short(text: &str) -> String {
    const MOST: usize = 40;
    let mut out: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
