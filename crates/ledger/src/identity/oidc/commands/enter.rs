//! A person whom the provider vouches for comes in: bound, his session begun, written down. Clause N4.7.
//!
//! He is bound only when he is in: a name that fits and a phone that does not must not take the place of its owner.

use chrono::TimeDelta;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::web::Failure;
use platform::{Secret, Tx};
use sea_orm::{DbErr, Set};

use super::{Arrived, Step, Stopped, Who, note_refusal};
use crate::identity::commands::login::{self, Visit};
use crate::identity::commands::{CHAIN, is_duplicate};
use crate::identity::entity::person;
use crate::identity::model::{Standing, Way};
use crate::identity::oidc::entity::{login_binding, login_waiting};
use crate::identity::oidc::model::{self, Entry, Refused};
use crate::identity::oidc::store;
use crate::identity::store as people;
use crate::{Cx, PersonId};

/// Who comes, by the provider's word.
pub(super) struct Arrival {
    pub(super) person: PersonId,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) told: String,
    pub(super) strong: bool,
    pub(super) next: String,
    pub(super) hint: String,
}

/// Takes him in, or asks for his phone's code, or refuses him.
pub(super) async fn enter(
    cx: &Cx,
    tx: Tx,
    arrival: Arrival,
    visit: &Visit,
    leave: Option<String>,
) -> Step<Arrived> {
    let now = cx.now();
    let person = people::person_unscoped(&*tx, arrival.person).await?.ok_or(Failure::NotThere)?;
    match model::admit(&standing(&person), arrival.strong, now) {
        Ok(Entry::In(way)) => complete(cx, tx, arrival, &person, way, visit).await,
        Ok(Entry::Code) => wait(tx, arrival, now, model::CODE).await,
        Err(why) => refuse(cx, tx, &person, why, visit, leave).await,
    }
}

/// What decides about a person.
pub(super) fn standing(person: &person::Model) -> Standing {
    Standing {
        disabled: person.disabled_at.is_some(),
        failures: person.failures,
        locked_until: person.locked_until,
        has_second_factor: person.totp_secret.is_some(),
        // That he must come by the provider is no hindrance to who does.
        only_provider: false,
    }
}

/// Refuses a person, and writes it down.
pub(super) async fn refuse(
    cx: &Cx,
    tx: Tx,
    person: &person::Model,
    why: Refused,
    visit: &Visit,
    leave: Option<String>,
) -> Step<Arrived> {
    note_refusal(&tx, cx, Who::Person(person), why.word(), visit).await?;
    tx.commit().await?;
    Ok(Err(Stopped::Refused { why, leave }))
}

async fn wait(tx: Tx, arrival: Arrival, now: Instant, long: TimeDelta) -> Step<Arrived> {
    let secret = Secret::new();
    let new = login_waiting::ActiveModel {
        browser: Set(secret.digest().to_string()),
        person_id: Set(arrival.person),
        issuer: Set(arrival.issuer),
        subject: Set(arrival.subject),
        told: Set(arrival.told),
        next: Set(arrival.next),
        hint: Set(arrival.hint),
        ends_at: Set(now + long),
        ..Default::default()
    };
    store::add_waiting(&tx, new).await?;
    tx.commit().await?;
    Ok(Ok(Arrived::Code { secret }))
}

/// Binds him if he is new, and begins his session.
pub(super) async fn complete(
    cx: &Cx,
    tx: Tx,
    arrival: Arrival,
    person: &person::Model,
    way: Way,
    visit: &Visit,
) -> Step<Arrived> {
    let now = cx.now();
    match store::binding_unscoped(&*tx, &arrival.issuer, &arrival.subject).await? {
        Some(bound) if bound.person_id == person.id => {
            store::use_binding(&tx, &bound, now, arrival.strong).await?
        }
        Some(_) => return refuse(cx, tx, person, Refused::Taken(arrival.told), visit, None).await,
        None => {
            let new = login_binding::ActiveModel {
                person_id: Set(person.id),
                issuer: Set(arrival.issuer.clone()),
                subject: Set(arrival.subject.clone()),
                told: Set(arrival.told.clone()),
                bound_at: Set(now),
                used_at: Set(now),
                strong: Set(arrival.strong),
                ..Default::default()
            };
            match store::add_binding(&tx, new).await {
                // Somebody was quicker. The transaction is lost with the row, so the refusal is told without its line;
                // the other login has written its own.
                Err(error) if is_duplicate(&error) => {
                    let why = Refused::Taken(arrival.told);
                    return Ok(Err(Stopped::Refused { why, leave: None }));
                }
                other => other?,
            }
            let bound = format!("{} {} {}", model::shown(&arrival.subject), arrival.told, arrival.issuer);
            note(&tx, person, now, "login.bound", &bound).await?;
        }
    }
    let change = person::ActiveModel {
        id: Set(person.id),
        failures: Set(0),
        locked_until: Set(None),
        last_login_at: Set(Some(now)),
        ..Default::default()
    };
    people::change_person(&tx, change).await?;
    let secret = login::begin(&tx, person.id, visit, way, &arrival.hint, now).await?;
    note(&tx, person, now, "login.provider", &visit.address).await?;
    tx.commit().await?;
    Ok(Ok(Arrived::In { secret, next: arrival.next }))
}

/// Writes the audit line of what a person did by coming.
async fn note(tx: &Tx, person: &person::Model, at: Instant, action: &str, detail: &str) -> Result<(), DbErr> {
    let subject = format!("person/{}", person.id);
    let (chain, who) = (CHAIN, person.login.as_str());
    let deed = Deed { chain, at, person: Some(person.id.0), who, action, subject: &subject, detail };
    audit::write(tx, deed).await
}
