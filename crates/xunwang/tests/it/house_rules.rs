//! The house rules, held against the files of this repository: arrows, heads, sizes, words, documents. Serves N2.1.
//!
//! Reads files only. A rule that fails is obeyed, not loosened; where a rule must change, an ADR says why.

use std::path::{Path, PathBuf};

use regex::Regex;
use toml::{Table, Value};

/// Which of our crates each crate may use. A new arrow or crate needs an ADR and a line here.
const ARROWS: [(&str, &[&str]); 14] = [
    ("assets", &[]),
    ("base", &[]),
    ("checks", &["base"]),
    ("documents", &["base"]),
    ("crawl", &["base", "checks", "documents", "render"]),
    ("ledger", &["assets", "base", "platform"]),
    ("objects", &["platform"]),
    ("platform", &["base"]),
    ("render", &["base"]),
    ("report", &["base", "checks", "crawl"]),
    ("papers", &[]),
    ("supervision", &["base", "checks", "crawl", "ledger", "papers", "platform", "report"]),
    ("testkit", &["base"]),
    (
        "xunwang",
        &["base", "checks", "crawl", "documents", "ledger", "objects", "platform", "report", "supervision"],
    ),
];
/// Used by tests only, by any crate but those it is built on.
const TESTS_ONLY: &str = "testkit";
/// Crates that only compute: what goes in decides what comes out.
const PURE: [&str; 2] = ["base", "checks"];
/// What a pure crate must not call: the clock, files, the network, the environment, other threads.
const IMPURE: [&str; 11] = [
    "SystemTime::now",
    "Instant::now",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "tokio",
    "async ",
    ".await",
    "rusqlite",
];
/// The main database's engine room, the run file's own modules, and the two that ask it what their own rows do not say.
const SPEAKS_SQL: [&str; 15] = [
    "crates/platform/src/db.rs",
    "crates/platform/src/jobs/store.rs",
    "crates/crawl/src/finish/compare.rs",
    "crates/crawl/src/after/questions.rs",
    "crates/crawl/src/run_file/read.rs",
    "crates/crawl/src/run_file/to_read.rs",
    "crates/crawl/src/run_file/write.rs",
    "crates/crawl/src/run_file/readings.rs",
    "crates/crawl/src/run_file/rendered.rs",
    "crates/crawl/src/keeper.rs",
    "crates/crawl/src/finish/mod.rs",
    "crates/crawl/src/finish/fragments.rs",
    "crates/crawl/src/finish/links.rs",
    "crates/crawl/src/finish/look_up.rs",
    "crates/crawl/src/finish/once.rs",
];
/// Style: aim at 250 lines, split at 400, never past this.
const MOST_LINES: usize = 600;
/// An ADR is one page.
const MOST_ADR_LINES: usize = 60;

fn root() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A text file of the repository: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The code as it is built for users: without comments and without what only tests see.
    fn shipped(&self) -> String {
        let whole = match self.text.split_once("#[cfg(test)]\nmod tests {\n") {
            None => self.text.clone(),
            Some((before, tests)) => {
                before.to_owned() + tests.split_once("\n}\n").map_or("", |(_, rest)| rest)
            }
        };
        let code = whole.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.collect::<Vec<_>>().join("\n")
    }

    fn is_source_of(&self, krate: &str) -> bool {
        self.path.starts_with(&format!("crates/{krate}/src/"))
    }
}

/// Every text file, sorted; what `.gitignore` names is left out.
fn files() -> Vec<File> {
    fn walk(folder: &Path, root: &Path, out: &mut Vec<File>) {
        const IGNORED: [&str; 8] = [
            ".git",
            "target",
            "report",
            "xunwang-data",
            "xunwang-rehearsal",
            "fuzz/target",
            "fuzz/corpus",
            "fuzz/artifacts",
        ];
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if IGNORED.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                walk(&path, root, out);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                // What is no UTF-8 is a picture or a fixture in another charset.
                out.push(File { path: name, text });
            }
        }
    }
    let root = root();
    let mut out = Vec::new();
    walk(&root, &root, &mut out);
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(out.len() > 100, "only {} files found under {}", out.len(), root.display());
    out
}

fn files_ending(ending: &str) -> Vec<File> {
    files().into_iter().filter(|f| f.path.ends_with(ending)).collect()
}

/// Code that users get: sources of the crates without modules that only tests build.
fn shipped_sources() -> Vec<File> {
    let sources: Vec<File> =
        files_ending(".rs").into_iter().filter(|f| f.path.split('/').nth(2) == Some("src")).collect();
    let test_module = Regex::new(r"#\[cfg\(test\)\]\nmod (\w+);").unwrap();
    let mut only_tests = Vec::new();
    for file in &sources {
        let folder = match file.path.rsplit_once('/').unwrap() {
            (folder, "mod.rs" | "lib.rs" | "main.rs") => folder.to_owned(),
            _ => file.path.trim_end_matches(".rs").to_owned(),
        };
        only_tests.extend(test_module.captures_iter(&file.text).map(|m| format!("{folder}/{}.rs", &m[1])));
    }
    sources.into_iter().filter(|f| !only_tests.contains(&f.path)).collect()
}

