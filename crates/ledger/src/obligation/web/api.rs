//! Obligations as JSON: the list, and one. Clauses N1.2, N2.8, N5.3.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::list::{Asked, card};
use crate::api::{Param, Property, Schema, Shape, Spec, listed};
use crate::identity::web::Units;
use crate::obligation::entity::obligation;
use crate::obligation::model::State as Stands;
use crate::obligation::store;
use crate::{Actor, Cx, ObligationId};

const KIND_WORDS: &[&str] = &[
    "order",
    "rectification",
    "dispute",
    "duty_reading",
    "patrol_reading",
    "correction_transfer",
    "correction_reply",
    "suspension",
    "link_renewal",
];
const STATE_WORDS: &[&str] = &["open", "reported", "met", "called_off"];

static OBLIGATION: Schema = Schema {
    name: "Obligation",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("kind", Shape::Word(KIND_WORDS), "种类"),
        Property::new("clause", Shape::Text, "条款"),
        Property::new("title", Shape::Text, "事项"),
        Property::new("unit", Shape::Integer, "责任单位的编号"),
        Property::new("issuer", Shape::Integer, "交办单位的编号"),
        Property::maybe("site", Shape::Integer, "网站的编号"),
        Property::maybe("person", Shape::Integer, "责任人的编号"),
        Property::new("state", Shape::Word(STATE_WORDS), "状态"),
        Property::new("started", Shape::Text, "开始的日子，从次日起算"),
        Property::maybe("due", Shape::Text, "截止日，如 2026-03-01；计时暂停时没有"),
        Property::new("overdue", Shape::Flag, "是否超期"),
        Property::maybe("card", Shape::Word(&["yellow", "red"]), "亮过的最重的牌"),
        Property::new("opened_at", Shape::Time, "建立时间"),
        Property::maybe("reported_at", Shape::Time, "报告办结的时间"),
        Property::maybe("over_at", Shape::Time, "办结或撤销的时间"),
        Property::new("link", Shape::Text, "所由来的页面"),
    ],
};

const BASE: Spec = Spec::of("责任事项", &OBLIGATION);
pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的责任事项，先到期的在前",
    query: &[
        Param { name: "q", about: "事项和说明里的文字" },
        Param { name: "state", about: "状态；不写为没有办结的，overdue 为已超期" },
        Param { name: "kind", about: "种类" },
        Param { name: "unit", about: "责任单位的编号，包括下级" },
        Param { name: "site", about: "网站的编号" },
    ],
    lists: true,
    ..BASE
};
pub(super) static SHOW: Spec = Spec { summary: "一个责任事项", ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    kind: &'static str,
    clause: String,
    title: String,
    unit: i64,
    issuer: i64,
    site: Option<i64>,
    person: Option<i64>,
    state: &'static str,
    started: String,
    due: Option<String>,
    overdue: bool,
    card: Option<&'static str>,
    opened_at: Instant,
    reported_at: Option<Instant>,
    over_at: Option<Instant>,
    link: String,
}

fn view(row: obligation::Model, now: Instant) -> View {
    View {
        id: row.id.0,
        kind: row.kind.word(),
        unit: row.unit_id.0,
        issuer: row.issuer_id.0,
        site: row.site_id.map(|id| id.0),
        person: row.person_id.map(|id| id.0),
        state: row.state.word(),
        started: row.started_on.to_string(),
        due: row.due_on.map(|day| day.to_string()),
        overdue: row.state == Stands::Open && row.due_at.is_some_and(|due| due <= now),
        card: Some(card(&row)).filter(|card| !card.is_empty()),
        opened_at: row.opened_at,
        reported_at: row.reported_at,
        over_at: row.over_at,
        clause: row.clause,
        title: row.title,
        link: row.link,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (now, units) = (cx.now(), Units::of(&cx, &actor.sees()).await?);
    let (filter, pager) = (asked.filter(&units, now), Pager::asked(asked.page, asked.rows));
    let (rows, pager) = store::obligations(cx.db.read(), &actor.sees(), &filter, Some(pager)).await?;
    let items = rows.into_iter().map(|row| view(row, now)).collect();
    Ok(listed(items, pager, &format!("/api/v1/obligations?{}", asked.query())))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = store::one_in(cx.db.read(), &actor.sees(), ObligationId(id)).await?;
    Ok(Json(view(row.ok_or(Failure::NotThere)?, cx.now())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::obligation::model::Kind;

    #[test]
    fn the_description_names_every_kind_and_state() {
        assert_eq!(Kind::ALL.map(Kind::word), KIND_WORDS);
        assert_eq!(Stands::ALL.map(Stands::word), STATE_WORDS);
    }
}
