//! What changed on a page since an earlier run, where the change is of the kind that intruders make. Clause N2.5.
//!
//! Pages are edited every day: new articles, new links to public bodies, new numbers are no finding.

use base::Level;

use super::PageLook;
use super::cloak::short;

/// A change worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub level: Level,
    pub cause: String,
}

/// Strangers that came at once.
const STRANGERS: usize = 3;
/// Likeness of two texts below which the page is another one.
const REPLACED: f64 = 0.1;
/// Letters that a page needs for its text to be compared.
const LETTERS: u32 = 100;

/// Parts of running text that a page needs for its body to be compared.
const PARTS: usize = 60;

/// Compares a page with itself of an earlier run.
pub fn compare(before: &PageLook, now: &PageLook) -> Option<Changed> {
    let found = |level, cause| Some(Changed { level, cause });
    if now.goes_to.is_some() && now.goes_to != before.goes_to {
        let to = now.goes_to.as_deref().unwrap_or_default();
        return found(Level::Fault, format!("与上次巡检相比，页面新增了到 {to} 的自动跳转"));
    }
    if now.is_spam() && !before.is_spam() {
        return found(Level::Veto, format!("与上次巡检相比，页面新出现{}", now.told));
    }
    let loaded: Vec<&str> = now.loaded.difference(&before.loaded).map(String::as_str).collect();
    if let Some(first) = loaded.first() {
        let cause =
            format!("与上次巡检相比，页面新加载了 {first} 等 {} 个他人网站的脚本或框架", loaded.len());
        return found(Level::Warning, cause);
    }
    let text = before.letters >= LETTERS && before.likeness(now) < REPLACED;
    // Menus and foot may be the old ones.
    let body = before.body.len() >= PARTS && before.body_likeness(now) < REPLACED;
    if (text || body) && before.title != now.title {
        let cause = format!(
            "与上次巡检相比，标题由“{}”变为“{}”，正文也完全不同",
            short(&before.title),
            short(&now.title)
        );
        return found(Level::Warning, cause);
    }
    let hosts: Vec<&str> = now.hosts.difference(&before.hosts).map(String::as_str).collect();
    if hosts.len() >= STRANGERS {
        let cause = format!("与上次巡检相比，新增指向 {} 等 {} 个非政府网站的链接", hosts[0], hosts.len());
        return found(Level::Notice, cause);
    }
    None
}
