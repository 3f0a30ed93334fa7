//! Yellow and red cards: one history for each unit, and the same as a file. Clause N1.2.

use crate::identity::web::Units;
use axum::extract::{Query, State};
use axum::response::Response;
use base::workday::Day;
use chrono::TimeDelta;
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::obligation::model::{Mark, begins};
use crate::obligation::store::{self, Card, CardFilter};
use crate::web::{Screen, download, query};
use crate::{Actor, Cx};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    card: String,
    unit: String,
    from: String,
    until: String,
    page: Option<u64>,
    rows: Option<u64>,
}

impl Asked {
    fn filter(&self, units: &Units) -> CardFilter {
        let day = |text: &str| Day::parse(text).and_then(begins);
        CardFilter {
            mark: Mark::of(&self.card).filter(|mark| *mark != Mark::Reminder),
            unit: units.path(&self.unit),
            from: day(&self.from),
            until: day(&self.until).map(|at| at + TimeDelta::days(1)),
        }
    }

    fn query(&self) -> String {
        query(&[("card", &self.card), ("unit", &self.unit), ("from", &self.from), ("until", &self.until)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<RowView>,
    pager: Pager,
    units: Vec<(i64, String)>,
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    card: &'static str,
    name: &'static str,
    at: Instant,
    unit: String,
    kind: &'static str,
    title: String,
    state: &'static str,
    withdrawn: Option<String>,
}

fn row(card: Card) -> RowView {
    RowView {
        id: card.obligation_id.0,
        card: card.mark.word(),
        name: card.mark.name(),
        at: card.due_at,
        unit: card.unit_name,
        kind: card.kind.name(),
        title: card.title,
        state: card.state.name(),
        withdrawn: card.withdrawn_at.map(|at| format!("{} 撤回：{}", minute(at), card.withdrawn_why)),
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::cards(cx.db.read(), &actor.sees(), &filter, Some(pager)).await?;
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        asked,
        rows: rows.into_iter().map(row).collect(),
        pager,
        units: units.choices(),
    };
    let help = "各单位的黄牌和红牌。超期即黄牌，久拖不办为红牌，红牌同时报上级单位。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: "红黄牌", section: "/cards", clause: "N1.2", help };
    Ok(screen.show("obligation_cards.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let (rows, _) = store::cards(cx.db.read(), &actor.sees(), &asked.filter(&units), None).await?;
    let headings = ["牌", "时间", "责任单位", "种类", "事项", "事项状态", "撤回"].map(str::to_owned).to_vec();
    let rows = rows.into_iter().map(row).map(|one| {
        vec![
            one.name.to_owned(),
            minute(one.at),
            one.unit,
            one.kind.to_owned(),
            one.title,
            one.state.to_owned(),
            one.withdrawn.unwrap_or_default(),
        ]
    });
    kind.answer(Export { title: "红黄牌", headings, rows: rows.collect() }).await
}
