//! Script-made fragments (脚本锚点): names behind `#` that a script answers, one finding per kind. Clause N2.4.
//!
//! Says nothing about a single link: without running the script nobody can tell whether one of them is dead.

use base::{Clause, Level};

use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "script-fragment",
    name: "由脚本处理的锚点",
    clause: Clause::N2_4,
    level: Level::Notice,
    gates_drafts: false,
    why: "这类锚点在页面源码中没有对应的标记，只有脚本运行后才起作用；脚本停用或改版后会成批失效，机器也无法逐个核实。",
    fix: "抽查其中几个链接，确认点击后能够到达所指位置；长期使用的位置，建议在页面中补上同名的 id。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    for kind in facts.script_fragments {
        let cause = format!(
            "形如“#{}”的锚点在页面中没有对应标记，疑由脚本处理：共 {} 个链接，涉及 {} 个目标页面",
            kind.shape, kind.links, kind.targets
        );
        let finding = out.add(&RULE, cause);
        finding.page = Some(kind.page.clone());
        finding.target = Some(kind.example.clone());
    }
}
