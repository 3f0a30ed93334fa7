//! Navigation written out in code: `window.open('…')`, `location.href='…'`. Clause N2.1.
//!
//! Only literals that stand alone count. What is put together at run time is not guessed.

use std::borrow::Cow;

use super::code::{Kind, Token};

/// Objects whose `location` and `open` are the window's.
const WINDOWS: [&str; 6] = ["window", "self", "top", "parent", "document", "opener"];

/// Parts of the names that site authors give their one-argument openers: `openUrl`, `gotoPage`, `linkTo`.
const OPENER_PARTS: [&str; 8] = ["url", "link", "href", "goto", "jump", "open", "redirect", "page"];

/// An address that the code at `at` navigates to.
pub(super) struct Navigation<'s> {
    pub raw: Cow<'s, str>,
    /// Index of the token after it.
    pub next: usize,
    /// Whether the window itself goes there, rather than a new one.
    pub leaves: bool,
}

/// What the tokens from `at` on navigate to, if that is where such code begins.
pub(super) fn at<'s>(tokens: &[Token<'s>], at: usize) -> Option<Navigation<'s>> {
    let first = tokens[at];
    if first.kind != Kind::Ident || at > 0 && tokens[at - 1].kind == Kind::Dot {
        return None;
    }
    if at > 0 && tokens[at - 1].is_name(&["var", "let", "const", "function", "new"]) {
        return None;
    }
    // Skip `window.top.` and the like.
    let mut name = at;
    while tokens[name].is_name(&WINDOWS)
        && is_kind(tokens, name + 1, Kind::Dot)
        && is_kind(tokens, name + 2, Kind::Ident)
    {
        name += 2;
    }
    if tokens[name].is("location") {
        return location(tokens, name);
    }
    let opens = tokens[name].is("open") && name > at && !tokens[name - 2].is("document");
    if opens {
        let (raw, next) = first_argument(tokens, name + 1)?;
        return Some(Navigation { raw, next, leaves: false });
    }
    (name == at).then(|| opener(tokens, name)).flatten()
}

fn location<'s>(tokens: &[Token<'s>], name: usize) -> Option<Navigation<'s>> {
    let mut after = name + 1;
    if is_kind(tokens, after, Kind::Dot) {
        let member = tokens.get(after + 1)?;
        if member.is_name(&["assign", "replace"]) {
            let (raw, next) = first_argument(tokens, after + 2)?;
            return Some(Navigation { raw, next, leaves: true });
        }
        if !member.is("href") {
            return None;
        }
        after += 2;
    }
    if !tokens.get(after)?.is("=") {
        return None;
    }
    let raw = address(tokens.get(after + 1)?)?;
    let ends = tokens.get(after + 2).is_none_or(|t| match t.kind {
        Kind::Semicolon | Kind::Comma | Kind::Close => true,
        Kind::Ident => t.new_line || t.is("else"),
        _ => false,
    });
    ends.then_some(Navigation { raw, next: after + 2, leaves: true })
}

/// `openUrl('/a.html')`: one argument, and that plainly an address.
fn opener<'s>(tokens: &[Token<'s>], name: usize) -> Option<Navigation<'s>> {
    let lower = tokens[name].text.to_ascii_lowercase();
    if !OPENER_PARTS.iter().any(|p| lower.contains(p)) {
        return None;
    }
    let (raw, next) = first_argument(tokens, name + 1)?;
    let plain = ["http://", "https://", "/", "./", "../"].iter().any(|p| raw.starts_with(p));
    (plain && tokens[next].is(")")).then_some(Navigation { raw, next, leaves: false })
}

/// The literal first argument of a call whose parenthesis stands at `open`.
fn first_argument<'s>(tokens: &[Token<'s>], open: usize) -> Option<(Cow<'s, str>, usize)> {
    if !tokens.get(open)?.is("(") {
        return None;
    }
    let raw = address(tokens.get(open + 1)?)?;
    let after = tokens.get(open + 2)?;
    (after.kind == Kind::Comma || after.is(")")).then_some((raw, open + 2))
}

/// A literal that may be an address: not empty, no code, no markup.
fn address<'s>(token: &Token<'s>) -> Option<Cow<'s, str>> {
    let value = token.string()?;
    let inner = value.trim();
    let fits = !inner.is_empty() && inner != "#" && !inner.contains(['<', '>', '{', '}']);
    (fits && !inner.to_ascii_lowercase().starts_with("javascript:")).then_some(value)
}

fn is_kind(tokens: &[Token<'_>], at: usize, kind: Kind) -> bool {
    tokens.get(at).is_some_and(|t| t.kind == kind)
}
