//! The availability of one site, and what can be done about it. Clauses N2.1, N5.2.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use ledger::registry::entity::site;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::{Instant, beijing};
use platform::web::{Failure, Faults, Pager};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::{CountsView, Strip, drawing, milliseconds};
use crate::monitor::commands::{self, DomainForm, PLANNERS, RUNNERS, WindowForm};
use crate::monitor::entity::{incident, maintenance};
use crate::monitor::model::{
    Cell, Counts, DAYS, ENDS_SOON_DAYS, Judgement, Outcome, Sample, Standing, beijing_day, cause_words,
    cells, day_start, hour_of, hour_start, judge,
};
use crate::monitor::store;

/// Single visits that the page shows, and the hours they are looked for in: at one visit an hour as many.
const VISITS: usize = 20;
const VISIT_HOURS: i32 = 24;
/// Incidents and windows that the page shows; all incidents stand in their list.
const ROWS: u64 = 20;

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    days: String,
}

#[derive(Serialize)]
struct View {
    id: i64,
    home: String,
    standing: &'static str,
    standing_word: &'static str,
    since: Option<Instant>,
    next_at: Option<Instant>,
    interval: i32,
    last_at: Option<Instant>,
    last_ms: Option<String>,
    last_address: Option<String>,
    cause: Option<String>,
    today: CountsView,
    week: Week,
    strips: [Strip; 2],
    days: i32,
    chart: Option<String>,
    visits: Vec<VisitView>,
    incidents: Vec<IncidentView>,
    more_incidents: bool,
    windows: Vec<WindowView>,
    certificate: Option<Ends>,
    certificate_fault: Option<&'static str>,
    domain: Option<Ends>,
    window_form: WindowForm,
    domain_form: DomainForm,
    faults: Faults,
    may_run: bool,
    may_plan: bool,
}

#[derive(Serialize)]
struct Week {
    judgement: Judgement,
    from: String,
    to: String,
    days: Vec<(String, CountsView)>,
    all: CountsView,
    /// Failed visits in ten-thousandths of all, as percent with two decimals.
    failed_share: Option<String>,
    fewest: i64,
}

#[derive(Serialize)]
struct VisitView {
    at: Instant,
    outcome: &'static str,
    words: String,
    planned: bool,
    family: &'static str,
    dns_ms: u32,
    connect_ms: u32,
    tls_ms: u32,
    first_ms: u32,
    total_ms: u32,
}

#[derive(Serialize)]
struct IncidentView {
    id: i64,
    started_at: Instant,
    ended_at: Option<Instant>,
    lasted: String,
    cause: String,
    given_up: bool,
}

#[derive(Serialize)]
struct WindowView {
    id: i64,
    from: Instant,
    until: Instant,
    reason: String,
    who: String,
    state: &'static str,
    may_end: bool,
}

#[derive(Serialize)]
struct Ends {
    day: String,
    left: i64,
    soon: bool,
}

/// The last day's hours as a strip and as cells.
pub(super) async fn hour_strip(cx: &Cx, site: SiteId) -> Result<(Strip, Vec<Cell>), DbErr> {
    let hour = hour_of(cx.now());
    let rows = store::hours_of(cx.db.read(), site, hour - 23, hour).await?;
    let cells = cells(&rows, hour - 23, hour);
    let label = |hour| beijing(hour_start(hour)).format("%m-%d %H 时").to_string();
    Ok((Strip::of("最近 24 小时", "小时", &cells, label), cells))
}

pub(super) fn day_name(day: i32) -> String {
    beijing(day_start(day)).format("%Y-%m-%d").to_string()
}

fn week(days: &std::collections::BTreeMap<i32, Counts>, today: i32) -> Week {
    let first = today - DAYS as i32;
    let counts: [Counts; DAYS] =
        std::array::from_fn(|at| days.get(&(first + at as i32)).copied().unwrap_or_default());
    let all = counts.iter().fold(Counts::default(), |all, day| all.and(*day));
    let share = (all.visits > 0).then(|| {
        let hundredths = all.failed * 10_000 / all.visits;
        format!("{}.{:02}%", hundredths / 100, hundredths % 100)
    });
    Week {
        judgement: judge(&counts),
        from: day_name(first),
        to: day_name(today - 1),
        days: (first..).map(day_name).zip(counts.iter().map(CountsView::from)).collect(),
        all: CountsView::from(&all),
        failed_share: share,
        fewest: counts.iter().map(|day| day.visits).min().unwrap_or_default(),
    }
}

