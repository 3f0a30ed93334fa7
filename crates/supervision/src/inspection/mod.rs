//! Inspections (巡检) and what they find (问题线索). Clauses N2.1 to N2.6, N5.3.
//!
//! Runs the engine and keeps what people act on; pages and links of a run stay in its own file.

pub mod commands;
pub mod entity;
pub mod model;
pub mod store;
pub mod tidy;
pub mod web;
mod work;

pub use entity::steps;
pub use web::{NAV, PANELS, TEMPLATES, routes};

use std::sync::Arc;

use ledger::Cx;
use platform::jobs::Handlers;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Means;
use crate::ids::RunId;

/// Inspections of one process at the same time: each has a run file, its writer and some 100 MB.
const RUNS_AT_ONCE: usize = 4;

/// The jobs of this slice.
pub fn jobs(cx: &Cx, means: &Arc<Means>, handlers: &mut Handlers) {
    let (cx, means) = (cx.clone(), Arc::clone(means));
    handlers.add_limited(commands::runs::JOB, RUNS_AT_ONCE, move |args| {
        let (cx, means) = (cx.clone(), Arc::clone(&means));
        async move {
            let run = args["run"].as_i64().ok_or_else(|| "任务里没有巡检的编号".to_owned())?;
            work::make(cx, means, RunId(run)).await
        }
    });
}

/// What goes on in the background: plans that are due, runs whose job was lost.
pub fn background(cx: &Cx, _means: &Arc<Means>, stop: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    tasks.spawn(tidy::watch(cx.clone(), stop.clone()));
}
