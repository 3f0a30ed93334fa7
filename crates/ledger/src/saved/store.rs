//! Queries on saved filters; each is its person's alone. Clauses N1.1, N5.3.

use platform::Tx;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;

use super::entity::saved_filter::{ActiveModel, Column, Entity, Model};
use crate::PersonId;

/// A person's filters of a list, by name.
pub async fn of_list(db: &impl ConnectionTrait, person: PersonId, path: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::Path.eq(path))
        .order_by_asc(Column::Name)
        .all(db)
        .await
}

/// One filter of a person.
pub async fn own(db: &impl ConnectionTrait, person: PersonId, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::PersonId.eq(person)).one(db).await
}

/// Adds a filter.
pub async fn add(tx: &Tx, new: ActiveModel) -> Result<(), DbErr> {
    new.insert(&**tx).await.map(|_| ())
}

/// Removes a filter.
pub async fn remove(tx: &Tx, id: i64) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(&**tx).await.map(|_| ())
}
