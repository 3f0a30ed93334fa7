//! What inspections do by the clock: plans that are due, runs whose job is gone, numbers of the day, old folders.
//! Clause N2.1.
//!
//! Each step asks the database what is to be done, so it is exact after any stop.

use std::sync::Arc;
use std::time::Duration;

use ledger::Cx;
use platform::Error;
use platform::clock::beijing;
use platform::jobs;
use sea_orm::Set;
use tokio::sync::watch;

use super::commands::runs as commands;
use super::entity::run;
use super::model::run::RunState;
use super::store::{runs, standing};
use crate::Means;

/// How often plans are looked at.
const LOOK: Duration = Duration::from_secs(20);
/// Runs of a site whose report and run file are kept.
pub(super) const KEPT_RUNS: usize = 3;

/// Looks at plans and runs until stopped. A failure is told and tried again.
pub async fn watch(cx: Cx, mut stop: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = looks.tick() => {}
        }
        if let Err(error) = tick(&cx).await {
            tracing::warn!("plans were not looked at: {error:?}");
        }
    }
}

/// Starts plans that are due and closes runs that nobody makes any more.
pub async fn tick(cx: &Cx) -> Result<(), Error> {
    commands::start_due(cx).await?;
    close_lost(cx).await
}

/// A run that waits or runs without a job was given up by the worker: it has failed, and says why it did.
async fn close_lost(cx: &Cx) -> Result<(), Error> {
    let under_way = runs::under_way_unscoped(cx.db.read()).await?;
    if under_way.is_empty() {
        return Ok(());
    }
    let jobs = jobs::under_way(cx.db.read(), commands::JOB).await?;
    let has_job = |run: &run::Model| jobs.iter().any(|job| job.args["run"].as_i64() == Some(run.id.0));
    for run in under_way.iter().filter(|run| !has_job(run)) {
        let tx = cx.write().await?;
        let change = run::ActiveModel {
            id: Set(run.id),
            state: Set(RunState::Failed),
            ended_at: Set(Some(cx.now())),
            ..Default::default()
        };
        runs::change(&tx, change).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Keeps the numbers of the day and clears folders of old runs; called each hour.
pub async fn hourly(cx: &Cx, means: &Arc<Means>) -> Result<(), Error> {
    let tx = cx.write().await?;
    standing::keep_day_unscoped(&tx, &beijing(cx.now()).format("%Y-%m-%d").to_string()).await?;
    tx.commit().await?;
    for run in runs::to_clear_unscoped(cx.db.read(), KEPT_RUNS).await? {
        let folder = means.runs.join(run.id.to_string());
        let gone = tokio::task::spawn_blocking(move || match std::fs::remove_dir_all(&folder) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => Err(fault),
            _ => Ok(()),
        });
        if let Ok(Err(fault)) = gone.await {
            tracing::warn!(run = run.id.0, "a run's folder stays: {fault}");
            continue;
        }
        let tx = cx.write().await?;
        runs::change(&tx, run::ActiveModel { id: Set(run.id), has_folder: Set(false), ..Default::default() })
            .await?;
        tx.commit().await?;
    }
    Ok(())
}
