//! Links of a fixture page, met with the answers its sidecar gives. Clause N2.4.
//!
//! A target without an answer answered well; an answer that no link asks for is a slip in the fixture.

use std::collections::BTreeSet;
use std::fs;

use base::Position;
use checks::address::{self, Address, Target, fragment_candidates};
use checks::look::target::{TargetLook, summary};
use checks::page::anchor_hash;
use checks::rule::{Answered, Facts, Findings, Linked};
use checks::{LinkKind, Page, charset, feed, registry, soft};
use url::Url;

use crate::case::Case;
use crate::sidecar::well;

/// A link before its target was asked.
struct Found {
    target: Address,
    kind: LinkKind,
    text: String,
    at: Position,
}

/// How a target answered, and the names of its elements where it was read.
struct Known {
    answer: Answered,
    anchors: Option<Vec<u64>>,
    look: Option<TargetLook>,
}

/// Runs the rules on every link of the page, and on the addresses that the plan names.
pub fn judge(case: &Case, out: &mut Findings) {
    let sidecar = &case.sidecar;
    let mut unasked: BTreeSet<&str> = sidecar.answer.iter().map(|row| row.url.as_str()).collect();
    let (own_anchors, found) = case.with_page(|page, _| (page.anchors.clone(), links_of(page)));
    for link in &found {
        let url = link.target.url.as_str();
        unasked.remove(url);
        let mut known = known(case, url);
        if url == sidecar.url {
            known.anchors = Some(own_anchors.clone());
        }
        run(case, &sidecar.url, link, &known, out);
    }
    for planned in &sidecar.planned {
        unasked.remove(planned.as_str());
        let url = Url::parse(planned).expect("a planned address");
        let link = Found {
            target: Address { url, fragment: None },
            kind: LinkKind::Anchor,
            text: String::new(),
            at: Position { line: 1, column: 1 },
        };
        run(case, "", &link, &known(case, planned), out);
    }
    assert!(unasked.is_empty(), "{}: nothing links to {unasked:?}", case.name());
}

fn run(case: &Case, page: &str, link: &Found, known: &Known, out: &mut Findings) {
    let site = case.sidecar.site();
    let fragment = link.target.fragment.as_deref();
    let linked = Linked {
        page,
        target: link.target.url.as_str(),
        fragment,
        inside: site.owns(&link.target.url),
        kind: link.kind,
        text: &link.text,
        at: link.at,
        answer: &known.answer,
        fragment_found: fragment.zip(known.anchors.as_deref()).map(|(f, anchors)| is_there(f, anchors)),
        look: known.look.as_ref(),
    };
    registry::link_rules(
        &linked,
        &Facts { site: &site, answer: None, today: Some(case.sidecar.today()), known: &case.sidecar.known() },
        out,
    );
}

fn links_of(page: &Page<'_>) -> Vec<Found> {
    if feed::is_feed(page.source) {
        let web = |entry: feed::FeedRef| match address::resolve(&page.url, &entry.raw, page.charset.encoding)
        {
            Target::Web(target) => {
                Some(Found { target, kind: LinkKind::Sitemap, text: String::new(), at: entry.at })
            }
            _ => None,
        };
        return feed::addresses(page.source).into_iter().filter_map(web).collect();
    }
    let web = |link: &checks::Link<'_>| match address::resolve(&page.base, &link.raw, page.charset.encoding) {
        Target::Web(target) => Some(Found { target, kind: link.kind, text: page.text_of(link), at: link.at }),
        _ => None,
    };
    page.links.iter().filter_map(web).collect()
}

fn known(case: &Case, url: &str) -> Known {
    let Some(row) = case.sidecar.answer.iter().find(|row| row.url == url) else {
        return Known { answer: well(), anchors: None, look: None };
    };
    let Some(file) = &row.body else {
        return Known { answer: row.answered(false), anchors: None, look: None };
    };
    let bytes = fs::read(case.path.with_file_name(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let decoded = charset::decode(&bytes, None);
    let page = Page::parse(Url::parse(url).expect("a resolved address"), &decoded.text, decoded.charset);
    let missing = soft::says_missing(&page.title, &page.headings(), &page.visible_text(4_000));
    let mut answer = row.answered(missing);
    answer.bytes = bytes.len() as u64;
    let look = Some(summary(&page));
    Known { answer, anchors: Some(page.anchors), look }
}

fn is_there(fragment: &str, anchors: &[u64]) -> bool {
    fragment_candidates(fragment).is_none_or(|(plain, decoded)| {
        [plain, &*decoded].iter().any(|name| anchors.binary_search(&anchor_hash(name)).is_ok())
    })
}
