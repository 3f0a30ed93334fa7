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

use ledger::Routes;
use ledger::web::{NavItem, Panel};
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

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}
