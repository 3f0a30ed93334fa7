//! Slow page (响应缓慢): a page that took longer than visitors and inspectors wait. Clause N2.1.
//!
//! One measurement; whether a site counts as unreachable is decided over a week of visits, not here.

use base::{Clause, Level};

use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

/// A visit that takes this long or longer counts as failed: 全国政府网站普查评分表（国办发〔2015〕15号附件）
/// "站点无法访问", kept by 政府网站与政务新媒体检查指标（国办秘函〔2019〕19号）; verified.
pub const FAILED_VISIT_MS: u32 = 15_000;

/// Loading a page should not take longer than this: 政府网站发展指引（国办发〔2017〕47号）, page rules, "不宜超过
/// 3 秒"; read in a mirror of the text. The guide means the page with all its parts, we time the document
/// alone, so what is over the line here is over it there.
pub const ADVISED_MS: u32 = 3_000;

pub static RULE: Rule = Rule {
    id: "slow-page",
    name: "响应缓慢",
    clause: Clause::N2_1,
    level: Level::Warning,
    gates_drafts: false,
    why: "群众等待过久会放弃访问。国务院办公厅检查时，超过（含）15 秒打不开计为一次不能访问；《政府网站发展指引》要求页面加载不宜超过 3 秒。",
    fix: "请运维单位查明原因（数据库查询慢、带宽不足、页面过大、服务器过载），静态页面启用缓存和压缩；偶发的，隔日复测。",
    look: Look::Page(look),
};

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let Some(answer) = facts.answer else { return };
    // To the millisecond, so that 3.001 s does not read as the 3 s that are allowed.
    let took = format!("{}.{:03} 秒", answer.took_ms / 1000, answer.took_ms % 1000);
    let (level, cause) = if answer.took_ms >= FAILED_VISIT_MS {
        (RULE.level, format!("打开页面用时 {took}，达到或超过 15 秒，检查时计为一次不能访问"))
    } else if answer.took_ms > ADVISED_MS {
        (Level::Notice, format!("打开页面用时 {took}，超过 3 秒"))
    } else {
        return;
    };
    let finding = out.add(&RULE, format!("{cause}；页面大小 {} KB", answer.bytes.div_ceil(1024)));
    finding.level = level;
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.verdict = Some(answer.verdict);
    finding.reach = Some(answer.reach);
}
