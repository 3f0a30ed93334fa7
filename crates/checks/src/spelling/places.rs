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

pub(super) fn slips(line: &Line<'_>) -> Vec<Slip> {
    let characters: Vec<char> = line
        .tokens
        .iter()
        .map(|t| line.text.get(t.start..).and_then(|rest| rest.chars().next()).unwrap_or(' '))
        .collect();
    let mut slips = Vec::new();
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
