//! Sets on spelling: sentences with known slips, misspelt names, proofread texts. Clause N2.2.
//!
//! `csc`: TSV of `label`, `source`, `target`; `gov_site_typos`: TSV of `correct`, `wrong`; proofread official texts:
//! JSON lines with `body` and `category`. Measures the layers as the rules use them.

use std::path::{Path, PathBuf};

use checks::spelling::{Slip, certain, hints, shipped, slips_by};

use super::measure::{Measure, has_fields, json_lines, name_of};

const SENTENCES: &str = "label\tsource\ttarget";
const NAMES: &str = "correct\twrong";
const TEXTS: [&str; 3] = ["title", "body", "category"];

/// The files of a folder that one of the three kinds is made of.
fn files(folder: &Path, is: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut list: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.is_file() && is(p)).collect();
    list.sort();
    list
}

fn opens_with(path: &Path, head: &str) -> bool {
    let named = path.extension().is_some_and(|e| e == "tsv");
    named && std::fs::read_to_string(path).is_ok_and(|t| t.trim_start_matches('\u{feff}').starts_with(head))
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "jsonl") && has_fields(path, &TEXTS)
}

pub fn recognise(folder: &Path) -> bool {
    let any = |path: &Path| opens_with(path, SENTENCES) || opens_with(path, NAMES) || is_text(path);
    !files(folder, any).is_empty()
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let mut list = Vec::new();
    for path in files(folder, |p| opens_with(p, SENTENCES)) {
        list.extend(sentences(&path));
    }
    for path in files(folder, |p| opens_with(p, NAMES)) {
        list.extend(names(&path));
    }
    let texts = files(folder, is_text);
    if !texts.is_empty() {
        list.extend(proofread(&name_of(folder), &texts));
    }
    list
}

fn all(text: &str) -> Vec<Slip> {
    shipped().map_or(Vec::new(), |model| slips_by(model, text))
}

/// The text with the likeliest form at every slip.
fn mended(text: &str, slips: &[Slip]) -> String {
    let mut out = text.to_owned();
    for slip in slips.iter().rev() {
        if let Some(right) = slip.correct.first() {
            out.replace_range(slip.range.clone(), right);
        }
    }
    out
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let row = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(row).collect()
}

fn sentences(path: &Path) -> Vec<Measure> {
    let (mut wrong, mut clean, mut changed, mut right, mut alarms) = (0, 0, 0, 0, 0);
    let mut misses = Vec::new();
    for row in rows(path) {
        let [_, source, target, ..] = &row[..] else { continue };
        let slips = all(source);
        let out = mended(source, &slips);
        let (is_wrong, is_changed) = (source != target, out != *source);
        wrong += usize::from(is_wrong);
        clean += usize::from(!is_wrong);
        changed += usize::from(is_changed);
        right += usize::from(is_wrong && out == *target);
        if is_changed && !is_wrong {
            alarms += 1;
            misses.extend(slips.iter().map(|s| format!("{} → {} in {source}", s.fault, s.correct.join("/"))));
        }
    }
    let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    let (precision, recall) = (share(right, changed), share(right, wrong));
    let f1 = if right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    let set = stem(path);
    vec![
        Measure::new(&set, "correction_f1", f1, wrong),
        Measure::share(&set, "false_alarm_rate", alarms, clean).with_misses(misses),
    ]
}

fn names(path: &Path) -> Vec<Measure> {
    let (mut found, mut first, mut n, mut misses) = (0, 0, 0, Vec::new());
    for row in rows(path) {
        let [right, wrong, ..] = &row[..] else { continue };
        let slips = all(wrong);
        n += 1;
        found += usize::from(!slips.is_empty());
        let mends = mended(wrong, &slips) == *right;
        first += usize::from(mends);
        if !mends {
            misses.push(format!("{wrong}: {:?}", slips.iter().map(|s| &s.correct).collect::<Vec<_>>()));
        }
    }
    let set = stem(path);
    vec![
        Measure::share(&set, "recall", found, n),
        Measure::share(&set, "first_suggestion", first, n).with_misses(misses),
    ]
}

fn proofread(set: &str, texts: &[PathBuf]) -> Vec<Measure> {
    let (mut characters, mut sure, mut advice) = (0, Vec::new(), 0);
    for path in texts {
        for text in json_lines(path) {
            for line in text["body"].as_str().unwrap_or_default().lines() {
                characters += line.chars().count();
                let slips = certain(line);
                let (own, mild): (Vec<Slip>, Vec<Slip>) = slips.into_iter().partition(|s| s.certain);
                sure.extend(own.iter().map(|s| format!("{} → {} in {line}", s.fault, s.correct.join("/"))));
                advice += mild.len() + hints(line).len();
            }
        }
    }
    let per = |n: usize, of: f64| if characters == 0 { 0.0 } else { n as f64 * of / characters as f64 };
    vec![
        Measure::new(set, "certain_per_100k", per(sure.len(), 1e5), characters).with_misses(sure),
        Measure::new(set, "hint_per_10k", per(advice, 1e4), characters),
    ]
}
