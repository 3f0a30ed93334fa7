//! Joint building (合办): signs that a company or a news medium runs a government site or one of its channels.
//! Clauses N4.2, N4.3.
//!
//! Reads the short lines of home pages of the site and its channels, and of pages on the site itself. Technical support by a company is allowed, and so
//! are organisers of events in articles.

use base::{Clause, Level};

use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "joint-building",
    name: "与企业、媒体合办网站或频道",
    clause: Clause::N4_2,
    level: Level::Warning,
    gates_drafts: false,
    why: "政府网站由政府部门主办，不得与企业、商业网站联合建设或交其经营，页面上的署名使公众误认责任单位。",
    fix: "收回主办和内容管理职责，改正署名；仅提供技术服务的，按规定标注“技术支持”。",
    look: Look::Page(look),
};

/// Labels of those who run a site with somebody.
const LABELS: [&str; 12] = [
    "协办",
    "承办",
    "联合主办",
    "联合承办",
    "合办",
    "共建",
    "共同主办",
    "运营单位",
    "独家运营",
    "运营商",
    "运营维护单位",
    "版权所有",
];
/// Verbs of a sentence on a site that is run with somebody.
const VERBS: [&str; 9] =
    ["联合主办", "联合承办", "联合建设", "联合开办", "共同主办", "共同承办", "共同建设", "合办", "共建"];
/// What such a sentence is about, and what it may be about instead.
const SITES: [&str; 7] = ["本网站", "本站", "本网", "频道", "栏目", "门户网站", "政府网站"];
const EVENTS: [&str; 7] = ["活动", "大赛", "比赛", "论坛", "晚会", "评选", "展览"];
/// Names of pages on the site itself.
const ABOUT: [&str; 6] = ["关于我们", "关于本站", "关于本网", "网站简介", "网站介绍", "本网简介"];
/// Words in names of companies and media.
const COMPANIES: [&str; 16] = [
    "公司",
    "集团",
    "报社",
    "日报",
    "晚报",
    "传媒",
    "新闻网",
    "在线",
    "信息港",
    "热线网",
    "电视台",
    "广播电台",
    "工作室",
    "商城",
    "科技",
    "网络",
];
/// Names with which a public body may end.
const BODIES: [&str; 9] = ["人民政府", "办公室", "委员会", "局", "厅", "中心", "部", "院", "署"];
/// Characters of a line that names who runs a site.
const LONGEST: usize = 160;
/// Folders below the root in which a channel's home page lies.
const DEEPEST: usize = 2;

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    let says = |word: &&str| memchr::memmem::find(page.source.as_bytes(), word.as_bytes()).is_some();
    if !LABELS.iter().chain(&VERBS).any(says) || !is_home(page) && !is_about(page) {
        return;
    }
    for passage in page.passages() {
        if passage.text.chars().count() > LONGEST {
            continue;
        }
        if let Some((label, name, at)) = named(&passage.text).or_else(|| told(&passage.text)) {
            let finding = out.add(&RULE, format!("页面标明“{label}”为{name}"));
            finding.page = Some(page.url.to_string());
            finding.text = Some(passage.text.clone());
            finding.at = Some(passage.position(page.tree(), at));
            return;
        }
    }
}

/// The home page of the site or of a channel.
pub(super) fn is_home(page: &Page<'_>) -> bool {
    let path = page.url.path();
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or_default();
    folder.split('/').filter(|f| !f.is_empty()).count() <= DEEPEST
        && matches!(stem, "" | "index" | "default" | "home" | "main")
}

/// A page that introduces the site.
fn is_about(page: &Page<'_>) -> bool {
    /// Characters of a heading that is such a name.
    const NAME: usize = 12;
    let tree = page.tree();
    let named = |title: &str| ABOUT.iter().any(|a| title.trim_start().starts_with(a));
    named(&page.title)
        || ["h1", "h2"].iter().any(|h| tree.first(h).is_some_and(|h| named(&tree.text(h, NAME))))
}

/// A sentence in which the site runs itself or a channel with a company: 本网站与…公司联合主办旅游频道.
fn told(text: &str) -> Option<(&'static str, String, usize)> {
    let mut from = 0;
    text.split_inclusive(['。', '；', '！']).find_map(|sentence| {
        let start = from;
        from += sentence.len();
        if !SITES.iter().any(|w| sentence.contains(w)) || EVENTS.iter().any(|w| sentence.contains(w)) {
            return None;
        }
        let (verb, at) = VERBS.iter().find_map(|v| Some((*v, sentence.find(v)?)))?;
        let before = &sentence[..at];
        let with = ["与", "由", "和", "同"].iter().find_map(|w| Some(before.rfind(w)? + w.len()))?;
        let name = before[with..].trim();
        let short = name.chars().count() <= 40 && !name.contains(['，', '、', ',']);
        let company = COMPANIES.iter().any(|c| name.contains(c));
        let body = BODIES.iter().any(|b| name.ends_with(b));
        (short && company && !body).then(|| (verb, name.to_owned(), start + at))
    })
}

/// A label with the company behind it, and where it stands.
fn named(text: &str) -> Option<(&'static str, String, usize)> {
    LABELS.iter().find_map(|label| {
        let at = text.find(label)?;
        let rest = &text[at + label.len()..];
        let rest = rest.strip_prefix("单位").unwrap_or(rest);
        let colon = rest.trim_start_matches([' ', '\u{a0}']);
        // Without a colon the word is a verb in a sentence; the copyright line often has none.
        let value =
            colon.strip_prefix(['：', ':', '©']).or_else(|| (*label == "版权所有").then_some(colon))?;
        let value = value.trim_start_matches([' ', '：', ':', '©', '\u{a0}']);
        let name: String = value
            .chars()
            .take_while(|c| !c.is_whitespace() && !"|，,；;。、（(".contains(*c))
            .take(40)
            .collect();
        let company = COMPANIES.iter().any(|c| name.contains(c));
        let body = BODIES.iter().any(|b| name.ends_with(b));
        (company && !body).then_some((*label, name, at))
    })
}
