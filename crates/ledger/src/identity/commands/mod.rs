//! What can be done with logins, people and units. Clauses N1.1, N4.7, N5.1.
//!
//! Each command loads, asks the model, saves and writes the audit line in one transaction.

pub mod account;
pub mod login;
pub mod people;
pub mod sessions;
pub mod start;
pub mod tree;
pub mod units;

use platform::Tx;
use platform::audit::{self, Deed};
use platform::clock::Instant;
use sea_orm::{DbErr, SqlErr};

use crate::Actor;

/// The audit chain of everything about people and rights.
pub(super) const CHAIN: &str = "identity";

/// Writes the audit line of an actor's deed.
pub(crate) async fn note(
    tx: &Tx,
    actor: &Actor,
    at: Instant,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), DbErr> {
    let deed =
        Deed { chain: CHAIN, at, person: Some(actor.person.0), who: &actor.login, action, subject, detail };
    audit::write(tx, deed).await
}

/// Whether the database refused a name that is taken.
pub(super) fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
