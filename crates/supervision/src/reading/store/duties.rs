//! Queries on duties. Clauses N5.3, N5.7.

use std::collections::HashSet;

use ledger::identity::entity::person;
use ledger::{PersonId, Scope, UnitId};
use platform::Tx;
use platform::clock::Instant;
use platform::web::Pager;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect};

use crate::reading::entity::{reading_duty, reading_exchange, reading_roster};
use crate::reading::model::{Kind, State};

/// Which duties are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DutyFilter {
    pub kind: Option<Kind>,
    pub states: Vec<State>,
    /// The path of a unit: it and those below it.
    pub unit: Option<String>,
    pub person: Option<PersonId>,
    pub roster: Option<i64>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// A duty as lists show it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DutyRow {
    pub id: i64,
    pub roster_id: i64,
    pub roster_name: String,
    pub unit_id: UnitId,
    pub unit_path: String,
    pub kind: Kind,
    pub day: Date,
    pub shift: i32,
    pub shifts: i32,
    pub person_id: Option<PersonId>,
    pub person_name: Option<String>,
    pub state: State,
    pub begun_at: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub pages: i32,
    pub pages_read: i32,
    pub findings: i32,
    pub planted: i32,
    pub noticed: i32,
    pub display: String,
    pub words: String,
    pub hand_over: String,
}

fn chosen(scope: &Scope, filter: &DutyFilter) -> Select<reading_duty::Entity> {
    use reading_duty::Column;
    let mut query = reading_duty::Entity::find().filter(scope.on(Column::UnitPath));
    if let Some(kind) = filter.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if !filter.states.is_empty() {
        query = query.filter(Column::State.is_in(filter.states.iter().copied()));
    }
    if let Some(path) = &filter.unit {
        query = query.filter(Column::UnitPath.starts_with(path));
    }
    if let Some(person) = filter.person {
        query = query.filter(Column::PersonId.eq(person));
    }
    if let Some(roster) = filter.roster {
        query = query.filter(Column::RosterId.eq(roster));
    }
    if let Some(day) = filter.from {
        query = query.filter(Column::Day.gte(day));
    }
    if let Some(day) = filter.to {
        query = query.filter(Column::Day.lte(day));
    }
    query
}

fn rows(query: Select<reading_duty::Entity>) -> Select<reading_duty::Entity> {
    use reading_duty::Column;
    let to_roster = reading_duty::Entity::belongs_to(reading_roster::Entity)
        .from(Column::RosterId)
        .to(reading_roster::Column::Id);
    let to_person =
        reading_duty::Entity::belongs_to(person::Entity).from(Column::PersonId).to(person::Column::Id);
    query
        .join(JoinType::InnerJoin, to_roster.into())
        .join(JoinType::LeftJoin, to_person.into())
        .select_only()
        .columns([
            Column::Id,
            Column::RosterId,
            Column::UnitId,
            Column::UnitPath,
            Column::Kind,
            Column::Day,
            Column::Shift,
            Column::PersonId,
            Column::State,
            Column::BegunAt,
            Column::FinishedAt,
            Column::Pages,
            Column::PagesRead,
            Column::Findings,
            Column::Planted,
            Column::Noticed,
            Column::Display,
            Column::Words,
            Column::HandOver,
        ])
        .column_as(reading_roster::Column::Name, "roster_name")
        .column_as(reading_roster::Column::Shifts, "shifts")
        .column_as(person::Column::Name, "person_name")
}

/// A page of duties, the newest day first; without a page all of them up to `most`.
pub async fn duties(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &DutyFilter,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<DutyRow>, Pager), DbErr> {
    use reading_duty::Column;
    let query = chosen(scope, filter);
    let pager = match pager {
        Some(pager) => Some(pager.of(query.clone().count(db).await?)),
        None => None,
    };
    let mut query = rows(query)
        .order_by_desc(Column::Day)
        .order_by_asc(Column::UnitPath)
        .order_by_asc(Column::Shift)
        .order_by_asc(Column::Id);
    query = match pager {
        Some(pager) => query.offset(pager.skip()).limit(pager.rows),
        None => query.limit(most),
    };
    let found: Vec<DutyRow> = query.into_model().all(db).await?;
    let pager = pager.unwrap_or_else(|| Pager::asked(None, None).of(found.len() as u64));
    Ok((found, pager))
}

/// How many there are.
pub async fn number_of_duties(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &DutyFilter,
) -> Result<u64, DbErr> {
    chosen(scope, filter).count(db).await
}

/// How many duties of a person up to a day are neither done nor called off.
pub async fn own_number(db: &impl ConnectionTrait, person: PersonId, today: Date) -> Result<u64, DbErr> {
    use reading_duty::Column;
    reading_duty::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::Day.lte(today))
        .filter(Column::State.is_in([State::Planned, State::Reading, State::Missed]))
        .count(db)
        .await
}

/// One duty as lists show it.
pub async fn duty_row_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<DutyRow>, DbErr> {
    let one = reading_duty::Entity::find_by_id(id).filter(scope.on(reading_duty::Column::UnitPath));
    rows(one).into_model().one(db).await
}

/// One duty.
pub async fn duty_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: i64,
) -> Result<Option<reading_duty::Model>, DbErr> {
    reading_duty::Entity::find_by_id(id).filter(scope.on(reading_duty::Column::UnitPath)).one(db).await
}

