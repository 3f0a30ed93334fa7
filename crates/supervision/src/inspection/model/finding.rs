//! A finding over time: what makes two sightings one, and what becomes of it when it is seen, missed or judged.
//! Clauses N2.4, N2.5, N5.3; pure.

use base::Level;
use checks::{Look, registry};
use platform::Digest;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Seen, and nobody has judged it.
    #[sea_orm(string_value = "new")]
    New,
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    /// Judged to be none; does not count until its exception ends.
    #[sea_orm(string_value = "false_alarm")]
    FalseAlarm,
    /// Not there any more.
    #[sea_orm(string_value = "gone")]
    Gone,
}

/// What a person has said of it, whatever became of it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    #[sea_orm(string_value = "none")]
    None,
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    #[sea_orm(string_value = "false_alarm")]
    FalseAlarm,
}

impl State {
    /// All states in the order of the screens.
    pub const ALL: [State; 4] = [State::New, State::Confirmed, State::FalseAlarm, State::Gone];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::New => "new",
            State::Confirmed => "confirmed",
            State::FalseAlarm => "false_alarm",
            State::Gone => "gone",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            State::New => "待核实",
            State::Confirmed => "已确认",
            State::FalseAlarm => "误报",
            State::Gone => "已消失",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it counts against the site.
    pub fn counts(self) -> bool {
        matches!(self, State::New | State::Confirmed)
    }
}

/// Who saw it. A finding may have several; each is one bit of a number in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Machine = 1,
    Reader = 2,
    Citizen = 4,
}

impl Source {
    /// All of them.
    pub const ALL: [Source; 3] = [Source::Machine, Source::Reader, Source::Citizen];

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Source::Machine => "机器巡检",
            Source::Reader => "人工读网",
            Source::Citizen => "公众找错",
        }
    }

    /// The names of a set.
    pub fn names(set: i32) -> Vec<&'static str> {
        Source::ALL.into_iter().filter(|one| set & *one as i32 != 0).map(Source::name).collect()
    }
}

/// A level as the number that lists are ordered by: the gravest is the largest.
pub fn level_number(level: Level) -> i32 {
    level as i32
}

/// The level of a number.
pub fn level_of(number: i32) -> Level {
    Level::GRAVEST_FIRST.into_iter().find(|level| *level as i32 == number).unwrap_or(Level::Notice)
}

/// What one sighting is about, as far as it tells two apart.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    pub rule: &'a str,
    pub page: Option<&'a str>,
    pub target: Option<&'a str>,
    /// The faulty words.
    pub fault: Option<&'a str>,
    /// The link's text or an excerpt.
    pub text: Option<&'a str>,
}

/// Rules on links whose fault shows only when the target was read as a page, not merely asked for.
pub const READS_TARGET: [&str; 3] = ["soft-404", "dead-fragment", "oversize-answer"];
/// Rules on links whose fault is no fault of the target's answer: on how many pages such a link stands is not counted.
pub const STANDS_ANYWHERE: [&str; 4] =
    ["outgoing-link", "unapproved-link", "closed-domain-link", "drifted-target"];

/// The key under which all sightings of one fault of a site meet.
///
/// A fault at a link's end is the target's: one finding, on however many pages the link stands. So is a fault in a file. A fault of wording is
/// the page's and its words', wherever on the page they have moved to. Line and column never tell two apart, and
/// neither does the sentence of the cause: it holds measured values.
pub fn key(about: About<'_>) -> String {
    let look = registry::rule(about.rule).map(|rule| rule.look);
    let link = matches!(look, Some(Look::Link(_)));
    // A file's fault is the file's, whichever page leads to it.
    let file = matches!(look, Some(Look::Document(_) | Look::PageAndDocument(..)));
    let parts = match (about.target, about.fault) {
        (Some(target), _) if link => ["", target, ""],
        (Some(target), Some(fault)) if file => ["", target, fault],
        (Some(target), None) if file => ["", target, about.text.unwrap_or_default()],
        (target, Some(fault)) => [about.page.unwrap_or_default(), target.unwrap_or_default(), fault],
        (Some(target), None) => [about.page.unwrap_or_default(), target, ""],
        (None, None) => [about.page.unwrap_or_default(), "", about.text.unwrap_or_default()],
    };
    let whole = format!("{}\u{0}{}\u{0}{}\u{0}{}", about.rule, parts[0], parts[1], parts[2]);
    // Sixteen bytes: among ten million findings of one site the odds of two meeting are below 10⁻²⁴.
    Digest::of(whole.as_bytes()).to_string()[..32].to_owned()
}

/// What happened to a finding, as its history tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Event {
    #[sea_orm(string_value = "found")]
    Found,
    /// Seen again after it was gone.
    #[sea_orm(string_value = "back")]
    Back,
    #[sea_orm(string_value = "gone")]
    Gone,
    #[sea_orm(string_value = "reported")]
    Reported,
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    #[sea_orm(string_value = "false_alarm")]
    FalseAlarm,
    /// A decision was taken back.
    #[sea_orm(string_value = "reopened")]
    Reopened,
    /// Its exception had ended when it was seen again.
    #[sea_orm(string_value = "exception_over")]
    ExceptionOver,
    /// An exception of its site or unit covers it.
    #[sea_orm(string_value = "excepted")]
    Excepted,
}

impl Event {
    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Event::Found => "首次发现",
            Event::Back => "再次出现",
            Event::Gone => "不再出现",
            Event::Reported => "人工报告",
            Event::Confirmed => "确认",
            Event::FalseAlarm => "判为误报",
            Event::Reopened => "撤回判断",
            Event::ExceptionOver => "例外到期，重新列出",
            Event::Excepted => "按例外不计",
        }
    }
}

