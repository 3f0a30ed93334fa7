//! Maintenance windows, the end of a domain, a visit at once. Clauses N2.1, N5.2.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};
use ledger::identity::model::Role;
use ledger::registry::entity::site;
use ledger::{Actor, Cx, SiteId};
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::jobs::{self, NewJob, Queue};
use platform::web::form::required;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::CHAIN;
use crate::monitor::entity::maintenance;
use crate::monitor::store;

/// Who plans maintenance: besides those who run the monitoring, the operator for the sites of his unit.
pub const PLANNERS: &[Role] = &[Role::Supervisor, Role::Inspector, Role::SiteOperator];
/// Who has sites visited at once.
pub const RUNNERS: &[Role] = &[Role::Supervisor, Role::Inspector];
/// The longest window: what lasts longer is a suspension, which the register knows.
const LONGEST: TimeDelta = TimeDelta::days(30);
/// Windows of a site that are open or to come; more are a mistake.
const MOST_WINDOWS: usize = 20;

/// A window as its form holds it, times as `2026-03-01T09:05` in Beijing, or with an offset as programs write them.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct WindowForm {
    pub from: String,
    pub until: String,
    pub reason: String,
}

/// The end of a domain as its form holds it, `2027-03-04`.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DomainForm {
    pub ends: String,
}

/// What a form's window says.
struct Window {
    from: Instant,
    until: Instant,
    reason: String,
}

/// A moment as a form writes it, in Beijing, or as a program does, by RFC 3339.
fn moment(text: &str) -> Option<Instant> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Some(at.to_utc());
    }
    let text = text.trim().replace('T', " ");
    let read = |form| NaiveDateTime::parse_from_str(&text, form).ok();
    let local = read("%Y-%m-%d %H:%M").or_else(|| read("%Y-%m-%d %H:%M:%S"))?;
    let eight_hours = FixedOffset::east_opt(8 * 3_600)?;
    let at: DateTime<FixedOffset> = local.and_local_timezone(eight_hours).single()?;
    Some(at.to_utc())
}

fn check(form: &WindowForm, now: Instant) -> Result<Window, Faults> {
    let mut faults = Faults::default();
    let mut time = |name, label, text: &str| {
        let at = moment(text);
        if at.is_none() {
            faults.field(name, format!("请按“2026-03-01 09:05”的样子填写{label}。"));
        }
        at
    };
    let (from, until) = (time("from", "开始时间", &form.from), time("until", "结束时间", &form.until));
    let reason = required(&form.reason, "维护原因", 200).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    if let (Some(from), Some(until)) = (from, until) {
        if until <= from {
            faults.field("until", "结束时间应在开始时间之后。");
        } else if until <= now {
            faults.field("until", "结束时间已经过去。计划维护要事先登记，已经发生的故障不能补登记为维护。");
        } else if until - from.max(now) > LONGEST {
            faults.field("until", "一次计划维护最长 30 天；需要更久的，请办理关停。");
        }
        if faults.is_empty() {
            // What has been seen stays as it was seen: a window begins now at the earliest.
            return Ok(Window { from: from.max(now), until, reason });
        }
    }
    Err(faults)
}

async fn write_down(
    tx: &platform::Tx,
    actor: &Actor,
    now: Instant,
    action: &str,
    site: SiteId,
    detail: &str,
) -> Result<(), Failure> {
    let subject = format!("site/{site}");
    let (person, who) = (Some(actor.person.0), actor.login.as_str());
    Ok(audit::write(tx, Deed { chain: CHAIN, at: now, person, who, action, subject: &subject, detail })
        .await?)
}

async fn site_of(
    tx: &platform::Tx,
    actor: &Actor,
    roles: &[Role],
    id: SiteId,
) -> Result<site::Model, Failure> {
    let found = ledger::registry::store::site_in(&**tx, &actor.scope(roles), id).await?;
    found.ok_or(Failure::NotThere)
}

/// Plans a maintenance window. Returns its number.
pub async fn plan_window(
    cx: &Cx,
    actor: &Actor,
    id: SiteId,
    form: &WindowForm,
) -> Result<Result<i64, Faults>, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let site = site_of(&tx, actor, PLANNERS, id).await?;
    let window = match check(form, now) {
        Ok(window) => window,
        Err(faults) => return Ok(Err(faults)),
    };
    let there = store::windows_unscoped(&*tx, vec![id], now).await?;
    if there.iter().filter(|window| window.ended_at.is_none()).count() >= MOST_WINDOWS {
        let mut faults = Faults::default();
        faults.whole(format!("这个网站已有 {MOST_WINDOWS} 个未结束的维护计划，请先取消不需要的。"));
        return Ok(Err(faults));
    }
    let detail =
        format!("{}：{} 至 {}，{}", site.name, minute(window.from), minute(window.until), window.reason);
    let new = maintenance::ActiveModel {
        site_id: Set(id),
        from_at: Set(window.from),
        until_at: Set(window.until),
        reason: Set(window.reason),
        who: Set(actor.name.clone()),
        created_at: Set(now),
        ended_at: Set(None),
        ..Default::default()
    };
    let window = store::add_window(&tx, new).await?.id;
    write_down(&tx, actor, now, "maintenance.planned", id, &detail).await?;
    tx.commit().await?;
    Ok(Ok(window))
}

