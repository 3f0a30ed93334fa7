//! Just enough of JavaScript's tokens to know a call and its literal arguments. Clause N2.1.
//!
//! Runs nothing and understands no meaning; comments, strings and regular expressions are told apart, so that
//! code that only stands in a string or comment is not taken for code.

use std::borrow::Cow;

/// No script that a page writes by hand is longer; what follows is library code.
const MAX_CODE_BYTES: usize = 512 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ident,
    Number,
    /// `text` is what stands between the quotes, undecoded.
    Str,
    /// A template, a regular expression, or a character that begins nothing.
    Other,
    /// `=`, `+=`, `&&`, `?`: a run of operator characters.
    Operator,
    Open,
    Close,
    Comma,
    Dot,
    Semicolon,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    /// Byte offset in the script.
    pub at: usize,
    /// Whether a line ends between the token before and this one.
    pub new_line: bool,
}

impl<'s> Token<'s> {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Str && self.text == text
    }

    pub fn is_name(&self, names: &[&str]) -> bool {
        self.kind == Kind::Ident && names.contains(&self.text)
    }

    /// The value of a string literal, blanks at its ends kept.
    pub fn string(&self) -> Option<Cow<'s, str>> {
        (self.kind == Kind::Str).then(|| unescape(self.text))
    }
}

/// All tokens of a script, comments left out.
pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let end = code.floor_char_boundary(MAX_CODE_BYTES);
    let mut lexer = Lexer { code: &code[..end], at: 0, tokens: Vec::new() };
    lexer.run();
    lexer.tokens
}

struct Lexer<'s> {
    code: &'s str,
    at: usize,
    tokens: Vec<Token<'s>>,
}

impl<'s> Lexer<'s> {
    fn run(&mut self) {
        let bytes = self.code.as_bytes();
        loop {
            let new_line = self.skip_blanks_and_comments();
            let Some(&first) = bytes.get(self.at) else { return };
            let start = self.at;
            let (kind, end, text) = match first {
                b'"' | b'\'' => match string_end(bytes, start + 1, first) {
                    Some(close) => (Kind::Str, close + 1, start + 1..close),
                    None => (Kind::Other, start + 1, start..start + 1),
                },
                b'`' => {
                    let end = template_end(bytes, start + 1);
                    (Kind::Other, end, start..end)
                }
                b'/' if self.regex_may_begin() && regex_end(bytes, start + 1).is_some() => {
                    let end = regex_end(bytes, start + 1).unwrap_or(start + 1);
                    (Kind::Other, end, start..end)
                }
                b'(' | b'[' | b'{' => (Kind::Open, start + 1, start..start + 1),
                b')' | b']' | b'}' => (Kind::Close, start + 1, start..start + 1),
                b',' => (Kind::Comma, start + 1, start..start + 1),
                b';' => (Kind::Semicolon, start + 1, start..start + 1),
                b'.' => (Kind::Dot, start + 1, start..start + 1),
                b'0'..=b'9' => {
                    let end = run_end(bytes, start, |b| b.is_ascii_alphanumeric() || b == b'.');
                    (Kind::Number, end, start..end)
                }
                b if is_name_byte(b) => {
                    let end = run_end(bytes, start, is_name_byte);
                    (Kind::Ident, end, start..end)
                }
                b'/' => (Kind::Operator, start + 1, start..start + 1),
                b if is_operator(b) => {
                    let end = run_end(bytes, start, is_operator);
                    (Kind::Operator, end, start..end)
                }
                _ => (Kind::Other, start + 1, start..start + 1),
            };
            self.tokens.push(Token { kind, text: &self.code[text], at: start, new_line });
            self.at = end;
        }
    }

