//! Expiring certificate (证书即将到期): it is still good, and soon no more. Clause N2.5.
//!
//! Told once, on the home page; a certificate that has ended is `tls-fault`'s.

use base::{Clause, Level};

use crate::certificate;
use crate::column::is_home;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "expiring-certificate",
    name: "证书即将到期",
    clause: Clause::N2_5,
    level: Level::Warning,
    gates_drafts: false,
    why: "证书到期当天起浏览器就会拦截访问，全站等于打不开；换证要走采购、审批，不能等到最后几天。",
    fix: "请运维单位尽快申请并更换证书，确认中间证书完整，设置到期前 60 天、30 天的提醒。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(answer) = facts.answer.filter(|_| page.url.scheme() == "https" && is_home(page, facts.site))
    else {
        return;
    };
    let (Some(ends), Some(today)) = (answer.safety.certificate_ends, facts.today) else { return };
    let Some(expiring) = certificate::judge(ends, today) else { return };
    let finding = out.add(&RULE, format!("网站证书 {ends} 到期，还有 {} 天", expiring.days));
    finding.level = expiring.level;
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
}
