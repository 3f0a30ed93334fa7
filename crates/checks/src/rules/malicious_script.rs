//! Malicious script (恶意脚本): a page that harms whoever opens it. Clause N2.5.
//!
//! Judged by what a script does, see `malice`; scripts in files of their own are judged by [`judge_file`].

use base::{Clause, Level};
use url::Url;

use crate::malice::{self, Malice};
use crate::page::{LinkKind, Page};
use crate::rule::{Facts, Findings, Look, Rule};
use crate::tree::Kind;

pub static RULE: Rule = Rule {
    id: "malicious-script",
    name: "恶意脚本",
    clause: Clause::N2_5,
    level: Level::Fault,
    gates_drafts: true,
    why: "页面中有挖矿、窃取信息、攻击浏览器或用密文加载外部内容的脚本，群众打开页面就会受害，说明网站或编辑人员的电脑已被入侵。",
    fix: "立即断开页面，保留证据，按应急预案报告；清除脚本并查清写入途径（后台口令、上传漏洞、编辑电脑病毒），全站排查同类代码后再恢复。",
    look: Look::Page(look),
};

/// Scripts told of one page.
const MOST_TOLD: usize = 5;

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    let mut told = 0;
    if page.has_script {
        let tree = page.tree();
        for id in tree.elements(tree.root(), "script") {
            let Some(content) = tree.first_child(id).filter(|child| tree.kind(*child) == Kind::Raw) else {
                continue;
            };
            let span = tree.text_span(content);
            let start = span.start;
            for malice in malice::script(page.source.get(span).unwrap_or("")) {
                if told == MOST_TOLD {
                    return;
                }
                told += 1;
                let at = start + malice.at;
                let finding = add(&malice, "页面中有", out);
                finding.page = Some(page.url.to_string());
                finding.element = Some("script".into());
                finding.at = Some(tree.position_of(at));
            }
        }
    }
    for link in page.links.iter().filter(|link| matches!(link.kind, LinkKind::ScriptFile | LinkKind::Frame)) {
        let Some(malice) = malice::script(&link.raw).into_iter().next() else { continue };
        if told == MOST_TOLD {
            return;
        }
        told += 1;
        let finding = add(&malice, "页面引用了", out);
        finding.page = Some(page.url.to_string());
        finding.target =
            Some(page.base.join(link.raw.trim()).map_or_else(|_| link.raw.to_string(), |u| u.to_string()));
        finding.element = Some(link.element.to_owned());
        finding.at = Some(link.at);
    }
}

/// Judges a script that was answered at an address of its own.
pub fn judge_file(url: &Url, text: &str, out: &mut Findings) {
    for malice in malice::script(text).into_iter().take(MOST_TOLD) {
        let finding = add(&malice, "脚本文件中有", out);
        finding.page = Some(url.to_string());
    }
}

fn add<'o>(malice: &Malice, place: &str, out: &'o mut Findings) -> &'o mut base::Finding {
    let finding = out.add(&RULE, format!("{place}{}", malice.what));
    finding.level = malice.level;
    finding.text = Some(malice.sign.clone());
    finding
}
