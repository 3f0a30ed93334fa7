//! Stale home page (首页不更新): nothing on the home page is newer than two weeks. Clause N2.1.
//!
//! Where the home page prints no date at all, the columns that it leads to are taken together; where those print none
//! either, nothing can be said here.

use base::{Clause, Level};

use crate::column::ColumnKind;
use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "stale-home",
    name: "首页不更新",
    clause: Clause::N2_1,
    level: Level::Fault,
    gates_drafts: false,
    why: "首页信息 2 周没有更新，说明网站无人维护；国办的检查把它列为单项否决。",
    fix: "尽快发布近期工作信息；没有力量维护的，按规定申请并入上级门户网站。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    let (Some(today), Some(home)) = (facts.today, facts.columns.iter().find(|c| c.is_home)) else { return };
    let Some(since) = ColumnKind::Home.period().and_then(|p| p.since(today)) else { return };
    let of_columns = || facts.columns.iter().filter_map(|c| c.newest).max();
    // A date of tomorrow is the subject of `future-date`, not a sign of care.
    let (newest, place) = match home.newest {
        Some(newest) => (newest, "首页"),
        None => match of_columns() {
            Some(newest) => (newest, "首页没有日期，各栏目"),
            None => return,
        },
    };
    if newest >= since {
        return;
    }
    let days = today.since(newest).map_or(0, |span| span.get_days());
    let finding = out.add(&RULE, format!("{place}最新的一条是 {newest}，已有 {days} 天没有更新"));
    finding.page = Some(home.url.clone());
    finding.target = finding.page.clone();
}
