//! Availability (可用性): visits of home pages, incidents, the weekly judgement. Clauses N2.1, N5.2.
//!
//! Reads a home page and nothing else; what stands on it is judged by inspections.

pub mod commands;
pub mod entity;
pub mod model;
pub mod rounds;
pub mod store;
pub mod web;

use std::sync::Arc;

use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes, SiteId};
use platform::Error;
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Means;

pub use rounds::tick;

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
pub fn jobs(cx: &Cx, means: &Arc<Means>, handlers: &mut Handlers) {
    #[derive(Deserialize)]
    struct Args {
        site: SiteId,
    }
    let (cx, means) = (cx.clone(), Arc::clone(means));
    handlers.add(rounds::VISIT_SITE, move |args| {
        let (cx, means) = (cx.clone(), Arc::clone(&means));
        async move {
            let args: Args = serde_json::from_value(args).map_err(|error| error.to_string())?;
            rounds::visit_one(&cx, &means, args.site).await.map_err(|error| error.to_string())
        }
    });
}

/// Forgets visits and request counts past their time, and tells of certificates and domains that end soon.
pub async fn hourly(cx: &Cx) -> Result<(), Error> {
    let (now, tx) = (cx.now(), cx.write().await?);
    store::prune(&tx, now).await?;
    tx.commit().await?;
    commands::tell_ends(cx).await.map(|_| ())
}

/// What goes on in the background.
pub fn background(cx: &Cx, means: &Arc<Means>, stop: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    rounds::start(cx, means, stop, tasks);
}
