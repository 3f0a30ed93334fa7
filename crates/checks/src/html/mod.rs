//! Tokens of HTML (HTML Standard, "Tokenization"). Clauses N2.1, N2.4.
//!
//! Every token is a span of the source; nothing is copied and nothing can fail. Character references are decoded
//! only by those who ask ([`decode`]). There is no tree: who reads the tokens switches to raw text where an element
//! calls for it.

mod char_ref;
mod doctype;
mod markup;
mod raw_text;
mod tag;

use std::ops::Range;

use memchr::memchr;

pub use char_ref::{Refs, decode};
pub use doctype::Doctype;
pub use tag::{Attribute, MAX_SOURCE, Tag};

/// How the source from here on is to be read; the initial states of the standard's tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Markup.
    Data,
    /// `title`, `textarea`: character references but no tags.
    Rcdata,
    /// `style`, `xmp`, `iframe`, `noembed`, `noframes`.
    RawText,
    /// `script`, with its rules for `<!--`.
    ScriptData,
    /// Between `<![CDATA[` and `]]>`, in `svg` and `math`.
    CdataSection,
    /// After `<plaintext>` there is nothing but text.
    Plaintext,
}

impl Content {
    /// What stands for something else in text of this sort.
    pub fn refs(self) -> Refs {
        match self {
            Content::Data => Refs::Text,
            Content::Rcdata => Refs::Rcdata,
            Content::RawText | Content::ScriptData | Content::Plaintext => Refs::Raw,
            Content::CdataSection => Refs::Cdata,
        }
    }
}

/// One token; ranges are bytes of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A run of text; runs may follow each other.
    Text(Range<usize>, Content),
    /// Its attributes are in [`Tokenizer::attributes`] until the next token is asked for.
    Start(Tag),
    End(Tag),
    /// What stands between the delimiters.
    Comment(Range<usize>),
    /// What stands between `<!doctype` and `>`; `true` where the source ends before the `>`.
    Doctype(Range<usize>, bool),
}

/// Reads tokens one after another.
pub struct Tokenizer<'t> {
    bytes: &'t [u8],
    at: usize,
    content: Content,
    /// Name of the end tag that ends raw text.
    end_name: &'t str,
    /// Whether `<![CDATA[` opens a section (in `svg` and `math`).
    sections: bool,
    attributes: Vec<Attribute>,
}

impl<'t> Tokenizer<'t> {
    /// Starts at byte `at` of `source`, which has to be a character boundary.
    pub fn new(source: &'t str, at: usize) -> Tokenizer<'t> {
        Tokenizer {
            bytes: source.as_bytes(),
            at,
            content: Content::Data,
            end_name: "",
            sections: false,
            attributes: Vec::new(),
        }
    }

    /// Reads on as `content`, until an end tag `end_name` where that sort of content has one.
    pub fn switch(&mut self, content: Content, end_name: &'t str) {
        self.content = content;
        self.end_name = end_name;
    }

    /// Whether `<![CDATA[` opens a section from here on.
    pub fn allow_sections(&mut self, sections: bool) {
        self.sections = sections;
    }

    /// Where the next token starts.
    #[inline]
    pub fn at(&self) -> usize {
        self.at
    }

    /// The attributes of the tag that was read last, in source order; a name may occur again, the first counts.
    #[inline]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The next token; `None` at the end of the source, also where that is in the middle of a tag.
    #[inline]
    pub fn next_token(&mut self) -> Option<Token> {
        match self.content {
            Content::Data => self.data(),
            Content::Plaintext => self.rest(Content::Plaintext),
            Content::CdataSection => self.section(),
            content => self.raw_text(content),
        }
    }

    #[inline]
    fn data(&mut self) -> Option<Token> {
        while self.at < self.bytes.len() {
            let from = self.at;
            if self.bytes[from] != b'<' {
                self.at = memchr(b'<', &self.bytes[from..]).map_or(self.bytes.len(), |len| from + len);
                return Some(Token::Text(from..self.at, Content::Data));
            }
            match self.bytes.get(from + 1) {
                Some(b) if b.is_ascii_alphabetic() => return self.tag(from + 1).map(Token::Start),
                Some(b'/') => match self.bytes.get(from + 2) {
                    Some(b) if b.is_ascii_alphabetic() => return self.tag(from + 2).map(Token::End),
                    // `</>` is nothing at all.
                    Some(b'>') => self.at += 3,
                    Some(_) => return Some(self.bogus_comment(from + 2)),
                    None => return self.rest(Content::Data),
                },
                Some(b'!') => match self.declaration() {
                    Some(token) => return Some(token),
                    None => return self.section(),
                },
                Some(b'?') => return Some(self.bogus_comment(from + 1)),
                _ => {
                    let after = from + 1;
                    self.at = memchr(b'<', &self.bytes[after..]).map_or(self.bytes.len(), |len| after + len);
                    return Some(Token::Text(from..self.at, Content::Data));
                }
            }
        }
        None
    }

    fn rest(&mut self, content: Content) -> Option<Token> {
        let from = std::mem::replace(&mut self.at, self.bytes.len());
        (from < self.at).then_some(Token::Text(from..self.at, content))
    }
}

#[cfg(test)]
mod tests;
