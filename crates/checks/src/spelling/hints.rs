//! The hint layer (疑似错别字): places where another character is much likelier than the one that stands there.
//! Clause N2.2.
//!
//! Advice only. Guesses are weighed by a few numbers that were fitted on sentences with known slips, five-fold
//! cross-validated; see `docs/models.md`. Names of persons are left alone as far as they can be told.

use std::ops::Range;

use super::guess::{FEATURES, Guess, guesses};
use super::model::{FIRST_CHARACTER, Model, Sound};
use super::{Kind, Line, Slip};

/// Weights of the features of a guess, in their order.
const WEIGHTS: [f32; FEATURES] = [
    0.1074, 0.2821, 3.3353, 2.121, 1.3951, -1.7557, 0.0997, 0.0756, -0.1171, 0.3726, 0.0281, 0.1676, -0.2424,
    -0.3128, 0.0587, 0.0837, -0.1529, 0.0977, -0.4531, 0.1288, -0.2612, 0.2435, -0.4655, 0.0328,
];
/// Weights of pairs of features taken together: first and second feature, weight.
const TOGETHER: [(usize, usize, f32); 4] = [(0, 2, 0.0217), (0, 4, 0.0855), (1, 2, -0.0733), (1, 4, 0.2703)];
/// Weights of what the guess adds to words and to series of three.
const MORE_WORD: f32 = -0.0076;
const MORE_SERIES: f32 = 0.1796;
const START: f32 = -8.0264;
/// A guess is told from these log-odds on: proofread texts that the model has not seen then get less than one hint in
/// 10,000 characters, and most sentences that are changed are mended.
const TOLD: f32 = -0.6;
/// Times that a text is looked at: a slip that was mended makes the next one beside it visible.
const PASSES: usize = 3;
/// A character that is a word by itself as often as this is a particle: 的, 而, 都.
const PARTICLE: f32 = 20_000.0;
/// Most surnames of persons, single characters.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁\
    魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖\
    龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹\
    付关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边肖";
/// Kinds of places, after names that no list has in full: 洣水|镇, 新院|区.
const PLACES: [&str; 7] = ["镇", "县", "乡", "村", "区", "旗", "街道"];
/// Words of common use that are younger than the lists of words, or belong to screens and branches.
const YOUNG_WORDS: [&str; 40] = [
    "官网",
    "官微",
    "本页",
    "上页",
    "下页",
    "首页",
    "末页",
    "翻页",
    "网页",
    "哔哩",
    "抖音",
    "快手",
    "微博",
    "微信",
    "视频号",
    "公众号",
    "小程序",
    "扫码",
    "亮码",
    "点赞",
    "转发",
    "粉丝",
    "直播",
    "网红",
    "电商",
    "微商",
    "云端",
    "支行",
    "分行",
    "总行",
    "院区",
    "校区",
    "库区",
    "园区",
    "砥砺",
    "赋能",
    "助企",
    "纾困",
    "专班",
    "链长",
];
/// Characters of numbers.
const NUMERALS: &str = "〇零一二两三四五六七八九十百千万亿";
/// A word of the list that is as common as this is one that people write on purpose.
const LISTED: f32 = 5.0;
/// Last characters of titles after which a name follows.
const TITLES: &str = "长记任志者员理席授师士事官";

