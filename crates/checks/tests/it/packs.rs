//! The packs that come with the program against the registry: every rule they name exists. Serves N2.1–N2.7.

use std::collections::BTreeSet;

use checks::pack::{Check, Verification, Weight, built_in};
use checks::registry;

#[test]
fn every_rule_that_a_pack_names_exists() {
    let mut unknown = BTreeSet::new();
    for pack in built_in() {
        for indicator in &pack.indicators {
            for rule in &indicator.rules {
                if registry::rule(rule).is_none() {
                    unknown.insert(format!("{} {}: {rule}", pack.id, indicator.id));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "no such rules: {unknown:?}");
}

#[test]
fn every_indicator_has_what_a_reader_needs() {
    let ids: Vec<String> = built_in().iter().map(|p| p.id.clone()).collect();
    assert_eq!(ids, ["hn68", "pc15", "jc19"]);
    for pack in built_in() {
        let prefix = format!("{}-", pack.id.to_uppercase());
        let mut machines = 0;
        for i in &pack.indicators {
            assert!(i.id.starts_with(&prefix), "{}", i.id);
            // A number that nobody saw needs its state of proof; a score needs a number.
            if let Some(worth) = &i.points {
                assert!(!worth.words().is_empty() && i.level == Weight::Deduct, "{}", i.id);
            }
            machines += usize::from(i.check.contains(&Check::Machine));
        }
        assert!(machines >= 10, "{}: only {machines} for machines", pack.id);
    }
}

#[test]
fn the_numbers_of_the_index_stand_in_its_pack() {
    let packs = built_in();
    let jc19 = packs.iter().find(|p| p.id == "jc19").unwrap();
    let scoring = jc19.scoring.as_ref().unwrap();
    let told = format!(
        "{} {} {:?} {} {}",
        scoring.full,
        scoring.fail_below,
        scoring.bonus_above.map(|p| p.to_string()),
        scoring.bonus_most,
        scoring.without_services.as_ref().unwrap().full
    );
    assert_eq!(told, "100 60 Some(\"80\") 30 75");
    // Scores that were seen in an official's own sheet: 5 + 2 + 3.
    let scored = jc19.indicators.iter().filter(|i| i.counted_by.is_none() && i.verification.counts());
    let scored = scored.filter_map(|i| i.points.as_ref()).filter(|w| w.verification.counts());
    let words: Vec<String> = scored.map(|w| w.words()).collect();
    assert_eq!(words, ["5 分", "2 分", "3 分"]);
    let pc15 = packs.iter().find(|p| p.id == "pc15").unwrap();
    assert_eq!(pc15.scoring.as_ref().unwrap().verification, Verification::Unverified);
    assert!(packs[0].scoring.is_none(), "the notice of 2011 gives no points");
}
