//! Telling a charset from the bytes where nothing is declared. Clause N2.1.
//!
//! Guesses only; a declaration that holds is never asked for its opinion here.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GBK, UTF_16BE, UTF_16LE};

/// Bytes, from the first one outside ASCII, that a guess is made from. The detector reads 15 MB/s.
const SHOWN_BYTES: usize = 16 * 1024;
/// Fewer characters do not tell Big5 from GBK …
const LEAST_PAIRS: usize = 8;
/// … nor GB 2312 from all else.
const SURE_PAIRS: usize = 48;
/// What the search for zero bytes is shown.
const ZERO_BYTES: usize = 4096;

/// The legacy charset that the bytes look most like, on a Chinese site.
pub(super) fn guess_legacy(bytes: &[u8]) -> &'static Encoding {
    let first = Encoding::ascii_valid_up_to(bytes);
    let shown = &bytes[first..bytes.len().min(first + SHOWN_BYTES)];
    let pairs = Pairs::of(shown);
    if pairs.look_like_gb2312() {
        return GBK;
    }
    // The hint given to the detector outweighs even a long page in Big5.
    if pairs.look_like_big5() {
        return BIG5;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(shown, true);
    detector.guess(Some(b"cn"), Utf8Detection::Deny)
}

/// Counts of two-byte characters by their first and second byte.
#[derive(Default)]
struct Pairs {
    all: usize,
    /// Both bytes in A1–FE, the first a row of hanzi.
    hanzi: usize,
    /// Rows behind C8, which hold none of the Korean syllables of EUC-KR.
    late_rows: usize,
    /// Rows A4 and A5: kana in EUC-JP and GB 2312.
    kana: usize,
    /// First byte in A1–C6.
    early_rows: usize,
    /// Second byte in ASCII.
    ascii_ends: usize,
}

impl Pairs {
    fn of(shown: &[u8]) -> Pairs {
        let mut pairs = Pairs::default();
        let mut at = 0;
        while let Some(skipped) = shown.get(at..).and_then(|s| s.iter().position(|b| *b >= 0x81)) {
            at += skipped;
            let Some(&end) = shown.get(at + 1) else { break };
            if end < 0x40 {
                at += 1;
                continue;
            }
            let lead = shown[at];
            pairs.all += 1;
            pairs.hanzi += usize::from((0xB0..=0xF7).contains(&lead) && end >= 0xA1);
            pairs.late_rows += usize::from((0xC9..=0xF7).contains(&lead));
            pairs.kana += usize::from(matches!(lead, 0xA4 | 0xA5));
            pairs.early_rows += usize::from((0xA1..=0xC6).contains(&lead));
            pairs.ascii_ends += usize::from(end < 0x80);
            at += 2;
        }
        pairs
    }

    /// Four of five characters are hanzi of GB 2312, spread over its rows, the rest punctuation.
    fn look_like_gb2312(&self) -> bool {
        self.all >= SURE_PAIRS
            && self.hanzi * 5 >= self.all * 4
            && self.late_rows * 5 >= self.all
            && self.kana * 50 <= self.all
    }

    /// Text in Big5 keeps its first bytes in A1–C6, and two of five characters end in an ASCII byte. Text in GB 2312
    /// never does the latter, and traditional text in GBK spreads its first bytes over 81–FE.
    fn look_like_big5(&self) -> bool {
        self.all >= LEAST_PAIRS && self.early_rows * 10 >= self.all * 9 && self.ascii_ends * 5 >= self.all
    }
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
