//! Availability (可用性): visits of home pages, incidents, the weekly judgement. Clauses N2.1, N5.2.
//!
//! Reads a home page and nothing else; what stands on it is judged by inspections.

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
