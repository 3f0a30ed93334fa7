//! The overview on screen; each number leads to the rows behind it. Clauses N2.7, N5.1.

use axum::extract::State;
use axum::response::Response;
use base::Level;
use ledger::identity::entity::unit;
use ledger::identity::model::Role;
use ledger::identity::store as people;
use ledger::registry::store as sites;
use ledger::web::{NavItem, Screen};
use ledger::{Access, Actor, Cx, Routes};
use platform::clock::beijing;
use platform::web::Failure;
use platform::web::pages::Template;
use serde::Serialize;

use super::chart::trend;
use super::model::{Numbers, Shade, by_unit, places, shade, short, sum};
use crate::inspection::store::standing;
use crate::monitor::model::{Standing, beijing_day};
use crate::monitor::store as monitor;

/// Days of the trend.
const TREND_DAYS: i64 = 30;
/// Units of the ranking.
const RANKED: usize = 50;
/// Sites with the most failed visits of the week.
const WORST: u64 = 8;

const SEES: Access = Access::Roles(&Role::TRADE);

/// The templates of this screen.
pub const TEMPLATES: &[Template] = &[("overview.html", include_str!("templates/overview.html"))];

/// Its line in the side bar.
pub const NAV: &[NavItem] = &[NavItem { group: "监管", title: "总览", path: "/overview", access: SEES }];

/// Its route.
pub fn routes() -> Routes {
    Routes::default().get("/overview", SEES, show)
}

#[derive(Serialize)]
struct View {
    states: Vec<(&'static str, &'static str, u64)>,
    sites: u64,
    up: i64,
    down: i64,
    worst: Vec<WorstView>,
    incomplete: u64,
    levels: Vec<(&'static str, &'static str, i64)>,
    unjudged: i64,
    inspected: i64,
    stale_columns: i64,
    trend: String,
    days: Vec<DayView>,
    units: Vec<UnitView>,
    tiles: Vec<UnitView>,
    columns: u8,
}

#[derive(Serialize)]
struct WorstView {
    id: i64,
    name: String,
    visits: i64,
    failed: i64,
}

#[derive(Serialize)]
struct DayView {
    day: String,
    veto: i64,
    fault: i64,
    warning: i64,
}

#[derive(Clone, Serialize)]
struct UnitView {
    id: i64,
    name: String,
    short: String,
    sites: i64,
    inspected: i64,
    veto: i64,
    fault: i64,
    warning: i64,
    unjudged: i64,
    a_site: String,
    order: i64,
    shade: &'static str,
    shade_name: &'static str,
    column: u8,
    row: u8,
}

