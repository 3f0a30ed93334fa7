//! Findings and runs as JSON. Clauses N2.1, N5.3.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;
use serde_json::{Map, Value};

use super::findings::Asked as FindingsAsked;
use super::runs::Asked as RunsAsked;
use crate::ids::{FindingId, RunId};
use crate::inspection::commands::JUDGES;
use crate::inspection::commands::decide::{self, JudgeForm};
use crate::inspection::commands::report::{self as reporting, ReportForm};
use crate::inspection::commands::runs as starting;
use crate::inspection::commands::sighting::OTHER;
use crate::inspection::model::finding::{Source, level_of};
use crate::inspection::model::plan::Reach;
use crate::inspection::model::run::Ask;
use crate::inspection::store::{findings, runs};

const STATES: Shape = Shape::Word(&["new", "confirmed", "false_alarm", "gone"]);
const LEVELS: Shape = Shape::Word(&["veto", "fault", "warning", "notice"]);

static FINDING: Schema = Schema {
    name: "Finding",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("site_name", Shape::Text, "网站"),
        Property::new("rule", Shape::Text, "规则"),
        Property::new("level", LEVELS, "级别"),
        Property::new("state", STATES, "状态"),
        Property::maybe("page", Shape::Text, "页面"),
        Property::maybe("target", Shape::Text, "目标网址"),
        Property::new("cause", Shape::Text, "说明"),
        Property::new("pages", Shape::Integer, "出现的页面数"),
        Property::new("sources", Shape::Texts, "来源"),
        Property::new("first_seen", Shape::Time, "首次发现"),
        Property::new("last_seen", Shape::Time, "最近发现"),
    ],
};
static JUDGEMENT: Schema = Schema {
    name: "Judgement",
    properties: &[
        Property::new("verdict", Shape::Word(&["confirmed", "false_alarm", "reopened"]), "判断"),
        Property::maybe("reason", Shape::Text, "误报的理由"),
        Property::maybe("days", Shape::Integer, "误报的有效天数，1 到 366"),
    ],
};
static REPORT_INPUT: Schema = Schema {
    name: "Report",
    properties: &[
        Property::new("site", Shape::Text, "网站的名称、标识码、网址或编号"),
        Property::new("page", Shape::Text, "在哪一页看到"),
        Property::new("target", Shape::Text, "有问题的网址，如打不开的链接"),
        Property::new("rule", Shape::Text, "规则；都不合适时为 other"),
        Property::new("fault", Shape::Text, "有误的文字"),
        Property::new("words", Shape::Text, "说明"),
        Property::new("level", LEVELS, "级别；不写时按规则"),
    ],
};
static RUN: Schema = Schema {
    name: "Run",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new(
            "state",
            Shape::Word(&["waiting", "running", "paused", "finished", "unreachable", "cancelled", "failed"]),
            "状态",
        ),
        Property::new("asked_by", Shape::Text, "发起"),
        Property::new("is_recheck", Shape::Flag, "是否只为复查整改单看若干网址"),
        Property::new("asked_at", Shape::Time, "提出时间"),
        Property::maybe("started_at", Shape::Time, "开始"),
        Property::maybe("ended_at", Shape::Time, "结束"),
        Property::new("pages", Shape::Integer, "读过的页面"),
        Property::new("found", Shape::Integer, "问题"),
        Property::new("came", Shape::Integer, "新出现"),
        Property::new("went", Shape::Integer, "已消失"),
        Property::new("why", Shape::Text, "没有完成的原因"),
    ],
};

const FINDING_FILTERS: &[Param] = &[
    Param { name: "q", about: "网址或说明里的文字" },
    Param { name: "state", about: "状态；不写为未处理完的，all 为全部" },
    Param { name: "level", about: "级别" },
    Param { name: "rule", about: "规则" },
    Param { name: "site", about: "网站的编号" },
    Param { name: "unit", about: "单位的编号，包括下级" },
    Param { name: "run", about: "由这次巡检首次发现" },
    Param { name: "days", about: "最近多少天内首次发现" },
];
const RUN_FILTERS: &[Param] = &[
    Param { name: "state", about: "状态" },
    Param { name: "site", about: "网站的编号" },
    Param { name: "plan", about: "计划的编号" },
];

/// What the descriptions share.
const OF_FINDINGS: Spec = Spec::of("线索", &FINDING);
const OF_RUNS: Spec = Spec { tag: "巡检", answer: Some(&RUN), ..OF_FINDINGS };
pub(super) static FINDINGS: Spec =
    Spec {
        summary: "管辖范围内的线索，严重的在前", query: FINDING_FILTERS, lists: true, ..OF_FINDINGS
    };
pub(super) static SHOW_FINDING: Spec = Spec { summary: "一条线索", ..OF_FINDINGS };
pub(super) static JUDGE: Spec =
    Spec {
        summary: "确认一条线索、判为误报或撤回判断", body: Some(&JUDGEMENT), ..OF_FINDINGS
    };
pub(super) static RUNS: Spec =
    Spec { summary: "管辖范围内的巡检，新的在前", query: RUN_FILTERS, lists: true, ..OF_RUNS };
