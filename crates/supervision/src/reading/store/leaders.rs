//! Queries on leaders' readings. Clause N1.6.

use std::collections::HashMap;

use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::{PersonId, Scope, SiteId, UnitId};
use platform::clock::Instant;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect};

use crate::reading::entity::leader_reading;

/// Writes down that a leader has read.
pub async fn add_leader(tx: &Tx, new: leader_reading::ActiveModel) -> Result<i64, DbErr> {
    Ok(new.insert(&**tx).await?.id)
}

/// The readings of a scope since a moment, the newest first.
pub async fn leader_readings(
    db: &impl ConnectionTrait,
    scope: &Scope,
    since: Instant,
    most: u64,
) -> Result<Vec<leader_reading::Model>, DbErr> {
    leader_reading::Entity::find()
        .filter(scope.on(leader_reading::Column::UnitPath))
        .filter(leader_reading::Column::At.gte(since))
        .order_by_desc(leader_reading::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// When a person last read each site.
pub async fn last_by_site(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<HashMap<SiteId, Instant>, DbErr> {
    let rows: Vec<(SiteId, Option<Instant>)> = leader_reading::Entity::find()
        .filter(leader_reading::Column::PersonId.eq(person))
        .select_only()
        .column(leader_reading::Column::SiteId)
        .column_as(leader_reading::Column::At.max(), "last")
        .group_by(leader_reading::Column::SiteId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(site, at)| at.map(|at| (site, at))).collect())
}

/// Readings of a unit's leaders in numbers.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LeaderCount {
    pub unit_id: UnitId,
    pub readings: i64,
    pub last: Option<Instant>,
}

/// Readings by unit between two moments.
pub async fn leader_counts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    from: Instant,
    to: Instant,
) -> Result<Vec<LeaderCount>, DbErr> {
    leader_reading::Entity::find()
        .filter(scope.on(leader_reading::Column::UnitPath))
        .filter(leader_reading::Column::At.gte(from))
        .filter(leader_reading::Column::At.lt(to))
        .select_only()
        .column(leader_reading::Column::UnitId)
        .column_as(leader_reading::Column::Id.count(), "readings")
        .column_as(leader_reading::Column::At.max(), "last")
        .group_by(leader_reading::Column::UnitId)
        .into_model()
        .all(db)
        .await
}

/// The open sites that a leader reads: of his own unit first, then those below; those with some words in their names. And
/// how many there are.
pub async fn own_sites(
    db: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
    words: &str,
    most: u64,
) -> Result<(Vec<site::Model>, u64), DbErr> {
    let open = || {
        let mut query = site::Entity::find()
            .filter(scope.on(site::Column::UnitPath))
            .filter(site::Column::State.eq(SiteState::Open));
        if !words.is_empty() {
            query = query.filter(lookup::any_holds([site::Column::Name], words));
        }
        query.order_by_asc(site::Column::UnitPath).order_by_asc(site::Column::Id)
    };
    let mut sites = open().filter(site::Column::UnitId.eq(unit)).limit(most).all(db).await?;
    let room = most.saturating_sub(sites.len() as u64);
    sites.extend(open().filter(site::Column::UnitId.ne(unit)).limit(room).all(db).await?);
    Ok((sites, open().count(db).await?))
}

/// The last time that a leader has read a site.
pub async fn leader_of(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Option<leader_reading::Model>, DbErr> {
    leader_reading::Entity::find()
        .filter(leader_reading::Column::SiteId.eq(site))
        .order_by_desc(leader_reading::Column::At)
        .one(db)
        .await
}
