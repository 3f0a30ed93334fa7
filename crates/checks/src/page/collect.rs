//! What the attributes of one tag refer to. Clauses N2.1, N2.4.
//!
//! Notes addresses as they are written; whether they are any good is judged elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;
use url::Url;

use super::names::{Attr, Element};
use super::parse::{is_followed, value};
use super::place::{Cursor, Seen};
use super::{Link, LinkKind, MAX_LINKS, Page, anchor_hash, head, labels, scripts};
use crate::html::Attribute;
use crate::{css, script_links, srcset};

/// Gathers links and anchors into a page.
pub(super) struct Collector<'p, 't> {
    pub(super) page: &'p mut Page<'t>,
    pub(super) source: &'t str,
    pub(super) cursor: Cursor,
    seen: Seen,
    pub(super) script_links: usize,
    /// Whether the records of a script-made list are read.
    pub(super) in_list: bool,
    /// Whether a `select` is open whose choice is gone to.
    pub(super) options_are_links: bool,
    pub(super) base_seen: bool,
}

impl<'p, 't> Collector<'p, 't> {
    pub(super) fn new(page: &'p mut Page<'t>, source: &'t str) -> Collector<'p, 't> {
        Collector {
            page,
            source,
            cursor: Cursor::new(),
            seen: Seen::new(),
            script_links: 0,
            in_list: false,
            options_are_links: false,
            base_seen: false,
        }
    }

    /// Everything that one start tag refers to.
    #[inline]
    pub(super) fn tag(&mut self, element: Element, attributes: &[Attribute], foreign: bool) {
        let mut read = 0u64;
        for attribute in attributes {
            let attr = Attr::of(&self.source.as_bytes()[attribute.name()]);
            // Of attributes of the same name the first counts.
            if attr == Attr::Other || read & (1 << attr as u32) != 0 {
                continue;
            }
            read |= 1 << attr as u32;
            self.attribute(element, attr, attribute, attributes, foreign);
        }
    }

    #[inline]
    fn attribute(
        &mut self,
        element: Element,
        attr: Attr,
        this: &Attribute,
        all: &[Attribute],
        foreign: bool,
    ) {
        match (attr, element) {
            (Attr::Id, _) | (Attr::Name, Element::A) => {
                let name = value(self.source, this);
                if !name.is_empty() {
                    self.page.anchors.push(anchor_hash(&name));
                }
            }
            (Attr::Href, Element::A | Element::Area) => self.followed(element, attr, this, all),
            (Attr::XlinkHref, Element::A) if foreign => self.followed(element, attr, this, all),
            (Attr::DataHref, Element::A) => self.followed(element, attr, this, all),
            (Attr::Href | Attr::XlinkHref, Element::Image) if foreign => {
                self.address(LinkKind::Image, "image[href]", this, None);
            }
            (Attr::Href, Element::Link) => head::link(self, this, all),
            (Attr::ImageSrcset, Element::Link) => head::link_images(self, this, all),
            (Attr::Href, Element::Base) => head::base(self, this),
            (Attr::Content, Element::Meta) => head::pragma(self, this, all),
            (Attr::Src, _) => self.src(element, this, all),
            (Attr::Srcset, Element::Img | Element::Source) => self.images(element, attr, this, all),
            (Attr::Poster, Element::Video) => self.address(LinkKind::Image, "video[poster]", this, None),
            (Attr::Background, Element::Body | Element::Table | Element::Td | Element::Th | Element::Tr) => {
                self.address(LinkKind::Image, labels::element(element, attr), this, None)
            }
            (Attr::Data, Element::Object) => self.address(LinkKind::Object, "object[data]", this, None),
            (Attr::Archive, Element::Applet) if self.is_plain_archive(this, all) => {
                self.address(LinkKind::Object, "applet[archive]", this, None);
            }
            (Attr::Value, Element::Param) if self.is_file_param(all) => {
                self.address(LinkKind::Object, "param[value]", this, None);
            }
            (Attr::Value, Element::Option) if self.options_are_links => {
                self.address(LinkKind::Script, "option[value]", this, None);
            }
            (Attr::Style, _) if memchr(b'(', &self.source.as_bytes()[this.value()]).is_some() => {
                let code = value(self.source, this);
                let at = this.value().start;
                match code {
                    Cow::Borrowed(code) => self.css(code, at, "style"),
                    Cow::Owned(code) => self.decoded_css(&code, at),
                }
            }
            (Attr::Onclick | Attr::Ondblclick | Attr::Onchange, _) => {
                let code = value(self.source, this);
                if element == Element::Select && attr == Attr::Onchange {
                    self.options_are_links = script_links::goes_to_option(&code);
                }
                let name = labels::element(element, attr);
                scripts::in_handler(self, &code, name, this.value().start);
            }
            (
                Attr::DataSrc
                | Attr::DataOriginal
                | Attr::DataLazy
                | Attr::DataLazySrc
                | Attr::DataUrl
                | Attr::DataBackground
                | Attr::DataSrcset,
                _,
            ) => self.lazy(element, attr, this, all),
            _ => {}
        }
    }

