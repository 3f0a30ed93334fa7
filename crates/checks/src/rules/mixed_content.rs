//! Mixed content (混合内容): a page fetched securely that loads a part of itself insecurely. Clause N2.5.
//!
//! Links to insecure pages do not count. W3C Mixed Content: scripts, styles, frames and plug-ins are blocked
//! ("blockable"); images and media are upgraded or shown with a warning ("upgradeable").

use base::{Clause, Level};

use crate::page::{Link, LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "mixed-content",
    name: "混合内容（加密页面引用未加密资源）",
    clause: Clause::N2_5,
    level: Level::Warning,
    gates_drafts: true,
    why: "加密页面引用了未加密的资源，传输途中可被篡改；浏览器会拦截脚本、样式和框架，或提示“不安全”，造成显示不全。",
    fix: "把资源地址改为 https，或改用相对地址；对方不支持 https 的，把文件下载到本站使用。公共模板中的先改模板。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let upgraded = page.upgrades_parts || facts.answer.is_some_and(|answer| answer.upgrades_parts);
    if page.url.scheme() != "https" || upgraded {
        return;
    }
    for link in page.links.iter().filter(|l| is_mixed(page, l)) {
        let outcome = if is_active(link.kind) {
            "浏览器会拦截"
        } else {
            "浏览器会改用 https 或提示不安全"
        };
        let part = match link.kind {
            LinkKind::CssUrl => "背景图片或字体（写在样式中）",
            other => other.label(),
        };
        let raw = link.raw.trim();
        let finding = out.add(&RULE, format!("https 页面引用了 http 的{part}，{outcome}"));
        finding.page = Some(page.url.to_string());
        finding.target = Some(page.base.join(raw).map_or_else(|_| raw.to_owned(), |u| u.to_string()));
        finding.element = Some(link.element.to_owned());
        finding.text = Some(page.text_of(link)).filter(|text| !text.is_empty());
        finding.at = Some(link.at);
    }
}

fn is_active(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Style | LinkKind::ScriptFile | LinkKind::Frame | LinkKind::Object)
}

fn is_mixed(page: &Page<'_>, link: &Link<'_>) -> bool {
    (link.kind.is_resource() || link.kind == LinkKind::Frame)
        && scheme(&link.raw).unwrap_or_else(|| page.base.scheme()).eq_ignore_ascii_case("http")
}

/// The scheme an address is written with; `None` for a relative one, which takes that of the base.
fn scheme(raw: &str) -> Option<&str> {
    let raw = raw.trim_start_matches(|c: char| c <= ' ');
    let (scheme, _) = raw.split_once(':')?;
    let mut bytes = scheme.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic());
    (starts && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))).then_some(scheme)
}
