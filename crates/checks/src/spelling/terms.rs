//! The protected names and phrases, from `data/terms.txt` and the table of divisions. Serves N2.1, N2.2.
//!
//! Finds them by their ends; what is a slip of one is decided in `near_miss`.

use std::sync::LazyLock;

use hashbrown::HashMap;

use crate::divisions::{self, Tier};

/// Names shorter than this have too many neighbours to be found by likeness.
pub(super) const SHORTEST: usize = 4;
/// Names that are listed for being short have as many.
pub(super) const SHORTEST_NAME: usize = 3;
/// From this length on a missing or additional character is a slip too.
pub(super) const LONG: usize = 6;

/// How much a slip in a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Any single slip is one.
    State,
    /// Slips between characters that are alike.
    Name,
    /// As `Name`, and only a hint where everyday words come out.
    Phrase,
    /// As `Phrase`, of idioms and everyday words: a slip is a typo.
    Word,
    /// A name of three characters: only what sounds the same or looks much alike, and makes up no words.
    Short,
    Place,
}

impl Guard {
    /// Whether a slip is only a hint where everyday words come out.
    pub(super) fn is_loose(self) -> bool {
        matches!(self, Guard::Phrase | Guard::Word)
    }
}

pub(super) struct Term {
    pub text: &'static str,
    pub characters: Vec<char>,
    pub guard: Guard,
}

impl Term {
    /// Characters below which a slip in it says too little.
    pub(super) fn shortest(&self) -> usize {
        if self.guard == Guard::Short { SHORTEST_NAME } else { SHORTEST }
    }
}

pub(super) struct Terms {
    pub list: Vec<Term>,
    /// Terms by their first two characters, and by their last two.
    pub by_start: HashMap<[char; 2], Vec<u16>, foldhash::fast::FixedState>,
    pub by_end: HashMap<[char; 2], Vec<u16>, foldhash::fast::FixedState>,
}

pub(super) static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    let mut list = Vec::new();
    for (section, text) in entries(include_str!("../../data/terms.txt")) {
        let guard = match section {
            "state" => Guard::State,
            "name" if text.chars().count() < SHORTEST => Guard::Short,
            "name" => Guard::Name,
            "word" => Guard::Word,
            "short" => Guard::Short,
            _ => Guard::Phrase,
        };
        list.push(Term { text, characters: text.chars().collect(), guard });
    }
    let places = divisions::all().iter().filter(|d| !d.is_zone() && !d.only_groups());
    for place in places {
        // Short names of counties have too many neighbours; those of cities everybody knows.
        let shortest = if place.tier() == Tier::County { LONG - 1 } else { SHORTEST };
        let characters: Vec<char> = place.name.chars().collect();
        if characters.len() >= shortest {
            list.push(Term { text: place.name, characters, guard: Guard::Place });
        }
    }
    let mut terms = Terms { list, by_start: HashMap::default(), by_end: HashMap::default() };
    for (n, term) in terms.list.iter().enumerate() {
        if let ([a, b, ..], [.., y, z], Ok(n)) =
            (&term.characters[..], &term.characters[..], u16::try_from(n))
        {
            terms.by_start.entry([*a, *b]).or_default().push(n);
            terms.by_end.entry([*y, *z]).or_default().push(n);
        }
    }
    terms
});

/// The words of a list with the section they stand in. `#` opens a remark, `[…]` a section.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(move |line| {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name;
                return None;
            }
            Some(line.split_whitespace().map(move |word| (section, word)))
        })
        .flatten()
}
