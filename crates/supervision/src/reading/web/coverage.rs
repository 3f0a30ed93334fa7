//! How far each site has been read in the last month. Clauses N5.3, N5.7.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use ledger::identity::web::Units;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, Scope, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::reading::store::{self, Coverage};

/// Days that count.
pub(super) const DAYS: i64 = 30;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    unit: String,
    page: Option<u64>,
    rows: Option<u64>,
}

impl Asked {
    fn scope(&self, actor: &Actor, units: &Units) -> Scope {
        units.path(&self.unit).map_or_else(|| actor.sees(), |path| Scope::of(vec![path]))
    }

    fn query(&self) -> String {
        query(&[("unit", &self.unit)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    query: String,
    narrowed: bool,
    days: i64,
    rows: Vec<RowView>,
    pager: Pager,
    units: Vec<(i64, String)>,
}

#[derive(Serialize)]
pub(super) struct RowView {
    id: i64,
    name: String,
    unit: String,
    pages: Option<i32>,
    read: i64,
    /// Per cent of its pages.
    part: Option<i64>,
    last_read: Option<Instant>,
}

async fn views(cx: &Cx, units: &Units, rows: Vec<Coverage>) -> Result<Vec<RowView>, Failure> {
    let ids: Vec<SiteId> = rows.iter().map(|row| row.id).collect();
    let since = cx.now() - TimeDelta::days(DAYS);
    let mut read: HashMap<SiteId, i64> = HashMap::new();
    for part in ids.chunks(500) {
        read.extend(store::read_by_site(cx.db.read(), part, since).await?);
    }
    let view = |row: Coverage| {
        let read = read.get(&row.id).copied().unwrap_or(0);
        let pages = row.pages.filter(|pages| *pages > 0);
        RowView {
            id: row.id.0,
            name: row.name,
            unit: units.name(row.unit_id),
            part: pages.map(|pages| (read * 100 / i64::from(pages)).min(100)),
            pages,
            read,
            last_read: row.last_read,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = store::coverage(cx.db.read(), &asked.scope(&actor, &units), Some(pager), 0).await?;
    let view = View {
        query: asked.query(),
        narrowed: !asked.query().is_empty(),
        days: DAYS,
        rows: views(&cx, &units, rows).await?,
        pager,
        units: units.choices(),
        asked,
    };
    let help = "最久没有读过的网站排在前面，巡读时先轮到它们。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "读网覆盖",
        section: "/reading-coverage",
        clause: "N5.3、N5.7",
        help,
    };
    Ok(screen.show("reading_coverage.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let scope = asked.scope(&actor, &units);
    let (rows, _) = store::coverage(cx.db.read(), &scope, None, download::MOST_ROWS).await?;
    let headings = ["网站", "主办单位", "页面数", "30 天内读过的页面", "覆盖率（%）", "最近读网"];
    let rows = views(&cx, &units, rows).await?.into_iter().map(|one| {
        vec![
            one.name,
            one.unit,
            one.pages.map(|pages| pages.to_string()).unwrap_or_default(),
            one.read.to_string(),
            one.part.map(|part| part.to_string()).unwrap_or_default(),
            one.last_read.map(minute).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "读网覆盖", headings, rows: rows.collect() }).await
}
