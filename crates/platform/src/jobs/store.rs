//! The job table's queries: claim, finish, hand back, list. Serves all clauses.
//!
//! Knows no handler. A claim is one statement, so that two workers never get the same job.

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _};
use sea_orm::{FromQueryResult, Order, QueryOrder, QuerySelect, Statement};

use super::job::{self, Column, Entity};
use super::{State, backoff};
use crate::Db;
use crate::clock::Instant;
use crate::web::Pager;

/// How long a worker may be silent before its job is given to another.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// What a failure may say in the table; a page of stack trace helps nobody.
const LONGEST_ERROR: usize = 2_000;

/// Which kinds of jobs are wanted.
#[derive(Clone, Copy)]
pub(super) enum Kinds<'a> {
    Only(&'a str),
    Except(&'a [&'a str]),
}

/// Takes up to `most` due jobs, most urgent first.
pub(super) async fn claim(
    db: &Db,
    worker: &str,
    now: Instant,
    most: u64,
    kinds: Kinds<'_>,
) -> Result<Vec<job::Model>, DbErr> {
    let names: Vec<&str> = match kinds {
        Kinds::Only(kind) => vec![kind],
        Kinds::Except(kinds) => kinds.to_vec(),
    };
    let places: Vec<String> = (5..5 + names.len()).map(|at| format!("${at}")).collect();
    let wanted = match kinds {
        _ if names.is_empty() => String::new(),
        Kinds::Only(_) => format!("and kind in ({})", places.join(", ")),
        Kinds::Except(_) => format!("and kind not in ({})", places.join(", ")),
    };
    let tx = db.write().await?;
    let skip = if db.is_postgres() { "for update skip locked" } else { "" };
    let sql = format!(
        "update job set state = 'running', worker = $1, lease_until = $2, attempts = attempts + 1 \
         where id in (select id from job where state = 'waiting' and run_at <= $3 {wanted} \
         order by priority, run_at, id limit $4 {skip}) returning *"
    );
    let mut values: Vec<sea_orm::Value> =
        vec![worker.into(), (now + LEASE).into(), now.into(), (most as i64).into()];
    values.extend(names.into_iter().map(sea_orm::Value::from));
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let mut claimed = Entity::find().from_raw_sql(statement).all(&*tx).await?;
    tx.commit().await?;
    // `returning` keeps no order.
    claimed.sort_by_key(|job| (job.priority, job.run_at, job.id));
    Ok(claimed)
}

/// Tells that the worker still lives.
pub(super) async fn renew(db: &Db, worker: &str, now: Instant) -> Result<(), DbErr> {
    let tx = db.write().await?;
    Entity::update_many()
        .filter(Column::Worker.eq(worker))
        .filter(Column::State.eq(State::Running))
        .col_expr(Column::LeaseUntil, Expr::value(now + LEASE))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// Gives back jobs whose worker has gone silent. A job that was on its last try is parked: it may be what killed it.
pub(super) async fn take_back_orphans(db: &Db, now: Instant) -> Result<u64, DbErr> {
    let orphan =
        || Entity::update_many().filter(Column::State.eq(State::Running)).filter(Column::LeaseUntil.lt(now));
    let tx = db.write().await?;
    let nobody = Expr::value(Option::<String>::None);
    let parked = orphan()
        .filter(Expr::col(Column::Attempts).gte(Expr::col(Column::MaxAttempts)))
        .col_expr(Column::State, Expr::value(State::Parked))
        .col_expr(Column::LastError, Expr::value("执行它的进程中断了"))
        .col_expr(Column::FinishedAt, Expr::value(now))
        .col_expr(Column::UniqueKey, nobody.clone())
        .exec(&*tx)
        .await?;
    let waiting = orphan()
        .col_expr(Column::State, Expr::value(State::Waiting))
        .col_expr(Column::Worker, nobody)
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(parked.rows_affected + waiting.rows_affected)
}

/// How a try ended.
pub(super) enum End {
    Done,
    Failed(String),
    /// The program stops: the try does not count.
    Interrupted,
}

/// Writes down how a try ended. Does nothing when the job was meanwhile given to another worker.
pub(super) async fn finish(db: &Db, claimed: &job::Model, end: End, now: Instant) -> Result<State, DbErr> {
    let mine = Entity::update_many()
        .filter(Column::Id.eq(claimed.id))
        .filter(Column::State.eq(State::Running))
        .filter(Column::Worker.eq(claimed.worker.clone()))
        .filter(Column::Attempts.eq(claimed.attempts));
    let nothing = Expr::value(Option::<String>::None);
    let (state, update) = match end {
        End::Done => (
            State::Done,
            mine.col_expr(Column::UniqueKey, nothing).col_expr(Column::FinishedAt, Expr::value(now)),
        ),
        End::Failed(mut error) => {
            error.truncate(error.floor_char_boundary(LONGEST_ERROR));
            let update = mine.col_expr(Column::LastError, Expr::value(error));
            if claimed.attempts >= claimed.max_attempts {
                let update = update.col_expr(Column::UniqueKey, nothing);
                (State::Parked, update.col_expr(Column::FinishedAt, Expr::value(now)))
            } else {
                (State::Waiting, update.col_expr(Column::RunAt, Expr::value(now + backoff(claimed.attempts))))
            }
        }
        End::Interrupted => {
            (State::Waiting, mine.col_expr(Column::Attempts, Expr::value(claimed.attempts - 1)))
        }
    };
    let tx = db.write().await?;
    update.col_expr(Column::State, Expr::value(state)).exec(&*tx).await?;
    tx.commit().await?;
    Ok(state)
}

/// How many jobs of a kind stand where.
#[derive(Debug, PartialEq, Eq, FromQueryResult)]
pub struct Count {
    pub kind: String,
    pub state: State,
    pub number: i64,
}

/// Jobs by kind and state.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<Count>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Kind)
        .column(Column::State)
        .column_as(Column::Id.count(), "number")
        .group_by(Column::Kind)
        .group_by(Column::State)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::State)
        .into_model()
        .all(db)
        .await
}

