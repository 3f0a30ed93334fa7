//! Changed page (页面异常变化): a page that differs from an earlier run in the way that intruders change pages.
//! Clause N2.5.
//!
//! New articles and corrections are no finding; `look::baseline` decides.

use base::{Clause, Level};

use crate::look::baseline;
use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "changed-page",
    name: "页面异常变化",
    clause: Clause::N2_5,
    level: Level::Warning,
    gates_drafts: false,
    why: "与上一次巡检相比，页面出现了被篡改时常见的变化：新的跳转、新的外来脚本、推广内容，或整页换成另一内容。",
    fix: "核对是否本单位所作的修改；不是的按篡改事件处置，是的请下次巡检改用新的基准。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    for seen in &facts.seen.again {
        if let Some(changed) = baseline::compare(&seen.before, &seen.now) {
            let finding = out.add(&RULE, changed.cause);
            finding.level = changed.level;
            finding.page = Some(seen.page.clone());
            finding.text = Some(seen.now.title.clone()).filter(|t| !t.is_empty());
        }
    }
}
