//! Runs the layers of `checks::spelling` with any model over texts and prints what they find. Serves N2.2.
//!
//!     eval_spelling certain|hints|sentences FILE… [--model FILE] [--show N]
//!
//! FILE: `.jsonl` (field `body`) or text by lines; for `sentences` TSV that ends in `source<TAB>target`. With a model
//! that was trained with some texts left out this measures what the model makes of texts it has not seen. Changes
//! nothing.

use std::time::{Duration, Instant};

use checks::spelling::model::Model;
use checks::spelling::{Slip, certain_by, hints_by, shipped, slips_by};

fn main() {
    let mut args = std::env::args().skip(1);
    let layer = args.next().unwrap_or_default();
    let (mut files, mut path, mut show) = (Vec::new(), None, 200);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--model" => path = args.next(),
            "--show" => show = args.next().and_then(|n| n.parse().ok()).unwrap_or(show),
            _ => files.push(arg),
        }
    }
    let bytes = path.map(|path| std::fs::read(path).expect("a readable model"));
    let own = bytes.as_ref().map(|b| Model::read(b).unwrap_or_else(|fault| panic!("{fault}")));
    let model = own.as_ref().or(shipped()).expect("a model");
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a readable text");
        match layer.as_str() {
            "sentences" => sentences(model, file, &text, show),
            "certain" => texts(model, file, &text, show, certain_by),
            _ => texts(model, file, &text, show, hints_by),
        }
    }
}

/// A layer, by a model.
type Layer = fn(&Model<'_>, &str) -> Vec<Slip>;

fn texts(model: &Model<'_>, file: &str, text: &str, show: usize, layer: Layer) {
    let (mut characters, mut found, mut spent) = (0, 0, Duration::ZERO);
    for line in text.lines() {
        let json =
            file.ends_with(".jsonl").then(|| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let body = json.as_ref().map_or(line, |value| value["body"].as_str().unwrap_or_default());
        for passage in body.lines() {
            characters += passage.chars().count();
            let start = Instant::now();
            let slips = layer(model, passage);
            spent += start.elapsed();
            for slip in &slips {
                found += 1;
                if found <= show {
                    let correct = slip.correct.join("/");
                    println!("【{}】→ {correct} {:?} {} in {passage}", slip.fault, slip.kind, slip.certain);
                }
            }
        }
    }
    println!(
        "{file}: {found} in {characters} characters: {:.3} per 10,000; {:.0} µs per 1,000",
        found as f64 * 1e4 / characters as f64,
        spent.as_secs_f64() * 1e9 / characters as f64
    );
}

fn sentences(model: &Model<'_>, file: &str, text: &str, show: usize) {
    let mut shown = 0;
    let (mut wrong, mut clean, mut changed, mut right, mut alarms) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for line in text.lines() {
        let mut fields = line.rsplit('\t');
        let (Some(target), Some(source)) = (fields.next(), fields.next()) else { continue };
        let mut out = source.to_owned();
        for slip in slips_by(model, source).iter().rev() {
            out.replace_range(slip.range.clone(), &slip.correct[0]);
        }
        if out != target && shown < show {
            shown += 1;
            println!("{source} → {out}, not {target}");
        }
        let one = |yes: bool| f64::from(u8::from(yes));
        wrong += one(source != target);
        clean += one(source == target);
        changed += one(out != source);
        right += one(source != target && out == target);
        alarms += one(source == target && out != source);
    }
    let (precision, recall) = (right / changed, right / wrong);
    println!(
        "{file}: correction F1 {:.4} (precision {precision:.3}, recall {recall:.3}), false alarms {:.4}",
        2.0 * precision * recall / (precision + recall),
        alarms / clean
    );
}
