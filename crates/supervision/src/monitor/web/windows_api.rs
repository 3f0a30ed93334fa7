//! Maintenance windows as JSON, and a visit at once: the same commands as the screen. Clauses N2.1, N5.2.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::api::{Paged, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::registry::store as sites;
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::commands::{self, WindowForm};
use crate::monitor::entity::maintenance;
use crate::monitor::store;

/// Windows of a site that are listed, the latest first.
const MOST: u64 = 1_000;

static WINDOW: Schema = Schema {
    name: "MaintenanceWindow",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("from", Shape::Time, "开始"),
        Property::new("until", Shape::Time, "结束"),
        Property::new("reason", Shape::Text, "原因"),
        Property::new("who", Shape::Text, "登记人"),
        Property::maybe("ended_at", Shape::Time, "提前结束或取消的时间"),
    ],
};
static WINDOW_INPUT: Schema = Schema {
    name: "MaintenanceInput",
    properties: &[
        Property::new("from", Shape::Time, "开始"),
        Property::new("until", Shape::Time, "结束，最长 30 天"),
        Property::new("reason", Shape::Text, "原因"),
    ],
};
static QUEUED: Schema = Schema {
    name: "VisitQueued",
    properties: &[Property::new("queued", Shape::Flag, "是否新安排了一次；false 为已有一次在等待")],
};

const BASE: Spec = Spec::of("可用性", &WINDOW);
pub(super) static LIST: Spec =
    Spec { summary: "一个网站的计划维护，晚的在前", lists: true, ..BASE };
pub(super) static ADD: Spec =
    Spec {
        summary: "登记计划维护，期间的失败不计", body: Some(&WINDOW_INPUT), status: 201, ..BASE
    };
pub(super) static END: Spec = Spec { summary: "提前结束或取消一次计划维护", ..BASE };
pub(super) static VISIT: Spec =
    Spec { summary: "立即访问一个网站的首页", answer: Some(&QUEUED), status: 202, ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    site: i64,
    from: Instant,
    until: Instant,
    reason: String,
    who: String,
    ended_at: Option<Instant>,
}

fn view(row: maintenance::Model) -> View {
    View {
        id: row.id,
        site: row.site_id.0,
        from: row.from_at,
        until: row.until_at,
        reason: row.reason,
        who: row.who,
        ended_at: row.ended_at,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Query(asked): Query<Paged>,
) -> Result<Response, Failure> {
    let site = sites::site_in(cx.db.read(), &actor.sees(), SiteId(id)).await?.ok_or(Failure::NotThere)?;
    let (shown, pager) = asked.of(store::windows_of(cx.db.read(), site.id, MOST).await?);
    let items = shown.into_iter().map(view).collect();
    Ok(listed(items, pager, &format!("/api/v1/sites/{id}/maintenance?")))
}

async fn one(cx: &Cx, actor: &Actor, id: i64) -> Result<Json<View>, Failure> {
    let found = store::window_in(cx.db.read(), &actor.sees(), id).await?;
    Ok(Json(view(found.ok_or(Failure::NotThere)?.0)))
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&WINDOW_INPUT, &WindowForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match commands::plan_window(&cx, &actor, SiteId(id), &form).await? {
        Ok(window) => Ok((StatusCode::CREATED, one(&cx, &actor, window).await?).into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn end(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::end_window(&cx, &actor, id).await?;
    Ok(one(&cx, &actor, id).await?.into_response())
}

pub(super) async fn visit(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let queued = commands::visit_now(&cx, &actor, SiteId(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "queued": queued }))).into_response())
}
