//! Screens of inspections. Clauses N2.1, N5.3.

mod api;
mod exceptions_api;
mod finding;
mod findings;
mod holdings;
mod holdings_api;
mod panel;
mod plans;
mod plans_api;
mod report;
mod rules;
mod runs;
mod snapshot;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;

use super::commands::{JUDGES, REPORTERS, STARTERS};
pub use findings::rule_name;

/// Who sees findings and runs.
const SEES: Access = Access::Roles(&Role::TRADE);
const JUDGE: Access = Access::Roles(JUDGES);
const START: Access = Access::Roles(STARTERS);
const REPORT: Access = Access::Roles(REPORTERS);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("findings.html", include_str!("../templates/findings.html")),
    ("finding.html", include_str!("../templates/finding.html")),
    ("judge.html", include_str!("../templates/judge.html")),
    ("report.html", include_str!("../templates/report.html")),
    ("runs.html", include_str!("../templates/runs.html")),
    ("run.html", include_str!("../templates/run.html")),
    ("plans.html", include_str!("../templates/plans.html")),
    ("plan.html", include_str!("../templates/plan.html")),
    ("rules.html", include_str!("../templates/rules.html")),
    ("exceptions.html", include_str!("../templates/exceptions.html")),
    ("columns.html", include_str!("../templates/columns.html")),
    ("links.html", include_str!("../templates/links.html")),
    ("site_inspections.html", include_str!("../templates/site_inspections.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem { group: "监管", title: "问题线索", path: "/findings", access: SEES },
    NavItem { group: "监管", title: "栏目更新", path: "/columns", access: SEES },
    NavItem { group: "监管", title: "外部链接", path: "/links", access: SEES },
    NavItem { group: "监管", title: "巡检记录", path: "/runs", access: SEES },
    NavItem { group: "监管", title: "巡检计划", path: "/plans", access: SEES },
    NavItem { group: "监管", title: "规则", path: "/rules", access: SEES },
    NavItem { group: "监管", title: "例外", path: "/exceptions", access: SEES },
];

/// What these screens show on a site's page.
pub const PANELS: &[Panel] = &[panel::PANEL];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/findings", SEES, findings::list)
        .files(["/findings.csv", "/findings.xlsx"], SEES, findings::file)
        .post("/findings/judge", JUDGE, findings::judge)
        .get("/findings/new", REPORT, report::new)
        .post("/findings/new", REPORT, report::add)
        .get("/findings/{id}", SEES, finding::show)
        .post("/findings/{id}", JUDGE, finding::judge)
        .get("/findings/{id}/page", SEES, snapshot::page)
        .get("/findings/{id}/picture", SEES, snapshot::picture)
        .get("/findings/{id}/record", SEES, snapshot::record)
        .get("/finding-reports/{id}/picture", SEES, snapshot::report_picture)
        .api(Method::GET, "/api/v1/findings", SEES, &api::FINDINGS, api::list_findings)
        .api(Method::GET, "/api/v1/findings/{id}", SEES, &api::SHOW_FINDING, api::show_finding)
        .api(Method::POST, "/api/v1/findings/{id}/judgement", JUDGE, &api::JUDGE, api::judge)
        .api(Method::GET, "/api/v1/runs", SEES, &api::RUNS, api::list_runs)
        .api(Method::GET, "/api/v1/runs/{id}", SEES, &api::SHOW_RUN, api::show_run)
        .api(Method::POST, "/api/v1/sites/{id}/runs", START, &api::START, api::start)
        .api(Method::POST, "/api/v1/findings", REPORT, &api::REPORT, api::report)
        .api(Method::POST, "/api/v1/runs/{id}/pause", START, &api::PAUSE, api::pause)
        .api(Method::POST, "/api/v1/runs/{id}/resume", START, &api::RESUME, api::resume)
        .api(Method::POST, "/api/v1/runs/{id}/cancel", START, &api::CANCEL, api::cancel)
        .api(Method::GET, "/api/v1/plans", SEES, &plans_api::LIST, plans_api::list)
        .api(Method::POST, "/api/v1/plans", JUDGE, &plans_api::ADD, plans_api::add)
        .api(Method::GET, "/api/v1/plans/{id}", SEES, &plans_api::SHOW, plans_api::show)
        .api(Method::PATCH, "/api/v1/plans/{id}", JUDGE, &plans_api::CHANGE, plans_api::change)
        .api(Method::DELETE, "/api/v1/plans/{id}", JUDGE, &plans_api::DELETE, plans_api::delete)
        .api(Method::POST, "/api/v1/plans/{id}/start", JUDGE, &plans_api::START, plans_api::start)
        .api(Method::GET, "/api/v1/exceptions", SEES, &exceptions_api::LIST, exceptions_api::list)
        .api(Method::POST, "/api/v1/exceptions", JUDGE, &exceptions_api::ADD, exceptions_api::add)
        .api(Method::POST, "/api/v1/exceptions/{id}/end", JUDGE, &exceptions_api::END, exceptions_api::end)
        .get("/runs", SEES, runs::list)
        .files(["/runs.csv", "/runs.xlsx"], SEES, runs::list_file)
        .get("/runs/{id}", SEES, runs::show)
        .post("/runs/{id}/pause", START, runs::pause)
        .post("/runs/{id}/resume", START, runs::resume)
        .post("/runs/{id}/cancel", START, runs::cancel)
        .get("/runs/{id}/files/{*name}", SEES, runs::file)
        .post("/sites/{id}/inspect", START, runs::start)
        .get("/columns", SEES, holdings::columns)
        .files(["/columns.csv", "/columns.xlsx"], SEES, holdings::columns_file)
        .api(Method::GET, "/api/v1/columns", SEES, &holdings_api::COLUMNS, holdings_api::columns)
        .api(Method::GET, "/api/v1/links", SEES, &holdings_api::LINKS, holdings_api::links)
        .get("/links", SEES, holdings::links)
        .files(["/links.csv", "/links.xlsx"], SEES, holdings::links_file)
        .get("/plans", SEES, plans::list)
        .files(["/plans.csv", "/plans.xlsx"], SEES, plans::file)
        .get("/plans/new", JUDGE, plans::new)
        .post("/plans/new", JUDGE, plans::add)
        .get("/plans/{id}", JUDGE, plans::edit)
        .post("/plans/{id}", JUDGE, plans::change)
        .post("/plans/{id}/start", JUDGE, plans::start)
        .post("/plans/{id}/delete", JUDGE, plans::delete)
        .get("/rules", SEES, rules::list)
        .files(["/rules.csv", "/rules.xlsx"], SEES, rules::file)
        .get("/exceptions", SEES, rules::exceptions)
        .files(["/exceptions.csv", "/exceptions.xlsx"], SEES, rules::exceptions_file)
        .post("/exceptions", JUDGE, rules::add_exception)
        .post("/exceptions/{id}/end", JUDGE, rules::end_exception)
}
