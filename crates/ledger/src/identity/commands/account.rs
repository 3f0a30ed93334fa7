//! One's own account: a new password, a phone as second factor. Clause N4.7.

use platform::web::{Failure, Faults};
use platform::{Error, password, secret, totp};
use sea_orm::Set;

use super::{login, note};
use crate::identity::entity::person;
use crate::identity::store::{self, Which};
use crate::{Actor, Cx};

/// Sets a new password. All other sessions end: whoever stole the old one is out.
pub async fn change_password(
    cx: &Cx,
    actor: &Actor,
    old: &str,
    new: &str,
    again: &str,
) -> Result<Result<(), Faults>, Failure> {
    let Some(known) = store::person_unscoped(cx.db.read(), actor.person).await? else {
        return Err(Failure::NotThere);
    };
    let mut faults = Faults::default();
    if !login::fits(old.to_owned(), Some(known.password.clone())).await? {
        faults.field("old", "现在的密码不对。");
    }
    if let Err(weak) = password::judge(new, &known.login) {
        faults.field("new", weak.sentence());
    } else if new == old {
        faults.field("new", password::Weak::Same.sentence());
    }
    if new != again {
        faults.field("again", "两次输入的新密码不一样。");
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let hashed = hash(new.to_owned()).await?;
    let tx = cx.write().await?;
    let change = person::ActiveModel {
        id: Set(actor.person),
        password: Set(hashed),
        password_set_at: Set(Some(cx.now())),
        ..Default::default()
    };
    store::change_person(&tx, change).await?;
    store::end_sessions(&tx, actor.person, Which::AllBut(actor.session)).await?;
    note(&tx, actor, cx.now(), "password.changed", &format!("person/{}", actor.person), "").await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// A fresh secret for a phone, in hexadecimal for the form's hidden field. Nothing is stored before a code proves that
/// the phone has it.
pub fn new_phone_secret() -> String {
    secret::random::<{ totp::SECRET }>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Binds a phone, if `code` is the one that `secret` gives now.
pub async fn bind_phone(
    cx: &Cx,
    actor: &Actor,
    secret: &str,
    code: &str,
) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let seconds = cx.now().timestamp().max(0) as u64;
    let bytes = read_secret(secret);
    let Some((bytes, step)) = bytes.and_then(|bytes| {
        let step = totp::accept(&bytes, code, seconds, None)?;
        Some((bytes, step))
    }) else {
        faults.field("code", "动态码不对。请核对手机时间是否自动校准，并输入当前显示的 6 位数字。");
        return Ok(Err(faults));
    };
    let tx = cx.write().await?;
    let change = person::ActiveModel {
        id: Set(actor.person),
        totp_secret: Set(Some(bytes)),
        totp_step: Set(Some(step as i64)),
        ..Default::default()
    };
    store::change_person(&tx, change).await?;
    note(&tx, actor, cx.now(), "phone.bound", &format!("person/{}", actor.person), "").await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// The bytes of a secret in hexadecimal, if it is one of ours.
pub fn read_secret(text: &str) -> Option<Vec<u8>> {
    let is_ours = text.len() == totp::SECRET * 2 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_ours.then(|| {
        (0..text.len()).step_by(2).filter_map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
    })
}

/// Hashes a password off the async threads.
pub async fn hash(new: String) -> Result<String, Error> {
    let hashed = tokio::task::spawn_blocking(move || password::hash(&new)).await;
    hashed.map_err(|error| Error::Other(format!("password hash: {error}")))?
}
