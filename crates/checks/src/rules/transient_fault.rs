//! Transient fault (暂时异常): failed now, may be well later. Clause N2.1.
//!
//! Blames nobody: a later run confirms it or drops it.

use base::{Clause, Level};

use super::target::{TargetFault, fault_of, report, took};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "transient-fault",
    name: "暂时异常",
    clause: Clause::N2_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "检查期间该地址未能正常响应，可能是繁忙、维护或线路波动，尚不能断定失效。",
    fix: "隔数小时或次日复查；连续多次出现的，请运维单位检查服务器负载、访问限制和维护计划。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Transient) {
        return;
    }
    let answer = linked.answer;
    let cause = format!(
        "{}；本次共访问 {} 次，最后一次{}，留待复查",
        answer.reach.describe(),
        answer.attempts.max(1),
        took(answer.took_ms)
    );
    report(out, &RULE, linked, cause);
}
