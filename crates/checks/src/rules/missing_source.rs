//! Missing source (无信息来源): an article of a government site that names no source. Clause N2.1.
//!
//! An article that carries neither the line nor the label; where only the label is missing, `missing-label` speaks.

use base::{Clause, Level};

use super::missing_date::is_dated_kind;
use crate::article::How;
use crate::page::Page;
use crate::rule::{Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "missing-source",
    name: "无信息来源",
    clause: Clause::N2_1,
    level: Level::Notice,
    gates_drafts: false,
    why: "政府网站的指引要求注明信息来源，转载的更应如此；没有来源，真实性无从核对。",
    fix: "在标题下面注明来源（本单位采写的写本单位名称），并填写标签 ContentSource。",
    look: Look::Page(look),
};

/// Characters of a text whose source matters.
const LEAST_CHARS: usize = 150;

fn look(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let article = page.article(facts.today);
    let dated = article.date.as_ref().is_some_and(|d| matches!(d.how, How::Label | How::Printed));
    // An article without date and source is told once, by its date.
    if article.source.is_some() || !dated || article.body.chars < LEAST_CHARS || !is_dated_kind(page, facts) {
        return;
    }
    // Documents are signed; who issued them stands below.
    let issued =
        article.title.as_deref().is_some_and(|t| t.contains("关于") || t.starts_with("中华人民共和国"));
    if issued {
        return;
    }
    let finding = out.add(&RULE, "文章页面没有信息来源，标签里也没有");
    finding.page = Some(page.url.to_string());
    finding.target = finding.page.clone();
    finding.text = article.title.clone();
}
