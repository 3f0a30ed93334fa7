//! Reading an answer: page, style sheet, feed or sitemap into links, anchors and findings. Clauses N2.1, N2.4.
//!
//! Works on bytes in memory only; everything odd about them is data.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use base::{Finding, Position};
use checks::conceal::{self, SheetFile, Wanted};
use checks::rule::{Answered, Facts, Findings, Site, SoftSign};
use checks::soft::{self, Fingerprint};
use checks::{Known, LinkKind, Page, address, charset, css, feed, registry};
use encoding_rs::Encoding;
use url::Url;

use crate::bounds;
use crate::decode::gunzip_if_gzip;
use crate::message::{ArticleSeen, Links, Read};
use crate::plan::Scope;
use crate::random::{RandomAnswer, is_home};

/// What an answer is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    Page,
    Style,
    Feed,
    Script,
}

/// What reading gave.
pub struct Reading {
    pub read: Read,
    pub charset: &'static str,
    pub title: Option<String>,
    pub findings: Vec<Finding>,
    pub soft: Option<SoftSign>,
    /// Whether it counts as a page of the site.
    pub is_page: bool,
    /// Whether it is empty until a script has filled it.
    pub needs_script: bool,
    /// The site's style sheets without which it is not known what the page hides.
    pub wanted: Option<Wanted>,
}

/// Everything a reading needs to know.
pub struct Desk<'a> {
    pub scope: &'a Scope,
    pub site: &'a Site,
    pub random: &'a RandomAnswer,
    /// The address that was asked for, before redirects.
    pub asked: &'a Url,
    pub today: Option<jiff::civil::Date>,
    pub known: &'a Known,
    /// Whether the page's look is to be kept, for later runs to be compared with.
    pub keeps_look: bool,
    /// Whether forms are to be told, for probes.
    pub forms: bool,
}

/// What an answer is to be read as, by what led to it, its media type and its first bytes.
pub fn read_as(kind: LinkKind, mime: Option<&str>, body: &[u8]) -> Option<ReadAs> {
    let mime = mime.unwrap_or("");
    if kind == LinkKind::Style || mime == "text/css" {
        return (mime.is_empty() || mime == "text/css" || mime == "text/plain").then_some(ReadAs::Style);
    }
    if kind == LinkKind::ScriptFile {
        // A page in its place is what servers say of a script that is gone.
        return (!mime.contains("html")).then_some(ReadAs::Script);
    }
    let zipped = body.starts_with(&[0x1f, 0x8b]);
    if matches!(kind, LinkKind::Sitemap | LinkKind::Feed) && (zipped || mime != "text/html") {
        return Some(ReadAs::Feed);
    }
    if mime.ends_with("/xml") || mime.ends_with("+xml") && mime != "application/xhtml+xml" {
        return Some(ReadAs::Feed);
    }
    let page =
        mime == "text/html" || mime == "application/xhtml+xml" || mime == "application/vnd.wap.xhtml+xml";
    let looks = mime.is_empty() && body.trim_ascii_start().first() == Some(&b'<');
    (page || looks).then_some(ReadAs::Page)
}

