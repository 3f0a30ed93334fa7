//! Screens of tickets: the list, one ticket, issuing from findings; the same as JSON. Clauses N2.8, N5.3.

mod api;
mod issue;
mod letter;
mod list;
mod panel;
mod show;

use std::collections::HashMap;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Cx, ObligationId, Routes};
use platform::Error;
use platform::web::pages::Template;

use super::commands::{ISSUERS, OWERS};

/// Who sees tickets.
const SEES: Access = Access::Roles(&Role::TRADE);
const ISSUES: Access = Access::Roles(ISSUERS);
/// Who does anything with one; what, the command decides.
const ACTS: Access = Access::Roles(OWERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("tickets.html", include_str!("../templates/tickets.html")),
    ("ticket.html", include_str!("../templates/ticket.html")),
    ("ticket_issue.html", include_str!("../templates/ticket_issue.html")),
    ("ticket_letter.html", include_str!("../templates/ticket_letter.html")),
    ("tickets_panel.html", include_str!("../templates/tickets_panel.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] =
    &[NavItem { group: "督办", title: "整改单", path: "/tickets", access: SEES }];

/// What these screens show on a site's page.
pub const PANELS: &[Panel] = &[panel::PANEL];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/tickets", SEES, list::list)
        .files(["/tickets.csv", "/tickets.xlsx"], SEES, list::file)
        .post("/tickets/new", ISSUES, issue::draft)
        .post("/tickets", ISSUES, issue::issue)
        .get("/tickets/{id}", SEES, show::show)
        .post("/tickets/{id}", ACTS, show::act)
        .post("/tickets/deeds", ACTS, list::act)
        .post("/tickets/{id}/letters", ISSUES, letter::send)
        .post("/tickets/{id}/letters/{letter}/withdraw", ISSUES, letter::withdraw)
        .get("/public/tickets/{word}", Access::Public, letter::read)
        .post("/public/tickets/{word}", Access::Public, letter::act)
        .get("/ticket-events/{id}/file", SEES, show::file)
        .api(Method::GET, "/api/v1/tickets", SEES, &api::LIST, api::list)
        .api(Method::POST, "/api/v1/tickets", ISSUES, &api::ISSUE, api::issue)
        .api(Method::GET, "/api/v1/tickets/{id}", SEES, &api::SHOW, api::show)
        .api(Method::POST, "/api/v1/tickets/{id}/deeds", ACTS, &api::ACT, api::act)
}

/// Last days and whether time is up, by obligation.
async fn ends(cx: &Cx, ids: Vec<ObligationId>) -> Result<HashMap<ObligationId, (String, bool)>, Error> {
    use ledger::obligation::model::State;
    let now = cx.now();
    let rows = ledger::obligation::store::some_unscoped(cx.db.read(), &ids).await?;
    let ends = rows.into_iter().map(|row| {
        let overdue = row.state == State::Open && row.due_at.is_some_and(|due| due <= now);
        let due = row.due_on.map(|day| day.to_string()).unwrap_or_default();
        (row.id, (due, overdue))
    });
    Ok(ends.collect())
}