pub(super) static SHOW_RUN: Spec = Spec { summary: "一次巡检", ..OF_RUNS };
pub(super) static START: Spec =
    Spec {
        summary: "立即巡检一个网站；没有结束的巡检还在时，就是那一次", status: 202, ..OF_RUNS
    };

pub(super) static REPORT: Spec = Spec {
    summary: "报告在网站上看到的问题；与已有线索相同的，并入那一条",
    body: Some(&REPORT_INPUT),
    ..OF_FINDINGS
};
pub(super) static PAUSE: Spec = Spec { summary: "暂停一次巡检", status: 202, ..OF_RUNS };
pub(super) static RESUME: Spec = Spec { summary: "从停下的地方接着巡检", status: 202, ..OF_RUNS };
pub(super) static CANCEL: Spec =
    Spec { summary: "取消一次巡检，结果不计入线索", status: 202, ..OF_RUNS };

#[derive(Serialize)]
pub(super) struct FindingView {
    id: i64,
    site: i64,
    site_name: String,
    rule: String,
    level: &'static str,
    state: &'static str,
    page: Option<String>,
    target: Option<String>,
    cause: String,
    pages: i32,
    sources: Vec<&'static str>,
    first_seen: Instant,
    last_seen: Instant,
}

fn finding(row: findings::Row) -> FindingView {
    FindingView {
        id: row.id.0,
        site: row.site_id.0,
        site_name: row.site_name,
        rule: row.rule,
        level: level_of(row.level).code(),
        state: row.state.word(),
        page: row.page,
        target: row.target,
        cause: row.cause,
        pages: row.pages,
        sources: Source::names(row.sources),
        first_seen: row.first_seen,
        last_seen: row.last_seen,
    }
}

pub(super) async fn list_findings(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<FindingsAsked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = findings::findings(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let items = rows.into_iter().map(finding).collect();
    Ok(listed(items, pager, &format!("/api/v1/findings?{}", asked.query())))
}

async fn one(cx: &Cx, actor: &Actor, id: FindingId) -> Result<Json<FindingView>, Failure> {
    let row = findings::row_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    Ok(Json(finding(row)))
}

pub(super) async fn show_finding(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<FindingView>, Failure> {
    one(&cx, &actor, FindingId(id)).await
}

pub(super) async fn judge(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let id = FindingId(id);
    findings::finding_in(cx.db.read(), &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    let form = match over(&JUDGEMENT, &JudgeForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match decide::read(&form, cx.now()) {
        Ok(verdict) => {
            decide::judge(&cx, &actor, &[id], &verdict).await?;
            Ok(one(&cx, &actor, id).await?.into_response())
        }
        Err(faults) => Ok(invalid(&faults)),
    }
}

#[derive(Serialize)]
pub(super) struct RunView {
    id: i64,
    site: i64,
    state: &'static str,
    asked_by: String,
    is_recheck: bool,
    asked_at: Instant,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    pages: i64,
    found: i32,
    came: i32,
    went: i32,
    why: String,
}

fn run_view(row: runs::Row) -> RunView {
    RunView {
        id: row.id.0,
        site: row.site_id.0,
        state: row.state.word(),
        asked_by: row.asked_by,
        is_recheck: row.is_recheck,
        asked_at: row.asked_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        pages: row.pages,
        found: row.found,
        came: row.came,
        went: row.went,
        why: row.why,
    }
}

pub(super) async fn list_runs(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<RunsAsked>,
) -> Result<Response, Failure> {
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = runs::runs(cx.db.read(), &actor.sees(), &asked.filter(), pager).await?;
    let items = rows.into_iter().map(run_view).collect();
    Ok(listed(items, pager, &format!("/api/v1/runs?{}", asked.query())))
}

async fn run(cx: &Cx, actor: &Actor, id: RunId) -> Result<Json<RunView>, Failure> {
    let row = runs::row_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    Ok(Json(run_view(row)))
}

pub(super) async fn show_run(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<RunView>, Failure> {
    run(&cx, &actor, RunId(id)).await
}

pub(super) async fn start(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
) -> Result<Response, Failure> {
    let (id, _) = starting::start(&cx, &actor, SiteId(site), &Reach::usual()).await?;
    Ok((StatusCode::ACCEPTED, run(&cx, &actor, id).await?).into_response())
}

pub(super) async fn report(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let usual = ReportForm { rule: OTHER.to_owned(), ..ReportForm::default() };
    let form = match over(&REPORT_INPUT, &usual, sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match reporting::report(&cx, &actor, &form).await? {
        Ok((id, _)) => Ok(one(&cx, &actor, id).await?.into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

async fn asked(cx: &Cx, actor: &Actor, id: i64, ask: Ask) -> Result<Response, Failure> {
    starting::ask(cx, actor, RunId(id), ask).await?;
    Ok((StatusCode::ACCEPTED, run(cx, actor, RunId(id)).await?).into_response())
}

pub(super) async fn pause(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    asked(&cx, &actor, id, Ask::Pause).await
}

pub(super) async fn resume(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    asked(&cx, &actor, id, Ask::Resume).await
}

pub(super) async fn cancel(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    asked(&cx, &actor, id, Ask::Cancel).await
}
