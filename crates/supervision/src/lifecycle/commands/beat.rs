//! What the clock does with suspensions: what was decided is carried out when its day comes. Clause N2.8.

use ledger::Cx;
use platform::Error;
use platform::clock::beijing;
use platform::web::Failure;

use super::handle;
use crate::lifecycle::model::State;
use crate::lifecycle::store;

/// Decisions of one look.
const A_BATCH: u64 = 50;

/// One beat. One that cannot be carried out keeps none of the others back; its failure is returned at the end.
pub async fn beat(cx: &Cx) -> Result<(), Error> {
    let mut failed = Ok(());
    let today = beijing(cx.now()).date_naive();
    for due in store::due_unscoped(cx.db.read(), today, A_BATCH).await? {
        let (now, tx) = (cx.now(), cx.write().await?);
        let Some(row) = store::one_unscoped(&tx, due.id).await?.filter(|row| row.state == State::Notified)
        else {
            continue;
        };
        match handle::carry_out(&tx, &row, now).await {
            Ok(()) => tx.commit().await?,
            Err(Failure::Internal(error)) => failed = failed.and(Err(error)),
            Err(other) => failed = failed.and(Err(Error::Other(format!("suspension {}: {other:?}", row.id)))),
        }
    }
    failed
}
