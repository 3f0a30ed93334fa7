//! Attachment fault (附件问题): a file that cannot be used as what it is offered. Clause N2.3.
//!
//! What is wrong was measured where the file was read; here it becomes a finding.

use base::{Clause, Level};

use crate::rule::{DocumentText, Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "attachment-fault",
    name: "附件打不开或名不副实",
    clause: Clause::N2_3,
    level: Level::Fault,
    gates_drafts: true,
    why: "附件是空的、损坏的、加了密码的，或者下载到的是报错网页，群众拿不到文件，办不成事。",
    fix: "在编辑电脑上重新生成文件并上传，发布后在前台下载打开一次；扩展名要与格式一致，不要给公开的附件设密码。",
    look: Look::Document(look),
};

fn look(document: &DocumentText<'_>, _: &Facts<'_>, out: &mut Findings) {
    for fault in document.faults {
        let finding = out.add(&RULE, fault.cause.clone());
        finding.level = fault.level;
        finding.page = Some(document.url.to_string());
        finding.target = finding.page.clone();
    }
}
