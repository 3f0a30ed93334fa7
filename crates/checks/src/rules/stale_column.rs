//! Stale column (栏目不更新): the newest item of a column is older than its kind allows. Clause N2.1.
//!
//! Each column once, whatever its number of pages. Columns without dates are `undated-list`'s, empty ones
//! `empty-column`'s; which columns count for a score is a pack's matter.

use base::{Clause, Level};

use crate::column::ColumnKind;
use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "stale-column",
    name: "栏目不更新",
    clause: Clause::N2_1,
    level: Level::Fault,
    gates_drafts: false,
    why: "栏目长期不更新，公众看到的是过时的信息。动态要闻类 2 周、通知公告和政策文件类 6 个月没有更新，国办的检查计入单项否决。",
    fix: "补发应当公开的信息；确实不再更新的栏目，合并、归档或者撤下，并在页面上说明。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    let Some(today) = facts.today else { return };
    for column in facts.columns.iter().filter(|c| !c.is_home) {
        let (Some(newest), Some(period)) = (column.newest, column.kind.period()) else { continue };
        // A list with a few dates among many undated items tells little of its age.
        if column.dated * 2 <= column.items || period.since(today).is_none_or(|since| newest >= since) {
            continue;
        }
        let days = today.since(newest).map_or(0, |span| span.get_days());
        let cause = format!(
            "“{}”{}最新的一条是 {newest}，已有 {days} 天没有更新，超过 {}",
            column.name,
            if column.kind == ColumnKind::Other {
                String::new()
            } else {
                format!("（{}类）", column.kind.label())
            },
            period.label()
        );
        let finding = out.add(&RULE, cause);
        finding.level = match column.kind {
            ColumnKind::News | ColumnKind::Notice | ColumnKind::Policy => Level::Fault,
            ColumnKind::Other => Level::Notice,
            _ => Level::Warning,
        };
        finding.page = Some(column.url.clone());
        finding.target = finding.page.clone();
        finding.text = Some(column.name.clone());
    }
}
