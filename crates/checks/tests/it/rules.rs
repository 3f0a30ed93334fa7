//! Every rule has a folder with bad and good pages; bad ones are found, good ones are left alone. Clauses N2.1–N2.6.
//!
//! Only findings of the folder's own rule are compared; those of others are printed as a hint.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use checks::Rule;
use checks::registry::{self, RULES};

use crate::case::{Case, fixtures};
use crate::expect;

#[test]
fn bad_pages_are_found_and_good_ones_left_alone() {
    let mut faults = Vec::new();
    for rule in RULES {
        let folder = fixtures().join("rules").join(rule.id);
        let cases = stems(&folder);
        for kind in ["bad", "good"] {
            if !cases.iter().any(|c| is_kind(c, kind)) {
                faults.push(format!("{}: no {kind} page", rule.id));
            }
        }
        for path in cases {
            faults.extend(check(rule, path).err());
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_folder_belongs_to_a_rule() {
    let folders = fs::read_dir(fixtures().join("rules")).expect("the folder of rules");
    for folder in folders {
        let name = folder.expect("a folder").file_name().to_string_lossy().into_owned();
        assert!(registry::rule(&name).is_some(), "no rule is called {name}");
    }
}

/// Runs one fixture; says what is wrong.
fn check(rule: &'static Rule, path: PathBuf) -> Result<(), String> {
    let case = Case::read(path);
    if case.is_empty() {
        return Err(format!("{}/{}: neither a page nor facts", rule.id, case.name()));
    }
    let (own, others): (Vec<_>, Vec<_>) = case.findings(rule).into_iter().partition(|f| f.rule == rule.id);
    let name = format!("{}/{}", rule.id, case.name());
    for finding in others {
        let of = registry::rule(finding.rule).unwrap_or(rule);
        println!("hint {name}: {}", expect::line(&finding, of));
    }
    let text: String = own.iter().map(|f| expect::line(f, rule) + "\n").collect();
    let expected = case.path.with_extension("expect");
    if is_kind(&case.path, "good") {
        let surplus = if expected.exists() { "a good page needs no .expect\n" } else { "" };
        return match (surplus, &*text) {
            ("", "") => Ok(()),
            _ => Err(format!("{name}: false alarm\n{surplus}{text}")),
        };
    }
    if own.is_empty() {
        return Err(format!("{name}: nothing found"));
    }
    expect::compare(&expected, &text)
}

fn is_kind(path: &Path, kind: &str) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(kind))
}

/// The fixtures of a folder without their endings; `target-…` files are answers, not fixtures.
fn stems(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(files) = fs::read_dir(folder) else { return BTreeSet::new() };
    let mut stems = BTreeSet::new();
    for file in files {
        let path = file.expect("a file of the folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let known =
            path.extension().is_some_and(|e| ["html", "xml", "toml", "expect"].iter().any(|k| *k == e));
        assert!(known, "what is {}?", path.display());
        if !name.starts_with("target-") {
            assert!(
                is_kind(&path, "bad") || is_kind(&path, "good"),
                "neither good nor bad: {}",
                path.display()
            );
            stems.insert(path.with_extension(""));
        }
    }
    stems
}