/// Fails with everything that is wrong, not only the first.
fn check_none(wrong: Vec<String>, rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}

fn manifests() -> Vec<(String, Table)> {
    let manifests = files_ending("/Cargo.toml").into_iter().filter(|f| f.path.starts_with("crates/"));
    manifests.map(|f| (f.path.split('/').nth(1).unwrap().to_owned(), f.text.parse().unwrap())).collect()
}

fn names(manifest: &Table, section: &str) -> Vec<String> {
    manifest.get(section).and_then(Value::as_table).into_iter().flatten().map(|(n, _)| n.clone()).collect()
}

#[test]
fn arrows_between_crates_go_down_only() {
    let ours = |name: &String| ARROWS.iter().any(|(known, _)| known == name);
    let mut wrong = Vec::new();
    for (krate, manifest) in manifests() {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == krate) else {
            wrong.push(format!("crate {krate} is not in the list of arrows"));
            continue;
        };
        let used = [names(&manifest, "dependencies"), names(&manifest, "build-dependencies")].concat();
        for name in used.iter().filter(|n| ours(n) && !allowed.contains(&n.as_str())) {
            wrong.push(format!("{krate} → {name}"));
        }
        for name in names(&manifest, "dev-dependencies").iter().filter(|n| ours(n)) {
            if name != TESTS_ONLY && !allowed.contains(&name.as_str()) {
                wrong.push(format!("tests of {krate} → {name}"));
            }
        }
    }
    check_none(wrong, "arrows that no ADR allows");
}

#[test]
fn base_needs_the_standard_library_and_serde_only() {
    let (_, base) = manifests().into_iter().find(|(name, _)| name == "base").unwrap();
    assert_eq!(names(&base, "dependencies"), ["serde"]);
}

#[test]
fn versions_stand_in_the_workspace_manifest_only() {
    let mut wrong = Vec::new();
    for (krate, manifest) in manifests() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest.get(section).and_then(Value::as_table).into_iter().flatten() {
                if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                    wrong.push(format!("{krate}: {name} = {value}"));
                }
            }
        }
        let version = &manifest["package"]["version"];
        if version.get("workspace").is_none() {
            wrong.push(format!("{krate}: version = {version}"));
        }
    }
    check_none(wrong, "dependencies that do not take their version from the workspace");
}

#[test]
fn every_dependency_is_used() {
    let root: Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let workspace = root["workspace"].as_table().unwrap();
    let all = files_ending(".rs");
    let mut wrong = Vec::new();
    let mut wanted = Vec::new();
    for (krate, manifest) in manifests() {
        let folder = format!("crates/{krate}/");
        for (section, tests_count) in [("dependencies", false), ("dev-dependencies", true)] {
            for name in names(&manifest, section) {
                let word = Regex::new(&format!(r"\b{}(::|\s*;|\s+as )", name.replace('-', "_"))).unwrap();
                let mut own = all.iter().filter(|f| {
                    if tests_count { f.path.starts_with(&folder) } else { f.is_source_of(&krate) }
                });
                if !own.any(|f| word.is_match(&f.text)) {
                    wrong.push(format!("{krate} does not use {name}"));
                }
                wanted.push(name);
            }
        }
    }
    let unwanted = names(workspace, "dependencies").into_iter().filter(|n| !wanted.contains(n));
    wrong.extend(unwanted.map(|name| format!("no crate asks for {name}")));
    check_none(wrong, "unused dependencies");
}

#[test]
fn every_file_opens_with_a_head_that_names_its_clause() {
    let clause = Regex::new(r"\bN[1-5]\.[1-8]\b|\ball clauses\b").unwrap();
    let mut wrong = Vec::new();
    for file in files_ending(".rs") {
        let head: Vec<&str> = file.text.lines().take_while(|l| l.starts_with("//!") && *l != "//!").collect();
        if head.is_empty() {
            wrong.push(format!("{}: no head", file.path));
        } else if !clause.is_match(&head.join(" ")) {
            wrong.push(format!("{}: the head names no clause", file.path));
        }
    }
    check_none(wrong, "heads (`//!`, first paragraph, \"Clause N2.4.\" or \"Serves N2.4.\")");
}

#[test]
fn files_stay_small() {
    let long = files_ending(".rs").into_iter().map(|f| (f.text.lines().count(), f.path));
    let wrong = long.filter(|(lines, _)| *lines > MOST_LINES).map(|(n, path)| format!("{path}: {n} lines"));
    check_none(wrong.collect(), "files to be split");
}

#[test]
fn what_may_fail_is_not_unwrapped_and_what_may_grow_is_bounded() {
    let mut wrong = Vec::new();
    for file in shipped_sources() {
        let code = file.shipped();
        for word in [".unwrap()", "unbounded_channel", "process::abort"] {
            if code.contains(word) {
                wrong.push(format!("{}: {word}", file.path));
            }
        }
    }
    let panics = concat!("#[should", "_panic");
    wrong.extend(
        files_ending(".rs")
            .iter()
            .filter(|f| f.text.contains(panics))
            .map(|f| format!("{}: {panics}", f.path)),
    );
    check_none(wrong, "words that only tests may use, or nobody");
}

