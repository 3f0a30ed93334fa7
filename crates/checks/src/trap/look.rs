//! What an address looks like: its shape, its names, a date in it. Clause N2.1.
//!
//! Remembers nothing.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use url::Url;

use super::{MAX_REPEATS, MAX_SAME_SEGMENT};

/// Sequences of so many segments are looked at for repetition.
const LONGEST_SEQUENCE: usize = 4;
/// A segment of so many letters and digits mixed is a key, not a name.
const KEY_BYTES: usize = 16;
/// What an address with a calendar is called.
const CALENDAR_WORDS: [&str; 8] =
    ["calendar", "rili", "events", "schedule", "date", "month", "archive", "day"];
/// Numbers that are taken for a year although nothing but a month and a day behind it says so.
const UNNAMED_YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;
/// Parameters that hold a year or date.
const DATE_NAMES: [&str; 8] = ["year", "date", "month", "nian", "riqi", "ym", "rq", "day"];

pub(super) fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    FixedState::default().hash_one(value)
}

pub(super) struct Path {
    /// Of host and path.
    pub hash: u64,
    pub segments: usize,
}

impl Path {
    pub fn of(url: &Url) -> Path {
        let upto = &url[..url::Position::AfterPath];
        Path { hash: hash(upto), segments: memchr::memchr_iter(b'/', url.path().as_bytes()).count() }
    }
}

/// Whether segments stand too often in a path, in a row or scattered: relative links that grow by each step.
///
/// Numbers may: `/2011/11/11/11/11/` is a time of day.
pub(super) fn repeats(path: &str) -> bool {
    // The file's name comes once.
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let segments: Vec<&str> = folders.split('/').skip(1).collect();
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let scattered = segments.iter().enumerate().any(|(i, s)| {
        let before = segments[..i].iter().filter(|b| *b == s).count();
        before + 1 >= MAX_SAME_SEGMENT && !number(s)
    });
    scattered
        || (2..=LONGEST_SEQUENCE).any(|len| {
            segments
                .windows(len * MAX_REPEATS)
                .any(|w| w.iter().zip(&w[len..]).all(|(a, b)| a == b) && !w.iter().all(|s| number(s)))
        })
}

/// The address with digits as `N`, keys as `X` and the values of its query as `*`: what a series has in common.
pub fn shape(url: &Url) -> String {
    let mut out = url[..url::Position::BeforePath].to_owned();
    write_shape(url, &mut |part| out.push_str(part));
    out
}

pub(super) fn shape_hash(url: &Url) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(url[..url::Position::BeforePath].as_bytes());
    write_shape(url, &mut |part| {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xFF);
    });
    hasher.finish()
}

/// Whether other addresses of the same shape are to be expected.
pub(super) fn is_one_of_many(url: &Url) -> bool {
    url.query().is_some_and(|q| !q.is_empty())
        || url.path().bytes().any(|b| b.is_ascii_digit())
        || url.path().split('/').any(is_key)
}

fn write_shape(url: &Url, out: &mut impl FnMut(&str)) {
    for segment in url.path().split('/').skip(1) {
        out("/");
        match is_key(segment) {
            true => out("X"),
            false => without_digits(segment, out),
        }
    }
    let Some(query) = url.query().filter(|q| !q.is_empty()) else { return };
    for (i, parameter) in query.split('&').enumerate() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        out(if i == 0 { "?" } else { "&" });
        without_digits(name, out);
        out(if value.is_empty() { "=" } else { "=*" });
    }
}

/// The parts of a text, `N` for each run of digits.
pub(super) fn without_digits(text: &str, out: &mut impl FnMut(&str)) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        if at > 0 {
            out(&rest[..at]);
        }
        out("N");
        rest = rest[at..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if !rest.is_empty() {
        out(rest);
    }
}

fn is_key(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment);
    stem.len() >= KEY_BYTES
        && stem.bytes().all(|b| b.is_ascii_alphanumeric())
        && stem.bytes().filter(u8::is_ascii_digit).count() >= 3
        && stem.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
}

