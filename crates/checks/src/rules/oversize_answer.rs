//! Oversize answer (响应过大): an answer that was cut at our bound, or never ends. Clause N2.1.
//!
//! The target counts as well: what was read of it was in order.

use base::{Clause, Level, Reach};

use super::target::{is_attachment, report, took};
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "oversize-answer",
    name: "响应过大",
    clause: Clause::N2_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "该地址返回的内容超过检查上限，或者一直发送不结束，群众打开缓慢、耗费流量；其余部分本次未检查。",
    fix: "网页过大的，分页显示并压缩图片；文件过大的，拆分或提供分卷下载，并在链接旁注明大小；响应不结束的，请运维单位检查程序。",
    look: Look::Link(look),
};

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    if linked.answer.reach != Reach::TooLarge {
        return;
    }
    let what = if is_attachment(linked.target) { "附件" } else { "响应" };
    let answer = linked.answer;
    let cause = format!(
        "{what}超过大小上限，读取 {:.1} MB（{}）后停止",
        answer.bytes as f64 / 1_048_576.0,
        took(answer.took_ms)
    );
    report(out, &RULE, linked, cause);
}
