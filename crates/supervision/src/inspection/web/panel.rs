//! What inspections show on a site's page: its findings in numbers, columns, the gravest findings, runs. Clauses N2.1, N2.2.

use ledger::registry::entity::site;
use ledger::web::{Panel, PanelView};
use ledger::{Actor, Cx, Scope};
use platform::clock::Instant;
use platform::web::Pager;
use serde::Serialize;

use super::findings::RowView as FindingRow;
use super::holdings::{ColumnView, column};
use super::runs::RowView as RunRow;
use crate::inspection::commands::{JUDGES, REPORTERS, STARTERS};
use crate::inspection::store::{findings, holdings, runs, standing};

/// Columns, runs and findings shown; the lists behind them show all.
const COLUMNS: u64 = 30;
const RUNS: u64 = 5;
const FINDINGS: u64 = 20;

#[derive(Serialize)]
struct View {
    site: i64,
    inspected: bool,
    last_run: Option<i64>,
    last_run_at: Option<Instant>,
    pages: i32,
    levels: Vec<(&'static str, &'static str, i32)>,
    unjudged: i32,
    columns_total: i32,
    stale_total: i32,
    columns: Vec<ColumnView>,
    links: u64,
    link_hosts: u64,
    faulty_links: u64,
    findings: Vec<FindingRow>,
    runs: Vec<RunRow>,
    may_start: bool,
    may_report: bool,
    may_plan: bool,
}

/// The panel.
pub const PANEL: Panel = Panel { template: "site_inspections.html", view };

fn view<'a>(cx: &'a Cx, actor: &'a Actor, site: &'a site::Model) -> PanelView<'a> {
    Box::pin(async move {
        let db = cx.db.read();
        // The page has the site in scope already.
        let here = Scope::of(vec![site.unit_path.clone()]);
        let numbers = standing::of_site(db, site).await?;
        let held = holdings::Filter { site: Some(site.id), ..Default::default() };
        let columns = holdings::columns(db, &here, &held, COLUMNS).await?;
        let (links, link_hosts, faulty_links) = holdings::link_numbers(db, site.id).await?;
        let filter = findings::Filter { site: Some(site.id), ..Default::default() };
        let (rows, _) = findings::findings(db, &here, &filter, Pager::asked(None, Some(FINDINGS))).await?;
        let of_site = runs::Filter { site: Some(site.id), ..Default::default() };
        let runs = runs::newest(db, &here, &of_site, RUNS).await?;
        let levels = numbers.as_ref().map_or([0; 4], |n| [n.veto, n.fault, n.warning, n.notice]);
        let names = base::Level::GRAVEST_FIRST.map(|level| (level.code(), level.label()));
        let view = View {
            site: site.id.0,
            inspected: numbers.as_ref().is_some_and(|n| n.last_run.is_some()),
            last_run: numbers.as_ref().and_then(|n| n.last_run.map(|run| run.0)),
            last_run_at: numbers.as_ref().and_then(|n| n.last_run_at),
            pages: numbers.as_ref().map_or(0, |n| n.pages),
            levels: names.iter().zip(levels).map(|((code, label), n)| (*code, *label, n)).collect(),
            unjudged: numbers.as_ref().map_or(0, |n| n.unjudged),
            columns_total: numbers.as_ref().map_or(0, |n| n.columns),
            stale_total: numbers.as_ref().map_or(0, |n| n.stale_columns),
            columns: columns.into_iter().map(column).collect(),
            links,
            link_hosts,
            faulty_links,
            findings: rows.into_iter().map(super::findings::row).collect(),
            runs: runs.into_iter().map(super::runs::row).collect(),
            may_start: actor.scope(STARTERS).covers(&site.unit_path),
            may_plan: actor.scope(JUDGES).covers(&site.unit_path),
            may_report: actor.scope(REPORTERS).covers(&site.unit_path),
        };
        Ok(Panel::shown(view))
    })
}
