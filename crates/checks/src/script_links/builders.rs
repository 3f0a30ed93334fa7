//! Lists whose pages a site builder's script makes: TRS WCM, Hanweb, webber. Clause N2.1.
//!
//! An address is made up only where the builder's own script would lead a visitor to it; else nothing is said.

use std::borrow::Cow;

use url::Url;

use super::code::{Kind, Token};
use super::{MAX_LIST_PAGES, ScriptRef};
use crate::page::LinkKind;

/// TRS WCM: `createPageHTML(pages, index, "index", "html")`, pages `index.html`, `index_1.html`, …; and the form
/// of later templates, `createPageHTML('page_div', pages, page, 'list', 'shtml', rows)`, where page 2 is `list_2.shtml`.
pub(super) fn trs(tokens: &[Token<'_>], at: usize, page: &Url, emit: &mut dyn FnMut(ScriptRef)) {
    let named = tokens[at].kind == Kind::Ident && tokens[at].text.starts_with("createPageHTML");
    if !named || at > 0 && tokens[at - 1].is("function") {
        return;
    }
    let Some(arguments) = literals(tokens, at + 1) else { return };
    let numbers_first = arguments.first().is_some_and(|a| a.parse::<u32>().is_ok());
    let rest = if numbers_first { &arguments[..] } else { arguments.get(1..).unwrap_or_default() };
    let [count, current, name, extension, ..] = rest else { return };
    let (Ok(count), Ok(current)) = (count.parse::<u32>(), current.parse::<u32>()) else { return };
    if !is_file_name(name) || !is_file_name(extension) {
        return;
    }
    let own = last_segment(page);
    // Which number the page itself bears in its name, to be compared with what the call says.
    let Some(own_number) = number_in_name(own, name, extension) else { return };
    let first = u32::from(!numbers_first);
    let first = match own_number {
        None if current == first || current <= 1 => current,
        Some(n) if current == n => first,
        _ => return,
    };
    // Counted from 0 the last page is `count - 1`, counted from 1 it is `count`.
    for number in first..first.saturating_add(count.min(MAX_LIST_PAGES)) {
        let raw = match number == first {
            true => format!("{name}.{extension}"),
            false => format!("{name}_{number}.{extension}"),
        };
        let is_own = if number == first { own_number.is_none() } else { own_number == Some(number) };
        if !is_own {
            emit(list(raw, tokens[at].at, number - first + 1));
        }
    }
}

/// webber: `_simple_list_gotopage_fun(pages, 'input', 2)`. The pages of `name.htm` are `name/30.htm` down to
/// `name/1.htm`; of a `.jsp`, they are told apart by `PAGENUM`.
pub(super) fn webber(tokens: &[Token<'_>], at: usize, page: &Url, emit: &mut dyn FnMut(ScriptRef)) {
    if !tokens[at].is("_simple_list_gotopage_fun") || at > 0 && tokens[at - 1].is("function") {
        return;
    }
    let Some(arguments) = literals(tokens, at + 1) else { return };
    let [count, _, mode] = &arguments[..] else { return };
    let Ok(count) = count.parse::<u32>() else { return };
    let count = count.min(MAX_LIST_PAGES);
    let own = last_segment(page);
    let offset = tokens[at].at;
    match (&**mode, own.rsplit_once('.')) {
        ("2", Some((stem, "htm"))) => {
            let own_number = stem.parse::<u32>().ok();
            let folder = page.path().rsplit('/').nth(1).unwrap_or_default();
            let (first, prefix) = match own_number {
                Some(n) if n >= count || folder.is_empty() => return,
                Some(_) => (format!("../{folder}.htm"), String::new()),
                None => (own.to_owned(), format!("{stem}/")),
            };
            if own_number.is_some() && count > 1 {
                emit(list(first, offset, 1));
            }
            for number in (1..count).rev().filter(|n| Some(*n) != own_number) {
                emit(list(format!("{prefix}{number}.htm"), offset, count - number + 1));
            }
        }
        ("1", Some((_, "jsp"))) => {
            let Some(query) = page.query() else { return };
            let own: Vec<&str> = query.split('&').filter(|p| !p.starts_with("totalpage=")).collect();
            let own_number = own.iter().find_map(|p| p.strip_prefix("PAGENUM="));
            let rest =
                own.iter().filter(|p| !p.starts_with("PAGENUM=")).copied().collect::<Vec<_>>().join("&");
            for number in 1..=count {
                let number_text = number.to_string();
                if own_number != Some(&number_text) && (own_number.is_some() || number > 1) {
                    let raw = format!("?totalpage={count}&PAGENUM={number}&{rest}");
                    emit(list(raw, offset, number));
                }
            }
        }
        _ => {}
    }
}

/// Hanweb: `$('#77').jpage({proxyUrl:'…dataproxy.jsp', …})` beside `param_77 = {webid:…, columnid:…, unitid:…}`.
///
/// Only the first group of records is named; it says itself where the next one is.
pub(super) fn hanweb(tokens: &[Token<'_>], emit: &mut dyn FnMut(ScriptRef)) {
    const NEEDED: [&str; 3] = ["webid", "columnid", "unitid"];
    const ORDER: [&str; 7] = ["appid", "webid", "path", "columnid", "unitid", "webname", "permissiontype"];
    for at in 0..tokens.len() {
        let Some(unit) = tokens[at].text.strip_prefix("param_") else { continue };
        if tokens[at].kind != Kind::Ident || !tokens.get(at + 1).is_some_and(|t| t.is("=")) {
            continue;
        }
        let Some(parameters) = object(tokens, at + 2) else { continue };
        let value = |name: &str| parameters.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
        if NEEDED.iter().any(|n| value(n).is_none()) {
            continue;
        }
        let Some(proxy) = proxy_of(tokens, unit) else { continue };
        let mut raw = format!("{proxy}?page=1");
        for name in ORDER {
            if let Some(value) = value(name) {
                let value =
                    value.replace('&', "%26").replace('#', "%23").replace('+', "%2B").replace(' ', "%20");
                raw.push_str(&format!("&{name}={value}"));
            }
        }
        emit(ScriptRef { raw, kind: LinkKind::List, offset: tokens[at].at, text: None });
    }
}

/// The literal `proxyUrl` of the `jpage` call on `#unit`.
fn proxy_of(tokens: &[Token<'_>], unit: &str) -> Option<String> {
    let selector = format!("#{unit}");
    let starts = (0..tokens.len()).filter(|&i| tokens[i].kind == Kind::Str && tokens[i].text == selector);
    for start in starts {
        // `('#77').jpage({`
        let call = tokens.get(start + 1..start + 6)?;
        if !(call[0].is(")") && call[1].is(".") && call[2].is("jpage") && call[3].is("(") && call[4].is("{"))
        {
            continue;
        }
        let options = tokens[start + 6..].iter().take(200);
        let options: Vec<&Token<'_>> = options.take_while(|t| t.kind != Kind::Semicolon).collect();
        let url = options.windows(3).find(|w| w[0].text == "proxyUrl" && w[1].is(":"))?[2].string()?;
        return (url.ends_with("dataproxy.jsp") && !url.contains(' ')).then(|| url.into_owned());
    }
    None
}

/// `{name: literal, …}` opening at `open`; entries that are no literals are left out.
fn object<'s>(tokens: &[Token<'s>], open: usize) -> Option<Vec<(&'s str, Cow<'s, str>)>> {
    tokens.get(open).filter(|t| t.is("{"))?;
    let mut entries = Vec::new();
    let mut at = open + 1;
    while let Some(name) = tokens.get(at) {
        if name.is("}") {
            return Some(entries);
        }
        let colon = tokens.get(at + 1)?;
        let value = tokens.get(at + 2)?;
        let ends = tokens.get(at + 3)?;
        if !colon.is(":") || !(ends.kind == Kind::Comma || ends.is("}")) {
            return None;
        }
        match value.kind {
            Kind::Str => entries.push((name.text, value.string()?)),
            Kind::Number => entries.push((name.text, Cow::Borrowed(value.text))),
            _ => {}
        }
        at += if ends.is("}") { 3 } else { 4 };
    }
    None
}

/// The arguments of a call when all of them are literals.
fn literals<'s>(tokens: &[Token<'s>], open: usize) -> Option<Vec<Cow<'s, str>>> {
    tokens.get(open).filter(|t| t.is("("))?;
    let mut values = Vec::new();
    let mut at = open + 1;
    loop {
        let token = tokens.get(at)?;
        values.push(match token.kind {
            Kind::Str => token.string()?,
            Kind::Number => Cow::Borrowed(token.text),
            _ => return None,
        });
        let ends = tokens.get(at + 1)?;
        match ends.kind {
            Kind::Close if ends.is(")") => return Some(values),
            Kind::Comma if values.len() < 12 => at += 2,
            _ => return None,
        }
    }
}

fn list(raw: String, offset: usize, page: u32) -> ScriptRef {
    ScriptRef { raw, kind: LinkKind::List, offset, text: Some(format!("第{page}页")) }
}

fn last_segment(page: &Url) -> &str {
    page.path().rsplit('/').next().unwrap_or_default()
}

/// `Some(None)` for the first page (`index.html` or the folder), `Some(Some(3))` for `index_3.html`, `None` for
/// a page that the list does not name.
fn number_in_name(own: &str, name: &str, extension: &str) -> Option<Option<u32>> {
    if own.is_empty() {
        return matches!(name, "index" | "default" | "Index" | "Default").then_some(None);
    }
    let rest = own.strip_suffix(extension)?.strip_suffix('.')?.strip_prefix(name)?;
    match rest.strip_prefix('_') {
        None => rest.is_empty().then_some(None),
        Some(number) => number.parse().ok().map(Some),
    }
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
