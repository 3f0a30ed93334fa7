//! Screens of the calendar: everybody reads, system administrators keep it. Clauses N2.8, N4.7.

mod import;
mod year;

pub use year::today;

use platform::web::pages::Template;

use crate::identity::model::Role;
use crate::web::NavItem;
use crate::{Access, Routes};

const READS: Access = Access::Person;
const KEEPS: Access = Access::Roles(&[Role::SystemAdministrator]);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("calendar.html", include_str!("../templates/calendar.html")),
    ("calendar_import.html", include_str!("../templates/calendar_import.html")),
    ("calendar_preview.html", include_str!("../templates/calendar_preview.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] =
    &[NavItem { group: "个人", title: "工作日历", path: "/calendar", access: READS }];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/calendar", READS, year::show)
        .files(["/calendar.csv", "/calendar.xlsx"], READS, year::file)
        .post("/calendar/days", KEEPS, year::set)
        .post("/calendar/days/remove", KEEPS, year::remove)
        .get("/calendar-imports/new", KEEPS, import::new)
        .get("/calendar-template.xlsx", KEEPS, import::template)
        .post("/calendar-imports/new", KEEPS, import::hand_in)
        .get("/calendar-imports/{id}", KEEPS, import::preview)
        .post("/calendar-imports/{id}", KEEPS, import::apply)
}
