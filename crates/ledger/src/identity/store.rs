//! Queries on units, people, grants and sessions. Clauses N1.1, N4.7, N5.1.
//!
//! Lists take the scope of whoever asks. The `_unscoped` ones serve the login itself and jobs.

use std::collections::HashMap;

use platform::clock::Instant;
use platform::web::Pager;
use platform::{Tx, lookup};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, BinOper, Expr, ExprTrait as _, Func, Query};
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::entity::{person, role_grant, session, unit};
use super::model::Role;
use crate::ids::SessionId;
use crate::web::{Grant, Scope};
use crate::{PersonId, UnitId};

/// The person of a login name.
pub async fn person_of_login_unscoped(
    db: &impl ConnectionTrait,
    login: &str,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find().filter(person::Column::Login.eq(login)).one(db).await
}

/// A person by id.
pub async fn person_unscoped(
    db: &impl ConnectionTrait,
    id: PersonId,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id).one(db).await
}

/// The names of some people.
pub async fn names_unscoped(
    db: &impl ConnectionTrait,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, String>, DbErr> {
    let rows: Vec<(PersonId, String)> = person::Entity::find()
        .filter(person::Column::Id.is_in(ids.iter().copied()))
        .select_only()
        .columns([person::Column::Id, person::Column::Name])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// People who can log in and hold one of these roles for a unit, or for one above it: id, name and the name of their unit.
pub async fn holders_unscoped(
    db: &impl ConnectionTrait,
    roles: &[Role],
    path: &str,
) -> Result<Vec<(PersonId, String, String)>, DbErr> {
    let to_person = role_grant::Entity::belongs_to(person::Entity)
        .from(role_grant::Column::PersonId)
        .to(person::Column::Id);
    let granted: Vec<(PersonId, UnitId)> = role_grant::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, to_person.into())
        .filter(role_grant::Column::Role.is_in(roles.iter().copied()))
        .filter(person::Column::DisabledAt.is_null())
        .select_only()
        .columns([role_grant::Column::PersonId, role_grant::Column::UnitId])
        .into_tuple()
        .all(db)
        .await?;
    // The units of a path are few; whoever holds a role for one of them holds it for the unit at its end.
    let above: Vec<i64> = path.split('/').filter_map(|part| part.parse().ok()).collect();
    let ids: Vec<PersonId> =
        granted.into_iter().filter(|(_, unit)| above.contains(&unit.0)).map(|(person, _)| person).collect();
    let people = person::Entity::find()
        .inner_join_unit()
        .filter(person::Column::Id.is_in(ids))
        .order_by_asc(person::Column::Id)
        .select_also(unit::Entity)
        .all(db)
        .await?;
    let named = people
        .into_iter()
        .map(|(person, unit)| (person.id, person.name, unit.map(|u| u.name).unwrap_or_default()));
    Ok(named.collect())
}

/// A unit by id.
pub async fn unit_unscoped(db: &impl ConnectionTrait, id: UnitId) -> Result<Option<unit::Model>, DbErr> {
    unit::Entity::find_by_id(id).one(db).await
}

/// A unit by id, if it lies in the scope.
pub async fn unit_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: UnitId,
) -> Result<Option<unit::Model>, DbErr> {
    unit::Entity::find_by_id(id).filter(scope.on(unit::Column::Path)).one(db).await
}

