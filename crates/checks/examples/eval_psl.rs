//! Measures registrable domains against the public suffix list's own tests: `eval_psl FILE`. Clause N2.5.
//!
//! Names in Chinese are given in punycode, as hosts of resolved addresses are.

use std::process::ExitCode;

use checks::address::registrable_domain;
use url::Host;

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("cannot read {file}");
        return ExitCode::from(3);
    };
    let (mut passed, mut total) = (0, 0);
    for line in text.lines().filter_map(|l| l.trim().strip_prefix("checkPublicSuffix(")) {
        let mut arguments = line.trim_end_matches(");").split(", ").map(|a| {
            let inner = a.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(ascii(inner))
        });
        let (Some(input), Some(expected)) = (arguments.next(), arguments.next()) else { continue };
        total += 1;
        let got = input.as_deref().and_then(registrable_domain);
        if got.as_deref() == expected.as_deref() {
            passed += 1;
        } else {
            println!("  {input:?}: expected {expected:?}, got {got:?}");
        }
    }
    println!("{file}: {passed}/{total}");
    ExitCode::SUCCESS
}

fn ascii(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    Host::parse(name).map_or_else(|_| name.to_owned(), |h| h.to_string())
}
