//! Queries on rosters, their members and leave. Clauses N5.3, N5.7.

use ledger::{PersonId, Scope};
use platform::Tx;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{QueryOrder, QuerySelect, Set};

use crate::reading::entity::{reading_leave, reading_member, reading_roster};

/// Rosters of a scope, those that are in use first.
pub async fn rosters(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<reading_roster::Model>, DbErr> {
    reading_roster::Entity::find()
        .filter(scope.on(reading_roster::Column::UnitPath))
        .order_by_desc(reading_roster::Column::IsActive)
        .order_by_asc(reading_roster::Column::UnitPath)
        .order_by_asc(reading_roster::Column::Id)
        .all(db)
        .await
}

/// How many rosters of a scope are in use.
pub async fn number_of_rosters(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, DbErr> {
    reading_roster::Entity::find()
        .filter(scope.on(reading_roster::Column::UnitPath))
        .filter(reading_roster::Column::IsActive.eq(true))
        .count(db)
        .await
}

/// One roster.
pub async fn roster_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<reading_roster::Model>, DbErr> {
    reading_roster::Entity::find_by_id(id).filter(scope.on(reading_roster::Column::UnitPath)).one(db).await
}

/// One roster that is about to be changed or planned: whoever else would waits.
pub async fn roster_to_change(
    tx: &Tx,
    scope: &Scope,
    id: i64,
) -> Result<Option<reading_roster::Model>, DbErr> {
    reading_roster::Entity::find_by_id(id)
        .filter(scope.on(reading_roster::Column::UnitPath))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One roster, for what a duty of it needs.
pub async fn roster_unscoped(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<reading_roster::Model>, DbErr> {
    reading_roster::Entity::find_by_id(id).one(db).await
}

/// Rosters in use that are not planned up to a day.
pub async fn active_unscoped(
    db: &impl ConnectionTrait,
    until: Date,
) -> Result<Vec<reading_roster::Model>, DbErr> {
    use reading_roster::Column;
    let short = Column::PlannedUntil.is_null().or(Column::PlannedUntil.lt(until));
    reading_roster::Entity::find()
        .filter(Column::IsActive.eq(true))
        .filter(short)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// Writes a new roster.
pub async fn add_roster(tx: &Tx, new: reading_roster::ActiveModel) -> Result<reading_roster::Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change_roster(
    tx: &Tx,
    row: reading_roster::ActiveModel,
) -> Result<reading_roster::Model, DbErr> {
    row.update(&**tx).await
}

/// The members of a roster in their order.
pub async fn members(db: &impl ConnectionTrait, roster: i64) -> Result<Vec<PersonId>, DbErr> {
    reading_member::Entity::find()
        .filter(reading_member::Column::RosterId.eq(roster))
        .order_by_asc(reading_member::Column::Position)
        .select_only()
        .column(reading_member::Column::PersonId)
        .into_tuple()
        .all(db)
        .await
}

/// Sets the members of a roster.
pub async fn set_members(tx: &Tx, roster: i64, members: &[PersonId]) -> Result<(), DbErr> {
    reading_member::Entity::delete_many()
        .filter(reading_member::Column::RosterId.eq(roster))
        .exec(&**tx)
        .await?;
    let rows = members.iter().zip(0..).map(|(person, position)| reading_member::ActiveModel {
        roster_id: Set(roster),
        person_id: Set(*person),
        position: Set(position),
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    reading_member::Entity::insert_many(rows).exec_without_returning(&**tx).await.map(|_| ())
}

/// The leave of a roster's members that is not over before a day.
pub async fn leaves(
    db: &impl ConnectionTrait,
    roster: i64,
    from: Date,
) -> Result<Vec<reading_leave::Model>, DbErr> {
    reading_leave::Entity::find()
        .filter(reading_leave::Column::RosterId.eq(roster))
        .filter(reading_leave::Column::ToOn.gte(from))
        .order_by_asc(reading_leave::Column::FromOn)
        .order_by_asc(reading_leave::Column::Id)
        .all(db)
        .await
}

/// One leave of a roster.
pub async fn one_leave(
    db: &impl ConnectionTrait,
    roster: i64,
    id: i64,
) -> Result<Option<reading_leave::Model>, DbErr> {
    reading_leave::Entity::find_by_id(id).filter(reading_leave::Column::RosterId.eq(roster)).one(db).await
}

/// Writes down leave.
pub async fn add_leave(tx: &Tx, new: reading_leave::ActiveModel) -> Result<i64, DbErr> {
    Ok(new.insert(&**tx).await?.id)
}

/// Takes leave back.
pub async fn remove_leave(tx: &Tx, id: i64) -> Result<(), DbErr> {
    reading_leave::Entity::delete_by_id(id).exec(&**tx).await.map(|_| ())
}
