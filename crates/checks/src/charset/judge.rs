//! Whether the declared charset can be true, and which it is when it cannot. Clause N2.1.
//!
//! A declaration stands unless the bytes plainly contradict it; one stray byte never changes a page's charset.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8};

use super::{CharsetSource, detect};

/// Three-byte UTF-8 sequences that a page declared in a Chinese charset must have before it is taken for
/// UTF-8. Common characters of GB 2312 (lead bytes B0–D7) and Big5 (A4–C6) cannot begin such a sequence, so
/// honest text that is wholly valid UTF-8 *and* holds two of them does not occur; honest text that is valid
/// with two-byte sequences only does (`录` is C2 BC), and stays as declared.
const PROOF_SEQUENCES: usize = 2;
/// The same for a page with a few broken bytes in it, which needs more proof.
const PROOF_DESPITE_ERRORS: usize = 20;
/// Fewer bytes outside ASCII than this prove nothing against a declaration of UTF-8.
const LEAST_BYTES: usize = 4;
/// Single-byte charsets decode anything, so more is asked before they are overruled by a guess.
const LEAST_BYTES_SINGLE: usize = 12;

/// The encoding to decode with. `declared` is what header or meta say.
pub(super) fn decide(
    bytes: &[u8],
    declared: Option<(&'static Encoding, CharsetSource)>,
) -> (&'static Encoding, CharsetSource) {
    let Some((encoding, source)) = declared else {
        return (undeclared(bytes), CharsetSource::Detected);
    };
    let better = if encoding == UTF_8 {
        instead_of_utf8(bytes)
    } else if super::is_utf16(encoding) {
        // Zero bytes were looked for before; without any this is no UTF-16.
        Some(undeclared(bytes))
    } else if !encoding.is_ascii_compatible() {
        None
    } else {
        instead_of_legacy(bytes, encoding)
    };
    match better {
        Some(other) if other != encoding => (other, CharsetSource::Overruled),
        _ => (encoding, source),
    }
}

fn undeclared(bytes: &[u8]) -> &'static Encoding {
    if bytes.is_ascii() {
        return UTF_8;
    }
    if Encoding::utf8_valid_up_to(bytes) == bytes.len() {
        // Greek or Arabic alone, on a Chinese site, is a short text in GBK.
        let doubtful = bytes.iter().all(|b| *b < 0xE0) && bytes.iter().any(|b| *b > 0xC3);
        return if doubtful { legacy_or_utf8(bytes) } else { UTF_8 };
    }
    let utf8 = Utf8Shape::of(bytes);
    if utf8.holds_despite_errors() {
        return UTF_8;
    }
    detect::guess_legacy(bytes)
}

fn legacy_or_utf8(bytes: &[u8]) -> &'static Encoding {
    let guess = detect::guess_legacy(bytes);
    if is_chinese(guess) { guess } else { UTF_8 }
}

fn instead_of_utf8(bytes: &[u8]) -> Option<&'static Encoding> {
    if Encoding::utf8_valid_up_to(bytes) == bytes.len() {
        return None;
    }
    let utf8 = Utf8Shape::of(bytes);
    // At least half of what is not ASCII must be broken: a template in UTF-8 around some GBK stays UTF-8.
    if utf8.high < LEAST_BYTES || utf8.broken * 2 < utf8.high {
        return None;
    }
    let guess = detect::guess_legacy(bytes);
    [guess, GB18030]
        .into_iter()
        .find(|e| is_wide(e) && is_nearly_clean(e, bytes, utf8.high))
        .map(gbk_for_gb18030)
}

