//! What measuring a set gives, and the means all sets share. Clauses N2.1–N2.6.
//!
//! Numbers only; says nothing of whether they are good.

use std::path::Path;

use serde_json::Value;

/// One number of one set.
pub struct Measure {
    /// Name of the set: its folder, or the file's stem where a folder holds several.
    pub set: String,
    pub metric: String,
    pub value: f64,
    /// How many cases the number rests on.
    pub n: usize,
    /// Cases that went wrong, one a line; shown below the table.
    pub misses: Vec<String>,
}

/// Misses of one number that are shown.
const MOST_SHOWN: usize = 40;

impl Measure {
    pub fn new(set: &str, metric: &str, value: f64, n: usize) -> Measure {
        Measure { set: set.into(), metric: metric.into(), value, n, misses: Vec::new() }
    }

    /// So many right of so many.
    pub fn share(set: &str, metric: &str, right: usize, n: usize) -> Measure {
        Measure::new(set, metric, if n == 0 { 0.0 } else { right as f64 / n as f64 }, n)
    }

    pub fn with_misses(mut self, misses: Vec<String>) -> Measure {
        self.misses = misses;
        self
    }
}

/// The name of a set: its folder.
pub fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// The lines of a JSON-lines file; lines that are no JSON are left out.
pub fn json_lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Whether the first line of a JSON-lines file has all those fields.
pub fn has_fields(path: &Path, fields: &[&str]) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    let first = text.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok());
    first.is_some_and(|line| fields.iter().all(|f| line.get(f).is_some()))
}

pub fn table(measures: &[Measure]) -> String {
    let mut out = String::from("| Set | Metric | Value | n |\n|---|---|---|---|\n");
    for m in measures {
        out.push_str(&format!("| {} | {} | {:.4} | {} |\n", m.set, m.metric, m.value, m.n));
    }
    for m in measures.iter().filter(|m| !m.misses.is_empty()) {
        out.push_str(&format!("\n{} {}: {} missed\n", m.set, m.metric, m.misses.len()));
        m.misses.iter().take(MOST_SHOWN).for_each(|miss| out.push_str(&format!("  {miss}\n")));
    }
    out
}

pub fn json(measures: &[Measure]) -> String {
    let list: Vec<Value> = measures
        .iter()
        .map(|m| serde_json::json!({"set": m.set, "metric": m.metric, "value": m.value, "n": m.n}))
        .collect();
    format!("{:#}\n", Value::Array(list))
}
