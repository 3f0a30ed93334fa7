//! What persons list: sites with how they stand, incidents, windows, requests. Clauses N2.1, N5.2.

use std::collections::BTreeMap;

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::lookup;
use platform::web::Pager;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{Condition, FromQueryResult, JoinType, Order, QueryOrder, QuerySelect};

use super::to_watch;
use crate::monitor::entity::{host_day, incident, maintenance, visit_day, watch};
use crate::monitor::model::Standing;

/// What a list is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Looked for in name, code, address and other hosts.
    pub words: String,
    pub standing: Option<Standing>,
    /// This unit and those below it.
    pub unit_path: Option<String>,
}

/// A site with how it stands; a site of the last second may not stand anyhow yet.
pub type Watched = (site::Model, Option<watch::Model>);

fn narrowed(
    query: Select<site::Entity>,
    scope: &Scope,
    words: &str,
    unit: Option<&str>,
) -> Select<site::Entity> {
    use site::Column;
    let mut query = query.filter(scope.on(Column::UnitPath));
    if !words.is_empty() {
        let any = [Column::Name, Column::Code, Column::Home, Column::Hosts];
        query = query.filter(lookup::any_holds(any, words));
    }
    if let Some(path) = unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    query
}

fn watched(scope: &Scope, filter: &Filter) -> Select<site::Entity> {
    let query = site::Entity::find().join(JoinType::LeftJoin, to_watch());
    let query = narrowed(query, scope, &filter.words, filter.unit_path.as_deref());
    match filter.standing {
        None => query,
        Some(Standing::New) => query.filter(
            Condition::any()
                .add(watch::Column::SiteId.is_null())
                .add(watch::Column::Standing.eq(Standing::New)),
        ),
        Some(standing) => query.filter(watch::Column::Standing.eq(standing)),
    }
}

fn in_order(query: Select<site::Entity>) -> Select<site::Entity> {
    // What is down stands first.
    let has_none = Expr::col((watch::Entity, watch::Column::IncidentId)).is_null();
    query
        .order_by(has_none, Order::Asc)
        .order_by_asc(site::Column::UnitPath)
        .order_by_asc(site::Column::Name)
        .order_by_asc(site::Column::Id)
}

/// A page of sites with how they stand: those with an open incident first.
pub async fn standings_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<Watched>, Pager), DbErr> {
    let query = watched(scope, filter);
    let pager = pager.of(query.clone().count(db).await?);
    let query = in_order(query).select_also(watch::Entity);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// All sites that a filter lets through, for export.
pub async fn all_standings(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Watched>, DbErr> {
    in_order(watched(scope, filter)).select_also(watch::Entity).all(db).await
}

/// One site with how it stands.
pub async fn watched_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: SiteId,
) -> Result<Option<Watched>, DbErr> {
    let query = site::Entity::find_by_id(id).filter(scope.on(site::Column::UnitPath));
    query.join(JoinType::LeftJoin, to_watch()).select_also(watch::Entity).one(db).await
}

/// How many sites stand how.
pub async fn standings(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<BTreeMap<&'static str, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        standing: Option<Standing>,
        number: i64,
    }
    let rows: Vec<Row> = site::Entity::find()
        .join(JoinType::LeftJoin, to_watch())
        .filter(scope.on(site::Column::UnitPath))
        .select_only()
        .column(watch::Column::Standing)
        .column_as(site::Column::Id.count(), "number")
        .group_by(watch::Column::Standing)
        .into_model()
        .all(db)
        .await?;
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.standing.unwrap_or(Standing::New).word()).or_default() += row.number;
    }
    Ok(counts)
}

/// A site with many failed visits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Worst {
    pub site_id: SiteId,
    pub name: String,
    pub visits: i64,
    pub failed: i64,
}

/// The sites with the most failed visits since a day, the worst first; none without any.
pub async fn worst(
    db: &impl ConnectionTrait,
    scope: &Scope,
    from_day: i32,
    most: u64,
) -> Result<Vec<Worst>, DbErr> {
    let to_days: RelationDef = site::Entity::belongs_to(visit_day::Entity)
        .from(site::Column::Id)
        .to(visit_day::Column::SiteId)
        .into();
    // PostgreSQL sums to a number of its own; the cast brings both engines to the same.
    let sum = |column: visit_day::Column| Expr::col((visit_day::Entity, column)).sum().cast_as("bigint");
    site::Entity::find()
        .join(JoinType::InnerJoin, to_days)
        .filter(scope.on(site::Column::UnitPath))
        .filter(visit_day::Column::Day.gte(from_day))
        .select_only()
        .column_as(site::Column::Id, "site_id")
        .column(site::Column::Name)
        .column_as(sum(visit_day::Column::Visits), "visits")
        .column_as(sum(visit_day::Column::Failed), "failed")
        .group_by(site::Column::Id)
        .group_by(site::Column::Name)
        .having(visit_day::Column::Failed.sum().gt(0))
        .order_by(sum(visit_day::Column::Failed), Order::Desc)
        .order_by_asc(site::Column::Id)
        .limit(most)
        .into_model()
        .all(db)
        .await
}

