//! What may have been meant instead of an unlikely character: candidates with their features. Serves N2.2.
//!
//! Candidates are what sounds or looks alike, the two ways in which Pinyin and Wubi input go wrong. Nothing is decided
//! here.

use super::language::{as_words, stretch};
use super::model::{EDGE, FIRST_CHARACTER, LONGEST_WORD, Model, Sound};

/// Features of a guess; their meaning stands in `features`.
pub const FEATURES: usize = 24;
/// Guesses kept for each place.
const KEPT: usize = 3;
/// A guess must make the text at least this much likelier (natural logarithm).
const LEAST_GAIN: f32 = 2.0;
/// A stretch of four that is likelier than this is not looked into (natural logarithm).
const LIKELY: f32 = -20.0;
/// A series of three that is as common as this supports what stands there.
const SUPPORT: f32 = 4.0;
/// A word of three or more characters that is as common as this supports its characters.
const WORD_SUPPORT: f32 = 20.0;
/// Two characters that sound like another pair: how common that pair must be.
const LEAST_PAIR: f32 = 20.0;

/// A way to read one or two characters differently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// Index of the first character among the ids.
    pub at: usize,
    /// One or two ids.
    pub length: usize,
    pub ids: [u16; 2],
    pub features: [f32; FEATURES],
}

impl Guess {
    pub fn ids(&self) -> &[u16] {
        &self.ids[..self.length]
    }
}

/// In a text of which more than this share is new to the model it cannot tell slips from what it does not know.
const MOST_WEAK: f32 = 0.78;
/// Shorter texts (menus, labels) give a slip nothing to stand out from, in characters.
const SHORTEST: usize = 8;

/// Guesses at the unlikely places of a text, at most three for each place, likeliest first by the text's gain.
pub fn guesses(model: &Model<'_>, ids: &[u16]) -> Vec<Guess> {
    let weak = weak_places(model, ids);
    let known = ids.iter().filter(|id| **id >= FIRST_CHARACTER).count();
    if known < SHORTEST || weak.iter().filter(|w| **w).count() as f32 > MOST_WEAK * known as f32 {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut here: Vec<Guess> = Vec::new();
    for at in (0..ids.len()).filter(|n| weak[*n]) {
        here.clear();
        let Some(mut place) = Place::unlikely(model, ids, at) else { continue };
        place.singles(&mut here);
        if weak.get(at + 1) == Some(&true) && model.pair([ids[at], ids[at + 1]]) < LEAST_PAIR {
            place.doubles(&mut here);
        }
        here.sort_by(|a, b| gain(b).total_cmp(&gain(a)));
        // What sounds and looks alike was tried twice.
        here.dedup_by(|b, a| b.ids == a.ids);
        out.extend(here.iter().take(KEPT));
    }
    out
}

/// What the language says for a guess, before anything is weighed.
fn gain(guess: &Guess) -> f32 {
    guess.features[0] + 0.5 * guess.features[1] - if guess.features[2] > 0.0 { 0.0 } else { 2.0 }
}

/// For each id, whether it is a character for which nothing speaks.
fn weak_places(model: &Model<'_>, ids: &[u16]) -> Vec<bool> {
    let id = |n: usize| ids.get(n).copied().unwrap_or(EDGE);
    let mut weak: Vec<bool> = (0..ids.len())
        .map(|n| {
            let before = if n > 0 { id(n - 1) } else { EDGE };
            id(n) >= FIRST_CHARACTER && model.triple([before, id(n), id(n + 1)]) < SUPPORT
        })
        .collect();
    for start in 0..ids.len() {
        // Words lend their pairs to the model: without a pair there is no word.
        let near = weak.get(start..(start + LONGEST_WORD).min(ids.len())).is_some_and(|w| w.contains(&true));
        if !near || model.pair([id(start), id(start + 1)]) == 0.0 {
            continue;
        }
        for end in (start + 3..=start + LONGEST_WORD).rev() {
            if ids.get(start..end).is_some_and(|word| model.word(word) >= WORD_SUPPORT) {
                weak[start..end].fill(false);
                break;
            }
        }
    }
    weak
}

/// A place in a text, with what is needed again for each guess.
struct Place<'a> {
    model: &'a Model<'a>,
    at: usize,
    /// The ids around; a copy to try things on.
    around: [u16; BEFORE + AFTER],
    /// Where the place is in them.
    own: usize,
    old: [f32; 2],
    old_words: f32,
}

const BEFORE: usize = 6;
const AFTER: usize = 8;

