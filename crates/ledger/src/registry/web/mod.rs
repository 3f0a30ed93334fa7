//! Screens of the register: list, site, form, import. Clauses N1.1, N4.1.

mod api;
mod export;
mod form;
mod import;
mod list;
mod show;

use axum::http::Method;

use platform::web::pages::Template;

use crate::identity::model::Role;
use crate::web::NavItem;
use crate::{Access, Routes};

/// Who sees the register.
const SEES: Access = Access::Roles(&Role::TRADE);
/// Who changes entries.
const KEEPS: Access = Access::Roles(super::commands::change::KEEPERS);
/// Who imports files.
const IMPORTS: Access = Access::Roles(&[Role::Supervisor]);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("sites.html", include_str!("../templates/sites.html")),
    ("site.html", include_str!("../templates/site.html")),
    ("site_form.html", include_str!("../templates/site_form.html")),
    ("site_import.html", include_str!("../templates/site_import.html")),
    ("site_preview.html", include_str!("../templates/site_preview.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[NavItem { group: "台账", title: "网站", path: "/sites", access: SEES }];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/sites", SEES, list::list)
        .files(["/sites.csv", "/sites.xlsx"], SEES, export::file)
        .get("/sites-template.xlsx", IMPORTS, export::template)
        .get("/sites/new", KEEPS, form::new)
        .post("/sites/new", KEEPS, form::add)
        .get("/sites/{id}", SEES, show::show)
        .get("/sites/{id}/edit", KEEPS, form::edit)
        .post("/sites/{id}/edit", KEEPS, form::change)
        .get("/site-imports/new", IMPORTS, import::new)
        .post("/site-imports/new", IMPORTS, import::hand_in)
        .get("/site-imports/{id}", IMPORTS, import::preview)
        .post("/site-imports/{id}", IMPORTS, import::apply)
        .api(Method::GET, "/api/v1/sites", SEES, &api::LIST, api::list)
        .api(Method::POST, "/api/v1/sites", KEEPS, &api::ADD, api::add)
        .api(Method::GET, "/api/v1/sites/{id}", SEES, &api::SHOW, api::show)
        .api(Method::PATCH, "/api/v1/sites/{id}", KEEPS, &api::CHANGE, api::change)
        .api(Method::GET, "/api/v1/sites/{id}/history", SEES, &api::HISTORY, api::history)
}
