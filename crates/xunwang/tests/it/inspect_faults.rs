//! Exact precision and recall on the fault site: nothing missing, nothing too much. Serves N2.1, N2.4.
//!
//! The expectation is the test kit's written list; it is never taken from a run.

use testkit::compare::{compare, same_address};
use testkit::fault_site::{Expect, rule};
use testkit::{Coding, FaultSite};

use crate::inspect_run::{Inspect, Run};

fn check_fault_site(coding: Coding) {
    let site = FaultSite::start(coding).unwrap();
    let run = Inspect::of(&site.start_url()).run().ended_with(1);
    let differences = compare(&site.rows, &run.found());
    assert!(differences.is_empty(), "{differences}");
    check_asked(&site, &run);
    check_pages(&site, &run);
}

/// Decoys were looked at and found well; what is no link was never asked.
fn check_asked(site: &FaultSite, run: &Run) {
    for row in &site.rows {
        let target = row.target.split('#').next().unwrap_or_default();
        match row.expect {
            Expect::Ok => {
                assert_eq!(run.answer(target).map(|a| a.0).as_deref(), Some("ok"), "{}: {target}", row.kind);
            }
            Expect::Unasked => {
                let path = target.strip_prefix(&site.server.origin()).unwrap_or(target);
                assert_eq!(site.server.journal().visits(path), 0, "{}: {target} was asked", row.kind);
            }
            Expect::Fault(_) | Expect::Noted => {}
        }
    }
    for target in &site.never {
        assert_eq!(site.server.journal().visits(target), 0, "{target} was asked");
    }
}

fn check_pages(site: &FaultSite, run: &Run) {
    let db = run.db();
    for row in &site.pages {
        let (charset, title): (String, String) = db
            .query_row("select charset, title from page where url = ?1", [&row.page], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .unwrap_or_else(|e| panic!("{}: {e}", row.page));
        assert!(row.charsets.contains(&charset.to_ascii_lowercase().as_str()), "{}: {charset}", row.page);
        assert_eq!(title, row.title, "{}", row.page);
    }
}

#[test]
fn the_fault_site_is_judged_exactly() {
    check_fault_site(Coding::Utf8);
}

#[test]
fn the_fault_site_in_gb18030_is_judged_exactly() {
    check_fault_site(Coding::Gb18030);
}

#[test]
fn broken_addresses_are_written_one_a_line_as_the_links_were_resolved() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let inspect = Inspect::of(&site.start_url());
    let file = inspect.folder().0.join("broken.txt");
    // Held to the end: the folder goes with it.
    let _run = inspect.with(&["--broken-to", file.to_str().unwrap()]).run().ended_with(1);
    let text = std::fs::read_to_string(&file).unwrap();
    let written: Vec<&str> = text.lines().collect();
    for row in site.rows.iter().filter(|r| matches!(r.expect, Expect::Fault(_))) {
        let listed = written.iter().any(|line| same_address(line, &row.target));
        let broken = ![Some(rule::BLOCKED), Some(rule::TRANSIENT)].contains(&row.rule);
        assert_eq!(listed, broken, "{}: {}", row.kind, row.target);
    }
    let mut sorted = written.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), written.len(), "an address stands twice");
}