async fn show(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let (db, scope) = (cx.db.read(), actor.sees());
    let counts = sites::counts(db, &scope).await?;
    let by_path = sites::counts_by_unit(db, &scope).await?;
    let standings = standing::of_scope(db, &scope).await?;
    let mut numbers: Vec<(&str, Numbers)> = standings
        .iter()
        .map(|one| {
            let wide = i64::from;
            let numbers = Numbers {
                sites: 0,
                inspected: i64::from(one.last_run.is_some()),
                veto: wide(one.veto),
                fault: wide(one.fault),
                warning: wide(one.warning),
                notice: wide(one.notice),
                unjudged: wide(one.unjudged),
                stale_columns: wide(one.stale_columns),
            };
            (one.unit_path.as_str(), numbers)
        })
        .collect();
    numbers.extend(
        by_path.iter().map(|(path, sites)| (path.as_str(), Numbers { sites: *sites, ..Numbers::default() })),
    );
    let total = sum(numbers.iter().map(|(_, numbers)| numbers));
    let units = people::units(db, &scope).await?;
    let below = below(&units);
    let views = unit_views(&below, &numbers);
    let mut ranked = views.clone();
    ranked.retain(|unit| unit.sites > 0);
    ranked.sort_by_key(|unit| (std::cmp::Reverse(unit.order), unit.id));
    ranked.truncate(RANKED);
    let from = (beijing(cx.now()).date_naive() - chrono::Days::new(TREND_DAYS.unsigned_abs())).to_string();
    let days = standing::days(db, &scope, &from).await?;
    let standing_now = monitor::standings(db, &scope).await?;
    let worst = monitor::worst(db, &scope, beijing_day(cx.now()) - 6, WORST).await?;
    let by_level = [total.veto, total.fault, total.warning, total.notice];
    let levels = Level::GRAVEST_FIRST.iter().zip(by_level);
    let view = View {
        sites: counts.states.iter().map(|(_, number)| number).sum(),
        states: counts.states.iter().map(|(state, number)| (state.word(), state.name(), *number)).collect(),
        incomplete: counts.incomplete,
        up: standing_now.get(Standing::Up.word()).copied().unwrap_or_default(),
        down: standing_now.get(Standing::Down.word()).copied().unwrap_or_default(),
        worst: worst
            .into_iter()
            .map(|one| WorstView {
                id: one.site_id.0,
                name: one.name,
                visits: one.visits,
                failed: one.failed,
            })
            .collect(),
        levels: levels.map(|(level, number)| (level.code(), level.label(), number)).collect(),
        unjudged: total.unjudged,
        inspected: total.inspected,
        stale_columns: total.stale_columns,
        trend: trend(&days),
        days: days
            .into_iter()
            .map(|day| DayView { day: day.day, veto: day.veto, fault: day.fault, warning: day.warning })
            .collect(),
        columns: views.iter().map(|unit| unit.column).max().unwrap_or(1),
        tiles: views,
        units: ranked,
    };
    let help = "管辖范围内的网站现在怎么样：状态、问题、走势，以及下级单位的比较。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "总览",
        section: "/overview",
        clause: "N2.7、N5.1",
        help,
    };
    Ok(screen.show("overview.html", view)?)
}

/// The units that are compared: those directly below the highest in scope.
fn below(units: &[unit::Model]) -> Vec<&unit::Model> {
    let depth = |unit: &unit::Model| unit.path.matches('/').count();
    let Some(top) = units.iter().map(depth).min() else { return Vec::new() };
    let next: Vec<&unit::Model> =
        units.iter().filter(|unit| depth(unit) == top + 1 && unit.closed_at.is_none()).collect();
    // Whoever answers for units without any below compares these.
    if next.is_empty() { units.iter().filter(|unit| depth(unit) == top).collect() } else { next }
}

fn unit_views(below: &[&unit::Model], numbers: &[(&str, Numbers)]) -> Vec<UnitView> {
    let paths: Vec<&str> = below.iter().map(|unit| unit.path.as_str()).collect();
    let divisions: Vec<&str> = below.iter().map(|unit| unit.division.as_str()).collect();
    let sums = by_unit(&paths, numbers);
    let views = below.iter().zip(places(&divisions)).map(|(unit, (column, row))| {
        let numbers = sums.get(unit.path.as_str()).copied().unwrap_or_default();
        let (shade, shade_name) = match shade(&numbers) {
            Shade::Unknown => ("unknown", "尚未巡检"),
            Shade::Good => ("good", "没有扣分问题"),
            Shade::Faults => ("faults", "有扣分问题"),
            Shade::Vetoes => ("vetoes", "有单项否决问题"),
        };
        let order = numbers.grave_a_site();
        UnitView {
            id: unit.id.0,
            name: unit.name.clone(),
            short: short(&unit.name),
            sites: numbers.sites,
            inspected: numbers.inspected,
            veto: numbers.veto,
            fault: numbers.fault,
            warning: numbers.warning,
            unjudged: numbers.unjudged,
            a_site: format!("{}.{:02}", order / 100, order % 100),
            order,
            shade,
            shade_name,
            column,
            row,
        }
    });
    views.collect()
}
