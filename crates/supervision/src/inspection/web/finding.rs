//! One finding: what, where, since when, its evidence, its history, and the form that judges it. Clause N5.3.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Quote, Reach};
use checks::registry;
use ledger::registry::store as sites;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use serde::Serialize;

use super::findings::rule_name;
use super::snapshot::{self, Excerpt};
use crate::ids::FindingId;
use crate::inspection::commands::JUDGES;
use crate::inspection::commands::decide::{self, JudgeForm};
use crate::inspection::entity::finding;
use crate::inspection::model::finding::{Source, level_of};
use crate::inspection::store::findings;

/// Lines of history shown.
const HISTORY: u64 = 100;

#[derive(Serialize)]
struct View {
    id: i64,
    site_id: i64,
    site: String,
    rule: String,
    rule_id: String,
    why: &'static str,
    orders: &'static str,
    clause: String,
    level: &'static str,
    level_word: &'static str,
    state: &'static str,
    state_word: &'static str,
    excepted_until: Option<Instant>,
    page: Option<String>,
    target: Option<String>,
    element: Option<String>,
    text: Option<String>,
    quote: Option<Quote>,
    line: Option<i32>,
    col: Option<i32>,
    reach: Option<String>,
    status: Option<i32>,
    cause: String,
    fix: String,
    pages: i32,
    sources: String,
    first_seen: Instant,
    last_seen: Instant,
    gone_at: Option<Instant>,
    first_run: Option<i64>,
    last_run: Option<i64>,
    decided_by: String,
    decided_at: Option<Instant>,
    has_snapshot: bool,
    picture: bool,
    excerpt: Option<Excerpt>,
    /// Why the evidence that was kept cannot be shown.
    no_evidence: Option<&'static str>,
    history: Vec<EventView>,
    reports: Vec<ReportView>,
    may_judge: bool,
    judge: JudgeForm,
    faults: Faults,
}

#[derive(Serialize)]
struct EventView {
    at: Instant,
    what: &'static str,
    who: String,
    run: Option<i64>,
    words: String,
}

#[derive(Serialize)]
struct ReportView {
    id: i64,
    at: Instant,
    who: String,
    words: String,
    has_picture: bool,
    /// Left, top, width, height in per cent.
    region: Option<[f64; 4]>,
}

/// The part of a picture that is meant, as a style takes it.
fn region(text: Option<&str>) -> Option<[f64; 4]> {
    let parts: Vec<f64> = text?.split(',').map(|part| part.parse::<f64>().ok()).collect::<Option<_>>()?;
    let parts: [f64; 4] = parts.try_into().ok()?;
    Some(parts.map(|part| part / 10.0))
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let form = JudgeForm { days: "90".into(), ..JudgeForm::default() };
    page(&cx, &actor, FindingId(id), form, Faults::default()).await
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    id: FindingId,
    judge: JudgeForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let found = findings::finding_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let site = sites::site_unscoped(db, found.site_id).await?.ok_or(Failure::NotThere)?;
    let history = findings::events(db, &found, HISTORY).await?;
    let reports = findings::reports(db, &found, HISTORY).await?;
    let excerpt = snapshot::excerpt(cx, &found).await;
    let may_judge = actor.scope(JUDGES).covers(&found.unit_path);
    let view = view(found, site.name.clone(), excerpt, history, reports, may_judge, judge, faults);
    let title = view.rule.clone();
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: &title,
        section: "/findings",
        clause: &view.clause,
        help: view.orders,
    };
    Ok(screen.show("finding.html", &view)?)
}

#[allow(clippy::too_many_arguments)]
fn view(
    found: finding::Model,
    site: String,
    excerpt: Result<Option<Excerpt>, &'static str>,
    history: Vec<crate::inspection::entity::finding_event::Model>,
    reports: Vec<crate::inspection::entity::finding_report::Model>,
    may_judge: bool,
    judge: JudgeForm,
    faults: Faults,
) -> View {
    let level = level_of(found.level);
    let rule = registry::rule(&found.rule);
    View {
        id: found.id.0,
        site_id: found.site_id.0,
        site,
        rule: rule_name(&found.rule).to_owned(),
        why: rule.map_or("", |rule| rule.why),
        orders: rule.map_or("", |rule| rule.clause.orders()),
        rule_id: found.rule,
        clause: found.clause,
        level: level.label(),
        level_word: level.code(),
        state: found.state.name(),
        state_word: found.state.word(),
        excepted_until: found.excepted_until,
        page: found.page,
        target: found.target,
        element: found.element,
        text: found.text,
        quote: found.quote.as_deref().and_then(|quote| serde_json::from_str(quote).ok()),
        line: found.line,
        col: found.col,
        reach: found.reach.map(|reach| reach.parse::<Reach>().map_or(reach, |reach| reach.describe())),
        status: found.status,
        cause: found.cause,
        fix: found.fix,
        pages: found.pages,
        sources: Source::names(found.sources).join("、"),
        first_seen: found.first_seen,
        last_seen: found.last_seen,
        gone_at: found.gone_at,
        first_run: found.first_run.map(|run| run.0),
        last_run: found.last_run.map(|run| run.0),
        decided_by: found.decided_by,
        decided_at: found.decided_at,
        has_snapshot: found.evidence.is_some(),
        picture: found.picture.is_some(),
        no_evidence: excerpt.as_ref().err().copied(),
        excerpt: excerpt.unwrap_or_default(),
        history: history
            .into_iter()
            .map(|event| EventView {
                at: event.at,
                what: event.event.name(),
                who: event.who,
                run: event.run_id.map(|run| run.0),
                words: event.words,
            })
            .collect(),
        reports: reports
            .into_iter()
            .map(|report| ReportView {
                id: report.id,
                at: report.at,
                region: region(report.region.as_deref()),
                has_picture: report.picture.is_some(),
                who: report.who,
                words: report.words,
            })
            .collect(),
        may_judge,
        judge,
        faults,
    }
}

pub(super) async fn judge(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<JudgeForm>,
) -> Result<Response, Failure> {
    let id = FindingId(id);
    findings::finding_in(cx.db.read(), &actor.scope(JUDGES), id).await?.ok_or(Failure::NotThere)?;
    match decide::read(&form, cx.now()) {
        Ok(verdict) => {
            let changed = decide::judge(&cx, &actor, &[id], &verdict).await?;
            let words = if changed == 1 {
                "已记下您的判断。"
            } else {
                "没有变化：这条线索已消失，或者已经这样判断。"
            };
            Ok(flash(words, &format!("/findings/{id}")))
        }
        Err(faults) => page(&cx, &actor, id, form, faults).await,
    }
}
