//! The users' list of sensitive words (敏感词), and where a text has them. Clause N2.5.
//!
//! Which words are wrong is for the users to say; none comes with the program. A listed word counts where it stands as a
//! word: never inside a longer Latin word or number, never where two other Chinese words meet. Reads no files.

mod fold;

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use base::Level;
use foldhash::fast::FixedState;

use crate::han::is_han;
use crate::spelling;
use crate::spelling::borders::Reading;
use fold::Folded;

/// Longest word of a list, in characters: longer ones are sentences.
pub const LONGEST: usize = 64;
/// Text that is looked at in one piece, in bytes; what a page shows is far shorter (`tree::passage::MAX_TEXT`).
const MOST_TEXT: usize = 1 << 20;
/// Places of one text that are judged: a text of nothing but listed words still takes well under a second.
const MOST_JUDGED: usize = 100_000;

/// A word that the users do not want to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub word: String,
    /// What to write instead, best first; may be empty.
    pub correct: Vec<String>,
    /// How grave it is; `None`: as the rule says.
    pub level: Option<Level>,
    /// Why it is listed, in the users' words; may be empty.
    pub note: String,
}

/// A list, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    words: Vec<Listed>,
    /// Finds the folded words by their number; `None` without words.
    search: Option<AhoCorasick>,
}

/// Why a word cannot be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordFault {
    Empty,
    /// Has no letter, digit or character.
    Signs,
    TooLong,
}

impl std::fmt::Display for WordFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WordFault::Empty => f.write_str("没有写词"),
            WordFault::Signs => f.write_str("只有标点或符号，不能作为词查找"),
            WordFault::TooLong => write!(f, "超过 {LONGEST} 个字，请只写词语"),
        }
    }
}

/// A listed word in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    pub listed: &'a Listed,
    /// Bytes of the text.
    pub range: Range<usize>,
}

/// A word as it is told from others: full width, case and blanks make no difference.
///
/// # Errors
/// Why it cannot be looked for.
pub fn plain(word: &str) -> Result<String, WordFault> {
    let word: Vec<&str> = word.split_whitespace().collect();
    let word = word.join(" ");
    match word.chars().count() {
        0 => Err(WordFault::Empty),
        n if n > LONGEST => Err(WordFault::TooLong),
        _ if !word.contains(char::is_alphanumeric) => Err(WordFault::Signs),
        _ => Ok(Folded::of(&word).text.into_owned()),
    }
}

impl WordList {
    pub const NONE: WordList = WordList { words: Vec::new(), search: None };

    /// Takes words; of equal ones the first counts, and what cannot be looked for is left out (`plain` tells it).
    pub fn new(list: Vec<Listed>) -> WordList {
        let mut seen: HashSet<String, FixedState> = HashSet::default();
        let (mut words, mut folded) = (Vec::new(), Vec::new());
        for listed in list {
            let Ok(word) = plain(&listed.word) else { continue };
            if seen.insert(word.clone()) {
                words.push(listed);
                folded.push(word);
            }
        }
        let search = (!words.is_empty()).then(|| AhoCorasick::new(&folded).ok()).flatten();
        WordList { words, search }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The listed words that stand in a text, in order; of those that overlap the longest, then the first.
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        let Some(search) = self.search.as_ref().filter(|_| text.len() <= MOST_TEXT) else {
            return Vec::new();
        };
        let folded = Folded::of(text);
        let mut reading = None;
        let mut found: Vec<Found<'_>> = Vec::new();
        for hit in search.find_overlapping_iter(&*folded.text).take(MOST_JUDGED) {
            let range = folded.source(hit.start())..folded.source(hit.end());
            let Some(listed) = self.words.get(hit.pattern().as_usize()) else { continue };
            if !has_edges(text, &range) {
                continue;
            }
            // Hits come by their ends: only the last ones kept can overlap.
            let mut overlapping = found.iter().rev().take_while(|f| f.range.end > range.start);
            if overlapping.any(|f| f.range.len() >= range.len()) {
                continue;
            }
            if touches_han(text, &range)
                && let Some(model) = spelling::shipped()
                && !reading.get_or_insert_with(|| Reading::of(model, text)).stands(&range)
            {
                continue;
            }
            while found.last().is_some_and(|f| f.range.end > range.start) {
                found.pop();
            }
            found.push(Found { listed, range });
        }
        found
    }
}

/// Whether Latin letters and digits at the ends of a range are the ends of a word or number.
fn has_edges(text: &str, range: &Range<usize>) -> bool {
    let inside = text.get(range.clone()).unwrap_or_default();
    let (before, after) = around(text, range);
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_wide(c));
    // 695, 3.69 and 1,069 are one number each.
    let number = |sign: Option<char>, digit: Option<char>, own: Option<char>| {
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_numeric());
        is_digit(own) && matches!(sign, Some('.' | ',' | '．')) && is_digit(digit)
    };
    let open_left = |first: Option<char>| {
        let mut before = before.chars().rev();
        let (next, beyond) = (before.next(), before.next());
        joins(first) && (joins(next) || number(next, beyond, first))
    };
    let open_right = |last: Option<char>| {
        let mut after = after.chars();
        let (next, beyond) = (after.next(), after.next());
        joins(last) && (joins(next) || number(next, beyond, last))
    };
    !open_left(inside.chars().next()) && !open_right(inside.chars().next_back())
}

/// Whether words of Chinese may lie across an end of a range: there is a Han character on both sides of it.
fn touches_han(text: &str, range: &Range<usize>) -> bool {
    let inside = text.get(range.clone()).unwrap_or_default();
    let (before, after) = around(text, range);
    let both = |a: Option<char>, b: Option<char>| a.is_some_and(is_han) && b.is_some_and(is_han);
    both(before.chars().next_back(), inside.chars().next())
        || both(inside.chars().next_back(), after.chars().next())
}

fn around<'t>(text: &'t str, range: &Range<usize>) -> (&'t str, &'t str) {
    (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default())
}

/// Characters that are written without blanks between words: a Latin word may stand right beside them.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
