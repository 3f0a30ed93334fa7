//! Queries on duties that change hands. Clause N5.7.

use ledger::PersonId;
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder as _, QuerySelect as _, Set};

use crate::reading::entity::{reading_duty, reading_exchange};
use crate::reading::model::State;

/// Duties that one may be exchanged for, on its screen.
const MOST: u64 = 60;

/// Duties of a roster from a day on that nobody has begun and that another person has.
pub async fn exchangeable(
    db: &impl ConnectionTrait,
    duty: &reading_duty::Model,
    from: Date,
) -> Result<Vec<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    let mut query = reading_duty::Entity::find()
        .filter(Column::RosterId.eq(duty.roster_id))
        .filter(Column::State.eq(State::Planned))
        .filter(Column::Day.gte(from))
        .filter(Column::PersonId.is_not_null());
    if let Some(person) = duty.person_id {
        query = query.filter(Column::PersonId.ne(person));
    }
    query.order_by_asc(Column::Day).order_by_asc(Column::Shift).limit(MOST).all(db).await
}

/// Two duties, held: always the smaller number first, so that two exchanges never wait for each other.
pub async fn both(
    tx: &Tx,
    one: i64,
    other: i64,
) -> Result<Option<(reading_duty::Model, reading_duty::Model)>, DbErr> {
    let held = async |id: i64| reading_duty::Entity::find_by_id(id).lock_exclusive().one(&**tx).await;
    let (first, second) = (held(one.min(other)).await?, held(one.max(other)).await?);
    let pair = first.zip(second);
    Ok(if one <= other { pair } else { pair.map(|(first, second)| (second, first)) })
}

/// Writes down that somebody wants to give a duty away.
pub async fn add_exchange(tx: &Tx, new: reading_exchange::ActiveModel) -> Result<i64, DbErr> {
    Ok(new.insert(&**tx).await?.id)
}

/// One exchange that waits for an answer, held.
pub async fn exchange_to_change(tx: &Tx, id: i64) -> Result<Option<reading_exchange::Model>, DbErr> {
    reading_exchange::Entity::find_by_id(id)
        .filter(reading_exchange::Column::AnsweredAt.is_null())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Writes down the answer.
pub async fn answer_exchange(tx: &Tx, id: i64, is_taken: bool, now: Instant) -> Result<(), DbErr> {
    let row = reading_exchange::ActiveModel {
        id: Set(id),
        is_taken: Set(Some(is_taken)),
        answered_at: Set(Some(now)),
        ..Default::default()
    };
    row.update(&**tx).await.map(|_| ())
}

/// Exchanges that wait for a person's answer.
pub async fn exchanges_for(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<reading_exchange::Model>, DbErr> {
    reading_exchange::Entity::find()
        .filter(reading_exchange::Column::ToId.eq(person))
        .filter(reading_exchange::Column::AnsweredAt.is_null())
        .order_by_asc(reading_exchange::Column::Id)
        .all(db)
        .await
}

/// Exchanges of a duty that wait for an answer.
pub async fn open_exchanges(
    db: &impl ConnectionTrait,
    duty: i64,
) -> Result<Vec<reading_exchange::Model>, DbErr> {
    reading_exchange::Entity::find()
        .filter(reading_exchange::Column::DutyId.eq(duty))
        .filter(reading_exchange::Column::AnsweredAt.is_null())
        .all(db)
        .await
}
