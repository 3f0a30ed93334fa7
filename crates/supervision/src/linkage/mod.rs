//! The ledger of links (链接审批台账): which targets outside a site may link to, who asked, who approved, until when.
//! Clauses N2.4, N5.6.
//!
//! ```text
//!   applied ──▶ approved ──▶ revoked
//!      └──────▶ refused
//! ```
//!
//! An approval holds for a unit and those below it, or for one site. Every run holds the links of its site against it, and
//! each week the target is looked at by itself.

mod api;
mod commands;
pub mod entity;
pub mod links;
mod look;
pub mod model;
pub mod renewal;
pub mod store;
pub mod watch;
mod web;

pub use commands::{DECIDERS, KEEPERS};

use std::sync::Arc;

use ledger::web::NavItem;
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

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}

/// The jobs of this slice.
pub fn jobs(cx: &Cx, means: &Arc<Means>, handlers: &mut Handlers) {
    let (cx, means) = (cx.clone(), Arc::clone(means));
    handlers.add(watch::JOB, move |args| {
        let (cx, means) = (cx.clone(), Arc::clone(&means));
        async move {
            let id = args["approval"].as_i64().unwrap_or_default();
            watch::look(&cx, &means, id).await.map_err(|error| error.to_string())
        }
    });
}
