//! Measures the rules on labelled sets: `eval FOLDER [--json FILE]`. Clauses N2.1–N2.6.
//!
//! Every folder below FOLDER is shown to every measure; a set is known by its files and their fields, never by its
//! name. Prints a table and, where asked, writes a list of `{"set", "metric", "value", "n"}`. Changes nothing else.

mod articles;
mod encodings;
mod gov_pages;
mod lists;
#[allow(dead_code, reason = "means of sets that come one by one")]
mod measure;
mod pages;
mod spam_titles;
mod spelling;
mod tampered;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::Measure;

/// One kind of labelled set: its module knows it and measures it.
struct Kind {
    recognise: fn(&Path) -> bool,
    measure: fn(&Path) -> Vec<Measure>,
}

/// Every kind of set, in the order of the table.
const KINDS: &[Kind] = &[
    Kind { recognise: encodings::recognise, measure: encodings::measure },
    Kind { recognise: gov_pages::recognise, measure: gov_pages::measure },
    Kind { recognise: articles::recognise, measure: articles::measure },
    Kind { recognise: spelling::recognise, measure: spelling::measure },
    Kind { recognise: lists::recognise, measure: lists::measure },
    Kind { recognise: tampered::recognise, measure: tampered::measure },
    Kind { recognise: spam_titles::recognise, measure: spam_titles::measure },
];

/// Folders that are looked at below the given one; labelled sets lie at its top or one level down.
const MAX_FOLDERS: usize = 10_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (mut folder, mut json) = (None, None);
    while let Some(argument) = arguments.next() {
        if argument == "--json" {
            json = arguments.next().map(PathBuf::from);
        } else {
            folder = Some(PathBuf::from(argument));
        }
    }
    let Some(folder) = folder else {
        eprintln!("usage: eval FOLDER [--json FILE]");
        return ExitCode::from(2);
    };
    let folders = folders(&folder);
    let mut measures = Vec::new();
    for kind in KINDS {
        for set in folders.iter().filter(|f| (kind.recognise)(f)) {
            measures.extend((kind.measure)(set));
        }
    }
    print!("{}", measure::table(&measures));
    if let Some(path) = json
        && let Err(why) = std::fs::write(&path, measure::json(&measures))
    {
        eprintln!("cannot write {}: {why}", path.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The folder itself and those up to two levels below, in order.
fn folders(top: &Path) -> Vec<PathBuf> {
    let mut list = vec![top.to_owned()];
    let (mut from, mut level) = (0, 0);
    while level < 2 && list.len() < MAX_FOLDERS {
        let until = list.len();
        for at in from..until {
            let Ok(entries) = std::fs::read_dir(&list[at]) else { continue };
            let mut below: Vec<_> = entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
            below.sort();
            list.extend(below);
        }
        (from, level) = (until, level + 1);
    }
    list
}
