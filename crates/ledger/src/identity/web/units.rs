//! The screens of units, for system administrators. Clauses N1.1, N5.1.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use platform::table::Export;
use platform::web::{Failure, Faults};
use serde::{Deserialize, Serialize};

use crate::identity::commands::tree;
use crate::identity::commands::units::{self, UnitForm};
use crate::identity::entity::{UnitLevel, unit};
use crate::identity::model::Role;
use crate::identity::store;
use crate::web::{Screen, download, flash};
use crate::{Access, Actor, Cx, Routes, UnitId};

const WHO: Access = Access::Roles(&[Role::SystemAdministrator]);

pub fn routes() -> Routes {
    Routes::default()
        .get("/units", WHO, list)
        .files(["/units.csv", "/units.xlsx"], WHO, file)
        .get("/units/new", WHO, new)
        .post("/units/new", WHO, add)
        .get("/units/{id}", WHO, show)
        .post("/units/{id}", WHO, change)
        .post("/units/{id}/move", WHO, move_below)
        .post("/units/{id}/close", WHO, close)
        .post("/units/{id}/open", WHO, open)
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "单位按隶属关系排成一棵树：每个人看到本单位和下级单位的网站。";
    Screen { cx, actor: Some(actor), title, section: "/units", clause: "N1.1、N5.1", help }
}

/// A unit's name behind one wide blank for each step from the root, for lists and choices.
pub(super) fn indented(unit: &unit::Model) -> String {
    format!("{}{}", "\u{3000}".repeat(depth(unit)), unit.name)
}

fn depth(unit: &unit::Model) -> usize {
    unit.path.matches('/').count().saturating_sub(2)
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    depth: usize,
    level: &'static str,
    division: String,
    closed: bool,
}

async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let rows = store::units(cx.db.read(), &actor.scope(&[Role::SystemAdministrator])).await?;
    let rows = rows.into_iter().map(|unit| Row {
        id: unit.id.0,
        depth: depth(&unit),
        level: unit.level.name(),
        division: unit.division,
        closed: unit.closed_at.is_some(),
        name: unit.name,
    });
    Ok(screen(&cx, &actor, "单位").show("units.html", ListView { rows: rows.collect() })?)
}

async fn file(State(cx): State<Cx>, actor: Actor, kind: download::Kind) -> Result<Response, Failure> {
    let units = store::units(cx.db.read(), &actor.scope(&[Role::SystemAdministrator])).await?;
    let name =
        |id: Option<UnitId>| units.iter().find(|unit| Some(unit.id) == id).map(|unit| unit.name.clone());
    let rows = units.iter().map(|unit| {
        let closed = if unit.closed_at.is_some() { "是" } else { "否" }.to_owned();
        let parent = name(unit.parent_id).unwrap_or_default();
        vec![unit.name.clone(), parent, unit.level.name().to_owned(), unit.division.clone(), closed]
    });
    let headings = ["单位", "上级单位", "层级", "区划代码", "已撤销"].map(str::to_owned).to_vec();
    kind.answer(Export { title: "单位", headings, rows: rows.collect() }).await
}

#[derive(Serialize)]
struct UnitView {
    id: Option<i64>,
    form: UnitForm,
    faults: Faults,
    levels: Vec<(&'static str, &'static str)>,
    parents: Vec<(i64, String)>,
    /// What can be done with the unit's place; none for a new unit and for the root.
    place: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    closed: bool,
    /// What keeps it from being closed, in words.
    keeps: Vec<String>,
    /// Where it may be moved to.
    parents: Vec<(i64, String)>,
    parent: i64,
}

async fn place(cx: &Cx, unit: &unit::Model, parents: &[unit::Model]) -> Result<Option<Place>, Failure> {
    let Some(parent) = unit.parent_id else { return Ok(None) };
    let open = parents.iter().filter(|one| one.closed_at.is_none() && !one.path.starts_with(&unit.path));
    Ok(Some(Place {
        closed: unit.closed_at.is_some(),
        keeps: tree::keeps(cx.db.read(), unit.id).await?,
        parents: open.map(|one| (one.id.0, indented(one))).collect(),
        parent: parent.0,
    }))
}

async fn view(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: UnitForm,
    faults: Faults,
) -> Result<UnitView, Failure> {
    let parents = store::units(cx.db.read(), &actor.scope(&[Role::SystemAdministrator])).await?;
    let unit = id.and_then(|id| parents.iter().find(|unit| unit.id.0 == id));
    let place = match unit {
        Some(unit) => place(cx, unit, &parents).await?,
        None => None,
    };
    Ok(UnitView {
        id,
        place,
        form,
        faults,
        levels: UnitLevel::ALL.iter().map(|level| (level.word(), level.name())).collect(),
        parents: parents.iter().filter(|u| u.closed_at.is_none()).map(|u| (u.id.0, indented(u))).collect(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Below {
    parent: String,
}

async fn new(State(cx): State<Cx>, actor: Actor, Query(below): Query<Below>) -> Result<Response, Failure> {
    let form = UnitForm { parent: below.parent, ..UnitForm::default() };
    let view = view(&cx, &actor, None, form, Faults::default()).await?;
    Ok(screen(&cx, &actor, "新增单位").show("unit.html", view)?)
}

async fn add(State(cx): State<Cx>, actor: Actor, Form(form): Form<UnitForm>) -> Result<Response, Failure> {
    match units::add(&cx, &actor, &form).await? {
        Ok(_) => Ok(flash(&format!("已新增“{}”。", form.name.trim()), "/units")),
        Err(faults) => {
            let view = view(&cx, &actor, None, form, faults).await?;
            Ok(screen(&cx, &actor, "新增单位").show("unit.html", view)?)
        }
    }
}

async fn load(cx: &Cx, actor: &Actor, id: i64) -> Result<unit::Model, Failure> {
    let scope = actor.scope(&[Role::SystemAdministrator]);
    store::unit_in(cx.db.read(), &scope, UnitId(id)).await?.ok_or(Failure::NotThere)
}

async fn show(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let unit = load(&cx, &actor, id).await?;
    let form = UnitForm {
        parent: unit.parent_id.map(|id| id.to_string()).unwrap_or_default(),
        name: unit.name.clone(),
        level: unit.level.word().to_owned(),
        division: unit.division,
    };
    let view = view(&cx, &actor, Some(id), form, Faults::default()).await?;
    Ok(screen(&cx, &actor, &unit.name).show("unit.html", view)?)
}

async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<UnitForm>,
) -> Result<Response, Failure> {
    match units::change(&cx, &actor, UnitId(id), &form).await? {
        Ok(()) => Ok(flash("已保存。", "/units")),
        Err(faults) => {
            let unit = load(&cx, &actor, id).await?;
            let view = view(&cx, &actor, Some(id), form, faults).await?;
            Ok(screen(&cx, &actor, &unit.name).show("unit.html", view)?)
        }
    }
}

async fn move_below(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(below): Form<Below>,
) -> Result<Response, Failure> {
    let parent = below.parent.parse().map(UnitId).ok();
    tree::move_below(&cx, &actor, UnitId(id), parent).await?;
    Ok(flash("已调整隶属，下级单位和网站随同调整。", "/units"))
}

async fn close(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    tree::close(&cx, &actor, UnitId(id)).await?;
    Ok(flash("已撤销。", "/units"))
}

async fn open(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    tree::open(&cx, &actor, UnitId(id)).await?;
    Ok(flash("已恢复。", "/units"))
}
