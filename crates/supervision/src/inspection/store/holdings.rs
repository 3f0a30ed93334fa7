//! What sites hold, as their last whole inspections saw it: columns, and links that lead out. Clauses N2.2, N2.4.

use std::collections::HashMap;

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::clock::Instant;
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{Condition, FromQueryResult, JoinType, QueryOrder, QuerySelect, Set};

use super::{COUNTED, few_sites, on_page};
use crate::inspection::entity::{site_column, site_link};

/// Rows of one statement; SQLite takes some thirty thousand values in one.
const ROWS_AT_ONCE: usize = 500;

/// What is wrong with a column or a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A column that has nothing new within its period.
    Late,
    /// A column with nothing in it.
    Empty,
    /// A link whose target does not answer as it should.
    Dead,
}

/// What a list of columns or links is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub words: String,
    pub site: Option<SiteId>,
    /// This unit and those below it.
    pub unit_path: Option<String>,
    pub wrong: Option<Wrong>,
}

/// Replaces what is known of a site's columns.
pub async fn keep_columns(tx: &Tx, site: SiteId, rows: Vec<site_column::ActiveModel>) -> Result<(), DbErr> {
    site_column::Entity::delete_many().filter(site_column::Column::SiteId.eq(site)).exec(&**tx).await?;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch: Vec<_> = rows.by_ref().take(ROWS_AT_ONCE).collect();
        site_column::Entity::insert_many(batch).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Replaces what is known of a site's outgoing links; a target that was known keeps the day it was first seen.
pub async fn keep_links(tx: &Tx, site: SiteId, rows: Vec<site_link::ActiveModel>) -> Result<(), DbErr> {
    use site_link::Column;
    let known: HashMap<String, Instant> = site_link::Entity::find()
        .filter(Column::SiteId.eq(site))
        .select_only()
        .columns([Column::Target, Column::FirstSeen])
        .into_tuple()
        .all(&**tx)
        .await?
        .into_iter()
        .collect();
    site_link::Entity::delete_many().filter(Column::SiteId.eq(site)).exec(&**tx).await?;
    let mut rows = rows
        .into_iter()
        .map(|mut row| {
            if let Some(first) = row.target.try_as_ref().and_then(|target| known.get(target)) {
                row.first_seen = Set(*first);
            }
            row
        })
        .peekable();
    while rows.peek().is_some() {
        let batch: Vec<_> = rows.by_ref().take(ROWS_AT_ONCE).collect();
        site_link::Entity::insert_many(batch).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// A column as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ColumnRow {
    pub site_id: SiteId,
    pub site_name: String,
    pub name: String,
    pub address: String,
    pub kind: String,
    pub items: i32,
    pub newest: String,
    pub period: String,
    pub is_stale: bool,
    pub is_empty: bool,
}

async fn chosen_columns(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Select<site_column::Entity>, DbErr> {
    use site_column::Column;
    let query = site_column::Entity::find();
    let mut query = match few_sites(db, scope, filter.site, filter.unit_path.as_deref()).await? {
        Some(sites) => query.filter(Column::SiteId.is_in(sites)),
        None => query.filter(within(scope, Column::UnitPath, filter)),
    };
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Name, Column::Address, Column::Kind], &filter.words));
    }
    query = match filter.wrong {
        Some(Wrong::Late) => query.filter(Column::IsStale.eq(true)),
        Some(Wrong::Empty) => query.filter(Column::IsEmpty.eq(true)),
        Some(Wrong::Dead) | None => query,
    };
    Ok(query)
}

fn columns_in_order(query: Select<site_column::Entity>) -> Select<site_column::Entity> {
    query.order_by_desc(site_column::Column::IsStale).order_by_asc(site_column::Column::Id)
}

fn column_rows(query: Select<site_column::Entity>) -> sea_orm::Selector<sea_orm::SelectModel<ColumnRow>> {
    use site_column::Column;
    let to_site =
        site_column::Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id).into();
    query
        .join(JoinType::InnerJoin, to_site)
        .column_as(site::Column::Name, "site_name")
        .into_model::<ColumnRow>()
}

/// Columns, the late ones first.
pub async fn columns(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    most: u64,
) -> Result<Vec<ColumnRow>, DbErr> {
    column_rows(columns_in_order(chosen_columns(db, scope, filter).await?).limit(most)).all(db).await
}

/// A page of columns.
pub async fn column_page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<ColumnRow>, Pager), DbErr> {
    let query = chosen_columns(db, scope, filter).await?;
    if !filter.words.is_empty() {
        let query = scanned(query, site_column::Column::IsStale);
        let (ids, pager) = found(db, query.select_only().column(site_column::Column::Id), pager).await?;
        let page = site_column::Entity::find().filter(site_column::Column::Id.is_in(ids));
        return Ok((column_rows(columns_in_order(page)).all(db).await?, pager));
    }
    let query = columns_in_order(query);
    let pager = pager.of(counted(db, query.clone().select_only().column(site_column::Column::Id)).await?);
    Ok((column_rows(query.offset(pager.skip()).limit(pager.rows)).all(db).await?, pager))
}

