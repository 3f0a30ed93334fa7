//! Exceptions for a rule on a site or a unit: with a reason and an end. Clause N5.3.

use checks::registry;
use chrono::TimeDelta;
use ledger::identity::store as people;
use ledger::registry::meant;
use ledger::{Actor, Cx, UnitId};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults};
use sea_orm::Set;

use super::decide::LONGEST_EXCEPTION_DAYS;
use super::{JUDGES, note};
use crate::inspection::entity::finding_exception;
use crate::inspection::store::exceptions;

/// An exception as a form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ExceptionForm {
    pub unit: String,
    /// One site's name, code or address; empty for all of the unit.
    pub site: String,
    pub rule: String,
    pub prefix: String,
    pub days: String,
    pub reason: String,
}

/// Adds an exception. It takes hold when a site is next inspected.
pub async fn add(cx: &Cx, actor: &Actor, form: &ExceptionForm) -> Result<Result<i64, Faults>, Failure> {
    let scope = actor.scope(JUDGES);
    let tx = cx.write().await?;
    let mut faults = Faults::default();
    let site = match form.site.trim() {
        "" => None,
        words => meant::site(&*tx, &scope, words).await?.map_err(|words| faults.field("site", words)).ok(),
    };
    let unit = match form.unit.parse().ok().map(UnitId) {
        Some(id) => people::unit_in(&*tx, &scope, id).await?,
        None => None,
    };
    let path = site.as_ref().map(|site| site.unit_path.clone()).or(unit.map(|unit| unit.path));
    if path.is_none() {
        faults.field("unit", "请选择您管辖范围内的单位，或者填写一个网站。");
    }
    if registry::rule(&form.rule).is_none() {
        faults.field("rule", "请选择规则。");
    }
    let prefix = text(&form.prefix, "网址开头", 500).unwrap_or_else(|words| {
        faults.field("prefix", words);
        String::new()
    });
    let reason = required(&form.reason, "理由", 500).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    let days: i64 = form.days.trim().parse().unwrap_or(0);
    if !(1..=LONGEST_EXCEPTION_DAYS).contains(&days) {
        faults.field("days", format!("有效天数应为 1 到 {LONGEST_EXCEPTION_DAYS} 的整数。"));
    }
    let Some(path) = path.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
    let now = cx.now();
    let row = finding_exception::ActiveModel {
        unit_path: Set(path),
        site_id: Set(site.map(|site| site.id)),
        rule: Set(form.rule.clone()),
        prefix: Set(prefix),
        until: Set(now + TimeDelta::days(days)),
        reason: Set(reason.clone()),
        who: Set(actor.name.clone()),
        at: Set(now),
        ended_at: Set(None),
        ..Default::default()
    };
    let id = exceptions::add(&tx, row).await?.id;
    let detail = format!("{}，{days} 天，{reason}", form.rule);
    note(&tx, actor, now, "exception.added", format!("exception/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Ends an exception before its time.
pub async fn end(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let tx = cx.write().await?;
    let one = exceptions::one_in(&*tx, &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    if one.ended_at.is_none() {
        exceptions::end(&tx, id, cx.now()).await?;
        note(&tx, actor, cx.now(), "exception.ended", format!("exception/{id}"), &one.rule).await?;
        tx.commit().await?;
    }
    Ok(())
}
