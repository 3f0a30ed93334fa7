//! What citizens see: the form of a site, the receipt, how it stands, published answers. Clauses N2.3, N5.3.
//!
//! Nothing here tells who has sent what, and nothing needs a login. Whoever asks too often is told when to come back.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use ledger::Cx;
use ledger::identity::store as people;
use ledger::registry::store as sites;
use ledger::web::{Client, Screen, Upload, encode};
use platform::clock::{Instant, beijing};
use platform::web::{Failure, Faults, Pager, Refusal, answer};
use serde::{Deserialize, Serialize};

use crate::Means;
use crate::correction::challenge::Asked;
use crate::correction::commands::receive::{self, RateForm, SendForm};
use crate::correction::entity::correction;
use crate::correction::model::{Event, KINDS, State as Stands, after, kind_name, receipt_of};
use crate::correction::store;

fn screen<'a>(cx: &'a Cx, title: &'a str, help: &'a str) -> Screen<'a> {
    Screen { cx, actor: None, title, section: "", clause: "", help }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    site: String,
    /// The page one comes from.
    page: String,
    /// `words`: a question in words in place of the picture.
    ask: String,
}

async fn site_of(cx: &Cx, word: &str) -> Result<ledger::registry::entity::site::Model, Failure> {
    let site = store::site_of(cx.db.read(), word).await?;
    site.ok_or_else(|| {
        let words = "没有这个网站的找错页面。请从网站上的“网站找错”进来，或核对网址里的网站标识码。";
        Refusal { status: axum::http::StatusCode::NOT_FOUND, words: words.to_owned() }.into()
    })
}

#[derive(Serialize)]
struct SendView {
    site: String,
    /// The word of the site in addresses.
    word: String,
    kinds: Vec<(&'static str, &'static str)>,
    asked: Asked,
    in_words: bool,
    form: SendForm,
    /// A file was chosen, which a browser does not send twice.
    had_file: bool,
    faults: Faults,
}

async fn form(
    cx: &Cx,
    word: &str,
    in_words: bool,
    (form, had_file): (SendForm, bool),
    faults: Faults,
) -> Result<Response, Failure> {
    let site = site_of(cx, word).await?;
    let title = format!("{}　网站找错", site.name);
    let view = SendView {
        site: site.name,
        word: word.trim().to_owned(),
        kinds: KINDS.map(|(kind, name, _)| (kind, name)).to_vec(),
        asked: receive::question(cx, in_words).await?,
        in_words,
        form,
        had_file,
        faults,
    };
    let help = "发现本网站的错误，请告诉我们：1 个工作日内转办，转办后 3 个工作日内答复。";
    Ok(screen(cx, &title, help).show("correction_send.html", view)?)
}

pub(super) async fn new(State(cx): State<Cx>, Query(asked): Query<Where>) -> Result<Response, Failure> {
    let blank = SendForm { page: asked.page.chars().take(2_000).collect(), ..SendForm::default() };
    form(&cx, &asked.site, asked.ask == "words", (blank, false), Faults::default()).await
}

