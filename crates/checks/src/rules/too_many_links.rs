//! Too many links (页面链接过多): a page with more links than are read of one page. Clause N2.1.
//!
//! What is beyond the bound was not checked, which whoever reads the report must know.

use base::{Clause, Level};

use crate::page::{MAX_LINKS, Page};
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "too-many-links",
    name: "页面链接过多",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: true,
    why: "一个页面上的链接超过检查上限，群众无从查找，打开也慢；上限以外的链接本次没有检查。",
    fix: "把列表分页，或者按栏目、年份拆成几个页面；是程序出错反复输出的，请运维单位检查程序。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !page.links_cut {
        return;
    }
    let finding = out.add(&RULE, format!("页面上的链接多于 {MAX_LINKS} 个，只检查了前 {MAX_LINKS} 个"));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.verdict = facts.answer.map(|answer| answer.verdict);
    finding.reach = facts.answer.map(|answer| answer.reach);
}
