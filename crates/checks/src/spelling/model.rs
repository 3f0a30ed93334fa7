//! The language model (语言模型): which characters there are, how they sound and look, what stands beside what.
//! Serves N2.2.
//!
//! A model is one file of bytes, made by the example `train_spelling` and read where it lies. It holds statistics
//! only: no text can be read back from it. A damaged file is refused before anything is judged by it.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::packed::Packed;

/// First bytes of every model.
pub const MAGIC: &[u8; 8] = b"XWSPELL\x01";
/// Ids below this are no characters: an edge, a number, a foreign word.
pub const FIRST_CHARACTER: u16 = 3;
pub const EDGE: u16 = 0;
pub const NUMBER: u16 = 1;
pub const FOREIGN: u16 = 2;
/// Sections of a file, in this order.
pub const SECTIONS: usize = 11;
/// Steps of a stored count for each doubling.
const STEPS: f32 = 12.0;
/// Characters seen less often than this, in texts and as words, are not what was meant by others.
const SELDOM: f32 = 30.0;
/// Where the common Han characters lie in Unicode; the model knows no others.
const HAN: std::ops::RangeInclusive<u32> = 0x4e00..=0x9fff;
/// Longest word of the word list, in characters.
pub const LONGEST_WORD: usize = 5;

/// Why a model cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelFault {
    /// It does not begin as a model does.
    NoModel,
    /// It ends before its end.
    Short { expected: u64, found: u64 },
    /// Its bytes are not those that were written.
    Damaged,
    /// Its parts contradict each other.
    Incoherent(&'static str),
}

impl std::fmt::Display for ModelFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ModelFault::NoModel => {
                f.write_str("不是本程序的语言模型文件，或版本不符。请用与程序同一版本的模型")
            }
            ModelFault::Short { expected, found } => {
                write!(f, "语言模型文件不完整：应有 {expected} 字节，实有 {found} 字节。请重新取得该文件")
            }
            ModelFault::Damaged => f.write_str("语言模型文件已损坏（校验和不符）。请重新取得该文件"),
            ModelFault::Incoherent(part) => {
                write!(f, "语言模型文件内容自相矛盾（{part}）。请用训练程序重新生成")
            }
        }
    }
}

/// A model as it lies in its bytes.
#[derive(Debug)]
pub struct Model<'a> {
    /// From code point, counted from U+4E00, to id; 0 for a character that the model does not know.
    ids: Vec<u16>,
    /// From id to character.
    characters: Vec<char>,
    /// How often each id was seen, as stored.
    single: &'a [u8],
    /// How often each character is a word by itself, as stored.
    lone: &'a [u8],
    /// Three readings of each id, commonest first, 0 for none.
    readings: Vec<[u16; 3]>,
    /// Ids by reading.
    by_reading: Vec<Vec<u16>>,
    /// Readings that are confused with each reading.
    near: Vec<Vec<u16>>,
    /// Look-alikes of each id with their likeness.
    alike: Vec<Vec<(u16, u8)>>,
    /// Common words of two characters by their readings.
    homophones: HashMap<[u16; 2], Vec<[u16; 2]>, FixedState>,
    pairs: Packed<'a>,
    triples: Packed<'a>,
    fours: Packed<'a>,
    words: Packed<'a>,
    /// Sum of the counts of all ids, and of all words.
    pub total: f32,
    pub word_total: f32,
}

/// How two characters sound alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sound {
    /// The same syllable, the tone left out of account.
    Same,
    /// Syllables that many speakers do not tell apart (`zh`/`z`, `n`/`l`, `ing`/`in`).
    Near,
}

