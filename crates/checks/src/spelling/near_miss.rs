//! Near misses of protected names and phrases: 中共人民共和国, 扫黑险恶, 领导小姐. Clause N2.2; N2.1 for names.
//!
//! A name is looked for by its first or last two characters, which a single slip leaves whole. Text that is right in
//! another way (another protected name, everyday words that meet) is left alone.

use std::ops::Range;
use std::sync::LazyLock;

use hashbrown::HashMap;

use super::words::{Words, made_of_words};
use super::{Kind, Line, Slip};
use crate::divisions;
use crate::spelling::model::{FIRST_CHARACTER, Model, Sound};
use crate::spelling::runs::Token;

/// Names shorter than this have too many neighbours to be found by likeness.
const SHORTEST: usize = 4;
/// From this length on a missing or additional character is a slip too.
const LONG: usize = 6;
/// From this likeness on (of 255) two characters are taken for one another: two of three codes of their shapes agree
/// for the most part.
const ALIKE: u8 = 115;
/// From this likeness on hardly anybody sees the difference.
const MUCH_ALIKE: u8 = 140;
/// A character that is a word by itself so often (in the word list) may stand anywhere.
const LONE: f32 = 5_000.0;
/// The same for those that sound like the one that is meant: 的, 和, 有.
const MOST_LONE: f32 = 100_000.0;
/// Characters of a longer name before a right one that show that the longer one is meant.
const LEAST_OUTSIDE: usize = 2;
/// From this length on a name is told though everyday words come out: 人名 and 共和国.
const BEYOND_CHANCE: usize = 7;
/// A series that the official texts have as often as this is no slip.
const KNOWN_SERIES: f32 = 2.0;

/// How much a slip in a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    /// Any single slip is one.
    State,
    /// Slips between characters that are alike.
    Name,
    /// As `Name`, and only a hint where everyday words come out.
    Phrase,
    /// As `Phrase`, of idioms and everyday words: a slip is a typo.
    Word,
    Place,
}

impl Guard {
    /// Whether a slip is only a hint where everyday words come out.
    fn is_loose(self) -> bool {
        matches!(self, Guard::Phrase | Guard::Word)
    }
}

struct Term {
    text: &'static str,
    characters: Vec<char>,
    guard: Guard,
}

struct Terms {
    list: Vec<Term>,
    /// Terms by their first two characters, and by their last two.
    by_start: HashMap<[char; 2], Vec<u16>, foldhash::fast::FixedState>,
    by_end: HashMap<[char; 2], Vec<u16>, foldhash::fast::FixedState>,
}

