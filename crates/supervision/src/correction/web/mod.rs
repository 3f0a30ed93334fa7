//! Screens of corrections: the public form, receipt and answers; the list and one correction for offices. Clauses N2.3, N5.3.

mod api;
mod list;
mod panel;
mod public;
mod show;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;

use super::commands::ANSWERERS;

/// Who sees corrections.
const SEES: Access = Access::Roles(&Role::TRADE);
/// Who does anything with one; what, the command decides.
const ACTS: Access = Access::Roles(ANSWERERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("correction_send.html", include_str!("../templates/correction_send.html")),
    ("correction_sent.html", include_str!("../templates/correction_sent.html")),
    ("correction_progress.html", include_str!("../templates/correction_progress.html")),
    ("correction_answers.html", include_str!("../templates/correction_answers.html")),
    ("corrections.html", include_str!("../templates/corrections.html")),
    ("correction.html", include_str!("../templates/correction.html")),
    ("correction_panel.html", include_str!("../templates/correction_panel.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] =
    &[NavItem { group: "督办", title: "网民找错", path: "/corrections", access: SEES }];

/// What these screens show on a site's page.
pub const PANELS: &[Panel] = &[panel::PANEL];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/public/corrections/new", Access::Public, public::new)
        .post("/public/corrections/new", Access::Public, public::send)
        .get("/public/corrections/sent", Access::Public, public::sent)
        .get("/public/corrections", Access::Public, public::answers)
        .get("/public/corrections/progress", Access::Public, public::progress)
        .post("/public/corrections/progress", Access::Public, public::ask)
        .post("/public/corrections/rating", Access::Public, public::rate)
        .get("/corrections", SEES, list::list)
        .files(["/corrections.csv", "/corrections.xlsx"], SEES, list::file)
        .get("/corrections/{id}", SEES, show::show)
        .post("/corrections/{id}", ACTS, show::act)
        .get("/corrections/{id}/file", SEES, show::file)
        .api(Method::GET, "/api/v1/corrections", SEES, &api::LIST, api::list)
        .api(Method::GET, "/api/v1/corrections/{id}", SEES, &api::SHOW, api::show)
        .api(Method::POST, "/api/v1/corrections/{id}/deeds", ACTS, &api::ACT, api::act)
}
