//! Queries on sites, their history and imports. Clauses N1.1, N4.1.
//!
//! Everything that lists or loads for a person takes his scope.

use platform::clock::Instant;
use platform::web::Pager;
use std::collections::HashMap;

use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, Set};

use super::entity::{columns, site, site_change, site_import};
use super::model::{Hosting, Kind, SiteFacts, State};
use crate::identity::entity::unit;
use crate::web::Scope;
use crate::{SiteId, UnitId};

/// What a list of sites is narrowed to. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Looked for in name, code, address and other hosts.
    pub words: String,
    pub kind: Option<Kind>,
    pub state: Option<State>,
    pub hosting: Option<Hosting>,
    /// This unit and those below it.
    pub unit_path: Option<String>,
    /// Only entries that lack something.
    pub incomplete: bool,
}

fn select(scope: &Scope, filter: &Filter) -> Select<site::Entity> {
    use site::Column;
    let mut query = site::Entity::find().filter(scope.on(Column::UnitPath));
    if !filter.words.is_empty() {
        let any = [Column::Name, Column::Code, Column::Home, Column::Hosts];
        query = query.filter(lookup::any_holds(any, &filter.words));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(hosting) = filter.hosting {
        query = query.filter(Column::Hosting.eq(hosting));
    }
    if let Some(path) = &filter.unit_path {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    if filter.incomplete {
        query = query.filter(Column::Missing.gt(0));
    }
    query
        .order_by_asc(Column::UnitPath)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
}

/// A page of sites.
pub async fn sites(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<site::Model>, Pager), DbErr> {
    let query = select(scope, filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// All sites that a filter lets through, for export.
pub async fn all_sites(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<site::Model>, DbErr> {
    select(scope, filter).all(db).await
}

/// One site.
pub async fn site_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: SiteId,
) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find_by_id(id).filter(scope.on(site::Column::UnitPath)).one(db).await
}

/// Sites of a scope in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By state, in the order of the screens.
    pub states: Vec<(State, u64)>,
    /// Entries that lack something, of those that are not closed.
    pub incomplete: u64,
}

/// Counts the sites of a scope.
pub async fn counts(db: &impl ConnectionTrait, scope: &Scope) -> Result<Counts, DbErr> {
    let rows: Vec<(State, i64)> = site::Entity::find()
        .filter(scope.on(site::Column::UnitPath))
        .select_only()
        .column(site::Column::State)
        .column_as(site::Column::Id.count(), "number")
        .group_by(site::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let incomplete = site::Entity::find()
        .filter(scope.on(site::Column::UnitPath))
        .filter(site::Column::Missing.gt(0))
        .filter(site::Column::State.ne(State::Closed))
        .count(db)
        .await?;
    let number = |state: &State| rows.iter().find(|(one, _)| one == state).map_or(0, |(_, number)| *number);
    let states = State::ALL.iter().map(|state| (*state, u64::try_from(number(state)).unwrap_or(0)));
    Ok(Counts { states: states.collect(), incomplete })
}

/// The number of sites that are not closed, by the path of their unit.
pub async fn counts_by_unit(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<(String, i64)>, DbErr> {
    site::Entity::find()
        .filter(scope.on(site::Column::UnitPath))
        .filter(site::Column::State.ne(State::Closed))
        .select_only()
        .column(site::Column::UnitPath)
        .column_as(site::Column::Id.count(), "number")
        .group_by(site::Column::UnitPath)
        .into_tuple()
        .all(db)
        .await
}

/// The units of some sites, for what a machine holds against them.
pub async fn unit_paths_unscoped(
    db: &impl ConnectionTrait,
    ids: &[SiteId],
) -> Result<Vec<(SiteId, String)>, DbErr> {
    let mut paths = Vec::new();
    // As many as each engine takes in one statement.
    for part in ids.chunks(1_000) {
        let some: Vec<(SiteId, String)> = site::Entity::find()
            .filter(site::Column::Id.is_in(part.iter().copied()))
            .select_only()
            .columns([site::Column::Id, site::Column::UnitPath])
            .into_tuple()
            .all(db)
            .await?;
        paths.extend(some);
    }
    Ok(paths)
}

/// Names of some sites.
pub async fn names_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[SiteId],
) -> Result<HashMap<SiteId, String>, DbErr> {
    let rows: Vec<(SiteId, String)> = site::Entity::find()
        .filter(scope.on(site::Column::UnitPath))
        .filter(site::Column::Id.is_in(ids.iter().copied()))
        .select_only()
        .columns([site::Column::Id, site::Column::Name])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One site, for jobs.
pub async fn site_unscoped(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<site::Model>, DbErr> {
    site::Entity::find_by_id(id).one(db).await
}

/// The site of a home page or of a code, wherever it is: both are taken once in the whole register.
pub async fn same_site_unscoped(
    db: &impl ConnectionTrait,
    home: &str,
    code: &str,
) -> Result<Vec<site::Model>, DbErr> {
    let mut any = Condition::any().add(site::Column::Home.eq(home));
    if !code.is_empty() {
        any = any.add(site::Column::Code.eq(code));
    }
    site::Entity::find().filter(any).order_by_asc(site::Column::Id).all(db).await
}

/// Home page, code and id of every site, for an import's look at all of them at once.
pub async fn keys_unscoped(db: &impl ConnectionTrait) -> Result<Vec<site::Model>, DbErr> {
    site::Entity::find().all(db).await
}

/// The open portals of a unit.
pub async fn portals_unscoped(db: &impl ConnectionTrait, unit: UnitId) -> Result<Vec<site::Model>, DbErr> {
    site::Entity::find()
        .filter(site::Column::UnitId.eq(unit))
        .filter(site::Column::Kind.eq(Kind::Portal))
        .filter(site::Column::State.ne(State::Closed))
        .all(db)
        .await
}

/// Adds a site.
pub async fn add_site(
    tx: &Tx,
    unit: &unit::Model,
    facts: &SiteFacts,
    now: Instant,
) -> Result<site::Model, DbErr> {
    let row = site::ActiveModel {
        unit_id: Set(unit.id),
        unit_path: Set(unit.path.clone()),
        state: Set(State::Open),
        created_at: Set(now),
        changed_at: Set(now),
        ..columns(facts)
    };
    row.insert(&**tx).await
}

/// Writes a site's facts.
pub async fn change_site(
    tx: &Tx,
    id: SiteId,
    unit: &unit::Model,
    facts: &SiteFacts,
    now: Instant,
) -> Result<(), DbErr> {
    let row = site::ActiveModel {
        id: Set(id),
        unit_id: Set(unit.id),
        unit_path: Set(unit.path.clone()),
        changed_at: Set(now),
        ..columns(facts)
    };
    row.update(&**tx).await.map(|_| ())
}

/// Sets whether a site is open, suspended or closed; for the slice that decides it, which keeps why.
pub async fn set_state(
    tx: &Tx,
    site: &site::Model,
    state: State,
    who: &str,
    now: Instant,
) -> Result<(), DbErr> {
    let row =
        site::ActiveModel { id: Set(site.id), state: Set(state), changed_at: Set(now), ..Default::default() };
    row.update(&**tx).await?;
    let change = Change {
        field: "开放状态".to_owned(),
        before: site.state.name().to_owned(),
        after: state.name().to_owned(),
    };
    keep_changes(tx, site.id, who, now, None, vec![change]).await
}

/// A change of a field to be kept.
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// Keeps changes of a site's fields.
pub async fn keep_changes(
    tx: &Tx,
    site: SiteId,
    who: &str,
    at: Instant,
    import: Option<i64>,
    changes: Vec<Change>,
) -> Result<(), DbErr> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows = changes.into_iter().map(|change| site_change::ActiveModel {
        site_id: Set(site),
        at: Set(at),
        who: Set(who.to_owned()),
        field: Set(change.field),
        before: Set(change.before),
        after: Set(change.after),
        import_id: Set(import),
        ..Default::default()
    });
    site_change::Entity::insert_many(rows).exec(&**tx).await.map(|_| ())
}

/// The history of a site, the newest first; the caller has the site in scope.
pub async fn history(
    db: &impl ConnectionTrait,
    site: &site::Model,
    most: u64,
) -> Result<Vec<site_change::Model>, DbErr> {
    site_change::Entity::find()
        .filter(site_change::Column::SiteId.eq(site.id))
        .order_by_desc(site_change::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Keeps a file that was handed in.
pub async fn add_import(tx: &Tx, new: site_import::ActiveModel) -> Result<site_import::Model, DbErr> {
    new.insert(&**tx).await
}

/// A file that this person has handed in.
pub async fn own_import(
    db: &impl ConnectionTrait,
    person: crate::PersonId,
    id: i64,
) -> Result<Option<site_import::Model>, DbErr> {
    site_import::Entity::find_by_id(id).filter(site_import::Column::PersonId.eq(person)).one(db).await
}

/// Marks a file as written.
pub async fn close_import(tx: &Tx, id: i64, at: Instant, added: i32, changed: i32) -> Result<(), DbErr> {
    let row = site_import::ActiveModel {
        id: Set(id),
        applied_at: Set(Some(at)),
        added: Set(added),
        changed: Set(changed),
        ..Default::default()
    };
    row.update(&**tx).await.map(|_| ())
}

/// How many sites of a unit are not closed.
pub async fn number_of_open_sites_unscoped(db: &impl ConnectionTrait, unit: UnitId) -> Result<u64, DbErr> {
    site::Entity::find()
        .filter(site::Column::UnitId.eq(unit))
        .filter(site::Column::State.ne(State::Closed))
        .count(db)
        .await
}
