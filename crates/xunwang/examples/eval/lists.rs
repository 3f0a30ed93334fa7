//! Column pages without labels: saved pages side by side in one folder. Clause N2.1.
//!
//! The newest date of the main list against a scan that knows nothing of lists: texts that are a date and nothing
//! else, three or more of them. Pages without such texts are not counted.

use std::path::{Path, PathBuf};

use checks::dates::{self, Form};
use checks::tree::Kind;
use jiff::civil::Date;

use super::gov_pages::Share;
use super::measure::{Measure, name_of};
use super::pages::{TODAY, text_of, with_page};

/// Pages side by side that make a set, and texts of dates that make a page one with a dated list.
const LEAST: usize = 3;

pub fn recognise(folder: &Path) -> bool {
    let labelled = ["labels.jsonl", "labels.tsv", "labels.json"].iter().any(|l| folder.join(l).exists());
    let inside =
        folder.parent().is_some_and(|p| p.join("labels.jsonl").exists() || p.join("labels.tsv").exists());
    !labelled && !inside && pages(folder).len() >= LEAST && folder.join("README.md").exists()
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let mut newest = Share::default();
    for file in pages(folder) {
        let text = text_of(&file);
        let name = name_of(&file);
        let (scanned, found, items) = with_page(&text, None, |page| {
            let listing = page.listing(Some(TODAY));
            let main = listing.main();
            (scan(&text), main.and_then(|l| l.newest), main.map_or(0, |l| l.items.len()))
        });
        eprintln!("{name}: newest {found:?} of {items} items");
        if let Some(wanted) = scanned {
            newest.add(&name, &wanted.to_string(), found.map(|d| d.to_string()));
        }
    }
    vec![newest.measure(&name_of(folder), "newest_date")]
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut list: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "html")).collect();
    list.sort();
    list
}

/// The newest of the texts that are nothing but a date.
fn scan(text: &str) -> Option<Date> {
    let tree = checks::Tree::parse(text);
    let days: Vec<Date> = tree
        .descendants(tree.root())
        .filter(|id| matches!(tree.kind(*id), Kind::Text(_)))
        .filter_map(|id| {
            let text = tree.own_text(id);
            let text = text.trim().trim_matches(['[', ']', '(', ')', '（', '）']);
            let stamp = dates::find(text, None).into_iter().next()?;
            (stamp.at == (0..text.len()) && stamp.form != Form::NoYear).then(|| stamp.date())?
        })
        .collect();
    if days.len() >= LEAST { days.into_iter().max() } else { None }
}
