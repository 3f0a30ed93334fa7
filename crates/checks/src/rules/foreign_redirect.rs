//! Foreign redirect (恶意跳转): a page that takes visitors to somebody else's site, all of them or those whom a search
//! engine or a telephone sends. Clause N2.5.
//!
//! Moves to the site's own or another public body's address, to a newer browser or to a login of a large platform are
//! left alone. Scripts are read, not run.

use base::{Clause, Level, Position};

use crate::acts::{Acts, Address};
use crate::hosts::{Foreign, foreign, is_service};
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};
use crate::script_links;

pub static RULE: Rule = Rule {
    id: "foreign-redirect",
    name: "跳转到站外",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: true,
    why: "页面把访问者自动带到他人的网站；只对搜索引擎来的、或用手机打开的访问者跳转，是入侵者躲避检查的惯用手法。",
    fix: "删除所列跳转代码，检查公共脚本和服务器配置中有无同样代码；确属迁移的，改为由服务器跳转到本单位的新域名并公告。",
    look: Look::Page(look),
};

/// Bytes between a question to the visitor and the move that depends on it; injected code is short.
const NEAR: usize = 2_000;

/// Events that no visitor's hand causes.
const HANDLERS: [&str; 3] = ["onload", "onerror", "onpageshow"];
/// Frames looked at of one page.
const MAX_FRAMES: usize = 200;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    for link in page.links.iter().filter(|l| l.kind == LinkKind::Refresh) {
        if let Some(target) = foreign(page, facts, &link.raw)
            && !is_service(&target.host)
        {
            let cause = match link.element {
                "script" => format!("脚本把所有访问者带到他人的网站 {}", target.host),
                _ => format!("meta refresh 把所有访问者带到他人的网站 {}", target.host),
            };
            add(page, out, &target, link.at, link.element, cause);
        }
    }
    covering_frames(page, facts, out);
    in_handlers(page, facts, out);
    if !page.has_script || memchr::memmem::find(page.source.as_bytes(), b"location").is_none() {
        return;
    }
    for script in page.scripts() {
        let code = &page.source[script.code.clone()];
        let everyone = script_links::page_redirect(code).map(|(_, raw)| raw);
        for moved in &script.acts.moves {
            let Some(target) = foreign(page, facts, &moved.raw) else { continue };
            if is_service(&target.host) || is_upgrade_advice(code) {
                continue;
            }
            let at = page.tree().position_of(script.code.start + moved.at);
            let cause = match whom(&script.acts, moved, code) {
                Some(whom) => format!("脚本把{whom}带到他人的网站 {}", target.host),
                None if moved.decoded => format!("经加密的脚本把访问者带到他人的网站 {}", target.host),
                None if everyone.as_deref() == Some(moved.raw.as_str()) => {
                    format!("脚本把所有访问者带到他人的网站 {}", target.host)
                }
                None => continue,
            };
            let known =
                |f: &base::Finding| f.rule == RULE.id && f.target.as_deref() == Some(target.url.as_str());
            if !out.list.iter().any(known) {
                add(page, out, &target, at, "script", cause);
            }
        }
    }
}

/// Frames of strangers that a visitor sees instead of the page.
fn covering_frames(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let strange = |raw: &str| foreign(page, facts, raw).filter(|f| !is_service(&f.host));
    if !page.links.iter().any(|l| l.kind == LinkKind::Frame && strange(&l.raw).is_some()) {
        return;
    }
    let tree = page.tree();
    let frames: Vec<_> = tree
        .descendants(tree.root())
        .filter(|n| tree.is_any(*n, &["frame", "iframe"]))
        .filter_map(|n| Some((n, tree.attr(n, "src")?)))
        .take(MAX_FRAMES)
        .collect();
    let mut set = frames.iter().filter(|(n, _)| tree.is(*n, "frame")).peekable();
    let all_strange = set.peek().is_some() && set.all(|(_, raw)| strange(raw).is_some());
    for (node, raw) in &frames {
        let covers = match tree.is(*node, "frame") {
            true => all_strange,
            false => tree.attr(*node, "style").is_some_and(|style| covers_page(&style)),
        };
        if let (true, Some(target)) = (covers, strange(raw)) {
            let cause = format!("整个页面被他人网站 {} 的框架盖住", target.host);
            add(page, out, &target, tree.position(*node), "iframe[src]", cause);
        }
    }
}

/// Whether a style lays an element over the whole window.
fn covers_page(style: &str) -> bool {
    let style: String = style.to_ascii_lowercase().split_whitespace().collect();
    let has = |property: &str, values: &[&str]| {
        style
            .split(';')
            .any(|rule| rule.split_once(':').is_some_and(|(p, v)| p == property && values.contains(&v)))
    };
    has("position", &["fixed", "absolute"])
        && has("width", &["100%", "100vw"])
        && has("height", &["100%", "100vh"])
}

/// What happens without a visitor's doing: `body[onload]`, `svg[onload]`, `img[onerror]`.
fn in_handlers(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let bytes = page.source.as_bytes();
    let any = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    if !any(b"location") || !(any(b"onload") || any(b"onerror") || any(b"onpageshow")) {
        return;
    }
    let tree = page.tree();
    for node in
        tree.descendants(tree.root()).filter(|n| tree.is_any(*n, &["body", "svg", "img", "iframe", "input"]))
    {
        for handler in HANDLERS {
            let Some(code) = tree.attr(node, handler).filter(|c| c.contains("location")) else { continue };
            for moved in crate::acts::read(&code).moves {
                let Some(target) = foreign(page, facts, &moved.raw).filter(|f| !is_service(&f.host)) else {
                    continue;
                };
                let cause = format!("{handler} 事件把访问者带到他人的网站 {}", target.host);
                add(page, out, &target, tree.position(node), handler, cause);
            }
        }
    }
}

/// Which visitors a move is meant for, if the code asks who they are nearby.
fn whom(acts: &Acts, moved: &Address, code: &str) -> Option<&'static str> {
    let near = |places: &[usize]| places.iter().any(|at| *at <= moved.at && moved.at - at <= NEAR);
    let lower = code.to_ascii_lowercase();
    if near(&acts.asks_referrer) {
        return Some("从搜索引擎来的访问者");
    }
    if near(&acts.asks_agent) {
        let engines = ["spider", "bot", "baidu", "google", "sogou"].iter().any(|w| lower.contains(w));
        return Some(if engines {
            "搜索引擎以外的访问者"
        } else {
            "用某些设备打开的访问者"
        });
    }
    None
}

/// Old browsers are shown the door, or a newer browser, by many honest pages.
fn is_upgrade_advice(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let old = ["msie", "trident", "ie6", "ie8"].iter().any(|w| lower.contains(w));
    let hunts =
        ["spider", "baidu", "referrer", "android", "iphone", "mobile"].iter().any(|w| lower.contains(w));
    old && !hunts
}

fn add(page: &Page<'_>, out: &mut Findings, target: &Foreign, at: Position, element: &str, cause: String) {
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.url.to_string());
    finding.target = Some(target.url.to_string());
    finding.element = Some(element.to_owned());
    finding.at = Some(at);
}
