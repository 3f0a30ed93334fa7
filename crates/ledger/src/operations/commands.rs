//! What a system administrator does with a job that was given up. Clause N4.7.

use platform::audit::{self, Deed};
use platform::jobs;
use platform::web::{Failure, Refusal};

use crate::{Actor, Cx};

/// The audit chain of the system's own running.
pub const CHAIN: &str = "operations";

fn not_parked() -> Failure {
    Refusal::new("这个任务已经不是搁置状态，可能刚被别人处理过。").into()
}

/// Gives a parked job all its tries again.
pub async fn revive(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    if !jobs::revive(&tx, id, now).await? {
        return Err(not_parked());
    }
    audit::write(&tx, deed(actor, now, "job.revived", &format!("job/{id}"), "")).await?;
    Ok(tx.commit().await?)
}

/// Removes a parked job. The audit line keeps what it was.
pub async fn discard(cx: &Cx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let Some(job) = jobs::discard(&tx, id).await? else { return Err(not_parked()) };
    let detail = format!("{} {}", job.kind, job.args);
    audit::write(&tx, deed(actor, now, "job.discarded", &format!("job/{id}"), &detail)).await?;
    Ok(tx.commit().await?)
}

fn deed<'a>(
    actor: &'a Actor,
    at: platform::clock::Instant,
    action: &'a str,
    subject: &'a str,
    detail: &'a str,
) -> Deed<'a> {
    Deed { chain: CHAIN, at, person: Some(actor.person.0), who: &actor.login, action, subject, detail }
}
