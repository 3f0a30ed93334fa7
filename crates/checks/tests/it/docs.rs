//! `docs/rules.md` says what the registry says. Clauses N2.1–N2.6.

use std::path::Path;

use checks::registry::{RULES, rules_markdown};

use crate::expect;

#[test]
fn the_document_of_rules_is_up_to_date() {
    let path =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../docs/rules.md");
    if let Err(difference) = expect::compare(&path, &rules_markdown()) {
        panic!("{difference}");
    }
}

#[test]
fn no_markup_of_an_advice_is_swallowed_by_the_document() {
    let text = rules_markdown();
    assert!(text.contains("&lt;meta charset="), "the advice on charsets names an element");
    assert!(!text.contains('<'));
}

#[test]
fn rules_have_ids_of_their_own_and_speak_in_sentences() {
    for (i, rule) in RULES.iter().enumerate() {
        assert!(RULES[..i].iter().all(|r| r.id != rule.id && r.name != rule.name), "{} twice", rule.id);
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        for text in [rule.why, rule.fix] {
            assert!(text.ends_with('。'), "{}: {text}", rule.id);
        }
    }
}
