//! The charset that a document declares inside itself (HTML Standard, prescan a byte stream). Clause N2.1.
//!
//! Works on undecoded bytes. Reads declarations only; whether they are true is decided elsewhere.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use memchr::{memchr, memmem};

/// The prescan looks no further than this (HTML Standard).
pub const PRESCAN_BYTES: usize = 1024;
/// Browsers obey a later meta whenever the parser meets it. Templates with their style in front of it stay
/// well below this; what comes behind is a page that declares nothing.
pub const LATE_BYTES: usize = 64 * 1024;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// The encoding to use; UTF-16 is already replaced by UTF-8, as the standard asks.
    pub encoding: Option<&'static Encoding>,
    /// The label as written, also where nobody knows it.
    pub label: Option<String>,
}

/// The prescan of the HTML Standard; give it the first [`PRESCAN_BYTES`].
pub fn prescan(head: &[u8]) -> Declared {
    let mut found = Declared::default();
    let mut scan = Scan { bytes: head, at: 0, raw_text: false };
    if scan.run(&mut found).is_none() && found.encoding.is_none() {
        xml_declaration(head, &mut found);
    }
    found
}

/// A meta element behind the first [`PRESCAN_BYTES`]: a real one, not in a comment or script.
pub(super) fn late(bytes: &[u8]) -> Declared {
    let mut found = Declared::default();
    if bytes.len() > PRESCAN_BYTES {
        let mut scan = Scan { bytes: &bytes[..bytes.len().min(LATE_BYTES)], at: 0, raw_text: true };
        // Running out of bytes is no fault: what was found stands in `found`.
        scan.run(&mut found);
    }
    found
}

/// `<?xml version="1.0" encoding="gbk"?>` at the very start counts where no meta does.
fn xml_declaration(head: &[u8], found: &mut Declared) {
    if !head.starts_with(b"<?xml") {
        return;
    }
    let Some(end) = memchr(b'>', head) else { return };
    let Some(at) = memmem::find(&head[..end], b"encoding") else { return };
    let rest = head[at + 8..end].trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b"=") else { return };
    let rest = rest.trim_ascii_start();
    let Some(&quote @ (b'"' | b'\'')) = rest.first() else { return };
    let Some(close) = memchr(quote, &rest[1..]) else { return };
    take(&rest[1..=close], found);
}

/// Elements whose content is no markup.
const RAW_TEXT: [&[u8]; 9] =
    [b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes", b"noscript"];

struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Whether content of scripts and styles is skipped; the standard's own prescan does not.
    raw_text: bool,
}

/// Name and value as they stand in the source.
type Attribute<'b> = (&'b [u8], &'b [u8]);

impl<'b> Scan<'b> {
    /// Ends with `Some` when a declaration was found, with `None` when the bytes ran out.
    fn run(&mut self, found: &mut Declared) -> Option<()> {
        loop {
            self.at += memchr(b'<', self.bytes.get(self.at..)?)?;
            let rest = &self.bytes[self.at..];
            if rest.starts_with(b"<!--") {
                // The hyphens of the opening may also close it: `<!-->`.
                self.at += 2 + memmem::find(&rest[2..], b"-->")? + 3;
            } else if rest.len() > 5
                && rest[1..5].eq_ignore_ascii_case(b"meta")
                && (is_blank(rest[5]) || rest[5] == b'/')
            {
                self.at += 5;
                if self.meta(found)? {
                    return Some(());
                }
            } else if matches!(rest, [b'<', b'/', c, ..] | [b'<', c, ..] if c.is_ascii_alphabetic()) {
                self.tag(rest)?;
            } else if matches!(rest.get(1), Some(b'!' | b'/' | b'?')) {
                self.at += memchr(b'>', rest)? + 1;
            } else {
                self.at += 1;
            }
        }
    }

    fn tag(&mut self, rest: &'b [u8]) -> Option<()> {
        let end = rest.iter().position(|b| is_blank(*b) || *b == b'>')?;
        let name = &rest[1..end];
        self.at += end;
        while self.attribute()?.is_some() {}
        if self.raw_text
            && let Some(raw) = RAW_TEXT.iter().find(|r| r.eq_ignore_ascii_case(name))
        {
            self.skip_raw_text(raw)?;
        }
        Some(())
    }

