//! Alerts (告警): what is told to people at once, by e-mail, webhook and group robots. Clauses N2.1, N5.2.
//!
//! Other slices raise and clear alerts inside their own transactions; whether, when and where they are told is decided
//! here. It asks no website: it connects to the addresses that administrators enter, and to nothing else (ADR 0013).

pub mod commands;
pub mod entity;
pub mod message;
pub mod model;
pub mod send;
pub mod store;
mod web;

use std::sync::Arc;
use std::time::Duration;

use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes};
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

pub use commands::{Raise, clear, raise};
pub use model::Kind;

use crate::Means;

/// How often open alerts are looked at again, for escalation and ended silences: half of the smallest step that a
/// person can choose, a minute.
const TICK: Duration = Duration::from_secs(30);

/// The migrations of this slice.
pub fn steps() -> Vec<Step> {
    entity::steps()
}

/// The templates of this slice.
pub const TEMPLATES: &[Template] = web::TEMPLATES;

/// The lines of this slice in the side bar.
pub const NAV: &[NavItem] = web::NAV;

/// What this slice shows on a site's page.
pub const PANELS: &[Panel] = web::PANELS;

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}

/// The jobs of this slice.
pub fn jobs(cx: &Cx, _means: &Arc<Means>, handlers: &mut Handlers) {
    let cx = cx.clone();
    handlers.add(commands::deliver::JOB, move |args| commands::deliver::run(cx.clone(), args));
}

/// What is tidied each hour: alerts and silences that have been over for long.
pub async fn hourly(cx: &Cx) -> Result<(), platform::Error> {
    commands::settings::hourly(cx).await.map(|_| ())
}

/// What goes on in the background: the reconciler.
pub fn background(cx: &Cx, _means: &Arc<Means>, stop: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    let (cx, mut stop) = (cx.clone(), stop.clone());
    tasks.spawn(async move {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                changed = stop.changed() => {
                    if changed.is_err() || *stop.borrow() {
                        return;
                    }
                }
                _ = tick.tick() => {
                    if let Err(error) = commands::reconcile::tick(&cx).await {
                        warn!("open alerts were not looked at: {error}");
                    }
                }
            }
        }
    });
}
