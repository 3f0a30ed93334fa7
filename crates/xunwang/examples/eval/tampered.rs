//! Tampered and clean pages: `labels.jsonl` with `file`, `label` and `technique`; texts: `real_snippets.jsonl`. Clause N2.5.
//!
//! A page counts as found if any rule on tampering speaks of it. Texts are shown to the judge of advertisements.

use std::collections::BTreeMap;
use std::path::Path;

use checks::rule::{Facts, Findings, Site};
use checks::{Known, Page, charset, registry, spam};
use serde_json::Value;
use url::Url;

use super::measure::{Measure, has_fields, json_lines, name_of};

/// The rules that speak of tampering.
const RULES: [&str; 5] =
    ["hidden-link", "stuffed-title", "inserted-script", "foreign-redirect", "defaced-page"];
/// Stands for the site: the set does not say whose a page is.
const PAGE: &str = "http://www.example.gov.cn/zwgk/article.html";

pub fn recognise(folder: &Path) -> bool {
    has_fields(&folder.join("labels.jsonl"), &["file", "label", "technique"])
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let set = name_of(folder);
    let mut by_technique: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut missed, mut alarms) = (Vec::new(), Vec::new());
    let (mut clean, mut tampered) = (0, 0);
    for line in json_lines(&folder.join("labels.jsonl")) {
        let (file, technique) = (text(&line, "file"), text(&line, "technique"));
        let Ok(bytes) = std::fs::read(folder.join(&file)) else { continue };
        let found = findings(&bytes);
        if text(&line, "label") == "clean" {
            clean += 1;
            if !found.is_empty() {
                alarms.push(format!("{file} ({technique}): {}", found.join("; ")));
            }
            continue;
        }
        tampered += 1;
        let row = by_technique.entry(technique.clone()).or_default();
        row.1 += 1;
        if found.is_empty() {
            missed.push(format!("{file} ({technique})"));
        } else {
            row.0 += 1;
        }
    }
    let right: usize = by_technique.values().map(|(right, _)| right).sum();
    let mut out = vec![Measure::share(&set, "recall", right, tampered).with_misses(missed)];
    let number = alarms.len();
    out.push(Measure::new(&set, "false_alarms", number as f64, clean).with_misses(alarms));
    let rows = by_technique.iter();
    out.extend(rows.map(|(name, (right, n))| Measure::share(&set, &format!("recall_{name}"), *right, *n)));
    out.extend(snippets(folder));
    out
}

fn snippets(folder: &Path) -> Option<Measure> {
    let lines = json_lines(&folder.join("real_snippets.jsonl"));
    let mut misses = Vec::new();
    for line in &lines {
        let wanted = text(line, "label");
        let judged = spam::judge(&text(line, "text"));
        let got = judged.as_ref().map_or("clean".to_owned(), |j| format!("{}_seo", j.kind.code()));
        if got != wanted {
            misses.push(format!("{wanted}, got {got}: {judged:?}"));
        }
    }
    let right = lines.len() - misses.len();
    (!lines.is_empty())
        .then(|| Measure::share("real_snippets", "label", right, lines.len()).with_misses(misses))
}

/// What the rules on tampering say of a page.
pub fn findings(bytes: &[u8]) -> Vec<String> {
    let Ok(url) = Url::parse(PAGE) else { return Vec::new() };
    let site = Site {
        name: String::new(),
        start: url.clone(),
        hosts: vec!["www.example.gov.cn".into()],
        sub_domains: false,
    };
    let decoded = charset::decode(bytes, None);
    let page = Page::parse(url, &decoded.text, decoded.charset);
    let facts = Facts { site: &site, answer: None, today: None, known: Known::NOTHING };
    let mut out = Findings::default();
    registry::page_rules(&page, &facts, &mut out);
    let ours = out.list.into_iter().filter(|f| RULES.contains(&f.rule));
    ours.map(|f| format!("{}: {}", f.rule, f.cause)).collect()
}

fn text(line: &Value, field: &str) -> String {
    line.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}