    fn skip_raw_text(&mut self, name: &[u8]) -> Option<()> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += memmem::find(rest, b"</")?;
            let after = self.bytes.get(self.at + 2..)?;
            let closes = after.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
            if closes && after.get(name.len()).is_some_and(|b| is_blank(*b) || matches!(b, b'/' | b'>')) {
                return Some(());
            }
            self.at += 2;
        }
    }

    /// Reads the attributes of a meta element; true when they declare a known charset.
    fn meta(&mut self, found: &mut Declared) -> Option<bool> {
        let (mut pragma, mut content, mut charset) = (None, None, None);
        while let Some((name, value)) = self.attribute()? {
            // Of attributes with one name only the first counts.
            let slot = if name.eq_ignore_ascii_case(b"http-equiv") {
                &mut pragma
            } else if name.eq_ignore_ascii_case(b"content") {
                &mut content
            } else if name.eq_ignore_ascii_case(b"charset") {
                &mut charset
            } else {
                continue;
            };
            slot.get_or_insert(value);
        }
        let is_pragma = pragma.is_some_and(|p: &[u8]| p.eq_ignore_ascii_case(b"content-type"));
        let label = match (charset, content) {
            (Some(label), _) => Some(label),
            (None, Some(content)) if is_pragma => label_in_content(content),
            _ => None,
        };
        Some(label.is_some_and(|l| take(l, found)))
    }

    /// The next attribute of a tag ("get an attribute"); the inner `None` is the tag's end.
    fn attribute(&mut self) -> Option<Option<Attribute<'b>>> {
        while is_blank(self.peek()?) || self.peek()? == b'/' {
            self.at += 1;
        }
        if self.peek()? == b'>' {
            return Some(None);
        }
        let start = self.at;
        let name = loop {
            match self.peek()? {
                b'=' if self.at > start => break &self.bytes[start..self.at],
                b'/' | b'>' => return Some(Some((&self.bytes[start..self.at], b""))),
                b if is_blank(b) => {
                    let name = &self.bytes[start..self.at];
                    self.skip_blanks()?;
                    if self.peek()? != b'=' {
                        return Some(Some((name, b"")));
                    }
                    break name;
                }
                _ => self.at += 1,
            }
        };
        self.at += 1;
        self.skip_blanks()?;
        let value = match self.peek()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let len = memchr(quote, &self.bytes[self.at..])?;
                let value = &self.bytes[self.at..self.at + len];
                self.at += len + 1;
                value
            }
            b'>' => b"",
            _ => {
                let rest = &self.bytes[self.at..];
                let len = rest.iter().position(|b| is_blank(*b) || *b == b'>')?;
                self.at += len;
                &rest[..len]
            }
        };
        Some(Some((name, value)))
    }

    fn skip_blanks(&mut self) -> Option<()> {
        while is_blank(self.peek()?) {
            self.at += 1;
        }
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// "Extracting a character encoding from a meta element": the label in `text/html; charset=gbk`.
fn label_in_content(content: &[u8]) -> Option<&[u8]> {
    let mut rest = content;
    loop {
        let at = rest.windows(7).position(|w| w.eq_ignore_ascii_case(b"charset"))?;
        rest = rest[at + 7..].trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b"=") {
            rest = after.trim_ascii_start();
            break;
        }
    }
    match *rest.first()? {
        quote @ (b'"' | b'\'') => memchr(quote, &rest[1..]).map(|end| &rest[1..=end]),
        _ => {
            let end = rest.iter().position(|b| is_blank(*b) || *b == b';').unwrap_or(rest.len());
            Some(&rest[..end])
        }
    }
}

/// Notes a label; true when it names an encoding.
fn take(label: &[u8], found: &mut Declared) -> bool {
    let encoding = std::str::from_utf8(label).ok().and_then(super::known_label).map(|e| {
        // Whoever could read the meta did not read UTF-16.
        if super::is_utf16(e) {
            UTF_8
        } else if e == encoding_rs::X_USER_DEFINED {
            WINDOWS_1252
        } else {
            e
        }
    });
    if encoding.is_some() || found.label.is_none() {
        found.label = Some(String::from_utf8_lossy(label.trim_ascii()).into_owned());
    }
    found.encoding = encoding;
    encoding.is_some()
}

fn is_blank(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')
}
