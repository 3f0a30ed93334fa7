//! Text as a series of ids: each Han character one, and one for everything between. Serves N2.2.
//!
//! Nothing is dropped: every character knows where it stands in the text.

use super::model::{EDGE, FOREIGN, Model, NUMBER};

/// A character, or what stands between two runs of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: u16,
    /// Byte offset in the text.
    pub start: usize,
    /// Bytes of the character, or of the first one of a number or foreign word.
    pub len: usize,
}

impl Token {
    /// Whether it is a character that the model knows.
    pub fn is_character(&self) -> bool {
        self.id >= super::model::FIRST_CHARACTER
    }
}

/// The tokens of a text. Numbers and foreign words are one token each, other signs one edge each.
pub fn tokens(model: &Model<'_>, text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 3 + 2);
    for (start, c) in text.char_indices() {
        let id = match c {
            '\u{4e00}'..='\u{9fff}' => model.id(c).unwrap_or(EDGE),
            '0'..='9' | '０'..='９' => NUMBER,
            c if c.is_alphabetic() => FOREIGN,
            _ => EDGE,
        };
        let repeated = matches!(id, NUMBER | FOREIGN) && out.last().is_some_and(|t| t.id == id);
        if !repeated {
            out.push(Token { id, start, len: c.len_utf8() });
        }
    }
    out
}
