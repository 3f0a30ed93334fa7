//! Queries on the ledger of links. Clauses N2.4, N5.6.

use ledger::registry::entity::site;
use ledger::web::lineage;
use ledger::{Scope, SiteId};
use platform::web::{Pager, page_of};
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use super::entity::link_approval::{ActiveModel, Column, Entity, Model};
use super::entity::link_look;
use super::model::State;

/// Which approvals are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub words: String,
    pub state: Option<State>,
    /// The path of a unit: it and those below it.
    pub unit: Option<String>,
    pub site: Option<SiteId>,
    /// Only approved ones that end by this day.
    pub ends_by: Option<Date>,
    /// Only approved ones whose target has changed.
    pub drifted: bool,
}

fn chosen(scope: &Scope, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(scope.on(Column::UnitPath));
    if !filter.words.is_empty() {
        let any = [Column::Target, Column::Name, Column::Owner, Column::Purpose];
        query = query.filter(lookup::any_holds(any, &filter.words));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if filter.drifted {
        query = query.filter(Column::State.eq(State::Approved)).filter(Column::Drift.ne(""));
    }
    if let Some(day) = filter.ends_by {
        query = query.filter(Column::State.eq(State::Approved)).filter(Column::RenewedBy.is_null());
        query = query.filter(Column::ExpiresOn.lte(day));
    }
    query
}

/// A page of approvals, the newest first; without a page the first so many.
pub async fn approvals(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<Model>, Pager), DbErr> {
    page_of(db, chosen(scope, filter).order_by_desc(Column::Id), pager, most).await
}

/// How many there are.
pub async fn number(db: &impl ConnectionTrait, scope: &Scope, filter: &Filter) -> Result<u64, DbErr> {
    chosen(scope, filter).count(db).await
}

/// One approval.
pub async fn one_in(db: &impl ConnectionTrait, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).one(db).await
}

/// One that is about to be changed: whoever else would change it waits until that is done.
pub async fn one_to_change(tx: &Tx, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).lock_exclusive().one(&**tx).await
}

/// One approval, for the clock.
pub async fn one_unscoped(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// One approval, held, for what a look has come to.
pub async fn one_held_unscoped(tx: &Tx, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// Approved targets that are to be looked at, those that wait longest first.
pub async fn due_unscoped(
    db: &impl ConnectionTrait,
    now: platform::clock::Instant,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::State.eq(State::Approved))
        .filter(Column::NextLook.lte(now))
        .order_by_asc(Column::NextLook)
        .limit(most)
        .all(db)
        .await
}

/// Approvals that end from one day to another and for which nothing is owed yet, the first to end first.
pub async fn ending_unscoped(
    db: &impl ConnectionTrait,
    from: Date,
    to: Date,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    ending(from, to, most).all(db).await
}

/// The same, held: another clock that asks waits, and finds them owed.
pub async fn ending_held_unscoped(tx: &Tx, from: Date, to: Date, most: u64) -> Result<Vec<Model>, DbErr> {
    ending(from, to, most).lock_exclusive().all(&**tx).await
}

/// Forgets that an approval stands in another's place.
pub async fn renew_no_more(tx: &Tx, id: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .filter(Column::RenewedBy.eq(id))
        .col_expr(Column::RenewedBy, Expr::value(Option::<i64>::None))
        .col_expr(Column::ObligationId, Expr::value(Option::<i64>::None))
        .exec(&**tx)
        .await
        .map(|_| ())
}

fn ending(from: Date, to: Date, most: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(State::Approved))
        .filter(Column::ExpiresOn.between(from, to))
        .filter(Column::ObligationId.is_null())
        .filter(Column::RenewedBy.is_null())
        .order_by_asc(Column::ExpiresOn)
        .limit(most)
}

/// Approvals in whose place a new one stands: of the same target, for no more than that holds for, ending before it.
pub async fn renewed_unscoped(tx: &Tx, new: &Model) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find()
        .filter(Column::State.eq(State::Approved))
        .filter(Column::Target.eq(&new.target))
        .filter(Column::UnitId.eq(new.unit_id))
        .filter(Column::Id.ne(new.id))
        .filter(Column::RenewedBy.is_null());
    if let Some(site) = new.site_id {
        query = query.filter(Column::SiteId.eq(site));
    }
    query = match new.expires_on {
        Some(end) => query.filter(Column::ExpiresOn.lt(end)),
        None => query.filter(Column::ExpiresOn.is_not_null()),
    };
    query.order_by_asc(Column::Id).lock_exclusive().all(&**tx).await
}

/// The site that an approval holds for, or one of its unit's: where that stands tells what may be connected to.
pub async fn site_near(db: &impl ConnectionTrait, row: &Model) -> Result<Option<site::Model>, DbErr> {
    if let Some(id) = row.site_id {
        return site::Entity::find_by_id(id).one(db).await;
    }
    site::Entity::find()
        .filter(site::Column::UnitPath.starts_with(&row.unit_path))
        .order_by_asc(site::Column::Id)
        .one(db)
        .await
}

/// Writes down a look.
pub async fn note_look(tx: &Tx, look: link_look::ActiveModel) -> Result<(), DbErr> {
    look.insert(&**tx).await.map(|_| ())
}

/// The looks at one target, the newest first.
pub async fn looks(db: &impl ConnectionTrait, id: i64, most: u64) -> Result<Vec<link_look::Model>, DbErr> {
    link_look::Entity::find()
        .filter(link_look::Column::ApprovalId.eq(id))
        .order_by_desc(link_look::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Writes a new application.
pub async fn add(tx: &Tx, new: ActiveModel) -> Result<Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change(tx: &Tx, row: ActiveModel) -> Result<Model, DbErr> {
    row.update(&**tx).await
}

/// What was approved for a site: for itself, its unit, and the units above.
pub async fn of_site_unscoped(db: &impl ConnectionTrait, site: &site::Model) -> Result<Vec<Model>, DbErr> {
    of_state(db, site, &[State::Approved]).await
}

/// What was approved or is asked for already: none of it is proposed again.
pub async fn spoken_of_unscoped(db: &impl ConnectionTrait, site: &site::Model) -> Result<Vec<Model>, DbErr> {
    of_state(db, site, &[State::Approved, State::Applied]).await
}

/// The same for all sites of some units, as it was given at each of them; what holds for one site names it.
pub async fn spoken_at_unscoped(db: &impl ConnectionTrait, unit_paths: &[&str]) -> Result<Vec<Model>, DbErr> {
    let mut rows = Vec::new();
    // As many as each engine takes in one statement.
    for part in unit_paths.chunks(1_000) {
        let some = Entity::find()
            .filter(Column::UnitPath.is_in(part.iter().copied()))
            .filter(Column::State.is_in([State::Approved, State::Applied]))
            .order_by_asc(Column::Id);
        rows.extend(some.all(db).await?);
    }
    Ok(rows)
}

async fn of_state(
    db: &impl ConnectionTrait,
    site: &site::Model,
    states: &[State],
) -> Result<Vec<Model>, DbErr> {
    let for_site = Condition::any().add(Column::SiteId.is_null()).add(Column::SiteId.eq(site.id));
    Entity::find()
        .filter(Column::UnitPath.is_in(lineage(&site.unit_path)))
        .filter(Column::State.is_in(states.iter().copied()))
        .filter(for_site)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}
