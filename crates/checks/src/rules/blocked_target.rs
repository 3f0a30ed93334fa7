//! Blocked target (被防火墙拦截): a firewall or script challenge answers instead of the site. Clause N2.1.
//!
//! Never a fault of the page: a visitor with a browser may well see it. It asks for access.

use base::{Clause, Level};

use super::target::{TargetFault, fault_of, report, told};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "blocked-target",
    name: "被防火墙拦截",
    clause: Clause::N2_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "对方的防护系统拦截了检查程序，本次没有看到真实内容，不能据此认定页面失效，也不能认定正常。",
    fix: "属本单位网站的，请运维单位把检查所用的 IP 地址和浏览器标识（User-Agent）加入防护系统白名单后重查；属外单位网站的，用浏览器人工打开核实。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Blocked) {
        return;
    }
    report(out, &RULE, linked, format!("未能看到内容：{}", told(linked.answer)));
}
