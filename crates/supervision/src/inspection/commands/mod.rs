//! What can be done with inspections: plan, start, pause, import what a run found, judge it. Clauses N2.1, N5.3.

pub mod decide;
pub mod exceptions;
pub mod import;
pub mod plans;
pub mod report;
pub mod runs;
pub mod sighting;

use ledger::Actor;
use ledger::identity::model::Role;
use platform::Tx;
use platform::audit::{self, Deed};
use platform::clock::Instant;

/// Who orders inspections and judges findings.
pub const JUDGES: &[Role] = &[Role::Supervisor, Role::Inspector];
/// Who may start an inspection of a site: a site's operator his own sites, for self-inspection.
pub const STARTERS: &[Role] = &[Role::Supervisor, Role::Inspector, Role::SiteOperator];
/// Who reports what he saw.
pub const REPORTERS: &[Role] = &[Role::Supervisor, Role::Inspector, Role::SiteOperator, Role::DutyReader];
/// The audit chain of inspections.
pub const CHAIN: &str = "inspection";

/// Writes a person's deed into the audit log.
async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    subject: String,
    detail: &str,
) -> Result<(), platform::Error> {
    let deed = Deed {
        chain: CHAIN,
        at,
        person: Some(actor.person.0),
        who: &actor.login,
        action,
        subject: &subject,
        detail,
    };
    Ok(audit::write(tx, deed).await?)
}
