//! What a person is asked before his correction is taken: digits in a picture, or a question in words. Clauses N2.3, N4.7;
//! pure but for the chance that is handed in.
//!
//! Nothing is kept for a question that is asked: it comes back with a seal over itself and its right answer. An answered one
//! is kept with the correction, so that none is used twice.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use platform::clock::Instant;
use platform::secret;

/// How long there is to answer: to fill the form as well.
const MINUTES: i64 = 30;
/// Bytes of chance in a question.
pub const CHANCE: usize = 16;
/// Bytes of the seal.
const SEAL: usize = 16;
/// Phrases that questions in words are about.
const PHRASES: [&str; 6] = ["政府网站", "网民找错", "依法行政", "便民服务", "信息公开", "政务服务"];

/// A question that is asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    /// What comes back with the answer.
    pub token: String,
    /// The picture as a data address; empty for a question in words.
    pub picture: String,
    /// The question in words.
    pub words: String,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The question is not ours, or too old.
    Stale,
    Answer,
}

impl Wrong {
    /// What to tell.
    pub fn words(self) -> &'static str {
        match self {
            Wrong::Stale => "验证码已过期，请按新的验证码填写。",
            Wrong::Answer => "验证码不对，请按新的验证码填写。",
        }
    }
}

/// Asks a question.
pub fn ask(key: &[u8], chance: [u8; CHANCE], in_words: bool, now: Instant) -> Asked {
    let mut body = [0; CHANCE + 9];
    body[..CHANCE].copy_from_slice(&chance);
    body[CHANCE] = u8::from(in_words);
    body[CHANCE + 1..].copy_from_slice(&(now.timestamp() + MINUTES * 60).to_be_bytes());
    let (answer, words, picture) = if in_words {
        let phrase = PHRASES[usize::from(chance[0]) % PHRASES.len()];
        let at = usize::from(chance[1]) % phrase.chars().count();
        let answer: String = phrase.chars().skip(at).take(1).collect();
        (answer, format!("请写出“{phrase}”的第 {} 个字", at + 1), String::new())
    } else {
        let digits: String = chance[..4].iter().map(|byte| char::from(b'0' + byte % 10)).collect();
        let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(drawn(&digits, &chance)));
        (digits, "请写出图中的 4 个数字".to_owned(), picture)
    };
    let mut token = body.to_vec();
    token.extend(&secret::seal(key, &[&body, answer.as_bytes()].concat())[..SEAL]);
    // What the answer is made of is not in the token: only what it is sealed with.
    let hidden = hide(key, &mut token);
    Asked { token: URL_SAFE_NO_PAD.encode(hidden), picture, words }
}

/// The chance in a token would tell the answer: it is covered by a stream that only the key makes.
fn hide(key: &[u8], token: &mut [u8]) -> Vec<u8> {
    let end = token.len() - SEAL;
    let cover = secret::seal(key, &[b"cover", &token[end..]].concat());
    for (byte, cover) in token[..end].iter_mut().zip(cover) {
        *byte ^= cover;
    }
    token.to_vec()
}

/// Takes an answer. Returns what stands for the question, to be kept so that it is not answered twice.
pub fn taken(key: &[u8], token: &str, answer: &str, now: Instant) -> Result<String, Wrong> {
    let mut bytes = URL_SAFE_NO_PAD.decode(token.trim()).map_err(|_| Wrong::Stale)?;
    if bytes.len() != CHANCE + 9 + SEAL {
        return Err(Wrong::Stale);
    }
    let bytes = hide(key, &mut bytes);
    let (body, sealed) = bytes.split_at(CHANCE + 9);
    let end = i64::from_be_bytes(body[CHANCE + 1..].try_into().map_err(|_| Wrong::Stale)?);
    if end < now.timestamp() || end > now.timestamp() + MINUTES * 60 {
        return Err(Wrong::Stale);
    }
    // Digits are typed in full width as well, and blanks slip in.
    let answer: String = answer
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            other => other,
        })
        .collect();
    match secret::is_sealed(key, &[body, answer.as_bytes()].concat(), sealed) {
        true => Ok(URL_SAFE_NO_PAD.encode(&body[..CHANCE])),
        false => Err(Wrong::Answer),
    }
}

