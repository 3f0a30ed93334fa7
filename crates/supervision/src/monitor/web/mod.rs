//! Screens of availability: sites, one site, incidents, requests; the panel on a site's page. Clauses N2.1, N5.2.
//!
//! Screens read roll-ups, and single visits only of the last hours of one site.

mod api;
mod drawing;
mod incidents;
mod list;
mod panel;
mod requests;
mod show;
mod windows_api;

use axum::http::Method;
use ledger::identity::model::Role;
use ledger::web::{NavItem, Panel};
use ledger::{Access, Routes};
use platform::web::pages::Template;
use serde::Serialize;

use super::commands::{PLANNERS, RUNNERS};
use super::model::{Cell, Counts, Tone};

/// Who sees availability.
const SEES: Access = Access::Roles(&Role::TRADE);

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("availability.html", include_str!("../templates/availability.html")),
    ("availability_site.html", include_str!("../templates/availability_site.html")),
    ("availability_parts.html", include_str!("../templates/availability_parts.html")),
    ("availability_panel.html", include_str!("../templates/availability_panel.html")),
    ("incidents.html", include_str!("../templates/incidents.html")),
    ("requests.html", include_str!("../templates/requests.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] = &[
    NavItem { group: "监测", title: "可用性", path: "/availability", access: SEES },
    NavItem { group: "监测", title: "故障记录", path: "/incidents", access: SEES },
    NavItem { group: "监测", title: "访问次数", path: "/requests", access: SEES },
];

/// What these screens add to a site's page.
pub const PANELS: &[Panel] = &[Panel { template: "availability_panel.html", view: panel::view }];

/// The routes of these screens.
pub fn routes() -> Routes {
    const RUNS: Access = Access::Roles(RUNNERS);
    const PLANS: Access = Access::Roles(PLANNERS);
    Routes::default()
        .get("/availability", SEES, list::list)
        .files(["/availability.csv", "/availability.xlsx"], SEES, list::file)
        .get("/availability/{id}", SEES, show::show)
        .post("/availability/{id}/visit", RUNS, show::visit)
        .post("/availability/{id}/maintenance", PLANS, show::plan)
        .post("/availability/{id}/domain", PLANS, show::domain)
        .post("/maintenance/{id}/end", PLANS, show::end)
        .api(Method::GET, "/api/v1/availability", SEES, &api::STANDINGS_SPEC, api::standings)
        .api(Method::GET, "/api/v1/incidents", SEES, &api::INCIDENTS, api::incidents)
        .api(Method::GET, "/api/v1/sites/{id}/days", SEES, &api::DAYS, api::days)
        .api(Method::GET, "/api/v1/sites/{id}/visits", SEES, &api::VISITS, api::visits)
        .api(Method::GET, "/api/v1/sites/{id}/maintenance", SEES, &windows_api::LIST, windows_api::list)
        .api(Method::POST, "/api/v1/sites/{id}/maintenance", PLANS, &windows_api::ADD, windows_api::add)
        .api(Method::POST, "/api/v1/maintenance/{id}/end", PLANS, &windows_api::END, windows_api::end)
        .api(Method::POST, "/api/v1/sites/{id}/visit", RUNS, &windows_api::VISIT, windows_api::visit)
        .get("/incidents", SEES, incidents::list)
        .files(["/incidents.csv", "/incidents.xlsx"], SEES, incidents::file)
        .get("/requests", SEES, requests::list)
        .files(["/requests.csv", "/requests.xlsx"], SEES, requests::file)
}

/// One cell of a strip as a template sees it.
#[derive(Serialize)]
struct CellView {
    tone: Tone,
    /// What it shows, for a pointer and for the table beside the strip.
    label: String,
    state: &'static str,
    counts: CountsView,
}

/// Numbers of a span as a template sees them.
#[derive(Serialize)]
struct CountsView {
    visits: i64,
    failed: i64,
    slow: i64,
    planned: i64,
    unsure: i64,
    mean_ms: Option<i64>,
    max_ms: i64,
    share: Option<String>,
}

impl From<&Counts> for CountsView {
    fn from(counts: &Counts) -> CountsView {
        CountsView {
            visits: counts.visits,
            failed: counts.failed,
            slow: counts.slow,
            planned: counts.planned,
            unsure: counts.unsure,
            mean_ms: counts.mean_ms(),
            max_ms: counts.max_ms,
            share: counts.share(),
        }
    }
}

/// A strip with its text alternative.
#[derive(Serialize)]
struct Strip {
    title: String,
    /// The whole strip in one sentence, for those who hear it.
    told: String,
    /// Heading of the first column of its table.
    span: &'static str,
    cells: Vec<CellView>,
}

impl Strip {
    fn of(title: &str, span: &'static str, cells: &[Cell], label: impl Fn(i32) -> String) -> Strip {
        let all = cells.iter().fold(Counts::default(), |all, cell| all.and(cell.counts));
        let down = cells.iter().filter(|cell| cell.tone == Tone::Down).count();
        let share = all.share().unwrap_or_else(|| "没有数据".to_owned());
        let views = cells.iter().map(|cell| CellView {
            tone: cell.tone,
            label: label(cell.number),
            state: cell.tone.name(),
            counts: CountsView::from(&cell.counts),
        });
        Strip {
            title: title.to_owned(),
            told: format!(
                "{title}可用率 {share}；访问 {} 次，失败 {} 次，{down} 格有故障",
                all.visits, all.failed
            ),
            span,
            cells: views.collect(),
        }
    }
}

/// Milliseconds in the words of a screen.
fn milliseconds(ms: i64) -> String {
    if ms < 1_000 { format!("{ms} 毫秒") } else { format!("{}.{} 秒", ms / 1_000, ms % 1_000 / 100) }
}