/// The word for how a visit went, in styles and for programs.
pub(super) fn outcome(sample: &Sample) -> &'static str {
    match sample.outcome() {
        Outcome::Up => "up",
        Outcome::Slow => "slow",
        Outcome::Failed => "down",
        Outcome::Unsure => "unsure",
    }
}

fn visit_view((at, sample): (Instant, Sample)) -> VisitView {
    let mut words = match sample.outcome() {
        Outcome::Failed => cause_words(&crate::monitor::model::cause(sample.reach)),
        Outcome::Up | Outcome::Slow | Outcome::Unsure => sample.reach.describe(),
    };
    if sample.distrusted {
        words.push_str("（证书有问题）");
    }
    let family = if sample.ipv6 { "IPv6" } else { "IPv4" };
    VisitView {
        at,
        outcome: outcome(&sample),
        words,
        planned: sample.planned,
        family,
        dns_ms: sample.dns_ms,
        connect_ms: sample.connect_ms,
        tls_ms: sample.tls_ms,
        first_ms: sample.first_ms,
        total_ms: sample.total_ms,
    }
}

/// A span in words: days, hours, minutes.
pub(super) fn lasted(from: Instant, to: Instant) -> String {
    let span = (to - from).max(TimeDelta::zero());
    match (span.num_days(), span.num_hours() % 24, span.num_minutes() % 60) {
        (0, 0, 0) => format!("{} 秒", span.num_seconds()),
        (0, 0, minutes) => format!("{minutes} 分钟"),
        (0, hours, minutes) => format!("{hours} 小时 {minutes} 分"),
        (days, hours, _) => format!("{days} 天 {hours} 小时"),
    }
}

fn incident_view(incident: incident::Model, now: Instant) -> IncidentView {
    IncidentView {
        id: incident.id,
        started_at: incident.started_at,
        ended_at: incident.ended_at,
        lasted: lasted(incident.started_at, incident.ended_at.unwrap_or(now)),
        cause: cause_words(&incident.cause),
        given_up: incident.given_up,
    }
}

fn window_view(window: maintenance::Model, now: Instant) -> WindowView {
    let over = window.ended_at.is_some() || window.until_at <= now;
    let state = match (window.ended_at, window.from_at <= now, over) {
        (Some(ended), ..) if ended <= window.from_at => "已取消",
        (Some(_), ..) => "已提前结束",
        (None, _, true) => "已结束",
        (None, true, false) => "进行中",
        (None, false, false) => "未开始",
    };
    WindowView {
        id: window.id,
        from: window.from_at,
        until: window.until_at,
        reason: window.reason,
        who: window.who,
        state,
        may_end: !over,
    }
}

fn ends(day: NaiveDate, now: Instant) -> Ends {
    let left = (day - beijing(now).date_naive()).num_days();
    Ends { day: day.to_string(), left, soon: left <= ENDS_SOON_DAYS }
}

/// What was typed into a form that is shown again, with what is wrong.
#[derive(Default)]
struct Typed {
    window: WindowForm,
    domain: Option<DomainForm>,
    faults: Faults,
}

