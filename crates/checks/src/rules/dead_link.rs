//! Dead link (死链、断链): a target that a visitor follows and that is confirmed gone. Clause N2.4.
//!
//! Attachments and parts of the page are `dead-resource`'s; loops and soft 404 have their own rules.

use base::{Clause, Level, Verdict};

use super::target::{TargetFault, fault_of, report, told};
use crate::page::LinkKind;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "dead-link",
    name: "死链、断链",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "群众点击后看不到内容。省政府办公厅要求检查有无错链、断链，全国政府网站普查和检查指标均按不能访问的链接数扣分。",
    fix: "核对链接所指页面：页面已迁移的改为新地址，已撤销的删除链接；本站页面被误删的，恢复页面。改好后重新检查一次。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Link) {
        return;
    }
    let whose = if linked.inside { "站内" } else { "站外" };
    let fails = if linked.answer.verdict == Verdict::Wrong { "有错" } else { "打不开" };
    let cause = format!("{whose}{}{fails}：{}", linked.kind.label(), told(linked.answer));
    let finding = report(out, &RULE, linked, cause);
    // Readers and search engines follow these, a visitor at the page does not.
    if matches!(linked.kind, LinkKind::Related | LinkKind::Feed) {
        finding.level = Level::Warning;
    }
}
