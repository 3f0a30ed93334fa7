//! Sensitive word (敏感词): a word of the users' own list stands on a page or in an attachment. Clause N2.5.
//!
//! Which words are listed is the users' decision; without a list it says nothing. Each word is told once a page, with how
//! often it stands there.

use base::{Clause, Level, Position, Quote};

use super::wording::around;
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};
use crate::words::{Found, Listed};

pub static RULE: Rule = Rule {
    id: "sensitive-word",
    name: "出现敏感词",
    clause: Clause::N2_5,
    level: Level::Warning,
    gates_drafts: true,
    why: "页面或附件中有本单位词表所列的敏感词，可能是被篡改、被留言灌入的内容，也可能是用语不当。",
    fix: "核对上下文：是被写入的内容，立即删除并查明来源；是用语不当，按建议改正；属正常用语的，请完善词表。",
    look: Look::PageAndDocument(look_at_page, look_at_document),
};

/// Different words told of one page or file: with more the whole of it is to be looked at.
const MOST_TOLD: usize = 50;
/// Meta elements that visitors of search engines see.
const METAS: [&str; 2] = ["keywords", "description"];

fn look_at_page(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let list = &facts.known.words;
    if list.is_empty() {
        return;
    }
    let tree = page.tree();
    let mut told = Told::new(out, page.url.as_str(), "本页");
    for passage in page.passages() {
        for found in list.find(&passage.text) {
            told.add(&passage.text, &found, "页面上", || Some(passage.position(tree, found.range.start)));
        }
    }
    let title = tree.first("title").map(|node| tree.position(node));
    for found in list.find(&page.title) {
        told.add(&page.title, &found, "页面标题中", || title);
    }
    for meta in page.metas().iter().filter(|m| METAS.iter().any(|name| m.name.eq_ignore_ascii_case(name))) {
        for found in list.find(&meta.content) {
            told.add(&meta.content, &found, "页面的关键词或描述中", || Some(meta.at));
        }
    }
    told.finish();
}

fn look_at_document(document: &DocumentText<'_>, facts: &Facts<'_>, out: &mut Findings) {
    let list = &facts.known.words;
    if list.is_empty() {
        return;
    }
    let mut told = Told::new(out, document.url.as_str(), "本附件");
    for line in document.lines {
        let place = if line.place.is_empty() { "附件中" } else { line.place };
        for found in list.find(line.text) {
            told.add(line.text, &found, place, || None);
        }
    }
    told.finish();
}

/// What was told of one page or file.
struct Told<'o, 'l> {
    out: &'o mut Findings,
    url: &'o str,
    /// 本页 or 本附件
    whole: &'static str,
    /// Each word with its finding and how often it stands there.
    words: Vec<(&'l Listed, usize, usize)>,
}

impl<'o, 'l> Told<'o, 'l> {
    fn new(out: &'o mut Findings, url: &'o str, whole: &'static str) -> Told<'o, 'l> {
        Told { out, url, whole, words: Vec::new() }
    }

    fn add(&mut self, text: &str, found: &Found<'l>, place: &str, at: impl FnOnce() -> Option<Position>) {
        let listed = found.listed;
        if let Some((_, _, times)) = self.words.iter_mut().find(|(l, ..)| std::ptr::eq(*l, listed)) {
            *times += 1;
            return;
        }
        if self.words.len() == MOST_TOLD {
            return;
        }
        let finding = self.out.add(&RULE, cause(place, listed));
        finding.level = listed.level.unwrap_or(RULE.level);
        finding.page = Some(self.url.to_owned());
        finding.at = at();
        let fault = text.get(found.range.clone()).unwrap_or_default().to_owned();
        let (before, after) = around(text, &found.range);
        finding.text = Some(fault.clone());
        finding.quote = Some(Quote { before, fault, after, correct: listed.correct.clone(), certain: true });
        self.words.push((listed, self.out.list.len() - 1, 1));
    }

    /// Says how often each word stands there, and why it is listed.
    fn finish(self) {
        for (listed, finding, times) in self.words {
            let Some(finding) = self.out.list.get_mut(finding) else { continue };
            if times > 1 {
                finding.cause.push_str(&format!("（{}共 {times} 处）", self.whole));
            }
            if !listed.note.is_empty() {
                finding.cause.push('。');
                finding.cause.push_str(&listed.note);
            }
        }
    }
}

fn cause(place: &str, listed: &Listed) -> String {
    let mut cause = format!("{place}有敏感词“{}”", listed.word);
    if !listed.correct.is_empty() {
        cause.push_str(&format!("，建议改为“{}”", listed.correct.join("”或“")));
    }
    cause
}
