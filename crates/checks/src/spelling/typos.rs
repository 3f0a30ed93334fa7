//! Misspellings that are never right (常见错别字): 秸杆, 布署, 幅射. Clause N2.2.
//!
//! Only what is no word; where it merely comes about between two words it is left alone.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::words::crossed;
use super::{Kind, Line, Slip};

static TYPOS: LazyLock<Typos> = LazyLock::new(|| {
    let pairs: Vec<(&str, &str, Kind, bool)> = super::terms::entries(include_str!("../../data/typos.txt"))
        .filter_map(|(section, entry)| {
            let (wrong, right) = entry.split_once('/')?;
            let kind = match section {
                "state" => Kind::State,
                "place" => Kind::Place,
                _ => Kind::Typo,
            };
            Some((wrong, right, kind, section != "hint"))
        })
        .collect();
    // A list that could not be compiled would find nothing; the tests find everything in it.
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(pairs.iter().map(|(wrong, ..)| wrong))
        .ok();
    Typos {
        automaton,
        right: pairs.iter().map(|(_, right, kind, certain)| (*right, *kind, *certain)).collect(),
    }
});

struct Typos {
    automaton: Option<AhoCorasick>,
    /// The right forms, what they are about and whether beyond doubt, in the order of the patterns.
    right: Vec<(&'static str, Kind, bool)>,
}

/// Slips beyond doubt with what is right instead, of at least `shortest` characters and as many on both sides: for whoever
/// puts one into a text on purpose, to see whether it is noticed.
pub fn certain_pairs(shortest: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
    super::terms::entries(include_str!("../../data/typos.txt")).filter_map(move |(section, entry)| {
        let (wrong, right) = entry.split_once('/')?;
        let (long, same) =
            (wrong.chars().count() >= shortest, wrong.chars().count() == right.chars().count());
        (section != "hint" && long && same).then_some((wrong, right))
    })
}

pub(super) fn slips(line: &Line<'_>) -> Vec<Slip> {
    let Some(automaton) = &TYPOS.automaton else { return Vec::new() };
    automaton
        .find_iter(line.text)
        .filter_map(|found| {
            let at = |byte: usize| line.tokens.binary_search_by_key(&byte, |t| t.start);
            let start = at(found.start()).ok()?;
            let end = at(found.end()).unwrap_or_else(|next| next);
            let (right, kind, certain) = TYPOS.right.get(found.pattern().as_usize())?;
            (!crossed(line, &(start..end))).then(|| line.slip(start..end, right, *kind, *certain))?
        })
        .collect()
}