/// An outgoing link as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LinkRow {
    pub site_id: SiteId,
    pub site_name: String,
    pub target: String,
    pub host: String,
    pub text: String,
    pub page: String,
    pub pages: i32,
    pub answer: String,
    pub is_faulty: bool,
    pub first_seen: Instant,
}

async fn chosen_links(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Select<site_link::Entity>, DbErr> {
    use site_link::Column;
    let query = site_link::Entity::find();
    let mut query = match few_sites(db, scope, filter.site, filter.unit_path.as_deref()).await? {
        Some(sites) => query.filter(Column::SiteId.is_in(sites)),
        None => query.filter(within(scope, Column::UnitPath, filter)),
    };
    if !filter.words.is_empty() {
        query = query.filter(lookup::is_sought(Column::Sought, &filter.words));
    }
    if filter.wrong == Some(Wrong::Dead) {
        query = query.filter(Column::IsFaulty.eq(true));
    }
    Ok(query)
}

fn links_in_order(query: Select<site_link::Entity>) -> Select<site_link::Entity> {
    query.order_by_desc(site_link::Column::IsFaulty).order_by_asc(site_link::Column::Id)
}

fn link_rows(query: Select<site_link::Entity>) -> sea_orm::Selector<sea_orm::SelectModel<LinkRow>> {
    use site_link::Column;
    let to_site =
        site_link::Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id).into();
    query
        .join(JoinType::InnerJoin, to_site)
        .column_as(site::Column::Name, "site_name")
        .into_model::<LinkRow>()
}

/// Outgoing links, the faulty ones first.
pub async fn links(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    most: u64,
) -> Result<Vec<LinkRow>, DbErr> {
    link_rows(links_in_order(chosen_links(db, scope, filter).await?).limit(most)).all(db).await
}

/// A page of outgoing links.
pub async fn link_page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<LinkRow>, Pager), DbErr> {
    let query = chosen_links(db, scope, filter).await?;
    if !filter.words.is_empty() {
        let query = scanned(query, site_link::Column::IsFaulty);
        let (ids, pager) = found(db, query.select_only().column(site_link::Column::Id), pager).await?;
        let page = site_link::Entity::find().filter(site_link::Column::Id.is_in(ids));
        return Ok((link_rows(links_in_order(page)).all(db).await?, pager));
    }
    let query = links_in_order(query);
    let pager = pager.of(counted(db, query.clone().select_only().column(site_link::Column::Id)).await?);
    Ok((link_rows(query.offset(pager.skip()).limit(pager.rows)).all(db).await?, pager))
}

/// How many links lead out of a site, to how many hosts, and how many are faulty; the caller has the site in scope.
pub async fn link_numbers(db: &impl ConnectionTrait, site: SiteId) -> Result<(u64, u64, u64), DbErr> {
    use site_link::Column;
    let all = site_link::Entity::find().filter(Column::SiteId.eq(site));
    let hosts = all.clone().select_only().column(Column::Host).distinct().count(db).await?;
    let faulty = all.clone().filter(Column::IsFaulty.eq(true)).count(db).await?;
    Ok((all.count(db).await?, hosts, faulty))
}

fn within<C: ColumnTrait>(scope: &Scope, column: C, filter: &Filter) -> Condition {
    let all = Condition::all().add(scope.on(column));
    match &filter.unit_path {
        Some(path) => all.add(column.starts_with(path)),
        None => all,
    }
}

/// Rows up to [`COUNTED`] and one more.
async fn counted<E: EntityTrait>(db: &impl ConnectionTrait, ids: Select<E>) -> Result<u64, DbErr>
where
    E::Model: Send + Sync,
{
    ids.limit(COUNTED + 1).count(db).await
}

/// The order of a list where every row is looked at: the cast hides the index, which would be walked row by row.
fn scanned<E: EntityTrait, C: ColumnTrait>(query: Select<E>, wrong: C) -> Select<E> {
    let id = <E::PrimaryKey as sea_orm::Iterable>::iter().map(|key| key.into_column());
    let query = query.order_by_desc(wrong.into_expr().cast_as("integer"));
    id.fold(query, |query, id| query.order_by_asc(id))
}

/// The ids on a page of what words are looked for in, and the page: looked for once, for the number and the page together.
async fn found<E: EntityTrait>(
    db: &impl ConnectionTrait,
    ids: Select<E>,
    pager: Pager,
) -> Result<(Vec<i64>, Pager), DbErr> {
    let ids: Vec<i64> = ids.limit(COUNTED + 1).into_tuple().all(db).await?;
    let pager = pager.of(ids.len() as u64);
    Ok((on_page(&ids, pager).to_vec(), pager))
}
