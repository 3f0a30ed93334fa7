//! Suspensions as JSON: the list, and one. Clause N2.8.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, listed};
use ledger::identity::web::Units;
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::list::Asked;
use crate::lifecycle::entity::suspension;
use crate::lifecycle::store;

const STATE_WORDS: &[&str] =
    &["proposed", "notified", "suspended", "reported", "reopened", "announcing", "closed", "withdrawn"];

static SUSPENSION: Schema = Schema {
    name: "Suspension",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("unit", Shape::Integer, "主办单位的编号"),
        Property::new("issuer", Shape::Integer, "决定单位的编号"),
        Property::new("column", Shape::Text, "栏目的名称；空为整个网站"),
        Property::new("prefix", Shape::Text, "栏目网址的开头"),
        Property::new("state", Shape::Word(STATE_WORDS), "状态"),
        Property::new("grounds", Shape::Text, "理由"),
        Property::new("basis", Shape::Text, "依据"),
        Property::new("document", Shape::Text, "文号"),
        Property::maybe("from", Shape::Text, "关停日期，如 2026-03-01"),
        Property::maybe("suspended_at", Shape::Time, "关停的时间"),
        Property::maybe("announced", Shape::Text, "关闭公告的日期"),
        Property::maybe("until", Shape::Text, "公告截止日"),
        Property::new("redirect", Shape::Text, "关闭后转到的网址"),
        Property::new("proposed_at", Shape::Time, "提出的时间"),
        Property::maybe("over_at", Shape::Time, "恢复、关闭或撤回的时间"),
    ],
};

const BASE: Spec = Spec::of("关停", &SUSPENSION);
pub(super) static LIST: Spec = Spec {
    summary: "管辖范围内的关停，新的在前",
    query: &[
        Param { name: "state", about: "状态；不写为没有办结的，all 为全部" },
        Param { name: "unit", about: "主办单位的编号，包括下级" },
        Param { name: "site", about: "网站的编号" },
    ],
    lists: true,
    ..BASE
};
pub(super) static SHOW: Spec = Spec { summary: "一件关停", ..BASE };

#[derive(Serialize)]
struct View {
    id: i64,
    site: i64,
    unit: i64,
    issuer: i64,
    column: String,
    prefix: String,
    state: &'static str,
    grounds: String,
    basis: String,
    document: String,
    from: Option<String>,
    suspended_at: Option<Instant>,
    announced: Option<String>,
    until: Option<String>,
    redirect: String,
    proposed_at: Instant,
    over_at: Option<Instant>,
}

fn view(row: suspension::Model) -> View {
    View {
        id: row.id,
        site: row.site_id.0,
        unit: row.unit_id.0,
        issuer: row.issuer_id.0,
        column: row.column_name,
        prefix: row.prefix,
        state: row.state.word(),
        grounds: row.grounds,
        basis: row.basis,
        document: row.document,
        from: row.from_on.map(|day| day.to_string()),
        suspended_at: row.suspended_at,
        announced: row.announced_on.map(|day| day.to_string()),
        until: row.announced_until.map(|day| day.to_string()),
        redirect: row.redirect_to,
        proposed_at: row.proposed_at,
        over_at: row.over_at,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let (filter, pager) = (asked.filter(&units), Pager::asked(asked.page, asked.rows));
    let (rows, pager) = store::suspensions(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let items = rows.into_iter().map(view).collect();
    Ok(listed(items, pager, &format!("/api/v1/suspensions?{}", asked.query())))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = store::one_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    Ok(Json(view(row)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::model::State as Stands;

    #[test]
    fn the_description_names_every_state() {
        let mut words = Stands::ALL.map(Stands::word);
        let mut told = STATE_WORDS.to_vec();
        words.sort_unstable();
        told.sort_unstable();
        assert_eq!(words.to_vec(), told);
    }
}
