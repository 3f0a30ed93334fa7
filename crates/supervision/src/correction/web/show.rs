//! One correction as offices see it, and what they do with it. Clauses N2.3, N5.3.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::correction::commands::HANDLERS;
use crate::correction::commands::handle::{self, Deed, DeedForm};
use crate::correction::model::kind_name;
use crate::correction::store;

#[derive(Serialize)]
struct View {
    id: i64,
    receipt: String,
    site_id: i64,
    site: String,
    kind: &'static str,
    page: String,
    fault: String,
    words: String,
    name: String,
    contact: String,
    is_forgotten: bool,
    file: String,
    state: &'static str,
    state_word: &'static str,
    handler: String,
    unit: String,
    received_at: Instant,
    answered_at: Option<Instant>,
    answer: String,
    summary: String,
    is_public: bool,
    rating: Option<i32>,
    rating_words: String,
    finding: Option<i64>,
    obligation: Option<i64>,
    events: Vec<EventView>,
    may: Vec<&'static str>,
    units: Vec<(i64, String)>,
    form: DeedForm,
    faults: Faults,
}

#[derive(Serialize)]
struct EventView {
    at: Instant,
    name: &'static str,
    who: String,
    words: String,
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: Option<DeedForm>,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let row = store::one_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let site = sites::site_unscoped(db, row.site_id).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let may = handle::may(actor, &row);
    let choices = match may.contains(&Deed::Transfer) {
        true => Units::of(cx, &actor.scope(HANDLERS)).await?.choices(),
        false => Vec::new(),
    };
    let events = store::events(db, id).await?.into_iter().map(|event| EventView {
        at: event.at,
        name: event.event.name(),
        who: if event.who.is_empty() { "网民".to_owned() } else { event.who },
        words: event.words,
    });
    let usual = || DeedForm {
        unit: site.unit_id.to_string(),
        as_finding: "1".to_owned(),
        summary: row.summary.clone(),
        ..DeedForm::default()
    };
    let form = form.unwrap_or_else(usual);
    let title = format!("网民找错 {}", row.receipt);
    let view = View {
        id,
        site_id: site.id.0,
        site: site.name.clone(),
        kind: kind_name(&row.kind),
        handler: units.name(row.handler_id),
        unit: row.target_id.map(|id| units.name(id)).unwrap_or_default(),
        state: row.state.name(),
        state_word: row.state.word(),
        obligation: row.reply_id.or(row.transfer_id).map(|id| id.0),
        finding: row.finding_id.map(|id| id.0),
        events: events.collect(),
        may: may.into_iter().map(Deed::word).collect(),
        units: choices,
        receipt: row.receipt,
        page: row.page,
        fault: row.fault,
        words: row.words,
        name: row.name,
        contact: row.contact,
        is_forgotten: row.is_forgotten,
        file: row.digest.map(|_| row.file_name).unwrap_or_default(),
        received_at: row.received_at,
        answered_at: row.answered_at,
        answer: row.answer,
        summary: row.summary,
        is_public: row.is_public,
        rating: row.rating,
        rating_words: row.rating_words,
        form,
        faults,
    };
    let help = "网民的称呼和联系方式只用于办理，不公开，答复半年后自动清除。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: &title, section: "/corrections", clause: "N2.3、N5.3", help
        };
    Ok(screen.show("correction.html", view)?)
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page(&cx, &actor, id, None, Faults::default()).await
}

pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<DeedForm>,
) -> Result<Response, Failure> {
    match handle::act(&cx, &actor, id, &form).await? {
        Ok(deed) => Ok(flash(&format!("已{}。", deed.event().name()), &format!("/corrections/{id}"))),
        Err(faults) => page(&cx, &actor, id, Some(form), faults).await,
    }
}

/// What was attached: always to be kept as a file, under the name that its bytes give it.
pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = store::one_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    download::kept(&cx, &row.file_name, row.digest.as_deref()).await
}