/// The year of a calendar's page; `None` for all other addresses, whatever numbers they hold.
pub(super) fn calendar_year(url: &Url) -> Option<i16> {
    if let Some(query) = url.query() {
        let year = query.split('&').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let name = name.to_ascii_lowercase();
            DATE_NAMES.iter().any(|n| name.contains(n)).then(|| year_of(value)).flatten()
        });
        if year.is_some() {
            return year;
        }
    }
    let path = url.path();
    if !path.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut named = false;
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if let Some(year) = year_of(segment).filter(|_| named || segment.len() == 10) {
            return Some(year);
        }
        // `/2031/05/` without a calendar's name needs a day too.
        if segment.len() == 4
            && let Some(year) = year_of(segment).filter(|y| UNNAMED_YEARS.contains(y))
            && segments.peek().is_some_and(|s| is_in(s, 12))
        {
            let mut rest = segments.clone();
            rest.next();
            if rest.peek().is_some_and(|s| is_in(s, 31)) {
                return Some(year);
            }
        }
        named = named || {
            let lower = segment.to_ascii_lowercase();
            lower == "cal" || CALENDAR_WORDS.iter().any(|w| lower.contains(w))
        };
    }
    None
}

fn is_in(text: &str, most: u8) -> bool {
    text.len() == 2 && text.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n))
}

/// `2031`, `2031-05`, `203105`, `2031-05-01`, `20310501`, the file's ending put aside.
fn year_of(text: &str) -> Option<i16> {
    let text = text.split_once('.').map_or(text, |(stem, _)| stem);
    let year = text.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?;
    let year: i16 = year.parse().ok().filter(|y| *y >= 1000)?;
    let rest = &text[4..];
    let fits = match (rest.len(), rest.strip_prefix(['-', '/', '_'])) {
        (0, _) => true,
        (2, None) => is_in(rest, 12),
        (4, None) => is_in(rest.get(..2)?, 12) && is_in(rest.get(2..)?, 31),
        (2, Some(month)) => month.bytes().all(|b| (b'1'..=b'9').contains(&b)),
        (3, Some(month)) => is_in(month, 12),
        (6, Some(date)) => is_in(date.get(..2)?, 12) && is_in(date.get(3..)?, 31),
        _ => false,
    };
    fits.then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> Url {
        Url::parse("http://a.cn").unwrap().join(address).unwrap()
    }

    #[test]
    fn shapes() {
        let check =
            |address: &str, expect: &str| assert_eq!(shape(&url(address)), format!("http://a.cn{expect}"));
        check("/t/12/a3.html", "/t/N/aN.html");
        check("/s/9f8a7c6b5d4e3f2a1b/i.html", "/s/X/i.html");
        check("/l.jsp?id=1&a12t=&c", "/l.jsp?id=*&aNt=&c=");
        check("/", "/");
        assert_eq!(shape_hash(&url("/t/1?a=2")), shape_hash(&url("/t/22?a=b")));
        assert_ne!(shape_hash(&url("/t/1?a=2")), shape_hash(&url("/t/1?b=2")));
        assert_ne!(shape_hash(&url("/t/1")), shape_hash(&url("/t/1/")));
    }

    #[test]
    fn years_of_calendars() {
        let check = |address: &str, expect: Option<i16>| {
            assert_eq!(calendar_year(&url(address)), expect, "{address}")
        };
        check("/calendar?year=2090&month=5", Some(2090));
        check("/c?date=2090-05-01", Some(2090));
        check("/c?ym=209005", Some(2090));
        check("/calendar/2090/05", Some(2090));
        check("/calendar/2090-05.html", Some(2090));
        check("/rili/20900501.html", Some(2090));
        check("/cal/2090/05", Some(2090));
        check("/x/2090/05/01/", Some(2090));
        check("/x/2090-05-01/", Some(2090));
        for no in [
            "/t/2090",
            "/t/2090/05/a.html",
            "/c?id=2090",
            "/art/2090.html",
            "/c?date=today",
            "/c?date=209099",
            "/x/2090/44/01/",
        ] {
            check(no, None);
        }
    }

    #[test]
    fn repeated_segments() {
        for yes in ["/a/b/a/b/a/b/c.html", "/x/a/a/a/a/c.html", "/a/b/c/a/b/c/a/b/c/", "/a/b/a/c/a/d/a/"] {
            assert!(repeats(yes), "{yes}");
        }
        for no in ["/a/b/a/b/c.html", "/a/a/a/c.html", "/2011/11/11/11/11/c.html", "/a/b/c/d/e/f/g/h/"] {
            assert!(!repeats(no), "{no}");
        }
    }
}
