//! Spelling hint (疑似错别字): what the language model finds unlikely. Clause N2.2.
//!
//! Never more than advice: a notice, and never a veto, whatever a pack says of other layers.

use base::{Clause, Level};

use super::wording::{doubted, tell_document, tell_page};
use crate::page::Page;
use crate::rule::{DocumentText, Facts, Findings, Look, Rule};
use crate::spelling::Slip;

pub static RULE: Rule = Rule {
    id: "spelling-hint",
    name: "疑似错别字",
    clause: Clause::N2_2,
    level: Level::Notice,
    gates_drafts: true,
    why: "语言模型或词典认为此处用字少见，可能是拼音或五笔输入造成的错别字，仅供校对参考。",
    fix: "请人工核对：确属错别字的改正；人名、地名、术语或引文无误的不必处理。",
    look: Look::PageAndDocument(look_at_page, look_at_document),
};

fn look_at_page(page: &Page<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !facts.known.no_hints {
        tell_page(page, &RULE, tell, out);
    }
}

fn look_at_document(document: &DocumentText<'_>, facts: &Facts<'_>, out: &mut Findings) {
    if !facts.known.no_hints {
        tell_document(document, &RULE, tell, out);
    }
}

fn tell(slip: &Slip) -> Option<(Level, String)> {
    match (slip.kind, slip.certain) {
        (_, false) => Some((Level::Notice, doubted(slip))),
        _ => None,
    }
}
