//! Dead fragment (页内锚点失效): the page is there, the place in it that the link names is not. Clause N2.4.
//!
//! Places that scripts make are gathered by `script-fragment`.

use base::{Clause, Level, Verdict};

use super::target::report;
use crate::address::fragment_candidates;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "dead-fragment",
    name: "页内锚点失效",
    clause: Clause::N2_4,
    level: Level::Warning,
    gates_drafts: true,
    why: "链接指向页面中的某一段，但该段没有对应的标记，群众点击后停在页首，找不到要看的内容。",
    fix: "在目标段落上补上同名的 id，或把链接中 # 号之后的部分改为页面里实际存在的名称（区分大小写）。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    let Some(fragment) = linked.fragment else { return };
    if linked.fragment_found != Some(false) || linked.answer.verdict != Verdict::Ok {
        return;
    }
    let Some((_, name)) = fragment_candidates(fragment) else { return };
    let place = if linked.page == linked.target { "本页" } else { "目标页面" };
    let finding = report(out, &RULE, linked, format!("{place}可以打开，但其中没有名为“{name}”的位置"));
    finding.target = Some(format!("{}#{fragment}", linked.target));
    // The page answers, the place does not: the verdict is the link's, as the target is.
    finding.verdict = Some(Verdict::Dead);
}
