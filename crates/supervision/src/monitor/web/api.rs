//! Availability as JSON: how sites stand, incidents, the days and the single visits of one site. Clauses N2.1, N5.2.

use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Query;
use ledger::api::{Param, Property, Schema, Shape, Spec, listed};
use ledger::identity::web::Units;
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use super::incidents::Asked as IncidentsAsked;
use super::list::Asked as ListAsked;
use super::show::{day_name, outcome};
use crate::monitor::model::{Counts, Sample, beijing_day, cause_words, hour_of};
use crate::monitor::store::{self, OfSite, Watched};

const STANDINGS: Shape = Shape::Word(&["down", "suspect", "up", "new", "off"]);
const OUTCOMES: Shape = Shape::Word(&["up", "slow", "down", "unsure"]);
/// Days that one answer holds, and hours of single visits; longer spans are asked for in parts.
const MOST_DAYS: i32 = 400;
const MOST_HOURS: i32 = 24;

static STANDING: Schema = Schema {
    name: "Standing",
    properties: &[
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("name", Shape::Text, "网站"),
        Property::new("home", Shape::Text, "首页网址"),
        Property::new("standing", STANDINGS, "状态"),
        Property::maybe("since", Shape::Time, "从什么时候起"),
        Property::maybe("last_at", Shape::Time, "最近一次访问"),
        Property::maybe("last_ms", Shape::Integer, "最近一次成功访问的毫秒数"),
        Property::maybe("certificate_ends", Shape::Time, "证书到期"),
    ],
};
static INCIDENT: Schema = Schema {
    name: "Incident",
    properties: &[
        Property::new("site", Shape::Integer, "网站的编号"),
        Property::new("name", Shape::Text, "网站"),
        Property::new("cause", Shape::Text, "原因"),
        Property::new("started_at", Shape::Time, "开始"),
        Property::maybe("ended_at", Shape::Time, "恢复"),
        Property::new("given_up", Shape::Flag, "没有恢复就停止了监测"),
    ],
};
static DAY: Schema = Schema {
    name: "VisitDay",
    properties: &[
        Property::new("day", Shape::Text, "日期，北京时间"),
        Property::new("visits", Shape::Integer, "有效访问"),
        Property::new("failed", Shape::Integer, "失败的"),
        Property::new("slow", Shape::Integer, "缓慢的"),
        Property::new("planned", Shape::Integer, "计划维护中的"),
        Property::new("unsure", Shape::Integer, "没有判定的"),
        Property::maybe("mean_ms", Shape::Integer, "打开的平均毫秒数"),
        Property::maybe("max_ms", Shape::Integer, "打开的最大毫秒数"),
    ],
};
static VISIT: Schema = Schema {
    name: "Visit",
    properties: &[
        Property::new("at", Shape::Time, "时间"),
        Property::new("outcome", OUTCOMES, "结果"),
        Property::new("reach", Shape::Text, "访问的结果，取值与巡检报告相同"),
        Property::new("planned", Shape::Flag, "计划维护中"),
        Property::new("ipv6", Shape::Flag, "经 IPv6"),
        Property::new("distrusted", Shape::Flag, "证书有问题"),
        Property::new("dns_ms", Shape::Integer, "域名解析"),
        Property::new("connect_ms", Shape::Integer, "连接"),
        Property::new("tls_ms", Shape::Integer, "加密握手"),
        Property::new("first_ms", Shape::Integer, "首字节"),
        Property::new("total_ms", Shape::Integer, "合计"),
    ],
};

const OF_SITES: Spec = Spec {
    summary: "管辖范围内网站的可用状态，有故障的在前",
    tag: "可用性",
    query: &[
        Param { name: "q", about: "名称、标识码、网址里的文字" },
        Param { name: "standing", about: "状态" },
        Param { name: "unit", about: "单位的编号，包括下级" },
    ],
    body: None,
    answer: Some(&STANDING),
    lists: true,
    status: 200,
};
pub(super) static STANDINGS_SPEC: Spec = OF_SITES;
pub(super) static INCIDENTS: Spec = Spec {
    summary: "故障，新的在前",
    query: &[
        Param { name: "q", about: "名称、标识码、网址里的文字" },
        Param { name: "state", about: "open 未恢复，ended 已恢复" },
        Param { name: "site", about: "网站的编号" },
        Param { name: "unit", about: "单位的编号，包括下级" },
        Param { name: "from", about: "从哪一天，如 2026-03-01" },
        Param { name: "until", about: "到哪一天" },
    ],
    answer: Some(&INCIDENT),
    ..OF_SITES
};
pub(super) static DAYS: Spec = Spec {
    summary: "一个网站每天的访问，旧的在前",
    query: &[Param { name: "days", about: "最近多少天，1 到 400，默认 31" }],
    answer: Some(&DAY),
    ..OF_SITES
};
pub(super) static VISITS: Spec = Spec {
    summary: "一个网站的单次访问，新的在前；保留 30 天",
    query: &[
        Param { name: "hours", about: "多少小时，1 到 24，默认 1" },
        Param { name: "until", about: "到什么时候，RFC 3339；默认现在" },
    ],
    answer: Some(&VISIT),
    ..OF_SITES
};

