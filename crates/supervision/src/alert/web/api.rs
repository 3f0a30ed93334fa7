//! Alerts as JSON. Clauses N2.1, N5.2.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, listed};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::Serialize;

use super::list::{Asked, unit_names};
use crate::alert::commands::{handling, silenced};
use crate::alert::entity::{alert, silence};
use crate::alert::model;
use crate::alert::store;

/// The words of all kinds.
const KINDS: &[&str] = &["unreachable", "certificate", "finding", "job", "obligation", "link", "test"];

static ALERT: Schema = Schema {
    name: "Alert",
    properties: &[
        Property::new("id", Shape::Integer, "编号"),
        Property::new("kind", Shape::Word(KINDS), "类型"),
        Property::new("level", Shape::Word(&["veto", "fault", "warning", "notice"]), "级别"),
        Property::new("title", Shape::Text, "标题"),
        Property::new("words", Shape::Text, "说明"),
        Property::new("unit_name", Shape::Text, "单位"),
        Property::maybe("site", Shape::Integer, "网站的编号"),
        Property::new("link", Shape::Text, "系统里的相关页面"),
        Property::new("count", Shape::Integer, "未恢复期间发生的次数"),
        Property::new("first_at", Shape::Time, "开始"),
        Property::new("last_at", Shape::Time, "最近一次"),
        Property::maybe("acknowledged_at", Shape::Time, "确认时间"),
        Property::maybe("acknowledged_by", Shape::Text, "确认人"),
        Property::maybe("escalated_at", Shape::Time, "升级时间"),
        Property::maybe("cleared_at", Shape::Time, "恢复时间"),
        Property::new("silenced", Shape::Flag, "是否在静默中"),
    ],
};

const FILTERS: &[Param] = &[
    Param { name: "q", about: "标题或说明里的文字" },
    Param { name: "kind", about: "类型" },
    Param { name: "level", about: "级别" },
    Param { name: "state", about: "unread 未确认、open 未恢复、cleared 已恢复" },
    Param { name: "site", about: "网站的编号" },
    Param { name: "unit", about: "单位的编号，包括下级" },
];

/// What the descriptions share.
const BASE: Spec = Spec::of("告警", &ALERT);
pub(super) static LIST: Spec =
    Spec { summary: "管辖范围内的告警，未恢复的在前", query: FILTERS, lists: true, ..BASE };
pub(super) static SHOW: Spec = Spec { summary: "一条告警", ..BASE };
pub(super) static ACKNOWLEDGE: Spec =
    Spec { summary: "确认一条告警：已有人处理，不再升级", ..BASE };

#[derive(Serialize)]
pub(super) struct AlertView {
    id: i64,
    kind: &'static str,
    level: &'static str,
    title: String,
    words: String,
    unit_name: String,
    site: Option<i64>,
    link: String,
    count: i32,
    first_at: Instant,
    last_at: Instant,
    acknowledged_at: Option<Instant>,
    acknowledged_by: Option<String>,
    escalated_at: Option<Instant>,
    cleared_at: Option<Instant>,
    silenced: bool,
}

fn view(row: alert::Model, unit_name: String, silences: &[silence::Model], now: Instant) -> AlertView {
    AlertView {
        silenced: row.cleared_at.is_none() && silenced(silences, &row, now).is_some(),
        id: row.id,
        kind: row.kind.word(),
        level: model::level(&row.level).code(),
        title: row.title,
        words: row.words,
        unit_name,
        site: row.site_id.map(|site| site.0),
        link: row.link,
        count: row.count,
        first_at: row.first_at,
        last_at: row.last_at,
        acknowledged_at: row.acknowledged_at,
        acknowledged_by: row.acknowledged_at.map(|_| row.acknowledged_by),
        escalated_at: row.escalated_at,
        cleared_at: row.cleared_at,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter(&cx, &actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (alerts, pager) = store::alerts(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let names = unit_names(&cx, &actor).await?;
    let silences = store::silences_now_unscoped(cx.db.read(), cx.now()).await?;
    let items = alerts.into_iter().map(|row| {
        let unit = names.get(&row.unit_path).cloned().unwrap_or_default();
        view(row, unit, &silences, cx.now())
    });
    Ok(listed(items.collect(), pager, &format!("/api/v1/alerts?{}", asked.query())))
}

async fn one(cx: &Cx, actor: &Actor, id: i64) -> Result<Json<AlertView>, Failure> {
    let row = store::alert_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let unit = unit_names(cx, actor).await?.remove(&row.unit_path).unwrap_or_default();
    let silences = store::silences_now_unscoped(cx.db.read(), cx.now()).await?;
    Ok(Json(view(row, unit, &silences, cx.now())))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<AlertView>, Failure> {
    one(&cx, &actor, id).await
}

pub(super) async fn acknowledge(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Json<AlertView>, Failure> {
    handling::acknowledge(&cx, &actor, &[id]).await?;
    one(&cx, &actor, id).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::model::Kind;

    #[test]
    fn the_description_names_every_kind() {
        assert_eq!(Kind::ALL.map(Kind::word), KINDS);
    }
}
