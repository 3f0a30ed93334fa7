//! `index.html`: one page that needs nothing else, for screen, phone and paper. Clause N5.3.
//!
//! Everything a website sent is hostile text here: cleaned by `text`, escaped by the template's formatter, and
//! kept from running or loading anything by the page's own content security policy.

use std::hash::{DefaultHasher, Hash, Hasher};

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, context};
use serde::Serialize;

use crate::Formats;
use crate::data::Data;
use crate::text::{grouped, percent, span};

const STYLE: &str = include_str!("../templates/report.css");
const SCRIPT: &str = include_str!("../templates/report.js");

/// The page of one run; what it has no room for is looked up in the files of the other formats.
pub fn page(data: &Data, formats: Formats) -> Result<String, Error> {
    let (all, links) = match (formats.xlsx, formats.ndjson) {
        (true, _) => ("report.xlsx 的“问题清单”", "report.xlsx 的“外部链接”"),
        (false, true) => ("findings.ndjson", "findings.ndjson"),
        (false, false) => ("run.db", "run.db"),
    };
    render(
        "report.html",
        include_str!("../templates/report.html"),
        context! {
            d => Value::from(Serde(data)),
            state => if data.why.is_some() { "无法检查" } else { state_name(&data.state) },
            all => all,
            links => links,
            formats => Value::from(Serde(formats)),
            nonce => nonce(&data.run_json()),
        },
    )
}

/// The page above several runs.
pub fn summary(summary: &impl Serialize) -> Result<String, Error> {
    render(
        "summary.html",
        include_str!("../templates/summary.html"),
        context! { s => Value::from(Serde(summary)) },
    )
}

/// The page of a score sheet.
pub fn score(view: &impl Serialize) -> Result<String, Error> {
    render("score.html", include_str!("../templates/score.html"), context! { v => Value::from(Serde(view)) })
}

/// How a run ended, for readers.
pub fn state_name(state: &str) -> &'static str {
    match state {
        "finished" => "检查完毕",
        "unreachable" => "首页打不开，无法检查",
        _ => "检查未完，以下为已检查部分",
    }
}

fn render(name: &'static str, source: &'static str, values: Value) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(format);
    environment.add_filter("grouped", |number: u64| grouped(number));
    environment.add_filter("percent", |text: &str| percent(text));
    environment.add_filter("span", |millis: u64| span(millis));
    environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    environment.add_global("script", Value::from_safe_string(SCRIPT.to_owned()));
    environment.add_template(name, source)?;
    environment.get_template(name)?.render(values)
}

/// Escapes what HTML needs escaped and no more: addresses are full of slashes, and reports full of addresses.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let Some(text) = value.as_str().filter(|_| value.kind() == ValueKind::String && !value.is_safe()) else {
        return minijinja::escape_formatter(out, state, value);
    };
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        write_str(out, &text[plain..at])?;
        write_str(out, escaped)?;
        plain = at + 1;
    }
    write_str(out, &text[plain..])
}

fn write_str(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    out.write_str(text).map_err(|why| Error::new(ErrorKind::WriteFailure, "the report page").with_source(why))
}

/// A word that the inspected website could not have known, by which the browser tells our script from others: it
/// comes from when the run began and ended, to the nanosecond. The same run file gives the same word.
fn nonce(run_json: &str) -> String {
    let word = |n: u8| {
        let mut hasher = DefaultHasher::new();
        (n, run_json).hash(&mut hasher);
        hasher.finish()
    };
    format!("{:016x}{:016x}", word(0), word(1))
}
