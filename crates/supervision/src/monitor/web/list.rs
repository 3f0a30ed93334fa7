//! The list of sites with how they stand. Clauses N2.1, N5.2.

use ledger::identity::web::Units;
use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use axum::response::Response;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use super::milliseconds;
use crate::monitor::model::{Counts, DAYS, Judgement, Standing, beijing_day, cause_words, judge};
use crate::monitor::store::{self, Filter, Watched};

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    standing: String,
    unit: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units) -> Filter {
        Filter {
            words: self.q.trim().to_owned(),
            standing: Standing::of(&self.standing),
            unit_path: units.path(&self.unit),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[("q", &self.q), ("standing", &self.standing), ("unit", &self.unit)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
    query: String,
    units: Vec<(i64, String)>,
    standings: Vec<(&'static str, &'static str, i64)>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    home: String,
    unit: String,
    standing: &'static str,
    standing_word: &'static str,
    since: Option<Instant>,
    cause: Option<String>,
    today: Option<String>,
    week: Option<String>,
    judgement: &'static str,
    vetoed: bool,
    ms: Option<String>,
    last_at: Option<Instant>,
}

/// What the official judgement is called on the screen.
pub(super) fn verdict(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Passed => "达标",
        Judgement::Vetoed => "单项否决",
        Judgement::TooFew => "次数不足",
    }
}

async fn rows(cx: &Cx, units: &Units, sites: Vec<Watched>) -> Result<Vec<Row>, Failure> {
    let (db, today) = (cx.db.read(), beijing_day(cx.now()));
    let ids: Vec<SiteId> = sites.iter().map(|(site, _)| site.id).collect();
    let days = store::days_of(db, ids, today - DAYS as i32, today).await?;
    let open = sites.iter().filter_map(|(_, watch)| watch.as_ref()?.incident_id).collect();
    let causes = store::causes(db, open).await?;
    let names = units.names();
    let none = BTreeMap::new();
    let row = |(site, watch): Watched| {
        let days = days.get(&site.id).unwrap_or(&none);
        let of = |day: i32| days.get(&day).copied().unwrap_or_default();
        let full: [Counts; DAYS] = std::array::from_fn(|at| of(today - DAYS as i32 + at as i32));
        let week = (today - 6..=today).fold(Counts::default(), |all, day| all.and(of(day)));
        let judgement = judge(&full);
        let watch = watch.as_ref();
        let standing = watch.map_or(Standing::New, |watch| watch.standing);
        Row {
            id: site.id.0,
            unit: names.get(&site.unit_id).copied().unwrap_or_default().to_owned(),
            standing: standing.name(),
            standing_word: standing.word(),
            since: watch.map(|watch| watch.since),
            cause: cause_of(watch, &causes),
            today: of(today).share(),
            week: week.share(),
            judgement: verdict(judgement),
            vetoed: judgement == Judgement::Vetoed,
            ms: watch.and_then(|watch| watch.last_ms).map(|ms| milliseconds(ms.into())),
            last_at: watch.and_then(|watch| watch.last_at),
            name: site.name,
            home: site.home,
        }
    };
    Ok(sites.into_iter().map(row).collect())
}

fn cause_of(
    watch: Option<&crate::monitor::entity::watch::Model>,
    causes: &HashMap<i64, String>,
) -> Option<String> {
    let watch = watch?;
    let open = watch.incident_id.and_then(|id| causes.get(&id));
    open.or(watch.suspect_cause.as_ref()).map(|cause| cause_words(cause))
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (units, scope) = (Units::of(&cx, &actor.sees()).await?, actor.sees());
    let filter = asked.filter(&units);
    let pager = Pager::asked(asked.page, asked.rows);
    let (sites, pager) = store::standings_of(cx.db.read(), &scope, &filter, pager).await?;
    let counts = store::standings(cx.db.read(), &scope).await?;
    let number = |standing: Standing| counts.get(standing.word()).copied().unwrap_or_default();
    let view = View {
        narrowed: filter != Filter::default(),
        query: asked.query(),
        rows: rows(&cx, &units, sites).await?,
        pager,
        units: units.choices(),
        standings: Standing::ALL.iter().map(|one| (one.word(), one.name(), number(*one))).collect(),
        asked,
    };
    let help = "按登记的间隔访问每个网站的首页；有故障的排在最前。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "可用性",
        section: "/availability",
        clause: "N2.1、N5.2",
        help,
    };
    Ok(screen.show("availability.html", view)?)
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let units = Units::of(cx, &actor.sees()).await?;
    let sites = store::all_standings(cx.db.read(), &actor.sees(), &asked.filter(&units)).await?;
    let time = |at: Option<Instant>| at.map(minute).unwrap_or_default();
    let cells = |row: Row| {
        vec![
            row.name,
            row.home,
            row.unit,
            row.standing.to_owned(),
            time(row.since),
            row.cause.unwrap_or_default(),
            row.today.unwrap_or_default(),
            row.week.unwrap_or_default(),
            row.judgement.to_owned(),
            row.ms.unwrap_or_default(),
            time(row.last_at),
        ]
    };
    let headings = [
        "网站",
        "首页网址",
        "主办单位",
        "状态",
        "自",
        "原因",
        "今日可用率",
        "近7天可用率",
        "前7天判定",
        "最近响应",
        "最近访问",
    ];
    Ok(Export {
        title: "可用性",
        headings: headings.map(str::to_owned).to_vec(),
        rows: rows(cx, &units, sites).await?.into_iter().map(cells).collect(),
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