impl<'a> Model<'a> {
    /// Reads a model.
    ///
    /// # Errors
    /// `ModelFault` tells a file that is none from one that was damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Model<'a>, ModelFault> {
        let head = MAGIC.len() + 8 + SECTIONS * 4;
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(ModelFault::NoModel);
        }
        let number =
            |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        let mut sizes = [0_usize; SECTIONS];
        for (n, size) in sizes.iter_mut().enumerate() {
            let read = number(MAGIC.len() + 8 + n * 4);
            *size =
                read.ok_or(ModelFault::Short { expected: head as u64, found: bytes.len() as u64 })? as usize;
        }
        let expected = head as u64 + sizes.iter().map(|s| *s as u64).sum::<u64>();
        if bytes.len() as u64 != expected {
            return Err(ModelFault::Short { expected, found: bytes.len() as u64 });
        }
        let stored = bytes.get(MAGIC.len()..MAGIC.len() + 8).and_then(|b| b.try_into().ok());
        if stored.map(u64::from_le_bytes) != Some(checksum(&bytes[MAGIC.len() + 8..])) {
            return Err(ModelFault::Damaged);
        }
        let mut at = head;
        let mut sections = [&bytes[..0]; SECTIONS];
        for (section, size) in sections.iter_mut().zip(sizes) {
            *section = &bytes[at..at + size];
            at += size;
        }
        Model::assembled(sections)
    }

    fn assembled(sections: [&'a [u8]; SECTIONS]) -> Result<Model<'a>, ModelFault> {
        let [points, single, lone, readings, near, alike, homophones_of, pairs, triples, fours, words] =
            sections;
        let points = shorts(points);
        let count = points.len() + usize::from(FIRST_CHARACTER);
        if single.len() != count || lone.len() != count || readings.len() != count * 6 {
            return Err(ModelFault::Incoherent("字表"));
        }
        let mut ids = vec![0_u16; (HAN.end() - HAN.start() + 1) as usize];
        let mut characters = vec!['\u{0}'; usize::from(FIRST_CHARACTER)];
        for (n, point) in points.iter().enumerate() {
            let id = u16::try_from(n).unwrap_or(u16::MAX).saturating_add(FIRST_CHARACTER);
            let place = usize::from(*point).checked_sub(*HAN.start() as usize);
            let slot = place.and_then(|p| ids.get_mut(p)).ok_or(ModelFault::Incoherent("字表"))?;
            *slot = id;
            characters.push(char::from_u32(u32::from(*point)).ok_or(ModelFault::Incoherent("字表"))?);
        }
        let readings: Vec<[u16; 3]> = shorts(readings).chunks_exact(3).map(|r| [r[0], r[1], r[2]]).collect();
        let near = lists(&shorts(near)).ok_or(ModelFault::Incoherent("读音"))?;
        let mut by_reading = vec![Vec::new(); near.len()];
        for (id, own) in readings.iter().enumerate() {
            let common = count_of(single[id]) >= SELDOM || count_of(lone[id]) >= SELDOM;
            for reading in own.iter().filter(|r| **r > 0 && common) {
                let list = by_reading.get_mut(usize::from(*reading)).ok_or(ModelFault::Incoherent("读音"))?;
                list.push(u16::try_from(id).unwrap_or(0));
            }
        }
        let within = |id: &u16| usize::from(*id) < count;
        let alike: Vec<Vec<(u16, u8)>> = lists(&shorts(alike))
            .ok_or(ModelFault::Incoherent("字形"))?
            .into_iter()
            .map(|list| list.chunks_exact(2).map(|p| (p[0], p[1].to_le_bytes()[0])).collect())
            .collect();
        if alike.len() != count || !alike.iter().flatten().all(|(id, _)| within(id)) {
            return Err(ModelFault::Incoherent("字形"));
        }
        if !near.iter().flatten().all(|r| usize::from(*r) < near.len()) {
            return Err(ModelFault::Incoherent("读音"));
        }
        let mut homophones: HashMap<[u16; 2], Vec<[u16; 2]>, FixedState> = HashMap::default();
        for word in shorts(homophones_of).as_chunks::<2>().0 {
            let of = |id: u16| readings.get(usize::from(id)).copied().unwrap_or_default();
            for first in of(word[0]).into_iter().filter(|r| *r > 0) {
                for second in of(word[1]).into_iter().filter(|r| *r > 0) {
                    homophones.entry([first, second]).or_default().push(*word);
                }
            }
        }
        let table = |bytes: &'a [u8]| Packed::read(bytes).ok_or(ModelFault::Incoherent("频度表"));
        let total = single.iter().map(|q| count_of(*q)).sum();
        // A round number of the order of the word list: only differences of costs are used.
        let word_total = 6e7;
        Ok(Model {
            ids,
            characters,
            single,
            lone,
            readings,
            by_reading,
            near,
            alike,
            homophones,
            pairs: table(pairs)?,
            triples: table(triples)?,
            fours: table(fours)?,
            words: table(words)?,
            total,
            word_total,
        })
    }

    /// The id of a Han character; `None` if the model does not know it.
    #[inline]
    pub fn id(&self, c: char) -> Option<u16> {
        let place = (c as u32).checked_sub(*HAN.start())?;
        self.ids.get(place as usize).copied().filter(|id| *id > 0)
    }

    /// The character of an id that is one.
    pub fn character(&self, id: u16) -> char {
        self.characters.get(usize::from(id)).copied().unwrap_or('\u{0}')
    }

    /// How often an id was seen.
    #[inline]
    pub fn single(&self, id: u16) -> f32 {
        self.single.get(usize::from(id)).map_or(0.0, |q| count_of(*q))
    }

    /// How often a character was a word by itself.
    pub fn lone(&self, id: u16) -> f32 {
        self.lone.get(usize::from(id)).map_or(0.0, |q| count_of(*q))
    }

    #[inline]
    pub fn pair(&self, ids: [u16; 2]) -> f32 {
        self.pairs.get(key(&ids)).map_or(0.0, count_of)
    }

    #[inline]
    pub fn triple(&self, ids: [u16; 3]) -> f32 {
        self.triples.get(key(&ids)).map_or(0.0, count_of)
    }

    #[inline]
    pub fn four(&self, ids: [u16; 4]) -> f32 {
        self.fours.get(key(&ids)).map_or(0.0, count_of)
    }

    /// How common a word of two to five characters is; 0 if it is none.
    #[inline]
    pub fn word(&self, ids: &[u16]) -> f32 {
        if !(2..=LONGEST_WORD).contains(&ids.len()) {
            return 0.0;
        }
        self.words.get(key(ids)).map_or(0.0, count_of)
    }

    /// Whether and how two characters sound alike.
    pub fn sound(&self, a: u16, b: u16) -> Option<Sound> {
        let (a, b) = (self.readings(a), self.readings(b));
        if a.iter().any(|r| b.contains(r)) {
            return Some(Sound::Same);
        }
        let confused =
            |r: &u16| self.near.get(usize::from(*r)).is_some_and(|near| near.iter().any(|n| b.contains(n)));
        a.iter().any(confused).then_some(Sound::Near)
    }

    /// How much two characters look alike: 0 to 255, 0 for not at all.
    pub fn looks(&self, a: u16, b: u16) -> u8 {
        let of = |a: u16, b: u16| {
            let list = self.alike.get(usize::from(a))?;
            list.iter().find(|(id, _)| *id == b).map(|(_, likeness)| *likeness)
        };
        of(a, b).or_else(|| of(b, a)).unwrap_or(0)
    }

    /// The readings of a character, commonest first.
    pub fn readings(&self, id: u16) -> &[u16] {
        let all = self.readings.get(usize::from(id)).map_or(&[][..], |r| &r[..]);
        let known = all.iter().position(|r| *r == 0).unwrap_or(all.len());
        all.get(..known).unwrap_or(&[])
    }

    /// Characters of a reading.
    pub fn of_reading(&self, reading: u16) -> &[u16] {
        self.by_reading.get(usize::from(reading)).map_or(&[], |list| list)
    }

    /// Common words of two characters with these readings.
    pub fn homophones(&self, readings: [u16; 2]) -> &[[u16; 2]] {
        self.homophones.get(&readings).map_or(&[], |list| list)
    }

    /// Readings that are easily confused with one.
    pub fn near_readings(&self, reading: u16) -> &[u16] {
        self.near.get(usize::from(reading)).map_or(&[], |list| list)
    }

    /// Characters that look like one.
    pub fn look_alikes(&self, id: u16) -> &[(u16, u8)] {
        self.alike.get(usize::from(id)).map_or(&[], |list| list)
    }
}

/// One number for a series of ids; the length is part of it.
#[inline]
pub fn key(ids: &[u16]) -> u64 {
    ids.iter().fold(ids.len() as u64, |key, id| {
        key.wrapping_mul(0x2127_599b_f432_5c37).wrapping_add(u64::from(*id) + 1)
    })
}

/// A count as it is stored: in steps of a twelfth of a doubling.
pub fn stored(count: f32) -> u8 {
    if count < 1.0 { 0 } else { (count.log2() * STEPS + 1.0).round().min(255.0) as u8 }
}

fn count_of(stored: u8) -> f32 {
    COUNTS[usize::from(stored)]
}

static COUNTS: std::sync::LazyLock<[f32; 256]> = std::sync::LazyLock::new(|| {
    std::array::from_fn(|q| if q == 0 { 0.0 } else { ((q as f32 - 1.0) / STEPS).exp2() })
});

/// FNV-1a over words of eight bytes: finds damage, not malice.
pub fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    let sum = words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}

