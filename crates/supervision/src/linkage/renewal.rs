//! An approval that ends is renewed, or its links are taken down: whose it is owes that, on the clock. Clause N5.6.

use chrono::Days;
use ledger::Cx;
use ledger::identity::store as people;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::Kind;
use platform::clock::{Instant, beijing};
use platform::web::Failure;
use platform::{Error, Tx};
use sea_orm::Set;

use super::entity::link_approval;
use super::model::ENDS_SOON_DAYS;
use super::store;

/// Obligations opened in one beat.
const A_BATCH: u64 = 200;

/// Opens what is owed for approvals that end soon.
pub async fn beat(cx: &Cx) -> Result<(), Error> {
    let today = beijing(cx.now()).date_naive();
    let soon = today + Days::new(ENDS_SOON_DAYS.unsigned_abs());
    if store::ending_unscoped(cx.db.read(), today, soon, 1).await?.is_empty() {
        return Ok(());
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    for row in store::ending_held_unscoped(&tx, today, soon, A_BATCH).await? {
        open(&tx, &row, now).await?;
    }
    Ok(tx.commit().await?)
}

async fn open(tx: &Tx, row: &link_approval::Model, now: Instant) -> Result<(), Error> {
    let Some(unit) = people::unit_unscoped(&**tx, row.unit_id).await? else { return Ok(()) };
    let above = match unit.parent_id {
        Some(parent) => people::unit_unscoped(&**tx, parent).await?,
        None => None,
    };
    let issuer = above.as_ref().unwrap_or(&unit);
    let left = row.expires_on.map(|end| (end - beijing(now).date_naive()).num_days());
    let new = New {
        kind: Kind::LinkRenewal,
        clause: Kind::LinkRenewal.clause(),
        title: format!("续批链接“{}”", row.name),
        words: format!(
            "{} 的链接审批（编号 {}）将到期。仍要链接的，到“链接审批”里续批，批准后自动办结；不再链接的，撤下链接后在这里报告。",
            row.target, row.id
        ),
        unit: &unit,
        site: row.site_id,
        person: None,
        issuer,
        issued_by: String::new(),
        // It is reported and accepted here, unless a renewal meets it.
        link: String::new(),
        limit: left.and_then(|days| u32::try_from(days).ok()),
    };
    let owed = open::open(tx, new, now).await?;
    let change =
        link_approval::ActiveModel { id: Set(row.id), obligation_id: Set(Some(owed)), ..Default::default() };
    store::change(tx, change).await?;
    Ok(())
}

/// A new approval stands for those of the same target that end before it.
pub async fn approved(tx: &Tx, new: &link_approval::Model, now: Instant) -> Result<(), Failure> {
    for old in store::renewed_unscoped(tx, new).await? {
        let change = link_approval::ActiveModel {
            id: Set(old.id),
            renewed_by: Set(Some(new.id)),
            ..Default::default()
        };
        store::change(tx, change).await?;
        if let Some(owed) = old.obligation_id {
            clock::meet(tx, owed, now).await?;
        }
    }
    Ok(())
}

/// What is revoked needs no renewal; what it had renewed ends again as it would have.
pub async fn revoked(tx: &Tx, row: &link_approval::Model, now: Instant) -> Result<(), Failure> {
    store::renew_no_more(tx, row.id).await?;
    match row.obligation_id {
        Some(owed) => clock::drop_it(tx, owed, now).await,
        None => Ok(()),
    }
}
