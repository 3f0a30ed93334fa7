//! Names of places (地名): a city that its province does not have, and that is a slip of one it has. Clause N2.2.
//!
//! By the division table alone: 湖南省常沙市. Names that merely are not in the table (villages, development zones,
//! divisions of former times) are left alone.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{Kind, Line, Slip};
use crate::divisions::{self, Division, Tier};
use crate::spelling::model::{Model, Sound};

/// Longest name of a division that is compared, in characters.
const LONGEST: usize = 14;
/// Prefixes of codes that the names of one list may have; lists of more tell nothing of the next name.
const MOST_PREFIXES: usize = 8;
/// Names of a list are no shorter, in characters: of two, the one that is not the kind says too little.
const SHORTEST: usize = 3;
/// Look-alikes from this likeness on (of 255).
const ALIKE: u8 = 105;

struct Above {
    name: Vec<char>,
    /// Names of the divisions directly below it, and of counties of its cities where it is a province.
    below: Vec<Vec<char>>,
}

/// Divisions that have others below, by the first character of their names.
static ABOVE: LazyLock<HashMap<char, Vec<Above>, foldhash::fast::FixedState>> = LazyLock::new(|| {
    let mut by_start: HashMap<char, Vec<Above>, foldhash::fast::FixedState> = HashMap::default();
    let named = |d: &Division| !d.only_groups() && !d.is_zone();
    for above in divisions::all().iter().filter(|d| d.tier() != Tier::County && named(d)) {
        let digits = if above.tier() == Tier::Province { 2 } else { 4 };
        let Some(prefix) = above.code.get(..digits) else { continue };
        let below = divisions::all()
            .iter()
            .filter(|d| d.code.starts_with(prefix) && d.code != above.code && named(d))
            .map(|d| d.name.chars().collect())
            .collect();
        let name: Vec<char> = above.name.chars().collect();
        if let Some(first) = name.first() {
            by_start.entry(*first).or_default().push(Above { name, below });
        }
    }
    by_start
});

/// What the divisions of a list are held against: their names, and the prefixes of codes under which each name stands.
static NAMES: LazyLock<HashMap<&'static str, Vec<&'static str>, foldhash::fast::FixedState>> =
    LazyLock::new(|| {
        let mut names: HashMap<&str, Vec<&str>, _> = HashMap::default();
        for d in divisions::all().iter().filter(|d| !d.only_groups() && !d.is_zone()) {
            let digits = if d.tier() == Tier::County { 4 } else { 2 };
            names.entry(d.name).or_default().extend(d.code.get(..digits));
        }
        names
    });

/// The beginnings of autonomous names up to 自治, with the kinds that are right after them.
static AUTONOMOUS: LazyLock<HashMap<&'static str, Vec<char>, foldhash::fast::FixedState>> =
    LazyLock::new(|| {
        let mut stems: HashMap<&str, Vec<char>, _> = HashMap::default();
        for d in divisions::all() {
            if let Some((stem, kind)) = d.name.split_once(AUTONOMY) {
                stems.entry(stem).or_default().extend(kind.chars().next());
            }
        }
        stems
    });
const AUTONOMY: &str = "自治";
/// Kinds of autonomous divisions.
const KINDS: [char; 4] = ['区', '州', '县', '旗'];

/// 广西壮族自治州: an autonomous name with the kind of another one.
fn wrong_kinds(line: &Line<'_>, characters: &[char], slips: &mut Vec<Slip>) {
    for n in (3..characters.len()).filter(|n| KINDS.contains(&characters[*n])) {
        if characters[n - 2..n] != ['自', '治'] {
            continue;
        }
        // The longest name counts: a shorter one may end it.
        let stem = (n.saturating_sub(LONGEST)..n - 2).find_map(|start| {
            let stem: String = characters.get(start..n - 2)?.iter().collect();
            AUTONOMOUS.get_key_value(stem.as_str()).map(|(stem, kinds)| (start, *stem, kinds))
        });
        let Some((start, stem, kinds)) = stem else { continue };
        if let (Some(kind), false) = (kinds.first(), kinds.contains(&characters[n])) {
            let correct = format!("{stem}{AUTONOMY}{kind}");
            slips.extend(line.slip(start..n + 1, &correct, Kind::Place, true));
        }
    }
}

