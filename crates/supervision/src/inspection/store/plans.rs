//! Queries on plans. Clause N2.1.

use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use crate::ids::PlanId;
use crate::inspection::entity::inspection_plan::{ActiveModel, Column, Entity, Model};

/// The plans in a scope, by name.
pub async fn plans(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(scope.on(Column::UnitPath))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// One plan.
pub async fn plan_in(db: &impl ConnectionTrait, scope: &Scope, id: PlanId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(scope.on(Column::UnitPath))
        .filter(Column::DeletedAt.is_null())
        .one(db)
        .await
}

/// Plans that are due.
pub async fn due_unscoped(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::NextAt.lte(now))
        .filter(Column::Enabled.eq(true))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::NextAt)
        .all(db)
        .await
}

/// Writes a new plan.
pub async fn add(tx: &Tx, plan: ActiveModel) -> Result<Model, DbErr> {
    plan.insert(&**tx).await
}

/// Writes what changed of a plan.
pub async fn change(tx: &Tx, plan: ActiveModel) -> Result<Model, DbErr> {
    plan.update(&**tx).await
}

/// Moves a plan on to its next start; `false` if somebody did so already.
pub async fn moved_on(tx: &Tx, plan: &Model, next: Option<Instant>, now: Instant) -> Result<bool, DbErr> {
    let mut due = Entity::update_many().filter(Column::Id.eq(plan.id));
    due = match plan.next_at {
        Some(at) => due.filter(Column::NextAt.eq(at)),
        None => due.filter(Column::NextAt.is_null()),
    };
    let done = due.set(ActiveModel { next_at: Set(next), last_at: Set(Some(now)), ..Default::default() });
    Ok(done.exec(&**tx).await?.rows_affected == 1)
}

/// The open sites of a unit and those below it, in the order of their ids.
pub async fn sites_below_unscoped(db: &impl ConnectionTrait, path: &str) -> Result<Vec<SiteId>, DbErr> {
    site::Entity::find()
        .filter(site::Column::UnitPath.starts_with(path))
        .filter(site::Column::State.eq(SiteState::Open))
        .order_by_asc(site::Column::Id)
        .select_only()
        .column(site::Column::Id)
        .into_tuple()
        .all(db)
        .await
}
