//! A page or draft, parsed once: links, anchors, title, text. Clauses N2.1, N2.4.
//!
//! Parsing never fails and never panics: what is odd about a page is data. Nothing here fetches.

mod anchors;
mod collect;
mod head;
mod labels;
mod names;
mod needs_script;
mod parse;
mod place;
mod scripts;
mod text;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use base::Position;
use url::Url;

pub use anchors::anchor_hash;
pub use head::upgrades;
pub use needs_script::needs_script;

use crate::article::{self, Article};
use crate::charset::Charset;
use crate::conceal::SheetFile;
use crate::conceal::compose::{Script, scripts};
use crate::han;
use crate::listing::{self, Listing};
use crate::spelling::{self, Slip};
use crate::tree::{Passage, Tree};

/// What kind of reference a link is; decides how its target is asked for and which rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkKind {
    /// `a[href]`, `area[href]`, and navigation written in scripts: what a visitor follows.
    Anchor,
    Area,
    /// `onclick`, `javascript:` openers, `location.href`.
    Script,
    /// Addresses that a site builder's list script makes (TRS paging, Hanweb data-proxy).
    List,
    /// `meta http-equiv=refresh`, or a script redirect on a home page.
    Refresh,
    Frame,
    /// `link rel=canonical|alternate|next|prev|…`.
    Related,
    Feed,
    Sitemap,
    // From here on: resources of the page.
    Image,
    Style,
    ScriptFile,
    Media,
    Object,
    Icon,
    /// `url()` in a style sheet, style element or style attribute.
    CssUrl,
}

impl LinkKind {
    pub const ALL: [LinkKind; 16] = [
        LinkKind::Anchor,
        LinkKind::Area,
        LinkKind::Script,
        LinkKind::List,
        LinkKind::Refresh,
        LinkKind::Frame,
        LinkKind::Related,
        LinkKind::Feed,
        LinkKind::Sitemap,
        LinkKind::Image,
        LinkKind::Style,
        LinkKind::ScriptFile,
        LinkKind::Media,
        LinkKind::Object,
        LinkKind::Icon,
        LinkKind::CssUrl,
    ];

    /// The word used in run files and reports.
    pub fn code(self) -> &'static str {
        match self {
            LinkKind::Anchor => "anchor",
            LinkKind::Area => "area",
            LinkKind::Script => "script",
            LinkKind::List => "list",
            LinkKind::Refresh => "refresh",
            LinkKind::Frame => "frame",
            LinkKind::Related => "related",
            LinkKind::Feed => "feed",
            LinkKind::Sitemap => "sitemap",
            LinkKind::Image => "image",
            LinkKind::Style => "style",
            LinkKind::ScriptFile => "script-file",
            LinkKind::Media => "media",
            LinkKind::Object => "object",
            LinkKind::Icon => "icon",
            LinkKind::CssUrl => "css-url",
        }
    }

    /// The word shown on screens.
    pub fn label(self) -> &'static str {
        match self {
            LinkKind::Anchor => "链接",
            LinkKind::Area => "图像热区",
            LinkKind::Script => "脚本跳转",
            LinkKind::List => "脚本生成的列表",
            LinkKind::Refresh => "自动跳转",
            LinkKind::Frame => "框架",
            LinkKind::Related => "相关页面",
            LinkKind::Feed => "订阅源",
            LinkKind::Sitemap => "站点地图",
            LinkKind::Image => "图片",
            LinkKind::Style => "样式表",
            LinkKind::ScriptFile => "脚本文件",
            LinkKind::Media => "音视频",
            LinkKind::Object => "嵌入对象",
            LinkKind::Icon => "图标",
            LinkKind::CssUrl => "样式引用",
        }
    }

    pub fn from_code(code: &str) -> Option<LinkKind> {
        LinkKind::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Whether the target is a part of the page rather than somewhere a visitor goes.
    pub fn is_resource(self) -> bool {
        self >= LinkKind::Image
    }
}

