//! Queries on suspensions, and on the record they rest on. Clauses N2.8, N4.4.

use std::collections::HashMap;

use ledger::obligation::entity::{obligation, obligation_mark};
use ledger::obligation::model::{Kind as Owed, Mark, State as OwedState};
use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use platform::web::{Pager, page_of};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, JoinType, QueryOrder, QuerySelect};

use super::entity::suspension::{ActiveModel, Column, Entity, Model};
use super::entity::suspension_event;
use super::model::State;

/// Which suspensions are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Without one: those that are not over.
    pub states: Vec<State>,
    pub site: Option<SiteId>,
    /// The path of a unit: it and those below it.
    pub unit: Option<String>,
}

const OVER: [State; 3] = [State::Reopened, State::Closed, State::Withdrawn];

fn chosen(scope: &Scope, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(scope.on(Column::UnitPath));
    if filter.states.is_empty() {
        query = query.filter(Column::State.is_not_in(OVER));
    } else {
        query = query.filter(Column::State.is_in(filter.states.iter().copied()));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    query
}

/// A page of suspensions, the newest first; without a page the first so many.
pub async fn suspensions(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<Model>, Pager), DbErr> {
    page_of(db, chosen(scope, filter).order_by_desc(Column::Id), pager, most).await
}

/// How many of some states a scope has.
pub async fn number(db: &impl ConnectionTrait, scope: &Scope, states: &[State]) -> Result<u64, DbErr> {
    let filter = Filter { states: states.to_vec(), ..Filter::default() };
    chosen(scope, &filter).count(db).await
}

/// One suspension.
pub async fn one_in(db: &impl ConnectionTrait, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).one(db).await
}

/// One that is about to be changed: whoever else would change it waits until that is done.
pub async fn one_to_change(tx: &Tx, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).lock_exclusive().one(&**tx).await
}

/// Those of a site that are not over; the site itself is held, so that no other is proposed meanwhile.
pub async fn open_of(tx: &Tx, site: SiteId) -> Result<Vec<Model>, DbErr> {
    site::Entity::find_by_id(site).lock_exclusive().one(&**tx).await?;
    Entity::find().filter(Column::SiteId.eq(site)).filter(Column::State.is_not_in(OVER)).all(&**tx).await
}

