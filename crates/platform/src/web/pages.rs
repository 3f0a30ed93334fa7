//! Templates, strict: a name that a screen does not give is a fault of the program, found by the test that renders
//! every screen. Serves all clauses.
//!
//! Everything is escaped but the program's own drawings.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use crate::Error;
use crate::clock::{Instant, beijing};

/// Name and text of one template.
pub type Template = (&'static str, &'static str);

/// All templates of a program.
pub struct Pages(Environment<'static>);

impl Pages {
    /// Reads the templates of all slices; `asset` gives the address of a file of the design system. Fails on the first
    /// that is no template.
    pub fn new(templates: &[&[Template]], asset: fn(&str) -> Option<String>) -> Result<Pages, Error> {
        let mut pages = Environment::new();
        pages.set_undefined_behavior(UndefinedBehavior::Strict);
        pages.set_auto_escape_callback(|_| AutoEscape::Html);
        pages.add_filter("time", time);
        pages.add_filter("number", number);
        pages.add_filter("svg", svg);
        pages.add_function("asset", move |name: &str| {
            let missing = || minijinja::Error::new(ErrorKind::InvalidOperation, format!("no asset {name}"));
            asset(name).ok_or_else(missing)
        });
        for (name, text) in templates.iter().copied().flatten() {
            pages.add_template(name, text)?;
        }
        Ok(Pages(pages))
    }

    /// Renders a template with a screen's view; `shell` holds what the frame around it shows.
    pub fn render(&self, name: &str, shell: Value, view: impl Serialize) -> Result<String, Error> {
        let context = minijinja::context! { shell, ..Value::from(Serde(view)) };
        Ok(self.0.get_template(name)?.render(context)?)
    }

    /// The names of all templates, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.templates().map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    }
}

/// An instant in Beijing time to the minute, as every screen shows it; nothing for a missing one.
pub fn minute(at: Instant) -> String {
    beijing(at).format("%Y-%m-%d %H:%M").to_string()
}

fn time(value: Value) -> String {
    let text = value.as_str().unwrap_or_default();
    chrono::DateTime::parse_from_rfc3339(text).map(|at| minute(at.to_utc())).unwrap_or_default()
}

/// A drawing that the program itself made. It is put into the page as it is, so it must hold no text from outside;
/// anything that is no drawing is left out.
fn svg(value: Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    let drawing = text.find("<svg").map(|at| &text[at..]).unwrap_or_default();
    Value::from_safe_string(drawing.to_owned())
}

/// A number with its thousands apart, so that 2000000 can be read.
fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct View {
        name: &'static str,
        at: Instant,
        n: i64,
    }

    fn render(template: &'static str) -> Result<String, Error> {
        let pages = Pages::new(&[&[("t", template)]], |_| None)?;
        let at = chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap();
        pages.render("t", Value::from(()), View { name: "<b>青禾县</b>", at, n: -2_000_100 })
    }

    #[test]
    fn escapes_and_formats() {
        let text = render("{{ name }} {{ at|time }} {{ n|number }}").unwrap();
        assert_eq!(text, "&lt;b&gt;青禾县&lt;&#x2f;b&gt; 2026-02-02 10:40 -2,000,100");
    }

    #[test]
    fn a_name_that_is_not_given_is_an_error() {
        assert!(render("{{ nmae }}").is_err());
        assert!(render("{% if nmae %}x{% endif %}").is_err());
    }
}
