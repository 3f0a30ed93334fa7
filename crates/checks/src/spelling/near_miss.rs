//! Near misses of protected names and phrases: 中共人民共和国, 扫黑险恶, 领导小姐. Clause N2.2; N2.1 for names.
//!
//! A name is looked for by its first or last two characters, which a single slip leaves whole. Text that is right in
//! another way (another protected name, everyday words that meet) is left alone.

use std::ops::Range;

use super::terms::{Guard, LONG, SHORTEST, TERMS, Term};
use super::words::{Words, crossed, made_of_words};
use super::{Kind, Line, Slip};
use crate::spelling::model::{FIRST_CHARACTER, Model, Sound};
use crate::spelling::runs::Token;

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

/// A pair that they have as often as this may be a word.
const KNOWN_PAIR: f32 = 4.0;

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
            let known = &terms.list[usize::from(term)];
            match forwards(known, &characters[n..]) {
                Found::Whole => right[n..n + known.characters.len()].fill(true),
                Found::Slip(slip, length) => misses.push(Miss { term, at: n..n + length, slip }),
                Found::Nothing => {}
            }
        }
        for &term in terms.by_end.get(&key).into_iter().flatten() {
            let known = &terms.list[usize::from(term)];
            if let Some((slip, length)) = backwards(known, &characters[..n + 2]) {
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
fn forwards(term: &Term, text: &[char]) -> Found {
    let (shortest, term) = (term.shortest(), &term.characters[..]);
    let same = term.iter().zip(text).take_while(|(a, b)| a == b).count();
    if same == term.len() {
        return Found::Whole;
    }
    if term.len() < shortest || same < 2 {
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
fn backwards(term: &Term, text: &[char]) -> Option<(Edit, usize)> {
    let (shortest, term) = (term.shortest(), &term.characters[..]);
    if term.len() < shortest {
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
    if term.guard == Guard::Short {
        let Edit::Other(at) = miss.slip else { return None };
        let alike = likeness(model, id(miss.at.start + at), model.id(term.characters[at])?);
        // 是|政府 and 组织补|植树木: what takes the place of the first character is often a word by itself, and what
        // takes that of the last one begins a word.
        let ends = line.tokens.get(miss.at.end).is_none_or(|t| !t.is_character());
        let fits = match at {
            0 => model.lone(id(miss.at.start)) < LONE,
            at if at == last => ends,
            _ => !everyday,
        };
        let stands = alike == Alike::Much && fits && !crossed(line, &miss.at);
        return if stands { line.slip(miss.at.clone(), term.text, Kind::State, true) } else { None };
    }
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
            // 河长|利用, 政府办公|全流程: what takes the place of the last character begins a word.
            let begins = at == last && term.guard != Guard::State && begins_word(line, miss.at.end - 1);
            if begins || (term.guard == Guard::Place && at == last && term.characters.len() == SHORTEST) {
                return None;
            }
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
        Edit::Additional(at) if !term.guard.is_loose() || is_doubled(line, miss, at) => {
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
        Guard::State | Guard::Name | Guard::Short => Kind::State,
        Guard::Phrase => Kind::Phrase,
        Guard::Word => Kind::Typo,
        Guard::Place => Kind::Place,
    };
    line.slip(miss.at.clone(), term.text, kind, certain)
}

/// Whether the official texts often have a token with the one after it.
fn begins_word(line: &Line<'_>, at: usize) -> bool {
    let (Some(there), Some(next)) = (line.tokens.get(at), line.tokens.get(at + 1)) else { return false };
    let particle = line.model.lone(next.id) >= MOST_LONE;
    next.is_character() && !particle && line.model.pair([there.id, next.id]) >= KNOWN_PAIR
}

/// Whether a character too many is the one before or after it once more, within the phrase: 政府信息公公开.
fn is_doubled(line: &Line<'_>, miss: &Miss, at: usize) -> bool {
    let id = |n: usize| line.tokens.get(miss.at.start + n).map(|t| t.id);
    let inside = at > 0 && miss.at.start + at + 1 < miss.at.end;
    inside && (at.checked_sub(1).and_then(id) == id(at) || id(at + 1) == id(at))
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