static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    let mut list = Vec::new();
    for (section, text) in entries(include_str!("../../data/terms.txt")) {
        let guard = match section {
            "state" => Guard::State,
            "name" => Guard::Name,
            "word" => Guard::Word,
            _ => Guard::Phrase,
        };
        list.push(Term { text, characters: text.chars().collect(), guard });
    }
    let places = divisions::all().iter().filter(|d| !d.is_zone() && !d.only_groups());
    for name in places.map(|d| d.name).filter(|n| n.chars().count() >= LONG - 1) {
        list.push(Term { text: name, characters: name.chars().collect(), guard: Guard::Place });
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

/// A term found in the text with one slip.
struct Miss {
    term: u16,
    /// Tokens.
    at: Range<usize>,
    slip: Edit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    /// Another character at this place of the term.
    Other(usize),
    /// This place of the term and the next one swapped.
    Swapped(usize),
    /// This place of the term is missing.
    Missing(usize),
    /// A character too many before this place of the term.
    Additional(usize),
}

pub(super) fn slips(line: &Line<'_>) -> Vec<Slip> {
    let terms = &*TERMS;
    let characters: Vec<char> = line
        .tokens
        .iter()
        .map(|t| line.text.get(t.start..).and_then(|rest| rest.chars().next()).unwrap_or(' '))
        .collect();
    let mut right = vec![false; characters.len()];
    let mut misses = Vec::new();
    for (n, pair) in characters.windows(2).enumerate() {
        let key = [pair[0], pair[1]];
        for &term in terms.by_start.get(&key).into_iter().flatten() {
            let text = &terms.list[usize::from(term)].characters;
            match forwards(text, &characters[n..]) {
                Found::Whole => right[n..n + text.len()].fill(true),
                Found::Slip(slip, length) => misses.push(Miss { term, at: n..n + length, slip }),
                Found::Nothing => {}
            }
        }
        for &term in terms.by_end.get(&key).into_iter().flatten() {
            let text = &terms.list[usize::from(term)].characters;
            if let Some((slip, length)) = backwards(text, &characters[..n + 2]) {
                misses.push(Miss { term, at: n + 2 - length..n + 2, slip });
            }
        }
    }
    // What a right name covers wholly is right, whatever another one would have there.
    // But 中央纪律|检察委员会 is none though 检察委员会 is a name: what stands before it belongs to another one.
    let covered = |m: &Miss| {
        let inside = edited(m).any(|n| right.get(n) == Some(&true));
        let outside = m.at.clone().take_while(|n| !right[*n]).count();
        inside && (outside < LEAST_OUTSIDE || terms.list[usize::from(m.term)].guard.is_loose())
    };
    misses.retain(|m| !m.at.clone().all(|n| right[n]) && !covered(m));
    misses.iter().filter_map(|miss| judged(line, &terms.list[usize::from(miss.term)], miss)).collect()
}

/// The tokens that the slip is about.
fn edited(miss: &Miss) -> Range<usize> {
    let start = miss.at.start;
    match miss.slip {
        Edit::Other(at) | Edit::Additional(at) => start + at..start + at + 1,
        Edit::Swapped(at) => start + at..start + at + 2,
        Edit::Missing(at) => start + at - 1..start + at + 1,
    }
}

enum Found {
    Whole,
    Slip(Edit, usize),
    Nothing,
}

/// The term at the start of the text, with at most one slip after its second character.
fn forwards(term: &[char], text: &[char]) -> Found {
    let same = term.iter().zip(text).take_while(|(a, b)| a == b).count();
    if same == term.len() {
        return Found::Whole;
    }
    if term.len() < SHORTEST || same < 2 {
        return Found::Nothing;
    }
    let rest = &term[same..];
    let begins = |text: Option<&[char]>, with: &[char]| text.is_some_and(|t| t.starts_with(with));
    let (after, next) = (text.get(same + 1..), text.get(same..));
    // At the last character anything would do for another one: a character too many says more.
    if rest.len() == 1 && term.len() >= LONG && begins(after, rest) {
        return Found::Slip(Edit::Additional(same), term.len() + 1);
    }
    if text.len() > same && begins(after, &rest[1..]) {
        return Found::Slip(Edit::Other(same), term.len());
    }
    if let ([a, b, tail @ ..], Some([y, x, ..])) = (rest, next)
        && a == x
        && b == y
        && begins(text.get(same + 2..), tail)
    {
        return Found::Slip(Edit::Swapped(same), term.len());
    }
    // Before the last character only one name is long enough to be told by what is left: judged by its guard.
    if rest.len() == 2 && term.len() >= LONG && begins(next, &rest[1..]) {
        return Found::Slip(Edit::Missing(same), term.len() - 1);
    }
    if term.len() < LONG {
        return Found::Nothing;
    }
    if rest.len() >= 3 && begins(next, &rest[1..]) {
        return Found::Slip(Edit::Missing(same), term.len() - 1);
    }
    if begins(after, rest) {
        return Found::Slip(Edit::Additional(same), term.len() + 1);
    }
    Found::Nothing
}

/// The term at the end of the text, with one slip at its first or second character.
fn backwards(term: &[char], text: &[char]) -> Option<(Edit, usize)> {
    if term.len() < SHORTEST {
        return None;
    }
    let same = term.iter().rev().zip(text.iter().rev()).take_while(|(a, b)| a == b).count();
    let broken = term.len() - same;
    if broken == 0 {
        return None;
    }
    let before = text.get(..text.len() - same)?;
    let (head, last) = (&term[..broken], before.last()?);
    match (head, before) {
        ([a], [.., x, _]) if term.len() >= LONG && a == x => Some((Edit::Additional(1), term.len() + 1)),
        ([_], _) => Some((Edit::Other(0), term.len())),
        ([a, _], [.., x, _]) if a == x => Some((Edit::Other(1), term.len())),
        ([a, b], [.., x, y]) if a == y && b == x => Some((Edit::Swapped(0), term.len())),
        ([a, _], _) if term.len() >= LONG - 1 && last == a => Some((Edit::Missing(1), term.len() - 1)),
        _ => None,
    }
}

fn judged(line: &Line<'_>, term: &Term, miss: &Miss) -> Option<Slip> {
    let model = line.model;
    let id = |n: usize| line.tokens.get(n).map_or(0, |t| t.id);
    let whole = line.tokens.get(miss.at.clone())?;
    if !whole.iter().all(Token::is_character) {
        return None;
    }
    let touched = edited(miss);
    let last = term.characters.len() - 1;
    if let Edit::Other(at) = miss.slip
        && (3..last).contains(&at)
        && term.characters.len() >= BEYOND_CHANCE
    {
        let alike = likeness(model, id(miss.at.start + at), model.id(term.characters[at])?);
        if (term.guard == Guard::State && alike != Alike::Not)
            || (term.guard == Guard::Name && alike == Alike::Much)
        {
            return line.slip(miss.at.clone(), term.text, Kind::State, true);
        }
    }
    if known_series(model, id, &touched) {
        return None;
    }
    // 干部|署名 is no slip of 部署, and 报销|国家 need not be one of 报效国家.
    let everyday = match made_of_words(line, &miss.at) {
        Some(Words::Across) => return None,
        Some(Words::Within) => true,
        None => false,
    };
    let certain = match miss.slip {
        Edit::Other(at) => {
            let (there, meant) = (id(miss.at.start + at), model.id(term.characters[at])?);
            let alike = likeness(model, there, meant);
            // 全省人民代表大会 is no slip of 全国人民代表大会: only names of the state are beyond doubt.
            let enough = match (term.guard, alike) {
                (Guard::State, Alike::Not) => at < last && !is_term(&term.characters[..at]),
                (_, Alike::Not) => false,
                // 被电信网络诈骗 and 政或纪律: words by themselves at the edge or between.
                (_, Alike::Somewhat) => at > 0 && at < last && model.lone(there) < LONE,
                (_, Alike::Much) => model.lone(there) < MOST_LONE,
            };
            if !enough || (everyday && term.guard.is_loose() && alike != Alike::Much) {
                return None;
            }
            !term.guard.is_loose() || !everyday
        }
        Edit::Swapped(_) if everyday => return None,
        Edit::Swapped(_) => true,
        // A short name must stand by itself: 其中|共产党员, 在队伍中|共产党员.
        Edit::Missing(1) if term.characters.len() < LONG => {
            let before = miss.at.start.checked_sub(1).map(id);
            let alone = before.is_none_or(|b| b < FIRST_CHARACTER || model.lone(b) >= MOST_LONE);
            if !alone || term.guard != Guard::State {
                return None;
            }
            true
        }
        // What is missing or too many may be wanted: 食品药品等安全, 事中和事后监管.
        Edit::Missing(at) if at + 2 > last && term.guard != Guard::State => return None,
        Edit::Missing(_) if matches!(term.guard, Guard::State | Guard::Place) => true,
        Edit::Missing(_)
            if term.guard == Guard::Name && term.characters.len() > BEYOND_CHANCE && !everyday =>
        {
            true
        }
        Edit::Additional(at) if !term.guard.is_loose() => {
            let there = line.tokens.get(miss.at.start + at).map(|t| t.id);
            let doubled = [at.checked_sub(1), Some(at)].into_iter().flatten();
            let doubled = doubled.filter_map(|n| term.characters.get(n)).any(|c| model.id(*c) == there);
            if !doubled && term.guard == Guard::Name {
                return None;
            }
            true
        }
        Edit::Missing(_) | Edit::Additional(_) => return None,
    };
    let kind = match term.guard {
        Guard::State | Guard::Name => Kind::State,
        Guard::Phrase => Kind::Phrase,
        Guard::Word => Kind::Typo,
        Guard::Place => Kind::Place,
    };
    line.slip(miss.at.clone(), term.text, kind, certain)
}

/// 中华人民共和国依法 goes on after a name that is whole.
fn is_term(characters: &[char]) -> bool {
    TERMS.list.iter().any(|t| t.characters == characters)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    Not,
    Somewhat,
    Much,
}

/// How easily two characters are taken for one another.
fn likeness(model: &Model<'_>, a: u16, b: u16) -> Alike {
    match (model.sound(a, b), model.looks(a, b)) {
        (Some(Sound::Same), _) | (_, MUCH_ALIKE..) => Alike::Much,
        (Some(Sound::Near), _) | (_, ALIKE..) => Alike::Somewhat,
        _ => Alike::Not,
    }
}

/// Whether the official texts have what stands around the slip.
fn known_series(model: &Model<'_>, id: impl Fn(usize) -> u16, touched: &Range<usize>) -> bool {
    let (first, last) = (touched.start, touched.end - 1);
    if last > first {
        return model.triple([id(first), id(last), id(last + 1)]) >= KNOWN_SERIES
            && (first == 0 || model.triple([id(first - 1), id(first), id(last)]) >= KNOWN_SERIES);
    }
    first > 0 && model.triple([id(first - 1), id(first), id(first + 1)]) >= KNOWN_SERIES
}