fn shorts(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect()
}

/// Lists one after the other, each led by its length; `None` if the last one is cut off.
fn lists(mut numbers: &[u16]) -> Option<Vec<Vec<u16>>> {
    let mut out = Vec::new();
    while let Some((length, rest)) = numbers.split_first() {
        let (list, rest) = rest.split_at_checked(usize::from(*length))?;
        out.push(list.to_vec());
        numbers = rest;
    }
    Some(out)
}

/// The parts of a model before it is written.
#[derive(Default)]
pub struct Parts {
    /// Known characters in order of code point; their ids follow from it.
    pub points: Vec<u16>,
    /// By id, as `stored`.
    pub single: Vec<u8>,
    pub lone: Vec<u8>,
    pub readings: Vec<[u16; 3]>,
    pub near: Vec<Vec<u16>>,
    /// By id: look-alikes and likeness, alternating.
    pub alike: Vec<Vec<u16>>,
    /// Common words of two characters.
    pub homophones: Vec<[u16; 2]>,
    /// Packed tables.
    pub pairs: Vec<u8>,
    pub triples: Vec<u8>,
    pub fours: Vec<u8>,
    pub words: Vec<u8>,
}

impl Parts {
    /// The bytes of a model file.
    pub fn write(&self) -> Vec<u8> {
        let flat = |numbers: &[u16]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
        let listed = |lists: &[Vec<u16>]| {
            let length = |list: &Vec<u16>| u16::try_from(list.len()).unwrap_or(u16::MAX);
            lists.iter().flat_map(|l| flat(&[&[length(l)], &l[..]].concat())).collect::<Vec<u8>>()
        };
        let sections: [Vec<u8>; SECTIONS] = [
            flat(&self.points),
            self.single.clone(),
            self.lone.clone(),
            flat(self.readings.as_flattened()),
            listed(&self.near),
            listed(&self.alike),
            flat(self.homophones.as_flattened()),
            self.pairs.clone(),
            self.triples.clone(),
            self.fours.clone(),
            self.words.clone(),
        ];
        let size = |s: &Vec<u8>| u32::try_from(s.len()).unwrap_or(u32::MAX).to_le_bytes();
        let mut summed: Vec<u8> = sections.iter().flat_map(size).collect();
        summed.extend(sections.into_iter().flatten());
        [&MAGIC[..], &checksum(&summed).to_le_bytes(), &summed].concat()
    }
}
