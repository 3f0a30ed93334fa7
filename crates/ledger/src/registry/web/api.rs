//! Sites as JSON: the same list, entry, history and commands as the screens. Clauses N1.1, N4.1.
//!
//! A field that is left out of what is sent stays as it is; what is read can be sent back.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;
use serde_json::{Map, Value};

use super::list::Asked;
use crate::api::{Param, Property, Schema, Shape, Spec, invalid, listed, over};
use crate::identity::store as people;
use crate::registry::commands::change::{self, KEEPERS, SiteForm};
use crate::registry::entity::{self, site};
use crate::registry::field::Field;
use crate::registry::model;
use crate::registry::store;
use crate::{Actor, Cx, SiteId, UnitId};

/// Changes that one page of history holds at most (see `pager::CHOICES`): the newest.
const HISTORY_ROWS: u64 = 200;
const STATES: &[&str] = &["open", "suspended", "closed"];

const fn text(name: &'static str, about: &'static str) -> Property {
    Property::new(name, Shape::Text, about)
}

/// The fields that are declared, as in the form; their order is that of the form.
const DECLARED: [Property; 23] = [
    text("name", "网站名称"),
    text("code", "网站标识码，10 位，没有时为空"),
    text("home", "首页网址"),
    text("hosts", "其他域名，一行一个"),
    text("kind", "网站类型：门户网站、子站等"),
    text("supervising_unit", "主管单位"),
    text("operating_unit", "承办单位"),
    text("leader", "分管领导"),
    text("leader_phone", "分管领导电话"),
    text("staff", "专职人员"),
    text("staff_phone", "联系电话"),
    text("hosting", "托管方式"),
    text("hosting_place", "托管地点"),
    text("icp", "ICP备案号"),
    text("police", "公安备案号"),
    text("protection", "等级保护级别，未定级为空"),
    text("protection_filing", "等级保护备案号"),
    text("supplier", "服务外包公司"),
    text("opened_on", "开通日期，2019-03-04"),
    text("rules", "网站管理制度"),
    text("funds", "年度运维经费"),
    Property::new("interval_minutes", Shape::Integer, "拨测间隔，分钟"),
    text("note", "备注"),
];

const UNIT: Property = Property::new("unit", Shape::Integer, "主办单位的编号");

const fn declared_with<const N: usize>(own: &[Property]) -> [Property; N] {
    let mut all = [UNIT; N];
    let mut at = 0;
    while at < own.len() {
        all[at] = own[at];
        at += 1;
    }
    while at < N {
        all[at] = DECLARED[at - own.len()];
        at += 1;
    }
    all
}

static SITE: Schema = Schema {
    name: "Site",
    properties: &declared_with::<30>(&[
        Property::new("id", Shape::Integer, "编号"),
        UNIT,
        text("unit_name", "主办单位"),
        Property::new("state", Shape::Word(STATES), "状态：开通、先行关停、已关闭"),
        Property::new("missing", Shape::Texts, "登记所缺的项"),
        Property::new("created_at", Shape::Time, "登记时间"),
        Property::new("changed_at", Shape::Time, "最近修改时间"),
    ]),
};
static SITE_INPUT: Schema = Schema { name: "SiteInput", properties: &declared_with::<24>(&[UNIT]) };
static SITE_CHANGE: Schema = Schema {
    name: "SiteChange",
    properties: &[
        Property::new("at", Shape::Time, "时间"),
        text("who", "谁"),
        text("field", "哪一项"),
        text("before", "原值"),
        text("after", "新值"),
        Property::new("from_file", Shape::Flag, "是否由文件导入"),
    ],
};

const FILTERS: &[Param] = &[
    Param { name: "q", about: "名称、标识码、网址里的文字" },
    Param { name: "kind", about: "网站类型" },
    Param { name: "state", about: "状态：open、suspended、closed" },
    Param { name: "hosting", about: "托管方式" },
    Param { name: "unit", about: "主办单位的编号，包括下级" },
    Param { name: "incomplete", about: "1：只要登记有缺项的" },
];

