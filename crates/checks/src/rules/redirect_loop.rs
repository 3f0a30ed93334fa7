//! Redirect loop (循环跳转): redirects that never arrive. Clause N2.4.
//!
//! Only redirects of the server count; a page that refreshes itself is not one.

use base::{Clause, Level, Reach};

use super::target::{TargetFault, fault_of, report, took};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "redirect-loop",
    name: "循环跳转",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "地址之间互相跳转，浏览器会报“重定向次数过多”，群众始终打不开页面。",
    fix: "请运维单位检查服务器的跳转设置（http 与 https 互跳、带与不带 www 互跳、登录检查误跳最为常见），改为一次跳转到最终地址，并把链接直接写成最终地址。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if fault_of(linked) != Some(TargetFault::Loop) {
        return;
    }
    let answer = linked.answer;
    let how = if answer.reach == Reach::RedirectLoop {
        "又回到已经过的地址"
    } else {
        "仍未到达终点"
    };
    let last = answer.chain.last().map_or_else(String::new, |hop| format!("，最后一次指向 {}", hop.to));
    let cause = format!("连续跳转 {} 次{how}{last}；{}", answer.chain.len(), took(answer.took_ms));
    report(out, &RULE, linked, cause);
}
