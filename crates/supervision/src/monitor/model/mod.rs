//! What a visit means, when an incident begins and ends, when a site is visited next. Clauses N2.1, N5.2; pure.
//!
//! | stands            | opens        | does not open               | cannot be told |
//! |-------------------|--------------|-----------------------------|----------------|
//! | no incident       | up or slow   | suspect; visited again soon | unsure         |
//! | suspect, recent   | up or slow   | **down, incident begins**   | unsure         |
//! | incident          | **it ends**  | down                        | down           |
//! | planned downtime  | as above, but a failure begins nothing and stands as `maintenance`  | |

mod counts;
mod packed;
mod strip;
mod weekly;

pub use counts::{Counts, beijing_day, day_start, hour_of, hour_start};
pub use packed::{Sample, pack, unpack};
pub use strip::{Cell, Tone, cells};
pub use weekly::{DAYS, Judgement, MOST_FAILED_PERCENT, VISITS_A_DAY, judge};

use base::level::Level;
use base::{Reach, Verdict};
use chrono::TimeDelta;
use platform::clock::Instant;

/// 国办发〔2015〕15号 and 国办秘函〔2019〕19号: a home page that takes 15 s or longer counts as one that did not open.
pub const TOO_SLOW_MS: u32 = 15_000;
/// Slower than this a page is called slow. Our own mark: no notice names one below 15 s.
pub const SLOW_MS: u32 = 5_000;
/// How soon after a failed visit the one follows that confirms it.
pub const CONFIRM_AFTER: TimeDelta = TimeDelta::seconds(30);
/// How far apart two failed visits may be to confirm each other: a stop of the program lies between older ones.
pub const CONFIRM_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How a site stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, sea_orm::EnumIter, sea_orm::DeriveActiveEnum, serde::Serialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not visited yet.
    #[sea_orm(string_value = "new")]
    New,
    #[sea_orm(string_value = "up")]
    Up,
    #[sea_orm(string_value = "slow")]
    Slow,
    /// One visit failed; the next one tells.
    #[sea_orm(string_value = "suspect")]
    Suspect,
    #[sea_orm(string_value = "down")]
    Down,
    /// A firewall answers our visits, or the fault is on our side.
    #[sea_orm(string_value = "unsure")]
    Unsure,
    /// Does not open, as planned.
    #[sea_orm(string_value = "maintenance")]
    Maintenance,
    /// Suspended or closed: not visited.
    #[sea_orm(string_value = "off")]
    Off,
}

impl Standing {
    /// All of them, in the order of the filter.
    pub const ALL: [Standing; 8] = [
        Standing::Down,
        Standing::Suspect,
        Standing::Slow,
        Standing::Up,
        Standing::Unsure,
        Standing::Maintenance,
        Standing::New,
        Standing::Off,
    ];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Standing::New => "new",
            Standing::Up => "up",
            Standing::Slow => "slow",
            Standing::Suspect => "suspect",
            Standing::Down => "down",
            Standing::Unsure => "unsure",
            Standing::Maintenance => "maintenance",
            Standing::Off => "off",
        }
    }

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Standing::New => "等待首次访问",
            Standing::Up => "正常",
            Standing::Slow => "响应缓慢",
            Standing::Suspect => "待确认",
            Standing::Down => "无法访问",
            Standing::Unsure => "无法判定",
            Standing::Maintenance => "计划维护",
            Standing::Off => "停止监测",
        }
    }

    /// By its word.
    pub fn of(word: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.word() == word)
    }
}

/// What one visit says of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Up,
    Slow,
    Failed,
    Unsure,
}

/// What a visit says. 503 asks for patience, but a reader sees no page: it counts as failed.
pub fn outcome(reach: Reach, total_ms: u32) -> Outcome {
    match (reach, reach.verdict()) {
        (Reach::Status(503), _) | (_, Verdict::Dead | Verdict::Wrong) => Outcome::Failed,
        (_, Verdict::Blocked | Verdict::Undecided | Verdict::Transient) => Outcome::Unsure,
        (_, Verdict::Ok) if total_ms >= TOO_SLOW_MS => Outcome::Failed,
        (_, Verdict::Ok) if total_ms >= SLOW_MS => Outcome::Slow,
        (_, Verdict::Ok) => Outcome::Up,
    }
}

