//! How long alerts wait for an answer, and how long they are kept. Clauses N2.1, N5.2.
//!
//! One setting for the whole system. What is removed is over and was told or given up; an open alert is never removed.

use chrono::TimeDelta;
use ledger::identity::model::Role;
use ledger::{Actor, Cx};
use platform::Error;
use platform::web::{Failure, Faults};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::handling::note;
use crate::alert::entity::settings;
use crate::alert::model::{KEEP_AT_LEAST, KEEP_AT_MOST, Patience};
use crate::alert::store;

/// Who keeps the settings.
pub const KEEPERS: &[Role] = &[Role::SystemAdministrator];
/// Alerts removed in one transaction: the write lock is held for some tens of milliseconds.
const BATCH: u64 = 500;
/// Transactions of one hour: a system that catches up on years does it within a day or two.
const BATCHES: usize = 100;

/// The settings as their form holds them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SettingsForm {
    pub veto: String,
    pub fault: String,
    pub warning: String,
    pub keep_days: String,
}

impl SettingsForm {
    /// The form of what holds.
    pub fn of(row: &settings::Model) -> SettingsForm {
        SettingsForm {
            veto: row.veto_minutes.to_string(),
            fault: row.fault_minutes.to_string(),
            warning: row.warning_minutes.to_string(),
            keep_days: row.keep_days.to_string(),
        }
    }
}

/// Keeps the settings. What waits already waits as long as the new ones say.
pub async fn save(cx: &Cx, actor: &Actor, form: &SettingsForm) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let mut number = |name: &'static str, label: &str, typed: &str, least: i32, most: i32| {
        let read = typed.trim().parse::<i32>().ok().filter(|number| (least..=most).contains(number));
        if read.is_none() {
            faults.field(name, format!("{label}应为 {least} 到 {most} 的整数。"));
        }
        read.unwrap_or(least)
    };
    let veto = number("veto", "严重的分钟数", &form.veto, 0, Patience::LONGEST);
    let fault = number("fault", "错误的分钟数", &form.fault, 0, Patience::LONGEST);
    let warning = number("warning", "警告的分钟数", &form.warning, 0, Patience::LONGEST);
    let keep_days = number("keep_days", "保留的天数", &form.keep_days, KEEP_AT_LEAST, KEEP_AT_MOST);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = settings::ActiveModel {
        veto_minutes: Set(veto),
        fault_minutes: Set(fault),
        warning_minutes: Set(warning),
        keep_days: Set(keep_days),
        changed_at: Set(Some(now)),
        ..Default::default()
    };
    store::set_settings(&tx, row).await?;
    let detail = format!("升级：严重 {veto}、错误 {fault}、警告 {warning} 分钟；保留 {keep_days} 天");
    note(&tx, actor, now, "alert_settings.changed", "alert_settings/1", &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Removes alerts and silences that have been over for longer than they are kept. Returns how many alerts went.
pub async fn hourly(cx: &Cx) -> Result<u64, Error> {
    let keep = store::settings(cx.db.read()).await?.keep_days;
    let before = cx.now() - TimeDelta::days(keep.into());
    let mut gone = 0;
    for _ in 0..BATCHES {
        let tx = cx.write().await?;
        let (alerts, silences) = store::prune(&tx, before, BATCH).await?;
        tx.commit().await?;
        gone += alerts;
        if alerts < BATCH && silences < BATCH {
            break;
        }
    }
    Ok(gone)
}