/// What is known of a finding when it is seen again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub decision: Decision,
    /// Until when it counts as a false alarm.
    pub excepted_until: Option<Instant>,
}

/// What becomes of a known finding that is seen again.
pub fn seen_again(before: Standing, now: Instant) -> (Standing, Option<Event>) {
    let over = before.excepted_until.is_some_and(|until| until <= now);
    if before.decision == Decision::FalseAlarm && over {
        let after = Standing { state: State::New, decision: Decision::None, excepted_until: None };
        return (after, Some(Event::ExceptionOver));
    }
    let state = match before.decision {
        Decision::None => State::New,
        Decision::Confirmed => State::Confirmed,
        Decision::FalseAlarm => State::FalseAlarm,
    };
    let event = (before.state == State::Gone && state.counts()).then_some(Event::Back);
    // A fault that was mended and is back is to be looked at anew.
    if event.is_some() {
        return (Standing { state: State::New, decision: Decision::None, ..before }, event);
    }
    (Standing { state, ..before }, None)
}

/// Whether a finding that a run did not show is gone: only if that run would have shown it.
pub fn is_gone(run: Coverage, place: Place) -> bool {
    match place {
        Place::Looked => true,
        Place::Unread => false,
        // A page that a whole run did not even meet is not linked to any more: its faults are gone with it.
        Place::Unmet => run == Coverage::Whole,
    }
}

/// What a run did where something had been found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It looked there as well as it takes to show it.
    Looked,
    /// It knows of the place and has not read it: a limit was reached, or it did not answer well.
    Unread,
    /// It never came by.
    Unmet,
}

/// What a run looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All that can be reached from the home page.
    Whole,
    /// As far as its limits went.
    Part,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about<'a>(rule: &'a str, page: &'a str, target: &'a str, text: &'a str) -> About<'a> {
        let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        About { rule, page: some(page), target: some(target), fault: None, text: some(text) }
    }

    #[test]
    fn a_dead_link_is_one_finding_on_however_many_pages() {
        let one = key(about("dead-link", "http://a.example/1", "http://a.example/x", "甲"));
        assert_eq!(one, key(about("dead-link", "http://a.example/2", "http://a.example/x", "乙")));
        assert_ne!(one, key(about("dead-link", "http://a.example/1", "http://a.example/y", "甲")));
        assert_ne!(one, key(about("dead-resource", "http://a.example/1", "http://a.example/x", "甲")));
    }

    #[test]
    fn rules_that_links_are_told_apart_by_are_rules_on_links() {
        for id in READS_TARGET.into_iter().chain(STANDS_ANYWHERE) {
            assert!(registry::rule(id).is_some_and(|rule| matches!(rule.look, Look::Link(_))), "{id}");
        }
    }

    #[test]
    fn a_fault_in_a_file_is_the_files() {
        let typo = |page, target| {
            let (page, target, fault) = (Some(page), Some(target), Some("按装"));
            key(About { rule: "common-typo", page, target, fault, ..About::default() })
        };
        assert_eq!(typo("/1", "/list.csv"), typo("/2", "/list.csv"));
        assert_ne!(typo("/1", "/list.csv"), typo("/1", "/other.csv"));
    }

    #[test]
    fn a_typo_is_its_pages_and_its_words() {
        let typo = |page, fault| {
            key(About { rule: "common-typo", page: Some(page), fault: Some(fault), ..About::default() })
        };
        assert_eq!(typo("/1", "按装"), typo("/1", "按装"));
        assert_ne!(typo("/1", "按装"), typo("/2", "按装"));
        assert_ne!(typo("/1", "按装"), typo("/1", "帐号"));
    }

    #[test]
    fn what_is_seen_again_keeps_its_judgement_until_the_exception_ends() {
        let at = |s| chrono::DateTime::from_timestamp(s, 0).unwrap();
        let check = |state, decision, until: Option<i64>, want: (State, Decision, Option<Event>)| {
            let before = Standing { state, decision, excepted_until: until.map(at) };
            let (after, event) = seen_again(before, at(100));
            assert_eq!((after.state, after.decision, event), want, "{before:?}");
        };
        check(State::New, Decision::None, None, (State::New, Decision::None, None));
        check(State::Confirmed, Decision::Confirmed, None, (State::Confirmed, Decision::Confirmed, None));
        check(State::Gone, Decision::None, None, (State::New, Decision::None, Some(Event::Back)));
        check(State::Gone, Decision::Confirmed, None, (State::New, Decision::None, Some(Event::Back)));
        let alarm = Decision::FalseAlarm;
        check(State::FalseAlarm, alarm, Some(101), (State::FalseAlarm, alarm, None));
        check(State::Gone, alarm, Some(101), (State::FalseAlarm, alarm, None));
        check(State::FalseAlarm, alarm, Some(100), (State::New, Decision::None, Some(Event::ExceptionOver)));
        check(State::FalseAlarm, alarm, None, (State::FalseAlarm, alarm, None));
    }

    #[test]
    fn only_a_run_that_would_have_shown_it_makes_it_gone() {
        for (place, whole, part) in
            [(Place::Looked, true, true), (Place::Unread, false, false), (Place::Unmet, true, false)]
        {
            assert_eq!((is_gone(Coverage::Whole, place), is_gone(Coverage::Part, place)), (whole, part));
        }
    }

    #[test]
    fn levels_and_sources_read_back() {
        for level in Level::GRAVEST_FIRST {
            assert_eq!(level_of(level_number(level)), level);
        }
        assert_eq!(Source::names(5), ["机器巡检", "公众找错"]);
    }
}
