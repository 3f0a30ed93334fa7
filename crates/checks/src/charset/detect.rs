//! Telling a charset from the bytes where nothing is declared. Clause N2.1.
//!
//! Guesses only; a declaration that holds is never asked for its opinion here.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GBK, UTF_16BE, UTF_16LE};

/// What the detector is shown at most: enough for any page, and about 2 ms.
const SHOWN_BYTES: usize = 256 * 1024;
/// Fewer characters do not tell Big5 from GBK.
const LEAST_PAIRS: usize = 8;
/// What the search for zero bytes is shown.
const ZERO_BYTES: usize = 4096;

/// The legacy charset that the bytes look most like, on a Chinese site.
pub(super) fn guess_legacy(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SHOWN_BYTES)], true);
    match detector.guess(Some(b"cn"), Utf8Detection::Deny) {
        // The hint outweighs even a long page in Big5, so that is looked for with figures of our own.
        guess if guess == GBK && looks_like_big5(bytes) => BIG5,
        guess => guess,
    }
}

/// Text in Big5 keeps its lead bytes in A1–C6, and two of five characters end in an ASCII byte. Text in GB 2312
/// never does the latter, and traditional text in GBK spreads its lead bytes over 81–FE.
fn looks_like_big5(bytes: &[u8]) -> bool {
    let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
    let (mut pairs, mut frequent, mut ascii_ends, mut at) = (0usize, 0usize, 0usize, 0);
    while let Some(lead) = shown[at..].iter().position(|b| *b >= 0x81) {
        at += lead;
        let Some(&end) = shown.get(at + 1) else { break };
        if end < 0x40 {
            at += 1;
            continue;
        }
        pairs += 1;
        frequent += usize::from((0xA1..=0xC6).contains(&shown[at]));
        ascii_ends += usize::from(end < 0x80);
        at += 2;
    }
    pairs >= LEAST_PAIRS && frequent * 10 >= pairs * 9 && ascii_ends * 5 >= pairs
}

/// UTF-16 without a byte order mark: tags, spaces and line ends have a zero byte, always on the same side.
pub(super) fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let shown = &bytes[..bytes.len().min(ZERO_BYTES)];
    let (mut even, mut odd, mut pairs) = (0usize, 0usize, 0usize);
    for pair in shown.chunks_exact(2) {
        pairs += 1;
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    // Binary files and pages with stray zero bytes have them on both sides, or few.
    let plain = |zero: usize, other: usize| zero >= 2 && zero * 20 >= pairs && other * 10 <= zero;
    if plain(odd, even) {
        Some(UTF_16LE)
    } else if plain(even, odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}
