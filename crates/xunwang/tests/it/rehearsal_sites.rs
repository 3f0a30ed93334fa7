//! The rehearsal's sites under inspection: each fault is found by its rule, and a sound site has none. Serves N2.1.
//!
//! The program itself serves the sites; what it finds is held against the list in the province.

use std::collections::BTreeSet;
use std::sync::Arc;

use platform::clock::SystemClock;
use xunwang::rehearsal::{Conduct, Group, units};

use crate::inspect_run::Inspect;

/// What every such site has: a division that is given to no place, links to strangers, no protections of the answer.
const ALWAYS: [&str; 4] =
    ["wrong-site-code", "outgoing-link", "missing-security-header", "commercial-hosting"];

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_found_and_a_sound_site_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let group = Group::open(folder.path(), Arc::new(SystemClock)).await.unwrap();
    for name in [
        "青湖省人民政府",
        "青湖省教育厅",
        "青禾县人民政府",
        "云溪县人民政府",
        "竹园区人民政府",
        "白塔县人民政府",
        "云溪县林业局",
    ] {
        let units = units();
        let at = units.iter().position(|unit| unit.name == name).unwrap();
        assert_eq!(units[at].conduct, Conduct::Steady, "{name}");
        let home = group.homes()[at].clone();
        let run = tokio::task::spawn_blocking(move || {
            Inspect::of(&home).with(&["--outgoing", "list"]).run().found()
        });
        let found = run.await.unwrap();
        let found: BTreeSet<String> = found.into_iter().map(|found| found.rule).collect();
        let found: BTreeSet<&str> =
            found.iter().map(String::as_str).filter(|rule| !ALWAYS.contains(rule)).collect();
        let expected: BTreeSet<&str> = units[at].troubles.iter().map(|trouble| trouble.rule()).collect();
        assert_eq!(found, expected, "{name}");
    }
}
