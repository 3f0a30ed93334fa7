//! Defaced page (页面被篡改替换): an intruder's message, or an advertiser's page, in the place of the office's. Clause N2.5.
//!
//! Reports on intrusions and advice against them are left alone: no title or heading of theirs begins with the boast.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base::{Clause, Level};
use url::Url;

use crate::conceal::outgoing;
use crate::hosts::may_leave;
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};
use crate::spam;

pub static RULE: Rule = Rule {
    id: "defaced-page",
    name: "页面被篡改替换",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: true,
    why: "整个页面已被他人替换为入侵声明或推广内容，网站已失去控制。",
    fix: "立即下线该页面并断开后台，保留日志和被改文件作证据，从可信备份恢复，修补漏洞、更换口令，向网络安全主管部门和公安机关报告。",
    look: Look::Page(look),
};

/// What intruders write, lower case without blanks at the ends.
const BOASTS: [&str; 35] = [
    "0wn3d by",
    "own3d by",
    "we are anonymous",
    "we do not forgive",
    "expect us",
    "hacked by",
    "h4cked by",
    "hack3d by",
    "h4ck3d by",
    "haxored by",
    "owned by",
    "0wned by",
    "pwned by",
    "pwn3d by",
    "defaced by",
    "defac3d by",
    "rooted by",
    "hacked!",
    "was hacked",
    "has been hacked",
    "been defaced",
    "got hacked",
    "you got owned",
    "greetz to",
    "greets to",
    "greetings to all",
    "security is low",
    "your security",
    "we are legion",
    "we are everywhere",
    "本站已被黑",
    "网站已被黑",
    "黑客到此一游",
    "到此一游",
    "此站被黑",
];
/// What nobody but an intruder begins a title or a heading with.
const NAMES: [&str; 13] = [
    "0wn3d by",
    "own3d by",
    "hacked by",
    "h4cked by",
    "hack3d by",
    "h4ck3d by",
    "haxored by",
    "0wned by",
    "pwned by",
    "pwn3d by",
    "defaced by",
    "defac3d by",
    "黑客到此一游",
];
static NAMED: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(NAMES).ok());
/// Words of whoever asks what to do about an intrusion, or warns of it.
const REPORTS: [&str; 8] = ["怎么办", "如何", "警方", "公安", "通报", "防范", "新闻", "记者"];
/// Characters of a heading that is looked at.
const HEADING: usize = 200;
/// Headings looked at of one page.
const MAX_HEADINGS: usize = 100;
/// The same words at the head of a page are plain; elsewhere it takes two of them.
const ENOUGH: usize = 2;
/// Letters beyond which a page is more than a message.
const MOST_LETTERS: usize = 1_500;
/// Own links that a page in the site's frame has at least.
const OWN_LINKS: usize = 8;
/// Outgoing links of an advertiser's page.
const LINKS_OUT: usize = 3;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(cause) = whole(page, facts).or_else(|| signed(page)) else { return };
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.url.to_string());
    finding.text = Some(page.title.chars().take(80).collect::<String>()).filter(|t| !t.is_empty());
    finding.at = page.tree().first("title").map(|t| page.tree().position(t));
}

/// What fills a whole page without the site's own frame.
fn whole(page: &Page<'_>, facts: &Facts<'_>) -> Option<String> {
    let own = page.links.iter().filter(|l| is_own(page, facts, l)).take(OWN_LINKS).count();
    if own == OWN_LINKS {
        return None;
    }
    let text = page.visible_text(MOST_LETTERS + 1);
    if text.chars().count() > MOST_LETTERS {
        return None;
    }
    boast(page, &text).or_else(|| replaced(page, facts, &text, own))
}

/// An intruder's words at the beginning of the title or a heading, also within the site's own frame.
fn signed(page: &Page<'_>) -> Option<String> {
    if !NAMED.as_ref().is_some_and(|named| named.is_match(page.source)) {
        return None;
    }
    let tree = page.tree();
    let headings = tree
        .descendants(tree.root())
        .filter(|n| tree.is_any(*n, &["h1", "h2", "h3"]))
        .take(MAX_HEADINGS)
        .map(|n| tree.text(n, HEADING));
    std::iter::once(page.title.clone()).chain(headings).find_map(|text| {
        let text = text.to_lowercase();
        let begins = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let name = NAMES.iter().find(|n| begins.starts_with(**n))?;
        let reports = REPORTS.iter().any(|w| text.contains(w) || page.title.contains(w));
        (!reports).then(|| format!("页面的标题以入侵者的声明（“{name}”）开头"))
    })
}

fn is_own(page: &Page<'_>, facts: &Facts<'_>, link: &crate::Link<'_>) -> bool {
    let elsewhere = |url: Url| !facts.site.owns(&url);
    link.kind == LinkKind::Anchor
        && !link.raw.trim_start().starts_with(['#', '?'])
        && (!may_leave(&link.raw) || !page.base.join(link.raw.trim()).is_ok_and(elsewhere))
}

fn boast(page: &Page<'_>, text: &str) -> Option<String> {
    let (title, text) = (page.title.to_lowercase(), text.to_lowercase());
    let in_title = BOASTS.iter().find(|b| title.contains(*b));
    let said: Vec<&&str> = BOASTS.iter().filter(|b| text.contains(**b)).collect();
    let reports = REPORTS.iter().any(|w| title.contains(w) || text.contains(w));
    let first = text.lines().next().unwrap_or_default();
    let at_head = BOASTS.iter().find(|b| first.contains(*b));
    let found = in_title.or(at_head).or_else(|| said.first().filter(|_| said.len() >= ENOUGH).copied())?;
    (!reports).then(|| format!("页面内容是入侵者的声明（“{found}”），没有本站的栏目和正文"))
}

/// An advertiser's page: its title and most of its links advertise, and hardly anything leads to the site.
fn replaced(page: &Page<'_>, facts: &Facts<'_>, text: &str, own: usize) -> Option<String> {
    let title = spam::judge(&page.title)?;
    let links = outgoing(page, facts);
    let spam_links = links.iter().filter(|l| spam::judge(&l.text).is_some()).count();
    let body = spam::judge(text).is_some();
    let enough = spam_links >= LINKS_OUT && spam_links > own || own == 0 && body;
    enough.then(|| {
        format!(
            "整页是推广内容：标题含{}，{spam_links} 条站外链接是推广，通往本站的链接只有 {own} 条",
            title.told()
        )
    })
}
