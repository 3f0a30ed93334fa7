//! Screens of suspensions: candidates, the list, one with its decision; what a web server and its visitors ask. Clauses N2.8,
//! N4.4.

mod api;
mod list;
mod list_api;
mod panel;
mod public;
mod show;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;

use super::commands::{DECIDERS, MENDERS};

/// Who sees suspensions.
const SEES: Access = Access::Roles(&Role::TRADE);
const DECIDES: Access = Access::Roles(DECIDERS);
/// Who does anything with one; what, the command decides.
const ACTS: Access = Access::Roles(MENDERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("suspensions.html", include_str!("../templates/suspensions.html")),
    ("suspension_candidates.html", include_str!("../templates/suspension_candidates.html")),
    ("suspension_propose.html", include_str!("../templates/suspension_propose.html")),
    ("suspension.html", include_str!("../templates/suspension.html")),
    ("suspension_notice.html", include_str!("../templates/suspension_notice.html")),
    ("suspension_panel.html", include_str!("../templates/suspension_panel.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] =
    &[NavItem { group: "督办", title: "关停与恢复", path: "/suspensions", access: SEES }];

/// What these screens show on a site's page.
pub const PANELS: &[Panel] = &[panel::PANEL];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/suspensions", SEES, list::list)
        .files(["/suspensions.csv", "/suspensions.xlsx"], SEES, list::file)
        .get("/suspensions/candidates", DECIDES, list::candidates)
        .get("/suspensions/new", DECIDES, list::new)
        .post("/suspensions/new", DECIDES, list::propose)
        .get("/suspensions/{id}", SEES, show::show)
        .post("/suspensions/{id}", ACTS, show::act)
        .get("/suspension-events/{id}/file", SEES, show::file)
        .get("/public/sites/{id}/notice", Access::Public, public::notice)
        .get("/public/sites/{id}/gate", Access::Public, public::gate)
        .api(Method::GET, "/api/v1/suspensions", SEES, &list_api::LIST, list_api::list)
        .api(Method::GET, "/api/v1/suspensions/{id}", SEES, &list_api::SHOW, list_api::show)
        .api(Method::GET, "/api/v1/sites/{id}/state", Access::Public, &api::STATE, api::state)
}
