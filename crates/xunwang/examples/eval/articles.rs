//! Articles with a date and a body written down by hand: `date_precision` and `body`. Clause N2.1.
//!
//! The date where a day is known; dates made up where the page shows none; the body as a bag of tokens.

use std::collections::HashMap;
use std::path::Path;

use checks::article::How;
use checks::page::Page;

use super::gov_pages::Share;
use super::measure::{Measure, has_fields, json_lines, name_of};
use super::pages::{TODAY, text_of, with_page};

const LABELS: &str = "labels.jsonl";
/// Bodies below this F1 are shown.
const POOR: f64 = 0.85;

pub fn recognise(folder: &Path) -> bool {
    has_fields(&folder.join(LABELS), &["file", "date_precision", "body"])
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let set = name_of(folder);
    let (mut day, mut invented, mut f1) = (Share::default(), Vec::new(), Vec::new());
    let (mut undated, mut poor) = (0, Vec::new());
    for line in json_lines(&folder.join(LABELS)) {
        let file = line["file"].as_str().unwrap_or_default();
        let text = text_of(&folder.join(file));
        let (date, body) = with_page(&text, None, read);
        match (line["date_precision"].as_str(), line["date"].as_str()) {
            (Some("day"), Some(wanted)) => day.add(file, wanted, date),
            // Where the label says that the page shows none; another word in the field is a slip of the labeller.
            (_, None)
                if line["date_raw"].as_str().is_none_or(|raw| raw.starts_with("UNK") || raw.is_empty()) =>
            {
                undated += 1;
                invented.extend(date.map(|date| format!("{file}: {date}")));
            }
            _ => {}
        }
        let (p, r) = overlap(line["body"].as_str().unwrap_or_default(), &body);
        let score = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        if score < POOR {
            poor.push(format!("{file}: F1 {score:.3}, precision {p:.3}, recall {r:.3}"));
        }
        f1.push(score);
    }
    let mean = f1.iter().sum::<f64>() / f1.len().max(1) as f64;
    vec![
        day.measure(&set, "date_day"),
        Measure::new(&set, "invented_dates", invented.len() as f64, undated).with_misses(invented),
        Measure::new(&set, "body_f1", mean, f1.len()).with_misses(poor),
    ]
}

fn read(page: &Page<'_>) -> (Option<String>, String) {
    let article = page.article(Some(TODAY));
    let date = article.date.as_ref().filter(|d| d.how != How::Address);
    (date.map(|d| d.date.to_string()), article.body_text(page))
}

/// Precision and recall of the bags of tokens: each Han character, each run of letters or figures.
fn overlap(wanted: &str, got: &str) -> (f64, f64) {
    let (wanted, got) = (tokens(wanted), tokens(got));
    let both: usize = wanted.iter().map(|(token, n)| got.get(token).map_or(0, |m| *n.min(m))).sum();
    let of = |bag: &HashMap<String, usize>| both as f64 / bag.values().sum::<usize>().max(1) as f64;
    (of(&got), of(&wanted))
}

fn tokens(text: &str) -> HashMap<String, usize> {
    let (mut bag, mut run) = (HashMap::new(), String::new());
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            *bag.entry(std::mem::take(&mut run)).or_default() += 1;
        }
        if ('\u{3400}'..='\u{9FFF}').contains(&c) {
            *bag.entry(c.to_string()).or_default() += 1;
        }
    }
    bag
}
