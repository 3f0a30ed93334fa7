//! Second name (一站两名): a government portal that is a news site or an information port at the same time. Clause N4.1.
//!
//! Sees the title of the home page. Channels and slogans in a title are left alone.

use base::{Clause, Level};

use super::second_portal::{government, is_start};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "second-name",
    name: "门户网站与新闻网站一站两名",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "政府门户网站与新闻网站、商业信息网共用一站，主办责任不清，公众难以分辨政府信息。",
    fix: "政府门户网站单独设立，只用规范名称；新闻网站另用自己的域名和名称。",
    look: Look::Page(look),
};

/// Endings of names of news sites and commercial ports.
const OTHERS: [&str; 10] =
    ["新闻网", "新闻在线", "在线", "信息港", "热线", "日报网", "晚报网", "传媒网", "新闻门户", "生活网"];
/// Words that make a name one of the government's own.
const OWN: [&str; 6] = ["政府", "政务", "公开", "办事", "服务", "行政"];

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_start(page, facts) {
        return;
    }
    let Some(government) = government(&page.title) else { return };
    let parts = page.title.split(|c: char| !c.is_alphanumeric());
    let other = parts.map(str::trim).find(|part| {
        part.chars().count() >= 3
            && OTHERS.iter().any(|o| part.ends_with(o))
            && !OWN.iter().any(|o| part.contains(o))
    });
    if let Some(other) = other {
        let finding = out.add(&RULE, format!("首页标题同时使用“{government}”和“{other}”两个名称"));
        finding.page = Some(page.url.to_string());
        finding.element = Some("title".into());
        finding.text = Some(page.title.clone());
    }
}
