//! Ends that come too early: killed, interrupted, out of time; and going on from there. Serves N2.1, N2.4.
//!
//! The moment of the blow is told by the server's own count of requests, not by a clock.

use std::collections::BTreeSet;
use std::time::Duration;

use testkit::{Coding, FaultSite};

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
