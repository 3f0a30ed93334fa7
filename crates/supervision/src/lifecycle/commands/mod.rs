//! What is done with suspensions: proposed, decided, carried out by the clock, mended, checked, announced, closed.
//! Clauses N2.8, N4.4.

pub mod beat;
pub mod close;
pub mod handle;
pub mod propose;
pub mod record;

use ledger::identity::model::Role;
use ledger::registry::model::State as SiteState;
use ledger::registry::store as sites;
use ledger::{Actor, SiteId};
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::{Error, Tx};
use sea_orm::{ActiveEnum as _, Set};

use super::entity::suspension_event;
use super::model::{Event, State};
use super::store;

/// Who proposes and decides: for units below their own, and for their own.
pub const DECIDERS: &[Role] = &[Role::Supervisor];
/// Who mends and reports.
pub const MENDERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// The audit chain of suspensions.
const CHAIN: &str = "lifecycle";

/// A line of the history; without an actor the clock's.
async fn happened(
    tx: &Tx,
    actor: Option<&Actor>,
    id: i64,
    at: Instant,
    event: Event,
    words: &str,
    file: Option<(String, String)>,
) -> Result<(), Error> {
    let (file_name, digest) = file.map_or((String::new(), None), |(name, digest)| (name, Some(digest)));
    let row = suspension_event::ActiveModel {
        suspension_id: Set(id),
        at: Set(at),
        event: Set(event),
        who: Set(actor.map(|actor| actor.name.clone()).unwrap_or_default()),
        words: Set(words.to_owned()),
        file_name: Set(file_name),
        digest: Set(digest),
        ..Default::default()
    };
    store::note(tx, row).await?;
    let action = format!("suspension.{}", event.to_value());
    let deed = Deed {
        chain: CHAIN,
        at,
        person: actor.map(|actor| actor.person.0),
        who: actor.map_or("system", |actor| actor.login.as_str()),
        action: &action,
        subject: &format!("suspension/{id}"),
        detail: words,
    };
    Ok(audit::write(tx, deed).await?)
}

/// The register says what a whole site has come to; of a column it says nothing.
async fn tell_register(
    tx: &Tx,
    site: SiteId,
    prefix: &str,
    state: State,
    who: &str,
    now: Instant,
) -> Result<(), Error> {
    if !prefix.is_empty() {
        return Ok(());
    }
    let wanted = match state {
        State::Suspended | State::Reported | State::Announcing => SiteState::Suspended,
        State::Closed => SiteState::Closed,
        State::Proposed | State::Notified | State::Reopened | State::Withdrawn => SiteState::Open,
    };
    if let Some(site) = sites::site_unscoped(&**tx, site).await?.filter(|site| site.state != wanted) {
        sites::set_state(tx, &site, wanted, who, now).await?;
    }
    Ok(())
}
