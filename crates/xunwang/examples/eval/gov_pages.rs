//! Government pages with their own labels: `pub_date_visible` and `missing_or_empty`. Clauses N2.1, N4.1.
//!
//! Labels found missing or empty, also after single ones are taken away; title and date with the labels and without
//! any meta element.

use std::collections::BTreeSet;
use std::path::Path;

use checks::article::{How, comparable};
use checks::labels::{Group, Labels, REQUIRED};
use serde_json::Value;

use super::measure::{Measure, has_fields, json_lines, name_of};
use super::pages::{TODAY, text_of, with_page, without_metas};

const LABELS: &str = "labels.jsonl";
/// Labels of one page that are taken away, one after the other.
const TAKEN: usize = 3;
/// Start of the numbers that choose them.
const SEED: u64 = 0x5EED_2011_0068;

pub fn recognise(folder: &Path) -> bool {
    has_fields(&folder.join(LABELS), &["file", "pub_date_visible", "missing_or_empty"])
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let set = name_of(folder);
    let (mut labels, mut taken) = (Compared::default(), Compared::default());
    let (mut meta, mut bare, mut title, mut plain) = <(Share, Share, Share, Share)>::default();
    let mut random = SEED;
    for line in json_lines(&folder.join(LABELS)) {
        let file = line["file"].as_str().unwrap_or_default();
        let text = text_of(&folder.join(file));
        let url = line["url"].as_str();
        let wanted = wanted(&line);
        labels.add(file, &wanted, &with_page(&text, url, |page| missing(&Labels::read(page))));
        let mut there: Vec<_> =
            REQUIRED.iter().map(|(_, name, _)| *name).filter(|n| !wanted.contains(*n)).collect();
        for _ in 0..TAKEN.min(there.len()) {
            let name = there.swap_remove(next(&mut random) % there.len());
            let less = without_metas(&text, |n| n.eq_ignore_ascii_case(name));
            let with = wanted.iter().cloned().chain([name.to_owned()]).collect();
            taken.add(file, &with, &with_page(&less, url, |page| missing(&Labels::read(page))));
        }
        let (date, heading) = (line["pub_date"].as_str(), line["article_title"].as_str());
        let less = without_metas(&text, |_| true);
        if let Some(date) = date {
            let got = with_page(&text, url, |p| p.article(Some(TODAY)).date.clone());
            meta.add(file, date, got.map(|d| d.date.to_string()));
            if line["pub_date_visible"] == true {
                let got = with_page(&less, url, |p| p.article(Some(TODAY)).date.clone());
                bare.add(file, date, got.filter(|d| d.how != How::Address).map(|d| d.date.to_string()));
            }
        }
        if let Some(wanted) = heading {
            let wanted = comparable(wanted);
            let read = |text| with_page(text, url, |p| p.article(Some(TODAY)).title.clone());
            title.add(file, &wanted, read(&text).map(|t| comparable(&t)));
            plain.add(file, &wanted, read(&less).map(|t| comparable(&t)));
        }
    }
    let mut measures = labels.measures(&set, "");
    measures.extend(taken.measures(&set, "_taken"));
    measures.push(meta.measure(&set, "date_meta"));
    measures.push(bare.measure(&set, "date_no_meta"));
    measures.push(title.measure(&set, "title"));
    measures.push(plain.measure(&set, "title_no_meta"));
    measures
}

fn wanted(line: &Value) -> BTreeSet<String> {
    let groups = line["missing_or_empty"].as_object().into_iter().flatten();
    groups
        .flat_map(|(_, names)| names.as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn missing(labels: &Labels) -> BTreeSet<String> {
    let all = [Group::Site, Group::Column, Group::Article];
    labels.missing(&all).map(|(_, name, _)| name.to_owned()).collect()
}

/// A small generator of numbers (splitmix64): the same choice in every run.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) as usize
}

/// Names found against names wanted.
#[derive(Default)]
struct Compared {
    right: usize,
    found: usize,
    wanted: usize,
    misses: Vec<String>,
}

impl Compared {
    fn add(&mut self, file: &str, wanted: &BTreeSet<String>, found: &BTreeSet<String>) {
        self.right += wanted.intersection(found).count();
        self.found += found.len();
        self.wanted += wanted.len();
        if wanted != found {
            self.misses.push(format!("{file}: wanted {wanted:?}, found {found:?}"));
        }
    }

    fn measures(self, set: &str, ending: &str) -> Vec<Measure> {
        let precision = Measure::share(set, &format!("label_precision{ending}"), self.right, self.found);
        let recall = Measure::share(set, &format!("label_recall{ending}"), self.right, self.wanted);
        vec![precision.with_misses(self.misses), recall]
    }
}

/// Values that are right of all asked for.
#[derive(Default)]
pub struct Share {
    pub right: usize,
    pub n: usize,
    pub misses: Vec<String>,
}

impl Share {
    pub fn add(&mut self, file: &str, wanted: &str, got: Option<String>) {
        self.n += 1;
        if got.as_deref() == Some(wanted) {
            self.right += 1;
        } else {
            self.misses.push(format!("{file}: {wanted}, got {}", got.as_deref().unwrap_or("nothing")));
        }
    }

    pub fn measure(self, set: &str, metric: &str) -> Measure {
        Measure::share(set, metric, self.right, self.n).with_misses(self.misses)
    }
}