fn instead_of_legacy(bytes: &[u8], declared: &'static Encoding) -> Option<&'static Encoding> {
    if bytes.is_ascii() {
        return None;
    }
    let utf8 = Utf8Shape::of(bytes);
    if utf8.is_clean() {
        let proven = match is_wide(declared) {
            true => {
                utf8.long >= PROOF_SEQUENCES && utf8.long >= utf8.short
                    || utf8.long > 0 && errors(declared, bytes) > 0
            }
            // `Ã©` and its like do not occur twice in honest text.
            false => utf8.long + utf8.short >= PROOF_SEQUENCES,
        };
        return proven.then_some(UTF_8);
    }
    if utf8.holds_despite_errors() {
        return Some(UTF_8);
    }
    let doubtful = match is_wide(declared) {
        true => errors(declared, bytes) * 10 >= utf8.high && utf8.high >= 2 * LEAST_BYTES,
        false => utf8.high >= LEAST_BYTES_SINGLE && utf8.lone * 10 <= utf8.high,
    };
    if !doubtful {
        return None;
    }
    let guess = detect::guess_legacy(bytes);
    (is_chinese(guess) && is_nearly_clean(guess, bytes, utf8.high)).then_some(guess)
}

/// The page's queries are encoded as GBK pages encode theirs; the decoder is the same.
fn gbk_for_gb18030(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GB18030 { GBK } else { encoding }
}

fn is_chinese(encoding: &'static Encoding) -> bool {
    [GBK, GB18030, BIG5].contains(&encoding)
}

/// Charsets that write a character in two bytes or more.
pub(super) fn is_wide(encoding: &'static Encoding) -> bool {
    is_chinese(encoding) || [EUC_JP, EUC_KR, SHIFT_JIS].contains(&encoding)
}

/// At most one fault in forty bytes; a short text may have none.
fn is_nearly_clean(encoding: &'static Encoding, bytes: &[u8], high: usize) -> bool {
    errors(encoding, bytes) * 40 <= high
}

/// Malformed sequences met when decoding.
fn errors(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0u16; 1024];
    let (mut at, mut count) = (0, 0);
    loop {
        let (result, read, _) = decoder.decode_to_utf16_without_replacement(&bytes[at..], &mut scratch, true);
        at += read;
        match result {
            encoding_rs::DecoderResult::InputEmpty => return count,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => count += 1,
        }
    }
}

/// How the bytes outside ASCII look when read as UTF-8.
#[derive(Debug, Default)]
struct Utf8Shape {
    /// Bytes outside ASCII.
    high: usize,
    /// Of these, bytes that belong to no well-formed sequence.
    broken: usize,
    /// Well-formed sequences of two bytes.
    short: usize,
    /// Well-formed sequences of three and four bytes.
    long: usize,
    /// Bytes outside ASCII that stand alone between ASCII.
    lone: usize,
}

impl Utf8Shape {
    fn of(bytes: &[u8]) -> Utf8Shape {
        let mut shape = Utf8Shape::default();
        for chunk in bytes.utf8_chunks() {
            let valid = chunk.valid();
            let mut rest = valid.as_bytes();
            loop {
                rest = &rest[Encoding::ascii_valid_up_to(rest)..];
                let Some(&lead) = rest.first() else { break };
                let len = match lead {
                    ..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    _ => 4,
                };
                shape.high += len;
                shape.short += usize::from(len == 2);
                shape.long += usize::from(len > 2);
                rest = &rest[len..];
            }
            let invalid = chunk.invalid().len();
            shape.high += invalid;
            shape.broken += invalid;
        }
        if shape.broken > 0 {
            shape.lone = lone_bytes(bytes);
        }
        shape
    }

    fn is_clean(&self) -> bool {
        self.broken == 0
    }

    /// Text in UTF-8 with some damage: a cut character at the end, a stray byte.
    fn holds_despite_errors(&self) -> bool {
        self.long >= PROOF_DESPITE_ERRORS && self.broken * 50 <= self.high
    }
}

fn lone_bytes(bytes: &[u8]) -> usize {
    let high = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(|b| !b.is_ascii());
    (0..bytes.len()).filter(|&i| high(Some(i)) && !high(i.checked_sub(1)) && !high(Some(i + 1))).count()
}
