//! Literals in scripts whose letters are written in codes although nothing asks for it. Serves N2.5.
//!
//! `%3Cscript` has three codes and plain letters: that is how statistics write a tag. `%3C%73%63%72` hides them.

/// Letters and digits in codes, from which on a literal is hidden on purpose.
const FEWEST: usize = 20;
/// Characters that are decoded of one literal.
const MOST: usize = 20_000;
/// Literals that are decoded of one script.
const MOST_LITERALS: usize = 200;

/// A literal in plain text.
pub struct Literal {
    pub text: String,
    /// Byte of the script at which it begins.
    pub at: usize,
}

/// The hidden literals of a script, in order.
pub fn hidden_literals(script: &str) -> Vec<Literal> {
    let bytes = script.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'%', b'\\', b'(', rest)) {
        let start = at + step;
        let (text, hidden, end) = match bytes[start] {
            b'(' => listed(bytes, start),
            _ => coded(script, start),
        };
        at = end.max(start + 1);
        if hidden >= FEWEST {
            out.push(Literal { text, at: start });
            if out.len() == MOST_LITERALS {
                break;
            }
        }
    }
    out
}

/// A run of `%xx`, `%uxxxx`, `\xxx`, `\uxxxx` with what stands between: its text, how many letters are in codes, its end.
fn coded(script: &str, start: usize) -> (String, usize, usize) {
    let bytes = script.as_bytes();
    let mut text = String::new();
    let (mut hidden, mut at, mut kept) = (0, start, 0);
    while at < bytes.len() && kept < MOST {
        let code = code_at(bytes, at);
        match code {
            Some((c, len)) => {
                hidden += usize::from(c.is_ascii_alphanumeric());
                text.push(c);
                at += len;
            }
            // Plain characters between codes; the literal ends with its quote or line.
            None if matches!(bytes[at], b'"' | b'\'' | b'\n' | b'`' | b'\\') => break,
            None => {
                let Some(c) = script.get(at..).and_then(|rest| rest.chars().next()) else { break };
                text.push(c);
                at += c.len_utf8();
            }
        }
        kept += 1;
    }
    (text, hidden, at)
}

fn code_at(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let hex = |from: usize, n: usize| {
        let digits = std::str::from_utf8(bytes.get(from..from + n)?).ok()?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    };
    match (bytes.get(at)?, bytes.get(at + 1)?) {
        (b'%', b'u') | (b'\\', b'u') => Some((hex(at + 2, 4)?, 6)),
        (b'%', _) => Some((hex(at + 1, 2)?, 3)),
        (b'\\', b'x') => Some((hex(at + 2, 2)?, 4)),
        _ => None,
    }
}

/// A list of character codes in brackets, `(60,105,102,…)`, as for `String.fromCharCode`; or a base64 literal behind `atob(`.
fn listed(bytes: &[u8], start: usize) -> (String, usize, usize) {
    if bytes[..start].ends_with(b"atob") {
        return base64(bytes, start);
    }
    let mut text = String::new();
    let (mut at, mut number) = (start + 1, None::<u32>);
    while let Some(b) = bytes.get(at) {
        match b {
            b'0'..=b'9' => {
                number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(u32::from(b - b'0')))
            }
            b',' | b')' => {
                let Some(c) = number.take().filter(|n| *n < 0x1_0000).and_then(char::from_u32) else { break };
                text.push(c);
                if *b == b')' || text.len() > MOST {
                    break;
                }
            }
            b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => break,
        }
        at += 1;
    }
    // Lists of numbers are common; only one that reads as text is hidden text.
    let letters = text.chars().filter(char::is_ascii_alphanumeric).count();
    let reads = text.chars().all(|c| (' '..='~').contains(&c) || matches!(c, '\n' | '\r' | '\t'));
    (text, if reads { letters } else { 0 }, at)
}

fn base64(bytes: &[u8], start: usize) -> (String, usize, usize) {
    let mut at = start + 1;
    if !matches!(bytes.get(at), Some(b'"' | b'\'')) {
        return (String::new(), 0, at);
    }
    at += 1;
    let (mut held, mut bits) = (0u32, 0);
    let mut out = Vec::new();
    while let Some(value) = bytes.get(at).and_then(|b| sextet(*b)).filter(|_| out.len() < MOST) {
        held = held << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
        at += 1;
    }
    let text = String::from_utf8_lossy(&out).into_owned();
    let letters = text.chars().filter(char::is_ascii_alphanumeric).count();
    (text, letters, at)
}

fn sextet(b: u8) -> Option<u32> {
    Some(u32::from(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
