//! Queries on citizens' corrections. Clauses N2.3, N5.3.

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::clock::Instant;
use platform::web::{Pager, page_of};
use platform::{Secret, Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, QueryOrder, QuerySelect, Set};

use super::entity::correction::{ActiveModel, Column, Entity, Model};
use super::entity::{correction_event, correction_key};
use super::model::State;

/// Which corrections are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub words: String,
    pub state: Option<State>,
    pub site: Option<SiteId>,
    /// The path of a unit: of the site, or of who answers.
    pub unit: Option<String>,
}

/// Whoever sees the site, passes it on, or answers.
fn in_scope(scope: &Scope) -> Condition {
    Condition::any()
        .add(scope.on(Column::UnitPath))
        .add(scope.on(Column::HandlerPath))
        .add(scope.on(Column::TargetPath))
}

fn chosen(scope: &Scope, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(in_scope(scope));
    if !filter.words.is_empty() {
        let any = [Column::Receipt, Column::Words, Column::Page, Column::Answer];
        query = query.filter(lookup::any_holds(any, &filter.words));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    if let Some(path) = &filter.unit {
        let of_unit = Condition::any()
            .add(Column::UnitPath.starts_with(path))
            .add(Column::TargetPath.starts_with(path));
        query = query.filter(of_unit);
    }
    query
}

/// A page of corrections, the newest first; without a page the first so many.
pub async fn corrections(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<Model>, Pager), DbErr> {
    page_of(db, chosen(scope, filter).order_by_desc(Column::Id), pager, most).await
}

/// How many a scope has to pass on.
pub async fn to_transfer(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, DbErr> {
    Entity::find()
        .filter(scope.on(Column::HandlerPath))
        .filter(Column::State.eq(State::Received))
        .count(db)
        .await
}

/// How many a scope has to answer.
pub async fn to_answer(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64, DbErr> {
    Entity::find()
        .filter(scope.on(Column::TargetPath))
        .filter(Column::State.eq(State::Transferred))
        .count(db)
        .await
}

/// One correction.
pub async fn one_in(db: &impl ConnectionTrait, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(in_scope(scope)).one(db).await
}

/// One that is about to be changed: whoever else would change it waits until that is done.
pub async fn one_to_change(tx: &Tx, scope: &Scope, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(in_scope(scope)).lock_exclusive().one(&**tx).await
}

/// The one of a receipt: whoever holds it has sent the correction.
pub async fn of_receipt(db: &impl ConnectionTrait, receipt: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Receipt.eq(receipt)).one(db).await
}

/// Likewise, about to be rated.
pub async fn of_receipt_to_change(tx: &Tx, receipt: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Receipt.eq(receipt)).lock_exclusive().one(&**tx).await
}

/// Answers of a site that everybody may read, the newest first.
pub async fn published(
    db: &impl ConnectionTrait,
    site: SiteId,
    pager: Pager,
) -> Result<(Vec<Model>, Pager), DbErr> {
    let query = Entity::find()
        .filter(Column::SiteId.eq(site))
        .filter(Column::IsPublic.eq(true))
        .filter(Column::State.eq(State::Answered));
    let pager = pager.of(query.clone().count(db).await?);
    let rows = query.order_by_desc(Column::AnsweredAt).offset(pager.skip()).limit(pager.rows).all(db).await?;
    Ok((rows, pager))
}

/// How many a site has been sent since a moment.
pub async fn number_since(db: &impl ConnectionTrait, site: SiteId, since: Instant) -> Result<u64, DbErr> {
    Entity::find().filter(Column::SiteId.eq(site)).filter(Column::ReceivedAt.gte(since)).count(db).await
}

/// The site of a public address: by its code, or by its number where it has none. A closed one has no form any more.
pub async fn site_of(db: &impl ConnectionTrait, word: &str) -> Result<Option<site::Model>, DbErr> {
    use ledger::registry::model::State as SiteState;
    let word = word.trim();
    let open = || site::Entity::find().filter(site::Column::State.ne(SiteState::Closed));
    if word.is_empty() || word.len() > 20 {
        return Ok(None);
    }
    if let Some(site) = open().filter(site::Column::Code.eq(word)).one(db).await? {
        return Ok(Some(site));
    }
    match word.parse::<i64>() {
        Ok(id) => open().filter(site::Column::Id.eq(id)).one(db).await,
        Err(_) => Ok(None),
    }
}

/// Writes a new correction. A question that was answered before violates a unique index.
pub async fn add(tx: &Tx, new: ActiveModel) -> Result<Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of one.
pub async fn change(tx: &Tx, row: ActiveModel) -> Result<Model, DbErr> {
    row.update(&**tx).await
}

/// Writes down what happened.
pub async fn note(tx: &Tx, event: correction_event::ActiveModel) -> Result<(), DbErr> {
    event.insert(&**tx).await.map(|_| ())
}

/// The history of one, the oldest first.
pub async fn events(db: &impl ConnectionTrait, id: i64) -> Result<Vec<correction_event::Model>, DbErr> {
    correction_event::Entity::find()
        .filter(correction_event::Column::CorrectionId.eq(id))
        .order_by_asc(correction_event::Column::Id)
        .all(db)
        .await
}

/// What questions are sealed with, by all processes alike; made when it is first wanted.
pub async fn key(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    Ok(correction_key::Entity::find_by_id(1).one(db).await?.map(|row| row.secret))
}

/// Makes it, unless somebody else has.
pub async fn make_key(tx: &Tx) -> Result<(), DbErr> {
    let secret = Secret::new().reveal().to_owned();
    let row = correction_key::ActiveModel { id: Set(1), secret: Set(secret) };
    let there = OnConflict::column(correction_key::Column::Id).do_nothing().to_owned();
    correction_key::Entity::insert(row).on_conflict(there).exec_without_returning(&**tx).await.map(|_| ())
}

/// Forgets who sent corrections that were ended before a moment. Returns how many.
pub async fn forget(tx: &Tx, before: Instant) -> Result<u64, DbErr> {
    let done = Entity::update_many()
        .set(ActiveModel {
            name: Set(String::new()),
            contact: Set(String::new()),
            is_forgotten: Set(true),
            ..Default::default()
        })
        .filter(Column::IsForgotten.eq(false))
        .filter(Column::AnsweredAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}