impl Desk<'_> {
    /// Reads a body, or what a browser made of it. `url` is the address it was answered at.
    pub fn read(
        &self,
        url: &Url,
        how: ReadAs,
        body: &[u8],
        content_type: Option<&str>,
        answered: &Answered,
        rendered: Option<&str>,
    ) -> Reading {
        let url = &*checks::address::at_usual_name(url);
        let unzipped = if how == ReadAs::Feed { gunzip_if_gzip(body) } else { body.into() };
        let decoded = charset::decode(&unzipped, content_type);
        let encoding = decoded.charset.encoding;
        let mut reading = Reading {
            read: Read { body_hash: body_hash(rendered.map_or(body, str::as_bytes)), ..Read::default() },
            charset: encoding.name(),
            title: None,
            findings: Vec::new(),
            soft: None,
            is_page: false,
            needs_script: false,
            wanted: None,
        };
        match how {
            ReadAs::Style => self.style(url, &decoded.text, &mut reading),
            ReadAs::Script => {
                let mut found = Findings::default();
                registry::script_file_rules(url, &decoded.text, &mut found);
                reading.findings = found.list;
            }
            ReadAs::Feed if feed::is_feed(&decoded.text) => {
                self.feed(url, &decoded.text, encoding, &mut reading)
            }
            // Data for a script, such as the entries of a list: its links count, but nobody sees it as a page.
            ReadAs::Feed if !is_html(&decoded.text) => {
                let page = Page::parse(url.clone(), &decoded.text, decoded.charset);
                self.links(&page, &mut reading);
            }
            ReadAs::Feed | ReadAs::Page => {
                let source = rendered.unwrap_or(&decoded.text);
                let page = Page::parse(url.clone(), source, decoded.charset);
                self.page(page, answered, &mut reading);
            }
        }
        reading
    }

    /// Judges a page again with style sheets at hand: what they hide takes the place of what was said without them.
    #[allow(clippy::too_many_arguments, reason = "what a reading was made of")]
    pub fn judge_again(
        &self,
        url: &Url,
        body: &[u8],
        content_type: Option<&str>,
        answered: &Answered,
        rendered: Option<&str>,
        sheets: Vec<(Url, Arc<SheetFile>)>,
        findings: &mut Vec<Finding>,
    ) {
        let url = &*checks::address::at_usual_name(url);
        let decoded = charset::decode(body, content_type);
        let source = rendered.unwrap_or(&decoded.text);
        let page = Page::parse(url.clone(), source, decoded.charset).with_sheets(sheets);
        let mut found = Findings::default();
        let rule = registry::sheet_rules(&page, &self.facts(answered), &mut found);
        findings.retain(|finding| finding.rule != rule);
        findings.extend(found.list);
    }

    fn page(&self, page: Page<'_>, answered: &Answered, reading: &mut Reading) {
        reading.is_page = true;
        reading.needs_script = checks::page::needs_script(&page);
        let short = page.source.len() <= bounds::SOFT_SOURCE;
        let suspect = short && soft::may_say_missing(page.source);
        let text = (suspect || short && !page.has_script).then(|| page.visible_text(bounds::SOFT_TEXT));
        reading.soft = self.soft_sign(&page, text.as_deref(), suspect, answered);
        // Mazes differ in their links only; where a script fills the page, its markup says nothing of its content.
        if let Some(text) = text.filter(|_| !page.has_script) {
            reading.read.body_hash = content_hash(&page, &text);
        }
        let mut answered = answered.clone();
        answered.soft_404 = reading.soft;
        // A page that says it is not there is not the site's page: its faults are the error page's.
        if reading.soft.is_none() {
            let mut found = Findings::default();
            let facts = self.facts(&answered);
            registry::page_rules(&page, &facts, &mut found);
            reading.findings = found.list;
            reading.wanted = conceal::wanted(&page, &facts);
        }
        self.links(&page, reading);
        if reading.soft.is_none() {
            reading.read.column = checks::column::seen(&page, &self.facts(&answered));
            reading.read.look = self.keeps_look.then(|| checks::look::PageLook::of(&page));
            reading.read.article = article_of(&page, self.today);
        }
        if self.forms {
            reading.read.forms = checks::probe::forms(&page);
        }
        reading.read.scripted = page.has_script;
        reading.title = (!page.title.is_empty()).then_some(page.title);
        reading.read.anchors = page.anchors;
    }

    fn facts<'f>(&'f self, answered: &'f Answered) -> Facts<'f> {
        Facts { site: self.site, answer: Some(answered), today: self.today, known: self.known }
    }

    fn links(&self, page: &Page<'_>, reading: &mut Reading) {
        let links = &mut reading.read.links;
        for link in page.links.iter().take(bounds::MAX_LINKS) {
            let address::Target::Web(target) = address::resolve(&page.base, &link.raw, page.charset.encoding)
            else {
                continue;
            };
            let label = page.text_of(link);
            let at = link.at;
            self.push(links, &target, &label, link.kind, link.element, at);
        }
    }

    fn style(&self, url: &Url, text: &str, reading: &mut Reading) {
        let mut line_of = Lines::new(text);
        css::urls(text, &mut |raw, offset| {
            if let address::Target::Web(target) = address::resolve(url, raw, encoding_rs::UTF_8) {
                let kind = if is_style(&target.url) { LinkKind::Style } else { LinkKind::CssUrl };
                let at = line_of.position(offset);
                self.push(&mut reading.read.links, &target, "", kind, "url()", at);
            }
        });
    }

    fn feed(&self, url: &Url, text: &str, encoding: &'static Encoding, reading: &mut Reading) {
        for entry in feed::addresses(text) {
            if let address::Target::Web(target) = address::resolve(url, &entry.raw, encoding) {
                let kind = LinkKind::Sitemap;
                self.push(&mut reading.read.links, &target, "", kind, "loc", entry.at);
            }
        }
    }

    fn push(
        &self,
        links: &mut Links,
        target: &address::Address,
        label: &str,
        kind: LinkKind,
        element: &'static str,
        at: Position,
    ) {
        if links.list().len() >= bounds::MAX_LINKS {
            return;
        }
        let inside = self.scope.owns(&target.url);
        let fragment = target.fragment.as_deref();
        links.push(target.url.as_str(), fragment, label, inside, kind, element, at.line, at.column);
    }

    fn soft_sign(
        &self,
        page: &Page<'_>,
        text: Option<&str>,
        suspect: bool,
        answered: &Answered,
    ) -> Option<SoftSign> {
        // Whoever asks for the home page may be answered with it, or led to where everybody is led.
        let asked_home = is_home(self.asked) || *self.asked == self.site.start;
        if let RandomAnswer::Page { redirected_to, prints } = self.random
            && !asked_home
        {
            let same_end = !answered.chain.is_empty() && redirected_to.as_ref() == Some(&page.url);
            let print = || match text {
                Some(text) => Fingerprint::of(&page.title, text),
                None => Fingerprint::of(&page.title, &page.visible_text(bounds::SOFT_TEXT)),
            };
            let at_home = is_home(&page.url) || page.url == self.site.start;
            if same_end || !at_home && prints.include(&print()) {
                return Some(SoftSign::SameAsRandom);
            }
        }
        let text = text.filter(|_| suspect)?;
        soft::says_missing(&page.title, &page.headings(), text).then_some(SoftSign::Wording)
    }
}

