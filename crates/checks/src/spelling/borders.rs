//! Whether a place in a text is a word of it, or only comes about where other words meet. Serves N2.5.
//!
//! A text is read as words in the likeliest way twice: with borders at both ends of the place, and with a word across one
//! of them. The likelier reading decides. Linear in the text; judges nothing beyond borders.

use std::ops::Range;

use super::language::lone;
use super::model::{LONGEST_WORD, Model};
use super::runs::{Token, tokens};

/// How common a word of two characters is taken to be at least that somebody looks for (as the word list counts): lists
/// have words that no dictionary has. It stands against rarer readings, and yields to everyday words across its ends.
const LEAST_LISTED: f32 = 200.0;
/// The same for a longer one, which has more ways to come about by chance out of words that no dictionary has.
const LEAST_LONGER: f32 = 25.0;

/// A text that was read as words.
pub(crate) struct Reading<'a> {
    words: Words<'a>,
    /// Cost of the likeliest reading before each token, and from each token on (natural logarithm). Sums of a whole
    /// text: of double precision, for the decisions are differences of a few units.
    before: Vec<f64>,
    after: Vec<f64>,
}

impl<'a> Reading<'a> {
    pub(crate) fn of(model: &'a Model<'a>, text: &str) -> Reading<'a> {
        let words = Words { model, tokens: tokens(model, text) };
        let count = words.tokens.len();
        let mut before = vec![f64::NEG_INFINITY; count + 1];
        let mut after = before.clone();
        before[0] = 0.0;
        after[count] = 0.0;
        for start in 0..count {
            for (end, cost) in words.from(start) {
                before[end] = before[end].max(before[start] + cost);
            }
        }
        for start in (0..count).rev() {
            for (end, cost) in words.from(start) {
                after[start] = after[start].max(cost + after[end]);
            }
        }
        Reading { words, before, after }
    }

    /// Whether the bytes of a range stand in the text as a word, or as several: no likelier reading has a word that
    /// lies across an end of it. A single character has no inside, so for it a word around counts as such.
    pub(crate) fn stands(&self, range: &Range<usize>) -> bool {
        let tokens = &self.words.tokens;
        let start = tokens.partition_point(|t| t.start < range.start);
        let end = tokens.partition_point(|t| t.start < range.end);
        if start >= end {
            return true;
        }
        let alone = end - start == 1;
        let own = if alone { self.words.alone(start) } else { self.listed(start, end) };
        let with = self.before[start] + own + self.after[end];
        let crossing = |a: usize, b: usize| {
            let covers = a <= start && b >= end;
            let cuts = a < start && start < b || a < end && end < b;
            cuts && (alone || !covers)
        };
        let lowest = start.saturating_sub(LONGEST_WORD - 1);
        let mut across = (lowest..end)
            .flat_map(|a| self.words.from(a).map(move |(b, cost)| (a, b, cost)))
            .filter(|(a, b, _)| crossing(*a, *b))
            .map(|(a, b, cost)| self.before[a] + cost + self.after[b]);
        !across.any(|other| other > with)
    }

    /// The cost of the listed word that the tokens are.
    fn listed(&self, start: usize, end: usize) -> f64 {
        let least = if end - start == 2 { LEAST_LISTED } else { LEAST_LONGER };
        let least = f64::from((least / self.words.model.word_total).ln());
        self.words.word(start, end).map_or(least, |known| known.max(least))
    }
}

/// The words that a text may be read as.
struct Words<'a> {
    model: &'a Model<'a>,
    tokens: Vec<Token>,
}

impl Words<'_> {
    /// Those that begin at a token: where each ends, and its cost.
    fn from(&self, start: usize) -> impl Iterator<Item = (usize, f64)> {
        let most = (start + LONGEST_WORD).min(self.tokens.len());
        let longer = (start + 2..=most).map_while(move |end| {
            // Nothing but characters makes words.
            let all = self.tokens.get(start..end)?.iter().all(Token::is_character);
            all.then(|| (end, self.word(start, end)))
        });
        let longer = longer.filter_map(|(end, cost)| Some((end, cost?)));
        std::iter::once((start + 1, self.alone(start))).chain(longer)
    }

    fn word(&self, start: usize, end: usize) -> Option<f64> {
        let mut ids = [0_u16; LONGEST_WORD];
        let ids = ids.get_mut(..end - start)?;
        for (id, token) in ids.iter_mut().zip(self.tokens.get(start..end)?) {
            *id = token.id;
        }
        let times = self.model.word(ids);
        (times > 0.0).then(|| f64::from((times / self.model.word_total).ln()))
    }

    fn alone(&self, at: usize) -> f64 {
        f64::from(self.tokens.get(at).map_or(0.0, |token| lone(self.model, token.id)))
    }
}
