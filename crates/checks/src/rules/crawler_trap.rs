//! Crawler trap (无穷地址序列): a series of addresses without end, cut off by the crawl. Clause N2.1.
//!
//! The crawl decides what a trap is; this rule words it.

use base::{Clause, Level};

use crate::rule::{Findings, Look, Rule, SiteFacts};

pub static RULE: Rule = Rule {
    id: "crawler-trap",
    name: "无穷地址序列",
    clause: Clause::N2_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "同一内容生成无穷多个地址，浪费服务器资源，搜索引擎收录混乱，检查也无法穷尽，其余部分未再检查。",
    fix: "请运维单位检查日历、筛选条件、会话编号和相对路径的写法，使同一内容只有一个地址；确需保留的，在 robots.txt 中写明不必抓取。",
    look: Look::Site(look),
};

fn look(facts: &SiteFacts<'_>, out: &mut Findings) {
    for trap in facts.traps {
        let cause = format!("形如 {} 的地址没有尽头：{}，已略过 {} 个", trap.shape, trap.why, trap.seen);
        let finding = out.add(&RULE, cause);
        finding.page = (!trap.page.is_empty()).then(|| trap.page.clone());
        finding.target = Some(trap.example.clone());
    }
}
