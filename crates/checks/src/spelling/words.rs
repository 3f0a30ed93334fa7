//! Where words meet: whether a string stands by itself or only comes about across a border of words. Serves N2.2.
//!
//! A misspelling that lies across two right words is none: 县委|书记, 代开 in 时代|开启.

use std::ops::Range;

use super::Line;
use super::model::LONGEST_WORD;

/// A word that is as common as this in the word list is an everyday word.
const EVERYDAY: f32 = 50.0;
/// A character that is a word by itself as often as this is a particle: 的, 和, 在.
const PARTICLE: f32 = 30_000.0;

/// Whether a word of the list begins before the range and ends in it, or begins in it and ends after it.
pub(super) fn crossed(line: &Line<'_>, at: &Range<usize>) -> bool {
    crosses(line, at.start, at) || crosses(line, at.end, at)
}

/// Whether a word of the list lies across the border, reaching into the range without covering all of it.
fn crosses(line: &Line<'_>, border: usize, at: &Range<usize>) -> bool {
    let lowest = border.saturating_sub(LONGEST_WORD - 1);
    (lowest..border).any(|start| {
        let most = (start + LONGEST_WORD).min(line.tokens.len());
        (border + 1..=most).any(|end| {
            let covers = start <= at.start && at.end <= end;
            !covers && commonness(line, start..end) >= EVERYDAY
        })
    })
}

/// How common the word is that the tokens of a range are; 0 if they are none.
pub(super) fn commonness(line: &Line<'_>, at: Range<usize>) -> f32 {
    let Some(tokens) = line.tokens.get(at) else { return 0.0 };
    let mut ids = [0_u16; LONGEST_WORD];
    let Some(ids) = ids.get_mut(..tokens.len()) else { return 0.0 };
    for (id, token) in ids.iter_mut().zip(tokens) {
        if !token.is_character() {
            return 0.0;
        }
        *id = token.id;
    }
    line.model.word(ids)
}

/// How everyday words make up a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Its ends are ends of words.
    Within,
    /// A word begins before it or ends after it.
    Across,
}

/// Whether a stretch is nothing but everyday words; particles may stand between them.
pub(super) fn made_of_words(line: &Line<'_>, at: &Range<usize>) -> Option<Words> {
    // For each place in the stretch, whether words reach it: without, and with one that begins before the stretch.
    let mut within = vec![false; at.len() + 1];
    let mut across = vec![false; at.len() + 1];
    within[0] = true;
    for start in at.start.saturating_sub(LONGEST_WORD - 2)..at.end {
        let own = start.checked_sub(at.start);
        let (clean, mixed) = match own {
            Some(n) => (within[n], across[n]),
            None => (false, true),
        };
        if !clean && !mixed {
            continue;
        }
        for length in 1..=LONGEST_WORD {
            let end = start + length;
            let inside = end.min(at.end);
            if end <= at.start || !everyday(line, start..end) {
                continue;
            }
            let crosses = own.is_none() || end > at.end;
            within[inside - at.start] |= clean && !crosses;
            across[inside - at.start] |= mixed || crosses;
        }
    }
    match (within[at.len()], across[at.len()]) {
        (true, _) => Some(Words::Within),
        (false, true) => Some(Words::Across),
        (false, false) => None,
    }
}

fn everyday(line: &Line<'_>, at: Range<usize>) -> bool {
    match line.tokens.get(at.clone()) {
        Some([one]) => one.is_character() && line.model.lone(one.id) >= PARTICLE,
        Some(_) => commonness(line, at) >= EVERYDAY,
        None => false,
    }
}
