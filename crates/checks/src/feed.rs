//! Addresses in sitemaps and feeds: sitemaps.org protocol 0.9, RSS 2.0, Atom (RFC 4287). Clause N2.1.
//!
//! Reads what is plain to see in broken files too: marks and blank lines before the declaration, blanks around
//! addresses, text behind the end. Fetches and judges nothing.

use std::borrow::Cow;

use base::Position;
use memchr::{memchr, memchr_iter, memmem};

/// Most addresses taken from one file: the sitemaps.org limit.
pub const MAX_FEED_ADDRESSES: usize = 50_000;

/// What an address in a feed leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedKind {
    Page,
    /// Another sitemap.
    Sitemap,
}

/// An address in a sitemap or feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRef {
    /// Trimmed, character references undone.
    pub raw: String,
    pub kind: FeedKind,
    pub at: Position,
}

/// Whether a document is a sitemap or feed, told by its first element.
pub fn is_feed(text: &str) -> bool {
    Tags::new(text).find(|tag| !tag.name.starts_with(['?', '!'])).is_some_and(|tag| {
        let local = local_name(tag.name).to_ascii_lowercase();
        matches!(local.as_str(), "urlset" | "sitemapindex" | "rss" | "feed" | "rdf")
    })
}

/// The addresses of a sitemap, sitemap index, RSS or Atom document, in order.
pub fn addresses(text: &str) -> Vec<FeedRef> {
    let mut found = Vec::new();
    let mut in_sitemap = false;
    let mut lines = Lines { text, seen: 0, line: 1, start: 0 };
    for tag in Tags::new(text) {
        if found.len() >= MAX_FEED_ADDRESSES {
            break;
        }
        let kind = if in_sitemap { FeedKind::Sitemap } else { FeedKind::Page };
        let raw = match local_name(tag.name).to_ascii_lowercase().as_str() {
            "sitemap" => {
                in_sitemap = true;
                continue;
            }
            "/sitemap" => {
                in_sitemap = false;
                continue;
            }
            // Pictures and videos of the sitemap extensions are no pages.
            "loc" if tag.name.contains(':') && !tag.name.starts_with("sm:") => continue,
            "loc" => content(text, tag.end),
            "link" => match attribute(tag.inner, "href") {
                Some(href) => Cow::Owned(href),
                None => content(text, tag.end),
            },
            _ => continue,
        };
        let raw = undo_references(raw.trim()).trim().to_owned();
        if !raw.is_empty() {
            found.push(FeedRef { raw, kind, at: lines.position(tag.start) });
        }
    }
    found
}

struct Tag<'t> {
    /// With a leading `/` for end tags.
    name: &'t str,
    inner: &'t str,
    start: usize,
    end: usize,
}

/// Tags of a text, comments and CDATA sections left out.
struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tags<'t> {
    fn new(text: &'t str) -> Tags<'t> {
        Tags { text, at: 0 }
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at + memchr(b'<', bytes.get(self.at..)?)?;
            let rest = &bytes[start..];
            let close: &[u8] = if rest.starts_with(b"<!--") {
                b"-->"
            } else if rest.starts_with(b"<![CDATA[") {
                b"]]>"
            } else {
                let end = start + memchr(b'>', rest)?;
                self.at = end + 1;
                let inner = &self.text[start + 1..end];
                let name_end = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
                let name = inner[..name_end].trim_end_matches('/');
                let name = if name.is_empty() { inner } else { name };
                return Some(Tag { name, inner, start, end: end + 1 });
            };
            self.at = start + memmem::find(rest, close)? + close.len();
        }
    }
}

/// Text from `from` to the next tag; a CDATA section counts as text.
fn content(text: &str, from: usize) -> Cow<'_, str> {
    let rest = &text[from..];
    if let Some(inner) = rest.trim_start().strip_prefix("<![CDATA[") {
        // Kept from having its references undone a second time by escaping what would be one.
        return Cow::Owned(inner.split("]]>").next().unwrap_or_default().replace('&', "&amp;"));
    }
    Cow::Borrowed(rest.split('<').next().unwrap_or_default())
}

fn attribute(inner: &str, name: &str) -> Option<String> {
    let mut rest = inner;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        rest = &rest[at + name.len()..];
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = value
            && let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\''))
        {
            return value[1..].split(quote).next().map(str::to_owned);
        }
    }
}

fn local_name(name: &str) -> Cow<'_, str> {
    match name.strip_prefix('/') {
        Some(end) => Cow::Owned(format!("/{}", end.rsplit(':').next().unwrap_or(end))),
        None => Cow::Borrowed(name.rsplit(':').next().unwrap_or(name)),
    }
}

/// XML's five references and numeric ones; what is none stays as it is.
fn undo_references(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        let meant = end.and_then(|end| reference(&rest[1..end]));
        match (meant, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

struct Lines<'t> {
    text: &'t str,
    seen: usize,
    line: u32,
    start: usize,
}

impl Lines<'_> {
    fn position(&mut self, offset: usize) -> Position {
        for at in memchr_iter(b'\n', &self.text.as_bytes()[self.seen..offset]) {
            self.line += 1;
            self.start = self.seen + at + 1;
        }
        self.seen = offset;
        let column = self.text[self.start..offset].chars().take(100_000).count();
        Position { line: self.line, column: column as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, FeedKind)]) {
        let found = addresses(text);
        let seen: Vec<_> = found.iter().map(|f| (f.raw.as_str(), f.kind)).collect();
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn a_sitemap_with_marks_blanks_and_references() {
        let text = "\u{feff}\r\n\r\n<?xml version=\"1.0\"?>\r\n<urlset><url><loc>\r\n  http://a.example/1.html\r\n</loc></url>\
                    <url><loc>http://a.example/q?a=1&amp;b=2</loc><image:loc>http://a.example/x.png</image:loc></url></urlset>";
        assert!(is_feed(text));
        check(
            text,
            &[("http://a.example/1.html", FeedKind::Page), ("http://a.example/q?a=1&b=2", FeedKind::Page)],
        );
        assert_eq!(addresses(text)[0].at, Position { line: 4, column: 14 });
    }

    #[test]
    fn an_index_names_sitemaps() {
        let text =
            "<sitemapindex><sitemap><loc>http://a.example/s.xml.gz</loc></sitemap></sitemapindex> junk <";
        check(text, &[("http://a.example/s.xml.gz", FeedKind::Sitemap)]);
    }

    #[test]
    fn rss_and_atom() {
        let rss = "<rss><channel><link>http://a.example/</link><item><link><![CDATA[http://a.example/2?x=1&y=2]]></link></item></channel></rss>";
        check(rss, &[("http://a.example/", FeedKind::Page), ("http://a.example/2?x=1&y=2", FeedKind::Page)]);
        let atom = "<feed><entry><link rel=\"alternate\" href='http://a.example/3'/></entry></feed>";
        assert!(is_feed(rss) && is_feed(atom));
        check(atom, &[("http://a.example/3", FeedKind::Page)]);
    }

    #[test]
    fn other_documents_are_no_feeds() {
        for text in ["<html><body>", "<datastore>", "", "<", "<?xml?>", "<!-- <urlset> --><html>", "text"] {
            assert!(!is_feed(text), "{text}");
        }
    }

    #[test]
    fn comments_and_broken_ends_are_passed_over() {
        check(
            "<urlset><!-- <loc>http://a.example/no</loc> --><url><loc>http://a.example/yes",
            &[("http://a.example/yes", FeedKind::Page)],
        );
        check("<urlset><loc></loc><loc>   </loc><!-- ", &[]);
    }
}
