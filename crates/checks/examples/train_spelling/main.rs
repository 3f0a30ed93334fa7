//! Makes the language model of `checks::spelling` from texts free of copyright. Serves N2.2.
//!
//!     cargo run --release -p checks --example train_spelling -- OUT TEXTS WORDS UNIHAN WUBI [K/N]
//!
//! TEXTS: a folder of `.txt` (text) and `.jsonl` (`title` and `body` of each line). WORDS: lines `word count …`, such as
//! the dictionary of jieba (MIT). UNIHAN: the folder of Unicode's `Unihan_*.txt`. WUBI: JSON of lists of Wubi codes by
//! character. K/N leaves out the texts whose number leaves K when divided by N, so that accuracy can be measured on
//! texts that the model has not seen. Nothing is fetched.

mod shapes;
mod sounds;

use std::collections::HashMap;
use std::path::Path;

use checks::spelling::model::{FIRST_CHARACTER, LONGEST_WORD, Model, Parts, key, stored};
use checks::spelling::packed::pack;
use checks::spelling::runs::tokens;

/// Series seen less often than this are not kept: by their length, from one.
const LEAST: [u32; 4] = [0, 1, 3, 4];
/// A word of the dictionary is kept from this count on.
const LEAST_WORD: u32 = 3;
/// A word of two characters that is so common is what may have been meant by others that sound like it.
const COMMON_WORD: u32 = 30;
/// A pair inside words of the dictionary counts one for so many occurrences.
const WORDS_PER_PAIR: f32 = 20.0;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, texts, words, unihan, wubi, rest @ ..] = &args[..] else {
        eprintln!("usage: train_spelling OUT TEXTS WORDS UNIHAN WUBI [K/N]");
        std::process::exit(2);
    };
    let left_out = rest.first().and_then(|s| s.split_once('/')).map(|(k, n)| {
        let number = |s: &str| s.parse::<usize>().expect("K/N are numbers");
        (number(k), number(n))
    });
    let mut texts = read_texts(Path::new(texts));
    if let Some((k, n)) = left_out {
        let mut number = 0;
        texts.retain(|_| {
            number += 1;
            number % n != k
        });
    }
    let unihan = Unihan::read(Path::new(unihan));
    let words: Vec<(String, u32)> = std::fs::read_to_string(words)
        .expect("WORDS is readable")
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
        })
        .collect();
    let wubi: HashMap<String, Vec<String>> =
        serde_json::from_str(&std::fs::read_to_string(wubi).expect("WUBI is readable"))
            .expect("WUBI is JSON");
    let bytes = train(&texts, &words, &unihan, &wubi);
    Model::read(&bytes).expect("what was written can be read");
    println!("{}: {} bytes, {} texts", out, bytes.len(), texts.len());
    std::fs::write(out, bytes).expect("OUT is writable");
}

