//! Queries on the calendar. Clauses N2.8, N4.7.
//!
//! The calendar is everybody's: it has no scope. Imports are shown to whoever handed them in.

use std::collections::{BTreeMap, BTreeSet};

use base::workday::{Day, Exception, WorkDays};
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{QueryOrder, Set};

use super::entity::{calendar_day, calendar_import, date, day};
use super::model::Entry;
use crate::PersonId;

/// All exceptional days, by day.
pub async fn days(db: &impl ConnectionTrait) -> Result<BTreeMap<Day, (Exception, String)>, DbErr> {
    let rows = calendar_day::Entity::find().order_by_asc(calendar_day::Column::Day).all(db).await?;
    Ok(rows.into_iter().map(|row| (day(row.day), (row.kind.into(), row.name))).collect())
}

/// The calendar to count with.
pub async fn work_days(db: &impl ConnectionTrait) -> Result<WorkDays, DbErr> {
    Ok(WorkDays::new(days(db).await?.into_iter().map(|(day, (kind, _))| (day, kind))))
}

/// The years that have an exceptional day.
pub fn years(days: &BTreeMap<Day, (Exception, String)>) -> BTreeSet<i32> {
    days.keys().map(|day| day.year()).collect()
}

/// Writes days down; what was there of a day is replaced.
pub async fn put(tx: &Tx, entries: &[Entry]) -> Result<(), DbErr> {
    /// Rows of one statement: SQLite takes 32,766 values at most.
    const BATCH: usize = 1_000;
    for entries in entries.chunks(BATCH) {
        let rows = entries.iter().map(|entry| calendar_day::ActiveModel {
            day: Set(date(entry.day)),
            kind: Set(entry.kind.into()),
            name: Set(entry.name.clone()),
        });
        let columns = [calendar_day::Column::Kind, calendar_day::Column::Name];
        let replace = OnConflict::column(calendar_day::Column::Day).update_columns(columns).to_owned();
        calendar_day::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Removes a day. Returns what it was.
pub async fn remove(tx: &Tx, at: Day) -> Result<Option<calendar_day::Model>, DbErr> {
    let there = calendar_day::Entity::find_by_id(date(at)).one(&**tx).await?;
    if there.is_some() {
        calendar_day::Entity::delete_by_id(date(at)).exec(&**tx).await?;
    }
    Ok(there)
}

/// Keeps a file that was handed in.
pub async fn add_import(tx: &Tx, new: calendar_import::ActiveModel) -> Result<calendar_import::Model, DbErr> {
    new.insert(&**tx).await
}

/// A person's own import.
pub async fn own_import(
    db: &impl ConnectionTrait,
    person: PersonId,
    id: i64,
) -> Result<Option<calendar_import::Model>, DbErr> {
    calendar_import::Entity::find_by_id(id).filter(calendar_import::Column::PersonId.eq(person)).one(db).await
}

/// Marks an import as written. `false` if it was already.
pub async fn close_import(tx: &Tx, id: i64, now: Instant) -> Result<bool, DbErr> {
    let closed = calendar_import::Entity::update_many()
        .filter(calendar_import::Column::Id.eq(id))
        .filter(calendar_import::Column::AppliedAt.is_null())
        .col_expr(calendar_import::Column::AppliedAt, Expr::value(now))
        .exec(&**tx)
        .await?;
    Ok(closed.rows_affected == 1)
}
