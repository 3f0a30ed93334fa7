//! Exceptions as JSON: the same list and commands as the screen. Clause N5.3.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::api::{Paged, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::inspection::commands::exceptions::{self as commands, ExceptionForm};
use crate::inspection::entity::finding_exception;
use crate::inspection::store::exceptions;

static EXCEPTION: Schema = Schema {
    name: "Exception",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("rule", Shape::Text, "规则"),
        Property::maybe("site", Shape::Integer, "网站的编号；为空时是整个单位及下级"),
        Property::new("prefix", Shape::Text, "只对这样开头的网址；空为全部"),
        Property::new("until", Shape::Time, "有效至"),
        Property::new("reason", Shape::Text, "理由"),
        Property::new("who", Shape::Text, "登记人"),
        Property::new("at", Shape::Time, "登记时间"),
        Property::maybe("ended_at", Shape::Time, "提前结束的时间"),
        Property::new("holds", Shape::Flag, "现在是否有效"),
    ],
};
static EXCEPTION_INPUT: Schema = Schema {
    name: "ExceptionInput",
    properties: &[
        Property::new("rule", Shape::Text, "规则"),
        Property::new("unit", Shape::Integer, "单位的编号，包括下级；写了 site 时不用"),
        Property::new("site", Shape::Text, "一个网站的名称、标识码、网址或编号"),
        Property::new("prefix", Shape::Text, "只对这样开头的网址"),
        Property::new("days", Shape::Integer, "有效天数，1 到 366"),
        Property::new("reason", Shape::Text, "理由"),
    ],
};

const BASE: Spec = Spec::of("例外", &EXCEPTION);
pub(super) static LIST: Spec =
    Spec { summary: "管辖范围内的例外，到期晚的在前", lists: true, ..BASE };
pub(super) static ADD: Spec =
    Spec {
        summary: "登记例外，下次巡检时生效", body: Some(&EXCEPTION_INPUT), status: 201, ..BASE
    };
pub(super) static END: Spec = Spec { summary: "提前结束一个例外", ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    rule: String,
    site: Option<i64>,
    prefix: String,
    until: Instant,
    reason: String,
    who: String,
    at: Instant,
    ended_at: Option<Instant>,
    holds: bool,
}

fn view(row: finding_exception::Model, now: Instant) -> View {
    View {
        id: row.id,
        rule: row.rule,
        site: row.site_id.map(|site| site.0),
        prefix: row.prefix,
        until: row.until,
        reason: row.reason,
        who: row.who,
        at: row.at,
        ended_at: row.ended_at,
        holds: row.ended_at.is_none() && row.until > now,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Paged>,
) -> Result<Response, Failure> {
    let all = exceptions::list(cx.db.read(), &actor.sees()).await?;
    let (shown, pager) = asked.of(all);
    let items = shown.into_iter().map(|row| view(row, cx.now())).collect();
    Ok(listed(items, pager, "/api/v1/exceptions?"))
}

async fn one(cx: &Cx, actor: &Actor, id: i64) -> Result<Json<View>, Failure> {
    let row = exceptions::one_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    Ok(Json(view(row, cx.now())))
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&EXCEPTION_INPUT, &ExceptionForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match commands::add(&cx, &actor, &form).await? {
        Ok(id) => Ok((StatusCode::CREATED, one(&cx, &actor, id).await?).into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn end(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::end(&cx, &actor, id).await?;
    Ok(one(&cx, &actor, id).await?.into_response())
}
