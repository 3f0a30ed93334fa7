//! Common typo (常见错别字): a misspelling that is no word. Clause N2.2.
//!
//! Only pairs that are never right (秸杆, 布署); the rest is left to the hints.

use base::{Clause, Level};

use super::wording::{mistaken, tell_document, tell_page};
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};
use crate::spelling::{Kind, Slip};

pub static RULE: Rule = Rule {
    id: "common-typo",
    name: "常见错别字",
    clause: Clause::N2_2,
    level: Level::Warning,
    gates_drafts: true,
    why: "错别字影响政府网站的严肃性，在普查和抽查中扣分。",
    fix: "改正错别字，并在稿件编校环节增加校对。",
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
        (Kind::Typo, true) => Some((Level::Warning, mistaken(slip, ""))),
        _ => None,
    }
}
