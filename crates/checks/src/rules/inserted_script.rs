//! Inserted script (外来脚本或框架): code or frames of strangers where no author puts them. Clause N2.5.
//!
//! Statistics, maps, video, sharing and code libraries are loaded from known services and left alone, and so is an open
//! frame that a visitor sees. Where a page's honest parts come from is the business of `outgoing-link`.

use std::cell::LazyCell;

use base::{Clause, Level, Position};
use memchr::memmem;

use crate::conceal::{Frame, Way, frames};
use crate::hosts::{Foreign, foreign, is_service};
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};
use crate::spam;

pub static RULE: Rule = Rule {
    id: "inserted-script",
    name: "被插入的脚本或框架",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: true,
    why: "页面加载来历不明的脚本或看不见的框架，可能向访问者投放木马、跳转到不良网站或盗取信息。",
    fix: "确认来源；不是本单位加入的立即删除，并检查同模板页面、公共脚本和后台账号；确需使用的改为本站存放。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let loads = |l: &&crate::Link<'_>| matches!(l.kind, LinkKind::ScriptFile | LinkKind::Frame);
    let strangers: Vec<_> = page
        .links
        .iter()
        .filter(loads)
        .filter_map(|l| Some((l, foreign(page, facts, &l.raw).filter(|f| !is_service(&f.host))?)))
        .collect();
    let bytes = page.source.as_bytes();
    let outside = LazyCell::new(|| Outside::of(page));
    let objects = page.links.iter().any(|l| l.element == "object[data]");
    let framed = strangers.iter().any(|(l, _)| l.kind == LinkKind::Frame);
    if framed || objects || writes_frames(bytes, page.has_script) {
        for Frame { raw, at, ways } in frames(page) {
            if let Some(target) = foreign(page, facts, &raw)
                && !is_service(&target.host)
                && !ways.is_empty()
            {
                let cause = format!("看不见的框架（{}）加载他人网站 {} 的页面", ways, target.host);
                add(page, out, &target, at, "iframe[src]", cause);
                if let Some(finding) = out
                    .list
                    .last_mut()
                    .filter(|_| is_helper(&ways) && outside.place(at).is_none() && !is_suspect(&target))
                {
                    finding.level = Level::Warning;
                }
            }
        }
    }
    if !strangers.is_empty() {
        for (link, target) in &strangers {
            let Some(cause) = outside.place(link.at) else { continue };
            let element = link.element;
            let part = link.kind.label();
            add(page, out, target, link.at, element, format!("{cause}加载他人网站 {} 的{part}", target.host));
        }
    }
    moved_base(page, facts, out);
    loading_handlers(page, facts, out);
    if !page.has_script {
        return;
    }
    for script in page.scripts() {
        for load in script.acts.loads.iter().filter(|l| l.decoded) {
            unreadable(page, facts, out, &load.raw, script.code.start + load.at);
        }
        let code = page.source.get(script.code.clone()).unwrap_or_default();
        let escaped = escapes_tag(code);
        for written in script.acts.written.iter().filter(|w| w.decoded || escaped) {
            let byte = script.code.start + written.at;
            for raw in sources(&written.markup) {
                if !(written.decoded && unreadable(page, facts, out, &raw, byte)) && escaped {
                    disguised(page, facts, out, &raw, byte);
                }
            }
        }
    }
}

/// `base[href]` of a stranger: every relative address of the page, scripts among them, comes from there.
fn moved_base(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if page.base.host() == page.url.host() {
        return;
    }
    let Some(target) = foreign(page, facts, page.base.as_str()).filter(|f| !is_service(&f.host)) else {
        return;
    };
    let tree = page.tree();
    let Some(base) = tree.first("base") else { return };
    let cause = format!("base 元素把本页的相对地址都指向他人网站 {}", target.host);
    add(page, out, &target, tree.position(base), "base[href]", cause);
    // Sites that moved to another domain forget theirs.
    if let Some(finding) = out.list.last_mut() {
        finding.level = Level::Fault;
    }
}

/// `img[onerror]` and the like that make a script element: no author loads a script so.
fn loading_handlers(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let bytes = page.source.as_bytes();
    if memmem::find(bytes, b"onerror").is_none() && memmem::find(bytes, b"onload").is_none() {
        return;
    }
    let tree = page.tree();
    for node in tree.descendants(tree.root()).filter(|n| tree.is_any(*n, &["img", "svg", "body", "input"])) {
        for handler in ["onerror", "onload"] {
            let Some(code) = tree.attr(node, handler).filter(|c| c.contains("createElement")) else {
                continue;
            };
            for load in crate::acts::read(&code).loads {
                if let Some(target) = foreign(page, facts, &load.raw).filter(|f| !is_service(&f.host)) {
                    let cause = format!("{handler} 事件加载他人网站 {} 的脚本", target.host);
                    add(page, out, &target, tree.position(node), handler, cause);
                }
            }
        }
    }
}