/// The names beside one another under a prefix of codes.
static BESIDE: LazyLock<HashMap<&'static str, Vec<Vec<char>>, foldhash::fast::FixedState>> =
    LazyLock::new(|| {
        let mut beside: HashMap<&str, Vec<Vec<char>>, _> = HashMap::default();
        for (name, prefixes) in NAMES.iter() {
            for prefix in prefixes {
                beside.entry(*prefix).or_default().push(name.chars().collect());
            }
        }
        beside
    });

/// 长沙市、娄低市: a city of a list that is a slip of one beside those that stand before it. A name that is right
/// anywhere is left alone.
fn in_lists(line: &Line<'_>, characters: &[char], slips: &mut Vec<Slip>) {
    let name_at = |at: usize, length: usize| {
        let name: String = characters.get(at..at + length)?.iter().collect();
        NAMES.get(name.as_str())
    };
    let lengths = || (SHORTEST..=LONGEST).rev();
    let mut prefixes: Vec<&str> = Vec::new();
    let mut last = 0;
    for comma in (0..characters.len()).filter(|n| characters[*n] == '、') {
        if comma - last > LONGEST {
            prefixes.clear();
        }
        last = comma;
        let before = lengths().find_map(|length| name_at(comma.checked_sub(length)?, length));
        for prefix in before.into_iter().flatten() {
            if prefixes.len() < MOST_PREFIXES && !prefixes.contains(prefix) {
                prefixes.push(prefix);
            }
        }
        let start = comma + 1;
        if prefixes.is_empty() || lengths().any(|length| name_at(start, length).is_some()) {
            continue;
        }
        let rest = &characters[start..(start + LONGEST).min(characters.len())];
        let siblings = prefixes.iter().filter_map(|prefix| BESIDE.get(prefix)).flatten();
        let mut found: Vec<&Vec<char>> = siblings.filter(|name| near(line.model, name, rest)).collect();
        found.sort_unstable();
        if let Some(name) = found.first() {
            let correct: String = name.iter().collect();
            slips.extend(line.slip(start..start + name.len(), &correct, Kind::Place, true));
        }
    }
}

pub(super) fn slips(line: &Line<'_>) -> Vec<Slip> {
    let characters: Vec<char> = line
        .tokens
        .iter()
        .map(|t| line.text.get(t.start..).and_then(|rest| rest.chars().next()).unwrap_or(' '))
        .collect();
    let mut slips = Vec::new();
    wrong_kinds(line, &characters, &mut slips);
    in_lists(line, &characters, &mut slips);
    for (n, first) in characters.iter().enumerate() {
        for above in ABOVE.get(first).into_iter().flatten() {
            if !characters[n..].starts_with(&above.name) {
                continue;
            }
            let start = n + above.name.len();
            let rest = &characters[start..];
            let rest = &rest[..rest.len().min(LONGEST)];
            if above.below.iter().any(|name| rest.starts_with(name)) {
                continue;
            }
            let near = above.below.iter().filter(|name| near(line.model, name, rest));
            for name in near.take(2) {
                let correct: String = name.iter().collect();
                slips.extend(line.slip(start..start + name.len(), &correct, Kind::Place, true));
            }
        }
    }
    slips
}

/// Whether the text begins with the name but for one character that is taken for another.
fn near(model: &Model<'_>, name: &[char], text: &[char]) -> bool {
    // 城区 and 郊区 differ from too much by one character.
    if name.len() < 3 || text.len() < name.len() {
        return false;
    }
    let mut wrong = name.iter().zip(text).enumerate().filter(|(_, (a, b))| a != b);
    let (Some((at, (meant, there))), None) = (wrong.next(), wrong.next()) else { return false };
    // Its last character is the kind of division, not the name.
    if at + 1 == name.len() {
        return false;
    }
    let (Some(meant), Some(there)) = (model.id(*meant), model.id(*there)) else { return false };
    model.sound(meant, there) == Some(Sound::Same) || model.looks(meant, there) >= ALIKE
}
