//! Queries on obligations. Clauses N1.2, N2.8, N3.8.

mod clock;
mod lists;

pub use clock::{
    any_due_unscoped, due_unscoped, gravest, made, open_working_unscoped, taken_back_unscoped, told,
    told_unscoped, untell, untold_unscoped, withdraw,
};
pub use lists::{Card, CardFilter, Counts, Filter, cards, counts, obligations, owed};

use platform::Tx;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect as _, Set};

use super::entity::{
    obligation, obligation_event, obligation_extension, obligation_feed, obligation_mark, obligation_pause,
    obligation_terms,
};
use super::model::Kind;
use crate::{ObligationId, PersonId, Scope};

/// One obligation.
pub async fn one_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ObligationId,
) -> Result<Option<obligation::Model>, DbErr> {
    obligation::Entity::find_by_id(id).filter(scope.on(obligation::Column::UnitPath)).one(db).await
}

/// One obligation that is about to be changed: whoever else would change it waits until that is done.
pub async fn one_to_change(
    tx: &Tx,
    scope: &Scope,
    id: ObligationId,
) -> Result<Option<obligation::Model>, DbErr> {
    obligation::Entity::find_by_id(id)
        .filter(scope.on(obligation::Column::UnitPath))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One obligation, for slices that have looked at its scope themselves.
pub async fn one_unscoped(
    db: &impl ConnectionTrait,
    id: ObligationId,
) -> Result<Option<obligation::Model>, DbErr> {
    obligation::Entity::find_by_id(id).one(db).await
}

/// Some obligations, for lists of slices that have looked at their scope themselves.
pub async fn some_unscoped(
    db: &impl ConnectionTrait,
    ids: &[ObligationId],
) -> Result<Vec<obligation::Model>, DbErr> {
    obligation::Entity::find().filter(obligation::Column::Id.is_in(ids.iter().copied())).all(db).await
}

/// Writes a new obligation.
pub async fn add(tx: &Tx, new: obligation::ActiveModel) -> Result<obligation::Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change(tx: &Tx, row: obligation::ActiveModel) -> Result<obligation::Model, DbErr> {
    row.update(&**tx).await
}

/// Writes down what happened.
pub async fn note(tx: &Tx, event: obligation_event::ActiveModel) -> Result<i64, DbErr> {
    Ok(event.insert(&**tx).await?.id)
}

/// Writes down what happened to many.
pub async fn note_all(tx: &Tx, events: Vec<obligation_event::ActiveModel>) -> Result<(), DbErr> {
    if events.is_empty() {
        return Ok(());
    }
    obligation_event::Entity::insert_many(events).exec_without_returning(&**tx).await.map(|_| ())
}

/// The history of one, the oldest first.
pub async fn events(
    db: &impl ConnectionTrait,
    id: ObligationId,
) -> Result<Vec<obligation_event::Model>, DbErr> {
    obligation_event::Entity::find()
        .filter(obligation_event::Column::ObligationId.eq(id))
        .order_by_asc(obligation_event::Column::Id)
        .all(db)
        .await
}

/// One line of the history, with its obligation.
pub async fn event_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<obligation_event::Model>, DbErr> {
    let Some(event) = obligation_event::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    Ok(one_in(db, scope, event.obligation_id).await?.map(|_| event))
}

/// The pauses of one, the oldest first.
pub async fn pauses(
    db: &impl ConnectionTrait,
    ids: &[ObligationId],
) -> Result<Vec<obligation_pause::Model>, DbErr> {
    obligation_pause::Entity::find()
        .filter(obligation_pause::Column::ObligationId.is_in(ids.iter().copied()))
        .order_by_asc(obligation_pause::Column::Id)
        .all(db)
        .await
}

/// Begins a pause.
pub async fn add_pause(tx: &Tx, new: obligation_pause::ActiveModel) -> Result<(), DbErr> {
    new.insert(&**tx).await.map(|_| ())
}

/// Ends the pause that lasts, with its last day.
pub async fn end_pause(tx: &Tx, id: ObligationId, to: Date) -> Result<(), DbErr> {
    obligation_pause::Entity::update_many()
        .filter(obligation_pause::Column::ObligationId.eq(id))
        .filter(obligation_pause::Column::ToOn.is_null())
        .set(obligation_pause::ActiveModel { to_on: Set(Some(to)), ..Default::default() })
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// What was asked for beside the limit, the oldest first.
pub async fn extensions(
    db: &impl ConnectionTrait,
    id: ObligationId,
) -> Result<Vec<obligation_extension::Model>, DbErr> {
    obligation_extension::Entity::find()
        .filter(obligation_extension::Column::ObligationId.eq(id))
        .order_by_asc(obligation_extension::Column::Id)
        .all(db)
        .await
}

/// Writes down that more time is asked for.
pub async fn ask_extension(tx: &Tx, new: obligation_extension::ActiveModel) -> Result<(), DbErr> {
    new.insert(&**tx).await.map(|_| ())
}

/// Writes down what was decided.
pub async fn decide_extension(tx: &Tx, row: obligation_extension::ActiveModel) -> Result<(), DbErr> {
    row.update(&**tx).await.map(|_| ())
}

/// The marks of one, in their order.
pub async fn marks(
    db: &impl ConnectionTrait,
    id: ObligationId,
) -> Result<Vec<obligation_mark::Model>, DbErr> {
    obligation_mark::Entity::find()
        .filter(obligation_mark::Column::ObligationId.eq(id))
        .order_by_asc(obligation_mark::Column::Id)
        .all(db)
        .await
}

/// The terms of a kind that hold on a day: the last that began by then.
pub async fn terms_on(
    db: &impl ConnectionTrait,
    kind: Kind,
    day: Date,
) -> Result<Option<obligation_terms::Model>, DbErr> {
    obligation_terms::Entity::find()
        .filter(obligation_terms::Column::Kind.eq(kind))
        .filter(obligation_terms::Column::FromOn.lte(day))
        .order_by_desc(obligation_terms::Column::FromOn)
        .limit(1)
        .one(db)
        .await
}

/// All terms that were set, by kind and day.
pub async fn all_terms(db: &impl ConnectionTrait) -> Result<Vec<obligation_terms::Model>, DbErr> {
    obligation_terms::Entity::find()
        .order_by_asc(obligation_terms::Column::Kind)
        .order_by_desc(obligation_terms::Column::FromOn)
        .all(db)
        .await
}

/// Sets the terms of a kind from a day on; what was set for that very day is replaced.
pub async fn set_terms(
    tx: &Tx,
    kind: Kind,
    from: Date,
    new: obligation_terms::ActiveModel,
) -> Result<(), DbErr> {
    use obligation_terms::Column;
    let there =
        obligation_terms::Entity::delete_many().filter(Column::Kind.eq(kind)).filter(Column::FromOn.eq(from));
    there.exec(&**tx).await?;
    let new = obligation_terms::ActiveModel { kind: Set(kind), from_on: Set(from), ..new };
    new.insert(&**tx).await.map(|_| ())
}

/// Keeps the digest of a person's feed; an earlier one opens nothing any more.
pub async fn keep_feed(tx: &Tx, person: PersonId, new: obligation_feed::ActiveModel) -> Result<(), DbErr> {
    obligation_feed::Entity::delete_by_id(person).exec(&**tx).await?;
    let new = obligation_feed::ActiveModel { person_id: Set(person), ..new };
    new.insert(&**tx).await.map(|_| ())
}

/// Whose feed it is.
pub async fn feed_unscoped(
    db: &impl ConnectionTrait,
    digest: &str,
) -> Result<Option<obligation_feed::Model>, DbErr> {
    obligation_feed::Entity::find().filter(obligation_feed::Column::Digest.eq(digest)).one(db).await
}

/// A person's feed.
pub async fn feed_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<obligation_feed::Model>, DbErr> {
    obligation_feed::Entity::find_by_id(person).one(db).await
}
