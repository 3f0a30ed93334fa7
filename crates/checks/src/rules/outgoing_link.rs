//! Outgoing link (外部链接): a link that leaves the site, listed for the link ledger. Clause N2.4.
//!
//! Not a fault: the list is what the approval of links is compared with.

use base::{Clause, Level};

use super::target::{is_named_only, report};
use crate::page::LinkKind;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "outgoing-link",
    name: "外部链接",
    clause: Clause::N2_4,
    level: Level::Notice,
    gates_drafts: false,
    why: "链接须经管理单位审核把关。外部网站停办、易主后，原链接可能变成不良网站，应逐条登记、定期检查。",
    fix: "与链接审批台账核对：未经审批的补办审批或删除，对方名称、地址有变化的及时更新。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    let leaves = matches!(
        linked.kind,
        LinkKind::Anchor
            | LinkKind::Area
            | LinkKind::Script
            | LinkKind::List
            | LinkKind::Refresh
            | LinkKind::Frame
    );
    if linked.inside || !leaves || is_named_only(linked) {
        return;
    }
    let host = linked.target.split_once("://").map_or(linked.target, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    report(out, &RULE, linked, format!("{}指向本站以外的 {host}", linked.kind.label()));
}
