//! Wrong place name (地名错误): a division of the country is misspelt. Clause N2.2.
//!
//! By the division table; names that merely are not in it are left alone.

use base::{Clause, Level};

use super::wording::{mistaken, tell_document, tell_page};
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};
use crate::spelling::{Kind, Slip};

pub static RULE: Rule = Rule {
    id: "wrong-place-name",
    name: "行政区划名称写错",
    clause: Clause::N2_2,
    level: Level::Fault,
    gates_drafts: true,
    why: "行政区划名称写错会误导群众，也属严重表述错误的常见情形。",
    fix: "对照民政部门公布的行政区划名称改正；转发稿件也要核对地名。",
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
        (Kind::Place, true) => Some((Level::Fault, mistaken(slip, "地名"))),
        _ => None,
    }
}
