//! Fragments: what a browser looks for in the target page, and which a script answers. Clause N2.1.
//!
//! Does not know any page; whether the place exists is looked up elsewhere.

use std::borrow::Cow;

use memchr::memmem;
use url::Url;

/// What an element of the target must be called (HTML Standard, indicated part of the document): the fragment
/// as it stands, and percent-decoded. `None` where nothing has to be found: the empty fragment, `top`, text
/// directives, and routes that a script reads (`#!/x`, `#/x`).
pub fn fragment_candidates(fragment: &str) -> Option<(&str, Cow<'_, str>)> {
    let named = match memmem::find(fragment.as_bytes(), b":~:") {
        Some(at) => &fragment[..at],
        None => fragment,
    };
    if named.is_empty() || named.starts_with(['!', '/']) {
        return None;
    }
    let decoded = percent_decoded(named);
    if decoded.eq_ignore_ascii_case("top") || decoded.starts_with(['!', '/']) {
        return None;
    }
    Some((named, decoded))
}

/// The shape of a fragment that looks made by a script, digits as `N`: `12-34` is `N-N`, `L12` is `LN`.
///
/// Only where the whole fragment is digits and punctuation with at most one letter in front.
pub fn script_made_shape(fragment: &str) -> Option<String> {
    let mut shape = String::new();
    let mut digits = false;
    for (i, c) in fragment.chars().enumerate() {
        match c {
            '0'..='9' => {
                digits = true;
                if !shape.ends_with('N') || i == 1 && !fragment.starts_with(|c: char| c.is_ascii_digit()) {
                    shape.push('N');
                }
            }
            c if c.is_ascii_alphabetic() && i == 0 => shape.push(c),
            '%' => return None,
            c if c.is_ascii_punctuation() => shape.push(c),
            _ => return None,
        }
    }
    digits.then_some(shape)
}

/// The fragment with what browsers percent-encode in it encoded; `None` when empty.
pub(super) fn as_browsers_write_it(fragment: &str, any: &Url) -> Option<String> {
    if fragment.is_empty() {
        return None;
    }
    let plain = |b: u8| matches!(b, b'!' | b'#'..=b';' | b'=' | b'?'..=b'_' | b'a'..=b'~');
    if fragment.bytes().all(plain) {
        return Some(fragment.to_owned());
    }
    let mut url = any.clone();
    url.set_fragment(Some(fragment));
    url.fragment().filter(|f| !f.is_empty()).map(str::to_owned)
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|p| Some(hex(p[0])? << 4 | hex(p[1])?));
        match pair {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::{fragment_candidates, script_made_shape};

    fn check(fragment: &str, found: &str) {
        let got = fragment_candidates(fragment).map_or("-".to_owned(), |(a, b)| format!("{a} {b}"));
        assert_eq!(got, found, "{fragment}");
    }

    #[test]
    fn fragments_are_looked_up_as_they_stand_and_decoded() {
        check("a1", "a1 a1");
        check("%E7%AB%A0", "%E7%AB%A0 章");
        check("100%", "100% 100%");
        check("a%2", "a%2 a%2");
        check("%zz%41", "%zz%41 %zzA");
        check("s1:~:text=x", "s1 s1");
    }

    #[test]
    fn some_fragments_need_no_element() {
        for fragment in ["", "top", "TOP", "%74op", "!/list", "/list/1", ":~:text=x", "%2Flist"] {
            check(fragment, "-");
        }
    }

    #[test]
    fn shapes_of_script_made_fragments() {
        let shape = |f| script_made_shape(f).unwrap_or("-".to_owned());
        assert_eq!(shape("12-34"), "N-N");
        assert_eq!(shape("L12"), "LN");
        assert_eq!(shape("N12"), "NN");
        assert_eq!(shape("7"), "N");
        assert_eq!(shape("1.2_3"), "N.N_N");
        for no in ["", "-", "L", "ab1", "1a", "sec1", "章1", "%31", "1 2"] {
            assert_eq!(shape(no), "-", "{no}");
        }
    }
}