/// A reference as it stands in a page.
#[derive(Clone, Debug)]
pub struct Link<'t> {
    /// The address as written, character references decoded, not yet trimmed or resolved.
    pub raw: Cow<'t, str>,
    pub kind: LinkKind,
    /// Element and attribute, for example `a[href]`, `img[data-src]`, `style`, `script`.
    pub element: &'static str,
    pub at: Position,
    /// Byte range in the source whose text names the link (`<a>` content); empty where there is none.
    pub inner: std::ops::Range<u32>,
    /// Alternative text or title attribute, where the element has no content.
    pub label: Option<Cow<'t, str>>,
}

/// Links kept of one page; long lists have some thousand. What has more is made to fill memories.
pub const MAX_LINKS: usize = 100_000;

/// A parsed page. `'t` is the decoded source text.
pub struct Page<'t> {
    /// Address the page was answered at, after redirects.
    pub url: Url,
    /// Address that relative links are resolved against (`base href`).
    pub base: Url,
    pub charset: Charset,
    /// The decoded source.
    pub source: &'t str,
    /// Title, white space collapsed, at most 300 characters.
    pub title: String,
    /// Links in source order; a raw value that occurs again with a kind of the same sort is kept once.
    pub links: Vec<Link<'t>>,
    /// Hashes (`page::anchor_hash`) of every `id`, and `name` of `a`, sorted, without duplicates.
    pub anchors: Vec<u64>,
    /// Whether the page runs any script.
    pub has_script: bool,
    /// Whether a meta element asks browsers to fetch every part securely (W3C Upgrade Insecure Requests).
    pub upgrades_parts: bool,
    /// Whether the page has more links than are kept ([`MAX_LINKS`]).
    pub links_cut: bool,
    /// Style sheets in files of their own, by address, where whoever judges the page has them ([`Page::with_sheets`]).
    pub(crate) sheets: Vec<(Url, Arc<SheetFile>)>,
    later: Later<'t>,
}

/// What is read from the source only when a rule asks for it.
#[derive(Default)]
struct Later<'t> {
    tree: OnceCell<Tree<'t>>,
    passages: OnceCell<Vec<Passage>>,
    metas: OnceCell<Vec<Meta>>,
    chinese: OnceCell<bool>,
    scripts: OnceCell<Vec<Script>>,
    slips: OnceCell<Vec<(usize, Slip)>>,
    head_slips: OnceCell<Vec<HeadSlip>>,
    article: OnceCell<Article>,
    listing: OnceCell<Listing>,
}

/// A meta element: its `name`, `property` or `http-equiv` as written, and its `content`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub name: String,
    /// References decoded, blanks at the ends cut off.
    pub content: String,
    pub at: Position,
}

/// A misspelling beyond doubt in what search results show of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadSlip {
    /// `title` or `meta[NAME]`.
    pub element: String,
    /// The title or content, in which the slip stands.
    pub text: String,
    pub at: Position,
    pub slip: Slip,
}

/// Meta elements of which visitors of search engines and readers of the directory see the content.
const SHOWN_METAS: [&str; 10] = [
    "ArticleTitle",
    "title",
    "og:title",
    "Description",
    "og:description",
    "Keywords",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "SiteName",
];

/// Meta elements that are listed; pages have some dozen.
const MAX_METAS: usize = 500;

impl<'t> Page<'t> {
    /// Parses the decoded source of an answer. Never fails, and takes time linear in the source.
    pub fn parse(url: Url, source: &'t str, charset: Charset) -> Page<'t> {
        parse::parse(url, source, charset)
    }

    /// The page with style sheets that it links to, so that what they hide counts as hidden.
    pub fn with_sheets(mut self, sheets: Vec<(Url, Arc<SheetFile>)>) -> Page<'t> {
        self.sheets = sheets;
        self
    }

