//! The list of tickets, and the same list as a file. Clauses N2.8, N5.3.

use ledger::identity::web::Units;
use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use axum_extra::extract::Form;
use base::Level;
use ledger::web::{Screen, download, flash, query};
use ledger::{Actor, Cx, ObligationId, SiteId};
use platform::Error;
use platform::clock::{Instant, beijing};
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use super::ends;
use crate::ids::FindingId;
use crate::inspection::model::finding::{level_number, level_of};
use crate::rectification::commands::handle::Deed;
use crate::rectification::commands::many::{self, ManyForm};
use crate::rectification::commands::{ISSUERS, OWERS};
use crate::rectification::model::State as Stands;
use crate::rectification::store::{self, Filter, Row};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    level: String,
    unit: String,
    site: String,
    finding: String,
    pub(super) page: Option<u64>,
    pub(super) rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units) -> Filter {
        Filter {
            words: self.q.trim().to_owned(),
            states: match self.state.as_str() {
                "all" => Stands::ALL.to_vec(),
                word => Stands::of(word).into_iter().collect(),
            },
            level: self.level.parse().ok().map(|level: Level| level_number(level)),
            unit: units.path(&self.unit),
            site: self.site.parse().ok().map(SiteId),
            finding: self.finding.parse().ok().map(FindingId),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("state", &self.state),
            ("level", &self.level),
            ("unit", &self.unit),
            ("site", &self.site),
            ("finding", &self.finding),
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
    levels: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    /// This month, as the bulletin's address has it.
    month: String,
    /// What may be done with those that are ticked.
    deeds: Vec<&'static str>,
    many: ManyForm,
    faults: Faults,
}

#[derive(Serialize)]
pub(super) struct RowView {
    id: i64,
    title: String,
    site_id: i64,
    site: String,
    unit: String,
    level: &'static str,
    level_word: &'static str,
    state: &'static str,
    state_word: &'static str,
    issued_at: Instant,
    due: String,
    overdue: bool,
    over_at: Option<Instant>,
}

/// Rows as lists show them.
pub(super) async fn views(cx: &Cx, units: &Units, rows: Vec<Row>) -> Result<Vec<RowView>, Error> {
    let ends: HashMap<ObligationId, (String, bool)> =
        ends(cx, rows.iter().filter_map(|row| row.obligation_id).collect()).await?;
    let views = rows.into_iter().map(|row| {
        let (due, overdue) = row.obligation_id.and_then(|id| ends.get(&id).cloned()).unwrap_or_default();
        let level = level_of(row.level);
        RowView {
            id: row.id.0,
            title: row.title,
            site_id: row.site_id.0,
            site: row.site_name,
            unit: units.name(row.unit_id),
            level: level.label(),
            level_word: level.code(),
            state: row.state.name(),
            state_word: row.state.word(),
            issued_at: row.issued_at,
            due,
            overdue,
            over_at: row.over_at,
        }
    });
    Ok(views.collect())
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&cx, &actor, asked, ManyForm::default(), Faults::default()).await
}

/// What is done with those that are ticked.
pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<ManyForm>,
) -> Result<Response, Failure> {
    match many::act(&cx, &actor, &form).await? {
        Ok((deed, came)) => Ok(flash(&came.words(deed), &format!("/tickets?{}", form.back))),
        Err(faults) => {
            let uri = format!("/tickets?{}", form.back).parse().unwrap_or_default();
            let asked = Query::<Asked>::try_from_uri(&uri).map(|query| query.0).unwrap_or_default();
            show(&cx, &actor, asked, form, faults).await
        }
    }
}

async fn show(
    cx: &Cx,
    actor: &Actor,
    asked: Asked,
    many: ManyForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::tickets(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let mut states = vec![("", "没有办结的"), ("all", "全部")];
    states.extend(Stands::ALL.iter().map(|one| (one.word(), one.name())));
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: views(cx, &units, rows).await?,
        deeds: deeds(actor),
        many,
        faults,
        pager,
        states,
        levels: Level::GRAVEST_FIRST.map(|level| (level.code(), level.label())).to_vec(),
        units: units.choices(),
        month: beijing(cx.now()).format("%Y%m").to_string(),
        asked,
    };
    let help = "确认的问题限期整改，复查不再发现才办结；逾期亮黄牌、红牌。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: "整改单", section: "/tickets", clause: "N2.8、N5.3", help
        };
    Ok(screen.show("tickets.html", view)?)
}

fn deeds(actor: &Actor) -> Vec<&'static str> {
    let may = |deed: &Deed| actor.has_any(if *deed == Deed::Receive { OWERS } else { ISSUERS });
    many::DEEDS.into_iter().filter(may).map(Deed::word).collect()
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units);
    let (rows, _) = store::tickets(cx.db.read(), &actor.sees(), &filter, None, download::MOST_ROWS).await?;
    let headings =
        ["编号", "整改单", "网站", "责任单位", "级别", "状态", "发出时间", "截止日", "超期", "办结时间"];
    let rows = views(&cx, &units, rows).await?.into_iter().map(|one| {
        vec![
            one.id.to_string(),
            one.title,
            one.site,
            one.unit,
            one.level.to_owned(),
            one.state.to_owned(),
            minute(one.issued_at),
            one.due,
            if one.overdue { "是" } else { "" }.to_owned(),
            one.over_at.map(minute).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "整改单", headings, rows: rows.collect() }).await
}
