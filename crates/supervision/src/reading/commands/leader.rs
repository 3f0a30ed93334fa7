//! A leader has read a site: one tap, with a word perhaps. Clause N1.6.

use base::Level;
use ledger::registry::store as sites;
use ledger::{Actor, Cx, SiteId};
use platform::web::form::text;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::{LEADERS, note};
use crate::inspection::commands::sighting::{Sighting, sighted};
use crate::reading::entity::leader_reading;
use crate::reading::store;

/// A record as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct LeaderForm {
    pub words: String,
    /// Not empty: what he writes is a fault to be mended.
    pub is_fault: String,
}

/// Records that a leader has read a site. Returns whether a finding was made of his word.
pub async fn record(
    cx: &Cx,
    actor: &Actor,
    site: SiteId,
    form: &LeaderForm,
) -> Result<Result<bool, Faults>, Failure> {
    let mut faults = Faults::default();
    let words = text(&form.words, "批示或意见", 500).unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let is_fault = !form.is_fault.is_empty();
    if is_fault && words.is_empty() {
        faults.field("words", "请写明是什么问题。");
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    if !actor.has_any(LEADERS) {
        return Err(Refusal::forbidden("这里由领导记录自己读网。").into());
    }
    let site = sites::site_in(&*tx, &actor.scope(LEADERS), site).await?.ok_or(Failure::NotThere)?;
    let found = if is_fault {
        let seen = Sighting {
            who: format!("{}（领导读网）", actor.name),
            level: Level::Warning,
            page: site.home.clone(),
            words: words.clone(),
            ..Sighting::default()
        };
        Some(sighted(&tx, &site, seen, now).await?.0)
    } else {
        None
    };
    let row = leader_reading::ActiveModel {
        person_id: Set(actor.person),
        who: Set(actor.name.clone()),
        unit_id: Set(actor.unit),
        unit_path: Set(own_path(&tx, actor).await?),
        site_id: Set(site.id),
        at: Set(now),
        words: Set(words.clone()),
        finding_id: Set(found),
        ..Default::default()
    };
    store::add_leader(&tx, row).await?;
    note(&tx, actor, now, "reading.leader_read", &format!("site/{}", site.id), &words).await?;
    tx.commit().await?;
    Ok(Ok(found.is_some()))
}

async fn own_path(tx: &platform::Tx, actor: &Actor) -> Result<String, Failure> {
    let unit = ledger::identity::store::unit_unscoped(&**tx, actor.unit).await?;
    Ok(unit.map(|unit| unit.path).unwrap_or_default())
}
