//! What is done with tickets: issue, handle, recheck. Clauses N2.8, N5.3.

pub mod handle;
pub mod issue;
pub mod letter;
pub mod many;
pub mod recheck;

use platform::Tx;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use sea_orm::{DbErr, Set};

use super::entity::ticket_event;
use super::model::Event;
use super::store;
use crate::ids::TicketId;
use handle::By;

pub use ledger::obligation::commands::{ISSUERS, OWERS};

/// The audit chain of tickets.
pub const CHAIN: &str = "ticket";

/// A line of the history.
fn event(id: TicketId, at: Instant, event: Event, who: &str, words: &str) -> ticket_event::ActiveModel {
    ticket_event::ActiveModel {
        ticket_id: Set(id),
        at: Set(at),
        event: Set(event),
        who: Set(who.to_owned()),
        words: Set(words.to_owned()),
        file_name: Set(String::new()),
        digest: Set(None),
        ..Default::default()
    }
}

/// What somebody did: a line of the history, with a file perhaps, and of the audit log.
async fn note(
    tx: &Tx,
    by: &By<'_>,
    at: Instant,
    id: TicketId,
    what: Event,
    words: &str,
    file: Option<(String, String)>,
) -> Result<(), DbErr> {
    let mut row = event(id, at, what, &by.name(), words);
    if let Some((name, digest)) = file {
        row.file_name = Set(name);
        row.digest = Set(Some(digest));
    }
    store::note(tx, row).await?;
    let action = format!("ticket.{}", sea_orm::ActiveEnum::to_value(&what));
    let subject = format!("ticket/{id}");
    let (person, who) = (by.person().map(|person| person.0), by.login());
    audit::write(
        tx,
        Deed { chain: CHAIN, at, person, who: &who, action: &action, subject: &subject, detail: words },
    )
    .await
}
