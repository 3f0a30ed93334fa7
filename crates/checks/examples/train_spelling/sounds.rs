//! How characters are read, and which readings are confused. Serves N2.2.
//!
//! Readings come from Unicode's data; confusions are those of Chinese speakers (`zh`/`z`, `n`/`l`, `ing`/`in` …).

use std::collections::{BTreeMap, BTreeSet};

use crate::Unihan;

pub struct Sounds {
    /// Three reading numbers for each character, commonest first, 0 for none.
    pub readings: Vec<[u16; 3]>,
    /// By reading number: numbers of readings that are easily confused with it. Number 0 is no reading.
    pub near: Vec<Vec<u16>>,
}

impl Sounds {
    pub fn of(characters: &[char], unihan: &Unihan) -> Sounds {
        let read: Vec<Vec<String>> = characters.iter().map(|c| readings(*c, unihan)).collect();
        let names: BTreeSet<&String> = read.iter().flatten().collect();
        let numbers: BTreeMap<&String, u16> = names
            .iter()
            .enumerate()
            .map(|(n, name)| (*name, u16::try_from(n + 1).expect("few syllables")))
            .collect();
        let mut near = vec![Vec::new(); names.len() + 1];
        for (a, n) in &numbers {
            near[usize::from(*n)] = numbers
                .iter()
                .filter(|(b, _)| *b != a && blurred(a) == blurred(b))
                .map(|(_, m)| *m)
                .collect();
        }
        let three = |own: &Vec<String>| {
            let mut three = [0; 3];
            for (slot, name) in three.iter_mut().zip(own) {
                *slot = numbers[name];
            }
            three
        };
        Sounds { readings: read.iter().map(three).collect(), near }
    }
}

/// Syllables of a character without tones, commonest first.
fn readings(c: char, unihan: &Unihan) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |marked: &str| {
        let plain = toneless(marked);
        if !plain.is_empty() && !out.contains(&plain) {
            out.push(plain);
        }
    };
    if let Some(list) = unihan.of(c, "kHanyuPinlu") {
        list.split_whitespace().filter_map(|r| r.split('(').next()).for_each(&mut add);
    }
    if let Some(list) = unihan.of(c, "kMandarin") {
        list.split_whitespace().for_each(&mut add);
    }
    if let Some(list) = unihan.of(c, "kTGHZ2013") {
        list.split_whitespace().filter_map(|r| r.split(':').nth(1)).for_each(&mut add);
    }
    out.truncate(3);
    out
}

fn toneless(marked: &str) -> String {
    const MARKED: [(&str, char); 8] = [
        ("āáǎà", 'a'),
        ("ēéěèê", 'e'),
        ("īíǐì", 'i'),
        ("ōóǒò", 'o'),
        ("ūúǔù", 'u'),
        ("ǖǘǚǜü", 'v'),
        ("ńňǹ", 'n'),
        ("ḿ", 'm'),
    ];
    let plain = |c: char| MARKED.iter().find(|(marks, _)| marks.contains(c)).map_or(c, |(_, plain)| *plain);
    marked.chars().map(plain).filter(char::is_ascii_lowercase).collect()
}

/// A syllable with what is easily confused made equal.
fn blurred(syllable: &str) -> String {
    let at = syllable.find(|c| "aeiouv".contains(c)).unwrap_or(syllable.len());
    let (initial, last) = syllable.split_at(at);
    let initial = match initial {
        "zh" => "z",
        "ch" => "c",
        "sh" => "s",
        "n" | "r" => "l",
        "h" => "f",
        other => other,
    };
    let last = last.replace("ang", "an").replace("eng", "en").replace("ing", "in").replace("ong", "on");
    initial.to_owned() + &last
}
