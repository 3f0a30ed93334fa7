//! Hostile servers and crawler traps: every run ends, in bounded time and memory, and says what it met. Serves N2.1,
//! N2.5.
//!
//! Bounds of time are generous for a busy machine; without the engine's own bounds each would be passed by far.

use std::time::Duration;

use testkit::hostile::{self, Attack};
use testkit::traps::{self, Trap};
use testkit::{Routes, Server};

use crate::inspect_run::{Inspect, Run};

/// Memory that no site may make the program take.
const MOST_KIB: u64 = 300 * 1024;

fn check_bounds(name: &str, run: &Run, most: Duration) {
    assert!(matches!(run.code(), 0 | 1), "{name}: {}", run.said());
    assert!(!run.said().contains("panicked"), "{name}: {}", run.said());
    assert!(run.took < most, "{name} took {:?}", run.took);
    assert!(run.peak_kib > 0 && run.peak_kib < MOST_KIB, "{name} took {} MiB", run.peak_kib >> 10);
}

#[test]
fn every_attack_is_survived_and_named() {
    let server = Server::start(hostile::routes()).unwrap();
    let run = Inspect::of(&server.url(hostile::START)).with(&["--timeout", "2s"]).run();
    check_bounds("all attacks", &run, Duration::from_secs(60));
    let mut wrong = Vec::new();
    for Attack { name, reach, .. } in hostile::ALL {
        match run.answer(&server.url(&hostile::target(name))) {
            Some((_, told)) if reach.contains(&told.as_str()) => {}
            told => wrong.push(format!("{name}: {told:?}, wanted one of {reach:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // In the middle of all that the ordinary findings are made.
    assert_eq!(run.answer(&server.url("/fine.html")).unwrap().0, "ok");
    let dead = run.of_rule("dead-link");
    assert!(dead.iter().any(|f| f["target"] == server.url("/gone/real.html")), "{dead:#?}");
}

#[test]
fn a_hostile_start_page_ends_the_run_in_time() {
    for name in ["endless-body", "gzip-bomb", "endless-header", "slow-drip", "not-http", "closes-at-once"] {
        let attack = hostile::ALL.iter().find(|a| a.name == name).unwrap();
        let server = Server::start(Routes::new().on(traps::START, (attack.reply)())).unwrap();
        let run = Inspect::of(&server.url(traps::START)).with(&["--timeout", "1s"]).run();
        assert!(matches!(run.code(), 0 | 1 | 3), "{name}: {}", run.said());
        assert!(!run.said().contains("panicked"), "{name}: {}", run.said());
        assert!(run.took < Duration::from_secs(30), "{name} took {:?}", run.took);
        assert!(run.peak_kib < MOST_KIB, "{name} took {} MiB", run.peak_kib >> 10);
    }
}

fn check_trap(name: &str) {
    let Trap { routes, most_requests, .. } = traps::ALL.iter().find(|t| t.name == name).unwrap();
    let server = Server::start(routes()).unwrap();
    let run = Inspect::of(&server.url(traps::START)).run();
    check_bounds(name, &run, Duration::from_secs(60));
    let asked = server.journal().len();
    assert!(asked <= *most_requests, "{name}: {asked} requests");
    let told = run.told();
    assert!(told.contains(&format!("dead-link {}", server.url(traps::DEAD))), "{name}: {told:?}");
    let others: Vec<_> =
        told.iter().filter(|t| !t.starts_with("dead-link") && !t.starts_with("crawler-trap")).collect();
    assert!(others.is_empty(), "{name}: {others:?}");
}

#[test]
fn a_calendar_without_end() {
    check_trap("calendar");
}

#[test]
fn session_ids_in_every_path() {
    check_trap("session-ids");
}

#[test]
fn filters_in_any_combination() {
    check_trap("facets");
}

#[test]
fn relative_links_ever_deeper() {
    check_trap("ever-deeper");
}

#[test]
fn redirects_to_ever_new_pages() {
    check_trap("redirect-maze");
}

#[test]
fn a_page_with_a_hundred_thousand_links_is_read_whole() {
    let server = Server::start(traps::many_links()).unwrap();
    let run = Inspect::of(&server.url(traps::START)).run();
    check_bounds("many links", &run, Duration::from_secs(110));
    let last = format!("/n/{}.html", traps::MANY_LINKS - 10);
    assert!(server.journal().visits(&last) > 0, "{last} was not asked");
    assert!(run.told().contains(&format!("dead-link {}", server.url(traps::DEAD))));
}
