//! Where documents are had: as PDF, as DOCX. Clauses N2.8, N5.3.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::identity::model::Role;
use ledger::identity::store as people;
use ledger::obligation::model::Kind;
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::web::download;
use ledger::{Access, Actor, Cx, ObligationId, Routes, UnitId};
use papers::{Folders, NotMade, Paper};
use platform::Error;
use platform::web::{Failure, Refusal};
use tokio::sync::Semaphore;

use super::bulletin;
use super::compose::{self, Of};
use crate::ids::TicketId;
use crate::lifecycle::model::State as Shut;
use crate::lifecycle::store as lifecycle;
use crate::rectification::store as tickets;

/// Who has documents made: whoever sees the thing itself.
const SEES: Access = Access::Roles(&Role::TRADE);
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The routes.
pub fn routes() -> Routes {
    Routes::default().get("/papers/{kind}/{id}/{format}", SEES, paper)
}

/// The documents of a suspension as it stands: the word of each in addresses, and its name.
pub fn links(state: Shut) -> Vec<(&'static str, &'static str)> {
    let mut links = Vec::new();
    if !matches!(state, Shut::Proposed | Shut::Withdrawn) {
        links.push(("suspension", "关停决定"));
    }
    if state == Shut::Reopened {
        links.push(("reopening", "恢复开放通知"));
    }
    if matches!(state, Shut::Announcing | Shut::Closed) {
        links.push(("closure", "关闭公告"));
    }
    links
}

async fn paper(
    State(cx): State<Cx>,
    actor: Actor,
    Path((kind, id, format)): Path<(String, i64, String)>,
) -> Result<Response, Failure> {
    let paper = composed(&cx, &actor, &kind, id).await?.ok_or(Failure::NotThere)?;
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

async fn name(cx: &Cx, unit: UnitId) -> Result<String, Failure> {
    Ok(people::unit_unscoped(cx.db.read(), unit).await?.map(|unit| unit.name).unwrap_or_default())
}

async fn composed(cx: &Cx, actor: &Actor, kind: &str, id: i64) -> Result<Option<Paper>, Failure> {
    let (db, sees) = (cx.db.read(), actor.sees());
    let of = match kind {
        "rectification" => return rectification(cx, actor, TicketId(id)).await,
        "order" => {
            let row = obligations::one_in(db, &sees, ObligationId(id)).await?;
            let Some(row) = row.filter(|row| row.kind == Kind::Order) else { return Ok(None) };
            let site = match row.site_id {
                Some(site) => sites::site_unscoped(db, site).await?,
                None => None,
            };
            let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
            return Ok(Some(compose::order(&row, &unit, &issuer, site.as_ref())));
        }
        "bulletin" => return bulletin::of_month(cx, actor, id).await,
        "suspension" => Of::Suspension,
        "reopening" => Of::Reopening,
        "closure" => Of::Closure,
        _ => return Ok(None),
    };
    let Some(row) = lifecycle::one_in(db, &sees, id).await? else { return Ok(None) };
    let Some(site) = sites::site_unscoped(db, row.site_id).await? else { return Ok(None) };
    let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
    Ok(compose::of_suspension(of, &row, &site, &unit, &issuer))
}

async fn rectification(cx: &Cx, actor: &Actor, id: TicketId) -> Result<Option<Paper>, Failure> {
    let db = cx.db.read();
    let Some(row) = tickets::one_in(db, &actor.sees(), id).await? else { return Ok(None) };
    let Some(site) = sites::site_unscoped(db, row.site_id).await? else { return Ok(None) };
    let findings = tickets::findings(db, id).await?;
    let due = match row.obligation_id {
        Some(owed) => obligations::one_unscoped(db, owed).await?.and_then(|owed| owed.due_on),
        None => None,
    };
    let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
    Ok(Some(compose::rectification(&row, &site, &unit, &issuer, &findings, due)))
}
