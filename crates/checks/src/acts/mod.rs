//! What scripts do to a page, as far as their text says: write markup, load scripts, go elsewhere, hide parts, ask who
//! the visitor is. Clause N2.5.
//!
//! Nothing is run. Strings are put together and decoded (`unescape`, `atob`, `fromCharCode`) by rule; whatever depends
//! on anything else stays unknown. All work is bounded.

mod decode;
mod pack;
mod value;

use std::collections::HashMap;

use foldhash::fast::FixedState;
use memchr::memmem;

use crate::script_links::code::{Kind, Token, tokens};
use pack::unpacked;
use value::{Value, value};

/// Bytes that one script may write; whole pages are shorter.
const MAX_WRITTEN: usize = 256 * 1024;
/// Codes in strings within codes in strings: packers nest two deep.
const MAX_ROUNDS: usize = 3;
/// Things noted of one script.
const MAX_NOTED: usize = 2_000;

/// Markup that a script writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub markup: String,
    /// Byte offset in the script.
    pub at: usize,
    /// Whether the text was decoded from something that nobody can read.
    pub decoded: bool,
    /// Written at the script's own place (`document.write`), rather than into some element.
    pub in_place: bool,
}

/// An address that a script loads or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub raw: String,
    pub at: usize,
    pub decoded: bool,
}

/// What a script hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// `#id` or `.class`.
    pub selector: String,
    pub at: usize,
}

/// What one script does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acts {
    pub written: Vec<Written>,
    /// `x.src = '…'`: scripts and frames that are loaded.
    pub loads: Vec<Address>,
    /// `location = '…'`: where the visitor is taken.
    pub moves: Vec<Address>,
    pub hides: Vec<Hidden>,
    /// `document.title = '…'`.
    pub titles: Vec<Address>,
    /// Bytes where `document.referrer` is asked.
    pub asks_referrer: Vec<usize>,
    /// Bytes where `navigator.userAgent` is asked.
    pub asks_agent: Vec<usize>,
    /// Code that was decoded and executed.
    pub executes_decoded: bool,
}

/// Words without which a script does nothing of what is looked for.
const SIGNS: [&str; 14] = [
    "document.title",
    "write",
    "insertAdjacent",
    ".style",
    "innerHTML",
    "append",
    "location",
    ".src",
    "setAttribute",
    "eval",
    "display",
    "hide",
    "visibility",
    ".html(",
];

/// Reads a script.
pub fn read(script: &str) -> Acts {
    let mut acts = Acts::default();
    if SIGNS.iter().any(|sign| memmem::find(script.as_bytes(), sign.as_bytes()).is_some()) {
        let mut queue = vec![(script.to_owned(), None, 0)];
        let mut written = 0;
        while let Some((code, at, round)) = queue.pop() {
            let (written_before, loaded, moved) = (acts.written.len(), acts.loads.len(), acts.moves.len());
            let inner = one(&code, at, &mut acts);
            if at.is_some() {
                // What stands in a code that had to be decoded could not be read either.
                acts.written[written_before..].iter_mut().for_each(|w| w.decoded = true);
                acts.loads[loaded..]
                    .iter_mut()
                    .chain(&mut acts.moves[moved..])
                    .for_each(|a| a.decoded = true);
            }
            for (text, place) in inner {
                written += text.len();
                if round < MAX_ROUNDS && written < MAX_WRITTEN {
                    acts.executes_decoded = true;
                    queue.push((text, Some(place), round + 1));
                }
            }
        }
    }
    acts
}

