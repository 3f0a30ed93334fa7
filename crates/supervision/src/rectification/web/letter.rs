//! A ticket as the holder of a mailed link sees it, and what he does there without a login. Clauses N2.8, N5.3.
//!
//! Shows what the unit needs to mend its site and no person's name. Opening a link does nothing: mail filters open them too.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use ledger::identity::store as people;
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::web::{Client, Screen, Upload, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults, Refusal};
use serde::Serialize;

use super::show;
use crate::Means;
use crate::ids::TicketId;
use crate::rectification::commands::handle::{self, By, Deed, DeedForm};
use crate::rectification::commands::letter::{self, LetterForm};
use crate::rectification::entity::{ticket, ticket_event, ticket_letter};
use crate::rectification::model::Event;
use crate::rectification::store;

#[derive(Serialize)]
struct View {
    word: String,
    site: String,
    home: String,
    unit: String,
    issuer: String,
    level: &'static str,
    level_word: &'static str,
    state: &'static str,
    state_word: &'static str,
    words: String,
    due: String,
    expires_at: Instant,
    findings: Vec<show::FindingView>,
    events: Vec<show::EventView>,
    may: Vec<&'static str>,
    form: DeedForm,
    faults: Faults,
}

async fn page(
    cx: &Cx,
    word: &str,
    (letter, row): (ticket_letter::Model, ticket::Model),
    form: DeedForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let site = sites::site_unscoped(db, row.site_id).await?;
    let name = async |id| {
        people::unit_unscoped(db, id).await.map(|unit| unit.map(|unit| unit.name).unwrap_or_default())
    };
    let owed = match row.obligation_id {
        Some(id) => obligations::one_unscoped(db, id).await?,
        None => None,
    };
    let level = crate::inspection::model::finding::level_of(row.level);
    // To which other addresses it went is not this one's business.
    let told = |event: &ticket_event::Model| !matches!(event.event, Event::Mailed | Event::MailEnded);
    let events = store::events(db, row.id).await?.into_iter().filter(told).map(|event| {
        let mut view = show::event(event);
        // What people of an office are called stays in the office.
        view.who = String::new();
        // The name only: whoever holds the link has no way to the file.
        view
    });
    let view = View {
        word: word.to_owned(),
        home: site.as_ref().map(|site| site.home.clone()).unwrap_or_default(),
        site: site.map(|site| site.name).unwrap_or_default(),
        unit: name(row.unit_id).await?,
        issuer: name(row.issuer_id).await?,
        level: level.label(),
        level_word: level.code(),
        state: row.state.name(),
        state_word: row.state.word(),
        words: row.words.clone(),
        due: owed.and_then(|owed| owed.due_on).map(|day| day.to_string()).unwrap_or_default(),
        expires_at: letter.expires_at,
        findings: store::findings(db, row.id).await?.into_iter().map(show::finding).collect(),
        events: events.collect(),
        may: handle::may_by(&By::Letter(&letter), &row).into_iter().map(Deed::word).collect(),
        form,
        faults,
    };
    let title = format!("整改单：{}", row.title);
    let screen = Screen { cx, actor: None, title: &title, section: "", clause: "", help: "" };
    Ok(private(screen.show("ticket_letter.html", view)?))
}

/// Neither kept on the way nor told to other sites: the address is the key.
fn private(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    answer
}

async fn opened(
    cx: &Cx,
    means: &Means,
    from: &str,
    word: &str,
) -> Result<(ticket_letter::Model, ticket::Model), Failure> {
    means.visitors.may_ask(from, cx.now())?;
    match letter::opened(cx, word).await? {
        Ok(opened) => Ok(opened),
        Err(words) => Err(Refusal { status: StatusCode::NOT_FOUND, words }.into()),
    }
}

pub(super) async fn read(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    Client(from): Client,
    Path(word): Path<String>,
) -> Result<Response, Failure> {
    let opened = opened(&cx, &means, &from, &word).await?;
    page(&cx, &word, opened, DeedForm::default(), Faults::default()).await
}

pub(super) async fn act(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    Client(from): Client,
    Path(word): Path<String>,
    sent: Upload,
) -> Result<Response, Failure> {
    let (letter, row) = opened(&cx, &means, &from, &word).await?;
    let field = |name: &str| sent.field(name).to_owned();
    let form = DeedForm { deed: field("deed"), words: field("words"), unit: String::new() };
    match letter::act(&cx, &letter, &form, sent.file).await? {
        Ok(deed) => {
            Ok(private(flash(&format!("已{}。", deed.event().name()), &format!("/public/tickets/{word}"))))
        }
        Err(faults) => page(&cx, &word, (letter, row), form, faults).await,
    }
}

pub(super) async fn send(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<LetterForm>,
) -> Result<Response, Failure> {
    match letter::send(&cx, &actor, TicketId(id), &form).await? {
        Ok(()) => Ok(flash("正在发到邮箱，结果见“邮件链接”。", &format!("/tickets/{id}"))),
        Err(faults) => show::page_with(&cx, &actor, id, form, faults).await,
    }
}

pub(super) async fn withdraw(
    State(cx): State<Cx>,
    actor: Actor,
    Path((id, letter)): Path<(i64, i64)>,
) -> Result<Response, Failure> {
    letter::withdraw(&cx, &actor, TicketId(id), letter).await?;
    Ok(flash("已停用这个邮件链接。", &format!("/tickets/{id}")))
}