/// What the descriptions share.
const BASE: Spec = Spec::of("网站", &SITE);
pub(super) static LIST: Spec =
    Spec { summary: "管辖范围内的网站", query: FILTERS, lists: true, ..BASE };
pub(super) static SHOW: Spec = Spec { summary: "一个网站", ..BASE };
pub(super) static ADD: Spec = Spec { summary: "登记网站", body: Some(&SITE_INPUT), status: 201, ..BASE };
pub(super) static CHANGE: Spec =
    Spec { summary: "修改登记，没有写的项不变", body: Some(&SITE_INPUT), ..BASE };
pub(super) static HISTORY: Spec = Spec {
    summary: "登记的变更记录，新的在前，最多 200 条",
    answer: Some(&SITE_CHANGE),
    lists: true,
    ..BASE
};

fn json(site: &site::Model, unit_name: &str) -> Value {
    let facts = entity::facts(site);
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| out.insert(name.to_owned(), value);
    set("id", site.id.0.into());
    set("unit", site.unit_id.0.into());
    set("unit_name", unit_name.into());
    set("state", site.state.word().into());
    set("missing", model::missing(&facts).into());
    set("created_at", time(site.created_at));
    set("changed_at", time(site.changed_at));
    for field in Field::ALL {
        let value = match field {
            Field::Interval => site.interval_minutes.into(),
            _ => field.show(&facts).into(),
        };
        set(field.about().name, value);
    }
    Value::Object(out)
}

fn time(at: Instant) -> Value {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true).into()
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (sites, pager) = store::sites(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let units = people::units(cx.db.read(), &actor.sees()).await?;
    let names: HashMap<UnitId, String> = units.into_iter().map(|unit| (unit.id, unit.name)).collect();
    let name = |unit: &UnitId| names.get(unit).map(String::as_str).unwrap_or_default();
    let items: Vec<Value> = sites.iter().map(|site| json(site, name(&site.unit_id))).collect();
    Ok(listed(items, pager, &format!("/api/v1/sites?{}", asked.query())))
}

async fn one(cx: &Cx, actor: &Actor, id: SiteId) -> Result<Value, Failure> {
    let site = store::site_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let unit = people::unit_unscoped(cx.db.read(), site.unit_id).await?;
    Ok(json(&site, &unit.map(|unit| unit.name).unwrap_or_default()))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(one(&cx, &actor, SiteId(id)).await?))
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let mut form = match over(&SITE_INPUT, &SiteForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    // A form sends every field, and says what is missing; a program may leave out what a new entry need not have.
    for field in [Field::Name, Field::Home, Field::Kind] {
        form.fields.entry(field.about().name.to_owned()).or_default();
    }
    match change::add(&cx, &actor, &form).await? {
        Ok(id) => Ok((StatusCode::CREATED, Json(one(&cx, &actor, id).await?)).into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let before = store::site_in(cx.db.read(), &actor.scope(KEEPERS), SiteId(id)).await?;
    let before = before.ok_or(Failure::NotThere)?;
    let kept = SiteForm { unit: before.unit_id.to_string(), ..SiteForm::default() };
    let form = match over(&SITE_INPUT, &kept, sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match change::change(&cx, &actor, SiteId(id), &form).await? {
        Ok(id) => Ok(Json(one(&cx, &actor, id).await?).into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

#[derive(Serialize)]
struct ChangeView {
    at: Value,
    who: String,
    field: String,
    before: String,
    after: String,
    from_file: bool,
}

pub(super) async fn history(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let site = store::site_in(cx.db.read(), &actor.sees(), SiteId(id)).await?.ok_or(Failure::NotThere)?;
    let changes = store::history(cx.db.read(), &site, HISTORY_ROWS).await?;
    let items: Vec<ChangeView> = changes
        .into_iter()
        .map(|change| ChangeView {
            at: time(change.at),
            who: change.who,
            field: change.field,
            before: change.before,
            after: change.after,
            from_file: change.import_id.is_some(),
        })
        .collect();
    let pager = Pager::asked(None, Some(HISTORY_ROWS)).of(items.len() as u64);
    Ok(listed(items, pager, &format!("/api/v1/sites/{id}/history?")))
}
