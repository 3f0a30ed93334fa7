//! Unapproved link (未经审批的链接): a link off the site that the ledger of approved links does not hold, or no longer.
//! Clauses N2.4, N5.6.
//!
//! Needs the ledger; without one `outgoing-link` lists what there is.

use base::{Clause, Level};
use url::Url;

use super::target::{is_named_only, report};
use crate::page::LinkKind;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "unapproved-link",
    name: "站外链接未经审批",
    clause: Clause::N5_6,
    level: Level::Warning,
    gates_drafts: true,
    why: "链接其他网站须由管理单位审核把关；未登记、已过期的链接无人负责，对方变化也无人知道。",
    fix: "需要保留的补办审批并登记到台账，过期的重新审核，不需要的删除。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(ledger) = &facts.known.approved else { return };
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
    let Ok(url) = Url::parse(linked.target) else { return };
    let cause = match ledger.find(&url, facts.today) {
        None => format!("{} 不在链接审批台账中", url.host_str().unwrap_or_default()),
        Some(approval) if approval.is_expired(facts.today) => {
            let day = approval.expires_on.map_or_else(String::new, |d| d.to_string());
            let name =
                if approval.name.is_empty() { url.host_str().unwrap_or_default() } else { &approval.name };
            format!("“{name}”的审批已于 {day} 到期")
        }
        Some(_) => return,
    };
    report(out, &RULE, linked, cause);
}
