//! Plans: the list, the form, starting one beside its schedule. Clause N2.1.

use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Form;
use ledger::identity::store as people;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use serde::Serialize;

use super::findings::rules;
use crate::ids::PlanId;
use crate::inspection::commands::plans::{self as commands, PlanForm};
use crate::inspection::commands::{JUDGES, runs as starting};
use crate::inspection::entity::inspection_plan;
use crate::inspection::model::plan::{Choice, Reach};
use crate::inspection::model::schedule::{Every, Window};
use crate::inspection::store::plans;

#[derive(Serialize)]
struct ListView {
    rows: Vec<RowView>,
    may_change: bool,
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    name: String,
    unit: String,
    choice: String,
    schedule: String,
    window: String,
    enabled: bool,
    next_at: Option<Instant>,
    last_at: Option<Instant>,
    may_change: bool,
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let all = plans::plans(cx.db.read(), &actor.sees()).await?;
    let units = people::units(cx.db.read(), &actor.sees()).await?;
    let mine = actor.scope(JUDGES);
    let rows = all.into_iter().map(|plan| RowView {
        id: plan.id.0,
        unit: units
            .iter()
            .find(|unit| unit.id == plan.unit_id)
            .map(|unit| unit.name.clone())
            .unwrap_or_default(),
        choice: match plan.choice {
            Choice::Sample => format!("随机抽查 {} 个", plan.sample),
            other => other.name().to_owned(),
        },
        schedule: starting::schedule(&plan).words(),
        window: Window { from: plan.window_from, to: plan.window_to }.words(),
        enabled: plan.enabled,
        next_at: plan.next_at,
        last_at: plan.last_at,
        may_change: mine.covers(&plan.unit_path),
        name: plan.name,
    });
    let view = ListView { rows: rows.collect(), may_change: actor.has_any(JUDGES) };
    let help = "按计划对管辖范围内的网站全面巡检或随机抽查，避开办公高峰。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "巡检计划",
        section: "/plans",
        clause: "N2.1、N2.7",
        help,
    };
    Ok(screen.show("plans.html", view)?)
}

#[derive(Serialize)]
struct FormView {
    id: Option<i64>,
    form: PlanForm,
    faults: Faults,
    units: Vec<(i64, String)>,
    choices: Vec<(&'static str, &'static str)>,
    everies: Vec<(&'static str, &'static str)>,
    rules: Vec<(&'static str, &'static str)>,
}

async fn show(
    cx: &Cx,
    actor: &Actor,
    id: Option<PlanId>,
    form: PlanForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let units = people::units(cx.db.read(), &actor.scope(JUDGES)).await?;
    let view = FormView {
        id: id.map(|id| id.0),
        form,
        faults,
        units: units.iter().map(|unit| (unit.id.0, ledger::identity::web::indented(unit))).collect(),
        choices: Choice::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        everies: Every::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        rules: rules(),
    };
    let title = if id.is_some() { "修改巡检计划" } else { "新建巡检计划" };
    let help = "选定网站、时间和范围；到时自动开始，也可以随时手动开始。";
    let screen = Screen { cx, actor: Some(actor), title, section: "/plans", clause: "N2.1、N2.7", help };
    Ok(screen.show("plan.html", view)?)
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let form = PlanForm {
        unit: actor.unit.to_string(),
        choice: Choice::All.word().to_owned(),
        every: Every::Week.word().to_owned(),
        number: "1".to_owned(),
        at: "22:00".to_owned(),
        from: "22:00".to_owned(),
        to: "06:00".to_owned(),
        attachments: Reach::usual().attachments.to_string(),
        enabled: "1".to_owned(),
        ..PlanForm::default()
    };
    show(&cx, &actor, None, form, Faults::default()).await
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<PlanForm>,
) -> Result<Response, Failure> {
    match commands::save(&cx, &actor, None, &form).await? {
        Ok(_) => Ok(flash("计划已保存。", "/plans")),
        Err(faults) => show(&cx, &actor, None, form, faults).await,
    }
}

pub(super) async fn edit(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let id = PlanId(id);
    let plan = plans::plan_in(cx.db.read(), &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    show(&cx, &actor, Some(id), form_of(&plan), Faults::default()).await
}

fn form_of(plan: &inspection_plan::Model) -> PlanForm {
    let reach: Reach = serde_json::from_value(plan.reach.clone()).unwrap_or_default();
    let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let number = |number: Option<String>| number.unwrap_or_default();
    let flag = |yes: bool| if yes { "1".to_owned() } else { String::new() };
    PlanForm {
        name: plan.name.clone(),
        unit: plan.unit_id.to_string(),
        choice: plan.choice.word().to_owned(),
        site: number(plan.site_id.map(|site| site.to_string())),
        sample: number(Some(plan.sample).filter(|n| *n > 0).map(|n| n.to_string())),
        every: plan.every.word().to_owned(),
        number: number(Some(plan.number).filter(|n| *n > 0).map(|n| n.to_string())),
        at: clock(plan.at_minute),
        from: clock(plan.window_from),
        to: clock(plan.window_to),
        depth: number(reach.depth.map(|n| n.to_string())),
        pages: number(reach.pages.map(|n| n.to_string())),
        attachments: reach.attachments.to_string(),
        probes: flag(reach.probes),
        anew: flag(reach.anew),
        enabled: flag(plan.enabled),
        rules: if reach.without.is_empty() {
            Vec::new()
        } else {
            let wanted = rules().into_iter().map(|(id, _)| id.to_owned());
            wanted.filter(|id| !reach.without.contains(id)).collect()
        },
    }
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<PlanForm>,
) -> Result<Response, Failure> {
    let id = PlanId(id);
    match commands::save(&cx, &actor, Some(id), &form).await? {
        Ok(_) => Ok(flash("计划已保存。", "/plans")),
        Err(faults) => show(&cx, &actor, Some(id), form, faults).await,
    }
}

pub(super) async fn start(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let number = starting::start_plan(&cx, &actor, PlanId(id)).await?;
    let words = match number {
        0 => "没有新的巡检：计划里没有开通的网站，或者它们的巡检都还没有结束。".to_owned(),
        number => format!("已安排 {number} 个网站的巡检。"),
    };
    Ok(flash(&words, &format!("/runs?plan={id}")))
}

pub(super) async fn delete(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::delete(&cx, &actor, PlanId(id)).await?;
    Ok(flash("计划已删除，已有的巡检记录保留。", "/plans"))
}
