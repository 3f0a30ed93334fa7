//! Plans as JSON: the same list, form and commands as the screens. Clauses N2.1, N2.7.
//!
//! What is read can be sent back; a field that is left out stays as it is.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ledger::api::{Paged, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::Failure;
use serde::Serialize;
use serde_json::{Map, Value};

use super::plans::form_of;
use crate::ids::PlanId;
use crate::inspection::commands::plans::{self as commands, PlanForm};
use crate::inspection::commands::{JUDGES, runs as starting};
use crate::inspection::entity::inspection_plan;
use crate::inspection::model::plan::Reach;
use crate::inspection::store::plans;

const CHOICES: Shape = Shape::Word(&["all", "sample", "one"]);
const EVERIES: Shape = Shape::Word(&["never", "hours", "day", "week", "month"]);

const DECLARED: [Property; 17] = [
    Property::new("name", Shape::Text, "名称"),
    Property::new("unit", Shape::Integer, "单位的编号，包括下级"),
    Property::new("choice", CHOICES, "全部网站、随机抽查、一个网站"),
    Property::maybe("site", Shape::Integer, "一个网站时，它的编号"),
    Property::new("sample", Shape::Integer, "随机抽查时的个数，其余为 0"),
    Property::new("every", EVERIES, "多久一次；never 为只手动开始"),
    Property::new("number", Shape::Integer, "每隔几小时、星期几、几日；其余为 0"),
    Property::new("at", Shape::Text, "几点开始，如 22:00"),
    Property::new("from", Shape::Text, "只在这个时段里巡检：从几点"),
    Property::new("to", Shape::Text, "到几点；与 from 相同为不限"),
    Property::maybe("depth", Shape::Integer, "从首页起最多几层；不写为不限"),
    Property::maybe("pages", Shape::Integer, "最多多少页；不写为不限"),
    Property::new("attachments", Shape::Integer, "最多读取多少个附件"),
    Property::new("probes", Shape::Flag, "是否检查暴露的文件、搜索和表单"),
    Property::new("anew", Shape::Flag, "没有变化的页面是否也重新判断"),
    Property::new("enabled", Shape::Flag, "是否按时间自动开始"),
    Property::new("rules", Shape::Texts, "只要这些规则；空为全部"),
];

const fn with_own() -> [Property; 21] {
    let own = [
        Property::new("id", Shape::Integer, "编号"),
        Property::new("unit_name", Shape::Text, "单位"),
        Property::maybe("next_at", Shape::Time, "下次"),
        Property::maybe("last_at", Shape::Time, "上次"),
    ];
    let mut all = [own[0]; 21];
    let mut at = 0;
    while at < 21 {
        all[at] = if at < 4 { own[at] } else { DECLARED[at - 4] };
        at += 1;
    }
    all
}

static PLAN: Schema = Schema { name: "Plan", properties: &with_own() };
static PLAN_INPUT: Schema = Schema { name: "PlanInput", properties: &DECLARED };
static STARTED: Schema = Schema {
    name: "Started",
    properties: &[Property::new("started", Shape::Integer, "安排了多少个网站的巡检")],
};

const BASE: Spec = Spec::of("巡检计划", &PLAN);
pub(super) static LIST: Spec = Spec { summary: "管辖范围内的巡检计划", lists: true, ..BASE };
pub(super) static SHOW: Spec = Spec { summary: "一个巡检计划", ..BASE };
pub(super) static ADD: Spec =
    Spec { summary: "新建巡检计划", body: Some(&PLAN_INPUT), status: 201, ..BASE };
pub(super) static CHANGE: Spec =
    Spec { summary: "修改巡检计划，没有写的项不变", body: Some(&PLAN_INPUT), ..BASE };
pub(super) static DELETE: Spec = Spec { summary: "删除巡检计划，已有的巡检记录保留", ..BASE };
pub(super) static START: Spec =
    Spec { summary: "现在就开始一次", answer: Some(&STARTED), status: 202, ..BASE };

#[derive(Serialize)]
struct PlanView {
    id: i64,
    unit_name: String,
    next_at: Option<Instant>,
    last_at: Option<Instant>,
    name: String,
    unit: i64,
    choice: &'static str,
    site: Option<i64>,
    sample: i32,
    every: &'static str,
    number: i32,
    at: String,
    from: String,
    to: String,
    depth: Option<u32>,
    pages: Option<u64>,
    attachments: u32,
    probes: bool,
    anew: bool,
    enabled: bool,
    rules: Vec<String>,
}

fn view(plan: &inspection_plan::Model, unit_name: String) -> PlanView {
    let reach: Reach = serde_json::from_value(plan.reach.clone()).unwrap_or_default();
    let form = form_of(plan, String::new());
    PlanView {
        id: plan.id.0,
        unit_name,
        next_at: plan.next_at,
        last_at: plan.last_at,
        name: form.name,
        unit: plan.unit_id.0,
        choice: plan.choice.word(),
        site: plan.site_id.map(|site| site.0),
        sample: plan.sample,
        every: plan.every.word(),
        number: plan.number,
        at: form.at,
        from: form.from,
        to: form.to,
        depth: reach.depth,
        pages: reach.pages,
        attachments: reach.attachments,
        probes: reach.probes,
        anew: reach.anew,
        enabled: plan.enabled,
        rules: form.rules,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Paged>,
) -> Result<Response, Failure> {
    let all = plans::plans(cx.db.read(), &actor.sees()).await?;
    let units = Units::of(&cx, &actor.sees()).await?;
    let (shown, pager) = asked.of(all);
    let items = shown.iter().map(|plan| view(plan, units.name(plan.unit_id))).collect();
    Ok(listed(items, pager, "/api/v1/plans?"))
}

async fn one(cx: &Cx, actor: &Actor, id: PlanId) -> Result<Json<PlanView>, Failure> {
    let plan = plans::plan_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let unit = people::unit_unscoped(cx.db.read(), plan.unit_id).await?;
    Ok(Json(view(&plan, unit.map(|unit| unit.name).unwrap_or_default())))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    Ok(one(&cx, &actor, PlanId(id)).await?.into_response())
}

async fn save(
    cx: &Cx,
    actor: &Actor,
    id: Option<PlanId>,
    before: &PlanForm,
    sent: Map<String, Value>,
) -> Result<Response, Failure> {
    let form = match over(&PLAN_INPUT, before, sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match commands::save(cx, actor, id, &form).await? {
        Ok(saved) => {
            let status = if id.is_some() { StatusCode::OK } else { StatusCode::CREATED };
            Ok((status, one(cx, actor, saved).await?).into_response())
        }
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let usual = PlanForm {
        attachments: Reach::usual().attachments.to_string(),
        enabled: "1".to_owned(),
        ..PlanForm::default()
    };
    save(&cx, &actor, None, &usual, sent).await
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let id = PlanId(id);
    let plan = plans::plan_in(cx.db.read(), &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    let site = plan.site_id.map(|site| site.to_string()).unwrap_or_default();
    save(&cx, &actor, Some(id), &form_of(&plan, site), sent).await
}

pub(super) async fn delete(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let gone = one(&cx, &actor, PlanId(id)).await?;
    commands::delete(&cx, &actor, PlanId(id)).await?;
    Ok(gone.into_response())
}

pub(super) async fn start(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let started = starting::start_plan(&cx, &actor, PlanId(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(serde_json::json!({ "started": started }))).into_response())
}
