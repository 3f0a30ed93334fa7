//! Empty column (空白栏目): a column page that says it has nothing, or that has nothing. Clause N2.1.
//!
//! A page that a script may fill is empty only where it says so itself.

use base::{Clause, Level};

use crate::column::{is_empty, seen};
use crate::labels::Labels;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "empty-column",
    name: "空白栏目",
    clause: Clause::N2_1,
    level: Level::Fault,
    gates_drafts: false,
    why: "开了栏目而没有内容，群众点进来一无所获；国办的检查对空白栏目计数，达到 5 个即单项否决。",
    fix: "补上应当公开的内容；暂时没有内容的栏目先撤下，不要挂空栏目。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !page.is_chinese() {
        return;
    }
    let labels = Labels::read(page);
    let is_column = labels.first("ColumnName").is_some_and(|l| l.is_sane());
    let folder =
        page.url.path().ends_with('/') && page.url.path() != "/" || page.url.path().contains("/index.");
    let trail = crate::column::trail_of(page).is_some();
    if !(is_column || folder && trail) || crate::column::is_home(page, facts.site) {
        return;
    }
    let column = seen(page, facts);
    let empty = column.as_ref().map_or_else(|| is_empty(page, facts), |c| c.empty);
    if !empty || labels.first("ArticleTitle").is_some_and(|l| l.is_sane()) {
        return;
    }
    let finding = out.add(&RULE, "栏目页面没有任何内容");
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.text = column.map(|c| c.name);
}
