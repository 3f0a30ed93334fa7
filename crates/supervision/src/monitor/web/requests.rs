//! How many requests were made to each host of a site: what its owner may know of us. Clauses N2.1, N2.5.
//!
//! Counted at the gates that every kind of check passes, so that nothing is left out; written down each minute.

use ledger::identity::web::Units;
use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use crawl::Gates;
use ledger::registry::entity::site;
use ledger::web::{Screen, download, encode};
use ledger::{Actor, Cx};
use platform::clock::beijing;
use platform::table::Export;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::monitor::model::{beijing_day, day_start};
use crate::monitor::store;

/// Days that the screen shows, today included.
const DAYS: i32 = 7;

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    unit: String,
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    /// Heading of each day, today first.
    days: Vec<String>,
    rows: Vec<Row>,
    pager: Pager,
    query: String,
    units: Vec<(i64, String)>,
}

#[derive(Serialize)]
struct Row {
    site: i64,
    name: String,
    unit: String,
    host: String,
    /// Requests of each day, today first.
    requests: Vec<i64>,
}

/// The hosts of a site as gates are named: that of its home page, and the other host names it has.
fn hosts(site: &site::Model) -> Vec<String> {
    let home = Url::parse(&site.home).ok();
    let others = site.hosts.lines().map(str::trim).filter(|line| !line.is_empty());
    let others = others.filter_map(|host| Url::parse(&format!("http://{host}/")).ok());
    let mut hosts: Vec<String> = home.into_iter().chain(others).filter_map(|url| Gates::name(&url)).collect();
    let mut seen = std::collections::HashSet::new();
    hosts.retain(|host| seen.insert(host.clone()));
    hosts
}

async fn rows(cx: &Cx, units: &Units, sites: &[site::Model]) -> Result<Vec<Row>, Failure> {
    let today = beijing_day(cx.now());
    let all: Vec<String> = sites.iter().flat_map(hosts).collect();
    let found = store::requests_to(cx.db.read(), &all, today - DAYS + 1, today).await?;
    let found: HashMap<(&str, i32), i64> =
        found.iter().map(|row| ((row.host.as_str(), row.day), row.requests)).collect();
    let names = units.names();
    let of_site = |site: &site::Model| -> Vec<Row> {
        let row = |host: String| Row {
            site: site.id.0,
            name: site.name.clone(),
            unit: names.get(&site.unit_id).copied().unwrap_or_default().to_owned(),
            requests: (0..DAYS)
                .map(|ago| found.get(&(host.as_str(), today - ago)).copied().unwrap_or_default())
                .collect(),
            host,
        };
        hosts(site).into_iter().map(row).collect()
    };
    Ok(sites.iter().flat_map(of_site).collect())
}

fn days(cx: &Cx) -> Vec<String> {
    let today = beijing_day(cx.now());
    let name = |ago| match ago {
        0 => "今天".to_owned(),
        ago => beijing(day_start(today - ago)).format("%m-%d").to_string(),
    };
    (0..DAYS).map(name).collect()
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let (words, unit) = (asked.q.trim(), units.path(&asked.unit));
    let pager = Pager::asked(asked.page, asked.rows);
    let found = store::sites_asked(cx.db.read(), &actor.sees(), words, unit.as_deref(), Some(pager)).await?;
    let given = [("q", &asked.q), ("unit", &asked.unit)].into_iter().filter(|(_, value)| !value.is_empty());
    let view = View {
        narrowed: !words.is_empty() || unit.is_some(),
        days: days(&cx),
        rows: rows(&cx, &units, &found.0).await?,
        pager: found.1.unwrap_or(pager),
        query: given.map(|(name, value)| format!("{name}={}&", encode(value))).collect(),
        units: units.choices(),
        asked,
    };
    let help = "本系统每天向每台主机发出多少次请求：拨测、巡检、复查合在一起计数，每分钟记一次。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "访问次数",
        section: "/requests",
        clause: "N2.1、N2.5",
        help,
    };
    Ok(screen.show("requests.html", view)?)
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    let unit = units.path(&asked.unit);
    let (sites, _) =
        store::sites_asked(cx.db.read(), &actor.sees(), asked.q.trim(), unit.as_deref(), None).await?;
    let cells = |row: Row| {
        let mut cells = vec![row.name, row.unit, row.host];
        cells.extend(row.requests.iter().map(i64::to_string));
        cells
    };
    let mut headings = ["网站", "主办单位", "主机"].map(str::to_owned).to_vec();
    headings.extend(days(cx));
    let rows = rows(cx, &units, &sites).await?.into_iter().map(cells).collect();
    Ok(Export { title: "访问次数", headings, rows })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}