/// All units of a scope, each after the one above it.
pub async fn units(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<unit::Model>, DbErr> {
    let mut units = unit::Entity::find().filter(scope.on(unit::Column::Path)).all(db).await?;
    // As text "/1/12/" comes before "/1/2/"; by numbers the tree is in the order in which it grew.
    units.sort_by_cached_key(|unit| {
        unit.path.split('/').filter_map(|id| id.parse().ok()).collect::<Vec<i64>>()
    });
    Ok(units)
}

/// The names of the units above a scope: who has ordered something is told to those who are to do it.
pub async fn names_above(db: &impl ConnectionTrait, scope: &Scope) -> Result<HashMap<UnitId, String>, DbErr> {
    let above = scope.above();
    if above.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UnitId, String)> = unit::Entity::find()
        .filter(unit::Column::Path.is_in(above))
        .select_only()
        .columns([unit::Column::Id, unit::Column::Name])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The grants of some people with their units' paths.
pub async fn grants_unscoped(
    db: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Grant>>, DbErr> {
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::PersonId.is_in(people.iter().copied()))
        .order_by_asc(role_grant::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = unit::Entity::find().filter(unit::Column::Id.is_in(ids)).all(db).await?;
    let paths: HashMap<UnitId, String> = units.into_iter().map(|unit| (unit.id, unit.path)).collect();
    let mut out: HashMap<PersonId, Vec<Grant>> = HashMap::new();
    for row in rows {
        if let Some(path) = paths.get(&row.unit_id) {
            out.entry(row.person_id).or_default().push(Grant {
                role: row.role,
                unit: row.unit_id,
                path: path.clone(),
            });
        }
    }
    Ok(out)
}

/// A page of the people whose unit lies in the scope; `words` is looked for in login, name and phone.
pub async fn people(
    db: &impl ConnectionTrait,
    scope: &Scope,
    words: &str,
    pager: Pager,
) -> Result<(Vec<(person::Model, String)>, Pager), DbErr> {
    let mut query = person::Entity::find()
        .inner_join_unit()
        .filter(scope.on(unit::Column::Path))
        .order_by_asc(unit::Column::Path)
        .order_by_asc(person::Column::Login);
    if !words.is_empty() {
        use person::Column;
        query = query.filter(lookup::any_holds([Column::Login, Column::Name, Column::Phone], words));
    }
    let pager = pager.of(query.clone().count(db).await?);
    let rows = query.select_also(unit::Entity).offset(pager.skip()).limit(pager.rows).all(db).await?;
    let named = rows.into_iter().map(|(person, unit)| (person, unit.map(|u| u.name).unwrap_or_default()));
    Ok((named.collect(), pager))
}

trait JoinsUnit {
    fn inner_join_unit(self) -> Self;
}

impl JoinsUnit for Select<person::Entity> {
    fn inner_join_unit(self) -> Self {
        let to_unit =
            person::Entity::belongs_to(unit::Entity).from(person::Column::UnitId).to(unit::Column::Id).into();
        self.join(sea_orm::JoinType::InnerJoin, to_unit)
    }
}

/// A person whose unit lies in the scope.
pub async fn person_in(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: PersonId,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id).inner_join_unit().filter(scope.on(unit::Column::Path)).one(db).await
}

/// Adds a unit and gives it its path.
pub async fn add_unit(
    tx: &Tx,
    parent: Option<&unit::Model>,
    new: unit::ActiveModel,
) -> Result<unit::Model, DbErr> {
    // The path holds the id, which the database gives: first a placeholder that no other unit can have.
    let unique = platform::Secret::new().digest().to_string();
    let row = unit::ActiveModel { path: Set(unique), parent_id: Set(parent.map(|p| p.id)), ..new }
        .insert(&**tx)
        .await?;
    let path = super::model::path(parent.map(|p| p.path.as_str()), row.id.0);
    unit::ActiveModel { id: Set(row.id), path: Set(path), ..Default::default() }.update(&**tx).await
}

/// Adds a person.
pub async fn add_person(tx: &Tx, new: person::ActiveModel) -> Result<person::Model, DbErr> {
    new.insert(&**tx).await
}

/// Changes some columns of a person.
pub async fn change_person(tx: &Tx, change: person::ActiveModel) -> Result<person::Model, DbErr> {
    change.update(&**tx).await
}

/// Makes these a person's grants, and no others.
pub async fn set_grants(tx: &Tx, person: PersonId, grants: &[(UnitId, Role)]) -> Result<(), DbErr> {
    role_grant::Entity::delete_many().filter(role_grant::Column::PersonId.eq(person)).exec(&**tx).await?;
    let rows = grants.iter().map(|(unit, role)| role_grant::ActiveModel {
        person_id: Set(person),
        unit_id: Set(*unit),
        role: Set(*role),
        ..Default::default()
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        role_grant::Entity::insert_many(rows).exec(&**tx).await?;
    }
    Ok(())
}

/// Begins a session.
pub async fn add_session(tx: &Tx, new: session::ActiveModel) -> Result<session::Model, DbErr> {
    new.insert(&**tx).await
}

/// The session of a secret's digest that has not ended.
pub async fn live_session_unscoped(
    db: &impl ConnectionTrait,
    digest: &str,
    now: Instant,
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::Digest.eq(digest))
        .filter(session::Column::EndsAt.gt(now))
        .one(db)
        .await
}

/// Writes down that a session was used.
pub async fn touch_session(tx: &Tx, id: SessionId, now: Instant, ends: Instant) -> Result<(), DbErr> {
    session::Entity::update_many()
        .filter(session::Column::Id.eq(id))
        .col_expr(session::Column::SeenAt, Expr::value(now))
        .col_expr(session::Column::EndsAt, Expr::value(ends))
        .exec(&**tx)
        .await
        .map(|_| ())
}

/// A person's live sessions, the newest first.
pub async fn sessions(
    db: &impl ConnectionTrait,
    person: PersonId,
    now: Instant,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::EndsAt.gt(now))
        .order_by_desc(session::Column::SeenAt)
        .all(db)
        .await
}

