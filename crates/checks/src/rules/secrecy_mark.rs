//! Secrecy mark (密级或内部标识): a page or file that says of itself that it is not for everybody. Clause N2.2.
//!
//! Whether it is secret is for the office to say; the mark alone means that nobody looked before it was published.

use base::{Clause, Level};

use crate::leaks;
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};

pub static RULE: Rule = Rule {
    id: "secrecy-mark",
    name: "带有密级或内部标识",
    clause: Clause::N2_2,
    level: Level::Veto,
    gates_drafts: true,
    why: "页面或附件带有国家秘密标志、内部资料标识或不予公开的标识，说明发布前没有保密审查，可能造成失泄密。",
    fix: "立即撤下并断开链接，报本单位保密工作机构核定；确已解密或可以公开的，删去标识后重新履行保密审查再发布。",
    look: Look::PageAndDocument(look_at_page, look_at_document),
};

/// Lines of a document that are its head: marks of secrecy stand on the first lines of the first sheet.
const HEAD: usize = 5;
/// Marks told of one page or file: a mark on every sheet says no more.
const MOST_TOLD: usize = 3;

fn look_at_page(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    if !page.is_chinese() {
        return;
    }
    let mut told: Vec<String> = Vec::new();
    for passage in page.passages() {
        // Pages have navigation on top, where 内部资料 may be a column: only whole marks count.
        let Some(mark) = leaks::mark(&passage.text, false) else { continue };
        if told.len() == MOST_TOLD || told.contains(&mark.text) {
            continue;
        }
        let finding = out.add(&RULE, format!("页面上有{}", mark.what));
        finding.level = mark.level;
        finding.page = Some(page.url.to_string());
        finding.text = Some(mark.text.clone());
        finding.at = Some(passage.position(page.tree(), 0));
        told.push(mark.text);
    }
}

fn look_at_document(document: &DocumentText<'_>, _: &Facts<'_>, out: &mut Findings) {
    let mut told: Vec<String> = Vec::new();
    for (i, line) in document.lines.iter().enumerate() {
        let Some(mark) = leaks::mark(line.text, i < HEAD) else { continue };
        if told.len() == MOST_TOLD || told.contains(&mark.text) {
            continue;
        }
        let place = if line.place.is_empty() { "附件中" } else { line.place };
        let finding = out.add(&RULE, format!("{place}有{}", mark.what));
        finding.level = mark.level;
        finding.page = Some(document.url.to_string());
        finding.text = Some(mark.text.clone());
        told.push(mark.text);
    }
}
