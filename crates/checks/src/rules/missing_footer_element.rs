//! Missing footer element (底部要素缺失): a home page without one of the six elements of its footer. Clause N4.1.
//!
//! Looked for anywhere in the home page's source, so that what a script puts in counts. A page whose whole footer a
//! script fetches is left alone.

use base::{Clause, Level};
use memchr::memmem;

use super::missing_label::is_page_of_government;
use crate::column::is_home;
use crate::identity::Element;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-footer-element",
    name: "底部要素缺失",
    clause: Clause::N4_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "页面底部要有党政机关网站标识、“我为政府网站找错”入口、网站标识码、主办单位、ICP 备案和公安备案，群众靠它们辨认真假网站。",
    fix: "在首页和各模板的底部补齐六项要素；标识和找错入口用主管部门给的代码，不要自己做图片。",
    look: Look::Page(look),
};

/// Passages of a home page; a page that only leads on has fewer.
const LEAST_PASSAGES: usize = 10;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !is_home(page, facts.site)
        || !is_page_of_government(page, facts)
        || page.passages().len() < LEAST_PASSAGES
    {
        return;
    }
    let missing: Vec<&str> =
        Element::ALL.into_iter().filter(|e| !e.is_on(page)).map(Element::label).collect();
    let fetched = missing.len() == Element::ALL.len()
        && page.has_script
        && ["版权", "备案", "电话"]
            .iter()
            .all(|w| memmem::find(page.source.as_bytes(), w.as_bytes()).is_none());
    if missing.is_empty() || fetched {
        return;
    }
    let finding = out.add(&RULE, format!("首页底部缺少：{}", missing.join("、")));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
}
