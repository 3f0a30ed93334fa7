//! Visits by hour and day: kept together with what they add up to, read by screens, forgotten when old. Clause N2.1.

use std::collections::{BTreeMap, HashMap};

use ledger::SiteId;
use platform::Tx;
use platform::clock::Instant;
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::monitor::entity::{host_day, visit_day, visit_hour, visit_log};
use crate::monitor::model::{Counts, Sample, beijing_day, hour_of, hour_start, pack, unpack};

/// Days that single visits are kept.
pub const VISITS_KEPT: i32 = 30;
/// Days that hours and requests are kept: a year and a month, so that two Januaries can be compared.
pub const HOURS_KEPT: i32 = 400;

macro_rules! counts {
    ($row:expr) => {
        Counts {
            visits: $row.visits,
            failed: $row.failed,
            slow: $row.slow,
            planned: $row.planned,
            unsure: $row.unsure,
            sum_ms: $row.sum_ms,
            max_ms: $row.max_ms,
        }
    };
}

macro_rules! row {
    ($module:ident { $($key:ident: $value:expr),* }, $counts:expr) => {{
        let counts: Counts = $counts;
        $module::ActiveModel {
            $($key: Set($value),)*
            visits: Set(counts.visits),
            failed: Set(counts.failed),
            slow: Set(counts.slow),
            planned: Set(counts.planned),
            unsure: Set(counts.unsure),
            sum_ms: Set(counts.sum_ms),
            max_ms: Set(counts.max_ms),
        }
    }};
}

macro_rules! again {
    ($module:ident, $($key:ident),*) => {{
        use $module::Column::{self, *};
        OnConflict::columns([$(Column::$key),*])
            .update_columns([Visits, Failed, Slow, Planned, Unsure, SumMs, MaxMs])
            .to_owned()
    }};
}

/// Keeps visits: as they were, and in their hour's and day's numbers. The caller holds the rows of their sites, so that
/// no other writer comes between reading and writing.
pub async fn keep_samples(tx: &Tx, seen: &[(SiteId, Instant, Sample)]) -> Result<(), DbErr> {
    if seen.is_empty() {
        return Ok(());
    }
    let sites: Vec<SiteId> = seen.iter().map(|(site, ..)| *site).collect();
    let hours: Vec<i32> = seen.iter().map(|(_, at, _)| hour_of(*at)).collect();
    let days: Vec<i32> = seen.iter().map(|(_, at, _)| beijing_day(*at)).collect();
    let logs = visit_log::Entity::find()
        .filter(visit_log::Column::Hour.is_in(hours.clone()))
        .filter(visit_log::Column::SiteId.is_in(sites.clone()))
        .all(&**tx)
        .await?;
    let by_hour = visit_hour::Entity::find()
        .filter(visit_hour::Column::Hour.is_in(hours))
        .filter(visit_hour::Column::SiteId.is_in(sites.clone()))
        .all(&**tx)
        .await?;
    let by_day = visit_day::Entity::find()
        .filter(visit_day::Column::SiteId.is_in(sites))
        .filter(visit_day::Column::Day.is_in(days))
        .all(&**tx)
        .await?;
    let mut logs: BTreeMap<(i32, SiteId), Vec<u8>> =
        logs.into_iter().map(|row| ((row.hour, row.site_id), row.samples)).collect();
    let mut by_hour: BTreeMap<(i32, SiteId), Counts> =
        by_hour.into_iter().map(|row| ((row.hour, row.site_id), counts!(row))).collect();
    let mut by_day: BTreeMap<(SiteId, i32), Counts> =
        by_day.into_iter().map(|row| ((row.site_id, row.day), counts!(row))).collect();
    for (site, at, sample) in seen {
        pack(logs.entry((hour_of(*at), *site)).or_default(), sample);
        by_hour.entry((hour_of(*at), *site)).or_default().add(sample);
        by_day.entry((*site, beijing_day(*at))).or_default().add(sample);
    }
    let rows = logs.into_iter().map(|((hour, site), samples)| visit_log::ActiveModel {
        hour: Set(hour),
        site_id: Set(site),
        samples: Set(samples),
    });
    let again = OnConflict::columns([visit_log::Column::Hour, visit_log::Column::SiteId])
        .update_column(visit_log::Column::Samples)
        .to_owned();
    visit_log::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await?;
    let rows = by_hour
        .into_iter()
        .map(|((hour, site), counts)| row!(visit_hour { hour: hour, site_id: site }, counts));
    let again = again!(visit_hour, Hour, SiteId);
    visit_hour::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await?;
    let rows =
        by_day.into_iter().map(|((site, day), counts)| row!(visit_day { site_id: site, day: day }, counts));
    let again = again!(visit_day, SiteId, Day);
    visit_day::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Days of some sites, `from` and `to` included. The caller has the sites in scope.
pub async fn days_of(
    db: &impl ConnectionTrait,
    sites: Vec<SiteId>,
    from: i32,
    to: i32,
) -> Result<HashMap<SiteId, BTreeMap<i32, Counts>>, DbErr> {
    /// Sites of one statement.
    const SITES: usize = 5_000;
    let mut all: HashMap<SiteId, BTreeMap<i32, Counts>> = HashMap::new();
    for some in sites.chunks(SITES) {
        let rows = visit_day::Entity::find()
            .filter(visit_day::Column::SiteId.is_in(some.iter().copied()))
            .filter(visit_day::Column::Day.between(from, to))
            .all(db)
            .await?;
        for row in rows {
            all.entry(row.site_id).or_default().insert(row.day, counts!(row));
        }
    }
    Ok(all)
}

/// Hours of a site, `from` and `to` included. The caller has the site in scope.
pub async fn hours_of(
    db: &impl ConnectionTrait,
    site: SiteId,
    from: i32,
    to: i32,
) -> Result<BTreeMap<i32, Counts>, DbErr> {
    let rows = visit_hour::Entity::find()
        .filter(visit_hour::Column::Hour.is_in(from..=to))
        .filter(visit_hour::Column::SiteId.eq(site))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.hour, counts!(row))).collect())
}

/// The latest visits of a site in the hours `from` to `to`, the newest first. The caller has the site in scope.
pub async fn samples_of(
    db: &impl ConnectionTrait,
    site: SiteId,
    from: i32,
    to: i32,
) -> Result<Vec<(Instant, Sample)>, DbErr> {
    let rows = visit_log::Entity::find()
        .filter(visit_log::Column::Hour.is_in(from..=to))
        .filter(visit_log::Column::SiteId.eq(site))
        .all(db)
        .await?;
    let mut all: Vec<(Instant, Sample)> = Vec::new();
    for row in rows {
        let second = |sample: &Sample| chrono::TimeDelta::seconds(sample.second.into());
        all.extend(unpack(&row.samples).into_iter().map(|s| (hour_start(row.hour) + second(&s), s)));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all)
}

/// Forgets single visits after a month, hours and requests after 400 days. Days and incidents stay.
pub async fn prune(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let (hour, day) = (hour_of(now), beijing_day(now));
    visit_log::Entity::delete_many()
        .filter(visit_log::Column::Hour.lt(hour - VISITS_KEPT * 24))
        .exec(&**tx)
        .await?;
    visit_hour::Entity::delete_many()
        .filter(visit_hour::Column::Hour.lt(hour - HOURS_KEPT * 24))
        .exec(&**tx)
        .await?;
    host_day::Entity::delete_many()
        .filter(host_day::Column::Day.lt(day - HOURS_KEPT))
        .exec(&**tx)
        .await
        .map(|_| ())
}
