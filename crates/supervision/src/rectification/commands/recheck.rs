//! Rechecks by machine: what an inspection after the mending says of a ticket's findings. Clauses N2.8, N5.3.
//!
//! An inspection, of the pages concerned or of the site, runs every rule again on what it reads, links, wording and
//! freshness alike. A ticket is closed when none of its findings is left, returned when one was found again, and left to a person when the machine could not look.

use ledger::Cx;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::model::Event as Owed;
use ledger::obligation::store as obligations;
use platform::clock::Instant;
use platform::web::Failure;
use platform::{Error, Tx};
use sea_orm::Set;

use super::event;
use super::letter::{self, Why};
use crate::inspection::entity::run;
use crate::inspection::model::run::RunState;
use crate::inspection::store::runs;
use crate::rectification::entity::ticket;
use crate::rectification::model::{Event, State, after};
use crate::rectification::store;

/// What a run says of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// None of the findings is left.
    Settled,
    /// So many were found again.
    Found(usize),
    /// It has not looked where some of them were.
    Nothing,
}

/// A run of a site has ended and is written: tickets that were mended before it began learn what it says.
pub async fn run_ended(tx: &Tx, run: &run::Model, now: Instant) -> Result<(), Error> {
    let Some(began) = run.started_at else { return Ok(()) };
    for row in store::to_recheck_unscoped(&**tx, run.site_id).await? {
        let Some(row) = store::one_unscoped(tx, row.id).await? else { continue };
        if row.fixed_at.is_none_or(|fixed| fixed > began) {
            continue;
        }
        let findings = store::findings(&**tx, row.id).await?;
        let again = findings.iter().filter(|one| !store::is_settled(one) && one.last_run == Some(run.id));
        let says = match (findings.iter().all(store::is_settled), again.count()) {
            (true, _) => Says::Settled,
            (false, 0) => Says::Nothing,
            (false, number) => Says::Found(number),
        };
        let is_own = row.run_id == Some(run.id);
        match says {
            Says::Settled => {
                let words = format!("巡检 {} 没有再发现这些问题", run.id);
                conclude(tx, &row, Event::NotFound, &words, now).await?;
            }
            Says::Found(number) => {
                let words = format!("巡检 {} 仍发现 {number} 处", run.id);
                conclude(tx, &row, Event::StillFound, &words, now).await?;
            }
            Says::Nothing if is_own => {
                let words = format!("巡检 {} 没有检查到有问题的页面，请人工复查", run.id);
                conclude(tx, &row, Event::NotSeen, &words, now).await?;
            }
            Says::Nothing => {}
        }
    }
    Ok(())
}

/// Writes what a machine concludes, in the ticket and on its clock.
async fn conclude(tx: &Tx, row: &ticket::Model, what: Event, words: &str, now: Instant) -> Result<(), Error> {
    let Ok(state) = after(row.state, what) else { return Ok(()) };
    let mut change =
        ticket::ActiveModel { id: Set(row.id), state: Set(state), run_id: Set(None), ..Default::default() };
    if state == State::Closed {
        change.over_at = Set(Some(now));
    }
    store::change(tx, change).await?;
    store::note(tx, event(row.id, now, what, "", words)).await?;
    let owed = match what {
        Event::NotFound => Some(Owed::Accepted),
        Event::StillFound => Some(Owed::SentBack),
        _ => None,
    };
    if let Some(owed) = owed {
        move_clock(tx, row, owed, now).await.map_err(internal)?;
    }
    match what {
        Event::StillFound => letter::again(tx, row.id, Why::Returned, now).await?,
        Event::NotFound => letter::again(tx, row.id, Why::Over, now).await?,
        _ => {}
    }
    Ok(())
}

/// Moves a ticket's place on the clock.
pub(super) async fn move_clock(
    tx: &Tx,
    row: &ticket::Model,
    what: Owed,
    now: Instant,
) -> Result<(), Failure> {
    let Some(id) = row.obligation_id else { return Ok(()) };
    let Some(owed) = obligations::one_unscoped(&**tx, id).await? else { return Ok(()) };
    clock::step(tx, &owed, what, now).await?;
    Ok(ledger::obligation::commands::note_of(tx, id, now, what).await?)
}

/// What only persons are refused cannot happen to a machine.
fn internal(failure: Failure) -> Error {
    match failure {
        Failure::Internal(error) => error,
        other => Error::Other(format!("recheck: {other:?}")),
    }
}

/// Tickets whose recheck ended without a word: the site was away, or somebody cancelled the run. Returns how many.
pub async fn settle(cx: &Cx) -> Result<usize, Error> {
    let mut settled = 0;
    for (id, run) in store::rechecked_unscoped(cx.db.read()).await? {
        let run = runs::run_unscoped(cx.db.read(), run).await?;
        let words = match run.as_ref().map(|run| run.state) {
            Some(state) if !state.is_over() => continue,
            Some(RunState::Unreachable) => "复查时网站打不开，请排除故障后重新复查",
            Some(RunState::Cancelled) => "复查的巡检被取消，请重新复查",
            Some(RunState::Finished) => "这次巡检在报告整改之前就开始了，请重新复查",
            _ => "复查的巡检没有完成，请重新复查",
        };
        let (now, tx) = (cx.now(), cx.write().await?);
        if let Some(row) = store::one_unscoped(&tx, id).await?.filter(|row| row.state == State::Rechecking) {
            conclude(&tx, &row, Event::NotSeen, words, now).await?;
            settled += 1;
        }
        tx.commit().await?;
    }
    Ok(settled)
}