/// What keeps visitors out of a site or its columns.
pub async fn in_force_unscoped(db: &impl ConnectionTrait, site: SiteId) -> Result<Vec<Model>, DbErr> {
    let states = State::ALL.into_iter().filter(|state| state.keeps_visitors_out());
    Entity::find()
        .filter(Column::SiteId.eq(site))
        .filter(Column::State.is_in(states))
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// Decided ones whose day has come.
pub async fn due_unscoped(db: &impl ConnectionTrait, today: Date, most: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::State.eq(State::Notified))
        .filter(Column::FromOn.lte(today))
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// One, held, for the clock.
pub async fn one_unscoped(tx: &Tx, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// The site of a public address: by its code or its number, whatever its state.
pub async fn site_of(db: &impl ConnectionTrait, word: &str) -> Result<Option<site::Model>, DbErr> {
    let word = word.trim();
    if word.is_empty() || word.len() > 20 {
        return Ok(None);
    }
    if let Some(site) = site::Entity::find().filter(site::Column::Code.eq(word)).one(db).await? {
        return Ok(Some(site));
    }
    match word.parse::<i64>() {
        Ok(id) => site::Entity::find_by_id(SiteId(id)).one(db).await,
        Err(_) => Ok(None),
    }
}

/// Writes a new one.
pub async fn add(tx: &Tx, new: ActiveModel) -> Result<Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change(tx: &Tx, row: ActiveModel) -> Result<Model, DbErr> {
    row.update(&**tx).await
}

/// Writes down what happened.
pub async fn note(tx: &Tx, event: suspension_event::ActiveModel) -> Result<(), DbErr> {
    event.insert(&**tx).await.map(|_| ())
}

/// The history of one, the oldest first.
pub async fn events(db: &impl ConnectionTrait, id: i64) -> Result<Vec<suspension_event::Model>, DbErr> {
    suspension_event::Entity::find()
        .filter(suspension_event::Column::SuspensionId.eq(id))
        .order_by_asc(suspension_event::Column::Id)
        .all(db)
        .await
}

/// One line of the history, where its suspension is in scope.
pub async fn event_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<suspension_event::Model>, DbErr> {
    let Some(event) = suspension_event::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    Ok(one_in(db, scope, event.suspension_id).await?.map(|_| event))
}

/// What was decided to be shut between two moments, by name; what was withdrawn is not among it.
pub async fn decided_between(
    db: &impl ConnectionTrait,
    scope: &Scope,
    from: Instant,
    to: Instant,
) -> Result<Vec<String>, DbErr> {
    let to_site = Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id);
    let rows: Vec<(String, String)> = Entity::find()
        .join(JoinType::InnerJoin, to_site.into())
        .filter(scope.on(Column::UnitPath))
        .filter(Column::DecidedAt.gte(from))
        .filter(Column::DecidedAt.lt(to))
        .filter(Column::State.ne(State::Withdrawn))
        .order_by_asc(Column::Id)
        .select_only()
        .column(site::Column::Name)
        .column(Column::ColumnName)
        .into_tuple()
        .all(db)
        .await?;
    let name = |(site, column): (String, String)| match column.as_str() {
        "" => site,
        column => format!("{site}“{column}”栏目"),
    };
    Ok(rows.into_iter().map(name).collect())
}

/// Open sites of a scope.
pub async fn open_sites(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<site::Model>, DbErr> {
    site::Entity::find()
        .filter(scope.on(site::Column::UnitPath))
        .filter(site::Column::State.eq(SiteState::Open))
        .order_by_asc(site::Column::Id)
        .all(db)
        .await
}

/// Tickets past their last day, by site.
pub async fn overdue_tickets(
    db: &impl ConnectionTrait,
    scope: &Scope,
    site: Option<SiteId>,
    now: Instant,
) -> Result<HashMap<SiteId, i64>, DbErr> {
    use obligation::Column as O;
    let of_site = site.map_or_else(Condition::all, |site| Condition::all().add(O::SiteId.eq(site)));
    let rows: Vec<(Option<SiteId>, i64)> = obligation::Entity::find()
        .filter(scope.on(O::UnitPath))
        .filter(of_site)
        .filter(O::Kind.eq(Owed::Rectification))
        .filter(O::State.eq(OwedState::Open))
        .filter(O::DueAt.lt(now))
        .select_only()
        .column(O::SiteId)
        .column_as(O::Id.count(), "number")
        .group_by(O::SiteId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(site, number)| site.map(|site| (site, number))).collect())
}

/// Red cards that stand, since a moment, by site.
pub async fn red_cards(
    db: &impl ConnectionTrait,
    scope: &Scope,
    site: Option<SiteId>,
    since: Instant,
) -> Result<HashMap<SiteId, i64>, DbErr> {
    use obligation::Column as O;
    let of_site = site.map_or_else(Condition::all, |site| Condition::all().add(O::SiteId.eq(site)));
    let to_owed = obligation_mark::Entity::belongs_to(obligation::Entity)
        .from(obligation_mark::Column::ObligationId)
        .to(O::Id);
    let rows: Vec<(Option<SiteId>, i64)> = obligation_mark::Entity::find()
        .join(JoinType::InnerJoin, to_owed.into())
        .filter(scope.on(obligation_mark::Column::UnitPath))
        .filter(of_site)
        .filter(obligation_mark::Column::Mark.eq(Mark::Red))
        .filter(obligation_mark::Column::WithdrawnAt.is_null())
        .filter(obligation_mark::Column::At.gte(since))
        .select_only()
        .column(O::SiteId)
        .column_as(obligation_mark::Column::Id.count(), "number")
        .group_by(O::SiteId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(site, number)| site.map(|site| (site, number))).collect())
}
