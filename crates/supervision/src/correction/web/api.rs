//! Corrections as JSON: the same list and deeds as the screens. Clauses N2.3, N5.3.
//!
//! Who sent one, and how to reach him, stays on the screen of those who answer him.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, invalid, listed, over};
use ledger::identity::web::Units;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;
use serde_json::{Map, Value};

use super::list::Asked;
use crate::correction::commands::handle::{self, DeedForm};
use crate::correction::entity::correction;
use crate::correction::store;

const STATE_WORDS: &[&str] = &["received", "transferred", "answered", "refused"];
const DEED_WORDS: &[&str] = &["transfer", "refuse", "answer", "return", "publish", "hide"];

static CORRECTION: Schema = Schema {
    name: "Correction",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("receipt", Shape::Text, "给网民的查询编号"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("handler", Shape::Integer, "转办单位的编号"),
        Property::maybe("unit", Shape::Integer, "答复单位的编号"),
        Property::new("kind", Shape::Text, "问题的种类"),
        Property::new("page", Shape::Text, "所在的页面"),
        Property::new("fault", Shape::Text, "有误的文字"),
        Property::new("words", Shape::Text, "问题说明"),
        Property::new("state", Shape::Word(STATE_WORDS), "状态"),
        Property::new("received_at", Shape::Time, "收到的时间"),
        Property::maybe("transferred_at", Shape::Time, "转办的时间"),
        Property::maybe("answered_at", Shape::Time, "答复的时间"),
        Property::new("answer", Shape::Text, "答复"),
        Property::new("is_public", Shape::Flag, "是否公开答复"),
        Property::maybe("rating", Shape::Integer, "满意度，1 到 5"),
        Property::maybe("finding", Shape::Integer, "登记成的线索的编号"),
    ],
};
static DEED: Schema = Schema {
    name: "CorrectionDeed",
    properties: &[
        Property::new("deed", Shape::Word(DEED_WORDS), "转办、不予受理、答复、退回、公开、不公开"),
        Property::new("words", Shape::Text, "答复或理由"),
        Property::new("unit", Shape::Integer, "转给哪个单位"),
        Property::new("as_finding", Shape::Text, "1：同时登记为线索"),
        Property::new("summary", Shape::Text, "公开的问题摘要"),
        Property::new("is_public", Shape::Text, "1：公开答复"),
    ],
};

const BASE: Spec = Spec::of("网民找错", &CORRECTION);
pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的网民找错，新的在前",
    query: &[
        Param { name: "q", about: "编号、说明里的文字" },
        Param { name: "state", about: "状态" },
        Param { name: "unit", about: "单位的编号，包括下级" },
        Param { name: "site", about: "网站的编号" },
    ],
    lists: true,
    ..BASE
};
pub(super) static SHOW: Spec = Spec { summary: "一件网民找错", ..BASE };
pub(super) static ACT: Spec =
    Spec { summary: "转办、答复、退回、公开", body: Some(&DEED), ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    receipt: String,
    site: i64,
    handler: i64,
    unit: Option<i64>,
    kind: String,
    page: String,
    fault: String,
    words: String,
    state: &'static str,
    received_at: Instant,
    transferred_at: Option<Instant>,
    answered_at: Option<Instant>,
    answer: String,
    is_public: bool,
    rating: Option<i32>,
    finding: Option<i64>,
}

fn view(row: correction::Model) -> View {
    View {
        id: row.id,
        receipt: row.receipt,
        site: row.site_id.0,
        handler: row.handler_id.0,
        unit: row.target_id.map(|id| id.0),
        kind: row.kind,
        page: row.page,
        fault: row.fault,
        words: row.words,
        state: row.state.word(),
        received_at: row.received_at,
        transferred_at: row.transferred_at,
        answered_at: row.answered_at,
        answer: row.answer,
        is_public: row.is_public,
        rating: row.rating,
        finding: row.finding_id.map(|id| id.0),
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let (filter, pager) = (asked.filter(&units), Pager::asked(asked.page, asked.rows));
    let (rows, pager) = store::corrections(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(listed(items, pager, &format!("/api/v1/corrections?{}", asked.query())))
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

pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Json(sent): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let form = match over(&DEED, &DeedForm::default(), sent) {
        Ok(form) => form,
        Err(faults) => return Ok(invalid(&faults)),
    };
    match handle::act(&cx, &actor, id, &form).await? {
        Ok(_) => Ok(one(&cx, &actor, id).await?.into_response()),
        Err(faults) => Ok(invalid(&faults)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correction::commands::handle::Deed;

    #[test]
    fn the_description_names_every_deed() {
        assert_eq!(Deed::ALL.map(Deed::word), DEED_WORDS);
    }
}
