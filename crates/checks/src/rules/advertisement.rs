//! Advertisement (商业广告): parts of a page that advertising networks deliver, or the code that asks them to.
//! Clauses N4.2, N4.3.
//!
//! Told by filter lists; statistics, maps and public-service notices are left alone.

use std::collections::BTreeSet;

use base::{Clause, Level, Position};
use url::Url;

use crate::ads::AdFilters;
use crate::hosts::may_leave;
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "advertisement",
    name: "商业广告",
    clause: Clause::N4_2,
    level: Level::Fault,
    gates_drafts: true,
    why: "政府网站不得登载商业广告。广告联盟的代码还会投放不受本单位控制的内容。",
    fix: "删除所列广告代码；统计代码只用不带广告的服务。",
    look: Look::Page(look),
};

/// Names that the networks' own code has, where it stands in the page.
const CODE: [(&str, &str); 9] = [
    ("BAIDU_CLB_", "百度广告管家"),
    ("cpro_id", "百度网盟推广"),
    ("cpro_client", "百度网盟推广"),
    ("adsbygoogle", "Google AdSense"),
    ("google_ad_client", "Google AdSense"),
    ("tanx_s", "阿里妈妈"),
    ("alimama_pid", "阿里妈妈"),
    ("sogou_ad_id", "搜狗联盟"),
    ("gdt_slot", "腾讯广告"),
];

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let filters = facts.known.ad_filters.as_ref().unwrap_or(AdFilters::built_in());
    let mut told: BTreeSet<String> = BTreeSet::new();
    for link in page.links.iter().filter(|l| may_leave(&l.raw)) {
        let Some(kind) = kind(link.kind) else { continue };
        if let Ok(url) = page.base.join(link.raw.trim()) {
            check(page, facts, filters, &url, kind, link.at, link.element, &mut told, out);
        }
    }
    if !page.has_script {
        return;
    }
    let bytes = page.source.as_bytes();
    if let Some((word, network)) =
        CODE.iter().find(|(word, _)| memchr::memmem::find(bytes, word.as_bytes()).is_some())
    {
        let known = out.list.iter().any(|f| f.rule == RULE.id);
        if !known && in_script(page, word) {
            add(page, out, None, None, "script", format!("页面含{network}的广告代码（{word}）"));
        }
    }
    if memchr::memmem::find(bytes, b".src").is_none() && memchr::memmem::find(bytes, b"write").is_none() {
        return;
    }
    for script in page.scripts() {
        let loads = script.acts.loads.iter().map(|l| (l.raw.clone(), l.at));
        let written =
            script.acts.written.iter().flat_map(|w| sources(&w.markup).into_iter().map(|raw| (raw, w.at)));
        for (raw, at) in loads.chain(written).filter(|(raw, _)| may_leave(raw)) {
            if let Ok(url) = page.base.join(raw.trim()) {
                let at = page.tree().position_of(script.code.start + at);
                check(page, facts, filters, &url, "script", at, "script", &mut told, out);
            }
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "one place asks the filters, for parts of three origins")]
fn check(
    page: &Page<'_>,
    facts: &Facts<'_>,
    filters: &AdFilters,
    url: &Url,
    kind: &str,
    at: Position,
    element: &str,
    told: &mut BTreeSet<String>,
    out: &mut Findings,
) {
    let Some(host) = url.host_str().filter(|_| !facts.site.owns(url)) else { return };
    if !told.contains(host) && filters.blocks(url, &page.url, kind) {
        told.insert(host.to_owned());
        add(page, out, Some(url), Some(at), element, format!("页面加载广告网络 {host} 的内容"));
    }
}

fn add(
    page: &Page<'_>,
    out: &mut Findings,
    url: Option<&Url>,
    at: Option<Position>,
    element: &str,
    cause: String,
) {
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.url.to_string());
    finding.target = url.map(Url::to_string);
    finding.element = Some(element.to_owned());
    finding.at = at;
}

/// A part's kind as filter lists name it.
fn kind(kind: LinkKind) -> Option<&'static str> {
    match kind {
        LinkKind::ScriptFile => Some("script"),
        LinkKind::Frame => Some("subdocument"),
        LinkKind::Image | LinkKind::CssUrl | LinkKind::Icon => Some("image"),
        LinkKind::Style => Some("stylesheet"),
        LinkKind::Media => Some("media"),
        LinkKind::Object => Some("object"),
        _ => None,
    }
}

/// Whether a word stands in a script, not in a text about it.
fn in_script(page: &Page<'_>, word: &str) -> bool {
    let tree = page.tree();
    tree.elements(tree.root(), "script").any(|node| page.source[tree.span(node)].contains(word))
}

fn sources(markup: &str) -> Vec<String> {
    let tree = crate::Tree::parse(markup);
    let loads = |id: &crate::tree::NodeId| tree.is_any(*id, &["script", "iframe", "img"]);
    tree.descendants(tree.root())
        .filter(loads)
        .filter_map(|id| Some(tree.attr(id, "src")?.into_owned()))
        .collect()
}
