//! Plans: the list, the form, starting one beside its schedule. Clause N2.1.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum_extra::extract::Form;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults};
use serde::{Deserialize, Serialize};

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

async fn rows(cx: &Cx, actor: &Actor) -> Result<Vec<RowView>, Failure> {
    let all = plans::plans(cx.db.read(), &actor.sees()).await?;
    let units = Units::of(cx, &actor.sees()).await?;
    let ids: Vec<SiteId> = all.iter().filter_map(|plan| plan.site_id).collect();
    let names = sites::names_in(cx.db.read(), &actor.sees(), &ids).await?;
    let mine = actor.scope(JUDGES);
    let rows = all.into_iter().map(|plan| RowView {
        id: plan.id.0,
        unit: units.name(plan.unit_id),
        choice: match plan.choice {
            Choice::Sample => format!("随机抽查 {} 个", plan.sample),
            Choice::One => {
                let name = plan.site_id.and_then(|site| names.get(&site).cloned());
                name.unwrap_or_else(|| Choice::One.name().to_owned())
            }
            Choice::All => Choice::All.name().to_owned(),
        },
        schedule: starting::schedule(&plan).words(),
        window: Window { from: plan.window_from, to: plan.window_to }.words(),
        enabled: plan.enabled,
        next_at: plan.next_at,
        last_at: plan.last_at,
        may_change: mine.covers(&plan.unit_path),
        name: plan.name,
    });
    Ok(rows.collect())
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
) -> Result<Response, Failure> {
    let headings =
        ["计划", "单位", "网站", "时间", "时段", "启用", "下次", "上次"].map(str::to_owned).to_vec();
    let time = |at: Option<Instant>| at.map(minute).unwrap_or_default();
    let rows = rows(&cx, &actor).await?.into_iter().map(|plan| {
        let enabled = if plan.enabled { "是" } else { "否" }.to_owned();
        let (next, last) = (time(plan.next_at), time(plan.last_at));
        vec![plan.name, plan.unit, plan.choice, plan.schedule, plan.window, enabled, next, last]
    });
    kind.answer(Export { title: "巡检计划", headings, rows: rows.collect() }).await
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let view = ListView { rows: rows(&cx, &actor).await?, may_change: actor.has_any(JUDGES) };
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
    let units = Units::of(cx, &actor.scope(JUDGES)).await?;
    let view = FormView {
        id: id.map(|id| id.0),
        form,
        faults,
        units: units.choices(),
        choices: Choice::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        everies: Every::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        rules: rules(),
    };
    let title = if id.is_some() { "修改巡检计划" } else { "新建巡检计划" };
    let help = "选定网站、时间和范围；到时自动开始，也可以随时手动开始。";
    let screen = Screen { cx, actor: Some(actor), title, section: "/plans", clause: "N2.1、N2.7", help };
    Ok(screen.show("plan.html", view)?)
}

/// For which site a new plan is asked, from that site's page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ForSite {
    site: Option<i64>,
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<ForSite>,
) -> Result<Response, Failure> {
    let site = match asked.site {
        Some(id) => sites::site_in(cx.db.read(), &actor.scope(JUDGES), SiteId(id)).await?,
        None => None,
    };
    let choice = if site.is_some() { Choice::One } else { Choice::All };
    let form = PlanForm {
        name: site.as_ref().map(|site| format!("{}定期巡检", site.name)).unwrap_or_default(),
        unit: site.as_ref().map_or(actor.unit, |site| site.unit_id).to_string(),
        choice: choice.word().to_owned(),
        site: site.map(|site| site.home).unwrap_or_default(),
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
    let site = match plan.site_id {
        Some(site) => sites::site_in(cx.db.read(), &actor.sees(), site).await?,
        None => None,
    };
    let home = site.map(|site| site.home).unwrap_or_default();
    show(&cx, &actor, Some(id), form_of(&plan, home), Faults::default()).await
}

/// A plan as its form shows it; `site` is how the form names its one site.
pub(super) fn form_of(plan: &inspection_plan::Model, site: String) -> PlanForm {
    let reach: Reach = serde_json::from_value(plan.reach.clone()).unwrap_or_default();
    let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let number = |number: Option<String>| number.unwrap_or_default();
    let flag = |yes: bool| if yes { "1".to_owned() } else { String::new() };
    PlanForm {
        name: plan.name.clone(),
        unit: plan.unit_id.to_string(),
        choice: plan.choice.word().to_owned(),
        site,
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