pub(super) fn slips(line: &Line<'_>) -> Vec<Slip> {
    let model = line.model;
    let original: Vec<u16> = line.tokens.iter().map(|t| t.id).collect();
    let mut ids = original.clone();
    for _ in 0..PASSES {
        if !mend(line, &mut ids) {
            break;
        }
    }
    let mut slips = Vec::new();
    let mut at = 0;
    while at < ids.len() {
        if ids[at] == original[at] {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < ids.len() && ids[end] != original[end] {
            end += 1;
        }
        let (from, to) = word_around(model, &ids, at, end);
        let correct: String = ids[from..to].iter().map(|id| model.character(*id)).collect();
        let numeral = (at..end).any(|n| is_numeral(model, &original, n));
        if !numeral
            && !is_other_word(model, &original, &ids, from..to)
            && !is_right(line, &original, at..end, from..to)
        {
            slips.extend(line.slip(from..to, &correct, Kind::Unlikely, false));
        }
        at = to.max(end);
    }
    slips
}

/// Puts in the guesses that weigh enough, the heaviest first; says whether there were any.
fn mend(line: &Line<'_>, ids: &mut [u16]) -> bool {
    let mut told: Vec<(f32, Guess)> = guesses(line.model, ids)
        .into_iter()
        .map(|guess| (weight(&guess), guess))
        .filter(|(weight, guess)| *weight >= TOLD && is_fit(line.model, ids, guess))
        .filter(|(_, guess)| !is_name(line, ids, guess.at))
        .collect();
    told.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken = vec![false; ids.len()];
    let mut mended = false;
    for (_, guess) in told {
        // What stands beside a mended place is weighed anew in the next pass.
        let around = guess.at.saturating_sub(2)..(guess.at + guess.length + 2).min(ids.len());
        if taken[around.clone()].iter().any(|t| *t) {
            continue;
        }
        ids[guess.at..guess.at + guess.length].copy_from_slice(guess.ids());
        taken[around].fill(true);
        mended = true;
    }
    mended
}

/// The log-odds that a guess is what was meant.
fn weight(guess: &Guess) -> f32 {
    let f = &guess.features;
    let alone: f32 = WEIGHTS.iter().zip(f).map(|(weight, value)| weight * value).sum();
    let together: f32 = TOGETHER.iter().map(|(a, b, weight)| weight * f[*a] * f[*b]).sum();
    START + alone + together + MORE_WORD * (f[7] - f[6]) + MORE_SERIES * (f[17] - f[16])
}

/// Whether a guess may stand: a particle is only a slip where the guess makes a word, and punctuation is no help.
fn is_fit(model: &Model<'_>, ids: &[u16], guess: &Guess) -> bool {
    let particle = guess.length == 1 && ids.get(guess.at).is_some_and(|id| model.lone(*id) >= PARTICLE);
    let makes_word = guess.features[9] > 1.0;
    !particle || makes_word
}

/// The word that a mended stretch belongs to, so that people see what is meant.
fn word_around(model: &Model<'_>, ids: &[u16], at: usize, end: usize) -> (usize, usize) {
    let mut best = (0.0, (at, end));
    for start in at.saturating_sub(3)..=at {
        for stop in end..=(start + 4).min(ids.len()) {
            let word = ids.get(start..stop).filter(|word| word.iter().all(|id| *id >= FIRST_CHARACTER));
            let times = word.map_or(0.0, |word| model.word(word));
            if times > best.0 {
                best = (times, (start, stop));
            }
        }
    }
    best.1
}

/// 四万 and 十万, 三十六米 and 三十六条: a number is as likely as any other, and what is counted stands behind it.
fn is_numeral(model: &Model<'_>, original: &[u16], at: usize) -> bool {
    let numeral = |n: usize| original.get(n).is_some_and(|id| NUMERALS.contains(model.character(*id)));
    numeral(at) || at.checked_sub(1).is_some_and(numeral) && at.checked_sub(2).is_some_and(numeral)
}

/// 藏品 and 产品, 舱位 and 单位: a word that is in the list and does not even sound like the other one was meant.
fn is_other_word(model: &Model<'_>, original: &[u16], ids: &[u16], word: Range<usize>) -> bool {
    let (Some(there), Some(meant)) = (original.get(word.clone()), ids.get(word)) else { return false };
    let same = |(a, b): (&u16, &u16)| a == b || model.sound(*a, *b) == Some(Sound::Same);
    there.len() > 1 && model.word(there) >= LISTED && !there.iter().zip(meant).all(same)
}

/// Whether what stands at a changed place is right though the model does not expect it: a word of the list or of common
/// use, the name of a place, or that of a person. `word` is the mended word that the place belongs to.
fn is_right(line: &Line<'_>, original: &[u16], changed: Range<usize>, word: Range<usize>) -> bool {
    let byte = |n: usize| line.tokens.get(n).map_or(line.text.len(), |t| t.start);
    let (from, to) = (byte(changed.start), byte(changed.end));
    let after = line.text.get(byte(word.end)..).unwrap_or_default();
    let fault = line.text.get(byte(word.start)..byte(word.end)).unwrap_or_default();
    if PLACES.iter().any(|kind| after.starts_with(kind) || fault.ends_with(kind)) {
        return true;
    }
    let near =
        line.text.get(byte(changed.start.saturating_sub(2))..byte(changed.end + 2)).unwrap_or_default();
    let start = byte(changed.start.saturating_sub(2));
    let covers = |found: usize, young: &str| start + found < to && from < start + found + young.len();
    if YOUNG_WORDS.iter().any(|young| near.match_indices(young).any(|(at, _)| covers(at, young))) {
        return true;
    }
    if changed.len() < 2 {
        return false;
    }
    // That two characters that make a word or begin like a name were both mistaken is the less likely reading.
    let surname = |n: usize| original.get(n).is_some_and(|id| SURNAMES.contains(line.model.character(*id)));
    let is_word = original.get(changed.clone()).is_some_and(|ids| line.model.word(ids) > 0.0);
    is_word || (changed.len() == 2 && surname(changed.start))
}

/// Whether the place may lie in the name of a person: a short item of a list, or after a title.
fn is_name(line: &Line<'_>, ids: &[u16], at: usize) -> bool {
    let known = |n: usize| ids.get(n).is_some_and(|id| *id >= FIRST_CHARACTER);
    let character = |n: usize| ids.get(n).map_or(' ', |id| line.model.character(*id));
    // A rare character of which the model knows nothing is most often part of a name.
    let rare = |n: usize| {
        let text = line.tokens.get(n).and_then(|t| line.text.get(t.start..));
        !known(n) && text.and_then(|t| t.chars().next()).is_some_and(crate::han::is_han)
    };
    if (at.saturating_sub(2)..=at + 2).any(rare) {
        return true;
    }
    (at.saturating_sub(2)..=at).any(|start| {
        if !known(start) || !SURNAMES.contains(character(start)) {
            return false;
        }
        let alone = start == 0 || !known(start - 1);
        let length = (start..).take_while(|n| known(*n)).take(5).count();
        (alone && length <= 4) || (start > 0 && TITLES.contains(character(start - 1)) && start < at)
    })
}
