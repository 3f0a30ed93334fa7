//! Files whose encoding is known: `labels.tsv` with `file` and `encoding`. Clause N2.1.
//!
//! Measures the decision on the files as they are; the bare decoders are measured by `eval_charset` of `checks`.

use std::path::Path;

use checks::charset::decode;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};

use super::measure::{Measure, name_of};

const HEAD: &str = "file\tencoding";

pub fn recognise(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("labels.tsv")).is_ok_and(|t| t.starts_with(HEAD))
}

pub fn measure(folder: &Path) -> Vec<Measure> {
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).unwrap_or_default();
    let (mut right, mut n, mut misses) = (0, 0, Vec::new());
    for line in labels.lines().skip(1) {
        let Some((file, label)) = line.split_once('\t') else { continue };
        let Some(wanted) = encoding(label.trim()) else { continue };
        let Ok(bytes) = std::fs::read(folder.join(file)) else { continue };
        let got = decode(&bytes, None).charset.encoding;
        n += 1;
        if same(got, wanted) {
            right += 1;
        } else {
            misses.push(format!("{file}: {label}, got {}", got.name()));
        }
    }
    vec![Measure::share(&name_of(folder), "charset", right, n).with_misses(misses)]
}

fn encoding(label: &str) -> Option<&'static Encoding> {
    match label {
        "UTF-16" | "UTF-16LE" => Some(UTF_16LE),
        "UTF-16BE" => Some(UTF_16BE),
        "Big5" => Some(BIG5),
        _ => Encoding::for_label(label.as_bytes()),
    }
}

/// GBK and GB 18030 are one: both labels mean the same decoder. `UTF-16` may be of either order.
fn same(got: &'static Encoding, wanted: &'static Encoding) -> bool {
    let family = |e: &'static Encoding| if e == GB18030 { GBK } else { e };
    family(got) == family(wanted) || got == UTF_16BE && wanted == UTF_16LE
}
