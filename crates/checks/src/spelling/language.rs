//! How likely a series of characters is: by what stood beside what in official texts, and by the words it makes.
//! Serves N2.2.
//!
//! Pure arithmetic on the model's counts; judges nothing.

use super::model::{FIRST_CHARACTER, LONGEST_WORD, Model};

/// How much the shorter series weighs where the longer one was seldom seen, as so many sightings: by length from two.
const SMOOTHING: [f32; 3] = [30.0, 8.0, 3.0];
/// Cost of a word that is not in the list, beside that of a rare character (natural logarithm).
const UNKNOWN: f32 = 3.0;
/// Longest stretch of which the words are counted.
pub(super) const LONGEST_STRETCH: usize = 24;

/// The logarithm of the likelihood of the last of up to four ids after the ones before.
pub(super) fn likelihood(model: &Model<'_>, series: &[u16]) -> f32 {
    let series = &series[series.len().saturating_sub(4)..];
    let Some((&last, before)) = series.split_last() else { return 0.0 };
    let mut p = (model.single(last) + 0.5) / (model.total + 4000.0);
    if let [.., b] = before {
        p = mixed(model.pair([*b, last]), model.single(*b), SMOOTHING[0], p);
    }
    if let [.., a, b] = before {
        let seen = model.pair([*a, *b]);
        if seen > 0.0 {
            p = mixed(model.triple([*a, *b, last]), seen, SMOOTHING[1], p);
        }
    }
    if let [z, a, b] = before {
        let seen = model.triple([*z, *a, *b]);
        if seen > 0.0 {
            p = mixed(model.four([*z, *a, *b, last]), seen, SMOOTHING[2], p);
        }
    }
    p.ln()
}

fn mixed(both: f32, context: f32, weight: f32, shorter: f32) -> f32 {
    // Counts are stored by steps: a part may come out a little larger than the whole.
    (both.min(context) + weight * shorter) / (context + weight)
}

/// The logarithm of the likelihood of a stretch of ids from `from` on, each after those before it.
pub(super) fn stretch(model: &Model<'_>, ids: &[u16], from: usize) -> f32 {
    (from..ids.len()).map(|n| likelihood(model, &ids[n.saturating_sub(3)..=n])).sum()
}

/// The logarithm of the likelihood of the best way to read a stretch as words.
pub(super) fn as_words(model: &Model<'_>, ids: &[u16]) -> f32 {
    let length = ids.len().min(LONGEST_STRETCH);
    let mut best = [f32::NEG_INFINITY; LONGEST_STRETCH + 1];
    best[0] = 0.0;
    for start in 0..length {
        for end in start + 1..=(start + LONGEST_WORD).min(length) {
            let cost = match &ids[start..end] {
                [one] => lone(model, *one),
                word => match model.word(word) {
                    0.0 => continue,
                    times => (times / model.word_total).ln(),
                },
            };
            best[end] = best[end].max(best[start] + cost);
        }
    }
    best[length]
}

/// The likelihood of a character as a word by itself.
pub(super) fn lone(model: &Model<'_>, id: u16) -> f32 {
    if id < FIRST_CHARACTER {
        return -4.0;
    }
    // Characters that hardly ever stand alone are parts of words that the list does not have.
    let alone = model.lone(id).max(1.0) / model.word_total;
    alone.ln() - if model.lone(id) < 100.0 { UNKNOWN } else { 0.0 }
}
