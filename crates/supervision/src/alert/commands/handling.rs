//! What people do with alerts: acknowledge them, silence them for a time, end a silence. Clauses N2.1, N5.2.

use chrono::{NaiveDateTime, TimeDelta};
use ledger::identity::model::Role;
use ledger::identity::store as people;
use ledger::registry::store as sites;
use ledger::{Actor, Cx, SiteId, UnitId};
use platform::Tx;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::web::form::required;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::CHAIN;
use crate::alert::entity::{alert, silence};
use crate::alert::model::{Kind, LONGEST_SILENCE};
use crate::alert::store;

/// Who acknowledges alerts; a leader reads them.
pub const ACTS: &[Role] = &[Role::Supervisor, Role::Inspector, Role::SiteOperator, Role::DutyReader];
/// Who decides that nobody is told.
pub const SILENCES: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// Alerts that one press of a button takes: a page of the list, at its longest.
pub const AT_ONCE: usize = 200;
/// Hours that a silence from the list may last.
pub const HOURS: [i64; 5] = [1, 4, 12, 24, 72];
/// Characters of a reason.
const REASON: usize = 200;
/// Beijing is eight hours ahead (see `platform::clock::beijing`).
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// Acknowledges alerts: from now on somebody has them in hand. Returns how many were not in anybody's before.
pub async fn acknowledge(cx: &Cx, actor: &Actor, ids: &[i64]) -> Result<usize, Failure> {
    let now = cx.now();
    let tx = cx.write().await?;
    let rows = chosen(&tx, actor, ACTS, ids).await?;
    let mut done = 0;
    for row in rows.iter().filter(|row| row.acknowledged_at.is_none() && row.cleared_at.is_none()) {
        let change = alert::ActiveModel {
            id: Set(row.id),
            acknowledged_at: Set(Some(now)),
            acknowledged_by: Set(actor.name.clone()),
            ..Default::default()
        };
        store::change_alert(&tx, change).await?;
        note(&tx, actor, now, "alert.acknowledged", &format!("alert/{}", row.id), &row.title).await?;
        done += 1;
    }
    tx.commit().await?;
    Ok(done)
}

/// Silences what these alerts are about: their site, or where there is none their unit, for their kind. Returns how many
/// silences were made.
pub async fn silence_alerts(
    cx: &Cx,
    actor: &Actor,
    ids: &[i64],
    hours: i64,
    reason: &str,
) -> Result<usize, Failure> {
    let reason = required(reason, "静默原因", REASON).map_err(Refusal::new)?;
    if !HOURS.contains(&hours) {
        return Err(Refusal::new("请选择静默多少小时。").into());
    }
    let now = cx.now();
    let tx = cx.write().await?;
    let rows = chosen(&tx, actor, SILENCES, ids).await?;
    let mut made: Vec<(String, Option<SiteId>, Kind)> = Vec::new();
    for row in rows {
        let about = (row.unit_path.clone(), row.site_id, row.kind);
        if made.contains(&about) {
            continue;
        }
        let new = silence::ActiveModel {
            unit_path: Set(row.unit_path),
            site_id: Set(row.site_id),
            kind: Set(Some(row.kind)),
            from_at: Set(now),
            to_at: Set(now + TimeDelta::hours(hours)),
            reason: Set(reason.clone()),
            who: Set(actor.name.clone()),
            made_at: Set(now),
            ..Default::default()
        };
        let id = store::add_silence(&tx, new).await?.id;
        let detail = format!("{}，{hours} 小时：{reason}", row.title);
        note(&tx, actor, now, "silence.added", &format!("silence/{id}"), &detail).await?;
        made.push(about);
    }
    tx.commit().await?;
    Ok(made.len())
}

async fn chosen(tx: &Tx, actor: &Actor, roles: &[Role], ids: &[i64]) -> Result<Vec<alert::Model>, Failure> {
    if ids.is_empty() {
        return Err(Refusal::new("请先勾选告警。").into());
    }
    if ids.len() > AT_ONCE {
        return Err(Refusal::new(format!("一次最多处理 {AT_ONCE} 条告警。")).into());
    }
    let rows = store::alerts_in(&**tx, &actor.scope(roles), ids).await?;
    if rows.is_empty() { Err(Failure::NotThere) } else { Ok(rows) }
}