/// Strokes of the ten digits on a grid of 2 × 4.
const STROKES: [&[(u8, u8)]; 10] = [
    &[(0, 0), (2, 0), (2, 4), (0, 4), (0, 0)],
    &[(0, 1), (1, 0), (1, 4)],
    &[(0, 0), (2, 0), (2, 2), (0, 2), (0, 4), (2, 4)],
    &[(0, 0), (2, 0), (1, 2), (2, 2), (2, 4), (0, 4)],
    &[(0, 0), (0, 2), (2, 2), (2, 0), (2, 4)],
    &[(2, 0), (0, 0), (0, 2), (2, 2), (2, 4), (0, 4)],
    &[(2, 0), (0, 0), (0, 4), (2, 4), (2, 2), (0, 2)],
    &[(0, 0), (2, 0), (1, 4)],
    &[(0, 0), (2, 0), (2, 4), (0, 4), (0, 0), (0, 2), (2, 2)],
    &[(2, 2), (0, 2), (0, 0), (2, 0), (2, 4), (0, 4)],
];

/// Digits as crooked lines among other lines.
fn drawn(digits: &str, chance: &[u8]) -> String {
    let mut wobble = chance.iter().cycle().zip(1_u32..).map(|(byte, turn)| {
        (u32::from(*byte).wrapping_mul(2_654_435_761).rotate_left(turn % 31) % 9) as i32 - 4
    });
    let mut next = || wobble.next().unwrap_or(0);
    let mut paths = String::new();
    for (place, digit) in digits.chars().enumerate() {
        let strokes = STROKES[digit.to_digit(10).unwrap_or(0) as usize];
        let (left, top) = (14 + 36 * i32::try_from(place).unwrap_or(0) + next(), 10 + next());
        let mut path = String::new();
        for (at, (x, y)) in strokes.iter().enumerate() {
            let (x, y) = (left + 10 * i32::from(*x) + next() / 2, top + 9 * i32::from(*y) + next() / 2);
            path.push_str(&format!("{}{x} {y}", if at == 0 { "M" } else { "L" }));
        }
        paths.push_str(&format!("<path d=\"{path}\" stroke=\"#1d3557\" stroke-width=\"4\"/>"));
    }
    for _ in 0..4 {
        let ends = [next() * 4 + 20, next() * 4 + 30, next() * 6 + 130, next() * 4 + 30];
        let [x, y, to_x, to_y] = ends;
        paths
            .push_str(&format!("<path d=\"M{x} {y}L{to_x} {to_y}\" stroke=\"#6b7f99\" stroke-width=\"2\"/>"));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"160\" height=\"60\" viewBox=\"0 0 160 60\">\
         <rect width=\"160\" height=\"60\" fill=\"#eef2f7\"/><g fill=\"none\" stroke-linecap=\"round\">{paths}</g></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_timestamp(1_780_000_000 + second, 0).unwrap()
    }

    #[test]
    fn the_right_answer_is_taken_once_asked_and_for_half_an_hour() {
        let chance: [u8; CHANCE] = std::array::from_fn(|at| at as u8 * 7 + 3);
        for in_words in [false, true] {
            let asked = ask(b"key", chance, in_words, at(0));
            let right = if in_words { "政" } else { "3074" };
            let right = if in_words { right_of(&asked.words) } else { right.to_owned() };
            let kept = taken(b"key", &asked.token, &right, at(1_799)).unwrap();
            assert_eq!(taken(b"key", &asked.token, &format!(" {right} "), at(0)).unwrap(), kept);
            assert_eq!(taken(b"key", &asked.token, "0000", at(0)), Err(Wrong::Answer));
            assert_eq!(taken(b"key", &asked.token, &right, at(1_801)), Err(Wrong::Stale));
            assert!(taken(b"other", &asked.token, &right, at(0)).is_err());
            assert_eq!(taken(b"key", "", &right, at(0)), Err(Wrong::Stale));
            assert_eq!(taken(b"key", &"A".repeat(80), &right, at(0)), Err(Wrong::Stale));
        }
        let full = ask(b"key", chance, false, at(0));
        assert!(taken(b"key", &full.token, "３０７４", at(0)).is_ok(), "digits in full width");
    }

    fn right_of(question: &str) -> String {
        let phrase: Vec<char> = question.split(['“', '”']).nth(1).unwrap().chars().collect();
        let place: usize = question.split(' ').nth(1).unwrap().parse().unwrap();
        phrase[place - 1].to_string()
    }

    #[test]
    fn a_token_does_not_tell_its_answer() {
        let chance: [u8; CHANCE] = std::array::from_fn(|at| at as u8);
        let asked = ask(b"key", chance, false, at(0));
        let bytes = URL_SAFE_NO_PAD.decode(&asked.token).unwrap();
        assert_ne!(bytes[..CHANCE], chance);
    }

    #[test]
    fn every_digit_is_drawn_as_something_of_its_own() {
        let pictures: std::collections::HashSet<String> =
            (0..10).map(|digit| drawn(&digit.to_string(), &[1, 2, 3])).collect();
        assert_eq!(pictures.len(), 10);
    }
}
