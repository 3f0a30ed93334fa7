//! What is done with corrections: received, passed on, answered, asked about, rated. Clauses N2.3, N5.3.

pub mod handle;
pub mod receive;

use ledger::identity::model::Role;
use platform::clock::Instant;
use platform::{Error, Tx};
use sea_orm::Set;

use super::entity::correction_event;
use super::model::Event;
use super::store;

/// Who passes corrections on.
pub const HANDLERS: &[Role] = &[Role::Supervisor];
/// Who answers for a unit.
pub const ANSWERERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// The audit chain of corrections.
const CHAIN: &str = "correction";
/// Days after which it is forgotten who has sent a correction that was answered: time for a complaint and its answer.
const KEPT_DAYS: i64 = 180;

async fn happened(tx: &Tx, id: i64, at: Instant, event: Event, who: &str, words: &str) -> Result<(), Error> {
    let row = correction_event::ActiveModel {
        correction_id: Set(id),
        at: Set(at),
        event: Set(event),
        who: Set(who.to_owned()),
        words: Set(words.to_owned()),
        ..Default::default()
    };
    Ok(store::note(tx, row).await?)
}

/// Forgets who has sent what was answered long ago.
pub async fn forget(cx: &ledger::Cx) -> Result<(), Error> {
    let tx = cx.write().await?;
    store::forget(&tx, cx.now() - chrono::TimeDelta::days(KEPT_DAYS)).await?;
    Ok(tx.commit().await?)
}
