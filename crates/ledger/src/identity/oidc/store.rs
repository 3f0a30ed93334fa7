//! Queries on bindings and on logins under way. Clause N4.7.
//!
//! They serve the login itself, which has no actor yet; the person page asks after the person was found in its reader's
//! scope.

use std::collections::HashSet;

use platform::clock::Instant;
use platform::{Digest, Tx};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::entity::{login_binding, login_flow, login_waiting};
use super::model::{Candidate, Claim, MOST_FLOWS};
use crate::PersonId;
use crate::identity::entity::{person, session};
use crate::identity::model::Way;
use crate::ids::SessionId;

/// Whose a subject is.
pub async fn binding_unscoped(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<login_binding::Model>, DbErr> {
    login_binding::Entity::find()
        .filter(login_binding::Column::Issuer.eq(issuer))
        .filter(login_binding::Column::Subject.eq(subject))
        .one(db)
        .await
}

/// A person's subjects, of this provider and of earlier ones.
pub async fn bindings_of_unscoped(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<login_binding::Model>, DbErr> {
    login_binding::Entity::find()
        .filter(login_binding::Column::PersonId.eq(person))
        .order_by_desc(login_binding::Column::UsedAt)
        .all(db)
        .await
}

/// Who of these people has a subject.
pub async fn bound_unscoped(
    db: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashSet<PersonId>, DbErr> {
    let rows = login_binding::Entity::find()
        .filter(login_binding::Column::PersonId.is_in(people.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

/// Our people whom a claim fits, two at most: more than one is too many.
pub async fn candidates_unscoped(
    db: &impl ConnectionTrait,
    issuer: &str,
    claim: Claim,
    told: &str,
) -> Result<Vec<Candidate>, DbErr> {
    let fits = match claim {
        Claim::LoginName => Expr::col(person::Column::Login).eq(told),
        Claim::Email => Expr::expr(Func::lower(Expr::col(person::Column::Email))).eq(told.to_lowercase()),
    };
    let people = person::Entity::find().filter(fits).limit(2).all(db).await?;
    let ids = people.iter().map(|person| person.id);
    let bound = login_binding::Entity::find()
        .filter(login_binding::Column::Issuer.eq(issuer))
        .filter(login_binding::Column::PersonId.is_in(ids))
        .all(db)
        .await?;
    let is_bound = |id| bound.iter().any(|row| row.person_id == id);
    Ok(people.iter().map(|person| Candidate { person: person.id, bound: is_bound(person.id) }).collect())
}

/// Makes a subject a person's. The database refuses one that is somebody's, and a second one of a person.
pub async fn add_binding(tx: &Tx, new: login_binding::ActiveModel) -> Result<(), DbErr> {
    login_binding::Entity::insert(new).exec(&**tx).await.map(|_| ())
}

/// Writes down that a subject logged in.
pub async fn use_binding(
    tx: &Tx,
    binding: &login_binding::Model,
    now: Instant,
    strong: bool,
) -> Result<(), DbErr> {
    let used = login_binding::ActiveModel {
        id: Set(binding.id),
        used_at: Set(now),
        strong: Set(strong),
        ..Default::default()
    };
    used.update(&**tx).await.map(|_| ())
}

/// Takes a person's subjects away. Returns how many.
pub async fn release(tx: &Tx, person: PersonId) -> Result<u64, DbErr> {
    let mine = login_binding::Entity::delete_many().filter(login_binding::Column::PersonId.eq(person));
    Ok(mine.exec(&**tx).await?.rows_affected)
}

/// Remembers a login under way, and forgets those that are over or too many.
pub async fn add_flow(tx: &Tx, new: login_flow::ActiveModel, now: Instant) -> Result<(), DbErr> {
    prune(tx, now).await?;
    let added = new.insert(&**tx).await?;
    // Ids only grow, so this keeps the newest without counting.
    let oldest = login_flow::Entity::delete_many().filter(login_flow::Column::Id.lte(added.id - MOST_FLOWS));
    oldest.exec(&**tx).await.map(|_| ())
}

/// Takes a login under way out: it is used once, whatever comes of it.
pub async fn take_flow(tx: &Tx, state: Digest) -> Result<Option<login_flow::Model>, DbErr> {
    let found =
        login_flow::Entity::find().filter(login_flow::Column::State.eq(state.to_string())).one(&**tx).await?;
    let Some(flow) = found else { return Ok(None) };
    // Two requests at once may both have found it; one of them removes it.
    let removed = login_flow::Entity::delete_by_id(flow.id).exec(&**tx).await?.rows_affected;
    Ok((removed == 1).then_some(flow))
}

/// Remembers somebody whose code is waited for.
pub async fn add_waiting(tx: &Tx, new: login_waiting::ActiveModel) -> Result<(), DbErr> {
    login_waiting::Entity::insert(new).exec(&**tx).await.map(|_| ())
}

/// Whose code is waited for in a browser.
pub async fn waiting_unscoped(
    db: &impl ConnectionTrait,
    browser: Digest,
    now: Instant,
) -> Result<Option<login_waiting::Model>, DbErr> {
    login_waiting::Entity::find()
        .filter(login_waiting::Column::Browser.eq(browser.to_string()))
        .filter(login_waiting::Column::EndsAt.gt(now))
        .one(db)
        .await
}

/// Waits no longer. `false` if somebody else was quicker.
pub async fn end_waiting(tx: &Tx, waiting: &login_waiting::Model) -> Result<bool, DbErr> {
    Ok(login_waiting::Entity::delete_by_id(waiting.id).exec(&**tx).await?.rows_affected == 1)
}

/// Forgets logins that were not finished in time.
pub async fn prune(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    login_flow::Entity::delete_many().filter(login_flow::Column::EndsAt.lt(now)).exec(&**tx).await?;
    login_waiting::Entity::delete_many().filter(login_waiting::Column::EndsAt.lt(now)).exec(&**tx).await?;
    Ok(())
}

/// How a session was begun, and what to show the provider when it ends.
pub async fn begun_by_unscoped(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<(Way, String)>, DbErr> {
    Ok(session::Entity::find_by_id(id).one(db).await?.map(|session| (session.way, session.hint)))
}

/// How a person comes in where no session tells, as behind an API token: by his newest binding, or with his password.
pub async fn way_of_unscoped(db: &impl ConnectionTrait, person: PersonId) -> Result<Way, DbErr> {
    Ok(match bindings_of_unscoped(db, person).await?.first() {
        None => Way::Password,
        Some(binding) if binding.strong => Way::ProviderStrong,
        Some(_) => Way::Provider,
    })
}
