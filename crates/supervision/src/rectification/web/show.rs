//! One ticket: what is to be mended, by when, what happened, what may be done. Clauses N2.8, N5.3.

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::identity::web::Units;
use ledger::obligation::model::State as Owed;
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::web::{Screen, Upload, download, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::ids::TicketId;
use crate::inspection::entity::finding;
use crate::inspection::model::finding::level_of;
use crate::inspection::web::rule_name;
use crate::rectification::commands::ISSUERS;
use crate::rectification::commands::handle::{self, Deed, DeedForm};
use crate::rectification::commands::letter::LetterForm;
use crate::rectification::entity::ticket_event;
use crate::rectification::store;

#[derive(Serialize)]
struct View {
    id: i64,
    site_id: i64,
    site: String,
    unit: String,
    issuer: String,
    level: &'static str,
    level_word: &'static str,
    state: &'static str,
    state_word: &'static str,
    words: String,
    issued_at: Instant,
    fixed_at: Option<Instant>,
    over_at: Option<Instant>,
    obligation: Option<i64>,
    due: String,
    overdue: bool,
    paused: bool,
    card: &'static str,
    run: Option<i64>,
    findings: Vec<FindingView>,
    events: Vec<EventView>,
    may: Vec<&'static str>,
    units: Vec<(i64, String)>,
    /// Whether the ticket can be sent by mail.
    may_mail: bool,
    letters: Vec<LetterView>,
    letter: LetterForm,
    form: DeedForm,
    faults: Faults,
}

/// A finding of a ticket.
#[derive(Serialize)]
pub(super) struct FindingView {
    id: i64,
    rule: String,
    cause: String,
    address: String,
    state: &'static str,
    state_word: &'static str,
    fix: String,
}

/// A letter as the issuer sees it: never its link.
#[derive(Serialize)]
struct LetterView {
    id: i64,
    address: String,
    made_at: Instant,
    expires_at: Instant,
    mailed_at: Option<Instant>,
    said: String,
    good: bool,
}

/// What happened to a ticket.
#[derive(Serialize)]
pub(super) struct EventView {
    id: i64,
    at: Instant,
    name: &'static str,
    pub(super) who: String,
    words: String,
    pub(super) file: String,
}

async fn page(cx: &Cx, actor: &Actor, id: i64, form: DeedForm, faults: Faults) -> Result<Response, Failure> {
    whole(cx, actor, id, form, LetterForm::default(), faults).await
}

/// The page with what was typed for a letter.
pub(super) async fn page_with(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    letter: LetterForm,
    faults: Faults,
) -> Result<Response, Failure> {
    whole(cx, actor, id, DeedForm::default(), letter, faults).await
}

async fn whole(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: DeedForm,
    letter: LetterForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let (now, db) = (cx.now(), cx.db.read());
    let row = store::one_in(db, &actor.sees(), TicketId(id)).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let site = sites::site_in(db, &actor.sees(), row.site_id).await?;
    let owed = match row.obligation_id {
        Some(id) => obligations::one_unscoped(db, id).await?,
        None => None,
    };
    let owed = owed.as_ref();
    let findings = store::findings(db, row.id).await?.into_iter().map(finding);
    let issues = actor.scope(ISSUERS).covers(&row.issuer_path);
    let letters = if issues { store::letters(db, row.id).await? } else { Vec::new() };
    let letters = letters.into_iter().map(|one| LetterView {
        id: one.id,
        good: one.withdrawn_at.is_none() && one.expires_at > now,
        address: one.address,
        made_at: one.made_at,
        expires_at: one.expires_at,
        mailed_at: one.mailed_at,
        said: one.said,
    });
    let level = level_of(row.level);
    let may = handle::may(actor, &row);
    let view = View {
        id,
        site_id: row.site_id.0,
        site: site.map(|site| site.name).unwrap_or_default(),
        unit: units.name(row.unit_id),
        issuer: format!("{} {}", units.name(row.issuer_id), row.issued_by).trim_start().to_owned(),
        level: level.label(),
        level_word: level.code(),
        state: row.state.name(),
        state_word: row.state.word(),
        words: row.words.clone(),
        issued_at: row.issued_at,
        fixed_at: row.fixed_at,
        over_at: row.over_at,
        obligation: owed.map(|owed| owed.id.0),
        due: owed.and_then(|owed| owed.due_on).map(|day| day.to_string()).unwrap_or_default(),
        overdue: owed
            .is_some_and(|owed| owed.state == Owed::Open && owed.due_at.is_some_and(|due| due <= now)),
        paused: owed.is_some_and(|owed| owed.is_paused && !owed.state.is_over()),
        card: match owed.map_or(0, |owed| owed.marked) {
            3.. => "red",
            2 => "yellow",
            _ => "",
        },
        run: row.run_id.map(|run| run.0),
        findings: findings.collect(),
        events: store::events(db, row.id).await?.into_iter().map(event).collect(),
        units: if may.contains(&Deed::Transfer) { units.choices() } else { Vec::new() },
        may: may.into_iter().map(Deed::word).collect(),
        may_mail: issues && !row.state.is_over(),
        letters: letters.collect(),
        letter,
        form,
        faults,
    };
    let help = "整改完成后由机器复查：同样的规则不再发现问题，自动办结；办结的人不能是整改的人。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: &row.title, section: "/tickets", clause: "N2.8、N5.3", help
        };
    Ok(screen.show("ticket.html", view)?)
}

/// A finding as a ticket shows it.
pub(super) fn finding(one: finding::Model) -> FindingView {
    FindingView {
        id: one.id.0,
        rule: rule_name(&one.rule).to_owned(),
        state: one.state.name(),
        state_word: one.state.word(),
        address: one.target.or(one.page).unwrap_or_default(),
        cause: one.cause,
        fix: one.fix,
    }
}

/// A line of the history as screens show it.
pub(super) fn event(row: ticket_event::Model) -> EventView {
    EventView {
        id: row.id,
        at: row.at,
        name: row.event.name(),
        who: if row.who.is_empty() { "机器".to_owned() } else { row.who },
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
        unit: sent.field("unit").to_owned(),
    };
    match handle::act(&cx, &actor, TicketId(id), &form, sent.file).await? {
        // A unit to which it was transferred may lie beside what he sees: the list is always his.
        Ok(Deed::Transfer) => Ok(flash("已转交。", "/tickets")),
        Ok(deed) => Ok(flash(&format!("已{}。", deed.event().name()), &format!("/tickets/{id}"))),
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