/// A part whose address nobody can read in the source.
fn unreadable(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings, raw: &str, byte: usize) -> bool {
    let Some(target) = foreign(page, facts, raw).filter(|f| !is_service(&f.host)) else { return false };
    if memmem::find(page.source.as_bytes(), target.host.as_bytes()).is_some() {
        return false;
    }
    let at = page.tree().position_of(byte);
    let cause = format!("脚本用加密的地址加载他人网站 {} 的内容", target.host);
    add(page, out, &target, at, "script", cause);
    true
}

/// A part whose address can be read, but whose tag is written in escapes so that no search finds it.
fn disguised(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings, raw: &str, byte: usize) {
    let Some(target) = foreign(page, facts, raw).filter(|f| !is_service(&f.host)) else { return };
    let at = page.tree().position_of(byte);
    let cause = format!("脚本用转义的标签写入他人网站 {} 的内容", target.host);
    add(page, out, &target, at, "script", cause);
    // Old codes for counting visitors are written so too.
    if let Some(finding) = out.list.last_mut() {
        finding.level = Level::Fault;
    }
}

/// Whether a script writes the beginning of a script's or frame's tag in escapes. Escapes of an end tag are usual.
fn escapes_tag(code: &str) -> bool {
    const BEGINNINGS: [&str; 4] = ["\\u003c", "\\x3c", "%3c", "\\74"];
    const NAMES: [&str; 3] = ["script", "iframe", "frame"];
    let opens = |rest: &[u8]| {
        rest.first().is_some_and(|b| matches!(b, b'%' | b'\\'))
            || NAMES.iter().any(|n| rest.get(..n.len()).is_some_and(|r| r.eq_ignore_ascii_case(n.as_bytes())))
    };
    let bytes = code.as_bytes();
    memchr::memchr2_iter(b'%', b'\\', bytes).any(|at| {
        BEGINNINGS.iter().any(|b| {
            let end = at + b.len();
            bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(b.as_bytes()))
                && bytes.get(end..).is_some_and(opens)
        })
    })
}

/// A frame that is not displayed at all, whatever its size: scripts use such to sign in or to preload.
fn is_helper(ways: &str) -> bool {
    let known = [Way::Display.label(), Way::ZeroSize.label(), Frame::TINY];
    let mut displayed = true;
    for way in ways.split('、') {
        displayed &= way != Way::Display.label();
        if !known.contains(&way) {
            return false;
        }
    }
    !displayed
}

/// A bare number instead of a name, or an address that advertises.
fn is_suspect(target: &Foreign) -> bool {
    !matches!(target.url.host(), Some(url::Host::Domain(_))) || spam::judge(target.url.as_str()).is_some()
}

/// Where the document begins and ends.
struct Outside {
    start: Option<Position>,
    end: Option<Position>,
}

impl Outside {
    fn of(page: &Page<'_>) -> Outside {
        let bytes = page.source.as_bytes();
        let place = |byte: usize| page.tree().position_of(byte);
        let end = memmem::rfind(bytes, b"</html").or_else(|| memmem::rfind(bytes, b"</HTML"));
        Outside { start: first_tag(page.source).map(place), end: end.map(place) }
    }

    /// In words, where outside the document a position is.
    fn place(&self, at: Position) -> Option<&'static str> {
        if self.end.is_some_and(|end| at > end) {
            Some("页面结束标记 </html> 之后")
        } else if self.start.is_some_and(|start| at < start) {
            Some("页面开头的声明之前")
        } else {
            None
        }
    }
}

/// Addresses of scripts and frames in written markup.
fn sources(markup: &str) -> Vec<String> {
    let tree = crate::Tree::parse(markup);
    let loads = |id: &crate::tree::NodeId| tree.is_any(*id, &["script", "iframe", "frame"]);
    tree.descendants(tree.root())
        .filter(loads)
        .filter_map(|id| Some(tree.attr(id, "src")?.into_owned()))
        .collect()
}

fn writes_frames(bytes: &[u8], has_script: bool) -> bool {
    has_script && memmem::find(bytes, b"rame").is_some() && memmem::find(bytes, b"write").is_some()
}

/// Where the document begins: its declaration or its first element.
fn first_tag(source: &str) -> Option<usize> {
    let head = &source[..source.floor_char_boundary(source.len().min(64 * 1024))];
    let lower = head.to_ascii_lowercase();
    lower.find("<!doctype").or_else(|| lower.find("<html"))
}

fn add(page: &Page<'_>, out: &mut Findings, target: &Foreign, at: Position, element: &str, cause: String) {
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.url.to_string());
    finding.target = Some(target.url.to_string());
    finding.element = Some(element.to_owned());
    finding.at = Some(at);
}
