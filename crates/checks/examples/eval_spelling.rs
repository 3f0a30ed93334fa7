//! Runs the layers of `checks::spelling` over texts and prints what they find. Serves N2.2.
//!
//!     eval_spelling certain|hints FILE… [--model FILE] [--show N]
//!
//! FILE: `.jsonl` (field `body`) or text by lines. Changes nothing.

use checks::spelling::model::Model;
use checks::spelling::{Slip, certain_by, hints_by, shipped};

fn main() {
    let mut args = std::env::args().skip(1);
    let layer = args.next().unwrap_or_default();
    let (mut files, mut model, mut show) = (Vec::new(), None, 200);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--model" => model = args.next(),
            "--show" => show = args.next().and_then(|n| n.parse().ok()).unwrap_or(show),
            _ => files.push(arg),
        }
    }
    let bytes = model.map(|path| std::fs::read(path).expect("a model"));
    let own = bytes.as_ref().map(|b| Model::read(b).expect("a model"));
    let model = own.as_ref().or(shipped()).expect("a model");
    let (mut characters, mut found, mut shown) = (0, 0, 0);
    let began = std::time::Instant::now();
    let mut spent = std::time::Duration::ZERO;
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a text");
        for line in text.lines() {
            let body = match file.ends_with(".jsonl") {
                true => serde_json::from_str::<serde_json::Value>(line).expect("JSON")["body"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                false => line.to_owned(),
            };
            for passage in body.lines() {
                characters += passage.chars().count();
                let start = std::time::Instant::now();
                let slips: Vec<Slip> = match layer.as_str() {
                    "certain" => certain_by(model, passage),
                    _ => hints_by(model, passage),
                };
                spent += start.elapsed();
                found += slips.len();
                for slip in slips {
                    if shown < show {
                        shown += 1;
                        let before: String = passage[..slip.range.start]
                            .chars()
                            .rev()
                            .take(8)
                            .collect::<Vec<_>>()
                            .into_iter()
                            .rev()
                            .collect();
                        let after: String = passage[slip.range.end..].chars().take(8).collect();
                        println!(
                            "{before}【{}】{after} → {:?} {:?} {}",
                            slip.fault, slip.correct, slip.kind, slip.certain
                        );
                    }
                }
            }
        }
    }
    println!(
        "{found} in {characters} characters: {:.3} per 10,000; {:.1} µs per 1,000 ({:?})",
        found as f64 * 1e4 / characters as f64,
        spent.as_secs_f64() * 1e9 / characters as f64,
        began.elapsed()
    );
}
