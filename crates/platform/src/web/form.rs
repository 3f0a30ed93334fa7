//! What is wrong with a form, field by field. Serves all clauses.
//!
//! A form that is refused comes back with all that was typed, a word beside each wrong field, and a summary on top.

use std::collections::BTreeMap;

use serde::Serialize;

/// The faults of one form. Empty means that it may be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// By the field's name: one sentence.
    pub fields: BTreeMap<&'static str, String>,
    /// What concerns the form as a whole.
    pub whole: Vec<String>,
}

impl Faults {
    /// Tells a fault of a field; the first one told of a field stays.
    pub fn field(&mut self, name: &'static str, words: impl Into<String>) {
        self.fields.entry(name).or_insert_with(|| words.into());
    }

    /// Tells a fault of the whole form.
    pub fn whole(&mut self, words: impl Into<String>) {
        self.whole.push(words.into());
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_empty()
    }

    /// `Ok` if nothing is wrong.
    pub fn none(self) -> Result<(), Faults> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// A text field: trimmed, without control characters but line breaks, and bounded.
///
/// Returns what is kept, or what is wrong: `label` is the field's name on the screen.
pub fn text(value: &str, label: &str, longest: usize) -> Result<String, String> {
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(format!("{label}太长，最多 {longest} 个字。"));
    }
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
        return Err(format!("{label}里有看不见的控制字符，请重新输入。"));
    }
    Ok(value.to_owned())
}

/// A text field that must not be empty.
pub fn required(value: &str, label: &str, longest: usize) -> Result<String, String> {
    let value = text(value, label, longest)?;
    if value.is_empty() { Err(format!("请填写{label}。")) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_trimmed_bounded_and_told_by_their_label() {
        assert_eq!(required("  青禾县 ", "名称", 4), Ok("青禾县".to_owned()));
        assert_eq!(required(" \t", "名称", 4), Err("请填写名称。".to_owned()));
        assert_eq!(required("一二三四五", "名称", 4), Err("名称太长，最多 4 个字。".to_owned()));
        assert!(text("a\u{0}b", "名称", 4).is_err());
        assert_eq!(text("", "备注", 4), Ok(String::new()));
    }

    #[test]
    fn the_first_fault_of_a_field_stays() {
        let mut faults = Faults::default();
        assert!(faults.clone().none().is_ok());
        faults.field("name", "一");
        faults.field("name", "二");
        assert_eq!(faults.clone().none().unwrap_err().fields["name"], "一");
    }
}
