//! Wrong target (错链): a link off the site whose target advertises, is for sale, is parked or is blocked.
//! Clauses N2.4, N5.6.
//!
//! Looks at what the target answered. A target that does not answer is the business of `dead-link`.

use base::{Clause, Level};

use super::target::{is_named_only, report};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "wrong-target",
    name: "链接指向不良或失效的网站",
    clause: Clause::N2_4,
    level: Level::Veto,
    gates_drafts: true,
    why: "对方域名到期后被他人抢注，或网站被入侵，原来正常的链接就会把访问者带到赌博、色情或广告页面。",
    fix: "立即删除或更正该链接；对方单位有新域名的改用新域名，并更新链接审批台账。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    let Some(seen) = linked.look.filter(|_| !linked.inside && !linked.kind.is_resource()) else { return };
    if is_named_only(linked) {
        return;
    }
    let (level, what) = match (&*seen.spam, seen.unused) {
        ("", None) => return,
        ("", Some(unused)) => (Level::Fault, unused.label().to_owned()),
        (spam, _) => (Level::Veto, format!("含{spam}")),
    };
    let cause = format!(
        "链接的目标页面“{}”{}{what}",
        short(&seen.title),
        if level == Level::Veto { "" } else { "是：" }
    );
    report(out, &RULE, linked, cause).level = level;
}

pub(super) fn short(title: &str) -> String {
    const MOST: usize = 40;
    let mut out: String = title.chars().take(MOST).collect();
    if title.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
