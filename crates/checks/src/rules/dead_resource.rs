//! Dead resource (资源失效): an image, style, script, media file or attachment that is gone. Clause N2.4.
//!
//! Pages are `dead-link`'s, frames included: a frame shows a page.

use base::{Clause, Level};

use super::target::{TargetFault, fault_of, report, told};
use crate::page::LinkKind;
use crate::rule::{Facts, Findings, Linked, Look, Rule};

pub static RULE: Rule = Rule {
    id: "dead-resource",
    name: "资源失效",
    clause: Clause::N2_4,
    level: Level::Fault,
    gates_drafts: true,
    why: "图片、样式、脚本、音视频或附件缺失，页面显示不全、功能不可用，附件无法下载。附件能否正常下载是全国政府网站普查的考察点。",
    fix: "重新上传缺失的文件，或把地址改为文件现在的位置；不再需要的，从页面和模板中删除引用。多个页面同时缺失的，先查公共模板。",
    look: Look::Link(look),
};

const FIX_ATTACHMENT: &str = "从原稿重新上传附件，核对附件名与正文所列一致，逐个点击确认能够下载；附件已撤回的，删除链接并在正文说明。";

fn look(linked: &Linked<'_>, _: &Facts<'_>, out: &mut Findings) {
    let fault = fault_of(linked);
    if !matches!(fault, Some(TargetFault::Resource | TargetFault::Attachment)) {
        return;
    }
    let attachment = fault == Some(TargetFault::Attachment);
    let what = if attachment { "附件无法下载".into() } else { spoilt(linked.kind) };
    let finding = report(out, &RULE, linked, format!("{what}：{}", told(linked.answer)));
    if attachment {
        finding.fix = FIX_ATTACHMENT.into();
    }
    // The sign on the browser's tab: nobody misses content for it.
    if linked.kind == LinkKind::Icon {
        finding.level = Level::Warning;
    }
}

/// What the visitor misses.
fn spoilt(kind: LinkKind) -> String {
    match kind {
        LinkKind::Style => "样式表缺失，版面会错乱".into(),
        LinkKind::ScriptFile => "脚本文件缺失，页面功能可能不可用".into(),
        LinkKind::Media => "音视频无法播放".into(),
        LinkKind::CssUrl => "样式表引用的图片、字体等文件缺失".into(),
        other => format!("{}无法显示", other.label()),
    }
}
