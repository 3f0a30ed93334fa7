//! Hidden link (暗链): a link that a page hides from visitors or disguises, to advertise what is not its own. Clause N2.5.
//!
//! Also tells of advertising links in plain sight. Menus, tabs, share buttons, print parts and texts for screen readers
//! hide too and are left alone; `conceal` weighs the evidence.

use base::{Clause, Level};

use crate::conceal::{hits, outgoing};
use crate::hosts::may_leave;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "hidden-link",
    name: "暗链和不良链接",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: true,
    why: "页面被植入访问者看不见的链接，或挂上赌博、色情等推广链接，说明网站已被入侵或内容未经审核，损害政府公信力。",
    fix: "立即删除所列链接，排查同模板页面和后台账号，修补被利用的漏洞，并向网络安全主管部门报告。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let leaves = page.links.iter().any(|l| may_leave(&l.raw));
    let writes = page.has_script
        && ["write", "innerHTML", "append", "eval"]
            .iter()
            .any(|w| memchr::memmem::find(page.source.as_bytes(), w.as_bytes()).is_some());
    if !leaves && !writes && !page.source.contains("<!--") {
        return;
    }
    for hit in hits(&outgoing(page, facts)) {
        let finding = out.add(&RULE, hit.cause);
        finding.level = hit.level;
        finding.page = Some(page.url.to_string());
        finding.target = Some(hit.target);
        finding.element = Some("a[href]".into());
        finding.text = Some(hit.text).filter(|t| !t.is_empty());
        finding.at = Some(hit.at);
    }
}