/// Reads one code; what it executes from strings is returned. `place` is where in the outer script it stands.
fn one(code: &str, place: Option<usize>, acts: &mut Acts) -> Vec<(String, usize)> {
    let tokens = tokens(code);
    let mut known: HashMap<&str, Value, FixedState> = HashMap::with_hasher(FixedState::default());
    let mut elements: HashMap<&str, String, FixedState> = HashMap::with_hasher(FixedState::default());
    let mut inner = Vec::new();
    let mut left = MAX_WRITTEN;
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let place = place.unwrap_or(token.at);
        let mut next = at + 1;
        if token.kind == Kind::Ident {
            match token.text {
                "referrer" => note(&mut acts.asks_referrer, place),
                "userAgent" | "appVersion" => note(&mut acts.asks_agent, place),
                "write" | "writeln" if is(&tokens, at + 1, "(") => {
                    next = written(&tokens, at + 2, &known, place, true, &mut left, acts);
                }
                "append" | "prepend" | "html" | "after" | "before" | "appendTo"
                    if is(&tokens, at + 1, "(") && before(&tokens, at, ".") =>
                {
                    next = written(&tokens, at + 2, &known, place, false, &mut left, acts);
                }
                "innerHTML" | "outerHTML" if is(&tokens, at + 1, "=") || is(&tokens, at + 1, "+=") => {
                    next = written(&tokens, at + 2, &known, place, false, &mut left, acts);
                }
                "insertAdjacentHTML" if is(&tokens, at + 1, "(") && is(&tokens, at + 3, ",") => {
                    next = written(&tokens, at + 4, &known, place, false, &mut left, acts);
                }
                "src" if before(&tokens, at, ".") && is(&tokens, at + 1, "=") => {
                    next = address(&tokens, at + 2, &known, place, &mut acts.loads);
                }
                "setAttribute" if is(&tokens, at + 1, "(") && is_text(&tokens, at + 2, "src") => {
                    next = address(&tokens, at + 4, &known, place, &mut acts.loads);
                }
                "title"
                    if before(&tokens, at, ".")
                        && at >= 2
                        && tokens[at - 2].is("document")
                        && is(&tokens, at + 1, "=") =>
                {
                    next = address(&tokens, at + 2, &known, place, &mut acts.titles);
                }
                "location" => next = moved(&tokens, at, &known, place, acts),
                "eval" | "execScript" | "Function" if is(&tokens, at + 1, "(") => {
                    if let Some(code) = unpacked(&tokens, at + 2) {
                        inner.push((code, place));
                    } else if let Some((value, _)) = value(&tokens, at + 2, &known)
                        && value.decoded
                    {
                        inner.push((value.text, place));
                    }
                }
                "display" | "visibility" | "cssText" | "left" | "top" => {
                    hidden_by_style(&tokens, at, &elements, place, acts);
                }
                "hide" | "css" | "addClass" => hidden_by_call(&tokens, at, place, acts),
                name => {
                    if is(&tokens, at + 1, "=") && !before(&tokens, at, ".") {
                        if let Some(selector) = element(&tokens, at + 2) {
                            elements.insert(name, selector);
                        } else if let Some((value, _)) = value(&tokens, at + 2, &known)
                            && value.whole
                            && known.len() < MAX_NOTED
                        {
                            known.insert(name, value);
                        }
                    }
                }
            }
        }
        at = next.max(at + 1);
    }
    inner
}

fn note(list: &mut Vec<usize>, place: usize) {
    if list.len() < MAX_NOTED {
        list.push(place);
    }
}

type Known<'s> = HashMap<&'s str, Value, FixedState>;

