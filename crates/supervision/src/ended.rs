//! What the end of a run means to others: alerts, and tickets that wait for a recheck. Clauses N2.1, N5.3.
//!
//! Called in the transaction that ends the run; decides nothing itself.

use ledger::registry::entity::site;
use platform::clock::Instant;
use platform::{Error, Tx};

use crate::inspection::entity::run;
use crate::rectification::commands::recheck;
use crate::warn;

/// A run of a site has ended by itself, and what it found is written.
pub async fn run(tx: &Tx, site: &site::Model, run: &run::Model, now: Instant) -> Result<(), Error> {
    warn::run_ended(tx, site, run.id, now).await?;
    recheck::run_ended(tx, run, now).await
}
