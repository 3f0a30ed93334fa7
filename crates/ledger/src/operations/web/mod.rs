//! Screens of the system's running, for system administrators. Clause N4.7.

mod jobs;

use platform::web::pages::Template;

use crate::identity::model::Role;
use crate::web::NavItem;
use crate::{Access, Routes};

const WHO: Access = Access::Roles(&[Role::SystemAdministrator]);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[("jobs.html", include_str!("../templates/jobs.html"))];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[NavItem { group: "管理", title: "后台任务", path: "/jobs", access: WHO }];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/jobs", WHO, jobs::list)
        .files(["/jobs.csv", "/jobs.xlsx"], WHO, jobs::file)
        .post("/jobs/{id}/revive", WHO, jobs::revive)
        .post("/jobs/{id}/discard", WHO, jobs::discard)
}
