//! Suspension, reopening, closure (先行关停、恢复开放、关闭) of a site or of one of its columns. Clauses N2.8, N4.4.
//!
//! ```text
//!   proposed ─▶ notified ─▶ suspended ─▶ reported ─▶ reopened
//!      │           │          ▲  │  ▲        │
//!      └─ withdraw ┘          │  │  └ return ┘
//!                             │  └─ announce ─▶ announcing ─▶ closed
//!                             └──── keep ────────────┘
//! ```
//!
//! A proposal rests on the record; who reports that all is mended does not say himself that it is; a site is closed only
//! after its rectification has failed and its closure was announced for thirty days. What a web server shows meanwhile it
//! asks for; this slice reaches no website.

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
