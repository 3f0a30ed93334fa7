//! What the clock asks: who has come to a mark, what was told, what a new calendar may move. Clauses N1.2, N3.8.

use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect as _, Set};

use crate::ObligationId;
use crate::obligation::entity::{obligation, obligation_mark};
use crate::obligation::model::State;

fn due(now: Instant, most: u64) -> Select<obligation::Entity> {
    obligation::Entity::find()
        .filter(obligation::Column::State.eq(State::Open))
        .filter(obligation::Column::NextAt.lte(now))
        .order_by_asc(obligation::Column::NextAt)
        .order_by_asc(obligation::Column::Id)
        .limit(most)
}

/// Whether an obligation has come to a mark.
pub async fn any_due_unscoped(db: &impl ConnectionTrait, now: Instant) -> Result<bool, DbErr> {
    Ok(due(now, 1).one(db).await?.is_some())
}

/// Obligations that have come to a mark, those that wait longest first. Another clock that asks the same waits until this
/// transaction has ended, and then finds them marked.
pub async fn due_unscoped(tx: &Tx, now: Instant, most: u64) -> Result<Vec<obligation::Model>, DbErr> {
    due(now, most).lock_exclusive().all(&**tx).await
}

/// Writes down marks, and that these obligations have had so many; their next one is due when it is.
pub async fn made(
    tx: &Tx,
    marks: Vec<obligation_mark::ActiveModel>,
    by_number: &[(i32, Vec<ObligationId>)],
) -> Result<(), DbErr> {
    use obligation::Column;
    if !marks.is_empty() {
        obligation_mark::Entity::insert_many(marks).exec_without_returning(&**tx).await?;
    }
    for (number, ids) in by_number {
        let next: Expr = match number {
            0 => Expr::col(Column::RemindAt),
            1 => Expr::col(Column::YellowAt),
            2 => Expr::col(Column::RedAt),
            _ => Expr::value(Option::<Instant>::None),
        };
        obligation::Entity::update_many()
            .col_expr(Column::Marked, Expr::value(*number))
            .col_expr(Column::NextAt, next)
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Obligations that are not over and count working days, after a number: what a new calendar may move. Nobody changes
/// them until the transaction ends.
pub async fn open_working_unscoped(
    tx: &Tx,
    after: ObligationId,
    most: u64,
) -> Result<Vec<obligation::Model>, DbErr> {
    obligation::Entity::find()
        .filter(obligation::Column::State.is_in([State::Open, State::Reported]))
        .filter(obligation::Column::Span.ne(base::deadline::Span::Calendar.word()))
        .filter(obligation::Column::Id.gt(after))
        .order_by_asc(obligation::Column::Id)
        .limit(most)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Takes marks of one back that came too early by what is known now. Returns which.
pub async fn withdraw(
    tx: &Tx,
    id: ObligationId,
    kept: i32,
    at: Instant,
    why: &str,
) -> Result<Vec<obligation_mark::Model>, DbErr> {
    use obligation_mark::Column;
    let standing = obligation_mark::Entity::find()
        .filter(Column::ObligationId.eq(id))
        .filter(Column::WithdrawnAt.is_null())
        .all(&**tx)
        .await?;
    let early: Vec<obligation_mark::Model> =
        standing.into_iter().filter(|mark| mark.mark as i32 >= kept).collect();
    for mark in &early {
        let row = obligation_mark::ActiveModel {
            id: Set(mark.id),
            withdrawn_at: Set(Some(at)),
            withdrawn_why: Set(why.to_owned()),
            ..Default::default()
        };
        row.update(&**tx).await?;
    }
    Ok(early)
}

/// Marks that nobody was told of yet, the oldest first.
pub async fn untold_unscoped(
    db: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<obligation_mark::Model>, DbErr> {
    obligation_mark::Entity::find()
        .filter(obligation_mark::Column::IsTold.eq(false))
        .filter(obligation_mark::Column::WithdrawnAt.is_null())
        .order_by_asc(obligation_mark::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Marks that were told and taken back since: what was said of them stands no more.
pub async fn taken_back_unscoped(
    db: &impl ConnectionTrait,
    most: u64,
) -> Result<Vec<obligation_mark::Model>, DbErr> {
    obligation_mark::Entity::find()
        .filter(obligation_mark::Column::IsTold.eq(true))
        .filter(obligation_mark::Column::WithdrawnAt.is_not_null())
        .order_by_asc(obligation_mark::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Notes that a mark is told no more.
pub async fn untell(tx: &Tx, mark: &obligation_mark::Model) -> Result<(), DbErr> {
    let row = obligation_mark::ActiveModel { id: Set(mark.id), is_told: Set(false), ..Default::default() };
    row.update(&**tx).await.map(|_| ())
}

/// The gravest mark of an obligation that stands.
pub async fn gravest(tx: &Tx, id: ObligationId) -> Result<Option<obligation_mark::Model>, DbErr> {
    let standing = obligation_mark::Entity::find()
        .filter(obligation_mark::Column::ObligationId.eq(id))
        .filter(obligation_mark::Column::WithdrawnAt.is_null())
        .all(&**tx)
        .await?;
    Ok(standing.into_iter().max_by_key(|mark| mark.mark as i32))
}

/// Notes that a mark was told, and that an alert of its obligation is open, or that nothing was to be told.
pub async fn told(tx: &Tx, mark: &obligation_mark::Model, is_open: bool) -> Result<(), DbErr> {
    let row = obligation_mark::ActiveModel { id: Set(mark.id), is_told: Set(true), ..Default::default() };
    row.update(&**tx).await?;
    if is_open {
        let row =
            obligation::ActiveModel { id: Set(mark.obligation_id), is_told: Set(true), ..Default::default() };
        row.update(&**tx).await?;
    }
    Ok(())
}

/// Obligations of which an alert is open and that are over, or whose clock rests.
pub async fn told_unscoped(db: &impl ConnectionTrait, most: u64) -> Result<Vec<obligation::Model>, DbErr> {
    obligation::Entity::find()
        .filter(obligation::Column::IsTold.eq(true))
        .filter(obligation::Column::State.ne(State::Open))
        .order_by_asc(obligation::Column::Id)
        .limit(most)
        .all(db)
        .await
}