/// Properties of characters by name, as Unicode's files give them.
pub struct Unihan(HashMap<(char, &'static str), String>);

impl Unihan {
    const KEPT: [&'static str; 5] = ["kTGHZ2013", "kMandarin", "kHanyuPinlu", "kCangjie", "kFourCornerCode"];

    fn read(folder: &Path) -> Unihan {
        let mut kept = HashMap::new();
        for name in ["Unihan_Readings.txt", "Unihan_DictionaryLikeData.txt"] {
            let text = std::fs::read_to_string(folder.join(name)).expect("UNIHAN holds the file");
            for line in text.lines().filter(|l| l.starts_with("U+")) {
                let fields: Vec<&str> = line.split('\t').collect();
                let Some(property) = Unihan::KEPT.iter().find(|k| **k == fields[1]) else { continue };
                let point = u32::from_str_radix(&fields[0][2..], 16).expect("a code point");
                let c = char::from_u32(point).expect("a character");
                kept.insert((c, *property), fields[2].to_owned());
            }
        }
        Unihan(kept)
    }

    pub fn of(&self, c: char, property: &'static str) -> Option<&str> {
        self.0.get(&(c, property)).map(String::as_str)
    }
}

fn read_texts(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("TEXTS is a folder").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let read = || std::fs::read_to_string(&path).expect("a text in UTF-8");
        match path.extension().and_then(|e| e.to_str()) {
            Some("txt") => texts.push(read()),
            Some("jsonl") => texts.extend(read().lines().map(|line| {
                let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
                let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
                field("title") + "\n" + &field("body")
            })),
            _ => {}
        }
    }
    texts
}

fn train(
    texts: &[String],
    words: &[(String, u32)],
    unihan: &Unihan,
    wubi: &HashMap<String, Vec<String>>,
) -> Vec<u8> {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let standard = |c: char| unihan.of(c, "kTGHZ2013").is_some();
    let mut seen: HashMap<char, u32> = HashMap::new();
    for c in texts.iter().flat_map(|t| t.chars()).filter(|c| han(*c)) {
        *seen.entry(c).or_default() += 1;
    }
    let mut points: Vec<u16> = ('\u{4e00}'..='\u{9fff}')
        .filter(|c| standard(*c) || seen.get(c).is_some_and(|n| *n > 1))
        .map(|c| u16::try_from(c as u32).expect("in the plane"))
        .collect();
    points.sort_unstable();
    let characters: Vec<char> = points.iter().filter_map(|p| char::from_u32(u32::from(*p))).collect();
    let first = usize::from(FIRST_CHARACTER);
    let count = characters.len() + first;
    // A model that knows the characters only, to make tokens with.
    let mut parts = Parts {
        points,
        single: vec![0; count],
        lone: vec![0; count],
        readings: vec![[0; 3]; count],
        alike: vec![Vec::new(); count],
        pairs: pack(&[]),
        triples: pack(&[]),
        fours: pack(&[]),
        words: pack(&[]),
        ..Parts::default()
    };
    let bare_bytes = parts.write();
    let bare = Model::read(&bare_bytes).expect("a bare model");

    let mut single = vec![0_u32; count];
    let mut series: [HashMap<u64, u32>; 3] = Default::default();
    for line in texts.iter().flat_map(|t| t.lines()) {
        let ids: Vec<u16> = tokens(&bare, &format!("\n{}\n", line.trim())).iter().map(|t| t.id).collect();
        for id in &ids {
            single[usize::from(*id)] += 1;
        }
        for (n, counts) in series.iter_mut().enumerate() {
            for window in ids.windows(n + 2) {
                *counts.entry(key(window)).or_default() += 1;
            }
        }
    }
    let mut listed: Vec<(u64, u8)> = Vec::new();
    let mut pair_extra: HashMap<u64, f32> = HashMap::new();
    for (word, times) in words {
        let ids: Option<Vec<u16>> = word.chars().map(|c| bare.id(c)).collect();
        let Some(ids) = ids else { continue };
        match ids.len() {
            1 => parts.lone[usize::from(ids[0])] = stored(*times as f32),
            2..=LONGEST_WORD if *times >= LEAST_WORD => {
                listed.push((key(&ids), stored(*times as f32)));
                if let ([a, b], COMMON_WORD..) = (&ids[..], *times) {
                    parts.homophones.push([*a, *b]);
                }
                for pair in ids.windows(2) {
                    *pair_extra.entry(key(pair)).or_default() += *times as f32 / WORDS_PER_PAIR;
                }
            }
            _ => {}
        }
    }
    parts.words = packed(listed);
    let mut pairs: HashMap<u64, f32> = pair_extra;
    for (key, n) in &series[0] {
        *pairs.entry(*key).or_default() += *n as f32;
    }
    parts.pairs = packed(
        pairs.into_iter().filter(|(_, n)| *n >= LEAST[1] as f32).map(|(k, n)| (k, stored(n))).collect(),
    );
    let kept = |counts: &HashMap<u64, u32>, least: u32| {
        packed(counts.iter().filter(|(_, n)| **n >= least).map(|(k, n)| (*k, stored(*n as f32))).collect())
    };
    parts.triples = kept(&series[1], LEAST[2]);
    parts.fours = kept(&series[2], LEAST[3]);
    parts.single = single.iter().map(|n| stored(*n as f32)).collect();

    let sounds = sounds::Sounds::of(&characters, unihan);
    for (n, readings) in sounds.readings.iter().enumerate() {
        parts.readings[n + first] = *readings;
    }
    parts.near = sounds.near;
    let weight: Vec<u32> = characters
        .iter()
        .enumerate()
        .map(|(n, _)| single[n + first] + bare_lone(&parts, n + first))
        .collect();
    for (n, list) in shapes::look_alikes(&characters, &weight, unihan, wubi).into_iter().enumerate() {
        let shift =
            |(at, likeness): (usize, u8)| [u16::try_from(at + first).expect("an id"), u16::from(likeness)];
        parts.alike[n + first] = list.into_iter().flat_map(shift).collect();
    }
    for (name, size) in [
        ("pairs", parts.pairs.len()),
        ("triples", parts.triples.len()),
        ("fours", parts.fours.len()),
        ("words", parts.words.len()),
    ] {
        println!("{name}: {} KiB", size / 1024);
    }
    parts.write()
}

fn bare_lone(parts: &Parts, id: usize) -> u32 {
    u32::from(parts.lone[id])
}

fn packed(mut pairs: Vec<(u64, u8)>) -> Vec<u8> {
    // Sorted, so that the same texts give the same file.
    pairs.sort_unstable();
    pack(&pairs)
}