/// Ends sessions of a person: one, or all but one.
pub async fn end_sessions(tx: &Tx, person: PersonId, which: Which) -> Result<u64, DbErr> {
    let mine = session::Entity::delete_many().filter(session::Column::PersonId.eq(person));
    let some = match which {
        Which::One(id) => mine.filter(session::Column::Id.eq(id)),
        Which::AllBut(id) => mine.filter(session::Column::Id.ne(id)),
        Which::All => mine,
    };
    Ok(some.exec(&**tx).await?.rows_affected)
}

/// Which sessions to end.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    One(SessionId),
    AllBut(SessionId),
    All,
}

/// Removes sessions that ended before `before`.
pub async fn prune_sessions(tx: &Tx, before: Instant) -> Result<u64, DbErr> {
    Ok(session::Entity::delete_many()
        .filter(session::Column::EndsAt.lt(before))
        .exec(&**tx)
        .await?
        .rows_affected)
}

/// How many people there are.
pub async fn number_of_people_unscoped(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    person::Entity::find().count(db).await
}

/// How many sessions have not ended.
pub async fn number_of_sessions_unscoped(db: &impl ConnectionTrait, now: Instant) -> Result<u64, DbErr> {
    session::Entity::find().filter(session::Column::EndsAt.gt(now)).count(db).await
}

/// Puts a unit below another, with all that lies below it: their paths, and the copies of those paths that other
/// slices keep in columns named `unit_path`. The database refuses a second unit of that name below the same one.
pub async fn move_unit(tx: &Tx, unit: &unit::Model, parent: &unit::Model) -> Result<(), DbErr> {
    let place = unit::ActiveModel { id: Set(unit.id), parent_id: Set(Some(parent.id)), ..Default::default() };
    place.update(&**tx).await?;
    let after = super::model::path(Some(&parent.path), unit.id.0);
    rewrite(tx, "unit", "path", &unit.path, &after).await?;
    for table in tx.tables_with("unit_path").await? {
        rewrite(tx, &table, "unit_path", &unit.path, &after).await?;
    }
    Ok(())
}

/// Gives every path that begins as `before` another beginning. Paths hold digits and slashes only.
async fn rewrite(tx: &Tx, table: &str, column: &str, before: &str, after: &str) -> Result<(), DbErr> {
    let column = Alias::new(column);
    let from = i32::try_from(before.len() + 1).unwrap_or(i32::MAX);
    let rest = Func::cust("substr").arg(Expr::col(column.clone())).arg(from);
    let mut update = Query::update();
    update
        .table(Alias::new(table))
        .value(column.clone(), Expr::val(after).binary(BinOper::Custom("||"), rest))
        .and_where(Expr::col(column).like(format!("{before}%")));
    tx.execute(&update).await.map(|_| ())
}

/// What a unit still has: open units below it, and people who can log in.
pub async fn still_has(db: &impl ConnectionTrait, unit: UnitId) -> Result<(u64, u64), DbErr> {
    let below = unit::Entity::find()
        .filter(unit::Column::ParentId.eq(unit))
        .filter(unit::Column::ClosedAt.is_null())
        .count(db)
        .await?;
    let people = person::Entity::find()
        .filter(person::Column::UnitId.eq(unit))
        .filter(person::Column::DisabledAt.is_null())
        .count(db)
        .await?;
    Ok((below, people))
}

/// Closes a unit, or opens it again.
pub async fn close_unit(tx: &Tx, unit: UnitId, closed_at: Option<Instant>) -> Result<(), DbErr> {
    unit::ActiveModel { id: Set(unit), closed_at: Set(closed_at), ..Default::default() }
        .update(&**tx)
        .await
        .map(|_| ())
}