/// A silence as its form holds it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SilenceForm {
    pub unit: String,
    /// A site's id; empty for all sites of the unit.
    pub site: String,
    pub kind: String,
    /// Beijing time as browsers send it: `2026-05-28T22:00`.
    pub from: String,
    pub to: String,
    pub reason: String,
}

/// Makes a silence.
pub async fn silence(cx: &Cx, actor: &Actor, form: &SilenceForm) -> Result<Result<i64, Faults>, Failure> {
    let (scope, now) = (actor.scope(SILENCES), cx.now());
    let mut faults = Faults::default();
    let tx = cx.write().await?;
    let (path, site) = match form.site.parse() {
        Ok(id) => {
            let site = sites::site_in(&*tx, &scope, SiteId(id)).await?.ok_or(Failure::NotThere)?;
            (site.unit_path, Some(site.id))
        }
        Err(_) => {
            let unit = match form.unit.parse() {
                Ok(id) => people::unit_in(&*tx, &scope, UnitId(id)).await?,
                Err(_) => None,
            };
            if unit.is_none() {
                faults.field("unit", "请选择您管辖范围内的单位。");
            }
            (unit.map(|unit| unit.path).unwrap_or_default(), None)
        }
    };
    let kind = Kind::of(&form.kind);
    let from = if form.from.trim().is_empty() { Some(now) } else { local(&form.from) };
    let to = local(&form.to);
    if from.is_none() {
        faults.field("from", "请填写开始时间，如 2026-05-28 22:00。");
    }
    match (from, to) {
        (_, None) => faults.field("to", "请填写结束时间，如 2026-05-29 06:00。"),
        (Some(from), Some(to)) if to <= from || to <= now => {
            faults.field("to", "结束时间应在开始时间和现在之后。")
        }
        (Some(from), Some(to)) if to - from > LONGEST_SILENCE => {
            faults.field("to", format!("一次静默最长 {} 天。", LONGEST_SILENCE.num_days()));
        }
        _ => {}
    }
    let reason = required(&form.reason, "静默原因", REASON).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    let (Some(from), Some(to), true) = (from, to, faults.is_empty()) else { return Ok(Err(faults)) };
    let new = silence::ActiveModel {
        unit_path: Set(path),
        site_id: Set(site),
        kind: Set(kind),
        from_at: Set(from),
        to_at: Set(to),
        reason: Set(reason.clone()),
        who: Set(actor.name.clone()),
        made_at: Set(now),
        ..Default::default()
    };
    let id = store::add_silence(&tx, new).await?.id;
    let detail = format!("{} 至 {}：{reason}", minute(from), minute(to));
    note(&tx, actor, now, "silence.added", &format!("silence/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Ends a silence now; what is still open is told at the next look.
pub async fn end_silence(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let now = cx.now();
    let tx = cx.write().await?;
    let found = store::silence_in(&*tx, &actor.scope(SILENCES), id).await?.ok_or(Failure::NotThere)?;
    if found.to_at <= now {
        return Err(Refusal::new("这次静默已经结束。").into());
    }
    store::end_silence(&tx, id, now).await?;
    note(&tx, actor, now, "silence.ended", &format!("silence/{id}"), &found.reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Beijing time as a form sends it.
fn local(text: &str) -> Option<Instant> {
    let text = text.trim().replace(' ', "T");
    let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"));
    Some(naive.ok()?.checked_sub_signed(AHEAD)?.and_utc())
}

/// Writes the audit line of an actor's deed.
pub(super) async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), platform::Error> {
    let deed =
        Deed { chain: CHAIN, at, person: Some(actor.person.0), who: &actor.login, action, subject, detail };
    Ok(audit::write(tx, deed).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_forms_are_beijing_time() {
        let at = |text: &str| local(text).map(|at| at.to_rfc3339());
        assert_eq!(at("2026-05-28T22:00").as_deref(), Some("2026-05-28T14:00:00+00:00"));
        assert_eq!(at(" 2026-05-28 07:30 ").as_deref(), Some("2026-05-27T23:30:00+00:00"));
        assert_eq!((at(""), at("2026-02-30T01:00"), at("明天")), (None, None, None));
    }
}
