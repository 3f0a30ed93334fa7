//! Queries on findings. Clauses N2.4, N5.3.

use ledger::registry::entity::site;
use ledger::{Scope, SiteId};
use platform::clock::Instant;
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Asterisk, ExprTrait as _, Query, SelectStatement};
use sea_orm::{Condition, FromQueryResult, JoinType, Order, QueryOrder, QuerySelect, QueryTrait as _};

use super::{COUNTED, few_sites, on_page};
use crate::ids::{FindingId, RunId};
use crate::inspection::entity::finding::{self, Column, Entity, Model};
use crate::inspection::entity::{finding_event, finding_report, run};
use crate::inspection::model::finding::{Decision, State};

/// Rows in which words are looked for: the first ones that the other filters let through. Text has no index that both
/// engines share, and looking through millions takes seconds.
pub const SEARCHED: u64 = 5_000;

/// What a list of findings is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Looked for in page, target, cause and excerpt.
    pub words: String,
    /// Empty: those that count.
    pub states: Vec<State>,
    pub level: Option<i32>,
    pub rule: Option<String>,
    pub site: Option<SiteId>,
    /// This unit and those below it.
    pub unit_path: Option<String>,
    pub source: Option<i32>,
    /// Seen first by this run.
    pub came_with: Option<RunId>,
    /// First seen at or after.
    pub since: Option<Instant>,
}

/// A finding as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: FindingId,
    pub site_id: SiteId,
    pub site_name: String,
    pub rule: String,
    pub level: i32,
    pub state: State,
    pub page: Option<String>,
    pub target: Option<String>,
    pub cause: String,
    pub pages: i32,
    pub sources: i32,
    pub first_seen: Instant,
    pub last_seen: Instant,
}

/// What a filter lets through, and the way it is looked up.
struct Chosen {
    query: Select<Entity>,
    /// Whether the rows are those of few sites, found by site and then put in order; else they are read in order and
    /// those of other sites left out.
    by_site: bool,
}

impl Chosen {
    /// The order of every list: gravest first, then newest.
    fn in_order(self) -> Select<Entity> {
        use sea_orm::sea_query::ExprTrait as _;
        // An index that gives the order would be walked for millions of rows to find a few sites' own; the sum hides it.
        let level = Column::Level.into_expr();
        let level = if self.by_site { level.add(0) } else { level };
        self.query.order_by(level, Order::Desc).order_by_desc(Column::Id)
    }
}

async fn select(db: &impl ConnectionTrait, scope: &Scope, filter: &Filter) -> Result<Chosen, DbErr> {
    let mut query = match filter.states.as_slice() {
        [] => Entity::find().filter(Column::IsOpen.eq(true)),
        [one] => Entity::find().filter(Column::State.eq(*one)),
        some if some.len() == State::ALL.len() => Entity::find(),
        some => Entity::find().filter(Column::State.is_in(some.iter().copied())),
    };
    let few = few_sites(db, scope, filter.site, filter.unit_path.as_deref()).await?;
    let by_site = few.is_some();
    query = match (few, &filter.unit_path) {
        (Some(sites), _) => query.filter(Column::SiteId.is_in(sites)),
        (None, Some(path)) => {
            query.filter(scope.on(Column::UnitPath)).filter(Column::UnitPath.starts_with(path))
        }
        (None, None) => query.filter(scope.on(Column::UnitPath)),
    };
    if let Some(level) = filter.level {
        query = query.filter(Column::Level.eq(level));
    }
    if let Some(rule) = &filter.rule {
        query = query.filter(Column::Rule.eq(rule));
    }
    if let Some(source) = filter.source {
        use sea_orm::sea_query::ExprTrait as _;
        query = query.filter(Column::Sources.into_expr().bit_and(source).ne(0));
    }
    if let Some(run) = filter.came_with {
        query = query.filter(Column::FirstRun.eq(run));
    }
    if let Some(since) = filter.since {
        query = query.filter(Column::FirstSeen.gte(since));
    }
    if !filter.words.is_empty() {
        let query = Entity::find().filter(Column::Id.in_subquery(with_words(query, by_site, &filter.words)));
        return Ok(Chosen { query, by_site: true });
    }
    Ok(Chosen { query, by_site })
}

