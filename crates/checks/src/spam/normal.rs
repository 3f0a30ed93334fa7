//! Takes off a text what hides its words from a search: width, form, signs between characters. Clause N2.5.
//!
//! What comes out is for matching only and is shown to nobody.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::MAX_CHARS;

/// A text as it is matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    pub text: String,
    /// Disguises that no honest text has: pinyin in brackets, invisible characters between two others.
    pub disguises: u32,
    /// The text with signs between single characters taken out (百.家.乐), where it has such signs.
    pub joined: Option<String>,
}

/// Pinyin insertions from which a text counts as disguised; a reading aid for a rare character is honest.
const PINYIN: u32 = 2;

/// Simplified forms of traditional characters that occur in the words looked for: every second is the simple form.
const FORMS: &str = "\
娛娱樂乐賭赌場场體体網网龍龙開开獎奖馬马貝贝視视頻频發发億亿國国無无碼码線线產产歐欧會会門门電电遊游\
戲戏亞亚贏赢錢钱註注冊册報报財财運运機机麼么權权銀银輪轮盤盘撲扑鬥斗賽赛車车飛飞選选計计劃划號号時时\
見见戰战單单雙双贈赠優优錄录陸陆載载點点擊击處处罰罚違违詐诈騙骗領领試试絡络頁页館馆聯联際际種种證证\
書书辦办購购買买賣卖藥药價价貨货寶宝濕湿愛爱歡欢亂乱倫伦誘诱絲丝襪袜蘿萝觀观劇剧鳳凤鑽钻獵猎級级禮礼\
紅红員员樓楼";

static SIMPLE: LazyLock<HashMap<char, char, FixedState>> = LazyLock::new(|| {
    let chars: Vec<char> = FORMS.chars().collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

fn simplified(c: char) -> char {
    SIMPLE.get(&c).copied().unwrap_or(c)
}

/// Undoes disguises; at most [`MAX_CHARS`] characters are read.
pub fn plain(text: &str) -> Plain {
    let mut out = String::with_capacity(text.len().min(4 * MAX_CHARS));
    let (mut invisible, mut pinyin) = (0, 0);
    let mut chars = text.chars().take(MAX_CHARS).peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        if is_invisible(c) {
            let between = is_han(last) && chars.peek().copied().is_some_and(is_han);
            invisible += u32::from(between);
            continue;
        }
        let c = narrow(c);
        if c == '(' && is_han(last) {
            let ahead: String = chars.clone().map(narrow).take(8).collect();
            if let Some(end) = pinyin_end(&ahead) {
                pinyin += 1;
                chars.nth(end - 1);
                continue;
            }
        }
        let c = if is_han(c) { simplified(c) } else { c.to_ascii_lowercase() };
        last = c;
        out.push(c);
    }
    let disguises = invisible + if pinyin >= PINYIN { pinyin } else { 0 };
    let joined = joined(&out);
    Plain { text: out, disguises, joined }
}

/// Characters up to and with the bracket that closes a syllable.
fn pinyin_end(ahead: &str) -> Option<usize> {
    let letters = ahead.chars().take_while(|c| c.is_lowercase() && !is_han(*c)).count();
    let closed = ahead.chars().nth(letters) == Some(')');
    ((1..=6).contains(&letters) && closed).then_some(letters + 1)
}

/// Full-width and circled signs as plain ones.
fn narrow(c: char) -> char {
    let digit = |n: u32| char::from_digit(n, 10).unwrap_or(c);
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '①'..='⑨' => digit(c as u32 - 0x245f),
        '❶'..='❾' => digit(c as u32 - 0x2775),
        '⑴'..='⑼' => digit(c as u32 - 0x2473),
        '⓪' | '〇' => '0',
        'ⓐ'..='ⓩ' => char::from_u32(c as u32 - 0x24d0 + 0x61).unwrap_or(c),
        'Ⓐ'..='Ⓩ' => char::from_u32(c as u32 - 0x24b6 + 0x61).unwrap_or(c),
        other => other,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Takes out signs between characters where at least three in a row are kept apart one by one.
fn joined(text: &str) -> Option<String> {
    /// Characters kept apart in a row; 百 家 乐 are three.
    const APART: usize = 3;
    let chars: Vec<char> = text.chars().collect();
    let is_sign = |c: char| !is_han(c) && !c.is_alphanumeric();
    let single = |i: usize| {
        chars.get(i).is_some_and(|c| is_han(*c) || c.is_ascii_digit())
            && chars.get(i + 1).is_none_or(|c| is_sign(*c))
            && (i == 0 || is_sign(chars[i - 1]))
    };
    let mut out = String::new();
    let (mut at, mut any) = (0, false);
    while at < chars.len() {
        let mut row = 0;
        while single(at + 2 * row) && (row == 0 || is_sign(chars[at + 2 * row - 1])) {
            row += 1;
        }
        if row >= APART {
            (0..row).for_each(|n| out.push(chars[at + 2 * n]));
            at += 2 * row - 1;
            any = true;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    any.then_some(out)
}
