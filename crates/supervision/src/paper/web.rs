//! The screen of a document: its drafts as PDF and DOCX, its number, its signed scans. Clauses N2.8, N5.3.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::Datelike as _;
use ledger::identity::model::Role;
use ledger::web::{Screen, Upload, download, flash};
use ledger::{Access, Actor, Cx, Routes};
use papers::{Block, Folders, NotMade, Paper};
use platform::Error;
use platform::clock::{Instant, beijing};
use platform::web::pages::Template;
use platform::web::{Failure, Faults, Refusal};
use serde::Serialize;
use tokio::sync::Semaphore;

use super::commands::{self, CLERKS};
use super::store;
use super::subject::{KINDS, Subject, subject};

/// Who has documents made: whoever sees the thing itself.
const SEES: Access = Access::Roles(&Role::TRADE);
const FILES: Access = Access::Roles(CLERKS);
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Characters of the text that the screen shows of each paragraph.
const SHOWN: usize = 400;

/// The templates of this screen.
pub const TEMPLATES: &[Template] = &[("paper.html", include_str!("templates/paper.html"))];

/// The routes.
pub fn routes() -> Routes {
    Routes::default()
        .get("/papers/{kind}/{id}", SEES, show)
        .post("/papers/{kind}/{id}", FILES, file)
        .get("/papers/{kind}/{id}/{format}", SEES, draft)
        .get("/paper-copies/{id}/file", SEES, scan)
}

async fn draft(
    State(cx): State<Cx>,
    actor: Actor,
    Path((kind, id, format)): Path<(String, i64, String)>,
) -> Result<Response, Failure> {
    let subject = subject(&cx, &actor, &kind, id).await?.ok_or(Failure::NotThere)?;
    let number = number(&store::copies(cx.db.read(), &subject).await?);
    let mut paper = subject.paper;
    if let Some(number) = number {
        paper.number = number;
    }
    let name = format!("{}（待用印稿）", paper.title);
    let folders = Folders { own: cx.settings.fonts.clone() };
    match format.as_str() {
        "pdf" => {
            let bytes = made(move || papers::pdf(&paper, &folders)).await?;
            Ok(download::file(&format!("{name}.pdf"), "application/pdf", bytes))
        }
        "docx" => {
            Ok(download::file(&format!("{name}.docx"), DOCX, made(move || papers::docx(&paper)).await?))
        }
        _ => Err(Failure::NotThere),
    }
}

/// The number that was given last.
fn number(copies: &[super::entity::paper_copy::Model]) -> Option<String> {
    copies.iter().map(|copy| copy.number.clone()).find(|number| !number.is_empty())
}

/// Documents that are made at the same time: each holds the machine's fonts, some 100 MB, while it is made.
static DESKS: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a desk.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes it on a blocking thread, when there is a desk.
async fn made(make: impl FnOnce() -> Result<Vec<u8>, NotMade> + Send + 'static) -> Result<Vec<u8>, Failure> {
    let Ok(Ok(_desk)) = tokio::time::timeout(PATIENCE, DESKS.acquire()).await else {
        return Err(Refusal::new("正在排版的公文太多，请过一会儿再下载。").into());
    };
    match tokio::task::spawn_blocking(make).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(why @ (NotMade::NoFonts | NotMade::NoPdf))) => {
            Err(Refusal::new(format!("{why}。可以先下载 DOCX。")).into())
        }
        Ok(Err(why @ NotMade::Template(_))) => Err(Error::Other(why.to_string()).into()),
        Err(fault) => Err(Error::Other(format!("a document: {fault}")).into()),
    }
}

#[derive(Serialize)]
struct CopyView {
    id: i64,
    number: String,
    file: String,
    who: String,
    at: Instant,
}

#[derive(Serialize)]
struct View {
    base: String,
    link: String,
    name: &'static str,
    /// The month is not over: what is numbered now may not be what it comes to.
    is_early: bool,
    number: String,
    /// The newest signed scan.
    signed: Option<i64>,
    paper: Paper,
    copies: Vec<CopyView>,
    may_file: bool,
    sent: String,
    faults: Faults,
}

/// A month as the address of its bulletin has it.
fn month_of(at: Instant) -> i64 {
    let day = beijing(at).date_naive();
    i64::from(day.year()) * 100 + i64::from(day.month())
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    subject: Subject,
    sent: &str,
    faults: Faults,
) -> Result<Response, Failure> {
    let copies = store::copies(cx.db.read(), &subject).await?;
    let mut paper = subject.paper;
    for block in &mut paper.body {
        if let Block::Paragraph { text } | Block::Heading { text } = block
            && let Some((cut, _)) = text.char_indices().nth(SHOWN)
        {
            text.truncate(cut);
            text.push('…');
        }
    }
    let view = View {
        base: format!("/papers/{}/{}", subject.kind, subject.of),
        link: subject.link,
        name: KINDS.into_iter().find(|(kind, _)| *kind == subject.kind).map_or("公文", |(_, name)| name),
        is_early: subject.kind == "bulletin" && subject.of >= month_of(cx.now()),
        number: number(&copies).unwrap_or_else(|| paper.number.clone()),
        signed: copies.iter().find(|copy| copy.digest.is_some()).map(|copy| copy.id),
        may_file: actor.scope(CLERKS).covers(&subject.issuer_path),
        copies: copies
            .into_iter()
            .map(|copy| CopyView {
                id: copy.id,
                number: copy.number,
                file: copy.digest.map(|_| copy.file_name).unwrap_or_default(),
                who: copy.who,
                at: copy.at,
            })
            .collect(),
        sent: sent.to_owned(),
        faults,
        paper,
    };
    let title = view.paper.title.clone();
    let help = match view.may_file {
        true => "下载的是待用印稿：在本单位签发、编号、用印后，把文号和签章的扫描件存回这里。",
        false => "发文单位用印后，签章件在这里；之前只有待用印稿。",
    };
    let screen =
        Screen { cx, actor: Some(actor), title: &title, section: "/tickets", clause: "N2.8、N5.3", help };
    Ok(screen.show("paper.html", view)?)
}

async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path((kind, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let subject = subject(&cx, &actor, &kind, id).await?.ok_or(Failure::NotThere)?;
    page(&cx, &actor, subject, "", Faults::default()).await
}

async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    Path((kind, id)): Path<(String, i64)>,
    sent: Upload,
) -> Result<Response, Failure> {
    let subject = subject(&cx, &actor, &kind, id).await?.ok_or(Failure::NotThere)?;
    let number = sent.field("number").to_owned();
    match commands::file(&cx, &actor, &subject, &number, sent.file).await? {
        Ok(()) => Ok(flash("已存入。", &format!("/papers/{kind}/{id}"))),
        Err(faults) => page(&cx, &actor, subject, &number, faults).await,
    }
}

/// A signed scan, for whoever sees its document.
async fn scan(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let copy = store::copy_unscoped(cx.db.read(), id).await?.ok_or(Failure::NotThere)?;
    let document = subject(&cx, &actor, &copy.kind, copy.of_id).await?;
    document.filter(|document| document.issuer_path == copy.issuer_path).ok_or(Failure::NotThere)?;
    download::kept(&cx, &copy.file_name, copy.digest.as_deref()).await
}
