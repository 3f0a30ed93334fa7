//! Which documents there are, of what, and whose. Clauses N2.8, N5.3.
//!
//! A document is had by whoever sees the thing that it is of.

use ledger::identity::store as people;
use ledger::obligation::model::Kind;
use ledger::obligation::store as obligations;
use ledger::registry::store as sites;
use ledger::{Actor, Cx, ObligationId, UnitId};
use papers::Paper;
use platform::web::Failure;

use super::bulletin;
use super::compose::{self, Of};
use crate::ids::TicketId;
use crate::lifecycle::model::State as Shut;
use crate::lifecycle::store as lifecycle;
use crate::rectification::store as tickets;

/// A document, and what it is of.
pub struct Subject {
    /// Its word in addresses.
    pub kind: &'static str,
    pub of: i64,
    /// The unit whose document it is.
    pub issuer_path: String,
    /// Where the thing itself is shown.
    pub link: String,
    pub paper: Paper,
}

/// The kinds of documents: the word in addresses, and the name.
pub const KINDS: [(&str, &str); 6] = [
    ("rectification", "整改通知书"),
    ("order", "督办通知"),
    ("suspension", "关停决定"),
    ("reopening", "恢复开放通知"),
    ("closure", "关闭公告"),
    ("bulletin", "通报"),
];

/// The documents of a suspension as it stands: the word of each in addresses, and its name.
pub fn links(state: Shut) -> Vec<(&'static str, &'static str)> {
    let there = |word: &str| match word {
        "suspension" => !matches!(state, Shut::Proposed | Shut::Withdrawn),
        "reopening" => state == Shut::Reopened,
        "closure" => matches!(state, Shut::Announcing | Shut::Closed),
        _ => false,
    };
    KINDS.into_iter().filter(|(word, _)| there(word)).collect()
}

/// The document of a word and a number, as far as somebody sees it and it has come to that.
pub async fn subject(cx: &Cx, actor: &Actor, word: &str, of: i64) -> Result<Option<Subject>, Failure> {
    let Some((kind, _)) = KINDS.into_iter().find(|(kind, _)| *kind == word) else { return Ok(None) };
    let found = match kind {
        "rectification" => rectification(cx, actor, TicketId(of)).await?,
        "order" => order(cx, actor, ObligationId(of)).await?,
        "bulletin" => bulletin::of_month(cx, actor, of)
            .await?
            .map(|paper| (paper, bulletin::top(actor), "/tickets".to_owned())),
        "suspension" => suspension(cx, actor, Of::Suspension, of).await?,
        "reopening" => suspension(cx, actor, Of::Reopening, of).await?,
        _ => suspension(cx, actor, Of::Closure, of).await?,
    };
    Ok(found.map(|(paper, issuer_path, link)| Subject { kind, of, issuer_path, link, paper }))
}

type Found = Option<(Paper, String, String)>;

async fn name(cx: &Cx, unit: UnitId) -> Result<String, Failure> {
    Ok(people::unit_unscoped(cx.db.read(), unit).await?.map(|unit| unit.name).unwrap_or_default())
}

async fn order(cx: &Cx, actor: &Actor, id: ObligationId) -> Result<Found, Failure> {
    let db = cx.db.read();
    let row = obligations::one_in(db, &actor.sees(), id).await?;
    let Some(row) = row.filter(|row| row.kind == Kind::Order) else { return Ok(None) };
    let site = match row.site_id {
        Some(site) => sites::site_unscoped(db, site).await?,
        None => None,
    };
    let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
    let paper = compose::order(&row, &unit, &issuer, site.as_ref());
    Ok(Some((paper, row.issuer_path, format!("/obligations/{id}"))))
}

async fn suspension(cx: &Cx, actor: &Actor, what: Of, id: i64) -> Result<Found, Failure> {
    let db = cx.db.read();
    let Some(row) = lifecycle::one_in(db, &actor.sees(), id).await? else { return Ok(None) };
    let Some(site) = sites::site_unscoped(db, row.site_id).await? else { return Ok(None) };
    let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
    let paper = compose::of_suspension(what, &row, &site, &unit, &issuer);
    Ok(paper.map(|paper| (paper, row.issuer_path, format!("/suspensions/{id}"))))
}

async fn rectification(cx: &Cx, actor: &Actor, id: TicketId) -> Result<Found, Failure> {
    let db = cx.db.read();
    let Some(row) = tickets::one_in(db, &actor.sees(), id).await? else { return Ok(None) };
    let Some(site) = sites::site_unscoped(db, row.site_id).await? else { return Ok(None) };
    let findings = tickets::findings(db, id).await?;
    let due = match row.obligation_id {
        Some(owed) => obligations::one_unscoped(db, owed).await?.and_then(|owed| owed.due_on),
        None => None,
    };
    let (unit, issuer) = (name(cx, row.unit_id).await?, name(cx, row.issuer_id).await?);
    let paper = compose::rectification(&row, &site, &unit, &issuer, &findings, due);
    Ok(Some((paper, row.issuer_path, format!("/tickets/{id}"))))
}
