//! Queries on availability: who is due, what is kept. Clauses N2.1, N5.2.
//!
//! What runs for nobody in particular is named `*_unscoped`; what a person lists takes his scope (`lists`).

mod lists;
mod spans;

pub use lists::*;
pub use spans::*;

use ledger::SiteId;
use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{Condition, JoinType, QueryOrder, QuerySelect, Set};

use super::entity::{host_day, incident, maintenance, watch};
use super::model::Standing;

fn to_watch() -> RelationDef {
    site::Entity::belongs_to(watch::Entity).from(site::Column::Id).to(watch::Column::SiteId).into()
}

/// Sites whose row here does not fit their row in the register: new, changed, suspended, opened again.
pub async fn out_of_step_unscoped(
    db: &impl ConnectionTrait,
) -> Result<Vec<(site::Model, Option<watch::Model>)>, DbErr> {
    let interval = (site::Entity, site::Column::IntervalMinutes);
    let to_begin = Condition::any()
        .add(watch::Column::SiteId.is_null())
        .add(watch::Column::Standing.eq(Standing::Off))
        .add(Expr::col((watch::Entity, watch::Column::IntervalMinutes)).ne(Expr::col(interval)));
    let open = Condition::all().add(site::Column::State.eq(SiteState::Open)).add(to_begin);
    let shut = Condition::all()
        .add(site::Column::State.ne(SiteState::Open))
        .add(watch::Column::Standing.ne(Standing::Off));
    site::Entity::find()
        .join(JoinType::LeftJoin, to_watch())
        .select_also(watch::Entity)
        .filter(Condition::any().add(open).add(shut))
        .all(db)
        .await
}

/// Sites whose visit is due, the longest due first.
pub async fn due_unscoped(
    db: &impl ConnectionTrait,
    now: Instant,
    most: u64,
) -> Result<Vec<(site::Model, watch::Model)>, DbErr> {
    let due = site::Entity::find()
        .join(JoinType::InnerJoin, to_watch())
        .select_also(watch::Entity)
        .filter(site::Column::State.eq(SiteState::Open))
        .filter(watch::Column::Standing.ne(Standing::Off))
        .filter(watch::Column::NextAt.lte(now))
        .order_by_asc(watch::Column::NextAt)
        .limit(most)
        .all(db)
        .await?;
    Ok(due.into_iter().filter_map(|(site, watch)| Some((site, watch?))).collect())
}

/// One site with how it stands, for a visit that is wanted now.
pub async fn watched_unscoped(
    db: &impl ConnectionTrait,
    id: SiteId,
) -> Result<Option<(site::Model, watch::Model)>, DbErr> {
    let Some(site) = site::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let watch = watch::Entity::find_by_id(id).one(db).await?;
    Ok(watch.map(|watch| (site, watch)))
}

/// One site, for what is said of it.
pub async fn site_unscoped(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find_by_id(id).one(db).await
}

/// Sites of whose certificate or domain it is known when it ends.
pub async fn ending_unscoped(db: &impl ConnectionTrait) -> Result<Vec<(site::Model, watch::Model)>, DbErr> {
    let known = Condition::any()
        .add(watch::Column::CertificateEnds.is_not_null())
        .add(watch::Column::DomainEnds.ne(""));
    let rows = site::Entity::find()
        .join(JoinType::InnerJoin, to_watch())
        .select_also(watch::Entity)
        .filter(known)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(site, watch)| Some((site, watch?))).collect())
}

/// How some sites stand, held until the transaction ends.
pub async fn held_unscoped(tx: &Tx, ids: Vec<SiteId>) -> Result<Vec<watch::Model>, DbErr> {
    watch::Entity::find()
        .filter(watch::Column::SiteId.is_in(ids))
        .order_by_asc(watch::Column::SiteId)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Writes how sites stand. The domain's end stays: persons note it.
pub async fn save_watches(tx: &Tx, watches: Vec<watch::Model>) -> Result<(), DbErr> {
    use watch::Column;
    if watches.is_empty() {
        return Ok(());
    }
    let columns = [
        Column::IntervalMinutes,
        Column::NextAt,
        Column::Standing,
        Column::Since,
        Column::SuspectAt,
        Column::SuspectCause,
        Column::IncidentId,
        Column::LastAt,
        Column::LastReach,
        Column::LastMs,
        Column::LastAddress,
        Column::CertificateEnds,
        Column::CertificateFault,
    ];
    let rows = watches.into_iter().map(watch::ActiveModel::from);
    let again = OnConflict::column(Column::SiteId).update_columns(columns).to_owned();
    watch::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await.map(|_| ())
}

/// Notes when a domain's registration ends.
pub async fn save_domain_end(tx: &Tx, site: SiteId, ends: &str) -> Result<(), DbErr> {
    watch::Entity::update_many()
        .filter(watch::Column::SiteId.eq(site))
        .col_expr(watch::Column::DomainEnds, Expr::value(ends))
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// An incident begins. Returns its id.
pub async fn open_incident(tx: &Tx, new: incident::ActiveModel) -> Result<i64, DbErr> {
    Ok(new.insert(&**tx).await?.id)
}

/// An incident ends; one that has ended already stays as it is.
pub async fn close_incident(tx: &Tx, id: i64, at: Instant, given_up: bool) -> Result<(), DbErr> {
    incident::Entity::update_many()
        .filter(incident::Column::Id.eq(id))
        .filter(incident::Column::EndedAt.is_null())
        .col_expr(incident::Column::EndedAt, Expr::value(at))
        .col_expr(incident::Column::GivenUp, Expr::value(given_up))
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// Windows of some sites that are open at some moment from `from` on.
pub async fn windows_unscoped(
    db: &impl ConnectionTrait,
    ids: Vec<SiteId>,
    from: Instant,
) -> Result<Vec<maintenance::Model>, DbErr> {
    maintenance::Entity::find()
        .filter(maintenance::Column::SiteId.is_in(ids))
        .filter(maintenance::Column::UntilAt.gt(from))
        .all(db)
        .await
}

/// Plans a window.
pub async fn add_window(tx: &Tx, new: maintenance::ActiveModel) -> Result<maintenance::Model, DbErr> {
    new.insert(&**tx).await
}

/// Ends a window early, or calls it off.
pub async fn end_window(tx: &Tx, id: i64, at: Instant) -> Result<(), DbErr> {
    let row = maintenance::ActiveModel { id: Set(id), ended_at: Set(Some(at)), ..Default::default() };
    row.update(&**tx).await.map(|_| ())
}

/// Adds requests to a day's numbers.
pub async fn add_requests(tx: &Tx, day: i32, counted: Vec<(String, i64)>) -> Result<(), DbErr> {
    /// Rows of one statement: three values each, far below what SQLite takes (32,766).
    const ROWS: usize = 2_000;
    use host_day::Column;
    let sum = Expr::col((host_day::Entity, Column::Requests)).add(Expr::col(("excluded", Column::Requests)));
    for some in counted.chunks(ROWS) {
        let rows = some.iter().map(|(host, requests)| host_day::ActiveModel {
            day: Set(day),
            host: Set(host.clone()),
            requests: Set(*requests),
        });
        let again =
            OnConflict::columns([Column::Day, Column::Host]).value(Column::Requests, sum.clone()).to_owned();
        host_day::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await?;
    }
    Ok(())
}
