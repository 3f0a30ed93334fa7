//! The word in the link of a ticket that is sent by mail: which letter, until when, sealed. Clauses N2.8, N5.3; pure.
//!
//! Whoever has the link acts for the unit on that one ticket. Nothing of it is kept but what it is sealed with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::clock::Instant;
use platform::secret::{is_sealed, seal};

/// Days for which a link is good, when nobody chooses: the longest usual limit and a dispute.
pub const USUAL_DAYS: i64 = 60;
/// The longest that can be chosen.
pub const MOST_DAYS: i64 = 180;
/// Characters of a link's word that are looked at.
const LONGEST: usize = 120;

/// What a link's word says of itself, before it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub letter: i64,
    /// Seconds since 1970.
    pub expires: i64,
}

/// The word of a link.
pub fn word(secret: &str, letter: i64, address: &str, expires: Instant) -> String {
    let expires = expires.timestamp();
    let seal = seal(secret.as_bytes(), message(letter, address, expires).as_bytes());
    format!("{letter}-{expires}-{}", URL_SAFE_NO_PAD.encode(seal))
}

/// What is sealed.
fn message(letter: i64, address: &str, expires: i64) -> String {
    format!("ticket-letter\n{letter}\n{expires}\n{address}")
}

/// What a word says; `None` for what is none.
pub fn named(word: &str) -> Option<Named> {
    let mut parts = word.get(..word.len().min(LONGEST))?.splitn(3, '-');
    let (letter, expires) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Named { letter, expires })
}

/// Whether a word is the one of a letter, whatever time it is.
pub fn is_genuine(word: &str, secret: &str, letter: i64, address: &str) -> bool {
    let Some(named) = named(word).filter(|named| named.letter == letter) else { return false };
    let Some(sealed) = word.splitn(3, '-').nth(2).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()) else {
        return false;
    };
    is_sealed(secret.as_bytes(), message(letter, address, named.expires).as_bytes(), &sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_that_was_sent_is_genuine() {
        let until = chrono::DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let sent = word("secret", 7, "a@b.example", until);
        assert_eq!(named(&sent), Some(Named { letter: 7, expires: 1_780_000_000 }));
        assert!(is_genuine(&sent, "secret", 7, "a@b.example"));
        let later = sent.replace("1780000000", "1999999999");
        let other = sent.replacen("7-", "8-", 1);
        for (word, secret, letter, address) in [
            (later.as_str(), "secret", 7, "a@b.example"),
            (other.as_str(), "secret", 8, "a@b.example"),
            (&sent, "other", 7, "a@b.example"),
            (&sent, "secret", 7, "c@b.example"),
            (&sent[..sent.len() - 1], "secret", 7, "a@b.example"),
            ("7-1780000000-", "secret", 7, "a@b.example"),
        ] {
            assert!(!is_genuine(word, secret, letter, address), "{word}");
        }
    }

    #[test]
    fn what_is_no_word_says_nothing() {
        for word in ["", "7", "x-1-y", "-1-2", "7-", "字-1-x", &"9".repeat(500)] {
            assert_eq!(named(word), None, "{word}");
        }
    }
}
