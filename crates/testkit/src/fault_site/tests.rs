//! The fault site is what its list says: each page stands there, each dead target is dead, each good one answers.
//! Tests only (N2.1, N2.4); proves nothing about the engine.

use std::collections::{BTreeMap, BTreeSet};

use base::Verdict;

use super::*;
use crate::client::{Answer, ask, get};

fn path<'a>(server: &Server, url: &'a str) -> Option<&'a str> {
    let rest = url.strip_prefix(&server.origin())?;
    Some(rest.split('#').next().unwrap_or(rest))
}

/// The last answer after redirects with their cookies, as a patient visitor sees it: asks again after a failure.
fn visit(server: &Server, target: &str) -> Option<Answer> {
    let mut target = target.to_string();
    let mut cookie = String::new();
    for _ in 0..12 {
        let answer = (0..3)
            .filter_map(|_| ask(server.address(), "GET", &target, &cookie).ok())
            .find(|a| !matches!(a.status, 429 | 500 | 503))?;
        if let Some(set) = answer.header("set-cookie") {
            cookie = format!("Cookie: {}\r\n", set.split(';').next().unwrap_or_default());
        }
        match answer.header("location") {
            Some(to) if answer.status / 100 == 3 => {
                target = to.strip_prefix("../..").unwrap_or(to).to_string();
            }
            _ => return Some(answer),
        }
    }
    None
}

fn check_site(coding: Coding) {
    let site = FaultSite::start(coding).unwrap();
    for row in &site.rows {
        let page = path(&site.server, &row.page).expect("the page lies on the site");
        let shows = get(site.server.address(), page).unwrap();
        assert_eq!(shows.status, 200, "{}: page {page}", row.kind);
        let server =
            if row.target.starts_with(&site.neighbour.origin()) { &site.neighbour } else { &site.server };
        let Some(target) = path(server, &row.target) else { continue };
        let fragment = row.rule == Some(rule::FRAGMENT);
        let status = visit(server, target).map(|a| a.status);
        match row.expect {
            Expect::Ok => assert_eq!(status, Some(200), "{}: {target}", row.kind),
            Expect::Fault(Verdict::Dead) if fragment => {
                assert_eq!(status, Some(200), "{}: {target}", row.kind)
            }
            Expect::Fault(Verdict::Dead) => {
                assert!(!matches!(status, Some(200..=399)), "{}: {target} answers {status:?}", row.kind);
            }
            Expect::Fault(Verdict::Wrong) => assert_eq!(status, Some(200), "{}: {target}", row.kind),
            Expect::Fault(Verdict::Transient) => assert_eq!(status, None, "{}: {target}", row.kind),
            Expect::Fault(_) => {
                let firewall = ask(server.address(), "GET", target, "").unwrap().status;
                assert!([200, 403, 405, 412, 503, 521].contains(&firewall), "{}: {firewall}", row.kind);
            }
            Expect::Noted | Expect::Unasked => {}
        }
    }
}

#[test]
fn every_row_of_the_list_is_true_of_the_site() {
    check_site(Coding::Utf8);
}

#[test]
fn every_row_of_the_list_is_true_of_the_site_in_gb18030() {
    check_site(Coding::Gb18030);
}

#[test]
fn both_charsets_have_the_same_list() {
    let list = |coding| {
        let site = FaultSite::start(coding).unwrap();
        let (own, beside) = (site.server.origin(), site.neighbour.origin());
        site.rows
            .iter()
            .map(|r| {
                let plain = |url: &str| url.replace(&own, "").replace(&beside, "beside:");
                format!("{} {:?} {:?} {} {}", r.kind, r.expect, r.rule, plain(&r.page), plain(&r.target))
            })
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(list(Coding::Utf8), list(Coding::Gb18030));
}

#[test]
fn no_row_says_what_another_denies() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let mut keys = BTreeMap::new();
    for row in &site.rows {
        let before = keys.insert((row.rule, row.page.as_str(), row.target.as_str()), row.kind);
        assert_eq!(before, None, "{} twice: {}", row.kind, row.target);
    }
    let dead: BTreeSet<&str> = (site.rows.iter())
        .filter(|r| matches!(r.expect, Expect::Fault(_)))
        .map(|r| r.target.as_str())
        .collect();
    for row in site.rows.iter().filter(|r| r.expect == Expect::Ok) {
        assert!(!dead.contains(row.target.as_str()), "{} is both well and dead", row.target);
    }
}

#[test]
fn the_gb18030_site_really_is_in_gb18030() {
    let site = FaultSite::start(Coding::Gb18030).unwrap();
    let index = get(site.server.address(), "/index.html").unwrap().body;
    assert!(std::str::from_utf8(&index).is_err());
    let (text, _, broken) = encoding_rs::GB18030.decode(&index);
    assert!(!broken && text.contains("<meta charset=\"gb18030\">") && text.contains("首页_青禾市人民政府"));
}

#[test]
fn charset_pages_are_sent_as_their_rows_say() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    for row in &site.pages {
        let answer = get(site.server.address(), path(&site.server, &row.page).unwrap()).unwrap();
        let label = row.charsets[row.charsets.len() - 1];
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (text, used, _) = encoding.decode(&answer.body);
        assert_eq!(used, encoding, "{}", row.page);
        assert!(text.contains(&format!("<title>{}", row.title)), "{}: {}", row.page, row.title);
    }
}
