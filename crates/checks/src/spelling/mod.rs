//! Spelling and fixed names (错别字与规范表述) in two layers. Clauses N2.1, N2.2.
//!
//! The *certain* layer knows what is never right: misspelt names of the state and its institutions, of places, of
//! fixed phrases, and misspellings that are no words. The *hint* layer only advises, by a language model. Nothing here
//! knows who holds an office: that is the users' roster.

pub(crate) mod borders;
pub mod guess;
mod hints;
mod language;
pub mod model;
mod near_miss;
pub mod packed;
mod places;
pub mod runs;
mod terms;
mod typos;
mod words;

pub use typos::certain_pairs;

use std::ops::Range;
use std::sync::LazyLock;

use crate::han::has_han;
use aho_corasick::AhoCorasick;
use model::Model;
use runs::{Token, tokens};

use crate::tree::Passage;

/// The model that the program ships; made by `train_spelling`, see `docs/models.md`.
static SHIPPED: LazyLock<Option<Model<'static>>> =
    LazyLock::new(|| Model::read(include_bytes!("../../model/spelling.bin")).ok());

/// Text that is looked at in one piece; the rest of a longer one is left alone. A passage of a page is far shorter.
const MOST_TEXT: usize = 1 << 20;

/// What stands so often on one page is a term or a name, whatever the model finds of it.
const TERM: usize = 2;
/// Words of the lines at the foot of a page: names, addresses and telephones, on every page the same.
const FOOT: [&str; 9] =
    ["版权所有", "ICP备", "公网安备", "标识码", "主办：", "主办单位", "承办：", "承办单位", "技术支持"];
/// Longer passages are no lines of a foot, in bytes.
const LONGEST_FOOT: usize = 900;

/// A place in a text that is, or may be, misspelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The text as it stands.
    pub fault: String,
    /// What it should be, best first; never empty.
    pub correct: Vec<String>,
    pub kind: Kind,
    /// Whether it is never right; otherwise a hint.
    pub certain: bool,
}

/// What a slip is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A name of the state or of one of its institutions.
    State,
    /// A fixed phrase.
    Phrase,
    /// A name of a place.
    Place,
    /// A misspelling that is no word.
    Typo,
    /// What the language model finds unlikely.
    Unlikely,
}

/// The model that the program ships, if it can be read.
pub fn shipped() -> Option<&'static Model<'static>> {
    SHIPPED.as_ref()
}

/// What is never right in a text, in order.
pub fn certain(text: &str) -> Vec<Slip> {
    shipped().map_or(Vec::new(), |model| certain_by(model, text))
}

/// As [`certain`], by another model.
pub fn certain_by(model: &Model<'_>, text: &str) -> Vec<Slip> {
    if !has_han(text) || text.len() > MOST_TEXT {
        return Vec::new();
    }
    let tokens = tokens(model, text);
    let line = Line { model, text, tokens: &tokens };
    let mut slips = near_miss::slips(&line);
    slips.extend(typos::slips(&line));
    slips.extend(places::slips(&line));
    longest(slips)
}

/// What may be misspelt in a text, in order: advice only.
pub fn hints(text: &str) -> Vec<Slip> {
    shipped().map_or(Vec::new(), |model| hints_by(model, text))
}

/// As [`hints`], by another model.
pub fn hints_by(model: &Model<'_>, text: &str) -> Vec<Slip> {
    if !has_han(text) || text.len() > MOST_TEXT {
        return Vec::new();
    }
    let tokens = tokens(model, text);
    hints::slips(&Line { model, text, tokens: &tokens })
}

/// Both layers by a model: where they speak of the same place the certain one does.
pub fn slips_by(model: &Model<'_>, text: &str) -> Vec<Slip> {
    let mut all = certain_by(model, text);
    all.extend(hints_by(model, text));
    longest(all)
}

/// A text with its tokens.
struct Line<'a> {
    model: &'a Model<'a>,
    text: &'a str,
    tokens: &'a [Token],
}

impl Line<'_> {
    fn slip(&self, at: Range<usize>, correct: &str, kind: Kind, certain: bool) -> Option<Slip> {
        let (first, last) = (self.tokens.get(at.start)?, self.tokens.get(at.end.checked_sub(1)?)?);
        let range = first.start..last.start + last.len;
        let fault = self.text.get(range.clone())?.to_owned();
        Some(Slip { range, fault, correct: vec![correct.to_owned()], kind, certain })
    }
}

/// Of slips that overlap the longest: it knows the most. In order of the text.
fn longest(mut slips: Vec<Slip>) -> Vec<Slip> {
    slips.sort_by_key(|s| (std::cmp::Reverse(s.certain), std::cmp::Reverse(s.range.len()), s.range.start));
    let mut kept: Vec<Slip> = Vec::new();
    for slip in slips {
        if let Some(same) = kept.iter_mut().find(|k| k.range == slip.range) {
            same.correct
                .extend(slip.correct.into_iter().filter(|c| !same.correct.contains(c)).collect::<Vec<_>>());
        } else if !kept.iter().any(|k| k.range.start < slip.range.end && slip.range.start < k.range.end) {
            kept.push(slip);
        }
    }
    kept.sort_by_key(|s| s.range.start);
    kept
}

/// The slips of every passage with the passage's number, in order. `head` is what names the page and its site: hints at
/// words of it, of the page's foot and at words that recur are left out.
pub(crate) fn of_passages(passages: &[Passage], head: &str) -> Vec<(usize, Slip)> {
    let Some(model) = shipped() else { return Vec::new() };
    let slips =
        |(n, passage): (usize, &Passage)| slips_by(model, &passage.text).into_iter().map(move |s| (n, s));
    let mut all: Vec<(usize, Slip)> = passages.iter().enumerate().flat_map(slips).collect();
    let mut doubted: Vec<String> =
        all.iter().filter(|(_, s)| s.kind == Kind::Unlikely).map(|(_, s)| s.fault.clone()).collect();
    doubted.sort_unstable();
    doubted.dedup();
    let Ok(words) = AhoCorasick::new(&doubted) else { return all };
    let mut times = vec![0_usize; doubted.len()];
    for passage in passages {
        let weight = if is_foot(passage) { TERM } else { 1 };
        words.find_iter(&passage.text).for_each(|found| times[found.pattern().as_usize()] += weight);
    }
    words.find_iter(head).for_each(|found| times[found.pattern().as_usize()] += TERM);
    let is_term = |fault: &String| doubted.binary_search(fault).is_ok_and(|n| times[n] >= TERM);
    all.retain(|(_, slip)| slip.kind != Kind::Unlikely || !is_term(&slip.fault));
    all
}

fn is_foot(passage: &Passage) -> bool {
    passage.text.len() <= LONGEST_FOOT && FOOT.iter().any(|word| passage.text.contains(word))
}

#[cfg(test)]
mod tests;
