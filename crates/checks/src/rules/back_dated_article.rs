//! Back-dated article (疑似倒签日期): a printed date that does not fit what else is known of the article. Clause N2.1.
//!
//! Two signs: in a list whose addresses carry the printed day, one item's address names a day long after it; or an
//! earlier run of the whole site did not meet the article although it prints an earlier day. `Last-Modified` is no sign:
//! builders write all pages anew. Both are worth a look by a person and never proof.

use base::{Clause, Level};

use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "back-dated-article",
    name: "疑似倒签日期",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "把发布日期写早、临时补发充数，属于弄虚作假，国办的检查列为单项否决。机器只能看出疑点，须由人核实。",
    fix: "查后台的发布记录，核对真实的发布时间；日期写错的改正，补发旧文的注明补发日期。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    for column in facts.columns {
        for suspect in &column.suspects {
            let days = suspect.addressed.since(suspect.printed).map_or(0, |span| span.get_days());
            let cause = format!(
                "列表里写的是 {}，网址里的日期是 {}，晚 {days} 天；同一列表的其他文章两者一致",
                suspect.printed, suspect.addressed
            );
            let finding = out.add(&RULE, cause);
            finding.page = Some(column.url.clone());
            finding.target = Some(suspect.url.clone());
            finding.text = Some(suspect.title.clone());
        }
    }
    for late in facts.late_articles.iter().filter(|late| late.printed < late.unseen_on) {
        let cause = format!("页面写的是 {}，而 {} 全站检查时还没有这篇文章", late.printed, late.unseen_on);
        let finding = out.add(&RULE, cause);
        finding.page = Some(late.url.clone());
        finding.target = Some(late.url.clone());
        finding.text = Some(late.title.clone());
    }
}
