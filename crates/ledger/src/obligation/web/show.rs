//! One obligation: what is owed, the clock explained day by day, what happened, what may be done. Clauses N2.8, N5.3.

use crate::identity::web::Units;
use axum::extract::{Path, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use serde::Serialize;

use super::left;
use super::list::card;
use crate::calendar::store as calendar;
use crate::obligation::commands::handle::{self, Deed, DeedForm};
use crate::obligation::commands::{recount, terms_of};
use crate::obligation::entity::obligation_event;
use crate::obligation::model::{Kind, State as Stands};
use crate::obligation::store;
use crate::registry::store as sites;
use crate::web::{Screen, Upload, download, flash};
use crate::{Actor, Cx, ObligationId};

#[derive(Serialize)]
struct View {
    id: i64,
    kind: &'static str,
    clause: String,
    words: String,
    unit: String,
    site: Option<(i64, String)>,
    issuer: String,
    link: String,
    /// Where the order is had as a document; empty for what has one of its own elsewhere.
    paper: String,
    state: &'static str,
    state_word: &'static str,
    card: &'static str,
    opened_at: Instant,
    reported_at: Option<Instant>,
    over_at: Option<Instant>,
    late: bool,
    is_paused: bool,
    started: String,
    due: String,
    left: String,
    overdue: bool,
    terms: String,
    extended: i32,
    marks: Vec<MarkView>,
    steps: Vec<StepView>,
    unknown: Vec<i32>,
    pauses: Vec<(String, String, String, String)>,
    asked: Option<(i32, String, String)>,
    events: Vec<EventView>,
    may: Vec<&'static str>,
    form: DeedForm,
    faults: Faults,
}

#[derive(Serialize)]
struct MarkView {
    name: &'static str,
    word: &'static str,
    at: Option<Instant>,
    state: String,
}

#[derive(Serialize)]
struct StepView {
    day: String,
    weekday: &'static str,
    words: String,
    counts: bool,
}

#[derive(Serialize)]
struct EventView {
    id: i64,
    at: Instant,
    name: &'static str,
    who: String,
    words: String,
    file: String,
}

async fn page(cx: &Cx, actor: &Actor, id: i64, form: DeedForm, faults: Faults) -> Result<Response, Failure> {
    let (now, db) = (cx.now(), cx.db.read());
    let row = store::one_in(db, &actor.sees(), ObligationId(id)).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let pauses = store::pauses(db, &[row.id]).await?;
    let times = recount::times_of(&row, &recount::spans(&pauses), &calendar::work_days(db).await?);
    let made = store::marks(db, row.id).await?;
    let waits = store::extensions(db, row.id).await?.into_iter().find(|one| one.is_granted.is_none());
    let site = match row.site_id {
        Some(site) => sites::site_in(db, &actor.sees(), site).await?.map(|site| (site.id.0, site.name)),
        None => None,
    };
    let terms = terms_of(&row);
    let marks = crate::obligation::model::Mark::ALL.iter().zip(times.marks).map(|(mark, at)| {
        let given = made.iter().rev().find(|one| one.mark == *mark);
        let state = match given {
            Some(given) if given.withdrawn_at.is_some() => format!("已撤回：{}", given.withdrawn_why),
            Some(_) => "已发出".to_owned(),
            None if row.state.is_over() => "没有发生".to_owned(),
            None => String::new(),
        };
        MarkView { name: mark.name(), word: mark.word(), at: given.map(|one| one.due_at).or(at), state }
    });
    let steps = times.due.steps.iter().map(|step| StepView {
        day: step.day.to_string(),
        weekday: step.day.weekday_name(),
        words: step.words(terms.span),
        counts: matches!(step.counts, base::deadline::Counts::As(_)),
    });
    let is_open = row.state == Stands::Open;
    let ended = row.reported_at.or(row.over_at);
    let view = View {
        id,
        kind: row.kind.name(),
        unit: units.name(row.unit_id),
        issuer: format!("{} {}", units.name(row.issuer_id), row.issued_by).trim_start().to_owned(),
        site,
        link: row.link.clone(),
        paper: if row.kind == Kind::Order { format!("/papers/order/{id}") } else { String::new() },
        state: row.state.name(),
        state_word: row.state.word(),
        card: card(&row),
        opened_at: row.opened_at,
        reported_at: row.reported_at,
        over_at: row.over_at,
        late: matches!((ended, row.due_at), (Some(ended), Some(due)) if ended > due),
        is_paused: row.is_paused,
        started: row.started_on.to_string(),
        due: times.due.day.map(|day| format!("{day} {}", day.weekday_name())).unwrap_or_default(),
        left: if is_open { left(row.due_at, now) } else { String::new() },
        overdue: is_open && row.due_at.is_some_and(|due| due <= now),
        terms: terms.words(),
        extended: row.extended_days,
        marks: marks.collect(),
        steps: steps.collect(),
        unknown: times.due.unknown.clone(),
        pauses: pauses
            .into_iter()
            .map(|one| {
                let to = one.to_on.map(|day| day.to_string()).unwrap_or_default();
                (one.from_on.to_string(), to, one.reason, one.who)
            })
            .collect(),
        asked: waits.as_ref().map(|one| (one.days, one.reason.clone(), one.asked_by.clone())),
        events: store::events(db, row.id).await?.into_iter().map(event).collect(),
        may: handle::may(actor, &row, waits.is_some()).into_iter().map(Deed::word).collect(),
        form,
        faults,
        clause: row.clause.clone(),
        words: row.words.clone(),
    };
    let help = "期限逐日怎样算出来的，都写在下面；日历有变更时重新计算并留痕。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: &row.title,
        section: "/obligations",
        clause: &row.clause,
        help,
    };
    Ok(screen.show("obligation.html", view)?)
}

fn event(row: obligation_event::Model) -> EventView {
    EventView {
        id: row.id,
        at: row.at,
        name: row.event.name(),
        who: row.who,
        words: row.words,
        file: row.digest.map(|_| row.file_name).unwrap_or_default(),
    }
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page(&cx, &actor, id, DeedForm::default(), Faults::default()).await
}

pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    sent: Upload,
) -> Result<Response, Failure> {
    let form = DeedForm {
        deed: sent.field("deed").to_owned(),
        words: sent.field("words").to_owned(),
        days: sent.field("days").to_owned(),
    };
    match handle::act(&cx, &actor, ObligationId(id), &form, sent.file).await? {
        Ok(deed) => Ok(flash(&format!("已{}。", deed.event().name()), &format!("/obligations/{id}"))),
        Err(faults) => page(&cx, &actor, id, form, faults).await,
    }
}

/// A file that was handed in.
pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let event = store::event_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    download::kept(&cx, &event.file_name, event.digest.as_deref()).await
}
