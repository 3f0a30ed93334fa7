//! Links that scripts make: navigation in handlers, and the lists of the site builders that Chinese governments
//! use. Clause N2.1.
//!
//! Nothing is run. An address made up wrongly would be a false dead link, the worst fault of all, so whatever is
//! put together at run time is left alone.

mod builders;
pub(crate) mod code;
mod datastore;
mod navigation;

use memchr::memmem;
use url::Url;

use crate::page::LinkKind;

use code::{Kind, Token};
pub use datastore::{cdata_sections, in_datastore, is_datastore};

/// Pages of one list that are made up at most; the longest lists of real sites have some hundred.
pub const MAX_LIST_PAGES: u32 = 2_000;
/// Links taken from one script at most.
const MAX_REFS: usize = 10_000;

/// A link that a script makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRef {
    /// The address, to be resolved like one in an attribute.
    pub raw: String,
    /// [`LinkKind::Script`] or [`LinkKind::List`].
    pub kind: LinkKind,
    /// Byte offset in the script.
    pub offset: usize,
    /// What a visitor would read on the link, where that is known.
    pub text: Option<String>,
}

/// Addresses that a handler (`onclick="…"`, `href="javascript:…"`) leads to.
pub fn in_handler(code: &str, emit: &mut dyn FnMut(&str)) {
    if memchr::memchr2(b'\'', b'"', code.as_bytes()).is_none() {
        return;
    }
    let tokens = code::tokens(code);
    navigations(&tokens, &mut |raw, _| emit(raw));
}

/// Whether a handler of a `select` goes to the value of the option that is chosen, so that its option values are
/// addresses (`location.href=this.options[this.selectedIndex].value`), as SiteServer pages do.
pub fn goes_to_option(code: &str) -> bool {
    let tokens = code::tokens(code);
    let Some(at) = tokens.iter().position(|t| t.is("location") || t.is("open")) else { return false };
    let rest: String =
        tokens[at + 1..].iter().take_while(|t| t.kind != Kind::Semicolon).map(|t| t.text).collect();
    let value = rest.strip_prefix(".href").unwrap_or(&rest);
    let value = value.strip_prefix('=').or_else(|| value.strip_prefix('(')).unwrap_or_default();
    let ends = |prefix: &str| {
        value.strip_prefix(prefix).is_some_and(|after| after.is_empty() || after.starts_with([',', ')', '}']))
    };
    ["this.value", "this.options[this.selectedIndex].value", "options[selectedIndex].value", "value"]
        .into_iter()
        .any(ends)
}

/// Links made by a script element, or by a handler that pages through a list. `page` is the address of the page.
pub fn in_script(script: &str, page: &Url, emit: &mut dyn FnMut(ScriptRef)) {
    let bytes = script.as_bytes();
    let has = |needle: &str| memmem::find(bytes, needle.as_bytes()).is_some();
    let mut left = MAX_REFS;
    let mut emit = |found: ScriptRef| {
        if left > 0 {
            left -= 1;
            emit(found);
        }
    };
    if has("<nextgroup>") {
        return in_datastore(script, &mut emit);
    }
    let (trs, webber, hanweb) = (has("createPageHTML"), has("_simple_list_gotopage_fun"), has(".jpage("));
    let navigates = has("location") || has(".open(");
    if !(trs || webber || hanweb || navigates) {
        return;
    }
    let tokens = code::tokens(script);
    if trs || webber {
        for at in 0..tokens.len() {
            builders::trs(&tokens, at, page, &mut emit);
            builders::webber(&tokens, at, page, &mut emit);
        }
    }
    if hanweb {
        builders::hanweb(&tokens, &mut emit);
    }
    if navigates {
        navigations(&tokens, &mut |raw, offset| {
            emit(ScriptRef { raw: raw.to_owned(), kind: LinkKind::Script, offset, text: None });
        });
    }
}

/// Where a script takes every visitor at once: navigation that stands in no function and under no condition.
/// Byte offset and address.
pub fn page_redirect(script: &str) -> Option<(usize, String)> {
    memmem::find(script.as_bytes(), b"location")?;
    let tokens = code::tokens(script);
    let mut conditions = Vec::new();
    let mut depth = 0usize;
    let mut after_condition = false;
    let mut begins = true;
    for (at, token) in tokens.iter().enumerate() {
        if depth == 0 && (begins || token.new_line && may_begin_line(&tokens, at)) && !after_condition {
            let found = navigation::at(&tokens, at).filter(|n| n.leaves).map(|n| n.raw.into_owned());
            if let Some(raw) = found.or_else(|| delayed(&tokens[at..])) {
                return Some((token.at, raw));
            }
        }
        begins = false;
        match token.kind {
            Kind::Open => {
                conditions.push(at > 0 && tokens[at - 1].is_name(&["if", "for", "while", "with"]));
                depth += 1;
                after_condition = false;
            }
            Kind::Close => {
                depth = depth.saturating_sub(1);
                after_condition = conditions.pop().unwrap_or(false);
                begins = token.is("}");
            }
            Kind::Semicolon => {
                begins = true;
                after_condition = false;
            }
            _ => after_condition = token.is_name(&["else", "do", "function"]),
        }
    }
    None
}

/// A line may end a statement without a semicolon, but not after an operator.
fn may_begin_line(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|i| tokens[i]) else { return true };
    matches!(before.kind, Kind::Ident | Kind::Number | Kind::Str | Kind::Close)
}

/// `setTimeout("location.href='…'", 3000)`, or with a function that does nothing else first.
fn delayed(tokens: &[Token<'_>]) -> Option<String> {
    let at = tokens.iter().take(3).position(|t| t.is("setTimeout"))?;
    if at == 1 || at == 2 && !(tokens[0].is("window") && tokens[1].is(".")) {
        return None;
    }
    let arguments = tokens.get(at + 1..).filter(|t| t.first().is_some_and(|t| t.is("(")))?;
    let first = arguments.get(1)?;
    if let Some(code) = first.string() {
        let inner = code::tokens(&code);
        return (!inner.is_empty())
            .then(|| navigation::at(&inner, 0))
            .flatten()
            .filter(|n| n.leaves)
            .map(|n| n.raw.into_owned());
    }
    let body = arguments.get(1..6)?;
    let is_function = body[0].is("function") && body[1].is("(") && body[2].is(")") && body[3].is("{")
        || body[0].is("(") && body[1].is(")") && body[2].is("=>") && body[3].is("{");
    is_function
        .then(|| navigation::at(arguments, 5))
        .flatten()
        .filter(|n| n.leaves)
        .map(|n| n.raw.into_owned())
}

/// Every navigation, with its byte offset; also in code that stands in a string for `setTimeout`.
fn navigations(tokens: &[Token<'_>], emit: &mut dyn FnMut(&str, usize)) {
    let mut at = 0;
    while at < tokens.len() {
        if let Some(found) = navigation::at(tokens, at) {
            emit(&found.raw, tokens[at].at);
            at = found.next;
            continue;
        }
        if let Some(raw) = tokens[at].is("setTimeout").then(|| delayed(&tokens[at..])).flatten()
            && tokens.get(at + 2).is_some_and(|t| t.kind == Kind::Str)
        {
            emit(&raw, tokens[at].at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests;
