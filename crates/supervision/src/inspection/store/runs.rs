//! Queries on runs. Clause N2.1.

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::Tx;
use platform::clock::Instant;
use platform::web::Pager;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect};

use crate::ids::{PlanId, RunId};
use crate::inspection::entity::run::{self, ActiveModel, Column, Entity, Model};
use crate::inspection::model::run::RunState;

/// What a list of runs is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<RunState>,
    pub plan: Option<PlanId>,
    pub site: Option<SiteId>,
}

/// A run as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: RunId,
    pub site_id: SiteId,
    pub site_name: String,
    pub plan_id: Option<PlanId>,
    pub state: RunState,
    pub asked_by: String,
    pub is_recheck: bool,
    pub asked_at: Instant,
    pub started_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub pages: i64,
    pub found: i32,
    pub came: i32,
    pub went: i32,
    pub why: String,
}

fn select(scope: &Scope, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(scope.on(Column::UnitPath));
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(plan) = filter.plan {
        query = query.filter(Column::PlanId.eq(plan));
    }
    if let Some(site) = filter.site {
        query = query.filter(Column::SiteId.eq(site));
    }
    query.order_by_desc(Column::Id)
}

fn rows(query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<Row>> {
    let to_site = Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id).into();
    query
        .join(JoinType::InnerJoin, to_site)
        .select_only()
        .columns([
            Column::Id,
            Column::SiteId,
            Column::PlanId,
            Column::State,
            Column::AskedBy,
            Column::IsRecheck,
            Column::AskedAt,
            Column::StartedAt,
            Column::EndedAt,
            Column::Pages,
            Column::Found,
            Column::Came,
            Column::Went,
            Column::Why,
        ])
        .column_as(site::Column::Name, "site_name")
        .into_model::<Row>()
}

/// A page of runs, the newest first.
pub async fn runs(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<Row>, Pager), DbErr> {
    let query = select(scope, filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((rows(query.offset(pager.skip()).limit(pager.rows)).all(db).await?, pager))
}

/// The newest runs, for export and for a site's page.
pub async fn newest(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    most: u64,
) -> Result<Vec<Row>, DbErr> {
    rows(select(scope, filter).limit(most)).all(db).await
}

/// One run as lists show it.
pub async fn row_in(db: &impl ConnectionTrait, scope: &Scope, id: RunId) -> Result<Option<Row>, DbErr> {
    rows(Entity::find_by_id(id).filter(scope.on(Column::UnitPath))).one(db).await
}

/// One run.
pub async fn run_in(db: &impl ConnectionTrait, scope: &Scope, id: RunId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).one(db).await
}

/// One run, for the job that makes it.
pub async fn run_unscoped(db: &impl ConnectionTrait, id: RunId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The runs of a site that are not over, held: one of the site at most, and rechecks of some addresses.
pub async fn open_runs_held_unscoped(tx: &Tx, site: SiteId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::SiteId.eq(site))
        .filter(Column::State.is_in([RunState::Waiting, RunState::Running, RunState::Paused]))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Finished runs of the whole of a site whose folder is still kept, the newest first.
pub async fn kept_unscoped(db: &impl ConnectionTrait, site: SiteId, most: u64) -> Result<Vec<RunId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SiteId.eq(site))
        .filter(Column::State.eq(RunState::Finished))
        .filter(Column::HasFolder.eq(true))
        .filter(Column::IsRecheck.eq(false))
        .order_by_desc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

/// Runs that wait for their job or are made by it.
pub async fn under_way_unscoped(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::State.is_in([RunState::Waiting, RunState::Running])).all(db).await
}

/// Writes a new run.
pub async fn add(tx: &Tx, run: ActiveModel) -> Result<Model, DbErr> {
    run.insert(&**tx).await
}

/// Writes what changed of a run.
pub async fn change(tx: &Tx, run: ActiveModel) -> Result<Model, DbErr> {
    run.update(&**tx).await
}

/// Runs whose folder may go: over, and not among the `keep` newest of their site that have one. Rechecks are counted
/// by themselves: many of them push no run of the site out.
pub async fn to_clear_unscoped(db: &impl ConnectionTrait, keep: usize) -> Result<Vec<Model>, DbErr> {
    let over = RunState::ALL.into_iter().filter(|state| state.is_over());
    let with_folder = run::Entity::find()
        .filter(Column::HasFolder.eq(true))
        .filter(Column::State.is_in(over))
        .order_by_asc(Column::SiteId)
        .order_by_asc(Column::IsRecheck)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    let mut seen = (None, 0);
    let mut out = Vec::new();
    for run in with_folder {
        let of = Some((run.site_id, run.is_recheck));
        seen = if seen.0 == of { (of, seen.1 + 1) } else { (of, 1) };
        if seen.1 > keep || matches!(run.state, RunState::Cancelled | RunState::Failed) {
            out.push(run);
        }
    }
    Ok(out)
}