/// Ids of the rows with some words, of the first rows of a choice. The bound stands inside a table of its own, so that
/// no planner looks for the words in all rows first.
fn with_words(query: Select<Entity>, by_site: bool, words: &str) -> SelectStatement {
    const LOOKED_IN: [Column; 4] = [Column::Page, Column::Target, Column::Cause, Column::Text];
    let first = Chosen { query, by_site }.in_order();
    let first = first.select_only().column(Column::Id).columns(LOOKED_IN).limit(SEARCHED).into_query();
    let any = lookup::any_has(LOOKED_IN.map(|column| Expr::col(("first", column))), words);
    Query::select().column(("first", Column::Id)).from_subquery(first, "first").cond_where(any).take()
}

fn rows(query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<Row>> {
    let to_site = Entity::belongs_to(site::Entity).from(Column::SiteId).to(site::Column::Id).into();
    query
        .join(JoinType::InnerJoin, to_site)
        .select_only()
        .columns([
            Column::Id,
            Column::SiteId,
            Column::Rule,
            Column::Level,
            Column::State,
            Column::Page,
            Column::Target,
            Column::Cause,
            Column::Pages,
            Column::Sources,
            Column::FirstSeen,
            Column::LastSeen,
        ])
        .column_as(site::Column::Name, "site_name")
        .into_model::<Row>()
}

/// A page of findings, gravest and newest first. The pager's total ends at [`COUNTED`] and one more.
pub async fn findings(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<Row>, Pager), DbErr> {
    let chosen = select(db, scope, filter).await?;
    if !filter.words.is_empty() {
        // Words are looked for once, for the number and the page together.
        let ids = chosen.in_order().select_only().column(Column::Id).limit(COUNTED + 1);
        let ids: Vec<FindingId> = ids.into_tuple().all(db).await?;
        let pager = pager.of(ids.len() as u64);
        let page = Entity::find().filter(Column::Id.is_in(on_page(&ids, pager).iter().copied()));
        return Ok((rows(Chosen { query: page, by_site: true }.in_order()).all(db).await?, pager));
    }
    let bounded = chosen.query.clone().select_only().column(Column::Id).limit(COUNTED + 1);
    let pager = pager.of(bounded.count(db).await?);
    let page = chosen.in_order().offset(pager.skip()).limit(pager.rows);
    Ok((rows(page).all(db).await?, pager))
}

/// Findings for a file, at most `most`.
pub async fn all(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    most: u64,
) -> Result<Vec<Row>, DbErr> {
    let query = select(db, scope, filter).await?.in_order();
    rows(query.limit(most)).all(db).await
}

/// One finding as lists show it.
pub async fn row_in(db: &impl ConnectionTrait, scope: &Scope, id: FindingId) -> Result<Option<Row>, DbErr> {
    rows(Entity::find_by_id(id).filter(scope.on(Column::UnitPath))).one(db).await
}

/// One finding.
pub async fn finding_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: FindingId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(scope.on(Column::UnitPath)).one(db).await
}

/// Findings of a site by their keys.
pub async fn by_keys_unscoped(
    db: &impl ConnectionTrait,
    site: SiteId,
    keys: &[String],
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::SiteId.eq(site))
        .filter(Column::Key.is_in(keys.iter().map(String::as_str)))
        .all(db)
        .await
}

/// A finding that is still there, as far as the end of a run asks.
#[derive(Clone, Debug, FromQueryResult)]
pub struct There {
    pub id: FindingId,
    pub rule: String,
    pub page: Option<String>,
    pub target: Option<String>,
    pub sources: i32,
    pub pages: i32,
}