impl<'a> Place<'a> {
    /// The place, if what stands around it is unlikely enough.
    fn unlikely(model: &'a Model<'a>, ids: &[u16], at: usize) -> Option<Place<'a>> {
        let start = at.saturating_sub(BEFORE);
        let mut around = [EDGE; BEFORE + AFTER];
        let there = ids.get(start..(at + AFTER).min(ids.len()))?;
        around[BEFORE - (at - start)..][..there.len()].copy_from_slice(there);
        let mut place = Place { model, at, around, own: BEFORE, old: [0.0; 2], old_words: 0.0 };
        place.old[0] = place.likelihood(1);
        if place.old[0] > LIKELY {
            return None;
        }
        place.old[1] = place.likelihood(2);
        place.old_words = place.words();
        Some(place)
    }

    /// Likelihood of the characters that the place takes part in.
    fn likelihood(&self, length: usize) -> f32 {
        let end = self.own + length + 3;
        stretch(self.model, &self.around[..end], self.own)
    }

    fn words(&self) -> f32 {
        as_words(self.model, &self.around[2..self.own + 6])
    }

    fn singles(&mut self, out: &mut Vec<Guess>) {
        let model = self.model;
        let there = self.around[self.own];
        let (before, after) = (self.around[self.own - 1], self.around[self.own + 1]);
        // How well a character goes with its neighbours, from pairs alone: a cheap look before the dear one.
        let bond = |id: u16| {
            let (left, right) = (model.pair([before, id]), model.pair([id, after]));
            (left.max(right) >= 2.0, (left + 0.5) * (right + 0.5) / (model.single(id) + 20.0))
        };
        let (_, least) = bond(there);
        let mut consider = |candidate: u16| {
            let (seen, strength) = bond(candidate);
            if candidate != there && seen && strength > least {
                self.attempt(&[candidate], out);
            }
        };
        for reading in model.readings(there) {
            model.of_reading(*reading).iter().copied().for_each(&mut consider);
            for near in model.near_readings(*reading) {
                model.of_reading(*near).iter().copied().for_each(&mut consider);
            }
        }
        model.look_alikes(there).iter().for_each(|(id, _)| consider(*id));
    }

    fn doubles(&mut self, out: &mut Vec<Guess>) {
        let model = self.model;
        let (first, second) = (self.around[self.own], self.around[self.own + 1]);
        let (before, after) = (self.around[self.own - 1], self.around[self.own + 2]);
        for a in model.readings(first) {
            for b in model.readings(second) {
                for word in model.homophones([*a, *b]) {
                    let changed = word[0] != first && word[1] != second;
                    if changed && (model.pair([before, word[0]]) > 0.0 || model.pair([word[1], after]) > 0.0)
                    {
                        self.attempt(word, out);
                    }
                }
            }
        }
    }

    /// Tries a guess and keeps it if the text gains by it.
    fn attempt(&mut self, with: &[u16], out: &mut Vec<Guess>) {
        let length = with.len();
        let mut there = [0; 2];
        there[..length].copy_from_slice(&self.around[self.own..self.own + length]);
        self.around[self.own..self.own + length].copy_from_slice(with);
        let new = self.likelihood(length);
        if new - self.old[length - 1] >= LEAST_GAIN {
            let words = self.words();
            let new_side = self.side(length);
            self.around[self.own..self.own + length].copy_from_slice(&there[..length]);
            let old_side = self.side(length);
            let mut ids = [0; 2];
            ids[..length].copy_from_slice(with);
            let gains = [new - self.old[length - 1], words - self.old_words, new];
            let features = features(self.model, &there[..length], with, gains, &old_side, &new_side);
            out.push(Guess { at: self.at, length, ids, features });
        } else {
            self.around[self.own..self.own + length].copy_from_slice(&there[..length]);
        }
    }

    /// What speaks for the characters that stand at the place now.
    fn side(&self, length: usize) -> Side {
        let (model, n, ids) = (self.model, self.own, &self.around);
        let last = n + length - 1;
        let mut word: f32 = 0.0;
        let mut word_length: f32 = 1.0;
        for start in n.saturating_sub(LONGEST_WORD - 1)..=n {
            for end in last.max(start + 1) + 1..=start + LONGEST_WORD {
                let times = ids.get(start..end).map_or(0.0, |w| model.word(w));
                if times > 0.0 {
                    word = word.max(times.ln_1p());
                    word_length = word_length.max((end - start) as f32);
                }
            }
        }
        let triples = [
            model.triple([ids[n - 2], ids[n - 1], ids[n]]),
            model.triple([ids[last - 1], ids[last], ids[last + 1]]),
            model.triple([ids[last], ids[last + 1], ids[last + 2]]),
        ];
        let fours = (n - 3..=n).map(|s| model.four([ids[s], ids[s + 1], ids[s + 2], ids[s + 3]]));
        Side {
            word,
            word_length,
            left: model.pair([ids[n - 1], ids[n]]).ln_1p(),
            right: model.pair([ids[last], ids[last + 1]]).ln_1p(),
            triple: triples.into_iter().fold(0.0, f32::max).ln_1p(),
            four: fours.fold(0.0, f32::max).ln_1p(),
        }
    }
}

struct Side {
    /// Commonness of the commonest word that covers the place, and the longest one's length.
    word: f32,
    word_length: f32,
    left: f32,
    right: f32,
    triple: f32,
    four: f32,
}

fn features(
    model: &Model<'_>,
    there: &[u16],
    with: &[u16],
    [gain, words, new]: [f32; 3],
    old_side: &Side,
    new_side: &Side,
) -> [f32; FEATURES] {
    let same = there.iter().zip(with).all(|(a, b)| model.sound(*a, *b) == Some(Sound::Same));
    let near = !same && there.iter().zip(with).all(|(a, b)| model.sound(*a, *b).is_some());
    let looks =
        there.iter().zip(with).map(|(a, b)| f32::from(model.looks(*a, *b)) / 255.0).fold(1.0, f32::min);
    let yes = |b: bool| if b { 1.0 } else { 0.0 };
    let single = |ids: &[u16]| ids.iter().map(|id| model.single(*id).ln_1p()).fold(f32::MAX, f32::min);
    let lone = |ids: &[u16]| ids.iter().map(|id| model.lone(*id).ln_1p()).fold(0.0, f32::max);
    [
        gain,
        words,
        yes(same),
        yes(near),
        looks,
        yes(same) * looks,
        old_side.word,
        new_side.word,
        old_side.word_length,
        new_side.word_length,
        single(there),
        single(with),
        old_side.left,
        old_side.right,
        new_side.left,
        new_side.right,
        old_side.triple,
        new_side.triple,
        old_side.four,
        new_side.four,
        yes(with.len() == 2),
        lone(there),
        lone(with),
        new,
    ]
}
