//! Queries on API tokens. Clause N4.7.
//!
//! A person lists and ends his own; the `_unscoped` one serves the request itself.

use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect};

use super::entity::token;
use super::model;
use crate::PersonId;

/// The token of a digest that has not ended.
pub async fn live_unscoped(
    db: &impl ConnectionTrait,
    digest: &str,
    now: Instant,
) -> Result<Option<token::Model>, DbErr> {
    let found = token::Entity::find().filter(token::Column::Digest.eq(digest));
    found.filter(token::Column::EndsAt.gt(now)).one(db).await
}

/// A person's live tokens, the newest first.
pub async fn own(
    db: &impl ConnectionTrait,
    person: PersonId,
    now: Instant,
) -> Result<Vec<token::Model>, DbErr> {
    token::Entity::find()
        .filter(token::Column::PersonId.eq(person))
        .filter(token::Column::EndsAt.gt(now))
        .order_by_desc(token::Column::Id)
        .limit(model::MOST as u64)
        .all(db)
        .await
}

/// Adds a token.
pub async fn add(tx: &Tx, new: token::ActiveModel) -> Result<token::Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes down that a token was used.
pub async fn touch(tx: &Tx, id: i64, now: Instant) -> Result<(), DbErr> {
    token::Entity::update_many()
        .filter(token::Column::Id.eq(id))
        .col_expr(token::Column::UsedAt, Expr::value(now))
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// Ends one of a person's tokens; `false` if he has no such.
pub async fn end(tx: &Tx, person: PersonId, id: i64, now: Instant) -> Result<bool, DbErr> {
    let ended = token::Entity::update_many()
        .filter(token::Column::Id.eq(id))
        .filter(token::Column::PersonId.eq(person))
        .filter(token::Column::EndsAt.gt(now))
        .col_expr(token::Column::EndsAt, Expr::value(now))
        .exec(&**tx)
        .await?;
    Ok(ended.rows_affected == 1)
}
