//! Where the text of `script`, `style`, `title` and their like ends (HTML Standard, "RCDATA state" to "Script data
//! double escape end state"). Clause N2.1.
//!
//! Reads no script: only the marks that the standard gives a meaning.

use memchr::{memchr_iter, memchr2_iter};

use super::tag::ends_name;
use super::{Content, Token, Tokenizer};

/// What `<!--` in a script has opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    Escaped,
    /// A `<script` inside `<!--`, whose end tag does not end the element.
    Double,
}

impl Tokenizer<'_> {
    /// Text up to the end tag, then the end tag.
    pub(super) fn raw_text(&mut self, content: Content) -> Option<Token> {
        let from = self.at;
        let end = match content {
            Content::ScriptData => self.script_end(),
            _ => memchr_iter(b'<', &self.bytes[from..]).map(|len| from + len).find(|&at| self.closes_at(at)),
        };
        match end {
            None => self.rest(content),
            Some(end) if end == from => self.tag(from + 2).map(Token::End),
            Some(end) => {
                self.at = end;
                Some(Token::Text(from..end, content))
            }
        }
    }

    /// Whether the end tag that is waited for stands at `at`.
    fn closes_at(&self, at: usize) -> bool {
        self.bytes.get(at + 1) == Some(&b'/')
            && !self.end_name.is_empty()
            && names(&self.bytes[at + 2..], self.end_name.as_bytes())
    }

    fn script_end(&self) -> Option<usize> {
        let mut escape = Escape::None;
        // Hyphens before this do not count for `-->`; those of `<!--` do.
        let mut hyphens = self.at;
        for at in memchr2_iter(b'<', b'>', &self.bytes[self.at..]).map(|len| self.at + len) {
            let rest = &self.bytes[at..];
            if rest[0] == b'>' {
                if escape != Escape::None && self.bytes[hyphens..at].ends_with(b"--") {
                    escape = Escape::None;
                }
                continue;
            }
            match escape {
                Escape::None | Escape::Escaped if self.closes_at(at) => return Some(at),
                Escape::None if rest.starts_with(b"<!--") => {
                    escape = Escape::Escaped;
                    hyphens = at + 2;
                }
                Escape::Escaped if names(&rest[1..], b"script") => escape = Escape::Double,
                Escape::Double if rest.get(1) == Some(&b'/') && names(&rest[2..], b"script") => {
                    escape = Escape::Escaped;
                }
                _ => {}
            }
        }
        None
    }
}

/// Whether `rest` starts with a name and what ends a name.
fn names(rest: &[u8], name: &[u8]) -> bool {
    rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name))
        && rest.get(name.len()).is_some_and(|&b| ends_name(b))
}
