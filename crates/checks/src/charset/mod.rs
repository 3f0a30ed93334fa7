//! Which charset a document is in, decided as browsers do, and what is odd about it. Clause N2.1.
//!
//! Never fails: bytes that cannot be decoded become U+FFFD and are counted.

mod detect;
mod header;
mod judge;
pub mod meta;

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8};
use memchr::{memchr, memmem};

/// Where the decision came from, strongest first (HTML Standard, determining the character encoding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharsetSource {
    Bom,
    Header,
    Meta,
    /// A meta declaration behind the first 1,024 bytes.
    LateMeta,
    /// Declared one thing, but the bytes are plainly another.
    Overruled,
    /// Nothing declared; told from the bytes.
    Detected,
}

/// The charset of a document and what is odd about its declaration.
#[derive(Clone, Debug)]
pub struct Charset {
    /// Decodes the document and encodes its queries.
    pub encoding: &'static Encoding,
    pub source: CharsetSource,
    /// Label of the `Content-Type` header as written, where there is one.
    pub header_label: Option<String>,
    /// Label of the meta element as written, where there is one.
    pub meta_label: Option<String>,
    /// U+FFFD that decoding put into the text.
    pub replacements: u32,
}

/// A decoded document.
#[derive(Clone, Debug)]
pub struct Decoded<'b> {
    pub text: Cow<'b, str>,
    pub charset: Charset,
}

/// Decodes a whole document; `content_type` is the value of the answer's header.
///
/// The byte order mark is not part of the text. What is valid UTF-8 is borrowed, not copied.
pub fn decode<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Decoded<'b> {
    let header_label = content_type.and_then(header::charset_label);
    let head = &bytes[..bytes.len().min(meta::PRESCAN_BYTES)];
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let meta_label = if encoding == UTF_8 { meta::prescan(head).label } else { None };
        let charset =
            Charset { encoding, source: CharsetSource::Bom, header_label, meta_label, replacements: 0 };
        return finish(&bytes[mark..], charset);
    }
    if memchr(0, head).is_some()
        && let Some(encoding) = detect::utf16_without_mark(bytes)
    {
        let source = match header_label.as_deref().and_then(known_label) {
            Some(declared) if declared == encoding => CharsetSource::Header,
            Some(declared) if !is_utf16(declared) => CharsetSource::Overruled,
            _ => CharsetSource::Detected,
        };
        return finish(bytes, Charset { encoding, source, header_label, meta_label: None, replacements: 0 });
    }
    let mut meta = meta::prescan(head);
    let declared = match header_label.as_deref().and_then(known_label) {
        Some(encoding) => Some((encoding, CharsetSource::Header)),
        None => match meta.encoding {
            Some(encoding) => Some((encoding, CharsetSource::Meta)),
            None => {
                let late = meta::late(bytes);
                meta.label = late.label.or(meta.label);
                late.encoding.map(|e| (e, CharsetSource::LateMeta))
            }
        },
    };
    let charset = |(encoding, source)| Charset {
        encoding,
        source,
        header_label,
        meta_label: meta.label,
        replacements: 0,
    };
    // What can be read as declared, and not as UTF-8, needs no judging: nearly every page in GBK.
    if let Some((encoding, source)) = declared.filter(|(e, _)| judge::is_wide(e))
        && Encoding::utf8_valid_up_to(bytes) < bytes.len()
        && let (text, false) = encoding.decode_without_bom_handling(bytes)
    {
        return Decoded { text, charset: charset((encoding, source)) };
    }
    finish(bytes, charset(judge::decide(bytes, declared)))
}

/// The encoding a label means, or none where browsers know no decoder for it.
///
/// Labels such as `hz-gb-2312`, for which browsers show nothing but one U+FFFD, count as unknown: the tags
/// of such a page are plain ASCII, and its links can be read.
fn known_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|e| *e != REPLACEMENT)
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE
}

fn finish(bytes: &[u8], mut charset: Charset) -> Decoded<'_> {
    let (text, faulty) = charset.encoding.decode_without_bom_handling(bytes);
    if faulty {
        let shown = memmem::find_iter(text.as_bytes(), "\u{FFFD}").count();
        let written = match charset.encoding == UTF_8 {
            true => memmem::find_iter(bytes, "\u{FFFD}").count(),
            false => 0,
        };
        charset.replacements = u32::try_from(shown.saturating_sub(written)).unwrap_or(u32::MAX);
    }
    Decoded { text, charset }
}

#[cfg(test)]
mod tests;
