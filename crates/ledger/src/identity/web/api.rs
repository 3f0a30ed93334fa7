//! Units as JSON. Clauses N1.1, N5.1.

use axum::extract::{Query, State};
use axum::http::Method;
use axum::response::Response;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::api::{Property, Schema, Shape, Spec, listed};
use crate::identity::model::Role;
use crate::identity::store;
use crate::{Access, Actor, Cx, Routes};

static UNIT: Schema = Schema {
    name: "Unit",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::maybe("parent", Shape::Integer, "上级单位的编号"),
        Property::new("name", Shape::Text, "名称"),
        Property::new("level", Shape::Word(&["province", "city", "county", "department"]), "层级"),
        Property::new("division", Shape::Text, "区划代码，6 位，部门可以为空"),
        Property::new("closed", Shape::Flag, "是否已撤销"),
    ],
};
static LIST: Spec = Spec {
    summary: "管辖范围内的单位，上级在下级之前",
    tag: "单位",
    query: &[],
    body: None,
    answer: Some(&UNIT),
    lists: true,
    status: 200,
};

pub fn routes() -> Routes {
    Routes::default().api(Method::GET, "/api/v1/units", Access::Roles(&Role::TRADE), &LIST, list)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct UnitView {
    id: i64,
    parent: Option<i64>,
    name: String,
    level: &'static str,
    division: String,
    closed: bool,
}

async fn list(State(cx): State<Cx>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let units = store::units(cx.db.read(), &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows).of(units.len() as u64);
    let here = units.into_iter().skip(pager.skip() as usize).take(pager.rows as usize);
    let items = here.map(|unit| UnitView {
        id: unit.id.0,
        parent: unit.parent_id.map(|id| id.0),
        level: unit.level.word(),
        division: unit.division,
        closed: unit.closed_at.is_some(),
        name: unit.name,
    });
    Ok(listed(items.collect(), pager, "/api/v1/units?"))
}
