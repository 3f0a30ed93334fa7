//! Unreachable page (页面无法访问): an address that the plan or the sitemap names does not answer. Clause N2.1.
//!
//! Where a page links to the address, `dead-link` speaks instead.

use base::{Clause, Level};

use super::target::{TargetFault, fault_of, report, told};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "unreachable-page",
    name: "页面无法访问",
    clause: Clause::N2_1,
    level: Level::Fault,
    gates_drafts: false,
    why: "页面能否正常访问是检查的第一项内容。一周内多次访问首页，打不开的次数比例累计超过（含）5%的，网站单项否决。",
    fix: "先换一个网络打开该地址复核；确实打不开的，立即通知运维单位恢复，检查域名解析、服务器和证书；网站已停办的，办理关停手续并注销域名。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Unreachable) {
        return;
    }
    let what = if linked.page.is_empty() { "登记的网址" } else { "站点地图所列的页面" };
    report(out, &RULE, linked, format!("{what}打不开：{}", told(linked.answer)));
}
