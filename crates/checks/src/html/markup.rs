//! Comments, doctypes and CDATA sections (HTML Standard, "Markup declaration open state"). Clause N2.1.
//!
//! Finds where they end; what a doctype says is read elsewhere.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

use super::{Content, Token, Tokenizer};

const SECTION: &[u8] = b"<![CDATA[";

impl Tokenizer<'_> {
    /// Reads what `<!` opens at `self.at`. `None`: a CDATA section, which is entered.
    #[cold]
    pub(super) fn declaration(&mut self) -> Option<Token> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"<!--") {
            return Some(self.comment(self.at + 4));
        }
        if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            let from = self.at + 9;
            let close = memchr(b'>', &self.bytes[from..]);
            let end = close.map_or(self.bytes.len(), |len| from + len);
            self.at = (end + 1).min(self.bytes.len());
            return Some(Token::Doctype(from..end, close.is_none()));
        }
        if self.sections && rest.starts_with(SECTION) {
            self.at += SECTION.len();
            self.content = Content::CdataSection;
            return None;
        }
        Some(self.bogus_comment(self.at + 2))
    }

    /// Text up to `]]>`; behind it there is markup again.
    pub(super) fn section(&mut self) -> Option<Token> {
        let from = self.at;
        match memmem::find(&self.bytes[from..], b"]]>") {
            None => self.rest(Content::CdataSection),
            Some(len) => {
                self.at = from + len + 3;
                self.content = Content::Data;
                Some(Token::Text(from..from + len, Content::CdataSection))
            }
        }
    }

    /// A comment that ends with the first `>`; its content starts at `from`.
    #[cold]
    pub(super) fn bogus_comment(&mut self, from: usize) -> Token {
        let end = memchr(b'>', &self.bytes[from..]).map_or(self.bytes.len(), |len| from + len);
        self.at = (end + 1).min(self.bytes.len());
        Token::Comment(from..end)
    }

    fn comment(&mut self, from: usize) -> Token {
        let bytes = self.bytes;
        for close in memchr_iter(b'>', &bytes[from..]).map(|len| from + len) {
            if let Some(content) = comment_content(bytes, from, close) {
                self.at = close + 1;
                return Token::Comment(content);
            }
        }
        self.at = bytes.len();
        let content = &bytes[from..];
        let open_end = ["--!", "--", "-"].into_iter().find(|end| content.ends_with(end.as_bytes()));
        Token::Comment(from..bytes.len() - open_end.map_or(0, str::len))
    }
}

/// The content of a comment that started at `from`, if the `>` at `close` ends it.
fn comment_content(bytes: &[u8], from: usize, close: usize) -> Option<Range<usize>> {
    let content = &bytes[from..close];
    if content.ends_with(b"--") {
        Some(from..close - 2)
    } else if content.ends_with(b"--!") {
        Some(from..close - 3)
    } else {
        (content.is_empty() || content == b"-").then_some(from..from)
    }
}
