//! What a doctype says (HTML Standard, "DOCTYPE state" and those after it). Clause N2.1.
//!
//! Reads a span that the tokenizer found; decides nothing about quirks of browsers.

use super::{Refs, decode};

/// A doctype, as the tokenizer of the standard emits it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doctype {
    /// In lower case.
    pub name: Option<String>,
    pub public: Option<String>,
    pub system: Option<String>,
    pub force_quirks: bool,
}

impl Doctype {
    /// Reads what stands between `<!doctype` and `>`; `open_end` where the source ends before the `>`.
    pub fn read(content: &str, open_end: bool) -> Doctype {
        let content = decode(content, Refs::Raw);
        let mut doctype = Doctype { force_quirks: open_end, ..Doctype::default() };
        let rest = content.trim_start_matches(BLANKS);
        if rest.is_empty() {
            doctype.force_quirks = true;
            return doctype;
        }
        let (name, rest) = rest.split_at(rest.find(BLANKS).unwrap_or(rest.len()));
        doctype.name = Some(name.to_ascii_lowercase());
        let rest = rest.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return doctype;
        }
        let correct = match rest.get(..6).map(str::to_ascii_lowercase).as_deref() {
            Some("public") => doctype.read_public(&rest[6..]),
            Some("system") => doctype.read_system(&rest[6..], true),
            _ => None,
        };
        doctype.force_quirks |= correct.is_none();
        doctype
    }

    /// `None`: something that forces quirks.
    fn read_public(&mut self, rest: &str) -> Option<()> {
        let (public, rest) = quoted(rest.trim_start_matches(BLANKS))?;
        self.public = Some(public.to_owned());
        self.read_system(rest?, false)
    }

    fn read_system(&mut self, rest: &str, required: bool) -> Option<()> {
        let rest = rest.trim_start_matches(BLANKS);
        if rest.is_empty() && !required {
            return Some(());
        }
        let (system, rest) = quoted(rest)?;
        self.system = Some(system.to_owned());
        // What follows is an error, but one that forces nothing, not even where the source ends in it.
        self.force_quirks &= rest?.trim_start_matches(BLANKS).is_empty();
        Some(())
    }
}

const BLANKS: [char; 4] = ['\t', '\n', '\u{C}', ' '];

/// The quoted text at the start, and what follows its closing quote, where there is one.
fn quoted(text: &str) -> Option<(&str, Option<&str>)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(match text[1..].split_once(quote) {
        Some((inner, rest)) => (inner, Some(rest)),
        None => (&text[1..], None),
    })
}