    /// Whether scripts in files of their own take part in the page.
    pub(crate) fn has_script_files(&self) -> bool {
        self.links.iter().any(|l| l.kind == LinkKind::ScriptFile)
    }

    /// Whether the page has Chinese to be read; what is looked for in Chinese texts need not be looked for elsewhere.
    /// A language's name in a menu is no text; of a small page, which has few words, one character
    /// is enough.
    pub fn is_chinese(&self) -> bool {
        const LEAST: usize = 16;
        const SMALL: usize = 4 << 10;
        *self.later.chinese.get_or_init(|| {
            let least = if self.source.len() <= SMALL { 1 } else { LEAST };
            // A page may also write its Chinese as references.
            let written = memchr::memmem::find_iter(self.source.as_bytes(), b"&#").take(least).count();
            han::count(self.source, least) + written >= least
        })
    }

    /// The page as a tree of elements; built when first asked for.
    pub fn tree(&self) -> &Tree<'t> {
        self.later.tree.get_or_init(|| Tree::parse(self.source))
    }

    /// The page's readable text by block; see [`Passage`].
    pub fn passages(&self) -> &[Passage] {
        self.later.passages.get_or_init(|| self.tree().read_passages())
    }

    /// What is misspelt in the page's passages, with the passage's number; every layer, in order.
    pub fn slips(&self) -> &[(usize, Slip)] {
        self.later.slips.get_or_init(|| {
            let names = self.metas().iter().filter(|m| m.name.eq_ignore_ascii_case("SiteName"));
            let head = names.map(|m| m.content.as_str()).chain([self.title.as_str()]);
            spelling::of_passages(self.passages(), &head.collect::<Vec<_>>().join("\n"))
        })
    }

    /// What the page says as an article; read when first asked for, with the day on which the page is judged.
    pub fn article(&self, today: Option<jiff::civil::Date>) -> &Article {
        self.later.article.get_or_init(|| article::read(self, today))
    }

    /// The page's lists; read when first asked for, with the day on which the page is judged.
    pub fn listing(&self, today: Option<jiff::civil::Date>) -> &Listing {
        self.later.listing.get_or_init(|| listing::read(self, today))
    }

    /// Misspellings beyond doubt in title and meta elements, in source order.
    pub fn head_slips(&self) -> &[HeadSlip] {
        self.later.head_slips.get_or_init(|| {
            let tree = self.tree();
            let title =
                tree.first("title").map(|t| ("title".to_owned(), self.title.as_str(), tree.position(t)));
            let shown = |m: &&Meta| SHOWN_METAS.iter().any(|name| m.name.eq_ignore_ascii_case(name));
            let metas = self.metas().iter().filter(shown);
            let metas = metas.map(|m| (format!("meta[{}]", m.name), m.content.as_str(), m.at));
            let slips = |(element, text, at): (String, &str, Position)| {
                let told = move |slip| HeadSlip { element: element.clone(), text: text.to_owned(), at, slip };
                spelling::certain(text).into_iter().filter(|s| s.certain).map(told).collect::<Vec<_>>()
            };
            title.into_iter().chain(metas).flat_map(slips).collect()
        })
    }

    /// The scripts that stand in the page, and what they do.
    pub(crate) fn scripts(&self) -> &[Script] {
        self.later.scripts.get_or_init(|| match self.has_script {
            true => scripts(self.tree(), self.source),
            false => Vec::new(),
        })
    }

    /// The meta elements that name something, in source order.
    pub fn metas(&self) -> &[Meta] {
        self.later.metas.get_or_init(|| {
            let tree = self.tree();
            let named = |id| ["name", "property", "http-equiv"].iter().find_map(|a| tree.attr(id, a));
            tree.elements(tree.root(), "meta")
                .filter_map(|id| {
                    let content = tree.attr(id, "content").unwrap_or_default().trim().to_owned();
                    Some(Meta { name: named(id)?.trim().to_owned(), content, at: tree.position(id) })
                })
                .take(MAX_METAS)
                .collect()
        })
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
