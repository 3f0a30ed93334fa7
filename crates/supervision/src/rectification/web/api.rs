//! Tickets as JSON: the same list and commands as the screens. Clauses N2.8, N5.3.

use ledger::identity::web::Units;
use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::{Actor, Cx, ObligationId};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::ends;
use super::list::Asked;
use crate::ids::TicketId;
use crate::inspection::model::finding::level_of;
use crate::rectification::commands::handle::{self, DeedForm};
use crate::rectification::commands::issue::{self, IssueForm};
use crate::rectification::store::{self, Row};

const STATE_WORDS: &[&str] =
    &["issued", "received", "fixing", "fixed", "rechecking", "disputed", "closed", "called_off"];
const STATES: Shape = Shape::Word(STATE_WORDS);
const LEVELS: Shape = Shape::Word(&["veto", "fault", "warning", "notice"]);
const DEED_WORDS: &[&str] = &[
    "receive", "start", "fix", "dispute", "recheck", "close", "return", "uphold", "reject", "transfer",
    "call-off", "say",
];
const DEEDS: Shape = Shape::Word(DEED_WORDS);

static TICKET: Schema = Schema {
    name: "Ticket",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("title", Shape::Text, "整改单"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("unit", Shape::Integer, "责任单位的编号"),
        Property::new("level", LEVELS, "级别"),
        Property::new("state", STATES, "状态"),
        Property::new("issued_at", Shape::Time, "发出时间"),
        Property::maybe("due", Shape::Text, "截止日，如 2026-03-01"),
        Property::new("overdue", Shape::Flag, "是否超期"),
        Property::maybe("over_at", Shape::Time, "办结或撤销的时间"),
    ],
};
static ISSUE_INPUT: Schema = Schema {
    name: "Issue",
    properties: &[
        Property::new("findings", Shape::Texts, "线索的编号"),
        Property::new("by", Shape::Word(&["rule", "site"]), "同一网站的同一种问题一张，或同一网站一张"),
        Property::new("words", Shape::Text, "整改建议"),
        Property::new("limit", Shape::Integer, "工作日；不写按级别"),
    ],
};
static ISSUED: Schema = Schema {
    name: "Issued",
    properties: &[Property::new("tickets", Shape::Texts, "发出的整改单的编号")],
};
static DEED_INPUT: Schema = Schema {
    name: "TicketDeed",
    properties: &[
        Property::new("deed", DEEDS, "做什么"),
        Property::new("words", Shape::Text, "说明"),
        Property::new("unit", Shape::Integer, "转交给哪个单位"),
    ],
};

const BASE: Spec = Spec::of("整改单", &TICKET);
pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的整改单，新的在前",
    query: &[
        Param { name: "q", about: "标题和建议里的文字" },
        Param { name: "state", about: "状态；不写为没有办结的，all 为全部" },
        Param { name: "level", about: "级别" },
        Param { name: "unit", about: "责任单位的编号，包括下级" },
        Param { name: "site", about: "网站的编号" },
        Param { name: "finding", about: "线索的编号" },
    ],
    lists: true,
    ..BASE
};
pub(super) static SHOW: Spec = Spec { summary: "一张整改单", ..BASE };
pub(super) static ISSUE: Spec = Spec {
    summary: "把确认的线索发成整改单",
    body: Some(&ISSUE_INPUT),
    answer: Some(&ISSUED),
    status: 201,
    ..BASE
};
pub(super) static ACT: Spec =
    Spec { summary: "签收、整改、复查、办结等操作", body: Some(&DEED_INPUT), ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    title: String,
    site: i64,
    unit: i64,
    level: &'static str,
    state: &'static str,
    issued_at: Instant,
    due: Option<String>,
    overdue: bool,
    over_at: Option<Instant>,
}

fn view(row: &Row, ends: &HashMap<ObligationId, (String, bool)>) -> View {
    let (due, overdue) = row.obligation_id.and_then(|id| ends.get(&id).cloned()).unwrap_or_default();
    View {
        id: row.id.0,
        title: row.title.clone(),
        site: row.site_id.0,
        unit: row.unit_id.0,
        level: level_of(row.level).code(),
        state: row.state.word(),
        issued_at: row.issued_at,
        due: Some(due).filter(|due| !due.is_empty()),
        overdue,
        over_at: row.over_at,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::tickets(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let ends = ends(&cx, rows.iter().filter_map(|row| row.obligation_id).collect()).await?;
    let items = rows.iter().map(|row| view(row, &ends)).collect();
    Ok(listed(items, pager, &format!("/api/v1/tickets?{}", asked.query())))
}

async fn one(cx: &Cx, actor: &Actor, id: TicketId) -> Result<Json<View>, Failure> {
    let row = store::row_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let ends = ends(cx, row.obligation_id.into_iter().collect()).await?;
    Ok(Json(view(&row, &ends)))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    Ok(one(&cx, &actor, TicketId(id)).await?.into_response())
}

/// What is sent to issue tickets, as texts.
#[derive(Default, Serialize, serde::Deserialize)]
#[serde(default)]
struct Sent {
    findings: Vec<String>,
    by: String,
    words: String,
    limit: String,
}

pub(super) async fn issue(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let sent = match over(&ISSUE_INPUT, &Sent::default(), sent) {
        Ok(sent) => sent,
        Err(faults) => return Ok(invalid(&faults)),
    };
    let id = sent.findings.iter().filter_map(|id| id.trim().parse().ok()).collect();
    let form = IssueForm { id, by: sent.by, words: sent.words, limit: sent.limit };
    match issue::issue(&cx, &actor, &form).await? {
        Ok(issued) => {
            let ids: Vec<String> = issued.iter().map(TicketId::to_string).collect();
            Ok((StatusCode::CREATED, Json(json!({ "tickets": ids }))).into_response())
        }
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&DEED_INPUT, &DeedForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    store::one_in(cx.db.read(), &actor.sees(), TicketId(id)).await?.ok_or(Failure::NotThere)?;
    match handle::act(&cx, &actor, TicketId(id), &form, None).await? {
        Ok(_) => Ok(one(&cx, &actor, TicketId(id)).await?.into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rectification::commands::handle::Deed;
    use crate::rectification::model::State as Stands;

    #[test]
    fn the_description_names_every_state_and_deed() {
        assert_eq!(Stands::ALL.map(Stands::word), STATE_WORDS);
        assert_eq!(Deed::ALL.map(Deed::word), DEED_WORDS);
    }
}
