//! A site of any size made on the fly, for measuring speed and memory. Tests and benchmarks only (N2.1).
//!
//! Every page has a hundred links, a few parts and some prose; one link in a thousand pages is dead, and known.

use std::fmt::Write as _;

use crate::fault_site::{Coding, document, prose};
use crate::server::{Reply, Routes};

/// Where the site begins.
pub const START: &str = "/index.html";
/// Links on a page.
pub const LINKS: u64 = 100;
/// One page in so many shows a dead link.
pub const DEAD_EVERY: u64 = 50;

/// A site of so many pages, each reachable from the start page.
pub fn site(pages: u64) -> Routes {
    Routes::new().on("/site.css", Reply::of("text/css", "body{background:url(/bg.png)}")).when(
        move |request, _| {
            let path = request.path();
            if matches!(path, "/bg.png" | "/logo.png") {
                return Some(Reply::of("image/png", "png"));
            }
            let number = if path == START {
                0
            } else {
                path.strip_prefix("/p/")?.strip_suffix(".html")?.parse().ok()?
            };
            (number < pages).then(|| Reply::html(page(number, pages)))
        },
    )
}

/// Dead links of a site of so many pages.
pub fn dead(pages: u64) -> u64 {
    pages.div_ceil(DEAD_EVERY)
}

fn page(number: u64, pages: u64) -> String {
    let mut body = String::from("<img src=\"/logo.png\" alt=\"\"><ul>\n");
    for n in 0..LINKS {
        // The first links make a tree that reaches every page; the others lead about in it.
        let to = if n < 10 { number * 10 + n + 1 } else { (number * 7919 + n * 104_729) % pages };
        let to = to % pages;
        let address = if to == 0 { START.to_owned() } else { format!("/p/{to}.html") };
        writeln!(body, "<li><a class=\"item\" href=\"{address}\" title=\"第{to}条\">关于第{to}号事项的通知</a><span>2026-01-01</span></li>")
            .expect("writing to a String cannot fail");
    }
    if number.is_multiple_of(DEAD_EVERY) {
        write!(body, "<a href=\"/gone/{number}.html\">已撤下</a>").expect("writing to a String cannot fail");
    }
    body.push_str("</ul>");
    for n in 0..4 {
        write!(body, "<p>{}</p>", prose(&format!("{number}-{n}"))).expect("writing to a String cannot fail");
    }
    let title = format!("第{number}页");
    document(Coding::Utf8.label(), &title, "<link rel=\"stylesheet\" href=\"/site.css\">\n", &body, &title)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_page_hangs_on_the_start_page() {
        const PAGES: u64 = 500;
        let (mut seen, mut next, mut dead_links) = (BTreeSet::from([0]), vec![0], 0);
        while let Some(number) = next.pop() {
            let source = page(number, PAGES);
            dead_links += source.matches("/gone/").count() as u64;
            for link in source.split("href=\"/p/").skip(1).filter_map(|rest| rest.split(".html").next()) {
                let to = link.parse().unwrap();
                if seen.insert(to) {
                    next.push(to);
                }
            }
        }
        assert_eq!((seen.len() as u64, dead_links), (PAGES, dead(PAGES)));
    }
}
