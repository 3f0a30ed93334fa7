//! The list of corrections, and the same list as a file. Clauses N2.3, N5.3.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use ledger::identity::web::Units;
use ledger::obligation::model::State as Owed;
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::correction::entity::correction;
use crate::correction::model::{State as Stands, kind_name};
use crate::correction::store::{self, Filter};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    unit: String,
    site: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units) -> Filter {
        Filter {
            words: self.q.trim().to_owned(),
            state: Stands::of(&self.state),
            site: self.site.parse().ok().map(SiteId),
            unit: units.path(&self.unit),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[("q", &self.q), ("state", &self.state), ("unit", &self.unit), ("site", &self.site)])
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
    units: Vec<(i64, String)>,
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    receipt: String,
    site_id: i64,
    site: String,
    kind: &'static str,
    words: String,
    state: &'static str,
    state_word: &'static str,
    unit: String,
    received_at: Instant,
    answered_at: Option<Instant>,
    due: String,
    overdue: bool,
    is_public: bool,
    rating: Option<i32>,
}

async fn views(
    cx: &Cx,
    actor: &Actor,
    units: &Units,
    rows: Vec<correction::Model>,
) -> Result<Vec<RowView>, Failure> {
    let db = cx.db.read();
    let ids: Vec<SiteId> = rows.iter().map(|row| row.site_id).collect();
    let names = sites::names_in(db, &actor.sees(), &ids).await?;
    let owed: Vec<_> = rows.iter().filter_map(|row| row.reply_id.or(row.transfer_id)).collect();
    let now = cx.now();
    let ends: HashMap<_, _> = obligations::some_unscoped(db, &owed)
        .await?
        .into_iter()
        .map(|one| {
            let overdue = one.state == Owed::Open && one.due_at.is_some_and(|due| due <= now);
            (one.id, (one.due_on.map(|day| day.to_string()).unwrap_or_default(), overdue))
        })
        .collect();
    let view = |row: correction::Model| {
        let end = row.reply_id.or(row.transfer_id).and_then(|id| ends.get(&id).cloned());
        let is_open = matches!(row.state, Stands::Received | Stands::Transferred);
        let (due, overdue) = end.filter(|_| is_open).unwrap_or_default();
        RowView {
            id: row.id,
            receipt: row.receipt,
            site_id: row.site_id.0,
            site: names.get(&row.site_id).cloned().unwrap_or_default(),
            kind: kind_name(&row.kind),
            words: row.words,
            state: row.state.name(),
            state_word: row.state.word(),
            unit: row.target_id.map(|id| units.name(id)).unwrap_or_default(),
            received_at: row.received_at,
            answered_at: row.answered_at,
            due,
            overdue,
            is_public: row.is_public,
            rating: row.rating,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::corrections(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: views(&cx, &actor, &units, rows).await?,
        pager,
        states: Stands::ALL.map(|state| (state.word(), state.name())).to_vec(),
        units: units.choices(),
        asked,
    };
    let help = "网民在网站上提交的错误：1 个工作日内转办，3 个工作日内答复。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "网民找错",
        section: "/corrections",
        clause: "N2.3、N5.3",
        help,
    };
    Ok(screen.show("corrections.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units);
    let (rows, _) =
        store::corrections(cx.db.read(), &actor.sees(), &filter, None, download::MOST_ROWS).await?;
    let headings = [
        "编号",
        "网站",
        "种类",
        "问题",
        "状态",
        "答复单位",
        "收到",
        "答复",
        "截止日",
        "超期",
        "公开",
        "评分",
    ];
    let yes = |yes: bool| if yes { "是" } else { "" }.to_owned();
    let rows = views(&cx, &actor, &units, rows).await?.into_iter().map(|one| {
        vec![
            one.receipt,
            one.site,
            one.kind.to_owned(),
            one.words,
            one.state.to_owned(),
            one.unit,
            minute(one.received_at),
            one.answered_at.map(minute).unwrap_or_default(),
            one.due,
            yes(one.overdue),
            yes(one.is_public),
            one.rating.map(|rating| rating.to_string()).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "网民找错", headings, rows: rows.collect() }).await
}
