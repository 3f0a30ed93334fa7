//! Sessions: who is behind a secret, ending one's own or another's. Clause N4.7.

use platform::web::{Failure, Refusal};
use platform::{Error, Secret};

use super::note;
use crate::identity::entity::person;
use crate::identity::model::{self, Role, Way};
use crate::identity::store::{self, Which};
use crate::ids::SessionId;
use crate::{Actor, Cx, PersonId};

/// How stale the note of a session's last use may be: not every request writes.
const TOUCH_EVERY: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// The actor behind a session's secret; `None` if it has ended or its person is disabled.
pub async fn actor(cx: &Cx, secret: &Secret) -> Result<Option<Actor>, Error> {
    let now = cx.now();
    let db = cx.db.read();
    let Some(session) = store::live_session_unscoped(db, &secret.digest().to_string(), now).await? else {
        return Ok(None);
    };
    let person = store::person_unscoped(db, session.person_id).await?.filter(|p| p.disabled_at.is_none());
    let Some(person) = person else {
        return Ok(None);
    };
    if now - session.seen_at > TOUCH_EVERY {
        let tx = cx.write().await?;
        store::touch_session(&tx, session.id, now, model::session_end(session.begun_at, now)).await?;
        tx.commit().await?;
    }
    Ok(Some(of_person(cx, person, session.id, session.way).await?))
}

/// A person as he acts now: with his grants, and with what he owes after coming in this way.
pub(crate) async fn of_person(
    cx: &Cx,
    person: person::Model,
    session: SessionId,
    way: Way,
) -> Result<Actor, Error> {
    let (db, now) = (cx.db.read(), cx.now());
    let unit = store::unit_unscoped(db, person.unit_id).await?;
    let grants = store::grants_unscoped(db, &[person.id]).await?.remove(&person.id).unwrap_or_default();
    let roles: Vec<Role> = grants.iter().map(|grant| grant.role).collect();
    let account = model::Account {
        password_set: person.password_set_at,
        roles: &roles,
        has_second_factor: person.totp_secret.is_some(),
        way,
    };
    Ok(Actor {
        person: person.id,
        must: model::owed(&account, cx.settings.second_factor, now),
        login: person.login,
        name: person.name,
        unit: person.unit_id,
        unit_name: unit.map(|unit| unit.name).unwrap_or_default(),
        grants,
        session,
    })
}

/// Logs out here.
pub async fn log_out(cx: &Cx, actor: &Actor) -> Result<(), Failure> {
    end(cx, actor, actor.person, Which::One(actor.session), "login.out").await.map(|_| ())
}

/// Ends one of one's own sessions, or all others.
pub async fn end_own(cx: &Cx, actor: &Actor, one: Option<SessionId>) -> Result<u64, Failure> {
    let which = one.map_or(Which::AllBut(actor.session), Which::One);
    end(cx, actor, actor.person, which, "session.ended").await
}

/// Ends all sessions of a person in the security administrator's scope.
pub async fn end_all_of(cx: &Cx, actor: &Actor, person: PersonId) -> Result<u64, Failure> {
    let scope = actor.scope(&[Role::SecurityAdministrator]);
    if store::person_in(cx.db.read(), &scope, person).await?.is_none() {
        return Err(Refusal::new("没有这个人，或者不在您的管辖范围内。").into());
    }
    end(cx, actor, person, Which::All, "session.ended").await
}

async fn end(cx: &Cx, actor: &Actor, person: PersonId, which: Which, action: &str) -> Result<u64, Failure> {
    let tx = cx.write().await?;
    let ended = store::end_sessions(&tx, person, which).await?;
    note(&tx, actor, cx.now(), action, &format!("person/{person}"), &format!("{ended}")).await?;
    tx.commit().await?;
    Ok(ended)
}
