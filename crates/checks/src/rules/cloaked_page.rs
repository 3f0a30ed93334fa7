//! Cloaked page (对搜索引擎隐藏的页面): an address that shows search engines, or whoever comes from one, another page.
//! Clause N2.5.
//!
//! Compares three fetches that whoever runs the inspection has made; `look::cloak` decides.

use base::{Clause, Level};

use crate::look::cloak;
use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "cloaked-page",
    name: "对搜索引擎显示不同内容",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: false,
    why: "同一地址给搜索引擎看的内容与给访问者看的不同，是入侵者借政府网站做推广又躲避检查的手法，直接打开页面看不出来。",
    fix: "检查服务器配置、公共包含文件和脚本中按 User-Agent 或来路判断的代码，清除后门，修补漏洞，向搜索引擎申请删除有害快照。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    for fetches in &facts.seen.fetches {
        if let Some(seen) = cloak::differ(&fetches.as_browser, &fetches.as_engine, &fetches.via_engine) {
            let title = if seen.to_engine { &fetches.as_engine.title } else { &fetches.via_engine.title };
            let finding = out.add(&RULE, seen.cause);
            finding.page = Some(fetches.page.clone());
            finding.text = Some(title.clone()).filter(|t| !t.is_empty());
        }
    }
}
