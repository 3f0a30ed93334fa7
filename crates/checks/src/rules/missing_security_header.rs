//! Missing security header (缺少安全响应头): protections that the home page does not ask browsers for. Clause N2.5.
//!
//! A server is set up once for all its pages, so only the home page is looked at.

use base::{Clause, Level};

use crate::column::is_home;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-security-header",
    name: "缺少安全响应头",
    clause: Clause::N2_5,
    level: Level::Notice,
    gates_drafts: false,
    why: "响应头可以让浏览器强制加密、不被他人网页嵌入、不误执行文件；没有设置的，同样的攻击更容易得手。",
    fix: "请运维单位在 Web 服务器上统一添加所列响应头，先在测试环境确认页面显示正常。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(answer) = facts.answer.filter(|_| is_home(page, facts.site)) else { return };
    let missing: Vec<&str> = answer.safety.missing.iter().map(|protection| protection.label()).collect();
    if missing.is_empty() {
        return;
    }
    let finding = out.add(&RULE, format!("首页的响应没有设置：{}", missing.join("；")));
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
}
