//! A site's findings in numbers, the numbers of each day, a site's columns. Clauses N2.1, N2.2.

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, Set};

use crate::inspection::entity::{finding, site_standing, standing_day};
use crate::inspection::model::finding::State;

/// Findings of a site that count, by state and level.
#[derive(FromQueryResult)]
struct Count {
    state: State,
    level: i32,
    number: i64,
}

/// Counts a site's findings anew; called in every transaction that changed one of them. The numbers of a run are
/// given when one has just ended.
pub async fn recount(tx: &Tx, site: SiteId, unit_path: &str, ended: Option<Ended>) -> Result<(), DbErr> {
    let counts: Vec<Count> = finding::Entity::find()
        .filter(finding::Column::SiteId.eq(site))
        .filter(finding::Column::IsOpen.eq(true))
        .select_only()
        .column(finding::Column::State)
        .column(finding::Column::Level)
        .column_as(finding::Column::Id.count(), "number")
        .group_by(finding::Column::State)
        .group_by(finding::Column::Level)
        .into_model()
        .all(&**tx)
        .await?;
    let sum = |keep: &dyn Fn(&Count) -> bool| {
        let all: i64 = counts.iter().filter(|count| keep(count)).map(|count| count.number).sum();
        i32::try_from(all).unwrap_or(i32::MAX)
    };
    let of_level = |level: base::Level| sum(&|count| count.level == level as i32);
    let mut row = site_standing::ActiveModel {
        site_id: Set(site),
        unit_path: Set(unit_path.to_owned()),
        veto: Set(of_level(base::Level::Veto)),
        fault: Set(of_level(base::Level::Fault)),
        warning: Set(of_level(base::Level::Warning)),
        notice: Set(of_level(base::Level::Notice)),
        unjudged: Set(sum(&|count| count.state == State::New)),
        ..Default::default()
    };
    use site_standing::Column as C;
    let mut written = vec![C::UnitPath, C::Veto, C::Fault, C::Warning, C::Notice, C::Unjudged];
    let ended_columns = [C::Columns, C::StaleColumns, C::Pages, C::LastRun, C::LastRunAt];
    match ended {
        Some(ended) => {
            row.columns = Set(ended.columns);
            row.stale_columns = Set(ended.stale_columns);
            row.pages = Set(ended.pages);
            row.last_run = Set(Some(ended.run));
            row.last_run_at = Set(Some(ended.at));
            written.extend(ended_columns);
        }
        None => {
            row.columns = Set(0);
            row.stale_columns = Set(0);
            row.pages = Set(0);
        }
    }
    let known = OnConflict::column(C::SiteId).update_columns(written).to_owned();
    site_standing::Entity::insert(row).on_conflict(known).exec_without_returning(&**tx).await.map(|_| ())
}

/// What a run that has ended says of its site.
pub struct Ended {
    pub run: crate::ids::RunId,
    pub at: Instant,
    pub pages: i32,
    pub columns: i32,
    pub stale_columns: i32,
}

/// A site's numbers.
pub async fn of_site(
    db: &impl ConnectionTrait,
    site: &site::Model,
) -> Result<Option<site_standing::Model>, DbErr> {
    site_standing::Entity::find_by_id(site.id).one(db).await
}

/// The numbers of all sites in a scope.
pub async fn of_scope(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<site_standing::Model>, DbErr> {
    site_standing::Entity::find().filter(scope.on(site_standing::Column::UnitPath)).all(db).await
}

/// Writes the numbers of a day, by unit; a later call of the same day replaces them.
pub async fn keep_day_unscoped(tx: &Tx, day: &str) -> Result<(), DbErr> {
    let all = site_standing::Entity::find().order_by_asc(site_standing::Column::UnitPath).all(&**tx).await?;
    let mut rows: Vec<standing_day::Model> = Vec::new();
    for one in all {
        if rows.last().is_none_or(|row| row.unit_path != one.unit_path) {
            rows.push(standing_day::Model {
                day: day.to_owned(),
                unit_path: one.unit_path.clone(),
                sites: 0,
                veto: 0,
                fault: 0,
                warning: 0,
                notice: 0,
                unjudged: 0,
            });
        }
        let Some(row) = rows.last_mut() else { continue };
        row.sites += 1;
        row.veto += one.veto;
        row.fault += one.fault;
        row.warning += one.warning;
        row.notice += one.notice;
        row.unjudged += one.unjudged;
    }
    use standing_day::Column as C;
    let columns = [C::Sites, C::Veto, C::Fault, C::Warning, C::Notice, C::Unjudged];
    for batch in rows.chunks(ROWS_AT_ONCE) {
        let again = OnConflict::columns([C::Day, C::UnitPath]).update_columns(columns).to_owned();
        let rows = batch.iter().cloned().map(standing_day::ActiveModel::from);
        standing_day::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Rows of one statement: their values stay below SQLite's 32,766 and PostgreSQL's 65,535 parameters.
pub const ROWS_AT_ONCE: usize = 500;

/// The numbers of a day over a scope.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Day {
    pub day: String,
    pub veto: i64,
    pub fault: i64,
    pub warning: i64,
    pub notice: i64,
}

/// The days from `from` on, oldest first.
pub async fn days(db: &impl ConnectionTrait, scope: &Scope, from: &str) -> Result<Vec<Day>, DbErr> {
    use standing_day::Column as C;
    let sum = |column: C| {
        use sea_orm::sea_query::ExprTrait as _;
        column.into_expr().sum().cast_as("bigint")
    };
    standing_day::Entity::find()
        .filter(scope.on(C::UnitPath))
        .filter(C::Day.gte(from))
        .select_only()
        .column(C::Day)
        .column_as(sum(C::Veto), "veto")
        .column_as(sum(C::Fault), "fault")
        .column_as(sum(C::Warning), "warning")
        .column_as(sum(C::Notice), "notice")
        .group_by(C::Day)
        .order_by_asc(C::Day)
        .into_model()
        .all(db)
        .await
}