/// Ends a window now, or calls it off. Returns its site.
pub async fn end_window(cx: &Cx, actor: &Actor, id: i64) -> Result<SiteId, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let found = store::window_in(&*tx, &actor.scope(PLANNERS), id).await?;
    let (window, site) = found.ok_or(Failure::NotThere)?;
    if window.ended_at.is_some() || window.until_at <= now {
        return Err(Refusal::new("这个维护计划已经结束。").into());
    }
    store::end_window(&tx, id, now).await?;
    write_down(&tx, actor, now, "maintenance.ended", site.id, &format!("{}：{}", site.name, window.reason))
        .await?;
    tx.commit().await?;
    Ok(site.id)
}

/// Notes the last day of a domain's registration; empty: unknown.
pub async fn keep_domain_end(
    cx: &Cx,
    actor: &Actor,
    id: SiteId,
    form: &DomainForm,
) -> Result<Result<(), Faults>, Failure> {
    let ends = form.ends.trim();
    if !ends.is_empty() && NaiveDate::parse_from_str(ends, "%Y-%m-%d").is_err() {
        let mut faults = Faults::default();
        faults.field("ends", "请按“2027-03-04”的样子填写日期。");
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let site = site_of(&tx, actor, PLANNERS, id).await?;
    if store::watched_unscoped(&*tx, id).await?.is_none() {
        return Err(Refusal::new("这个网站还没有开始监测，请稍后再试。").into());
    }
    store::save_domain_end(&tx, id, ends).await?;
    write_down(&tx, actor, now, "domain.noted", id, &format!("{}：{ends}", site.name)).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Has a site visited at once. `false` if such a visit waits already.
pub async fn visit_now(cx: &Cx, actor: &Actor, id: SiteId) -> Result<bool, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let site = site_of(&tx, actor, RUNNERS, id).await?;
    if site.state != ledger::registry::model::State::Open {
        return Err(Refusal::new("这个网站已关停或关闭，不再访问。").into());
    }
    let job = NewJob {
        kind: crate::monitor::rounds::VISIT_SITE,
        args: serde_json::json!({ "site": id.0 }),
        queue: Queue::Interactive,
        run_at: now,
        unique_key: Some(format!("visit-site/{id}")),
    };
    let queued = jobs::enqueue(&tx, job, now).await?.is_some();
    write_down(&tx, actor, now, "site.visited", id, &site.name).await?;
    tx.commit().await?;
    Ok(queued)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_beijing() {
        let at = |text: &str| moment(text).map(|at| at.to_rfc3339());
        assert_eq!(at("2026-03-01T09:05").as_deref(), Some("2026-03-01T01:05:00+00:00"));
        assert_eq!(at(" 2026-03-01 09:05:30 ").as_deref(), Some("2026-03-01T01:05:30+00:00"));
        assert_eq!(at("2026-03-01T01:05:00Z").as_deref(), Some("2026-03-01T01:05:00+00:00"));
        assert_eq!(at("2026-02-30T09:05"), None);
        assert_eq!(at(""), None);
    }

    #[test]
    fn a_window_lies_ahead_and_gives_a_reason() {
        let now = moment("2026-03-01T12:00").unwrap();
        let check = |from: &str, until: &str, reason: &str, wrong: &[&str]| {
            let form = WindowForm { from: from.into(), until: until.into(), reason: reason.into() };
            let faults = check(&form, now).err().unwrap_or_default();
            assert_eq!(faults.fields.into_keys().collect::<Vec<_>>(), wrong, "{from} {until}");
        };
        check("2026-03-01T13:00", "2026-03-01T14:00", "升级", &[]);
        check("2026-03-01T09:00", "2026-03-01T14:00", "升级", &[]);
        check("2026-03-01T13:00", "2026-03-01T13:00", "升级", &["until"]);
        check("2026-03-01T08:00", "2026-03-01T12:00", "升级", &["until"]);
        check("2026-03-01T13:00", "2026-04-01T14:00", "升级", &["until"]);
        check("", "x", "", &["from", "reason", "until"]);
        let form = WindowForm {
            from: "2026-03-01T09:00".into(),
            until: "2026-03-01T14:00".into(),
            reason: "x".into(),
        };
        assert_eq!(super::check(&form, now).map(|window| window.from), Ok(now));
    }
}
