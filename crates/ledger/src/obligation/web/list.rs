//! The list of obligations, and the same list as a file. Clauses N1.2, N2.8.

use crate::identity::web::Units;
use axum::extract::{Query, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use super::left;
use crate::obligation::commands::ISSUERS;
use crate::obligation::entity::obligation;
use crate::obligation::model::{Kind, State as Stands};
use crate::obligation::store::{self, Filter};
use crate::web::{Screen, download, query};
use crate::{Actor, Cx, SiteId};

/// Which state a list shows beside the states themselves.
const OVERDUE: &str = "overdue";

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    kind: String,
    unit: String,
    site: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units, now: Instant) -> Filter {
        Filter {
            words: self.q.trim().to_owned(),
            states: Stands::of(&self.state).into_iter().collect(),
            kind: Kind::of(&self.kind),
            unit: units.path(&self.unit),
            site: self.site.parse().ok().map(SiteId),
            overdue_at: (self.state == OVERDUE).then_some(now),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("state", &self.state),
            ("kind", &self.kind),
            ("unit", &self.unit),
            ("site", &self.site),
        ])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<RowView>,
    pager: Pager,
    states: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    may_order: bool,
    counts: (u64, u64, u64),
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    kind: &'static str,
    clause: String,
    title: String,
    unit: String,
    state: &'static str,
    state_word: &'static str,
    due: String,
    left: String,
    overdue: bool,
    card: &'static str,
    opened_at: Instant,
    over_at: Option<Instant>,
}

/// The gravest card that an obligation has come to.
pub(super) fn card(row: &obligation::Model) -> &'static str {
    match row.marked {
        3.. => "red",
        2 => "yellow",
        _ => "",
    }
}

fn row(row: obligation::Model, units: &Units, now: Instant) -> RowView {
    let is_open = row.state == Stands::Open;
    RowView {
        id: row.id.0,
        kind: row.kind.name(),
        unit: units.name(row.unit_id),
        state: row.state.name(),
        state_word: row.state.word(),
        due: row.due_on.map(|day| day.to_string()).unwrap_or_default(),
        left: if is_open { left(row.due_at, now) } else { String::new() },
        overdue: is_open && row.due_at.is_some_and(|due| due <= now),
        card: card(&row),
        opened_at: row.opened_at,
        over_at: row.over_at,
        clause: row.clause,
        title: row.title,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (now, db, units) = (cx.now(), cx.db.read(), Units::of(&cx, &actor.sees()).await?);
    let filter = asked.filter(&units, now);
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = store::obligations(db, &actor.sees(), &filter, Some(pager)).await?;
    let counts = store::counts(db, &actor.sees(), now).await?;
    let mut states = vec![("", "办理中和待验收"), (OVERDUE, "已超期")];
    states.extend(Stands::ALL.iter().map(|one| (one.word(), one.name())));
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: rows.into_iter().map(|one| row(one, &units, now)).collect(),
        pager,
        states,
        kinds: Kind::ALL.iter().map(|one| (one.word(), one.name())).collect(),
        units: units.choices(),
        may_order: actor.has_any(ISSUERS),
        counts: (counts.open, counts.overdue, counts.reported),
        asked,
    };
    let help = "谁在什么时候之前要办成什么事：同一个钟计时、提醒、亮黄牌和红牌。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "责任事项",
        section: "/obligations",
        clause: "N1.2、N2.8、N5.3",
        help,
    };
    Ok(screen.show("obligations.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (now, units) = (cx.now(), Units::of(&cx, &actor.sees()).await?);
    let filter = asked.filter(&units, now);
    let (rows, _) = store::obligations(cx.db.read(), &actor.sees(), &filter, None).await?;
    let headings =
        ["编号", "种类", "条款", "事项", "责任单位", "状态", "交办时间", "截止日", "红黄牌", "办结时间"];
    let rows = rows.into_iter().map(|one| {
        let one = row(one, &units, now);
        let card = match one.card {
            "red" => "红牌",
            "yellow" => "黄牌",
            _ => "",
        };
        vec![
            one.id.to_string(),
            one.kind.to_owned(),
            one.clause,
            one.title,
            one.unit,
            one.state.to_owned(),
            minute(one.opened_at),
            one.due,
            card.to_owned(),
            one.over_at.map(minute).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "责任事项", headings, rows: rows.collect() }).await
}
