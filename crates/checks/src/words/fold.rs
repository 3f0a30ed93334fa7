//! Text as it is compared: full-width letters and digits as plain ones, capitals as small letters. Serves N2.5.
//!
//! Every byte of the folded text knows where it stands in the source; nothing else is changed.

use std::borrow::Cow;

/// A folded text.
pub(super) struct Folded<'t> {
    pub text: Cow<'t, str>,
    /// Where the source is off the folded text: byte of the folded text from which on, byte of the source there.
    runs: Vec<(usize, usize)>,
}

impl<'t> Folded<'t> {
    pub fn of(text: &'t str) -> Folded<'t> {
        if text.chars().all(|c| fold(c) == c) {
            return Folded { text: Cow::Borrowed(text), runs: Vec::new() };
        }
        let mut folded = String::with_capacity(text.len());
        let mut runs = Vec::new();
        for (at, c) in text.char_indices() {
            let small = fold(c);
            folded.push(small);
            if small.len_utf8() != c.len_utf8() {
                runs.push((folded.len(), at + c.len_utf8()));
            }
        }
        Folded { text: Cow::Owned(folded), runs }
    }

    /// The byte of the source that a border between characters of the folded text stands for.
    pub fn source(&self, byte: usize) -> usize {
        let run = self.runs.partition_point(|(from, _)| *from <= byte);
        let (from, source) = run.checked_sub(1).and_then(|n| self.runs.get(n)).copied().unwrap_or((0, 0));
        source + (byte - from)
    }
}

fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        c => c,
    };
    let mut small = c.to_lowercase();
    // What becomes several characters (İ) stays as it is.
    match (small.next(), small.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn bytes_lead_back_to_the_source() {
        let text = "a ＡＢc国ｄİK\u{212a}９";
        let folded = Folded::of(text);
        assert_eq!(folded.text, "a abc国dİkk9");
        let at = |part: &str| folded.text.find(part).map(|byte| folded.source(byte));
        assert_eq!(at("ab"), text.find("ＡＢ"));
        assert_eq!(at("c国"), text.find("c国"));
        assert_eq!(at("d"), text.find('ｄ'));
        assert_eq!(at("kk"), text.find("K\u{212a}"));
        assert_eq!(folded.source(folded.text.len()), text.len());
    }
}
