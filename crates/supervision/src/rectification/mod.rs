//! Rectification tickets (整改单): from confirmed findings to a closing decision. Clauses N2.8, N5.3.
//!
//! ```text
//!   issued ─▶ received ─▶ fixing ─▶ fixed ─▶ rechecking ─▶ closed
//!      │          │          ▲        │  ▲        │
//!      │          │          ├ return ┘  └ away ──┤
//!      └──────────┴─ dispute │                    │
//!                      │     └── still found ─────┘
//!                   disputed ── rejected ─▶ fixing
//!                      └─────── upheld ───▶ called off
//! ```
//!
//! A ticket is closed only by a recheck that no longer finds the fault, or by a named person's reasoned decision, who is not
//! the one who mended it. Its time runs on the clock of obligations. This slice never fetches pages.

pub mod commands;
pub mod entity;
pub mod model;
pub mod store;
mod web;

use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes};
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;

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

/// The jobs of this slice.
pub fn jobs(cx: &Cx, handlers: &mut Handlers) {
    let cx = cx.clone();
    handlers.add(commands::letter::JOB, move |args| {
        let cx = cx.clone();
        async move {
            let (letter, why) = (args["letter"].as_i64().unwrap_or_default(), args["why"].as_str());
            commands::letter::deliver(&cx, letter, why.unwrap_or_default()).await
        }
    });
}

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}
