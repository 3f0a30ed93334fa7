//! Second portal (一个政府两个门户): the home page leads to another portal of the same government. Clause N4.1.
//!
//! Sees what the home page says: a link under the government's own name to another registered domain. Old versions,
//! other languages and the sites of departments are left alone.

use base::{Clause, Level};

use crate::address::registrable_domain;
use crate::hosts::anywhere;
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "second-portal",
    name: "同一政府有两个门户网站",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "一级政府只建一个门户网站；两个门户并存，公众不知以哪个为准，内容也难以一致。",
    fix: "确定保留的门户，把另一个网站的内容整合进来，原域名跳转到保留的门户后按程序关停。",
    look: Look::Page(look),
};

const NAME: &str = "人民政府";
/// Characters of a government's name.
const LONGEST: usize = 20;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_start(page, facts) {
        return;
    }
    let Some(own) = government(&page.title) else { return };
    for link in page.links.iter().filter(|l| matches!(l.kind, LinkKind::Anchor | LinkKind::Area)) {
        let Some(target) = anywhere(page, facts, &link.raw) else { continue };
        let text = page.text_of(link);
        if !is_name_only(&text, &own) || same_domain(page, &target.host) {
            continue;
        }
        let cause = format!("首页以“{}”为名链接到另一域名 {}", text.trim(), target.host);
        let finding = out.add(&RULE, cause);
        finding.page = Some(page.url.to_string());
        finding.target = Some(target.url.to_string());
        finding.text = Some(text);
        finding.at = Some(link.at);
        return;
    }
}

/// Whether the page is the one the site starts at.
pub(super) fn is_start(page: &Page<'_>, facts: &Facts<'_>) -> bool {
    let plain = |url: &url::Url| {
        (url.host_str().map(str::to_owned), url.path().trim_end_matches("index.html").to_owned())
    };
    plain(&page.url) == plain(&facts.site.start)
}

/// The government that a title names: `青禾县人民政府`.
pub(super) fn government(title: &str) -> Option<String> {
    let end = title.find(NAME)?;
    let before: Vec<char> =
        title[..end].chars().rev().take_while(|c| crate::han::is_han(*c)).take(LONGEST).collect();
    let name: String = before.into_iter().rev().collect();
    let name =
        ["欢迎访问", "欢迎光临", "中国"].iter().fold(name.as_str(), |n, p| n.strip_prefix(p).unwrap_or(n));
    (!name.is_empty()).then(|| format!("{name}{NAME}"))
}

/// Whether a link's text is the government's name and nothing of its own.
fn is_name_only(text: &str, own: &str) -> bool {
    let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let Some(rest) = text.strip_prefix(own) else { return false };
    matches!(
        rest,
        "" | "网" | "网站" | "门户" | "门户网站" | "官网" | "官方网站" | "门户网" | "公众信息网" | "信息网"
    )
}

fn same_domain(page: &Page<'_>, host: &str) -> bool {
    let own = page.url.host_str().unwrap_or_default();
    registrable_domain(host).is_some_and(|d| registrable_domain(own).is_some_and(|o| o == d))
}
