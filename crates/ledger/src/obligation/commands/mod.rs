//! What is done with obligations: open, report, judge, pause, extend, and the tick of the clock. Clauses N2.8, N5.3.

pub mod feed;
pub mod handle;
pub mod open;
pub mod recount;
pub mod terms;
mod tick;

pub use tick::{A_TICK, tick};

use platform::Tx;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use sea_orm::{DbErr, Set};

use super::entity::{obligation, obligation_event};
use super::model::{Event, Terms};
use crate::identity::model::Role;
use crate::{Actor, ObligationId};

/// Who orders and judges: for units below their own, and for their own.
pub const ISSUERS: &[Role] = &[Role::Supervisor];
/// Who reports that something is done, and asks for time.
pub const OWERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// The audit chain of obligations.
pub const CHAIN: &str = "obligation";
/// Whoever acts when nobody does.
pub const CLOCK: &str = "系统";

/// What somebody did, with a file perhaps.
pub(super) struct Done<'a> {
    pub event: Event,
    pub words: &'a str,
    /// A file's name and the digest under which it is kept.
    pub file: Option<(String, String)>,
}

/// A line of the history, and of the audit log.
pub(super) async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    id: ObligationId,
    done: Done<'_>,
) -> Result<(), DbErr> {
    let action = format!("obligation.{}", event_word(done.event));
    let (file_name, digest) = done.file.map_or((String::new(), None), |(name, digest)| (name, Some(digest)));
    let row = obligation_event::ActiveModel {
        obligation_id: Set(id),
        at: Set(at),
        event: Set(done.event),
        who: Set(actor.name.clone()),
        words: Set(done.words.to_owned()),
        file_name: Set(file_name),
        digest: Set(digest),
        ..Default::default()
    };
    super::store::note(tx, row).await?;
    let deed = Deed {
        chain: CHAIN,
        at,
        person: Some(actor.person.0),
        who: &actor.login,
        action: &action,
        subject: &format!("obligation/{id}"),
        detail: done.words,
    };
    audit::write(tx, deed).await
}

/// A line that the clock writes itself.
pub(super) fn clock_event(
    id: ObligationId,
    at: Instant,
    event: Event,
    words: String,
) -> obligation_event::ActiveModel {
    obligation_event::ActiveModel {
        obligation_id: Set(id),
        at: Set(at),
        event: Set(event),
        who: Set(CLOCK.to_owned()),
        words: Set(words),
        file_name: Set(String::new()),
        digest: Set(None),
        ..Default::default()
    }
}

/// A line of the history for what another slice has done with its obligation.
pub async fn note_of(tx: &Tx, id: ObligationId, at: Instant, event: Event) -> Result<(), DbErr> {
    super::store::note(tx, clock_event(id, at, event, String::new())).await.map(|_| ())
}

fn event_word(event: Event) -> String {
    use sea_orm::ActiveEnum as _;
    event.to_value()
}

/// The terms that a row was opened with.
pub fn terms_of(row: &obligation::Model) -> Terms {
    let number = |days: i32| u32::try_from(days).unwrap_or(0);
    Terms {
        limit: number(row.limit_days),
        span: base::deadline::Span::of(&row.span).unwrap_or(base::deadline::Span::Working),
        remind: number(row.remind_days),
        yellow: number(row.yellow_days),
        red: number(row.red_days),
    }
}