fn written(
    tokens: &[Token<'_>],
    from: usize,
    known: &Known<'_>,
    at: usize,
    in_place: bool,
    left: &mut usize,
    acts: &mut Acts,
) -> usize {
    let Some((value, next)) = value(tokens, from, known) else { return from };
    if value.text.len() <= *left && acts.written.len() < MAX_NOTED && !value.text.is_empty() {
        *left -= value.text.len();
        acts.written.push(Written { markup: value.text, at, decoded: value.decoded, in_place });
    }
    next
}

fn address(
    tokens: &[Token<'_>],
    from: usize,
    known: &Known<'_>,
    at: usize,
    list: &mut Vec<Address>,
) -> usize {
    let Some((value, next)) = value(tokens, from, known) else { return from };
    if list.len() < MAX_NOTED && !value.text.trim().is_empty() {
        list.push(Address { raw: value.text, at, decoded: value.decoded });
    }
    next
}

/// `location = …`, `location.href = …`, `location.replace(…)`, `location.assign(…)`.
fn moved(tokens: &[Token<'_>], at: usize, known: &Known<'_>, place: usize, acts: &mut Acts) -> usize {
    let own = before(tokens, at, ".")
        && !at.checked_sub(2).is_some_and(|i| {
            tokens[i].is_name(&["window", "self", "top", "parent", "document", "this", "_top"])
        });
    if own {
        return at + 1;
    }
    let from = if is(tokens, at + 1, "=") {
        at + 2
    } else if is(tokens, at + 1, ".")
        && tokens.get(at + 2).is_some_and(|t| t.is("href"))
        && is(tokens, at + 3, "=")
        || is(tokens, at + 1, ".")
            && tokens.get(at + 2).is_some_and(|t| t.is_name(&["replace", "assign"]))
            && is(tokens, at + 3, "(")
    {
        at + 4
    } else {
        return at + 1;
    };
    address(tokens, from, known, place, &mut acts.moves)
}

/// `document.getElementById('x')`, `$('#x')`, `document.querySelector('.x')`: what it names.
fn element(tokens: &[Token<'_>], at: usize) -> Option<String> {
    let mut at = at;
    if tokens.get(at)?.is_name(&["document", "window"]) && is(tokens, at + 1, ".") {
        at += 2;
    }
    let name = tokens.get(at)?;
    let argument = tokens.get(at + 2).filter(|_| is(tokens, at + 1, "("))?.string()?;
    let argument = argument.trim();
    let plain = |text: &str| !text.is_empty() && !text.contains([' ', '>', ',', '[', ':', '+']);
    match name.text {
        "getElementById" if plain(argument) => Some(format!("#{argument}")),
        "getElementsByClassName" if plain(argument) => Some(format!(".{argument}")),
        "$" | "jQuery" | "querySelector" | "querySelectorAll"
            if argument.starts_with(['#', '.']) && plain(argument) =>
        {
            Some(argument.to_owned())
        }
        _ => None,
    }
}

/// The element whose style is set at the token `at`, as in `X.style.display`.
fn styled(tokens: &[Token<'_>], at: usize, elements: &HashMap<&str, String, FixedState>) -> Option<String> {
    let style = at.checked_sub(2).filter(|i| tokens[*i].is("style"))?;
    let end = style.checked_sub(2)?;
    let last = tokens[end];
    if last.kind == Kind::Ident {
        return elements.get(last.text).cloned();
    }
    // `getElementById ( 'x' ) . style`, with or without `[0]`.
    let end = if last.is("]") { end.checked_sub(3)? } else { end };
    let call = end.checked_sub(3)?;
    let from = if call >= 2 && tokens[call - 1].kind == Kind::Dot { call - 2 } else { call };
    element(tokens, from).or_else(|| element(tokens, call))
}

fn hidden_by_style(
    tokens: &[Token<'_>],
    at: usize,
    elements: &HashMap<&str, String, FixedState>,
    place: usize,
    acts: &mut Acts,
) {
    let Some(value) = tokens.get(at + 2).filter(|_| is(tokens, at + 1, "=")).and_then(Token::string) else {
        return;
    };
    let value: String = value.to_ascii_lowercase().split_whitespace().collect();
    let hides = match tokens[at].text {
        "display" => value == "none",
        "visibility" => value == "hidden",
        "cssText" => value.contains("display:none") || value.contains("visibility:hidden"),
        _ => value.starts_with('-') && value.len() >= "-999px".len(),
    };
    if hides
        && acts.hides.len() < MAX_NOTED
        && let Some(selector) = styled(tokens, at, elements)
    {
        acts.hides.push(Hidden { selector, at: place });
    }
}

/// `$('#x').hide()`, `$('#x').css('display', 'none')`.
fn hidden_by_call(tokens: &[Token<'_>], at: usize, place: usize, acts: &mut Acts) {
    let call = at.checked_sub(5).filter(|_| before(tokens, at, ".") && is(tokens, at + 1, "("));
    let Some(selector) = call.and_then(|from| element(tokens, from)) else { return };
    let text =
        |i: usize| tokens.get(i).and_then(Token::string).unwrap_or_default().trim().to_ascii_lowercase();
    let hides = match tokens[at].text {
        "hide" => is(tokens, at + 2, ")"),
        "css" => matches!((&*text(at + 2), &*text(at + 4)), ("display", "none") | ("visibility", "hidden")),
        _ => false,
    };
    if hides && acts.hides.len() < MAX_NOTED {
        acts.hides.push(Hidden { selector, at: place });
    }
}

fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|t| t.is(text))
}

fn is_text(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).and_then(Token::string).is_some_and(|s| s.eq_ignore_ascii_case(text))
}

fn before(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    at.checked_sub(1).is_some_and(|i| tokens[i].is(text))
}

#[cfg(test)]
mod tests;
