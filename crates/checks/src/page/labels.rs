//! How links are named in findings, and small marks that tell addresses apart. Clause N2.4.
//!
//! Resolves nothing.

use super::names::{Attr, Element};

macro_rules! element_names {
    ($element:expr, $attr:expr, [$($E:ident $e:literal),*], [$($A:ident $a:literal),*]) => {
        element_names!(@rows $element, $attr, [$($E $e),*], ($($A $a),*))
    };
    (@rows $element:expr, $attr:expr, [$($E:ident $e:literal),*], $attrs:tt) => {
        match $element {
            $(Element::$E => element_names!(@row $attr, $e, $attrs),)*
            _ => element_names!(@row $attr, "", $attrs),
        }
    };
    (@row $attr:expr, $e:literal, ($($A:ident $a:literal),*)) => {
        match $attr { $(Attr::$A => concat!($e, "[", $a, "]"),)* _ => $e }
    };
}

/// Element and attribute as findings name them; rare elements go by the attribute alone.
#[inline]
pub(super) fn element(element: Element, attr: Attr) -> &'static str {
    element_names!(
        element,
        attr,
        [
            A "a", Area "area", Audio "audio", Body "body", Button "button", Div "div", Embed "embed",
            Frame "frame", Iframe "iframe", Img "img", Input "input", Li "li", Link "link", Option "option",
            Script "script", Select "select", Source "source", Span "span", Table "table", Td "td", Th "th",
            Tr "tr", Track "track", Video "video"
        ],
        [
            Background "background", DataBackground "data-background", DataHref "data-href",
            DataLazy "data-lazy", DataLazySrc "data-lazy-src", DataOriginal "data-original",
            DataSrc "data-src", DataSrcset "data-srcset", DataUrl "data-url", Href "href",
            ImageSrcset "imagesrcset", Onchange "onchange", Onclick "onclick", Ondblclick "ondblclick",
            Src "src", Srcset "srcset", XlinkHref "xlink:href"
        ]
    )
}

/// What follows a scheme (with its colon), if the address has that scheme.
#[inline]
pub(super) fn after_scheme<'r>(raw: &'r str, scheme: &str) -> Option<&'r str> {
    let raw = raw.trim_start_matches(|c: char| c <= ' ');
    let head = raw.as_bytes().get(..scheme.len())?;
    if head.eq_ignore_ascii_case(scheme.as_bytes()) { raw.get(scheme.len()..) } else { None }
}

/// Addresses that are asked for nowhere and are no mistake either.
#[inline]
pub(super) fn names_nothing(raw: &str) -> bool {
    ["data:", "about:", "blob:"].into_iter().any(|scheme| after_scheme(raw, scheme).is_some())
}

/// Whether the address at byte `at` of a style sheet belongs to an `@import`.
pub(super) fn is_import(css: &str, at: usize) -> bool {
    let before = css.as_bytes()[..at].trim_ascii_end();
    let before =
        before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before).trim_ascii_end();
    let url = before.len().checked_sub(4).filter(|&i| before[i..].eq_ignore_ascii_case(b"url("));
    let before = url.map_or(before, |i| &before[..i]).trim_ascii_end();
    before.len() >= 7 && before[before.len() - 7..].eq_ignore_ascii_case(b"@import")
}

/// Whether an address ends like an image.
pub(super) fn is_image_file(raw: &str) -> bool {
    let path = raw.split(['?', '#']).next().unwrap_or_default().trim();
    let Some((_, ending)) = path.rsplit_once('.') else { return false };
    ["jpg", "jpeg", "png", "gif", "webp", "bmp", "svg", "avif"].iter().any(|e| e.eq_ignore_ascii_case(ending))
}
