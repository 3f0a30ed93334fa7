//! What the guide and the README show is what the program does: options, commands, configuration, lists. Serves N2.1.
//!
//! Parses only; no command is carried out here.

use std::path::{Path, PathBuf};

use base::{Level, Verdict};
use regex::Regex;
use xunwang::args::{Command, command, parse};
use xunwang::options::InspectOptions;
use xunwang::options::layer::Layer;
use xunwang::options::table::SETTINGS;

const GUIDE: &str = "docs/guide/inspect.md";
const SCORE: &str = "docs/guide/score.md";
const CONSOLE: &str = "docs/guide/console.md";

fn read(path: &str) -> String {
    let path: PathBuf =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The fenced blocks of one language in the guide to inspections.
fn blocks(language: &str) -> Vec<String> {
    blocks_of(GUIDE, language)
}

fn blocks_of(document: &str, language: &str) -> Vec<String> {
    let fence = Regex::new(&format!("(?ms)^```{language}\n(.*?)^```$")).unwrap();
    let found: Vec<String> = fence.captures_iter(&read(document)).map(|b| b[1].to_owned()).collect();
    assert!(!found.is_empty(), "no block of {language}");
    found
}

/// Every long option of every command.
fn options() -> Vec<String> {
    let whole = command();
    let every = std::iter::once(&whole).chain(whole.get_subcommands());
    every.flat_map(|c| c.get_arguments()).filter_map(|a| a.get_long()).map(str::to_owned).collect()
}

/// Splits a line as a shell does, as far as the guide needs it: blanks, and single quotes around them.
fn words(line: &str) -> Vec<String> {
    let word = Regex::new(r"'([^']*)'|(\S+)").unwrap();
    let text = |found: regex::Captures<'_>| found.get(1).or(found.get(2)).unwrap().as_str().to_owned();
    word.captures_iter(line).map(text).collect()
}

#[test]
fn options_that_are_shown_exist() {
    let known = options();
    let option = Regex::new(r"(?:^|[^\w-])--([a-z][a-z-]*)").unwrap();
    for document in [GUIDE, SCORE, CONSOLE, "README.md"] {
        for found in option.captures_iter(&read(document)) {
            assert!(known.iter().any(|name| name == &found[1]), "{document}: no option --{}", &found[1]);
        }
    }
}

#[test]
fn every_option_is_explained() {
    let rows = read(GUIDE);
    for setting in SETTINGS.iter().filter(|s| s.name != "url") {
        let row = Regex::new(&format!(r"(?m)^\| `--{}[ `]", setting.name)).unwrap();
        assert!(row.is_match(&rows), "--{} has no row in {GUIDE}", setting.name);
        if let Some(letter) = setting.short {
            assert!(rows.contains(&format!("`-{letter}`")), "-{letter} is not in {GUIDE}");
        }
    }
}

#[test]
fn commands_that_are_shown_are_understood() {
    let mut inspected = 0;
    for line in blocks("sh").iter().flat_map(|block| block.lines()).filter(|l| l.starts_with("xunwang ")) {
        let mut words = words(line);
        if let Some(at) = words.iter().position(|w| w == "--config") {
            // The file is looked at by itself; a list of sites takes its place here.
            words[at] = "--sites".to_owned();
        }
        match parse(words.into_iter().map(Into::into), |_| None) {
            Ok(Command::Inspect(_)) => inspected += 1,
            other => panic!("{line}: {other:?}"),
        }
    }
    assert!(inspected > 5, "only {inspected} commands were found");
}

#[test]
fn the_console_is_shown_with_all_its_commands_settings_and_roles() {
    for line in blocks_of(CONSOLE, "sh").iter().flat_map(|block| block.lines()) {
        let understood = parse(words(line).into_iter().map(Into::into), |_| None);
        assert!(
            matches!(
                understood,
                Ok(Command::Serve(_)
                    | Command::AuditVerify(_)
                    | Command::Backup(_)
                    | Command::Restore(_)
                    | Command::Doctor(_)
                    | Command::Blobs(_))
            ),
            "{line}: {understood:?}"
        );
    }
    let text = read(CONSOLE);
    let whole = command();
    let serve = whole.get_subcommands().find(|c| c.get_name() == "serve").unwrap();
    for option in serve.get_arguments().filter_map(|a| a.get_long()).filter(|name| *name != "help") {
        assert!(text.contains(&format!("| `--{option} ")), "--{option} has no row in {CONSOLE}");
    }
    for role in ledger::identity::model::Role::ALL {
        assert!(text.contains(role.name()), "{} is not in {CONSOLE}", role.name());
    }
}

#[test]
fn commands_on_scores_that_are_shown_are_understood() {
    let mut kinds = [0; 4];
    for line in blocks_of(SCORE, "sh").iter().flat_map(|block| block.lines()) {
        match parse(words(line).into_iter().map(Into::into), |_| None) {
            Ok(Command::Inspect(_)) => kinds[0] += 1,
            Ok(Command::Score(_)) => kinds[1] += 1,
            Ok(Command::Packs { .. }) => kinds[2] += 1,
            Ok(Command::Rules { .. } | Command::Rule { .. }) => kinds[3] += 1,
            other => panic!("{line}: {other:?}"),
        }
    }
    assert!(kinds.iter().all(|n| *n > 0), "{kinds:?}");
}

#[test]
fn states_and_packs_are_explained() {
    let guide = read(SCORE);
    for state in checks::pack::State::ALL {
        assert!(guide.contains(&format!("| {} |", state.label())), "{}", state.label());
    }
    for pack in checks::pack::built_in() {
        assert!(
            guide.contains(&format!("| `{}` | {} | {}", pack.id, pack.document, pack.period())),
            "{}",
            pack.id
        );
    }
}

#[test]
fn the_configuration_that_is_shown_is_understood() {
    for text in blocks("toml") {
        let named = |name: &str| (name == "XUNWANG_CONFIG").then(|| "xunwang.toml".to_owned());
        let options =
            InspectOptions::new(Layer::default(), Layer::from_environment(named), |_| Ok(text.clone()));
        let options = options.unwrap_or_else(|wrong| panic!("{wrong}"));
        assert!(options.quiet && options.exclude.len() == 2 && options.fail_on == Some(Level::Fault));
    }
}

#[test]
fn the_list_that_is_shown_is_read() {
    for text in blocks("csv") {
        let list = xunwang::sites::parse(Path::new("sites.csv"), text.as_bytes()).unwrap();
        assert_eq!(list.entries.len(), text.lines().count() - 1);
        for site in &list.entries {
            let fields = [&site.name, &site.unit, &site.level, &site.region, &site.kind, &site.site_id_code];
            assert!(fields.iter().all(|field| !field.is_empty()), "{site:?}");
        }
        assert!(list.notes.is_empty(), "{:?}", list.notes);
    }
}

#[test]
fn every_verdict_and_level_is_explained() {
    let guide = read(GUIDE);
    for verdict in Verdict::ALL {
        let row = format!("| {} | `{}` |", verdict.label(), verdict.code());
        assert!(guide.contains(&row), "no row “{row}”");
    }
    for level in Level::GRAVEST_FIRST {
        let told = format!("{}（`{}`", level.label(), level.code());
        assert!(guide.contains(&told), "no “{told}”");
    }
}