    /// Several archives, or ones with a base of their own, are left alone.
    fn is_plain_archive(&self, this: &Attribute, all: &[Attribute]) -> bool {
        !self.source[this.value()].contains(',') && self.value(all, Attr::Codebase).is_none()
    }

    fn is_file_param(&self, all: &[Attribute]) -> bool {
        let name = self.value(all, Attr::Name);
        name.is_some_and(|n| n.eq_ignore_ascii_case("movie") || n.eq_ignore_ascii_case("src"))
    }

    /// Something a visitor clicks.
    #[inline]
    fn followed(&mut self, element: Element, attr: Attr, this: &Attribute, all: &[Attribute]) {
        let name = labels::element(element, attr);
        let raw = value(self.source, this);
        if let Some(code) = labels::after_scheme(&raw, "javascript:") {
            scripts::in_handler(self, code, name, this.value().start);
            return;
        }
        let kind = if self.in_list {
            LinkKind::List
        } else if element == Element::Area {
            LinkKind::Area
        } else {
            LinkKind::Anchor
        };
        let label = if element == Element::Area { Attr::Alt } else { Attr::Title };
        self.written(
            raw,
            kind,
            if self.in_list { "script[datastore]" } else { name },
            this,
            Some((label, all)),
        );
    }

    fn src(&mut self, element: Element, this: &Attribute, all: &[Attribute]) {
        let kind = match element {
            Element::Img => LinkKind::Image,
            Element::Source | Element::Video | Element::Audio | Element::Track => LinkKind::Media,
            Element::Embed => LinkKind::Object,
            Element::Script => LinkKind::ScriptFile,
            Element::Iframe | Element::Frame => LinkKind::Frame,
            Element::Input
                if self.value(all, Attr::Type).is_some_and(|t| t.trim().eq_ignore_ascii_case("image")) =>
            {
                LinkKind::Image
            }
            _ => return,
        };
        let label = if kind == LinkKind::Image { Attr::Alt } else { Attr::Title };
        self.address(kind, labels::element(element, Attr::Src), this, Some((label, all)));
    }

    /// Addresses that a script puts in place when the image scrolls into view.
    fn lazy(&mut self, element: Element, attr: Attr, this: &Attribute, all: &[Attribute]) {
        let written = &self.source[this.value()];
        let name = labels::element(element, attr);
        if attr == Attr::DataSrcset {
            if matches!(element, Element::Img | Element::Source) {
                self.images(element, attr, this, all);
            }
            return;
        }
        let kind = match element {
            Element::Img => LinkKind::Image,
            Element::Iframe if attr == Attr::DataSrc => LinkKind::Frame,
            Element::Video | Element::Audio | Element::Source if attr == Attr::DataSrc => LinkKind::Media,
            // Elsewhere the same names hold all sorts of things; what ends like an image is one.
            _ if labels::is_image_file(written) => LinkKind::Image,
            _ => return,
        };
        if written.contains(['.', '/']) {
            self.address(kind, name, this, Some((Attr::Alt, all)));
        }
    }

    pub(super) fn images(&mut self, element: Element, attr: Attr, this: &Attribute, all: &[Attribute]) {
        let name = labels::element(element, attr);
        let label = self.value(all, Attr::Alt);
        let at = this.value().start;
        match value(self.source, this) {
            Cow::Borrowed(list) => srcset::urls(list).for_each(|raw| {
                self.keep(Cow::Borrowed(raw), LinkKind::Image, name, at, label.clone());
            }),
            Cow::Owned(list) => srcset::urls(&list).for_each(|raw| {
                self.keep(Cow::Owned(raw.to_owned()), LinkKind::Image, name, at, label.clone());
            }),
        }
    }

    /// An attribute that holds one address.
    pub(super) fn address(
        &mut self,
        kind: LinkKind,
        name: &'static str,
        this: &Attribute,
        label: Option<(Attr, &[Attribute])>,
    ) {
        self.written(value(self.source, this), kind, name, this, label);
    }