/// Title, date and source of an article. Pages in other languages have none of the signs that are looked for.
fn article_of(page: &Page<'_>, today: Option<jiff::civil::Date>) -> Option<ArticleSeen> {
    let article = page.article(today);
    article.is_article.then(|| ArticleSeen {
        title: article.title.clone().unwrap_or_default(),
        date: article.date.as_ref().map(|d| d.date),
        source: article.source.clone().unwrap_or_default(),
    })
}

/// What a page looks like to a visitor, for comparison with the answer to a made-up address.
pub fn fingerprint(url: &Url, body: &[u8], content_type: Option<&str>) -> Fingerprint {
    let decoded = charset::decode(body, content_type);
    let page = Page::parse(url.clone(), &decoded.text, decoded.charset);
    Fingerprint::of(&page.title, &page.visible_text(bounds::SOFT_TEXT))
}

/// Whether XML is a page: XHTML that is sent under a media type of its own.
fn is_html(text: &str) -> bool {
    const START: usize = 1_000;
    let start: String = text.chars().take(START).collect::<String>().to_ascii_lowercase();
    start.contains("<html")
}

fn is_style(url: &Url) -> bool {
    url.path().to_ascii_lowercase().ends_with(".css")
}

fn body_hash(body: &[u8]) -> u64 {
    let mut hasher = hasher();
    hasher.write(body);
    hasher.finish()
}

/// What a visitor sees: title, text and embedded parts.
fn content_hash(page: &Page<'_>, text: &str) -> u64 {
    let mut hasher = hasher();
    hasher.write(page.title.as_bytes());
    hasher.write(text.as_bytes());
    for part in page.links.iter().filter(|l| l.kind.is_resource()) {
        hasher.write(part.raw.as_bytes());
    }
    hasher.finish()
}

fn hasher() -> impl Hasher {
    foldhash::fast::FixedState::with_seed(7).build_hasher()
}

/// Turns growing byte offsets of a text into positions.
struct Lines<'t> {
    text: &'t str,
    seen: usize,
    line: u32,
    line_start: usize,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Lines<'t> {
        Lines { text, seen: 0, line: 1, line_start: 0 }
    }

    fn position(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        for at in memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.seen.min(offset)..offset]) {
            self.line += 1;
            self.line_start = self.seen + at + 1;
        }
        self.seen = self.seen.max(offset);
        let column = self.text.get(self.line_start..offset).map_or(0, |t| t.chars().count());
        Position { line: self.line, column: column as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_are_read_as() {
        let check = |kind, mime, body: &[u8], expected| assert_eq!(read_as(kind, mime, body), expected);
        check(LinkKind::Anchor, Some("text/html"), b"", Some(ReadAs::Page));
        check(LinkKind::Anchor, None, b"\n <html>", Some(ReadAs::Page));
        check(LinkKind::Anchor, Some("application/pdf"), b"%PDF", None);
        check(LinkKind::Anchor, Some("text/plain"), b"hello", None);
        check(LinkKind::Style, Some("text/css"), b"", Some(ReadAs::Style));
        check(LinkKind::Style, Some("text/html"), b"<html>", None);
        check(LinkKind::ScriptFile, Some("text/javascript"), b"", Some(ReadAs::Script));
        check(LinkKind::ScriptFile, Some("application/octet-stream"), b"", Some(ReadAs::Script));
        check(LinkKind::ScriptFile, Some("text/html"), b"<html>", None);
        check(LinkKind::Sitemap, Some("application/x-gzip"), b"\x1f\x8b", Some(ReadAs::Feed));
        check(LinkKind::List, Some("text/xml"), b"<datastore>", Some(ReadAs::Feed));
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let mut lines = Lines::new("一二\n三url\nx");
        assert_eq!(lines.position(3), Position { line: 1, column: 2 });
        assert_eq!(lines.position(10), Position { line: 2, column: 2 });
        assert_eq!(lines.position(14), Position { line: 3, column: 1 });
    }
}
