//! Addresses in style sheets: `url()` and `@import` (CSS Syntax Level 3, CSS Cascade Level 5 §2). Clause N2.4.
//!
//! A flat scan without recursion: comments, strings and escapes are understood, nothing else is. Judges nothing.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Calls `emit` for every address with its byte offset in `css`, escapes undone; `data:` addresses are left out.
pub fn urls(css: &str, emit: &mut dyn FnMut(&str, usize)) {
    let bytes = css.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + 2 + end + 2);
            }
            b'"' | b'\'' => at = string_end(bytes, at).1,
            b'\\' => at = next_char(css, at + 1),
            b'u' | b'U' if starts_with(bytes, at, b"url(") && !is_name(bytes, at) => {
                at = url(css, at + 4, emit);
            }
            b'@' if starts_with(bytes, at, b"@import") => {
                let start = skip_blanks(bytes, at + 7);
                at = start.max(at + 7);
                if matches!(bytes.get(start), Some(b'"' | b'\'')) {
                    let (content, end) = string_end(bytes, start);
                    found(&css[start + 1..content], start + 1, emit);
                    at = end;
                }
            }
            _ => at += 1,
        }
    }
}

/// Reads behind `url(`; where the scan goes on.
fn url(css: &str, open: usize, emit: &mut dyn FnMut(&str, usize)) -> usize {
    let bytes = css.as_bytes();
    let start = skip_blanks(bytes, open);
    if matches!(bytes.get(start), Some(b'"' | b'\'')) {
        let (content, end) = string_end(bytes, start);
        found(&css[start + 1..content], start + 1, emit);
        return end;
    }
    let mut end = start;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b')' => break,
            b'\\' => end = after_escape(css, end + 1),
            // A quote, bracket or blank inside makes it a bad url token: browsers ask for nothing.
            b'"' | b'\'' | b'(' => {
                return memchr(b')', &bytes[end..]).map_or(bytes.len(), |close| end + close + 1);
            }
            byte if byte.is_ascii_whitespace() => {
                let after = skip_blanks(bytes, end);
                if bytes.get(after) == Some(&b')') {
                    found(&css[start..end], start, emit);
                    return after + 1;
                }
                return memchr(b')', &bytes[end..]).map_or(bytes.len(), |close| end + close + 1);
            }
            _ => end += 1,
        }
    }
    let end = end.min(bytes.len());
    found(&css[start..end], start, emit);
    end + 1
}

fn found(raw: &str, at: usize, emit: &mut dyn FnMut(&str, usize)) {
    let url = unescape(raw);
    let data = url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    if !url.trim().is_empty() && !data && !url.starts_with('#') {
        emit(&url, at);
    }
}

/// End of the content and end of a string that opens at `open`. An unescaped line end closes it, as in browsers.
fn string_end(bytes: &[u8], open: usize) -> (usize, usize) {
    let quote = bytes[open];
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return (at, at),
            byte if byte == quote => return (at, at + 1),
            _ => at += 1,
        }
    }
    (bytes.len(), bytes.len())
}

/// Undoes escapes (§4.3.7): hexadecimal ones with their closing blank, line ends, single characters.
fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits > 0 {
            let code = u32::from_str_radix(&rest[..digits], 16).unwrap_or(0xfffd);
            out.push(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'));
            rest = &rest[digits..];
            rest = rest.strip_prefix([' ', '\t', '\n']).unwrap_or(rest);
        } else if let Some(c) = rest.chars().next() {
            if c != '\n' {
                out.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn starts_with(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
}

/// Whether the character before `at` makes it the middle of a longer name, as in `my-url(`.
fn is_name(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'-' | b'_' | 0x80..))
}

fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    from + bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// Behind an escape whose backslash stands before `at`: hexadecimal digits take one blank with them.
fn after_escape(css: &str, at: usize) -> usize {
    let digits =
        css.as_bytes()[at.min(css.len())..].iter().take(6).take_while(|b| b.is_ascii_hexdigit()).count();
    if digits == 0 {
        return next_char(css, at);
    }
    let end = at + digits;
    end + usize::from(css.as_bytes().get(end).is_some_and(u8::is_ascii_whitespace))
}

fn next_char(css: &str, at: usize) -> usize {
    let mut next = at + 1;
    while next < css.len() && !css.is_char_boundary(next) {
        next += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expected: &[&str]) {
        let mut seen = Vec::new();
        urls(css, &mut |url, at| {
            assert!(css.is_char_boundary(at));
            seen.push(url.to_owned());
        });
        assert_eq!(seen, expected, "{css}");
    }

    #[test]
    fn quoted_and_bare_addresses() {
        check(
            "a{background:url(/a.png)} b{background:URL( \"b.png\" )} c{src:url('c.woff')}",
            &["/a.png", "b.png", "c.woff"],
        );
        check("a{background:url( a.png\n)}", &["a.png"]);
        check("a{background:url(图片.png)}", &["图片.png"]);
    }

    #[test]
    fn imports_with_and_without_url() {
        check("@import 'a.css'; @import url(b.css) screen; @IMPORT\"c.css\";", &["a.css", "b.css", "c.css"]);
    }

    #[test]
    fn comments_strings_and_data_hold_no_address() {
        check(
            "/* url(no.png) */ a{content:'url(no.png)'} b{background:url(data:image/png;base64,AA==)}",
            &[],
        );
        check("a{fill:url(#gradient)} b{x:my-url(no)} c{background:url()}", &[]);
    }

    #[test]
    fn escapes_are_undone() {
        check(
            r"a{background:url(a\29 b.png)} b{background:url('\4E2D.png')} c{background:url(d\(e.png)}",
            &["a)b.png", "中.png", "d(e.png"],
        );
    }

    #[test]
    fn what_breaks_off_is_no_harm() {
        for css in [
            "url(",
            "@import",
            "@import '",
            "url('a",
            "/*",
            "a\\",
            "url(a\\",
            "'\\",
            "url( ",
            "url(a b",
            "é\\é",
        ] {
            urls(css, &mut |_, _| {});
        }
        check("a{background:url(a.png", &["a.png"]);
        check("a{x:url(a b)} b{x:url(c.png)}", &["c.png"]);
    }
}
