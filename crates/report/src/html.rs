//! `index.html`: one page that needs nothing else, for screen, phone and paper. Clause N5.3.
//!
//! Everything a website sent is hostile text here: escaped by the template, cleaned by `text`.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::data::Data;

const STYLE: &str = include_str!("../templates/report.css");
const SCRIPT: &str = include_str!("../templates/report.js");

/// The page of one run.
pub fn page(data: &Data) -> Result<String, minijinja::Error> {
    render(
        "report.html",
        include_str!("../templates/report.html"),
        context! {
            d => minijinja::value::Value::from(minijinja::value::Serde(data)),
            state => state_name(&data.state),
        },
    )
}

/// The page above several runs.
pub fn summary(rows: &impl Serialize, total: usize) -> Result<String, minijinja::Error> {
    render(
        "summary.html",
        include_str!("../templates/summary.html"),
        context! {
            rows => minijinja::value::Value::from(minijinja::value::Serde(rows)),
            total => total,
        },
    )
}

/// How a run ended, for readers.
pub fn state_name(state: &str) -> &'static str {
    match state {
        "finished" => "检查完毕",
        "unreachable" => "首页打不开，无法检查",
        _ => "检查未完，以下为已检查部分",
    }
}

fn render(
    name: &'static str,
    source: &'static str,
    values: minijinja::Value,
) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_global("style", minijinja::Value::from_safe_string(STYLE.to_owned()));
    environment.add_global("script", minijinja::Value::from_safe_string(SCRIPT.to_owned()));
    environment.add_template(name, source)?;
    environment.get_template(name)?.render(values)
}
