//! Wrong fixed phrase (规范表述错误): the state, an institution or a fixed phrase is misnamed. Clause N2.2.
//!
//! The certain layer only: what might also be right is left to the hints.

use base::{Clause, Level};

use super::wording::{mistaken, tell_document, tell_page};
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};
use crate::spelling::{Kind, Slip};

pub static RULE: Rule = Rule {
    id: "wrong-fixed-phrase",
    name: "规范名称、固定表述写错",
    clause: Clause::N2_2,
    level: Level::Veto,
    gates_drafts: true,
    why: "国名、党和国家机构名称、固定政治表述写错属严重表述错误，检查中出现即可单项否决。",
    fix: "立即改正，并查明同一稿件是否转发到其他栏目和新媒体；发布前按三审三校核对名称和表述。",
    look: Look::PageAndDocument(look_at_page, look_at_document),
};

fn look_at_page(page: &Page<'_>, _: &Facts<'_>, out: &mut Findings) {
    tell_page(page, &RULE, tell, out);
}

fn look_at_document(document: &DocumentText<'_>, _: &Facts<'_>, out: &mut Findings) {
    tell_document(document, &RULE, tell, out);
}

fn tell(slip: &Slip) -> Option<(Level, String)> {
    match (slip.kind, slip.certain) {
        (Kind::State, true) => Some((Level::Veto, mistaken(slip, "规范名称"))),
        // A phrase of policy is a fault; whether it fails the site is for the pack and a person.
        (Kind::Phrase, true) => Some((Level::Fault, mistaken(slip, "固定表述"))),
        _ => None,
    }
}
