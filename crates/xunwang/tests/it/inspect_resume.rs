//! Ends that come too early: killed, interrupted, out of time; and going on from there. Serves N2.1, N2.4.
//!
//! The moment of the blow is told by the server's own count of requests, not by a clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use testkit::fault_site::document;
use testkit::{Coding, FaultSite, Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

const PATIENCE: Duration = Duration::from_secs(60);

/// Findings that do not depend on the hour: what failed once and then went well may be told either way.
fn findings(run: &Run) -> BTreeSet<String> {
    let lines = run.found();
    lines.iter().map(|f| format!("{} {} {} {}", f.rule, f.page, f.target, f.verdict)).collect()
}

fn unbroken(site: &FaultSite) -> BTreeSet<String> {
    findings(&Inspect::of(&site.start_url()).run().ended_with(1))
}

#[test]
fn killed_in_the_middle_and_resumed_is_as_good_as_unbroken() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let want = unbroken(&site);
    let whole = site.server.journal().len();
    // At this rate the run takes some seconds, so that a second lost can be told from everything lost.
    let inspect = Inspect::of(&site.start_url()).with(&["--rate", "150"]);
    let mut asked_before = 0;
    for (killed, part) in [whole / 4, whole / 4].into_iter().enumerate() {
        site.server.journal().clear();
        let again = if killed == 0 { inspect.start() } else { inspect.resume().start() };
        assert!(site.server.journal().wait_for(part, PATIENCE));
        let run = again.kill();
        assert!(run.status.code().is_none(), "the run ended before it could be killed: {}", run.said());
        asked_before += site.server.journal().len();
    }
    site.server.journal().clear();
    let run = inspect.resume().run().ended_with(1);
    let got = findings(&run);
    let missing: Vec<_> = want.difference(&got).collect();
    let extra: Vec<_> = got.difference(&want).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:#?}\ntoo much {extra:#?}");
    // Each blow may lose a second of work: 150 requests, and what a start asks again.
    let asked = asked_before + site.server.journal().len();
    assert!(asked < whole + 2 * 200, "{asked} requests instead of {whole}");
}

#[test]
fn interrupted_leaves_a_valid_report_and_can_be_resumed() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let want = unbroken(&site);
    site.server.journal().clear();
    let inspect = Inspect::of(&site.start_url()).with(&["--rate", "150"]);
    let running = inspect.start();
    assert!(site.server.journal().wait_for(150, PATIENCE));
    let run = running.interrupt();
    assert!(run.took < PATIENCE, "{:?}", run.took);
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    for file in ["index.html", "findings.ndjson", "report.xlsx", "run.json", "run.db"] {
        assert!(
            run.out.join(file).metadata().is_ok_and(|m| m.len() > 0 || file == "findings.ndjson"),
            "{file}"
        );
    }
    let page = std::fs::read_to_string(run.out.join("index.html")).unwrap();
    assert!(page.trim_end().ends_with("</html>"));
    let partial = findings(&run);
    assert!(partial.len() < want.len(), "the run was not interrupted: {} findings", partial.len());
    let wrong: Vec<_> = partial.difference(&want).collect();
    assert!(wrong.is_empty(), "told too early: {wrong:#?}");
    let run = inspect.resume().run().ended_with(1);
    let got = findings(&run);
    assert_eq!(got.symmetric_difference(&want).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_time_limit_ends_with_a_report_too() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let run = Inspect::of(&site.start_url()).with(&["--rate", "50", "--time-limit", "1s"]).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    assert!(run.took < Duration::from_secs(20), "{:?}", run.took);
    assert!(run.out.join("index.html").is_file() && run.out.join("findings.ndjson").is_file());
}

#[test]
fn resuming_what_was_never_begun_says_so() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let run = Inspect::of(&site.start_url()).with(&["--resume"]).run();
    // Either it begins afresh and says so, or it refuses as wrong usage; it never fails without a word.
    assert!(matches!(run.code(), 1 | 2), "{}", run.said());
    assert!(!run.stderr.trim().is_empty() || run.code() == 1, "{}", run.said());
}

