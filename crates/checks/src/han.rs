//! Chinese characters: which they are, and whether a text has any. Clauses N2.1, N2.2.
//!
//! The one place that knows the range; says nothing of whether a text makes sense.

/// Whether a character is one of the unified ideographs that texts are written with (U+4E00–U+9FFF).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// How many a text has, counted up to `most`. Asked of every page, so runs of ASCII are passed over at once.
pub fn count(text: &str, most: usize) -> usize {
    const RUN: usize = 64;
    let bytes = text.as_bytes();
    let mut found = 0;
    for (run, part) in bytes.chunks(RUN).enumerate() {
        if part.is_ascii() {
            continue;
        }
        for (at, byte) in part.iter().enumerate() {
            // First bytes of U+4E00–U+9FFF in UTF-8: E4 (from B8) to E9.
            let begins = match byte {
                0xE5..=0xE9 => true,
                0xE4 => bytes.get(run * RUN + at + 1).is_some_and(|next| *next >= 0xB8),
                _ => false,
            };
            found += usize::from(begins);
            if found == most {
                return found;
            }
        }
    }
    found
}

/// Whether a text has any.
pub fn has_han(text: &str) -> bool {
    count(text, 1) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_characters_agree() {
        for text in [
            "",
            "<p>县",
            "一",
            "鿿",
            "<p>plain — “quoted” é あ ䷿</p>",
            "a国b",
            &format!("{}国{}务院", "a".repeat(63), "é".repeat(40)),
        ] {
            assert_eq!(has_han(text), text.chars().any(is_han), "{text}");
            assert_eq!(count(text, usize::MAX), text.chars().filter(|c| is_han(*c)).count(), "{text}");
        }
    }
}
