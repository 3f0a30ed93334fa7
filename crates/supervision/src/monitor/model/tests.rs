//! Tables for what visits mean. Clauses N2.1, N5.2.

use base::{TlsFault, Withheld};

use super::*;

fn at(minute: i64) -> Instant {
    Instant::from_timestamp(1_780_000_000 + minute * 60, 0).unwrap()
}

#[test]
fn what_a_visit_says() {
    let check = |reach: Reach, ms, want| assert_eq!(outcome(reach, ms), want, "{reach} {ms}");
    check(Reach::Ok, 120, Outcome::Up);
    check(Reach::Ok, 4_999, Outcome::Up);
    check(Reach::Ok, 5_000, Outcome::Slow);
    check(Reach::Ok, 14_999, Outcome::Slow);
    check(Reach::Ok, 15_000, Outcome::Failed);
    check(Reach::TooLarge, 100, Outcome::Up);
    for reach in [Reach::NoSuchName, Reach::NoRoute, Reach::Refused, Reach::Reset, Reach::Timeout] {
        check(reach, 0, Outcome::Failed);
    }
    for code in [302, 404, 410, 500, 502, 503] {
        check(Reach::Status(code), 10, Outcome::Failed);
    }
    check(Reach::Tls(TlsFault::Handshake), 10, Outcome::Failed);
    check(Reach::RedirectLoop, 10, Outcome::Failed);
    for code in [403, 412, 429, 521] {
        check(Reach::Status(code), 10, Outcome::Unsure);
    }
    check(Reach::NoResolver, 10, Outcome::Unsure);
    check(Reach::NoProxy, 10, Outcome::Unsure);
    check(Reach::Withheld(Withheld::Limit), 10, Outcome::Unsure);
}

/// Plays visits: `.` opens, `s` slow, `x` fails, `?` unsure, in capitals or `!` for planned ones; one a minute, and `_`
/// lets twenty minutes pass. Tells incidents as `(from-to)`, minutes of the visits that began and ended them.
fn check(visits: &str, want: &str, stands: Standing) {
    let mut before = Before { standing: Standing::New, since: at(0), suspicion: None, has_incident: false };
    let (mut minute, mut told, mut open) = (0, String::new(), None);
    for visit in visits.chars() {
        let (seen, planned) = match visit {
            '.' => (Outcome::Up, false),
            'o' => (Outcome::Up, true),
            's' => (Outcome::Slow, false),
            'x' => (Outcome::Failed, false),
            'X' => (Outcome::Failed, true),
            '?' => (Outcome::Unsure, false),
            _ => {
                minute += 20;
                continue;
            }
        };
        minute += 1;
        let after = step(&before, seen, Reach::Refused, at(minute), planned);
        match after.deed {
            Deed::Open(first) => open = Some((first.at - at(0)).num_minutes()),
            Deed::Close => told += &format!("({}-{minute})", open.take().expect("one is open")),
            Deed::GoOn | Deed::Nothing => {}
        }
        before = Before {
            standing: after.standing,
            since: after.since,
            suspicion: after.suspicion,
            has_incident: open.is_some(),
        };
    }
    if let Some(from) = open {
        told += &format!("({from}-");
    }
    assert_eq!((told.as_str(), before.standing), (want, stands), "{visits}");
}

#[test]
fn two_failed_visits_confirm_and_one_does_not() {
    check(".x..", "", Standing::Up);
    check(".x..xxx.", "(5-8)", Standing::Up);
    check("xx", "(1-", Standing::Down);
    check("x", "", Standing::Suspect);
    check("xx?x", "(1-", Standing::Down);
    check("x?x", "", Standing::Suspect);
    check("xxs", "(1-3)", Standing::Slow);
    check("x_x", "", Standing::Suspect);
    check("x_xx", "(22-", Standing::Down);
    check("?", "", Standing::Unsure);
}

#[test]
fn planned_downtime_begins_no_incident_and_ends_one_when_the_site_opens() {
    check(".XXXX", "", Standing::Maintenance);
    check(".xXx", "", Standing::Suspect);
    check("xxXXo", "(1-5)", Standing::Up);
    check("xxX", "(1-", Standing::Maintenance);
    check("XXxx", "(3-", Standing::Down);
}

#[test]
fn a_state_lasts_since_its_first_visit() {
    let before = Before { standing: Standing::Up, since: at(0), suspicion: None, has_incident: false };
    assert_eq!(step(&before, Outcome::Up, Reach::Ok, at(5), false).since, at(0));
    assert_eq!(step(&before, Outcome::Slow, Reach::Ok, at(5), false).since, at(5));
    let first = Suspicion { at: at(4), cause: "refused".into() };
    let suspect = Before { standing: Standing::Suspect, suspicion: Some(first), ..before };
    let after = step(&suspect, Outcome::Failed, Reach::Refused, at(5), false);
    assert_eq!((after.since, after.again_soon), (at(4), false));
}

#[test]
fn visits_are_spread_over_the_interval_and_keep_their_place() {
    let now = at(0);
    let mut seconds = vec![0; 300];
    for site in 1..=3_000 {
        let slot = next_slot(site, 5, now);
        let wait = (slot - now).num_seconds();
        assert!((1..=300).contains(&wait), "{site}: {wait}");
        assert_eq!(next_slot(site, 5, slot), slot + TimeDelta::minutes(5));
        assert_eq!(next_slot(site, 5, slot - TimeDelta::seconds(1)), slot);
        assert_eq!(next_slot(site, 5, now + TimeDelta::days(1)), slot + TimeDelta::days(1));
        seconds[(wait - 1) as usize] += 1;
    }
    assert!(seconds.iter().all(|sites| (5..=16).contains(sites)), "{seconds:?}");
}

#[test]
fn a_confirming_visit_comes_soon_but_not_after_the_plan() {
    let slot = next_slot(7, 5, at(0));
    assert_eq!(next_visit(7, 5, at(0), false), slot);
    assert_eq!(next_visit(7, 5, slot, true), slot + CONFIRM_AFTER);
    let just_before = slot - TimeDelta::seconds(3);
    assert_eq!(next_visit(7, 5, just_before, true), slot);
}

#[test]
fn every_cause_has_words() {
    for (cause, want) in [("too-slow", "15 秒"), ("refused", "拒绝"), ("status-500", "500"), ("odd", "odd")]
    {
        assert!(cause_words(cause).contains(want), "{cause}");
    }
    assert_eq!(super::cause(Reach::Ok), "too-slow");
    assert_eq!(super::cause(Reach::Timeout), "timeout");
}

#[test]
fn states_are_read_back_from_their_words() {
    for standing in Standing::ALL {
        assert_eq!(Standing::of(standing.word()), Some(standing));
    }
}

#[test]
fn what_ends_soon_is_told_and_what_ends_this_week_is_grave() {
    let check = |days, want| assert_eq!(ends_level(days), want, "{days}");
    check(31, None);
    check(30, Some(Level::Warning));
    check(8, Some(Level::Warning));
    check(7, Some(Level::Fault));
    check(-400, Some(Level::Fault));
}
