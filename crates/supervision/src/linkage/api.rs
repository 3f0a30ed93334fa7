//! The ledger of links as JSON: the same list, applications and decisions as the screens. Clauses N2.4, N5.6.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::identity::web::Units;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;
use serde_json::{Map, Value};

use super::commands::{self, ApplyForm, DecideForm};
use super::entity::link_approval;
use super::store;
use super::web::Asked;

const STATE_WORDS: &[&str] = &["applied", "approved", "refused", "revoked"];
const DEED_WORDS: &[&str] = &["approve", "refuse", "revoke", "confirm"];

static APPROVAL: Schema = Schema {
    name: "LinkApproval",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("unit", Shape::Integer, "适用单位的编号，包括下级"),
        Property::maybe("site", Shape::Integer, "只适用一个网站的，它的编号"),
        Property::new("target", Shape::Text, "链接目标：域名、*.域名或网址的开头"),
        Property::new("name", Shape::Text, "名称"),
        Property::new("owner", Shape::Text, "对方单位"),
        Property::new("purpose", Shape::Text, "用途"),
        Property::new("state", Shape::Word(STATE_WORDS), "状态"),
        Property::new("applied_by", Shape::Text, "申请人"),
        Property::new("applied_at", Shape::Time, "申请时间"),
        Property::new("decided_by", Shape::Text, "审批人"),
        Property::maybe("decided_at", Shape::Time, "审批时间"),
        Property::new("decided_words", Shape::Text, "审批说明"),
        Property::maybe("expires", Shape::Text, "有效期至，如 2026-03-01；没有为长期"),
        Property::maybe("renewed_by", Shape::Integer, "续批的申请的编号"),
        Property::maybe("looked_at", Shape::Time, "最近一次查看"),
        Property::new("drift", Shape::Text, "内容有什么变化；空为没有"),
    ],
};
static APPLICATION: Schema = Schema {
    name: "LinkApplication",
    properties: &[
        Property::new("target", Shape::Text, "链接目标"),
        Property::new("name", Shape::Text, "名称"),
        Property::new("owner", Shape::Text, "对方单位"),
        Property::new("purpose", Shape::Text, "用途"),
        Property::new("unit", Shape::Integer, "适用单位的编号；写了网站的可以不写"),
        Property::new("site", Shape::Text, "一个网站的名称、标识码、网址或编号"),
        Property::new("expires", Shape::Text, "有效期至；不写为长期"),
    ],
};
static DECISION: Schema = Schema {
    name: "LinkDecision",
    properties: &[
        Property::new("deed", Shape::Word(DEED_WORDS), "批准、不批准、撤销、确认仍可链接"),
        Property::new("words", Shape::Text, "说明；不批准、撤销、确认时必填"),
        Property::new("name", Shape::Text, "确认时：现在的名称"),
    ],
};

const BASE: Spec = Spec::of("链接审批", &APPROVAL);
pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的链接审批，新的在前",
    query: &[
        Param { name: "q", about: "目标、名称、单位、用途里的文字" },
        Param { name: "state", about: "状态；ending 为到期或将到期，drifted 为内容已变" },
        Param { name: "unit", about: "单位的编号，包括下级" },
        Param { name: "site", about: "网站的编号" },
    ],
    lists: true,
    ..BASE
};
pub(super) static SHOW: Spec = Spec { summary: "一个链接审批", ..BASE };
pub(super) static APPLY: Spec = Spec { summary: "申请", body: Some(&APPLICATION), status: 201, ..BASE };
pub(super) static DECIDE: Spec = Spec { summary: "审批、撤销、确认", body: Some(&DECISION), ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    unit: i64,
    site: Option<i64>,
    target: String,
    name: String,
    owner: String,
    purpose: String,
    state: &'static str,
    applied_by: String,
    applied_at: Instant,
    decided_by: String,
    decided_at: Option<Instant>,
    decided_words: String,
    expires: Option<String>,
    renewed_by: Option<i64>,
    looked_at: Option<Instant>,
    drift: String,
}

fn view(row: link_approval::Model) -> View {
    View {
        id: row.id,
        unit: row.unit_id.0,
        site: row.site_id.map(|id| id.0),
        target: row.target,
        name: row.name,
        owner: row.owner,
        purpose: row.purpose,
        state: row.state.word(),
        applied_by: row.applied_by,
        applied_at: row.applied_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decided_words: row.decided_words,
        expires: row.expires_on.map(|day| day.to_string()),
        renewed_by: row.renewed_by,
        looked_at: row.looked_at,
        drift: row.drift,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let (filter, pager) = (asked.filter(&units, cx.now()), Pager::asked(asked.page, asked.rows));
    let (rows, pager) = store::approvals(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(listed(items, pager, &format!("/api/v1/link-approvals?{}", asked.query())))
}

async fn one(cx: &Cx, actor: &Actor, id: i64) -> Result<Json<View>, Failure> {
    let row = store::one_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    Ok(Json(view(row)))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    Ok(one(&cx, &actor, id).await?.into_response())
}

pub(super) async fn apply(
    State(cx): State<Cx>,
    actor: Actor,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&APPLICATION, &ApplyForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match commands::apply(&cx, &actor, &form).await? {
        Ok(id) => Ok((StatusCode::CREATED, one(&cx, &actor, id).await?).into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

pub(super) async fn decide(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&DECISION, &DecideForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match commands::decide(&cx, &actor, id, &form).await? {
        Ok(_) => Ok(one(&cx, &actor, id).await?.into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::model::Deed;

    #[test]
    fn the_description_names_every_deed() {
        assert_eq!(Deed::ALL.map(Deed::word), DEED_WORDS);
    }
}