    fn skip_blanks_and_comments(&mut self) -> bool {
        let bytes = self.code.as_bytes();
        let mut new_line = self.at == 0;
        while let Some(&b) = bytes.get(self.at) {
            let rest = &bytes[self.at..];
            if b.is_ascii_whitespace() {
                new_line |= matches!(b, b'\n' | b'\r');
                self.at += 1;
            } else if rest.starts_with(b"//")
                || rest.starts_with(b"<!--")
                || new_line && rest.starts_with(b"-->")
            {
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            } else if rest.starts_with(b"/*") {
                let end = memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |e| e + 4);
                new_line |= rest[..end].contains(&b'\n');
                self.at += end;
            } else {
                break;
            }
        }
        new_line
    }

    /// After a value a slash divides, elsewhere it begins a regular expression.
    fn regex_may_begin(&self) -> bool {
        self.tokens.last().is_none_or(|t| match t.kind {
            Kind::Number | Kind::Str | Kind::Other | Kind::Dot => false,
            Kind::Ident => t.is_name(&["return", "typeof", "case", "in", "void", "delete"]),
            Kind::Close => t.text == "}",
            Kind::Operator | Kind::Open | Kind::Comma | Kind::Semicolon => true,
        })
    }
}

fn run_end(bytes: &[u8], start: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|b| !goes_on(*b)).map_or(bytes.len(), |len| start + len)
}

/// Bytes above ASCII count as letters, so that every boundary is one of a character.
fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || !b.is_ascii()
}

/// Not the slash, which may begin a comment or a regular expression.
fn is_operator(b: u8) -> bool {
    b"=!<>+-*%&|^?:~".contains(&b)
}

fn string_end(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            b'\n' | b'\r' => return None,
            b if b == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// Templates may hold further code; its braces and quotes do not matter here.
fn template_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'`' => return at + 1,
            b'\\' => at += 1 + bytes.get(at + 1).map_or(0, |b| usize::from(b.is_ascii())),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn regex_end(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut in_class) = (from, false);
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1 + usize::from(bytes.get(at + 1)?.is_ascii()),
            b'\n' | b'\r' => return None,
            b'/' if !in_class => return Some(at + 1),
            b => {
                in_class = b == b'[' || in_class && b != b']';
                at += 1;
            }
        }
    }
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        let escaped = after.next();
        let digits = match escaped {
            Some('x') => 2,
            Some('u') => 4,
            _ => 0,
        };
        let tail = after.as_str();
        let code = tail.get(..digits).and_then(|d| u32::from_str_radix(d, 16).ok()).and_then(char::from_u32);
        match (escaped, code) {
            (Some('x' | 'u'), Some(c)) => {
                out.push(c);
                rest = &tail[digits..];
                continue;
            }
            (Some('n'), _) => out.push('\n'),
            (Some('r'), _) => out.push('\r'),
            (Some('t'), _) => out.push('\t'),
            (Some(c), _) => out.push(c),
            (None, _) => {}
        }
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(code: &str, expect: &str) {
        let shown: Vec<String> = tokens(code)
            .iter()
            .map(|t| t.string().map_or_else(|| t.text.to_owned(), |s| format!("<{s}>")))
            .collect();
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn code_strings_and_comments_are_told_apart() {
        check("a.b='x'; // c='y'\n/* d */e", "a . b = <x> ; e");
        check("<!--\nf(1,\"2\")\n//-->", "f ( 1 , <2> )");
        check("x=/['\"]/g.test(y)/2", "x = /['\"]/ g . test ( y ) / 2");
        check("a=`b ${'c'} \\` d`+1", "a = `b ${'c'} \\` d` + 1");
        check("'it\\'s \\u4e2d\\x41\\/'", "<it's 中A/>");
        check("'open\nb", "' open b");
        check("a=//x\n1", "a = 1");
        check("a=='b'", "a == <b>");
        check("变量='值'", "变量 = <值>");
    }

    proptest! {
        #[test]
        fn any_code_has_tokens(code in any::<String>()) {
            tokens(&code);
        }

        #[test]
        fn any_code_like_text_has_tokens(parts in proptest::collection::vec(prop_oneof![
            Just("'"), Just("\""), Just("`"), Just("\\"), Just("/"), Just("*"), Just("["), Just("中"), Just("\n"), Just("x"),
            Just("\\u"), Just("4e2d"), Just("="), Just("<!--"),
        ], 0..60)) {
            for token in tokens(&parts.concat()) {
                token.string();
            }
        }
    }
}
