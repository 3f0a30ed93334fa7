//! Stuffed title (标题或关键词被篡改): advertisements in title, keywords or description. Clause N2.5.
//!
//! Search engines show these; visitors of the page often see nothing of it. Titles that report on a crime are left alone.

use base::{Clause, Level, Position};

use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};
use crate::spam;

pub static RULE: Rule = Rule {
    id: "stuffed-title",
    name: "标题、关键词被植入推广内容",
    clause: Clause::N2_5,
    level: Level::Veto,
    gates_drafts: true,
    why: "页面的标题、关键词或描述含赌博、色情等推广用语，搜索结果中会以本单位名义显示，说明页面已被篡改。",
    fix: "恢复原来的标题、关键词和描述，查明篡改途径并修补漏洞，向搜索引擎申请删除有害快照，向网络安全主管部门报告。",
    look: Look::Page(look),
};

/// Characters of a text that a finding shows.
const SHOWN: usize = 80;

fn look(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    let tree = page.tree();
    let title = tree.first("title");
    let at_title = title.map(|t| tree.position(t));
    if let Some(judged) = spam::judge(&page.title) {
        let hidden = title.is_some_and(|t| is_in_references(&page.source[tree.span(t)]));
        let how = if hidden { "（以字符编码写成）" } else { "" };
        add(page, out, at_title, "title", &page.title, format!("页面标题{how}含{}", judged.told()));
    }
    for script in page.scripts() {
        for title in &script.acts.titles {
            if let Some(judged) = spam::judge(&title.raw) {
                let at = Some(tree.position_of(script.code.start + title.at));
                let cause = format!("脚本把页面标题改成含{}", judged.told());
                add(page, out, at, "script", &title.raw, cause);
            }
        }
    }
    for meta in page.metas() {
        let name = meta.name.to_ascii_lowercase();
        let what = match &*name {
            "keywords" => "关键词",
            "description" | "og:description" => "描述",
            "og:title" | "articletitle" | "title" => "标题标签",
            _ => continue,
        };
        if let Some(judged) = spam::judge(&meta.content) {
            add(
                page,
                out,
                Some(meta.at),
                "meta[content]",
                &meta.content,
                format!("{what}（{}）含{}", meta.name, judged.told()),
            );
        }
    }
}

fn add(page: &Page<'_>, out: &mut Findings, at: Option<Position>, element: &str, text: &str, cause: String) {
    let finding = out.add(&RULE, cause);
    finding.page = Some(page.url.to_string());
    finding.element = Some(element.to_owned());
    finding.text = Some(text.chars().take(SHOWN).collect());
    finding.at = at;
}

/// Whether most of an element is written in numeric references, as no author writes.
fn is_in_references(source: &str) -> bool {
    let references = memchr::memmem::find_iter(source.as_bytes(), b"&#").count();
    references >= 4 && references * 10 > source.len()
}
