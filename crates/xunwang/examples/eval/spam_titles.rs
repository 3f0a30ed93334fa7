//! Titles of malicious sites (`sites.tsv` with `title`, `url`, `keyword_guess`) as link texts, against titles of policy
//! documents in a folder beside (`*.tsv` with `url`, `title`, `issued`). Clauses N2.4, N2.5.
//!
//! Many of those titles say nothing (官网, Welcome), so that recall has a low ceiling.

use std::path::Path;

use checks::spam;

use super::measure::{Measure, name_of};

const HEAD: &str = "title\turl\tkeyword_guess";
const POLICY_HEAD: &str = "url\ttitle\tissued";

pub fn recognise(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("sites.tsv")).is_ok_and(|t| t.starts_with(HEAD))
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let set = name_of(folder);
    let titles = column(&folder.join("sites.tsv"), 0);
    let found = titles.iter().filter(|t| spam::judge(t).is_some()).count();
    let mut out = vec![Measure::share(&set, "recall", found, titles.len())];
    let honest: Vec<String> = beside(folder).iter().flat_map(|file| column(file, 1)).collect();
    if !honest.is_empty() {
        let alarms: Vec<String> =
            honest.iter().filter_map(|t| Some(format!("{t}: {}", spam::judge(t)?.told()))).collect();
        out.push(Measure::new(&set, "false_alarms", alarms.len() as f64, honest.len()).with_misses(alarms));
    }
    out
}

fn column(file: &Path, at: usize) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().skip(1).filter_map(|l| l.split('\t').nth(at)).map(str::to_owned).collect()
}

/// Files of policy titles in the folders beside the set.
fn beside(folder: &Path) -> Vec<std::path::PathBuf> {
    let folders = folder.parent().and_then(|p| std::fs::read_dir(p).ok()).into_iter().flatten().flatten();
    let mut files: Vec<_> = folders
        .filter_map(|f| std::fs::read_dir(f.path()).ok())
        .flat_map(|f| f.flatten().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "tsv"))
        .filter(|p| std::fs::read_to_string(p).is_ok_and(|t| t.starts_with(POLICY_HEAD)))
        .collect();
    files.sort();
    files
}
