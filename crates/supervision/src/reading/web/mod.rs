//! Screens of reading: duties, the page that is read, rosters, coverage, leaders, numbers. Clauses N1.6, N5.3, N5.7.

mod api;
mod coverage;
mod duties;
mod duty;
mod leader;
mod numbers;
mod panel;
mod read;
mod rosters;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;

use super::commands::{KEEPERS, LEADERS, READERS};

/// Who sees duties and rosters.
const SEES: Access = Access::Roles(&Role::TRADE);
const KEEPS: Access = Access::Roles(KEEPERS);
const READS: Access = Access::Roles(READERS);
const LEADS: Access = Access::Roles(LEADERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("duties.html", include_str!("../templates/duties.html")),
    ("duty.html", include_str!("../templates/duty.html")),
    ("reading_page.html", include_str!("../templates/reading_page.html")),
    ("reading_rosters.html", include_str!("../templates/reading_rosters.html")),
    ("reading_roster.html", include_str!("../templates/reading_roster.html")),
    ("reading_coverage.html", include_str!("../templates/reading_coverage.html")),
    ("leader_reading.html", include_str!("../templates/leader_reading.html")),
    ("reading_numbers.html", include_str!("../templates/reading_numbers.html")),
    ("reading_panel.html", include_str!("../templates/reading_panel.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem { group: "读网", title: "读网值班", path: "/duties", access: SEES },
    NavItem { group: "读网", title: "领导读网", path: "/leader-reading", access: SEES },
    NavItem { group: "读网", title: "值班表", path: "/reading-rosters", access: SEES },
    NavItem { group: "读网", title: "读网覆盖", path: "/reading-coverage", access: SEES },
    NavItem { group: "读网", title: "读网统计", path: "/reading-numbers", access: SEES },
];

/// What these screens show on a site's page.
pub const PANELS: &[Panel] = &[panel::PANEL];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/duties", SEES, duties::list)
        .files(["/duties.csv", "/duties.xlsx"], SEES, duties::file)
        .get("/duties/{id}", SEES, duty::show)
        .api(Method::GET, "/api/v1/duties", SEES, &api::LIST, api::list)
        .post("/duties/{id}/begin", READS, duty::begin)
        .post("/duties/{id}/finish", READS, duty::finish)
        .post("/duties/{id}/exchange", READS, duty::exchange)
        .post("/duties/{id}/call-off", KEEPS, duty::call_off)
        .post("/reading-exchanges/{id}", READS, duty::answer)
        .get("/reading-items/{id}", SEES, read::show)
        .post("/reading-items/{id}/open", READS, read::open)
        .post("/reading-items/{id}", READS, read::mark)
        .get("/reading-items/{id}/picture", SEES, read::picture)
        .get("/reading-rosters", SEES, rosters::list)
        .get("/reading-rosters/new", KEEPS, rosters::new)
        .post("/reading-rosters/new", KEEPS, rosters::add)
        .get("/reading-rosters/{id}", SEES, rosters::show)
        .post("/reading-rosters/{id}", KEEPS, rosters::change)
        .post("/reading-rosters/{id}/leave", READS, rosters::give_leave)
        .post("/reading-rosters/{id}/leave/{leave}/remove", READS, rosters::take_leave_back)
        .get("/reading-coverage", SEES, coverage::list)
        .files(["/reading-coverage.csv", "/reading-coverage.xlsx"], SEES, coverage::file)
        .get("/leader-reading", SEES, leader::list)
        .post("/leader-reading/{site}", LEADS, leader::record)
        .files(["/leader-reading.csv", "/leader-reading.xlsx"], SEES, leader::file)
        .get("/reading-numbers", SEES, numbers::list)
        .files(["/reading-numbers.csv", "/reading-numbers.xlsx"], SEES, numbers::file)
}
