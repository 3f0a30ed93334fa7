//! The page that is read: its text and picture as they stand, and the form that marks a fault. Clauses N5.3, N5.7.
//!
//! The page of a website is shown as text and as a picture only; nothing of it runs in the console.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use base::Level;
use ledger::registry::store as sites;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::clock::Instant;
use platform::web::{Failure, Faults, answer};
use serde::Serialize;

use crate::Means;
use crate::inspection::commands::sighting::OTHER;
use crate::inspection::web::rule_name;
use crate::reading::commands::page::{self, MarkForm, Marked};
use crate::reading::entity::{reading_duty, reading_item};
use crate::reading::model::State as Stands;
use crate::reading::store;

/// What a reader finds, by the rules of the machine, so that both meet in one finding.
const KINDS: [&str; 10] = [
    "common-typo",
    "wrong-leader",
    "wrong-place-name",
    "sensitive-word",
    "personal-data",
    "secrecy-mark",
    "dead-resource",
    "stale-column",
    "missing-date",
    OTHER,
];

#[derive(Serialize)]
struct View {
    id: i64,
    duty: i64,
    site_id: i64,
    site: String,
    address: String,
    why: &'static str,
    state: &'static str,
    state_word: &'static str,
    answer: String,
    opened_at: Option<Instant>,
    /// What was shown is gone from the shelf, and is to be fetched again.
    is_gone: bool,
    passages: Vec<String>,
    has_picture: bool,
    number: i32,
    pages: i32,
    may_read: bool,
    is_noticed: bool,
    finding: Option<i64>,
    previous: Option<i64>,
    next: Option<i64>,
    kinds: Vec<(&'static str, &'static str)>,
    levels: Vec<(&'static str, &'static str)>,
    form: MarkForm,
    faults: Faults,
}

async fn found(
    cx: &Cx,
    actor: &Actor,
    id: i64,
) -> Result<(reading_item::Model, reading_duty::Model), Failure> {
    let item = store::item_of(cx.db.read(), id).await?.ok_or(Failure::NotThere)?;
    let duty = store::duty_in(cx.db.read(), &actor.sees(), item.duty_id).await?.ok_or(Failure::NotThere)?;
    Ok((item, duty))
}

async fn screen(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: MarkForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let (item, duty) = found(cx, actor, id).await?;
    let db = cx.db.read();
    let site = sites::site_unscoped(db, item.site_id).await?.ok_or(Failure::NotThere)?;
    let own = duty.person_id == Some(actor.person);
    // The text with a known fault in it is for its reader only.
    let shown = if own { page::shown(cx, &item).await? } else { None };
    let all = store::items(db, duty.id).await?;
    let at = all.iter().position(|one| one.id == id).unwrap_or(0);
    let title = if item.title.is_empty() { "读网".to_owned() } else { item.title.clone() };
    let is_gone = item.opened_at.is_some() && shown.is_none();
    let shown = shown.unwrap_or_default();
    let view = View {
        id,
        duty: duty.id,
        site_id: site.id.0,
        site: site.name,
        why: item.why.name(),
        state: item.state.name(),
        state_word: item.state.word(),
        answer: item.answer,
        opened_at: item.opened_at,
        is_gone,
        passages: shown.passages,
        has_picture: shown.has_picture,
        number: item.position + 1,
        pages: duty.pages,
        may_read: own && duty.state == Stands::Reading,
        is_noticed: item.is_noticed,
        finding: item.finding_id.map(|id| id.0),
        previous: at.checked_sub(1).and_then(|at| all.get(at)).map(|one| one.id),
        next: all.get(at + 1).map(|one| one.id),
        kinds: KINDS.map(|rule| (rule, rule_name(rule))).to_vec(),
        levels: Level::GRAVEST_FIRST.map(|level| (level.code(), level.label())).to_vec(),
        address: item.address,
        form,
        faults,
    };
    let help = "文字和截图都是刚刚从网站取来的。文字里有时放入一处系统已知的错误，用来检验读得是否仔细。";
    let screen =
        Screen { cx, actor: Some(actor), title: &title, section: "/duties", clause: "N5.3、N5.7", help };
    Ok(screen.show("reading_page.html", view)?)
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    screen(&cx, &actor, id, MarkForm::default(), Faults::default()).await
}

pub(super) async fn open(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page::open(&cx, &means, &actor, id).await?;
    Ok(answer::see(&format!("/reading-items/{id}")))
}

pub(super) async fn mark(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<MarkForm>,
) -> Result<Response, Failure> {
    match page::mark(&cx, &actor, id, &form).await? {
        Ok(Marked::Read) => next(&cx, &means, &actor, id, "").await,
        Ok(Marked::Noticed) => {
            let words = "这是系统放入的已知错误，您发现了，不作为网站的问题。请继续读这一页。";
            Ok(flash(words, &format!("/reading-items/{id}")))
        }
        Ok(Marked::Found(found)) if form.deed == "away" => {
            next(&cx, &means, &actor, id, &format!("已登记打不开，线索 {found}。")).await
        }
        Ok(Marked::Found(found)) => {
            let words = format!("已登记为线索 {found}，附有刚才的页面和截图。这一页还有问题可以接着登记。");
            Ok(flash(&words, &format!("/reading-items/{id}")))
        }
        Err(faults) => screen(&cx, &actor, id, form, faults).await,
    }
}

/// On to the next page that is not read, fetched already; after the last one back to the duty.
async fn next(cx: &Cx, means: &Arc<Means>, actor: &Actor, id: i64, words: &str) -> Result<Response, Failure> {
    let (item, _) = found(cx, actor, id).await?;
    match store::next_waiting(cx.db.read(), item.duty_id).await? {
        Some(next) => {
            page::open(cx, means, actor, next.id).await?;
            let path = format!("/reading-items/{}", next.id);
            Ok(if words.is_empty() { answer::see(&path) } else { flash(words, &path) })
        }
        None => Ok(flash(
            &format!("{words}名单上的页面都读完了，请填写值班日志并提交。"),
            &format!("/duties/{}", item.duty_id),
        )),
    }
}

pub(super) async fn picture(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    found(&cx, &actor, id).await?;
    let bytes = page::picture(&cx, id).await?.ok_or(Failure::NotThere)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], Body::from(bytes)).into_response())
}