async fn page(cx: &Cx, actor: &Actor, id: i64, asked: &Asked, typed: Typed) -> Result<Response, Failure> {
    let (now, db) = (cx.now(), cx.db.read());
    let found = store::watched_in(db, &actor.sees(), SiteId(id)).await?;
    let (site, watch): (site::Model, _) = found.ok_or(Failure::NotThere)?;
    let (today, span) = (beijing_day(now), if asked.days == "30" { 30 } else { 90 });
    let mut days = store::days_of(db, vec![site.id], today - span + 1, today).await?;
    let days = days.remove(&site.id).unwrap_or_default();
    let (hours, hour_cells) = hour_strip(cx, site.id).await?;
    let day_cells = cells(&days, today - span + 1, today);
    let hour = hour_of(now);
    let visits = store::samples_of(db, site.id, hour - VISIT_HOURS + 1, hour).await?;
    let filter = store::IncidentFilter { site: Some(site.id), ..Default::default() };
    let pager = Pager::asked(None, Some(ROWS));
    let (incidents, pager) = store::incidents(db, &actor.sees(), &filter, pager).await?;
    let windows = store::windows_of(db, site.id, ROWS).await?;
    let watch = watch.as_ref();
    let standing = watch.map_or(Standing::New, |watch| watch.standing);
    let cause = match watch {
        Some(watch) => store::open_cause(db, watch).await?.or(watch.suspect_cause.clone()),
        None => None,
    };
    let domain_ends = watch.map(|watch| watch.domain_ends.clone()).unwrap_or_default();
    let fault = watch.and_then(|watch| watch.certificate_fault.as_deref());
    let fault = fault.and_then(|code| base::TlsFault::ALL.into_iter().find(|fault| fault.code() == code));
    let view = View {
        id,
        home: site.home.clone(),
        standing: standing.name(),
        standing_word: standing.word(),
        since: watch.map(|watch| watch.since),
        next_at: watch.filter(|_| standing != Standing::Off).map(|watch| watch.next_at),
        interval: site.interval_minutes,
        last_at: watch.and_then(|watch| watch.last_at),
        last_ms: watch.and_then(|watch| watch.last_ms).map(|ms| milliseconds(ms.into())),
        last_address: watch.and_then(|watch| watch.last_address.clone()),
        cause: cause.map(|cause| cause_words(&cause)),
        today: CountsView::from(&days.get(&today).copied().unwrap_or_default()),
        week: week(&days, today),
        chart: drawing::response_times(&hour_cells, |hour| {
            beijing(hour_start(hour)).format("%H 时").to_string()
        }),
        strips: [hours, Strip::of(&format!("最近 {span} 天"), "日期", &day_cells, day_name)],
        days: span,
        visits: visits.into_iter().take(VISITS).map(visit_view).collect(),
        more_incidents: pager.total > incidents.len() as u64,
        incidents: incidents.into_iter().map(|(incident, _)| incident_view(incident, now)).collect(),
        windows: windows.into_iter().map(|window| window_view(window, now)).collect(),
        certificate: watch
            .and_then(|watch| watch.certificate_ends)
            .map(|at| ends(beijing(at).date_naive(), now)),
        certificate_fault: fault.map(base::TlsFault::label),
        domain: NaiveDate::parse_from_str(&domain_ends, "%Y-%m-%d").ok().map(|day| ends(day, now)),
        domain_form: typed.domain.unwrap_or(DomainForm { ends: domain_ends }),
        window_form: typed.window,
        faults: typed.faults,
        may_run: actor.scope(RUNNERS).covers(&site.unit_path),
        may_plan: actor.scope(PLANNERS).covers(&site.unit_path),
    };
    let title = format!("{} · 可用性", site.name);
    let help = "首页能不能打开、多快打开；连续两次打不开才算故障。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: &title,
        section: "/availability",
        clause: "N2.1、N5.2",
        help,
    };
    Ok(screen.show("availability_site.html", view)?)
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    page(&cx, &actor, id, &asked, Typed::default()).await
}

pub(super) async fn visit(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let queued = commands::visit_now(&cx, &actor, SiteId(id)).await?;
    let words = if queued {
        "已安排立即访问，几秒后刷新本页可见结果。"
    } else {
        "已有一次访问在等待，请稍后刷新。"
    };
    Ok(flash(words, &format!("/availability/{id}")))
}

pub(super) async fn plan(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<WindowForm>,
) -> Result<Response, Failure> {
    match commands::plan_window(&cx, &actor, SiteId(id), &form).await? {
        Ok(_) => Ok(flash("已登记计划维护。", &format!("/availability/{id}"))),
        Err(faults) => {
            let typed = Typed { window: form, faults, ..Typed::default() };
            page(&cx, &actor, id, &Asked::default(), typed).await
        }
    }
}

pub(super) async fn domain(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<DomainForm>,
) -> Result<Response, Failure> {
    match commands::keep_domain_end(&cx, &actor, SiteId(id), &form).await? {
        Ok(()) => Ok(flash("已记下域名到期日。", &format!("/availability/{id}"))),
        Err(faults) => {
            let typed = Typed { domain: Some(form), faults, ..Typed::default() };
            page(&cx, &actor, id, &Asked::default(), typed).await
        }
    }
}

pub(super) async fn end(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let site = commands::end_window(&cx, &actor, id).await?;
    Ok(flash("已结束计划维护。", &format!("/availability/{site}")))
}
