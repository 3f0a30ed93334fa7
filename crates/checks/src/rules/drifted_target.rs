//! Drifted target (链接内容已变): a link whose target is no longer what was approved, by its title or its owner.
//! Clauses N2.4, N5.6.
//!
//! Needs the ledger of approved links. What is compared stands in `look::drift`.

use base::{Clause, Level, Verdict};
use url::Url;

use super::target::{is_named_only, report};
use crate::look::drift::drifted;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "drifted-target",
    name: "链接内容与审批时不符",
    clause: Clause::N5_6,
    level: Level::Fault,
    gates_drafts: false,
    why: "链接审批时登记的名称、单位与对方现在的页面不一致，对方网站可能已经易主或改作他用。",
    fix: "打开核对：仍是原单位的，更新台账中的名称；已经易主的，立即删除链接。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let (Some(seen), Some(ledger)) = (linked.look, &facts.known.approved) else { return };
    if linked.inside
        || linked.kind.is_resource()
        || is_named_only(linked)
        || linked.answer.verdict != Verdict::Ok
    {
        return;
    }
    let Ok(url) = Url::parse(linked.target) else { return };
    let Some(approval) = ledger.find(&url, facts.today) else { return };
    if let Some(words) = drifted(&approval.name, &approval.unit, seen) {
        report(out, &RULE, linked, words);
    }
}
