//! Queries of inspections. Clauses N2.1, N5.3.
//!
//! What lists or loads for a person takes his scope. Lists of findings may be millions of rows long: they are counted up
//! to a bound and read along an index.

pub mod exceptions;
pub mod findings;
pub mod holdings;
pub mod plans;
pub mod runs;
pub mod standing;

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use sea_orm::QuerySelect as _;
use sea_orm::entity::prelude::*;

/// Rows that a list counts; beyond it "more than" is said. Counting two million takes longer than a reader waits.
pub const COUNTED: u64 = 3_000;
/// Sites up to which a scope is looked up site by site; a larger one is read along the index of everything.
const FEW_SITES: u64 = 200;

/// The sites of a scope where they are few, so that each may be looked up in an index; `None` where they are many.
async fn few_sites(
    db: &impl ConnectionTrait,
    scope: &Scope,
    site: Option<SiteId>,
    unit_path: Option<&str>,
) -> Result<Option<Vec<SiteId>>, DbErr> {
    let mut sites = site::Entity::find().filter(scope.on(site::Column::UnitPath));
    if let Some(site) = site {
        sites = sites.filter(site::Column::Id.eq(site));
    }
    if let Some(path) = unit_path {
        sites = sites.filter(site::Column::UnitPath.starts_with(path));
    }
    let ids: Vec<SiteId> =
        sites.select_only().column(site::Column::Id).limit(FEW_SITES + 1).into_tuple().all(db).await?;
    Ok((ids.len() as u64 <= FEW_SITES).then_some(ids))
}

/// Those of some ids that stand on a page.
fn on_page<T>(ids: &[T], pager: platform::web::Pager) -> &[T] {
    let from = usize::try_from(pager.skip()).unwrap_or(usize::MAX).min(ids.len());
    let rows = usize::try_from(pager.rows).unwrap_or(usize::MAX);
    &ids[from..from.saturating_add(rows).min(ids.len())]
}
