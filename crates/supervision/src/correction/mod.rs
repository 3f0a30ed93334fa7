//! Citizens' corrections (网民找错): a public form for each site, a receipt, who passes it on and who answers. Clauses N2.3,
//! N5.3, N5.6.
//!
//! ```text
//!   received ─▶ transferred ─▶ answered
//!      │  ▲         │
//!      │  └ return ─┘
//!      └─▶ refused
//! ```
//!
//! Passing on and answering are obligations. Whoever corrects needs no login; what he sends is data, and his name and number
//! are shown to nobody but those who handle it. This slice judges no finding and fetches no page.

mod challenge;
pub mod commands;
pub mod entity;
pub mod model;
mod picture;
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
