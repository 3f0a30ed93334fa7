//! Queries on the pages that are read. Clauses N5.3, N5.7.

use std::collections::{HashMap, HashSet};

use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use platform::web::Pager;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, NullOrdering, OnConflict, SimpleExpr};
use sea_orm::{FromQueryResult, JoinType, Order, QueryOrder, QuerySelect, Set};

use crate::inspection::entity::site_standing;
use crate::reading::entity::{reading_item, reading_site};
use crate::reading::model::ItemState;

/// The pages of a duty in their order.
pub async fn items(db: &impl ConnectionTrait, duty: i64) -> Result<Vec<reading_item::Model>, DbErr> {
    reading_item::Entity::find()
        .filter(reading_item::Column::DutyId.eq(duty))
        .order_by_asc(reading_item::Column::Position)
        .all(db)
        .await
}

/// One page of a list.
pub async fn item_of(db: &impl ConnectionTrait, id: i64) -> Result<Option<reading_item::Model>, DbErr> {
    reading_item::Entity::find_by_id(id).one(db).await
}

/// One page of a list that is about to be changed, held.
pub async fn item_to_change(tx: &Tx, id: i64) -> Result<Option<reading_item::Model>, DbErr> {
    reading_item::Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// The next page of a duty that was not read.
pub async fn next_waiting(
    db: &impl ConnectionTrait,
    duty: i64,
) -> Result<Option<reading_item::Model>, DbErr> {
    reading_item::Entity::find()
        .filter(reading_item::Column::DutyId.eq(duty))
        .filter(reading_item::Column::State.eq(ItemState::Waiting))
        .order_by_asc(reading_item::Column::Position)
        .one(db)
        .await
}

/// Writes a list.
pub async fn add_items(tx: &Tx, new: Vec<reading_item::ActiveModel>) -> Result<(), DbErr> {
    for part in new.chunks(500) {
        reading_item::Entity::insert_many(part.to_vec()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Writes what changed of one.
pub async fn change_item(tx: &Tx, row: reading_item::ActiveModel) -> Result<reading_item::Model, DbErr> {
    row.update(&**tx).await
}

/// Addresses of a site that were read since a moment.
pub async fn pages_read_since(
    db: &impl ConnectionTrait,
    site: SiteId,
    since: Instant,
) -> Result<HashSet<String>, DbErr> {
    let rows: Vec<String> = reading_item::Entity::find()
        .filter(reading_item::Column::SiteId.eq(site))
        .filter(reading_item::Column::ReadAt.gte(since))
        .select_only()
        .column(reading_item::Column::Address)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How far a site has been read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Coverage {
    pub id: SiteId,
    pub name: String,
    pub unit_id: ledger::UnitId,
    /// Pages that its last inspection read.
    pub pages: Option<i32>,
    pub last_read: Option<Instant>,
}

/// Sites with what is known of their reading, those that were never read or longest ago first; among those alike the ones
/// with more grave findings.
fn in_turn(sites: Select<site::Entity>) -> Select<site::Entity> {
    let to_seen = site::Entity::belongs_to(reading_site::Entity)
        .from(site::Column::Id)
        .to(reading_site::Column::SiteId);
    let to_standing = site::Entity::belongs_to(site_standing::Entity)
        .from(site::Column::Id)
        .to(site_standing::Column::SiteId);
    let last = |query: Select<site::Entity>, column: SimpleExpr| {
        query.order_by_with_nulls(column, Order::Desc, NullOrdering::Last)
    };
    let query = sites
        .filter(site::Column::State.eq(SiteState::Open))
        .join(JoinType::LeftJoin, to_seen.into())
        .join(JoinType::LeftJoin, to_standing.into())
        .order_by_with_nulls(reading_site::Column::LastRead.into_expr(), Order::Asc, NullOrdering::First);
    let query = last(query, site_standing::Column::Veto.into_expr());
    last(query, site_standing::Column::Fault.into_expr()).order_by_asc(site::Column::Id)
}

/// A page of the open sites of a scope in the order in which they are to be read; without a page all of them up to `most`.
pub async fn coverage(
    db: &impl ConnectionTrait,
    scope: &Scope,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<Coverage>, Pager), DbErr> {
    use site::Column;
    let query = in_turn(site::Entity::find().filter(scope.on(Column::UnitPath)));
    let pager = match pager {
        Some(pager) => Some(pager.of(query.clone().count(db).await?)),
        None => None,
    };
    let mut query = query
        .select_only()
        .columns([Column::Id, Column::Name, Column::UnitId])
        .column_as(site_standing::Column::Pages, "pages")
        .column_as(reading_site::Column::LastRead, "last_read");
    query = match pager {
        Some(pager) => query.offset(pager.skip()).limit(pager.rows),
        None => query.limit(most),
    };
    let found: Vec<Coverage> = query.into_model().all(db).await?;
    let pager = pager.unwrap_or_else(|| Pager::asked(None, None).of(found.len() as u64));
    Ok((found, pager))
}

/// How many different pages of some sites were read since a moment.
pub async fn read_by_site(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    since: Instant,
) -> Result<HashMap<SiteId, i64>, DbErr> {
    use reading_item::Column;
    let rows: Vec<(SiteId, i64)> = reading_item::Entity::find()
        .filter(Column::SiteId.is_in(sites.iter().copied()))
        .filter(Column::ReadAt.gte(since))
        .select_only()
        .column(Column::SiteId)
        .column_as(Expr::col(Column::Address).count_distinct(), "read")
        .group_by(Column::SiteId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The open sites below a path that are read next.
pub async fn least_read(db: &impl ConnectionTrait, path: &str, most: u64) -> Result<Vec<site::Model>, DbErr> {
    let query = in_turn(site::Entity::find().filter(site::Column::UnitPath.starts_with(path)));
    query.limit(most).all(db).await
}

/// Writes down that a page of a site was read.
pub async fn seen(tx: &Tx, site: SiteId, now: Instant) -> Result<(), DbErr> {
    let row = reading_site::ActiveModel { site_id: Set(site), last_read: Set(now) };
    let again = OnConflict::column(reading_site::Column::SiteId)
        .update_column(reading_site::Column::LastRead)
        .to_owned();
    reading_site::Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await.map(|_| ())
}

/// When a page of a site was last read.
pub async fn last_read(db: &impl ConnectionTrait, site: SiteId) -> Result<Option<Instant>, DbErr> {
    Ok(reading_site::Entity::find_by_id(site).one(db).await?.map(|one| one.last_read))
}