#[derive(Serialize)]
struct StandingView {
    site: i64,
    name: String,
    home: String,
    standing: &'static str,
    since: Option<Instant>,
    last_at: Option<Instant>,
    last_ms: Option<i32>,
    certificate_ends: Option<Instant>,
}

fn standing((site, watch): Watched) -> StandingView {
    let watch = watch.as_ref();
    StandingView {
        site: site.id.0,
        name: site.name,
        home: site.home,
        standing: watch.map_or(crate::monitor::model::Standing::New, |watch| watch.standing).word(),
        since: watch.map(|watch| watch.since),
        last_at: watch.and_then(|watch| watch.last_at),
        last_ms: watch.and_then(|watch| watch.last_ms),
        certificate_ends: watch.and_then(|watch| watch.certificate_ends),
    }
}

pub(super) async fn standings(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<ListAsked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::standings_of(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let items = rows.into_iter().map(standing).collect();
    Ok(listed(items, pager, &format!("/api/v1/availability?{}", asked.query())))
}

#[derive(Serialize)]
struct IncidentView {
    site: i64,
    name: String,
    cause: String,
    started_at: Instant,
    ended_at: Option<Instant>,
    given_up: bool,
}

fn incident((incident, site): OfSite) -> Option<IncidentView> {
    let site = site?;
    Some(IncidentView {
        site: site.id.0,
        name: site.name,
        cause: cause_words(&incident.cause),
        started_at: incident.started_at,
        ended_at: incident.ended_at,
        given_up: incident.given_up,
    })
}

pub(super) async fn incidents(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<IncidentsAsked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::incidents(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let items = rows.into_iter().filter_map(incident).collect();
    Ok(listed(items, pager, &format!("/api/v1/incidents?{}", asked.query())))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Span {
    days: Option<i32>,
    hours: Option<i32>,
    until: Option<Instant>,
}

#[derive(Serialize)]
struct DayView {
    day: String,
    visits: i64,
    failed: i64,
    slow: i64,
    planned: i64,
    unsure: i64,
    mean_ms: Option<i64>,
    max_ms: Option<i64>,
}

fn day(number: i32, counts: Counts) -> DayView {
    let opened = counts.visits - counts.failed;
    DayView {
        day: day_name(number),
        visits: counts.visits,
        failed: counts.failed,
        slow: counts.slow,
        planned: counts.planned,
        unsure: counts.unsure,
        mean_ms: (opened > 0).then(|| counts.sum_ms / opened),
        max_ms: (opened > 0).then_some(counts.max_ms),
    }
}

async fn seen(cx: &Cx, actor: &Actor, site: i64) -> Result<SiteId, Failure> {
    let found = store::watched_in(cx.db.read(), &actor.sees(), SiteId(site)).await?;
    Ok(found.ok_or(Failure::NotThere)?.0.id)
}

pub(super) async fn days(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Span>,
) -> Result<Response, Failure> {
    let site = seen(&cx, &actor, site).await?;
    let today = beijing_day(cx.now());
    let span = asked.days.unwrap_or(31).clamp(1, MOST_DAYS);
    let mut days = store::days_of(cx.db.read(), vec![site], today - span + 1, today).await?;
    let items: Vec<DayView> = days
        .remove(&site)
        .unwrap_or_default()
        .into_iter()
        .map(|(number, counts)| day(number, counts))
        .collect();
    Ok(whole(items, &format!("/api/v1/sites/{site}/days?")))
}

#[derive(Serialize)]
struct VisitView {
    at: Instant,
    outcome: &'static str,
    reach: String,
    planned: bool,
    ipv6: bool,
    distrusted: bool,
    dns_ms: u32,
    connect_ms: u32,
    tls_ms: u32,
    first_ms: u32,
    total_ms: u32,
}

fn visit((at, sample): (Instant, Sample)) -> VisitView {
    VisitView {
        at,
        outcome: outcome(&sample),
        reach: sample.reach.to_string(),
        planned: sample.planned,
        ipv6: sample.ipv6,
        distrusted: sample.distrusted,
        dns_ms: sample.dns_ms,
        connect_ms: sample.connect_ms,
        tls_ms: sample.tls_ms,
        first_ms: sample.first_ms,
        total_ms: sample.total_ms,
    }
}

pub(super) async fn visits(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Query(asked): Query<Span>,
) -> Result<Response, Failure> {
    let site = seen(&cx, &actor, site).await?;
    let until = asked.until.unwrap_or_else(|| cx.now());
    let from = until - chrono::TimeDelta::hours(asked.hours.unwrap_or(1).clamp(1, MOST_HOURS).into());
    let visits = store::samples_of(cx.db.read(), site, hour_of(from), hour_of(until)).await?;
    let inside = visits.into_iter().filter(|(at, _)| (from..=until).contains(at));
    Ok(whole(inside.map(visit).collect(), &format!("/api/v1/sites/{site}/visits?")))
}

/// A list that is answered whole, in the shape of those that have pages.
fn whole(items: Vec<impl Serialize>, address: &str) -> Response {
    let total = items.len() as u64;
    listed(items, Pager { page: 1, rows: total.max(1), total }, address)
}
