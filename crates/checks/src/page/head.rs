//! `link`, `base` and `meta`: what a page says about itself. Clauses N2.1, N2.4.
//!
//! Hints to browsers (`preconnect`, `dns-prefetch`, `prefetch`) are no links.

use std::borrow::Cow;

use super::LinkKind;
use super::collect::Collector;
use super::names::{Attr, Element};
use super::parse::value;
use crate::html::Attribute;

/// `link[href]`, by its `rel`.
pub(super) fn link(out: &mut Collector<'_, '_>, this: &Attribute, all: &[Attribute]) {
    if let Some(kind) = kind(out, all) {
        out.address(kind, "link[href]", this, Some((Attr::Title, all)));
    }
}

/// `link[imagesrcset]` of a preloaded image.
pub(super) fn link_images(out: &mut Collector<'_, '_>, this: &Attribute, all: &[Attribute]) {
    if kind(out, all) == Some(LinkKind::Image) {
        out.images(Element::Link, Attr::ImageSrcset, this, all);
    }
}

fn kind(out: &Collector<'_, '_>, all: &[Attribute]) -> Option<LinkKind> {
    // `rev` is the old way of naming the same thing from the other end; browsers load neither, people follow both.
    let rel = out.value(all, Attr::Rel).or_else(|| out.value(all, Attr::Rev))?;
    let has = |word: &str| rel.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word));
    let any = |words: &[&str]| words.iter().any(|w| has(w));
    if has("stylesheet") {
        return Some(LinkKind::Style);
    }
    if any(&["icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"]) {
        return Some(LinkKind::Icon);
    }
    if has("alternate") {
        let feed = out.value(all, Attr::Type).is_some_and(|t| {
            let t = t.trim().to_ascii_lowercase();
            t.starts_with("application/rss+xml") || t.starts_with("application/atom+xml")
        });
        return Some(if feed { LinkKind::Feed } else { LinkKind::Related });
    }
    if any(&["preload", "modulepreload"]) {
        let loaded =
            out.value(all, Attr::As).unwrap_or(Cow::Borrowed(if has("preload") { "" } else { "script" }));
        return match &*loaded.trim().to_ascii_lowercase() {
            "style" => Some(LinkKind::Style),
            "script" => Some(LinkKind::ScriptFile),
            "image" => Some(LinkKind::Image),
            _ => None,
        };
    }
    // Hints to load something early, and names of vocabularies: nothing that a person or a program would open.
    const HINTS: [&str; 8] = [
        "preconnect",
        "dns-prefetch",
        "prefetch",
        "prerender",
        "expect",
        "pingback",
        "profile",
        "compression-dictionary",
    ];
    let names_something = rel.split_ascii_whitespace().next().is_some();
    (names_something && !any(&HINTS) && !rel.to_ascii_lowercase().starts_with("schema."))
        .then_some(LinkKind::Related)
}

/// `base[href]`; only the first counts, also where it is of no use.
pub(super) fn base(out: &mut Collector<'_, '_>, this: &Attribute) {
    if out.base_seen || out.in_list {
        return;
    }
    out.base_seen = true;
    let raw = value(out.source, this);
    // Browsers take no `data:` or `javascript:` address for a base.
    if let Ok(base) = out.page.url.join(&raw)
        && matches!(base.scheme(), "http" | "https")
    {
        out.rebase(base);
    }
}

/// `meta http-equiv`: a refresh, or a policy that changes how parts are fetched.
pub(super) fn pragma(out: &mut Collector<'_, '_>, this: &Attribute, all: &[Attribute]) {
    let Some(pragma) = out.value(all, Attr::HttpEquiv) else { return };
    if pragma.eq_ignore_ascii_case("refresh") {
        refresh(out, this);
    } else if pragma.eq_ignore_ascii_case("content-security-policy") {
        out.page.upgrades_parts |= upgrades(&value(out.source, this));
    }
}

/// Whether a policy holds the directive `upgrade-insecure-requests` (W3C CSP, parsing a serialized policy).
pub fn upgrades(policy: &str) -> bool {
    let names = policy.split(';').filter_map(|d| d.split_ascii_whitespace().next());
    names.into_iter().any(|name| name.eq_ignore_ascii_case("upgrade-insecure-requests"))
}

fn refresh(out: &mut Collector<'_, '_>, this: &Attribute) {
    let target = match value(out.source, this) {
        Cow::Borrowed(content) => refresh_target(content).map(Cow::Borrowed),
        Cow::Owned(content) => refresh_target(&content).map(|t| Cow::Owned(t.to_owned())),
    };
    if let Some(target) = target {
        out.keep(target, LinkKind::Refresh, "meta[refresh]", this.value().start, None);
    }
}

/// The address in `3; url='…'` (HTML Standard, "shared declarative refresh steps"). `None`: reload of the page itself.
fn refresh_target(content: &str) -> Option<&str> {
    let blank = |c: char| c.is_ascii_whitespace();
    let input = content.trim_start_matches(blank);
    let rest = input.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == input.len() && !rest.starts_with('.') {
        return None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !rest.starts_with(|c: char| blank(c) || matches!(c, ';' | ',')) {
        return None;
    }
    let rest = rest.trim_start_matches(blank);
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start_matches(blank);
    let named = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("url"));
    let address = named
        .then(|| rest[3..].trim_start_matches(blank).strip_prefix('='))
        .flatten()
        .map_or(rest, |after| after.trim_start_matches(blank));
    let address = match address.chars().next() {
        Some(quote @ ('"' | '\'')) => address[1..].split(quote).next().unwrap_or_default(),
        _ => address,
    };
    (!address.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::{refresh_target, upgrades};

    #[test]
    fn a_directive_counts_by_its_name_alone() {
        assert!(upgrades("upgrade-insecure-requests"));
        assert!(upgrades("default-src * 'unsafe-inline' ; Upgrade-Insecure-Requests;"));
        assert!(!upgrades("report-uri /upgrade-insecure-requests"));
        assert!(!upgrades("upgrade-insecure-requests-x"));
        assert!(!upgrades(""));
    }

    #[test]
    fn refresh_is_read_as_the_standard_says() {
        let check =
            |content: &str, want: Option<&str>| assert_eq!(refresh_target(content), want, "{content}");
        check("0;url=a.htm", Some("a.htm"));
        check(" 5 ; URL = 'a b.htm' ", Some("a b.htm"));
        check("3.5,url=\"x\"y", Some("x"));
        check(".5; a.htm", Some("a.htm"));
        check("1 url.htm", Some("url.htm"));
        check("1;url.htm", Some("url.htm"));
        check("5", None);
        check("5;", None);
        check("5x;url=a", None);
        check("url=a.htm", None);
        check("-1;url=a.htm", None);
        check("", None);
    }
}
