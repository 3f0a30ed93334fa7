//! The list of incidents. Clauses N2.1, N5.2.

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{Datelike as _, NaiveDate};
use ledger::identity::web::Units;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use super::show::lasted;
use crate::monitor::model::{cause_words, day_start};
use crate::monitor::store::{self, IncidentFilter, OfSite};

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    unit: String,
    site: String,
    from: String,
    until: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units) -> IncidentFilter {
        IncidentFilter {
            words: self.q.trim().to_owned(),
            unit_path: units.path(&self.unit),
            site: self.site.parse().ok().map(SiteId),
            open: match self.state.as_str() {
                "open" => Some(true),
                "ended" => Some(false),
                _ => None,
            },
            from: day(&self.from).map(day_start),
            until: day(&self.until).map(|day| day_start(day + 1)),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("state", &self.state),
            ("unit", &self.unit),
            ("site", &self.site),
            ("from", &self.from),
            ("until", &self.until),
        ])
    }
}

/// The number of a day as `2026-03-01`.
fn day(text: &str) -> Option<i32> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    Some(day.num_days_from_ce() - NaiveDate::default().num_days_from_ce())
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
    query: String,
    units: Vec<(i64, String)>,
    /// The one site that the list is narrowed to.
    site: Option<String>,
}

#[derive(Serialize)]
struct Row {
    site: i64,
    name: String,
    home: String,
    unit: String,
    started_at: Instant,
    ended_at: Option<Instant>,
    lasted: String,
    cause: String,
    given_up: bool,
}

fn rows(units: &Units, incidents: Vec<OfSite>, now: Instant) -> Vec<Row> {
    let names = units.names();
    let row = |(incident, site): OfSite| {
        let site = site?;
        Some(Row {
            site: site.id.0,
            unit: names.get(&site.unit_id).copied().unwrap_or_default().to_owned(),
            name: site.name,
            home: site.home,
            started_at: incident.started_at,
            ended_at: incident.ended_at,
            lasted: lasted(incident.started_at, incident.ended_at.unwrap_or(now)),
            cause: cause_words(&incident.cause),
            given_up: incident.given_up,
        })
    };
    incidents.into_iter().filter_map(row).collect()
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units);
    let pager = Pager::asked(asked.page, asked.rows);
    let (incidents, pager) = store::incidents(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let site = match filter.site {
        Some(id) => store::watched_in(cx.db.read(), &actor.sees(), id).await?.map(|(site, _)| site.name),
        None => None,
    };
    let view = View {
        narrowed: filter != IncidentFilter::default(),
        query: asked.query(),
        rows: rows(&units, incidents, cx.now()),
        pager,
        units: units.choices(),
        site,
        asked,
    };
    let help = "首页连续两次打不开记为一次故障，从第一次算起，到第一次打开为止。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "故障记录",
        section: "/incidents",
        clause: "N2.1、N5.2",
        help,
    };
    Ok(screen.show("incidents.html", view)?)
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    let filter = asked.filter(&units);
    let all = store::all_incidents(cx.db.read(), &actor.sees(), &filter, download::MOST_ROWS).await?;
    let cells = |row: Row| {
        let end = match (row.ended_at, row.given_up) {
            (None, _) => "未恢复".to_owned(),
            (Some(at), false) => minute(at),
            (Some(at), true) => format!("{}（停止监测）", minute(at)),
        };
        vec![row.name, row.home, row.unit, row.cause, minute(row.started_at), end, row.lasted]
    };
    let headings = ["网站", "首页网址", "主办单位", "原因", "开始", "恢复", "持续"];
    Ok(Export {
        title: "故障记录",
        headings: headings.map(str::to_owned).to_vec(),
        rows: rows(&units, all, cx.now()).into_iter().map(cells).collect(),
    })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_an_address_are_those_of_the_calendar() {
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("2026-11-26").map(|day| minute(day_start(day))).as_deref(), Some("2026-11-26 00:00"));
        assert_eq!(day("2026-13-01"), None);
    }
}