    #[inline]
    fn written(
        &mut self,
        raw: Cow<'t, str>,
        kind: LinkKind,
        name: &'static str,
        this: &Attribute,
        label: Option<(Attr, &[Attribute])>,
    ) {
        if labels::names_nothing(&raw) || !self.is_new(&raw, kind) {
            return;
        }
        let label =
            label.and_then(|(attr, all)| self.value(all, attr).or_else(|| self.value(all, Attr::Title)));
        self.push(raw, kind, name, this.value().start, label);
    }

    /// Notes an address, unless it is known already or leads nowhere by its nature.
    pub(super) fn keep(
        &mut self,
        raw: Cow<'t, str>,
        kind: LinkKind,
        name: &'static str,
        at: usize,
        label: Option<Cow<'t, str>>,
    ) {
        if !labels::names_nothing(&raw)
            && labels::after_scheme(&raw, "javascript:").is_none()
            && self.is_new(&raw, kind)
        {
            self.push(raw, kind, name, at, label);
        }
    }

    /// Whether the address is to be kept; if so, it has to be the next link.
    #[inline]
    fn is_new(&mut self, raw: &str, kind: LinkKind) -> bool {
        self.page.links_cut |= self.page.links.len() >= MAX_LINKS;
        !self.page.links_cut && self.seen.is_new(&self.page.links, raw, kind)
    }

    fn push(
        &mut self,
        raw: Cow<'t, str>,
        kind: LinkKind,
        element: &'static str,
        at: usize,
        label: Option<Cow<'t, str>>,
    ) {
        let at = self.cursor.position(self.source, at);
        let label = label.filter(|l| !l.trim().is_empty());
        self.page.links.push(Link { raw, kind, element, at, inner: 0..0, label });
    }

    /// Addresses in a style sheet that starts at byte `from` of the source.
    pub(super) fn css(&mut self, code: &'t str, from: usize, name: &'static str) {
        css::urls(code, &mut |raw, at| {
            let kind = if labels::is_import(code, at) { LinkKind::Style } else { LinkKind::CssUrl };
            let raw = match code.get(at..at + raw.len()) {
                Some(written) if written == raw => Cow::Borrowed(written),
                _ => Cow::Owned(raw.to_owned()),
            };
            self.keep(raw, kind, name, from + at, None);
        });
    }

    /// The same for a style attribute whose references had to be decoded, so that places inside are lost.
    fn decoded_css(&mut self, code: &str, at: usize) {
        css::urls(code, &mut |raw, _| {
            self.keep(Cow::Owned(raw.to_owned()), LinkKind::CssUrl, "style", at, None);
        });
    }

    /// The value of an attribute, references decoded.
    pub(super) fn value(&self, attributes: &[Attribute], wanted: Attr) -> Option<Cow<'t, str>> {
        let named = |a: &&Attribute| Attr::of(&self.source.as_bytes()[a.name()]) == wanted;
        attributes.iter().find(named).map(|a| value(self.source, a))
    }

    /// A script that takes every visitor elsewhere at once, on a page that has hardly anything else.
    pub(super) fn note_redirect(&mut self, scripts: &[Range<usize>]) {
        const FEW_LINKS: usize = 5;
        const FEW_LETTERS: usize = 200;
        let followed = self.page.links.iter().filter(|l| is_followed(l.kind) && l.kind != LinkKind::Script);
        if scripts.is_empty() || followed.take(FEW_LINKS + 1).count() > FEW_LINKS {
            return;
        }
        let found = scripts.iter().find_map(|span| {
            let (at, raw) = script_links::page_redirect(&self.source[span.clone()])?;
            Some((span.start + at, raw))
        });
        let Some((at, raw)) = found else { return };
        if self.page.visible_text(FEW_LETTERS + 1).chars().count() > FEW_LETTERS {
            return;
        }
        // The search for navigation has found it as well.
        let known = |l: &&mut Link<'_>| l.kind == LinkKind::Script && l.element == "script" && l.raw == raw;
        match self.page.links.iter_mut().find(known) {
            Some(link) => link.kind = LinkKind::Refresh,
            None => {
                self.cursor = Cursor::new();
                self.keep(Cow::Owned(raw), LinkKind::Refresh, "script", at, None);
            }
        }
    }

    pub(super) fn rebase(&mut self, base: Url) {
        self.page.base = base;
    }
}
