//! The ledger of links (链接审批台账): which targets outside a site may link to, who asked, who approved, until when.
//! Clauses N2.4, N5.6.
//!
//! ```text
//!   applied ──▶ approved ──▶ revoked
//!      └──────▶ refused
//! ```
//!
//! An approval holds for a unit and those below it, or for one site. Every run holds the links of its site against it; this
//! slice never fetches a target itself.

mod commands;
pub mod entity;
pub mod model;
pub mod store;
mod web;

pub use commands::{DECIDERS, KEEPERS};

use ledger::Routes;
use ledger::web::NavItem;
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

/// The routes of this slice.
pub fn routes() -> Routes {
    web::routes()
}
