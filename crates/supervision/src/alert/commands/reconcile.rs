//! A look at all open alerts: those whose silence has ended are told, those that nobody acknowledged go up. Clause N2.1.
//!
//! May run as often as one likes: what was done stands in the row, so nothing is done twice.

use ledger::Cx;
use platform::Error;

use super::{silenced, tell};
use crate::alert::model::{self, Next, Reason, Standing};
use crate::alert::store;

/// One look. Returns how many alerts were told or escalated.
pub async fn tick(cx: &Cx) -> Result<usize, Error> {
    let now = cx.now();
    // Most looks find nothing, and those must not wait for the one writer.
    if !anything(cx).await? {
        return Ok(0);
    }
    let tx = cx.write().await?;
    let patience = store::settings(&*tx).await?.patience();
    let silences = store::silences_now_unscoped(&*tx, now).await?;
    let mut done = 0;
    for row in store::unanswered_unscoped(&*tx).await? {
        let standing = Standing {
            level: model::level(&row.level),
            first_at: row.first_at,
            told_at: row.told_at,
            acknowledged: row.acknowledged_at.is_some(),
            escalated: row.escalated_at.is_some(),
            silenced: silenced(&silences, &row, now).is_some(),
        };
        match model::next(&standing, patience, now) {
            Next::Nothing => continue,
            Next::Tell => tell(&tx, &row, Reason::Raised, now).await?,
            Next::Escalate => tell(&tx, &row, Reason::Escalated, now).await?,
        };
        done += 1;
    }
    tx.commit().await?;
    Ok(done)
}

async fn anything(cx: &Cx) -> Result<bool, Error> {
    Ok(!store::unanswered_unscoped(cx.db.read()).await?.is_empty())
}