pub(super) async fn send(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    Client(from): Client,
    sent: Upload,
) -> Result<Response, Failure> {
    let field = |name: &str| sent.field(name).to_owned();
    let typed = SendForm {
        site: field("site"),
        kind: field("kind"),
        page: field("page"),
        fault: field("fault"),
        words: field("words"),
        name: field("name"),
        contact: field("contact"),
        website: field("website"),
        token: field("token"),
        answer: field("answer"),
    };
    let in_words = sent.field("ask") == "words";
    let site = site_of(&cx, &typed.site).await?;
    means.visitors.may_try(&from, cx.now())?;
    let (word, had_file) = (typed.site.clone(), sent.file.is_some());
    // Another kind of question is asked for: nothing that was typed is lost, and nothing is sent.
    match sent.field("turn") {
        "" => {}
        turn => return form(&cx, &word, turn == "words", (typed, had_file), Faults::default()).await,
    }
    match receive::send(&cx, &means, &from, &site, &typed, sent.file).await? {
        Ok(receipt) => Ok(answer::see(&format!("/public/corrections/sent?receipt={}", encode(&receipt)))),
        Err(faults) => form(&cx, &word, in_words, (typed, had_file), faults).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    receipt: String,
}

#[derive(Serialize)]
struct SentView {
    receipt: String,
}

pub(super) async fn sent(State(cx): State<Cx>, Query(sent): Query<Sent>) -> Result<Response, Failure> {
    let receipt = receipt_of(&sent.receipt).ok_or(Failure::NotThere)?;
    Ok(screen(&cx, "已收到您的找错", "").show("correction_sent.html", SentView { receipt })?)
}

#[derive(Serialize)]
struct ProgressView {
    typed: String,
    wrong: String,
    found: Option<FoundView>,
    form: RateForm,
    faults: Faults,
}

/// A correction as whoever sent it sees it: nothing of himself, in case the receipt is lost.
#[derive(Serialize)]
struct FoundView {
    receipt: String,
    site: String,
    kind: &'static str,
    state: &'static str,
    received_at: Instant,
    transferred_at: Option<Instant>,
    unit: String,
    answered_at: Option<Instant>,
    answer: String,
    may_rate: bool,
    rating: Option<i32>,
}

async fn found(cx: &Cx, row: correction::Model) -> Result<FoundView, Failure> {
    let db = cx.db.read();
    let site = sites::site_unscoped(db, row.site_id).await?;
    let unit = match row.target_id {
        Some(id) => people::unit_unscoped(db, id).await?,
        None => None,
    };
    let is_over = matches!(row.state, Stands::Answered | Stands::Refused);
    Ok(FoundView {
        may_rate: row.rating.is_none() && after(row.state, Event::Rated).is_some(),
        receipt: row.receipt,
        site: site.map(|site| site.name).unwrap_or_default(),
        kind: kind_name(&row.kind),
        state: row.state.name(),
        received_at: row.received_at,
        transferred_at: row.transferred_at,
        unit: unit.map(|unit| unit.name).unwrap_or_default(),
        answered_at: row.answered_at,
        answer: if is_over { row.answer } else { String::new() },
        rating: row.rating,
    })
}

async fn shown(
    cx: &Cx,
    typed: String,
    wrong: String,
    row: Option<correction::Model>,
    form: RateForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let found = match row {
        Some(row) => Some(found(cx, row).await?),
        None => None,
    };
    let view = ProgressView { typed, wrong, found, form, faults };
    Ok(screen(cx, "查询找错的办理进度", "").show("correction_progress.html", view)?)
}

pub(super) async fn progress(State(cx): State<Cx>) -> Result<Response, Failure> {
    shown(&cx, String::new(), String::new(), None, RateForm::default(), Faults::default()).await
}

pub(super) async fn ask(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    Client(from): Client,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    means.visitors.may_ask(&from, cx.now())?;
    let typed: String = sent.receipt.chars().take(60).collect();
    match receive::progress(&cx, &typed).await? {
        Ok(row) => shown(&cx, typed, String::new(), Some(row), RateForm::default(), Faults::default()).await,
        Err(wrong) => shown(&cx, typed, wrong, None, RateForm::default(), Faults::default()).await,
    }
}

pub(super) async fn rate(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    Client(from): Client,
    Form(form): Form<RateForm>,
) -> Result<Response, Failure> {
    means.visitors.may_ask(&from, cx.now())?;
    let faults = match receive::rate(&cx, &form).await? {
        Ok(()) => Faults::default(),
        Err(faults) => faults,
    };
    let row = receive::progress(&cx, &form.receipt).await?.ok();
    shown(&cx, form.receipt.clone(), String::new(), row, form, faults).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    site: String,
    page: Option<u64>,
}

#[derive(Serialize)]
struct AnswersView {
    word: String,
    rows: Vec<AnswerView>,
    pager: Pager,
}

#[derive(Serialize)]
struct AnswerView {
    summary: String,
    answer: String,
    day: String,
    rating: Option<i32>,
}

pub(super) async fn answers(State(cx): State<Cx>, Query(asked): Query<Answers>) -> Result<Response, Failure> {
    let site = site_of(&cx, &asked.site).await?;
    let (rows, pager) = store::published(cx.db.read(), site.id, Pager::asked(asked.page, Some(20))).await?;
    let view = AnswersView {
        word: asked.site.trim().to_owned(),
        rows: rows
            .into_iter()
            .map(|row| AnswerView {
                summary: row.summary,
                answer: row.answer,
                day: row.answered_at.map(|at| beijing(at).date_naive().to_string()).unwrap_or_default(),
                rating: row.rating,
            })
            .collect(),
        pager,
    };
    let title = format!("{}　找错答复选登", site.name);
    Ok(screen(&cx, &title, "").show("correction_answers.html", view)?)
}
