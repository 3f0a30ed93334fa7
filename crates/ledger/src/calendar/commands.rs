//! Changing the calendar: one day, or a file with a preview. Clauses N2.8, N4.7.
//!
//! Nothing of a file is written before its preview was seen; rows that cannot be used are left out and told.

use base::workday::{Day, Exception};
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::table::{self, shortened};
use platform::web::{Failure, Faults, Refusal};
use platform::{Digest, Tx};
use sea_orm::{ConnectionTrait, Set};
use serde::{Deserialize, Serialize};

use super::entity::calendar_import;
use super::model::{self, Entry, Outcome};
use super::store;
use crate::obligation::commands::recount::calendar_changed;
use crate::operations::commands::CHAIN;
use crate::{Actor, Cx};

/// A day as a form holds it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DayForm {
    pub day: String,
    pub kind: String,
    pub name: String,
}

/// Writes one day down.
pub async fn set(cx: &Cx, actor: &Actor, form: &DayForm) -> Result<Result<Day, Faults>, Failure> {
    let mut faults = Faults::default();
    let (day, kind) = (Day::parse(&form.day), model::kind_of(&form.kind));
    if day.is_none() {
        faults.field("day", "请填写日期，如 2027-01-01。");
    }
    if kind.is_none() {
        faults.field("kind", "请选择放假或调休上班。");
    }
    let (Some(day), Some(kind)) = (day, kind) else { return Ok(Err(faults)) };
    let entry = Entry { day, kind, name: form.name.trim().to_owned() };
    if let Err((field, words)) = model::check(&entry) {
        faults.field(field, words);
        return Ok(Err(faults));
    }
    let tx = cx.write().await?;
    let detail = format!("{} {}", model::kind_name(kind), entry.name);
    store::put(&tx, std::slice::from_ref(&entry)).await?;
    calendar_changed(&tx, cx.now()).await?;
    note(&tx, actor, cx.now(), "calendar.set", &format!("calendar/{day}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(day))
}

/// Removes one day: it is again what its weekday says.
pub async fn remove(cx: &Cx, actor: &Actor, day: Day) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let Some(was) = store::remove(&tx, day).await? else { return Err(Failure::NotThere) };
    let detail = format!("{} {}", model::kind_name(Exception::from(was.kind)), was.name);
    calendar_changed(&tx, cx.now()).await?;
    note(&tx, actor, cx.now(), "calendar.removed", &format!("calendar/{day}"), &detail).await?;
    Ok(tx.commit().await?)
}

/// What a file would do.
pub struct Preview {
    pub import: calendar_import::Model,
    pub outcomes: Vec<Outcome>,
}

/// Takes a file in. Returns the id under which its preview is shown.
pub async fn hand_in(cx: &Cx, actor: &Actor, file_name: &str, bytes: Vec<u8>) -> Result<i64, Failure> {
    // What cannot be read at all is told at once and not kept.
    outcomes(cx.db.read(), &bytes).await?;
    let digest = cx.blobs.put(bytes).await?;
    let tx = cx.write().await?;
    let new = calendar_import::ActiveModel {
        person_id: Set(actor.person),
        at: Set(cx.now()),
        file_name: Set(shortened(file_name)),
        digest: Set(digest.to_string()),
        ..Default::default()
    };
    let import = store::add_import(&tx, new).await?;
    tx.commit().await?;
    Ok(import.id)
}

/// What a file that was handed in would do to the calendar as it is now.
pub async fn preview(cx: &Cx, actor: &Actor, id: i64) -> Result<Preview, Failure> {
    let (import, bytes) = file(cx, actor, id).await?;
    Ok(Preview { outcomes: outcomes(cx.db.read(), &bytes).await?, import })
}

/// Writes what the preview shows. Returns how many days were added and changed.
pub async fn apply(cx: &Cx, actor: &Actor, id: i64) -> Result<usize, Failure> {
    // Before the transaction: a slow store of files must not keep others from writing.
    let (import, bytes) = file(cx, actor, id).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let outcomes = outcomes(&*tx, &bytes).await?;
    if !store::close_import(&tx, id, now).await? {
        return Err(Refusal::new("这个文件已经写入过了，不会重复写入。需要再次导入请重新上传。").into());
    }
    let entries: Vec<Entry> = outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            Outcome::Add(entry) | Outcome::Change(entry) => Some(entry),
            Outcome::Same | Outcome::Faulty(_) => None,
        })
        .collect();
    store::put(&tx, &entries).await?;
    calendar_changed(&tx, now).await?;
    let detail = format!("{} {} 天", import.file_name, entries.len());
    note(&tx, actor, now, "calendar.imported", &format!("calendar_import/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(entries.len())
}

/// An import of the person himself, and the file as it was handed in.
async fn file(cx: &Cx, actor: &Actor, id: i64) -> Result<(calendar_import::Model, Vec<u8>), Failure> {
    let import = store::own_import(cx.db.read(), actor.person, id).await?.ok_or(Failure::NotThere)?;
    let digest = Digest::parse(&import.digest)
        .ok_or_else(|| platform::Error::Other("digest of an import".to_owned()))?;
    let bytes = cx.blobs.get(digest).await?;
    Ok((import, bytes))
}

async fn outcomes(db: &impl ConnectionTrait, bytes: &[u8]) -> Result<Vec<Outcome>, Failure> {
    let tables = table::tables(bytes, &model::known);
    let tables = tables.map_err(|fault| Refusal::new(format!("文件{}。", fault.told())))?;
    let there = store::days(db).await?;
    let mut refused = Refusal::new("文件里没有工作表。");
    for table in &tables {
        match model::plan(table, &there) {
            Ok(outcomes) => return Ok(outcomes),
            Err(words) => refused = Refusal::new(words),
        }
    }
    Err(refused.into())
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), sea_orm::DbErr> {
    let deed =
        Deed { chain: CHAIN, at, person: Some(actor.person.0), who: &actor.login, action, subject, detail };
    audit::write(tx, deed).await
}
