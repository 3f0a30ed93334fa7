//! Soft 404 (软404): the server says "ok", the page says "gone". Clause N2.4.
//!
//! How such a page is told from a real one stands in `soft.rs`; this rule only words it.

use base::{Clause, Level};

use super::target::{TargetFault, fault_of, is_attachment, report};
use crate::rule::{Facts, Findings, Linked, Look, Rule, SoftSign};

pub static RULE: Rule = Rule {
    id: "soft-404",
    name: "内容已失效却返回正常（软404）",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "页面内容已经没有了，服务器却返回“正常”，一般的检查工具发现不了，群众点击后只看到出错提示或首页。",
    fix: "内容仍需公开的恢复页面，已撤销的删除链接；同时请运维单位把出错页的状态码改为 404 或 410，不要一律返回 200 或转到首页。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Soft) {
        return;
    }
    let Some(sign) = linked.answer.soft_404 else { return };
    let what = if is_attachment(linked.target) { "附件地址" } else { "该地址" };
    let status = linked.answer.status.map_or_else(String::new, |code| format!("（状态码 {code}）"));
    let seen = match sign {
        SoftSign::SameAsRandom => "内容与访问一个随意编造的地址时相同",
        SoftSign::Wording => "标题或正文写明页面不存在或已删除",
    };
    let landed = linked.answer.chain.last().map_or_else(String::new, |hop| format!("，并被转到 {}", hop.to));
    report(out, &RULE, linked, format!("{what}返回正常{status}{landed}，但{seen}"));
}
