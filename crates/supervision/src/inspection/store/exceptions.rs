//! Queries on exceptions. Clause N5.3.

use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use crate::inspection::entity::finding_exception::{ActiveModel, Column, Entity, Model};

/// The exceptions that hold for a site at a time.
pub async fn of_site_unscoped(
    db: &impl ConnectionTrait,
    site: SiteId,
    unit_path: &str,
    now: Instant,
) -> Result<Vec<Model>, DbErr> {
    let for_site = Condition::any().add(Column::SiteId.eq(site)).add(Column::SiteId.is_null());
    let all = Entity::find()
        .filter(for_site)
        .filter(Column::Until.gt(now))
        .filter(Column::EndedAt.is_null())
        .all(db)
        .await?;
    let covers = |one: &Model| one.site_id == Some(site) || unit_path.starts_with(one.unit_path.as_str());
    Ok(all.into_iter().filter(covers).collect())
}

/// The exceptions in a scope, those that hold first.
pub async fn list(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(scope.on(Column::UnitPath))
        .order_by_desc(Column::Until)
        .order_by_desc(Column::Id)
        .all(db)
        .await
}

/// One exception.
pub async fn one_in(db: &impl ConnectionTrait, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).one(db).await
}

/// Writes a new exception.
pub async fn add(tx: &Tx, new: ActiveModel) -> Result<Model, DbErr> {
    new.insert(&**tx).await
}

/// Ends an exception.
pub async fn end(tx: &Tx, id: i64, now: Instant) -> Result<(), DbErr> {
    let ended = ActiveModel { id: sea_orm::Set(id), ended_at: sea_orm::Set(Some(now)), ..Default::default() };
    ended.update(&**tx).await.map(|_| ())
}
