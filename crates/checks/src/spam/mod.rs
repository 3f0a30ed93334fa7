//! Whether a short text advertises gambling, pornography, illegal goods or rankings. Clauses N2.4, N2.5.
//!
//! Titles, keywords, link texts and headings are judged. Speaking of such things is no fault: police notices, court
//! reports and the state lotteries use the same words. Disguises (inserted signs, traditional characters, pinyin in
//! brackets) are undone first. Learns nothing and knows no site.

mod normal;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use foldhash::fast::FixedState;

pub use normal::{Plain, plain};
use words::{Class, WORDS};

/// What is advertised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Gambling,
    Adult,
    /// Forged papers, pirated game servers, drugs, illegal finance, surrogacy and the like.
    Illegal,
    /// Rankings and links for sale.
    Seo,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Gambling, Kind::Adult, Kind::Illegal, Kind::Seo];

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Gambling => "赌博",
            Kind::Adult => "色情",
            Kind::Illegal => "违法交易",
            Kind::Seo => "刷排名",
        }
    }

    /// The word used in files.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Gambling => "gambling",
            Kind::Adult => "adult",
            Kind::Illegal => "illegal",
            Kind::Seo => "seo",
        }
    }
}

/// What makes a text an advertisement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub kind: Kind,
    /// Weight of what was found; [`SPAM`] is the least that is reported.
    pub points: u32,
    /// The words found, in the order of the text, without disguise.
    pub terms: Vec<&'static str>,
    /// Whether the words were disguised, which no honest text does.
    pub disguised: bool,
}

impl Judged {
    /// The evidence in a few words, for a finding's cause.
    pub fn told(&self) -> String {
        let terms = self.terms.iter().take(TERMS_TOLD).copied().collect::<Vec<_>>().join("、");
        let more = if self.terms.len() > TERMS_TOLD { "等" } else { "" };
        let how = if self.disguised { "，并作了变形" } else { "" };
        format!("{}推广用语（{terms}{more}{how}）", self.kind.label())
    }
}

/// Points from which a text is an advertisement: one unmistakable word, or several telling ones in one breath.
pub const SPAM: u32 = 20;
/// Points of a word that is telling where the text is hidden.
const TELLING: u32 = 14;
/// Points that words of invitation (官网, 注册, 下载) can add to one clause; by themselves they mean nothing.
const MOST_BAIT: u32 = 12;
/// Points that a clause needs to count towards the whole.
const CLAUSE: u32 = 12;
/// Points of two clauses that together make an advertisement.
const TOGETHER: u32 = 24;
/// Points of a number that is a part of a name, as in 678彩票.
const NUMBERED: u32 = 6;
/// Points of disguise, where there is anything to disguise.
const DISGUISE: u32 = 10;
/// Terms named in a finding.
const TERMS_TOLD: usize = 4;
/// Characters that are looked at; titles, keywords and link texts are shorter.
pub const MAX_CHARS: usize = 20_000;

/// Judges a text; `None` where it advertises nothing.
pub fn judge(text: &str) -> Option<Judged> {
    judge_from(text, SPAM)
}

/// Judges a text that somebody hides: one telling word is enough.
pub(crate) fn judge_hidden(text: &str) -> Option<Judged> {
    judge_from(text, TELLING)
}

fn judge_from(text: &str, least: u32) -> Option<Judged> {
    if text.len() < 4 {
        return None;
    }
    let plain = plain(text);
    let judged = judge_plain(&plain, least);
    match plain.joined {
        Some(ref joined) if judged.is_none() => {
            let whole = Plain { text: joined.clone(), disguises: plain.disguises + 1, joined: None };
            judge_plain(&whole, least)
        }
        _ => judged,
    }
}

/// Weight of the telling words of a text, whatever else it says; 0 where it has none, even in disguise.
pub(crate) fn points(text: &str) -> u32 {
    let plain = plain(text);
    let texts = std::iter::once(plain.text.as_str()).chain(plain.joined.as_deref());
    let lexicon = &*LEXICON;
    let weigh = |text: &str| -> u32 {
        let found = lexicon.finder.iter().flat_map(|f| f.find_iter(text));
        let term = |at: usize| match lexicon.entries[at].class {
            Class::Term(_) => lexicon.entries[at].points,
            _ => 0,
        };
        found.map(|m| term(m.pattern().as_usize())).sum::<u32>()
            + if bookmakers(text).is_some() { SPAM } else { 0 }
    };
    texts.map(weigh).max().unwrap_or(0)
}

/// One word of the table.
struct Entry {
    class: Class,
    points: u32,
    word: &'static str,
    /// Latin words must stand alone.
    latin: bool,
}

struct Lexicon {
    finder: Option<AhoCorasick>,
    entries: Vec<Entry>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let entries: Vec<Entry> = WORDS
        .iter()
        .flat_map(|(class, points, words)| {
            words.split_ascii_whitespace().map(|word| Entry {
                class: *class,
                points: *points,
                word,
                latin: word.bytes().all(|b| b.is_ascii_alphanumeric()),
            })
        })
        .collect();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(entries.iter().map(|e| e.word))
        .ok();
    Lexicon { finder, entries }
});