/// Ten pages, each of which leads to the next and to a page that is gone.
fn pages(broken: impl Fn(&str, u64) -> bool + Send + Sync + 'static) -> Server {
    let routes = Routes::new().when(move |request, visit| {
        if broken(request.path(), visit) {
            return Some(Reply::close_silently());
        }
        let number: u32 = request.path().strip_prefix("/p")?.strip_suffix(".html")?.parse().ok()?;
        let next = (number < 9).then(|| format!("<a href=\"/p{}.html\">下页</a>", number + 1));
        let body =
            format!("<p>第{number}页</p>{}<a href=\"/gone{number}.html\">旧</a>", next.unwrap_or_default());
        let page = document(Coding::Utf8.label(), "页", "", &body, &number.to_string());
        // No connection is kept, so that a try is a visit.
        Some(Reply::html(page).closing())
    });
    let routes = routes.otherwise(Reply::not_found().closing());
    Server::start(routes).unwrap()
}

fn dead(run: &Run) -> usize {
    run.told().iter().filter(|t| t.starts_with("dead-link") && t.contains("/gone")).count()
}

#[test]
fn a_host_that_breaks_off_and_comes_back_is_read_to_its_end() {
    // As often as is asked before a fault is believed; the second stands behind the first.
    let server = pages(|path, visit| matches!(path, "/p4.html" | "/p7.html") && visit <= 3);
    let run = Inspect::of(&server.url("/p0.html")).run().ended_with(1);
    assert_eq!((run.run_json()["state"].as_str(), dead(&run)), (Some("finished"), 10), "{:?}", run.told());
    assert_eq!(run.answer(&server.url("/p4.html")).unwrap().0, "ok");
    assert_eq!(run.answer(&server.url("/p7.html")).unwrap().0, "ok");
}

#[test]
fn an_address_that_breaks_off_again_while_its_host_answers_is_dead() {
    let server = pages(|path, _| path == "/p4.html");
    let run = Inspect::of(&server.url("/p0.html")).run().ended_with(1);
    assert_eq!(run.answer(&server.url("/p4.html")).unwrap().0, "dead");
    assert_eq!(run.run_json()["state"], "finished");
}

#[test]
fn a_host_that_stays_away_is_not_condemned_and_is_asked_again_on_resumption() {
    let gone = Arc::new(AtomicBool::new(true));
    let away = Arc::clone(&gone);
    let late = |path: &str| matches!(path, "/p5.html" | "/gone4.html" | "/");
    let server = pages(move |path, _| away.load(Ordering::SeqCst) && late(path));
    let inspect = Inspect::of(&server.url("/p0.html"));
    let run = inspect.run();
    assert_eq!(run.run_json()["state"], "interrupted", "{}", run.said());
    assert_eq!(run.answer(&server.url("/p5.html")).unwrap().0, "transient");
    assert!(
        run.told().iter().all(|t| !t.contains("dead-link") || !t.contains("/p5.html")),
        "{:?}",
        run.told()
    );
    gone.store(false, Ordering::SeqCst);
    let run = inspect.resume().run().ended_with(1);
    assert_eq!((run.run_json()["state"].as_str(), dead(&run)), (Some("finished"), 10), "{:?}", run.told());
}

#[test]
fn a_folder_of_another_site_is_left_alone() {
    let (one, other) = (pages(|_, _| false), pages(|_, _| false));
    let inspect = Inspect::of(&one.url("/p0.html"));
    let before = inspect.run().ended_with(1).findings();
    let out = inspect.out.to_str().unwrap().to_owned();
    let run = Inspect::of(&other.url("/p0.html")).with(&["--out", &out, "--resume"]).run();
    assert_eq!(run.code(), 3, "{}", run.said());
    assert!(run.stderr.contains(&one.url("/p0.html")) && other.journal().is_empty(), "{}", run.said());
    assert_eq!(crate::inspect_run::read_lines(&inspect.out.join("findings.ndjson")).len(), before.len());
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let (busy, other) = (FaultSite::start(Coding::Utf8).unwrap(), pages(|_, _| false));
    let inspect = Inspect::of(&busy.start_url()).with(&["--rate", "50"]);
    let running = inspect.start();
    assert!(busy.server.journal().wait_for(20, PATIENCE));
    let out = inspect.out.to_str().unwrap().to_owned();
    let run = Inspect::of(&other.url("/p0.html")).with(&["--out", &out]).run();
    assert_eq!(run.code(), 3, "{}", run.said());
    assert!(run.stderr.contains("另一个 xunwang") && other.journal().is_empty(), "{}", run.said());
    let run = running.interrupt();
    assert_eq!(run.run_json()["parameters"]["url"], busy.start_url().as_str());
}