/// Findings of a site that are there and that a run has not shown, after `after`, in the order of their ids. What was
/// seen since the run began is not for it to tell.
pub async fn not_shown_unscoped(
    db: &impl ConnectionTrait,
    run: &run::Model,
    after: FindingId,
    most: u64,
) -> Result<Vec<There>, DbErr> {
    let other = Condition::any().add(Column::LastRun.ne(run.id)).add(Column::LastRun.is_null());
    let began = run.started_at.unwrap_or(run.asked_at);
    Entity::find()
        .filter(Column::SiteId.eq(run.site_id))
        .filter(Column::State.ne(State::Gone))
        .filter(other)
        .filter(Column::LastSeen.lte(began))
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(most)
        .select_only()
        .columns([Column::Id, Column::Rule, Column::Page, Column::Target, Column::Sources, Column::Pages])
        .into_model()
        .all(db)
        .await
}

/// New findings of veto level that a run was the first to see.
pub async fn vetoes_of_run(db: &impl ConnectionTrait, site: SiteId, run: RunId) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::SiteId.eq(site))
        .filter(Column::State.eq(State::New))
        .filter(Column::Level.eq(base::Level::Veto as i32))
        .filter(Column::FirstRun.eq(run))
        .count(db)
        .await
}

/// Adds a finding.
pub async fn add(tx: &Tx, new: finding::ActiveModel) -> Result<Model, DbErr> {
    new.insert(&**tx).await
}

/// Writes what changed of a finding.
pub async fn change(tx: &Tx, change: finding::ActiveModel) -> Result<Model, DbErr> {
    change.update(&**tx).await
}

/// Marks findings as gone.
pub async fn set_gone(tx: &Tx, ids: &[FindingId], now: Instant) -> Result<(), DbErr> {
    let gone = finding::ActiveModel {
        state: sea_orm::Set(State::Gone),
        is_open: sea_orm::Set(false),
        gone_at: sea_orm::Set(Some(now)),
        ..Default::default()
    };
    Entity::update_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .set(gone)
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// Adds lines to histories.
pub async fn add_events(tx: &Tx, events: Vec<finding_event::ActiveModel>) -> Result<(), DbErr> {
    for batch in events.chunks(super::standing::ROWS_AT_ONCE) {
        finding_event::Entity::insert_many(batch.to_vec()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The history of a finding, the newest first; the caller has the finding in scope.
pub async fn events(
    db: &impl ConnectionTrait,
    finding: &Model,
    most: u64,
) -> Result<Vec<finding_event::Model>, DbErr> {
    finding_event::Entity::find()
        .filter(finding_event::Column::FindingId.eq(finding.id))
        .order_by_desc(finding_event::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// One report; whoever asks has looked at the scope of its finding.
pub async fn report_unscoped(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<finding_report::Model>, DbErr> {
    finding_report::Entity::find_by_id(id).one(db).await
}

/// Keeps what a person reported.
pub async fn add_report(tx: &Tx, new: finding_report::ActiveModel) -> Result<(), DbErr> {
    new.insert(&**tx).await.map(|_| ())
}

/// What people reported of a finding.
pub async fn reports(
    db: &impl ConnectionTrait,
    finding: &Model,
    most: u64,
) -> Result<Vec<finding_report::Model>, DbErr> {
    finding_report::Entity::find()
        .filter(finding_report::Column::FindingId.eq(finding.id))
        .order_by_desc(finding_report::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// How often a rule was right, by what people decided.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RuleCount {
    pub rule: String,
    pub decision: Decision,
    pub number: i64,
}

/// Decisions by rule in a scope.
pub async fn decisions(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<RuleCount>, DbErr> {
    Entity::find()
        .filter(scope.on(Column::UnitPath))
        .filter(Column::Decision.is_in([Decision::Confirmed, Decision::FalseAlarm]))
        .select_only()
        .column(Column::Rule)
        .column(Column::Decision)
        // Of rows, not of ids: the index holds all that is asked for then.
        .column_as(Expr::col(Asterisk).count(), "number")
        // In the order of the index, so that nothing is sorted.
        .group_by(Column::Decision)
        .group_by(Column::Rule)
        .into_model()
        .all(db)
        .await
}
