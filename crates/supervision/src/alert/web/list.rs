//! The list of alerts: filters, bulk actions, export. Clauses N2.1, N2.7.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::{Form, Query};
use base::level::Level;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::web::{Screen, download, flash, query};
use ledger::{Actor, Cx, SiteId, UnitId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::alert::commands::{handling, silenced};
use crate::alert::entity::{alert, silence};
use crate::alert::model::{self, Kind};
use crate::alert::store::{self, Filter};

/// The states that a list can be narrowed to: word and name.
const STATES: [(&str, &str); 3] = [("unread", "未确认"), ("open", "未恢复"), ("cleared", "已恢复")];

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    pub q: String,
    pub kind: String,
    pub level: String,
    pub state: String,
    pub site: String,
    pub unit: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) async fn filter(&self, cx: &Cx, actor: &Actor) -> Result<Filter, Failure> {
        let unit = match self.unit.parse() {
            Ok(id) => people::unit_in(cx.db.read(), &actor.sees(), UnitId(id)).await?,
            Err(_) => None,
        };
        Ok(Filter {
            words: self.q.trim().to_owned(),
            kind: Kind::of(&self.kind),
            level: self.level.parse::<Level>().map(|level| level.code().to_owned()).unwrap_or_default(),
            state: self.state.clone(),
            site: self.site.parse().ok().map(SiteId),
            unit_path: unit.map(|unit| unit.path),
        })
    }

    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("kind", &self.kind),
            ("level", &self.level),
            ("state", &self.state),
            ("site", &self.site),
            ("unit", &self.unit),
        ])
    }
}

/// An alert as lists show it.
#[derive(Serialize)]
pub(super) struct Row {
    id: i64,
    title: String,
    kind: &'static str,
    level: &'static str,
    level_code: &'static str,
    site: Option<i64>,
    unit: String,
    count: i32,
    first_at: Instant,
    last_at: Instant,
    cleared_at: Option<Instant>,
    acknowledged_by: Option<String>,
    silenced: bool,
}

pub(super) fn row(alert: alert::Model, unit: String, silences: &[silence::Model], now: Instant) -> Row {
    let level = model::level(&alert.level);
    Row {
        silenced: alert.cleared_at.is_none() && silenced(silences, &alert, now).is_some(),
        id: alert.id,
        kind: alert.kind.name(),
        level: level.label(),
        level_code: level.code(),
        site: alert.site_id.map(|site| site.0),
        unit,
        count: alert.count,
        first_at: alert.first_at,
        last_at: alert.last_at,
        cleared_at: alert.cleared_at,
        acknowledged_by: alert.acknowledged_at.map(|_| alert.acknowledged_by),
        title: alert.title,
    }
}

/// The names of units by path.
pub(super) async fn unit_names(cx: &Cx, actor: &Actor) -> Result<HashMap<String, String>, Failure> {
    let units = people::units(cx.db.read(), &actor.sees()).await?;
    Ok(units.into_iter().map(|unit| (unit.path, unit.name)).collect())
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
    query: String,
    units: Vec<(i64, String)>,
    kinds: Vec<(&'static str, &'static str)>,
    levels: Vec<(&'static str, &'static str)>,
    states: [(&'static str, &'static str); 3],
    hours: [i64; 5],
    may_act: bool,
    may_silence: bool,
    may_keep: bool,
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
    let rows = alerts.into_iter().map(|alert| {
        let unit = names.get(&alert.unit_path).cloned().unwrap_or_default();
        row(alert, unit, &silences, cx.now())
    });
    let units = Units::of(&cx, &actor.sees()).await?;
    let view = View {
        narrowed: filter != Filter::default(),
        query: asked.query(),
        asked,
        rows: rows.collect(),
        pager,
        units: units.choices(),
        kinds: Kind::ALL.iter().map(|kind| (kind.word(), kind.name())).collect(),
        levels: Level::GRAVEST_FIRST.iter().map(|level| (level.code(), level.label())).collect(),
        states: STATES,
        hours: handling::HOURS,
        may_act: actor.has_any(handling::ACTS),
        may_silence: actor.has_any(handling::SILENCES),
        may_keep: actor.has_any(crate::alert::commands::channel::KEEPERS),
    };
    let help =
        "发现网站不能访问、证书到期、严重问题等情况时立即告警。未恢复的在前；确认表示已有人处理，不再升级。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: "告警", section: "/alerts", clause: "N2.1", help };
    Ok(screen.show("alerts.html", view)?)
}

/// Check boxes and the fields of the bulk actions.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    id: Vec<i64>,
    hours: i64,
    reason: String,
    back: String,
}

impl Chosen {
    /// Back to the list as it was filtered; only to this list.
    fn back(&self) -> String {
        let own = self.back.bytes().all(|b| b.is_ascii_graphic()) && !self.back.contains(['/', '\\']);
        if own && !self.back.is_empty() { format!("/alerts?{}", self.back) } else { "/alerts".to_owned() }
    }
}

pub(super) async fn acknowledge(
    State(cx): State<Cx>,
    actor: Actor,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    let done = handling::acknowledge(&cx, &actor, &chosen.id).await?;
    Ok(flash(&format!("已确认 {done} 条告警。"), &chosen.back()))
}

pub(super) async fn silence(
    State(cx): State<Cx>,
    actor: Actor,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Failure> {
    let made = handling::silence_alerts(&cx, &actor, &chosen.id, chosen.hours, &chosen.reason).await?;
    Ok(flash(&format!("已设置 {made} 个静默，{} 小时内不再发送。", chosen.hours), &chosen.back()))
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let filter = asked.filter(cx, actor).await?;
    let alerts = store::all_alerts(cx.db.read(), &actor.sees(), &filter, download::MOST_ROWS).await?;
    let names = unit_names(cx, actor).await?;
    let time = |at: Option<Instant>| at.map(minute).unwrap_or_default();
    let rows = alerts.into_iter().map(|alert| {
        vec![
            alert.id.to_string(),
            model::level(&alert.level).label().to_owned(),
            alert.kind.name().to_owned(),
            alert.title.clone(),
            alert.words.clone(),
            names.get(&alert.unit_path).cloned().unwrap_or_default(),
            minute(alert.first_at),
            minute(alert.last_at),
            alert.count.to_string(),
            time(alert.acknowledged_at),
            alert.acknowledged_by.clone(),
            time(alert.cleared_at),
        ]
    });
    let headings = [
        "编号",
        "级别",
        "类型",
        "标题",
        "说明",
        "单位",
        "开始",
        "最近",
        "次数",
        "确认时间",
        "确认人",
        "恢复时间",
    ];
    Ok(Export { title: "告警", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}
