//! Reading (读网): duty reading, patrol reading, leaders' reading. Clauses N1.6, N5.3, N5.7.
//!
//! ```text
//!   planned ─▶ reading ─▶ done
//!      │          │
//!      └──────────┴─ the day is over ─▶ missed ─▶ reading (made up late)
//!   planned, reading, missed ── called off, with a reason
//! ```
//!
//! A roster says who reads on which day; each duty is an obligation of its day. What is read is chosen by risk and then by
//! chance, and seen as it stands this minute. A fault that a reader marks is a finding like a machine's. This slice confirms
//! no finding and issues no ticket.

pub mod commands;
pub mod entity;
pub mod model;
mod shelf;
pub mod store;
mod web;

use std::sync::Arc;

use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes};
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;

use crate::Means;

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
    let (cx, means) = (cx.clone(), Arc::clone(means));
    handlers.add(commands::lists::JOB, move |_| {
        let (cx, means) = (cx.clone(), Arc::clone(&means));
        async move {
            let made = commands::lists::of_today(&cx, &means).await;
            made.map(|_| ()).map_err(|error| error.to_string())
        }
    });
}

/// What is tidied each hour.
pub async fn hourly(cx: &Cx) -> Result<(), platform::Error> {
    shelf::tidy(cx).await
}
