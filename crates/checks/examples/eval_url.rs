//! Measures address resolution against the web platform's URL tests: `eval_url FILE`. Clause N2.1.
//!
//! Only what a web page can hold is compared: bases and results in `http`, `https`; all else goes to the `url`
//! crate alone, whose figure is printed beside ours.

use std::process::ExitCode;

use checks::address::{Target, resolve};
use encoding_rs::UTF_8;
use serde_json::Value;
use url::Url;

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let Some(Value::Array(cases)) = std::fs::read(&file).ok().and_then(|b| serde_json::from_slice(&b).ok())
    else {
        eprintln!("cannot read {file}");
        return ExitCode::from(3);
    };
    let (mut ours, mut web, mut crates, mut all) = (0, 0, 0, 0);
    for case in &cases {
        let Some(input) = case["input"].as_str() else { continue };
        let base = match case["base"].as_str() {
            Some(base) => match Url::parse(base) {
                Ok(base) => Some(base),
                Err(_) => continue,
            },
            None => None,
        };
        let expected = (!case["failure"].as_bool().unwrap_or(false)).then(|| case["href"].as_str()).flatten();
        all += 1;
        let parsed = Url::options().base_url(base.as_ref()).parse(input);
        crates += usize::from(parsed.ok().as_ref().map(Url::as_str) == expected);

        // Without a base nothing is relative; on a page of the other scheme no `http:a` is.
        let other = if input.to_ascii_lowercase().contains("https:") { "http" } else { "https" };
        let page = || Url::parse(&format!("{other}://base.example/")).expect("a literal address");
        let base = base.unwrap_or_else(page);
        let on_web = |s: &str| s.starts_with("http:") || s.starts_with("https:");
        if !on_web(base.as_str()) || expected.is_some_and(|e| !on_web(e)) {
            continue;
        }
        // Without a base a relative address fails; on a page it does not.
        if case["base"].is_null() && expected.is_none() && base.join(input).is_ok() {
            continue;
        }
        web += 1;
        let got = match resolve(&base, input, UTF_8) {
            Target::Web(address) => Some(match address.fragment {
                Some(fragment) => format!("{}#{fragment}", address.url),
                None => address.url.to_string(),
            }),
            Target::Empty => Some(base.to_string()),
            _ => None,
        };
        // We drop an empty fragment, which leads to the same place.
        if got.as_deref() == expected.map(|e| e.strip_suffix('#').unwrap_or(e)) {
            ours += 1;
        } else {
            println!("  {input:?} on {base}: expected {expected:?}, got {got:?}");
        }
    }
    println!("{file}: on web pages {ours}/{web}; the url crate alone {crates}/{all}");
    ExitCode::SUCCESS
}
