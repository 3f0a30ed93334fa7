//! Inspections (巡检) and what they find (问题线索). Clauses N2.1 to N2.6, N5.3.
//!
//! Runs the engine and keeps what people act on; pages and links of a run stay in its own file.

use std::sync::Arc;

use ledger::web::{NavItem, Panel};
use ledger::{Cx, Routes};
use platform::jobs::Handlers;
use platform::migrate::Step;
use platform::web::pages::Template;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Means;

/// The migrations of this slice.
pub fn steps() -> Vec<Step> {
    Vec::new()
}

/// The templates of this slice.
pub const TEMPLATES: &[Template] = &[];

/// The lines of this slice in the side bar.
pub const NAV: &[NavItem] = &[];

/// What this slice shows on a site's page.
pub const PANELS: &[Panel] = &[];

/// The routes of this slice.
pub fn routes() -> Routes {
    Routes::default()
}

/// The jobs of this slice.
pub fn jobs(_cx: &Cx, _means: &Arc<Means>, _handlers: &mut Handlers) {}

/// What goes on in the background.
pub fn background(_cx: &Cx, _means: &Arc<Means>, _stop: &watch::Receiver<bool>, _tasks: &mut JoinSet<()>) {}
