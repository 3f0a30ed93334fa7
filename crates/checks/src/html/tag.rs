//! Tags and their attributes (HTML Standard, "Tag name state" to "Self-closing start tag state"). Clause N2.1.
//!
//! Copies nothing and judges nothing: a name that occurs twice is listed twice.

use std::ops::Range;

use memchr::memchr;

use super::{Content, Tokenizer};

/// A start or end tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Bytes from `<` to past `>`.
    pub span: Range<usize>,
    /// Bytes of the name, as written.
    pub name: Range<usize>,
    pub self_closing: bool,
}

/// An attribute as bytes of the source; four-byte offsets, for pages are small and tags are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    name: (u32, u32),
    value: (u32, u32),
}

impl Attribute {
    /// Bytes of the name, as written.
    #[inline]
    pub fn name(&self) -> Range<usize> {
        self.name.0 as usize..self.name.1 as usize
    }

    /// Bytes of the value without its quotes; empty where there is none.
    #[inline]
    pub fn value(&self) -> Range<usize> {
        self.value.0 as usize..self.value.1 as usize
    }
}

/// Sources are cut off here, so that offsets fit; a body is never let grow that large.
pub const MAX_SOURCE: usize = u32::MAX as usize;

/// Attributes of one tag that are listed; whatever has more is made to fill memories.
const MAX_ATTRIBUTES: usize = 4_096;

const BLANK: u8 = 1;
const SLASH_OR_END: u8 = 2;
const EQUALS: u8 = 4;

/// What ends a name: the bytes that the states of tags look at.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    class[b'\t' as usize] = BLANK;
    class[b'\n' as usize] = BLANK;
    class[0x0C] = BLANK;
    // The standard turns every carriage return into a line feed before.
    class[b'\r' as usize] = BLANK;
    class[b' ' as usize] = BLANK;
    class[b'/' as usize] = SLASH_OR_END;
    class[b'>' as usize] = SLASH_OR_END;
    class[b'=' as usize] = EQUALS;
    class
};

#[inline]
fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

/// Whether a byte ends the name of a tag.
#[inline]
pub(super) fn ends_name(byte: u8) -> bool {
    class(byte) & (BLANK | SLASH_OR_END) != 0
}

impl Tokenizer<'_> {
    /// Reads the tag that starts at `self.at` and whose name starts at `name`. `None`: the source ends inside.
    #[inline]
    pub(super) fn tag(&mut self, name: usize) -> Option<Tag> {
        self.attributes.clear();
        self.content = Content::Data;
        let from = std::mem::replace(&mut self.at, self.bytes.len());
        let bytes = self.bytes;
        let mut at = name + 1;
        while !ends_name(*bytes.get(at)?) {
            at += 1;
        }
        let name = name..at;
        loop {
            while class(*bytes.get(at)?) & BLANK != 0 {
                at += 1;
            }
            match bytes[at] {
                b'>' => return Some(self.close(from, name, at, false)),
                b'/' => {
                    at += 1;
                    if *bytes.get(at)? == b'>' {
                        return Some(self.close(from, name, at, true));
                    }
                }
                _ => at = self.attribute(at)?,
            }
        }
    }

    #[inline]
    fn close(&mut self, from: usize, name: Range<usize>, at: usize, self_closing: bool) -> Tag {
        self.at = at + 1;
        Tag { span: from..at + 1, name, self_closing }
    }

    /// Reads the attribute that starts at `from`, also if that is `=`; answers where it ends.
    #[inline]
    fn attribute(&mut self, from: usize) -> Option<usize> {
        let bytes = self.bytes;
        let mut at = from + 1;
        while class(*bytes.get(at)?) == 0 {
            at += 1;
        }
        let name = (from as u32, at as u32);
        let mut after = at;
        while class(*bytes.get(after)?) & BLANK != 0 {
            after += 1;
        }
        if bytes[after] != b'=' {
            self.note(Attribute { name, value: (at as u32, at as u32) });
            return Some(after);
        }
        after += 1;
        while class(*bytes.get(after)?) & BLANK != 0 {
            after += 1;
        }
        let (value, end) = match bytes[after] {
            quote @ (b'"' | b'\'') => {
                let start = after + 1;
                let end = start + memchr(quote, &bytes[start..])?;
                (start..end, end + 1)
            }
            _ => {
                let mut end = after;
                while bytes.get(end).is_some_and(|&b| b != b'>' && class(b) & BLANK == 0) {
                    end += 1;
                }
                (after..end, end)
            }
        };
        self.note(Attribute { name, value: (value.start as u32, value.end as u32) });
        Some(end)
    }

    #[inline]
    fn note(&mut self, attribute: Attribute) {
        if self.attributes.len() < MAX_ATTRIBUTES {
            self.attributes.push(attribute);
        }
    }
}
