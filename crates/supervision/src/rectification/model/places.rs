//! Where a machine looks when a ticket is rechecked: at the pages concerned, or at the whole site. Clause N2.8; pure.
//!
//! What shows on its page or at the end of its link is looked at there; what shows only to who has seen the
//! whole site takes an inspection.

use checks::{Look, registry};

use crate::inspection::model::finding::STANDS_ANYWHERE;
use crate::inspection::model::plan::Reach;

/// Most addresses that are looked at by themselves; beyond it an inspection is no slower.
const MOST: usize = 100;

/// A finding that is still there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub rule: &'a str,
    pub page: Option<&'a str>,
    pub target: Option<&'a str>,
    /// On how many pages it stands.
    pub pages: i32,
}

/// How far the recheck of some findings reaches.
pub fn reach_of(places: &[Place<'_>]) -> Reach {
    let whole = || {
        let probes = places.iter().any(|place| matches!(look(place.rule), Some(Look::Probe(_))));
        Reach { probes, ..Reach::usual() }
    };
    let mut only: Vec<String> = Vec::new();
    for place in places {
        let Some(addresses) = addresses(place) else { return whole() };
        for address in addresses {
            let bare = address.split('#').next().unwrap_or_default();
            let can_be_asked = bare.starts_with("http://") || bare.starts_with("https://");
            if can_be_asked && !only.iter().any(|known| known == bare) {
                only.push(bare.to_owned());
            }
        }
    }
    if only.is_empty() || only.len() > MOST { whole() } else { Reach::only(only) }
}

fn look(rule: &str) -> Option<Look> {
    registry::rule(rule).map(|rule| rule.look)
}

/// Whether an address names a part of pages, by its ending.
fn is_part(page: &str) -> bool {
    let path = page.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".css", ".js", ".mjs", ".xml", ".gz"].iter().any(|ending| path.ends_with(ending))
}

/// The addresses that show whether a finding is still there; `None`: they do not.
fn addresses<'a>(place: &Place<'a>) -> Option<Vec<&'a str>> {
    // Style sheets, scripts and lists of pages are read with the pages that use them.
    if place.page.is_some_and(is_part) {
        return None;
    }
    match look(place.rule)? {
        Look::Page(_) | Look::Document(_) | Look::PageAndDocument(..) => Some(vec![place.page?]),
        // A link on many pages may have gone from this one only.
        Look::Link(_) if place.pages > 1 || STANDS_ANYWHERE.contains(&place.rule) => None,
        Look::Link(_) => Some(place.page.into_iter().chain(place.target).collect()),
        Look::Probe(_) | Look::Site(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(rule: &'a str, page: &'a str, target: &'a str, pages: i32) -> Place<'a> {
        let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Place { rule, page: some(page), target: some(target), pages }
    }

    #[test]
    fn what_shows_in_its_place_is_looked_at_there() {
        let (page, other) = ("http://qinghe.example/a.html", "http://qinghe.example/b.html");
        let reach = reach_of(&[
            place("common-typo", page, "", 1),
            place("dead-link", page, "http://qinghe.example/gone.pdf#top", 1),
            place("personal-data", other, "http://qinghe.example/list.xlsx", 1),
            place("tls-fault", other, "ftp://files.example/", 1),
        ]);
        assert_eq!(reach.only, [page, "http://qinghe.example/gone.pdf", other]);
        assert!(reach.anew && !reach.is_whole() && reach.attachments > 0);
    }

    #[test]
    fn what_does_not_takes_the_whole_site() {
        let page = "http://qinghe.example/a.html";
        let many: Vec<String> = (0..=MOST).map(|n| format!("{page}?{n}")).collect();
        let many: Vec<Place<'_>> = many.iter().map(|page| place("common-typo", page, "", 1)).collect();
        for (places, probes) in [
            // A dead link on many pages, a stale column, a rule that is no more, nothing at all, too much.
            (vec![place("dead-link", page, "http://qinghe.example/gone", 7)], false),
            (vec![place("unapproved-link", page, "http://other.example/", 1)], false),
            (
                vec![place(
                    "dead-resource",
                    "http://qinghe.example/s.css?v=2",
                    "http://qinghe.example/x.png",
                    1,
                )],
                false,
            ),
            (vec![place("common-typo", page, "", 1), place("stale-column", page, "", 1)], false),
            (vec![place("no-such-rule", page, "", 1)], false),
            (vec![place("exposed-file", page, "", 1)], true),
            (vec![], false),
            (many, false),
        ] {
            let reach = reach_of(&places);
            assert!(reach.is_whole() && reach.probes == probes, "{places:?}");
        }
    }
}
