//! Queries on what is kept of documents. Clause N2.8.

use ledger::identity::entity::unit;
use platform::Tx;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _};

use super::entity::paper_copy::{ActiveModel, Column, Entity, Model};
use super::subject::Subject;

/// Copies of one document that its screen lists.
const MOST: u64 = 50;

/// What is kept of a document, the newest first.
pub async fn copies(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Kind.eq(subject.kind))
        .filter(Column::OfId.eq(subject.of))
        .filter(Column::IssuerPath.eq(&subject.issuer_path))
        .order_by_desc(Column::Id)
        .limit(MOST)
        .all(db)
        .await
}

/// One, to be held against its document.
pub async fn copy_unscoped(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Holds the unit whose documents are numbered: two clerks give no number twice.
pub async fn hold(tx: &Tx, unit_path: &str) -> Result<(), DbErr> {
    unit::Entity::find()
        .filter(unit::Column::Path.eq(unit_path))
        .lock_exclusive()
        .one(&**tx)
        .await
        .map(|_| ())
}

/// Another document of a unit that bears a number.
pub async fn bears(tx: &Tx, subject: &Subject, number: &str) -> Result<Option<Model>, DbErr> {
    let others = Condition::any().add(Column::Kind.ne(subject.kind)).add(Column::OfId.ne(subject.of));
    Entity::find()
        .filter(Column::IssuerPath.eq(&subject.issuer_path))
        .filter(Column::Number.eq(number))
        .filter(others)
        .one(&**tx)
        .await
}

/// Keeps one.
pub async fn add(tx: &Tx, copy: ActiveModel) -> Result<Model, DbErr> {
    copy.insert(&**tx).await
}