/// One that is about to be changed: whoever else would change it waits until that is done.
pub async fn duty_to_change(tx: &Tx, scope: &Scope, id: i64) -> Result<Option<reading_duty::Model>, DbErr> {
    reading_duty::Entity::find_by_id(id)
        .filter(scope.on(reading_duty::Column::UnitPath))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One duty, held, for what its own list needs.
pub async fn duty_of(tx: &Tx, id: i64) -> Result<Option<reading_duty::Model>, DbErr> {
    reading_duty::Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// The duty of a roster before another, for what it handed over.
pub async fn last_duty(
    db: &impl ConnectionTrait,
    roster: i64,
    before: Date,
    shift: i32,
) -> Result<Option<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    let earlier = Column::Day.lt(before).or(Column::Day.eq(before).and(Column::Shift.lt(shift)));
    reading_duty::Entity::find()
        .filter(Column::RosterId.eq(roster))
        .filter(earlier)
        .filter(Column::State.eq(State::Done))
        .order_by_desc(Column::Day)
        .order_by_desc(Column::Shift)
        .one(db)
        .await
}

/// The last duty of a roster before a day, whatever became of it: after it the next member takes his turn.
pub async fn latest_before(
    db: &impl ConnectionTrait,
    roster: i64,
    before: Date,
) -> Result<Option<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    reading_duty::Entity::find()
        .filter(Column::RosterId.eq(roster))
        .filter(Column::Day.lt(before))
        .filter(Column::IsFixed.eq(false))
        .order_by_desc(Column::Day)
        .order_by_desc(Column::Shift)
        .one(db)
        .await
}

/// Writes what changed of one.
pub async fn change_duty(tx: &Tx, row: reading_duty::ActiveModel) -> Result<reading_duty::Model, DbErr> {
    row.update(&**tx).await
}

/// Writes planned duties.
pub async fn add_duties(tx: &Tx, new: Vec<reading_duty::ActiveModel>) -> Result<(), DbErr> {
    if new.is_empty() {
        return Ok(());
    }
    reading_duty::Entity::insert_many(new).exec_without_returning(&**tx).await.map(|_| ())
}

/// Forgets the duties of a roster from a day on that nobody has begun or taken; those with an exchange under way stay.
pub async fn forget_planned(tx: &Tx, roster: i64, from: Date) -> Result<(), DbErr> {
    use reading_duty::Column;
    let asked: Vec<(i64, Option<i64>)> = reading_exchange::Entity::find()
        .select_only()
        .columns([reading_exchange::Column::DutyId, reading_exchange::Column::ForId])
        .filter(reading_exchange::Column::AnsweredAt.is_null())
        .into_tuple()
        .all(&**tx)
        .await?;
    let asked: Vec<i64> = asked.into_iter().flat_map(|(duty, back)| [Some(duty), back]).flatten().collect();
    let mut query = reading_duty::Entity::delete_many()
        .filter(Column::RosterId.eq(roster))
        .filter(Column::Day.gte(from))
        .filter(Column::State.eq(State::Planned))
        .filter(Column::IsFixed.eq(false))
        .filter(Column::ObligationId.is_null());
    if !asked.is_empty() {
        query = query.filter(Column::Id.is_not_in(asked));
    }
    // Answered exchanges of duties that are planned anew tell nothing any more.
    let going: Vec<i64> = reading_duty::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::RosterId.eq(roster))
        .filter(Column::Day.gte(from))
        .filter(Column::State.eq(State::Planned))
        .filter(Column::IsFixed.eq(false))
        .into_tuple()
        .all(&**tx)
        .await?;
    reading_exchange::Entity::delete_many()
        .filter(reading_exchange::Column::DutyId.is_in(going))
        .filter(reading_exchange::Column::AnsweredAt.is_not_null())
        .exec(&**tx)
        .await?;
    query.exec(&**tx).await.map(|_| ())
}

/// Days and shifts of a roster from a day on that have a duty already.
pub async fn fixed_days(
    db: &impl ConnectionTrait,
    roster: i64,
    from: Date,
) -> Result<HashSet<(Date, i32)>, DbErr> {
    use reading_duty::Column;
    let rows: Vec<(Date, i32)> = reading_duty::Entity::find()
        .filter(Column::RosterId.eq(roster))
        .filter(Column::Day.gte(from))
        .select_only()
        .columns([Column::Day, Column::Shift])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Duties whose day has come and that are not on the clock yet.
pub async fn to_begin_unscoped(
    db: &impl ConnectionTrait,
    today: Date,
    most: u64,
) -> Result<Vec<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    reading_duty::Entity::find()
        .filter(Column::State.eq(State::Planned))
        .filter(Column::Day.lte(today))
        .filter(Column::ObligationId.is_null())
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Duties of days that are over and that nobody has finished. What was begun only after `midnight` is being made up.
pub async fn open_until_unscoped(
    db: &impl ConnectionTrait,
    today: Date,
    midnight: Instant,
    most: u64,
) -> Result<Vec<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    let not_now = Column::BegunAt.is_null().or(Column::BegunAt.lt(midnight));
    reading_duty::Entity::find()
        .filter(Column::State.is_in([State::Planned, State::Reading]))
        .filter(Column::Day.lt(today))
        .filter(not_now)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Duties of a day that have no list of pages yet.
pub async fn unlisted_unscoped(
    db: &impl ConnectionTrait,
    day: Date,
) -> Result<Vec<reading_duty::Model>, DbErr> {
    use reading_duty::Column;
    reading_duty::Entity::find()
        .filter(Column::Day.eq(day))
        .filter(Column::State.is_in([State::Planned, State::Reading]))
        .filter(Column::ListedAt.is_null())
        .order_by_asc(Column::Id)
        .all(db)
        .await
}