/// What a list of incidents is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    pub words: String,
    pub unit_path: Option<String>,
    pub site: Option<SiteId>,
    /// `Some(true)`: only those that are open; `Some(false)`: only those that have ended.
    pub open: Option<bool>,
    /// Those that had not ended before this moment.
    pub from: Option<platform::clock::Instant>,
    /// Those that began before this moment.
    pub until: Option<platform::clock::Instant>,
}

/// An incident with its site.
pub type OfSite = (incident::Model, Option<site::Model>);

fn select_incidents(scope: &Scope, filter: &IncidentFilter) -> Select<incident::Entity> {
    use incident::Column;
    let to_site: RelationDef =
        incident::Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id).into();
    let mut query =
        incident::Entity::find().join(JoinType::InnerJoin, to_site).filter(scope.on(site::Column::UnitPath));
    if !filter.words.is_empty() {
        let any = [site::Column::Name, site::Column::Code, site::Column::Home];
        query = query.filter(lookup::any_holds(any, &filter.words));
    }
    if let Some(path) = &filter.unit_path {
        query = query.filter(site::Column::UnitPath.starts_with(path));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    match filter.open {
        Some(true) => query = query.filter(Column::EndedAt.is_null()),
        Some(false) => query = query.filter(Column::EndedAt.is_not_null()),
        None => {}
    }
    if let Some(from) = filter.from {
        query = query.filter(Condition::any().add(Column::EndedAt.is_null()).add(Column::EndedAt.gte(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(Column::StartedAt.lt(until));
    }
    query
}

fn newest_first(query: Select<incident::Entity>) -> Select<incident::Entity> {
    query.order_by_desc(incident::Column::StartedAt).order_by_desc(incident::Column::Id)
}

/// A page of incidents, the newest first.
pub async fn incidents(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &IncidentFilter,
    pager: Pager,
) -> Result<(Vec<OfSite>, Pager), DbErr> {
    let query = select_incidents(scope, filter);
    let pager = pager.of(query.clone().count(db).await?);
    let query = newest_first(query).select_also(site::Entity);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// All incidents that a filter lets through, for export; at most `most`.
pub async fn all_incidents(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &IncidentFilter,
    most: u64,
) -> Result<Vec<OfSite>, DbErr> {
    newest_first(select_incidents(scope, filter)).select_also(site::Entity).limit(most).all(db).await
}

/// The windows of a site, the latest first. The caller has the site in scope.
pub async fn windows_of(
    db: &impl ConnectionTrait,
    site: SiteId,
    most: u64,
) -> Result<Vec<maintenance::Model>, DbErr> {
    maintenance::Entity::find()
        .filter(maintenance::Column::SiteId.eq(site))
        .order_by_desc(maintenance::Column::UntilAt)
        .order_by_desc(maintenance::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// A window with its site.
pub async fn window_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<(maintenance::Model, site::Model)>, DbErr> {
    let Some(window) = maintenance::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let query = site::Entity::find_by_id(window.site_id).filter(scope.on(site::Column::UnitPath));
    Ok(query.one(db).await?.map(|site| (window, site)))
}

/// A page of sites, for the requests made to their hosts.
pub async fn sites_asked(
    db: &impl ConnectionTrait,
    scope: &Scope,
    words: &str,
    unit: Option<&str>,
    pager: Option<Pager>,
) -> Result<(Vec<site::Model>, Option<Pager>), DbErr> {
    let query = narrowed(site::Entity::find(), scope, words, unit)
        .order_by_asc(site::Column::UnitPath)
        .order_by_asc(site::Column::Name)
        .order_by_asc(site::Column::Id);
    let Some(pager) = pager else { return Ok((query.all(db).await?, None)) };
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, Some(pager)))
}

/// Requests made to some hosts on the days `from` to `to`. The caller took the hosts from sites in scope.
pub async fn requests_to(
    db: &impl ConnectionTrait,
    hosts: &[String],
    from: i32,
    to: i32,
) -> Result<Vec<host_day::Model>, DbErr> {
    /// Hosts of one statement.
    const HOSTS: usize = 5_000;
    let mut all = Vec::new();
    for some in hosts.chunks(HOSTS) {
        let query = host_day::Entity::find()
            .filter(host_day::Column::Day.is_in(from..=to))
            .filter(host_day::Column::Host.is_in(some));
        all.extend(query.all(db).await?);
    }
    Ok(all)
}

/// Why the incident that is open began.
pub async fn open_cause(db: &impl ConnectionTrait, watch: &watch::Model) -> Result<Option<String>, DbErr> {
    let Some(id) = watch.incident_id else { return Ok(None) };
    Ok(incident::Entity::find_by_id(id).one(db).await?.map(|incident| incident.cause))
}

/// Why some open incidents began, by their ids.
pub async fn causes(
    db: &impl ConnectionTrait,
    ids: Vec<i64>,
) -> Result<std::collections::HashMap<i64, String>, DbErr> {
    let rows = incident::Entity::find().filter(incident::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.cause)).collect())
}