/// What one clause or sentence has gathered.
#[derive(Default)]
struct Gathered {
    found: Vec<(Kind, u32, &'static str)>,
    bait: u32,
    numbered: bool,
}

impl Gathered {
    fn points(&self) -> u32 {
        let terms: u32 = self.found.iter().map(|(_, points, _)| points).sum();
        match terms {
            0 => 0,
            terms => terms + self.bait.min(MOST_BAIT) + if self.numbered { NUMBERED } else { 0 },
        }
    }
}

fn judge_plain(plain: &Plain, least: u32) -> Option<Judged> {
    let mut total: Vec<Gathered> = Vec::new();
    for sentence in plain.text.split(ends_sentence) {
        let clauses = clauses(sentence);
        // Whoever speaks against it in the same sentence does not advertise it.
        if let Some(clauses) = clauses {
            total.extend(clauses.into_iter().filter(|c| c.points() >= CLAUSE));
        }
    }
    let points: Vec<u32> = total.iter().map(Gathered::points).collect();
    let sum: u32 = points.iter().fold(0, |sum, p| sum.saturating_add(*p));
    let added = if plain.disguises > 0 && sum > 0 { DISGUISE } else { 0 };
    let best = points.iter().max().copied().unwrap_or(0);
    if best + added < least && (points.len() < 2 || sum + added < TOGETHER) {
        return None;
    }
    let mut by_kind: HashMap<Kind, u32, FixedState> = HashMap::with_hasher(FixedState::default());
    let mut terms = Vec::new();
    for (kind, points, word) in total.iter().flat_map(|c| &c.found) {
        *by_kind.entry(*kind).or_default() += points;
        if !terms.contains(word) {
            terms.push(*word);
        }
    }
    let kind = Kind::ALL.into_iter().max_by_key(|k| (by_kind.get(k), std::cmp::Reverse(*k)))?;
    Some(Judged { kind, points: sum + added, terms, disguised: plain.disguises > 0 })
}

/// The clauses of a sentence; `None` where the sentence only speaks of the matter.
fn clauses(sentence: &str) -> Option<Vec<Gathered>> {
    if sentence.len() < 4 {
        return None;
    }
    let lexicon = &*LEXICON;
    let bytes = sentence.as_bytes();
    let mut clauses = Vec::new();
    let mut now = Gathered::default();
    let (mut behind, mut official) = (0, false);
    for found in lexicon.finder.iter().flat_map(|f| f.find_iter(sentence)) {
        let entry = &lexicon.entries[found.pattern().as_usize()];
        let (from, to) = (found.start(), found.end());
        if sentence[behind.min(from)..from].contains(ends_clause) {
            clauses.push(std::mem::take(&mut now));
        }
        behind = to;
        let letter = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphabetic);
        if entry.latin && (letter(from.checked_sub(1)) || letter(Some(to))) {
            continue;
        }
        match entry.class {
            Class::Neutral => {}
            Class::Official => official = true,
            Class::Mention => return None,
            Class::Bait => now.bait += entry.points,
            Class::Term(kind) => {
                if is_quoted(sentence, from, to) {
                    return None;
                }
                if now.found.iter().all(|(_, _, word)| *word != entry.word) {
                    now.found.push((kind, entry.points, entry.word));
                }
                now.numbered |= kind == Kind::Gambling
                    && from.checked_sub(1).is_some_and(|i| bytes[i].is_ascii_alphanumeric());
            }
        }
    }
    clauses.push(now);
    if official {
        clauses.iter_mut().for_each(|c| c.found.retain(|(_, points, _)| *points >= SPAM));
    }
    clauses.extend(bookmakers(sentence));
    Some(clauses)
}

/// Names of the kind `365bet`, `bet365`: numbers of two or more digits at the word for betting.
fn bookmakers(sentence: &str) -> Option<Gathered> {
    let bytes = sentence.as_bytes();
    let digits = |part: &[u8]| part.len() == 2 && part.iter().all(u8::is_ascii_digit);
    let named = memchr::memmem::find_iter(bytes, b"bet").any(|at| {
        let before = at.checked_sub(2).is_some_and(|from| digits(&bytes[from..at]));
        let after = bytes.get(at + 3..at + 5).is_some_and(digits);
        let letter = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphabetic);
        (before && !letter(at + 3)) || (after && !at.checked_sub(1).is_some_and(letter))
    });
    named.then(|| Gathered { found: vec![(Kind::Gambling, SPAM, "bet+数字")], ..Gathered::default() })
}

/// Whether a word stands in quotation marks of its own: whoever quotes it speaks of it.
fn is_quoted(text: &str, from: usize, to: usize) -> bool {
    /// Characters between the marks and the word, as in “澳门博彩网”.
    const NEAR: usize = 6;
    let before = text[..from].chars().rev().take(NEAR).find(|c| "“”‘’「」『』\"".contains(*c));
    let after = text[to..].chars().take(NEAR).find(|c| "“”‘’「」『』\"".contains(*c));
    matches!(before, Some('“' | '‘' | '「' | '『' | '"'))
        && matches!(after, Some('”' | '’' | '」' | '』' | '"'))
}

/// Ends of a sentence, and the signs between the parts of a title.
fn ends_sentence(c: char) -> bool {
    matches!(
        c,
        '。' | '!'
            | '?'
            | '\n'
            | '\r'
            | '\t'
            | ' '
            | '_'
            | '-'
            | '|'
            | '>'
            | '»'
            | '›'
            | '—'
            | '–'
            | '│'
            | '/'
            | '·'
    )
}

fn ends_clause(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '、' | '(' | ')' | '[' | ']' | '【' | '】' | '《' | '》' | '~' | '+' | '=')
}

#[cfg(test)]
mod tests;
