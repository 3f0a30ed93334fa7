//! What a site holds, as its last whole inspection saw it: columns, and links that lead out. Clauses N2.2, N2.4.

use std::collections::HashMap;

use ledger::SiteId;
use platform::clock::Instant;
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, Set};

use crate::inspection::entity::{site_column, site_link};

/// Rows of one statement; SQLite takes some thirty thousand values in one.
const ROWS_AT_ONCE: usize = 500;

/// What a list of columns or links is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub words: String,
    /// Columns that are late or empty; links whose target does not answer as it should.
    pub faulty: bool,
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

fn columns_of(site: SiteId, filter: &Filter) -> Select<site_column::Entity> {
    use site_column::Column;
    let mut query = site_column::Entity::find().filter(Column::SiteId.eq(site));
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Name, Column::Address, Column::Kind], &filter.words));
    }
    if filter.faulty {
        let late_or_empty = Condition::any().add(Column::IsStale.eq(true)).add(Column::IsEmpty.eq(true));
        query = query.filter(late_or_empty);
    }
    query.order_by_desc(Column::IsStale).order_by_asc(Column::Name).order_by_asc(Column::Id)
}

/// A site's columns, the late ones first; the caller has the site in scope.
pub async fn columns(
    db: &impl ConnectionTrait,
    site: SiteId,
    filter: &Filter,
    most: u64,
) -> Result<Vec<site_column::Model>, DbErr> {
    columns_of(site, filter).limit(most).all(db).await
}

/// A page of a site's columns.
pub async fn column_page(
    db: &impl ConnectionTrait,
    site: SiteId,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<site_column::Model>, Pager), DbErr> {
    let query = columns_of(site, filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

fn links_of(site: SiteId, filter: &Filter) -> Select<site_link::Entity> {
    use site_link::Column;
    let mut query = site_link::Entity::find().filter(Column::SiteId.eq(site));
    if !filter.words.is_empty() {
        query = query.filter(lookup::any_holds([Column::Target, Column::Text, Column::Page], &filter.words));
    }
    if filter.faulty {
        query = query.filter(Column::IsFaulty.eq(true));
    }
    query.order_by_desc(Column::IsFaulty).order_by_asc(Column::Host).order_by_asc(Column::Id)
}

/// A site's outgoing links, the faulty ones first; the caller has the site in scope.
pub async fn links(
    db: &impl ConnectionTrait,
    site: SiteId,
    filter: &Filter,
    most: u64,
) -> Result<Vec<site_link::Model>, DbErr> {
    links_of(site, filter).limit(most).all(db).await
}

/// A page of a site's outgoing links.
pub async fn link_page(
    db: &impl ConnectionTrait,
    site: SiteId,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<site_link::Model>, Pager), DbErr> {
    let query = links_of(site, filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// How many links lead out of a site, to how many hosts, and how many are faulty.
pub async fn link_numbers(db: &impl ConnectionTrait, site: SiteId) -> Result<(u64, u64, u64), DbErr> {
    use site_link::Column;
    let all = site_link::Entity::find().filter(Column::SiteId.eq(site));
    let hosts = all.clone().select_only().column(Column::Host).distinct().count(db).await?;
    let faulty = all.clone().filter(Column::IsFaulty.eq(true)).count(db).await?;
    Ok((all.count(db).await?, hosts, faulty))
}