/// A job as a list shows it.
pub type JobRow = job::Model;

/// The newest jobs in a state, at most `most` after leaving `skip` out.
pub async fn list(
    db: &impl ConnectionTrait,
    state: Option<State>,
    skip: u64,
    most: u64,
) -> Result<Vec<JobRow>, DbErr> {
    let mut query = Entity::find().order_by_desc(Column::Id).offset(skip).limit(most);
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state));
    }
    query.all(db).await
}

/// Which jobs a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<String>,
    pub state: Option<State>,
}

fn matching(filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(kind) = &filter.kind {
        query = query.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    // What asks for a person stands first, then what is under way, then the newest.
    let rank = |state: State| State::ALL.iter().position(|one| *one == state).unwrap_or(0) as i32;
    let ranked = State::ALL.into_iter().fold(CaseStatement::new(), |case, state| {
        case.case(Expr::col((Entity, Column::State)).eq(state), Expr::value(rank(state)))
    });
    query.order_by(Expr::expr(ranked), Order::Asc).order_by_desc(Column::Id)
}

/// A page of the jobs that fit the filter.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    pager: Pager,
) -> Result<(Vec<JobRow>, Pager), DbErr> {
    let query = matching(filter);
    let pager = pager.of(query.clone().count(db).await?);
    Ok((query.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
}

/// At most `most` of the jobs that fit the filter, in the order of the list.
pub async fn first(db: &impl ConnectionTrait, filter: &Filter, most: u64) -> Result<Vec<JobRow>, DbErr> {
    matching(filter).limit(most).all(db).await
}

/// Since when the longest-waiting job could have run: how far the workers are behind.
pub async fn due_since(db: &impl ConnectionTrait, now: Instant) -> Result<Option<Instant>, DbErr> {
    let oldest = Entity::find()
        .filter(Column::State.eq(State::Waiting))
        .filter(Column::RunAt.lte(now))
        .order_by_asc(Column::RunAt)
        .one(db)
        .await?;
    Ok(oldest.map(|job| job.run_at))
}

/// Removes a parked job for good. Returns what it was; `None` if it is not parked.
pub async fn discard(tx: &crate::Tx, id: i64) -> Result<Option<JobRow>, DbErr> {
    let parked = Entity::find_by_id(id).filter(Column::State.eq(State::Parked)).one(&**tx).await?;
    if parked.is_some() {
        Entity::delete_by_id(id).exec(&**tx).await?;
    }
    Ok(parked)
}

/// The jobs of a kind that wait or run.
pub async fn under_way(db: &impl ConnectionTrait, kind: &str) -> Result<Vec<JobRow>, DbErr> {
    Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::State.is_in([State::Waiting, State::Running]))
        .all(db)
        .await
}

/// Gives a parked job all its tries again. `false` if it is not parked.
pub async fn revive(tx: &crate::Tx, id: i64, now: Instant) -> Result<bool, DbErr> {
    let revived = Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Parked))
        .col_expr(Column::State, Expr::value(State::Waiting))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::RunAt, Expr::value(now))
        .col_expr(Column::FinishedAt, Expr::value(Option::<Instant>::None))
        .exec(&**tx)
        .await?;
    tx.wake_on_commit();
    Ok(revived.rows_affected == 1)
}

/// Removes what was done before `before`. Parked jobs stay until somebody decides.
pub async fn prune(tx: &crate::Tx, before: Instant) -> Result<u64, DbErr> {
    let gone =
        Entity::delete_many().filter(Column::State.eq(State::Done)).filter(Column::FinishedAt.lt(before));
    Ok(gone.exec(&**tx).await?.rows_affected)
}

/// Gives back what a stopping worker still holds; the try does not count.
pub(super) async fn hand_back(db: &Db, worker: &str) -> Result<(), DbErr> {
    let tx = db.write().await?;
    Entity::update_many()
        .filter(Column::Worker.eq(worker))
        .filter(Column::State.eq(State::Running))
        .col_expr(Column::State, Expr::value(State::Waiting))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .exec(&*tx)
        .await?;
    tx.commit().await
}
