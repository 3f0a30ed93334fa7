//! Content codings (gzip, deflate, br) undone within bounds. Clause N2.5.
//!
//! Never trusts a declared size; what goes beyond the bound is cut and told. Charsets are `checks::charset`'s.

use std::borrow::Cow;
use std::io::Read;

use crate::bounds::MAX_BODY;

/// A body without its content coding.
pub struct Plain<'b> {
    pub bytes: Cow<'b, [u8]>,
    /// The bound was reached; the rest is missing.
    pub cut: bool,
    /// The coding broke off or is not what the header says; what could be read is kept.
    pub damaged: bool,
}

/// Undoes the codings named in `Content-Encoding`, last applied first.
pub fn plain<'b>(body: &'b [u8], content_encoding: Option<&str>) -> Plain<'b> {
    let mut plain = Plain { bytes: Cow::Borrowed(body), cut: false, damaged: false };
    let Some(names) = content_encoding else { return plain };
    // RFC 9110 allows several codings; two are more than anybody means.
    for name in names.rsplit(',').take(2) {
        let name = name.trim().to_ascii_lowercase();
        let step = match name.as_str() {
            "gzip" | "x-gzip" => gunzip(&plain.bytes),
            "deflate" => inflate(&plain.bytes),
            "br" => bounded(brotli_decompressor::Decompressor::new(&plain.bytes[..], 4096)),
            _ => continue,
        };
        // Servers that say gzip and send plain text exist; browsers fail, we read on and tell.
        if step.damaged && step.bytes.is_empty() {
            plain.damaged = true;
            continue;
        }
        plain = Plain {
            bytes: Cow::Owned(step.bytes.into_owned()),
            cut: plain.cut | step.cut,
            damaged: plain.damaged | step.damaged,
        };
    }
    plain
}

/// A gzip member by its magic bytes, whatever the name or header says; other bytes are given back as they are.
pub fn gunzip_if_gzip(body: &[u8]) -> Cow<'_, [u8]> {
    if body.starts_with(&[0x1f, 0x8b]) {
        let plain = gunzip(body);
        if !plain.bytes.is_empty() {
            return Cow::Owned(plain.bytes.into_owned());
        }
    }
    Cow::Borrowed(body)
}

fn gunzip(body: &[u8]) -> Plain<'static> {
    // One member only: text stuck behind it (caches do that) is not part of the answer.
    bounded(flate2::read::GzDecoder::new(body))
}

fn inflate(body: &[u8]) -> Plain<'static> {
    // RFC 9110 means zlib; some servers send the bare stream.
    let zlib = bounded(flate2::read::ZlibDecoder::new(body));
    if zlib.damaged && zlib.bytes.is_empty() {
        return bounded(flate2::read::DeflateDecoder::new(body));
    }
    zlib
}

fn bounded(reader: impl Read) -> Plain<'static> {
    let mut bytes = Vec::new();
    let damaged = reader.take(MAX_BODY as u64 + 1).read_to_end(&mut bytes).is_err();
    let cut = bytes.len() > MAX_BODY;
    bytes.truncate(MAX_BODY);
    Plain { bytes: Cow::Owned(bytes), cut, damaged }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_compression_bomb_is_cut() {
        let bomb = gzip(&vec![0; MAX_BODY * 4]);
        let plain = plain(&bomb, Some("gzip"));
        assert!(plain.cut);
        assert_eq!(plain.bytes.len(), MAX_BODY);
    }

    #[test]
    fn a_stream_that_breaks_off_keeps_what_came() {
        let whole = gzip("政务公开".repeat(5000).as_bytes());
        let plain = plain(&whole[..whole.len() - 12], Some("gzip"));
        assert!(plain.damaged && !plain.cut);
        assert!(!plain.bytes.is_empty());
    }

    #[test]
    fn plain_text_called_gzip_is_read() {
        let plain = plain(b"<html>", Some("gzip"));
        assert!(plain.damaged);
        assert_eq!(&*plain.bytes, b"<html>");
    }

    #[test]
    fn junk_behind_a_member_is_ignored() {
        let mut body = gzip(b"<urlset/>");
        body.extend_from_slice(b"<!-- cached -->");
        assert_eq!(&*gunzip_if_gzip(&body), b"<urlset/>");
        assert_eq!(&*gunzip_if_gzip(b"<urlset/>"), b"<urlset/>");
    }

    #[test]
    fn bare_deflate_is_read_too() {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"page").unwrap();
        assert_eq!(&*plain(&encoder.finish().unwrap(), Some("deflate")).bytes, b"page");
    }
}
