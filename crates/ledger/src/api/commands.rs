//! Tokens: made, used, ended. Clause N4.7.
//!
//! A token never has more than its person has at the moment: a role that is taken from him is gone from his tokens, and
//! they rest while he is disabled or owes a new password.

use chrono::TimeDelta;
use platform::web::form::required;
use platform::web::{Failure, Faults, Refusal};
use platform::{Error, Secret};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::entity::token;
use super::{model, store};
use crate::identity::commands::{note, sessions};
use crate::identity::model::Role;
use crate::identity::oidc::store as oidc;
use crate::identity::store as people;
use crate::ids::SessionId;
use crate::{Actor, Cx};

/// How stale the note of a token's last use may be: not every request writes.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The actor behind a token's secret; `None` if it has ended or its person is disabled.
pub async fn actor(cx: &Cx, secret: &Secret) -> Result<Option<(token::Model, Actor)>, Error> {
    let (now, db) = (cx.now(), cx.db.read());
    let Some(token) = store::live_unscoped(db, &secret.digest().to_string(), now).await? else {
        return Ok(None);
    };
    let person = people::person_unscoped(db, token.person_id).await?.filter(|p| p.disabled_at.is_none());
    let Some(person) = person else { return Ok(None) };
    // No session stands behind it, and ids of sessions begin at 1.
    let way = oidc::way_of_unscoped(db, person.id).await?;
    let mut actor = sessions::of_person(cx, person, SessionId(0), way).await?;
    actor.grants.retain(|grant| token.roles.split(',').any(|word| word == grant.role.word()));
    if token.used_at.is_none_or(|used| now - used > TOUCH_EVERY) {
        let tx = cx.write().await?;
        store::touch(&tx, token.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some((token, actor)))
}

/// A token as its form holds it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TokenForm {
    pub name: String,
    pub days: String,
    pub roles: Vec<String>,
    pub writes: String,
}

/// Makes a token. Returns its text, which is shown this once.
pub async fn make(cx: &Cx, actor: &Actor, form: &TokenForm) -> Result<Result<String, Faults>, Failure> {
    if actor.must.is_some() {
        return Err(Refusal::forbidden("请先修改密码、绑定手机，再创建令牌。").into());
    }
    let mut faults = Faults::default();
    let name = required(&form.name, "令牌名称", 50).unwrap_or_else(|words| {
        faults.field("name", words);
        String::new()
    });
    let days = form.days.parse::<i64>().ok().filter(|days| model::DAYS.contains(days));
    if days.is_none() {
        faults.field("days", "请选择有效期。");
    }
    let roles: Vec<&str> = Role::ALL
        .iter()
        .filter(|role| actor.has_any(&[**role]) && form.roles.iter().any(|word| word == role.word()))
        .map(|role| role.word())
        .collect();
    if roles.is_empty() {
        faults.field("roles", "请至少勾选一个您担任的角色。");
    }
    let now = cx.now();
    let tx = cx.write().await?;
    if store::own(&*tx, actor.person, now).await?.len() >= model::MOST {
        faults.whole(format!("每人最多 {} 个令牌，请先停用不用的。", model::MOST));
    }
    let (Some(days), true) = (days, faults.is_empty()) else { return Ok(Err(faults)) };
    let secret = Secret::new();
    let writes = form.writes == "1";
    let detail = format!("{name}，{}，{days} 天{}", roles.join("、"), if writes { "，可写入" } else { "" });
    let new = token::ActiveModel {
        person_id: Set(actor.person),
        name: Set(name),
        digest: Set(secret.digest().to_string()),
        roles: Set(roles.join(",")),
        writes: Set(writes),
        made_at: Set(now),
        ends_at: Set(now + TimeDelta::days(days)),
        ..Default::default()
    };
    let id = store::add(&tx, new).await?.id;
    note(&tx, actor, now, "token.made", &format!("token/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(format!("{}{}", model::MARK, secret.reveal())))
}

/// Ends one of one's own tokens.
pub async fn end(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let now = cx.now();
    let tx = cx.write().await?;
    if !store::end(&tx, actor.person, id, now).await? {
        return Err(Failure::NotThere);
    }
    note(&tx, actor, now, "token.ended", &format!("token/{id}"), "").await?;
    tx.commit().await?;
    Ok(())
}
