//! What is done with reading: rosters, duties, pages, leaders' records. Clauses N1.6, N5.3, N5.7.

pub mod beat;
pub mod duty;
pub mod exchange;
pub mod leader;
pub mod lists;
pub mod page;
pub mod planning;
pub mod roster;

use ledger::Actor;
use ledger::identity::model::Role;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use platform::{Error, Tx};

/// Who keeps rosters: of their unit and those below.
pub const KEEPERS: &[Role] = &[Role::Supervisor, Role::SiteOperator];
/// Who may stand on a roster and read.
pub const READERS: &[Role] = &[Role::DutyReader, Role::SiteOperator, Role::Inspector, Role::Supervisor];
/// Who records that he has read himself.
pub const LEADERS: &[Role] = &[Role::Leader];
/// The audit chain of reading.
const CHAIN: &str = "reading";

async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), Error> {
    let (person, who) = (Some(actor.person.0), actor.login.as_str());
    Ok(audit::write(tx, Deed { chain: CHAIN, at, person, who, action, subject, detail }).await?)
}