#[test]
fn base_and_checks_only_compute() {
    let mut wrong = Vec::new();
    for file in shipped_sources().iter().filter(|f| PURE.iter().any(|krate| f.is_source_of(krate))) {
        let code = file.shipped();
        wrong.extend(IMPURE.iter().filter(|w| code.contains(*w)).map(|w| format!("{}: {w}", file.path)));
    }
    check_none(wrong, "clock, files, network or threads where only values may go in and out");
}

#[test]
fn sql_is_spoken_beside_the_run_file_only() {
    let sql = Regex::new(concat!(
        r#"(?i)"\s*(select\s+[\w(*]|insert\s+(or|into)\b|update\s+\w+\s+set\b|delete\s+from\b"#,
        r#"|create\s+(table|index|view)\b|begin\s+immediate|commit"|pragma\s)|Connection::open"#
    ))
    .unwrap();
    let speak = |file: &File| sql.is_match(&file.shipped());
    let wrong = shipped_sources().into_iter().filter(|f| speak(f) && !SPEAKS_SQL.contains(&f.path.as_str()));
    check_none(wrong.map(|f| f.path).collect(), "SQL outside the modules that own the run file");
    for path in SPEAKS_SQL {
        assert!(root().join(path).is_file(), "{path} is on the list and not there");
    }
}

#[test]
fn no_path_of_a_machine_and_no_registry_is_named() {
    let machine =
        Regex::new(concat!(r#"(^|[\s"'`=(\[<])/(home|root|Users|work|tmp/wt)/\w|\.\./"#, r"shared\b"))
            .unwrap();
    let hosts = concat!(
        r"\b((index|static)\.)?crates\.",
        r"io\b|\bpypi\.",
        r"org\b|\bregistry\.npmjs\.",
        r"org\b|\bproxy\.golang\.",
        r"org\b|\brsproxy\.",
        r"cn\b|\bstatic\.rust-lang\.",
        r"org\b|\brustup\.",
        r"rs\b"
    );
    let registry = Regex::new(hosts).unwrap();
    // rustup is the way to a compiler where there is none, and this is the one place that fetches it.
    let set_up = concat!("https://sh.rustup", ".rs");
    let mut wrong = Vec::new();
    // Cargo writes its lock file itself, with the index of every package.
    for file in files().iter().filter(|f| f.path != "Cargo.lock" && f.path != "fuzz/Cargo.lock") {
        for (number, line) in file.text.lines().enumerate() {
            let allowed =
                if file.path == "dev/common.sh" { line.replace(set_up, "") } else { line.to_owned() };
            if machine.is_match(&allowed) || registry.is_match(&allowed) {
                wrong.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    check_none(wrong, "what holds on one machine only");
}

#[test]
fn every_adr_is_one_page_with_its_sections() {
    let name = Regex::new(r"^docs/adr/(\d{4})-[a-z0-9-]+\.md$").unwrap();
    let mut wrong = Vec::new();
    let mut numbers = Vec::new();
    for file in files_ending(".md").iter().filter(|f| f.path.starts_with("docs/adr/")) {
        let Some(found) = name.captures(&file.path) else {
            wrong.push(format!("{}: not named NNNN-title.md", file.path));
            continue;
        };
        numbers.push(found[1].parse::<usize>().unwrap());
        let lines: Vec<&str> = file.text.lines().collect();
        if !lines[0].starts_with(&format!("# {}", &found[1])) {
            wrong.push(format!("{}: the title does not begin with its number", file.path));
        }
        for part in ["Date: ", "Status: ", "## Context", "## Decision", "## Consequences"] {
            if !lines.iter().any(|line| line.starts_with(part)) {
                wrong.push(format!("{}: no “{}”", file.path, part.trim()));
            }
        }
        if lines.len() > MOST_ADR_LINES {
            wrong.push(format!("{}: {} lines", file.path, lines.len()));
        }
    }
    check_none(wrong, "ADRs");
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "ADRs are numbered without gaps");
    assert!(!numbers.is_empty());
}

#[test]
fn links_between_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut wrong = Vec::new();
    for file in files_ending(".md") {
        let folder = root().join(&file.path).parent().unwrap().to_owned();
        for found in link.captures_iter(&file.text) {
            let target = found[1].split('#').next().unwrap_or_default();
            let elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !folder.join(target).exists() {
                wrong.push(format!("{} → {target}", file.path));
            }
        }
    }
    check_none(wrong, "links to files that are not there");
}

#[test]
fn the_map_is_true() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let place = Regex::new(r"`((?:crates|dev|docs|fuzz)/[\w./-]*\w/?)`").unwrap();
    let named = place.captures_iter(&map).map(|found| found[1].to_owned());
    let mut wrong: Vec<String> = named.filter(|path| !root().join(path).exists()).collect();
    let absent = ARROWS.iter().filter(|(krate, _)| !map.contains(&format!("`crates/{krate}`")));
    wrong.extend(absent.map(|(krate, _)| format!("crates/{krate} is not on the map")));
    check_none(wrong, "ARCHITECTURE.md and the tree differ");
}
