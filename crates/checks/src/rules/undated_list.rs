//! Undated list (列表无日期): a list of news, notices, policies or reports that prints no date. Clause N2.1.
//!
//! Only for columns whose age matters and whose items are titles on the site itself.

use base::{Clause, Level};
use url::Url;

use crate::column::{ColumnKind, seen};
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "undated-list",
    name: "列表无日期",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "列表不写发布时间，群众分不清新旧；按普查的口径，未注明发布时间的视为不更新。",
    fix: "在列表模板里给每条信息加上发布日期（年-月-日）。",
    look: Look::Page(look),
};

/// Titles of a list that must all be without a date.
const LEAST_ITEMS: usize = 5;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(column) = seen(page, facts) else { return };
    let dates_matter = matches!(
        column.kind,
        ColumnKind::News
            | ColumnKind::Notice
            | ColumnKind::Policy
            | ColumnKind::Interpretation
            | ColumnKind::Personnel
            | ColumnKind::Statistics
            | ColumnKind::Planning
    );
    if column.is_home || !dates_matter || column.dated > 0 || column.items < LEAST_ITEMS {
        return;
    }
    let Some(list) = page.listing(facts.today).main() else { return };
    // Links to other sites are a directory, folders are columns.
    let is_article = |url: &str| {
        Url::parse(url).is_ok_and(|u| facts.site.owns(&u) && u.path().contains(|c: char| c.is_ascii_digit()))
    };
    let articles = list.items.iter().filter(|i| i.url.as_deref().is_some_and(is_article)).count();
    if articles * 5 < list.items.len() * 4 {
        return;
    }
    let finding = out.add(&RULE, format!("“{}”的列表没有发布日期", column.name));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.at = list.items.first().map(|i| i.at);
    finding.text = list.items.first().map(|i| i.title.clone());
}