/// Why a visit failed, as a word to be kept: the reach, or that an answer came too late.
pub fn cause(reach: Reach) -> String {
    match reach.verdict() {
        Verdict::Ok => "too-slow".to_owned(),
        _ => reach.to_string(),
    }
}

/// The same in words for the office.
pub fn cause_words(cause: &str) -> String {
    if cause == "too-slow" {
        return "15 秒内没有打开".to_owned();
    }
    cause.parse::<Reach>().map_or_else(|()| cause.to_owned(), Reach::describe)
}

/// A visit that failed and waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    pub at: Instant,
    pub cause: String,
}

/// How a site stood before a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    pub standing: Standing,
    pub since: Instant,
    pub suspicion: Option<Suspicion>,
    pub has_incident: bool,
}

/// What is to be done about incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    Nothing,
    /// One began with the first of the two failed visits.
    Open(Suspicion),
    /// The one that is open goes on.
    GoOn,
    Close,
}

/// How a site stands after a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub standing: Standing,
    pub since: Instant,
    pub suspicion: Option<Suspicion>,
    pub deed: Deed,
    /// Whether the next visit follows soon.
    pub again_soon: bool,
}

/// What a visit at `at` makes of a site; `planned`: a maintenance window is open.
pub fn step(before: &Before, seen: Outcome, reach: Reach, at: Instant, planned: bool) -> After {
    let stands = |standing, deed| After {
        standing,
        since: if before.standing == standing { before.since } else { at },
        suspicion: None,
        deed,
        again_soon: false,
    };
    let close = if before.has_incident { Deed::Close } else { Deed::Nothing };
    match (seen, planned, before.has_incident) {
        (Outcome::Up, _, _) => stands(Standing::Up, close),
        (Outcome::Slow, _, _) => stands(Standing::Slow, close),
        (Outcome::Failed | Outcome::Unsure, true, false) => stands(Standing::Maintenance, Deed::Nothing),
        (Outcome::Failed | Outcome::Unsure, true, true) => stands(Standing::Maintenance, Deed::GoOn),
        (Outcome::Failed | Outcome::Unsure, false, true) => stands(Standing::Down, Deed::GoOn),
        (Outcome::Unsure, false, false) => stands(Standing::Unsure, Deed::Nothing),
        (Outcome::Failed, false, false) => match &before.suspicion {
            Some(first) if at - first.at <= CONFIRM_WITHIN => {
                After { since: first.at, ..stands(Standing::Down, Deed::Open(first.clone())) }
            }
            Some(_) | None => After {
                suspicion: Some(Suspicion { at, cause: cause(reach) }),
                again_soon: true,
                ..stands(Standing::Suspect, Deed::Nothing)
            },
        },
    }
}

/// Days before a certificate or domain ends from which on it is told: what an office needs to buy and install one, and
/// the last week.
pub const ENDS_SOON_DAYS: i64 = 30;
const ENDS_NOW_DAYS: i64 = 7;

/// How grave it is that a certificate or domain ends in so many days; `None`: not worth a word yet.
pub fn ends_level(left_days: i64) -> Option<Level> {
    if left_days <= ENDS_NOW_DAYS {
        Some(Level::Fault)
    } else if left_days <= ENDS_SOON_DAYS {
        Some(Level::Warning)
    } else {
        None
    }
}

/// The next visit by plan after `now`: each site has a place of its own in the interval, given by its id, so that
/// visits are spread evenly and a stop of the program changes no place.
pub fn next_slot(site: i64, interval_minutes: i32, now: Instant) -> Instant {
    let interval = i64::from(interval_minutes.clamp(1, 1_440)) * 60;
    // Fibonacci hashing (Knuth, vol. 3, 6.4): neighbouring ids lie far apart.
    let hash = (site as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let place = (hash % interval as u64) as i64;
    let next = (now.timestamp() - place).div_euclid(interval) * interval + place + interval;
    Instant::from_timestamp(next, 0).unwrap_or(now)
}

/// When a site is visited after a visit that ended at `now`.
pub fn next_visit(site: i64, interval_minutes: i32, now: Instant, again_soon: bool) -> Instant {
    let slot = next_slot(site, interval_minutes, now);
    if again_soon { slot.min(now + CONFIRM_AFTER) } else { slot }
}

#[cfg(test)]
mod tests;
