//! What the clock of obligations has come to is told as alerts: by mail, webhook and group robots. Clauses N1.2, N2.8.
//!
//! A mark is told in the transaction that notes it as told. When a thing is over or reported, its alert ends. Decides nothing about
//! obligations.

use std::sync::Arc;
use std::time::Duration;

use base::Level;
use ledger::identity::store as people;
use ledger::obligation::commands::tick;
use ledger::obligation::entity::{obligation, obligation_mark};
use ledger::obligation::model::{Mark, State};
use ledger::obligation::store;
use ledger::{Cx, ObligationId};
use platform::Error;
use platform::clock::Instant;
use sea_orm::Set;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use crate::Means;
use crate::alert::commands::{Raise, clear, raise};
use crate::alert::model::Kind;
use crate::rectification::commands::letter;

/// How often the clock is looked at. A card may come so much later than the last moment, never earlier.
const BEAT: Duration = Duration::from_secs(60);
/// Marks told in one transaction.
const A_BATCH: u64 = 200;

/// One beat: what each slice does by the clock, then marks are made, and told. Returns how many were told. A slice that
/// fails keeps none of the others back: the clock of obligations goes on, and the first failure is returned at the end.
pub async fn beat(cx: &Cx) -> Result<usize, Error> {
    let slices = [
        crate::reading::commands::beat::beat(cx).await,
        crate::lifecycle::commands::beat::beat(cx).await,
        crate::linkage::watch::beat(cx).await,
        crate::linkage::renewal::beat(cx).await,
        tick(cx).await.map(|_| ()),
        crate::rectification::commands::recheck::settle(cx).await.map(|_| ()),
    ];
    let told = tell(cx).await;
    slices.into_iter().collect::<Result<(), Error>>()?;
    told
}

/// Tells every mark that was not told, and ends the alerts of what is over.
pub async fn tell(cx: &Cx) -> Result<usize, Error> {
    let mut told = 0;
    loop {
        let db = cx.db.read();
        let nothing = store::untold_unscoped(db, 1).await?.is_empty();
        let kept = store::taken_back_unscoped(db, 1).await?.is_empty();
        if nothing && kept && store::told_unscoped(db, 1).await?.is_empty() {
            return Ok(told);
        }
        let (now, tx) = (cx.now(), cx.write().await?);
        for mark in store::taken_back_unscoped(&*tx, A_BATCH).await? {
            take_back(&tx, &mark, now).await?;
        }
        for mark in store::untold_unscoped(&*tx, A_BATCH).await? {
            let row = store::one_unscoped(&*tx, mark.obligation_id).await?;
            let open = row.filter(|row| row.state == State::Open && mark.withdrawn_at.is_none());
            if let Some(row) = &open {
                raise(&tx, &what(row, &mark), now).await?;
                if let Some(above) = mark.told_unit_path.as_ref().filter(|above| **above != row.unit_path) {
                    let unit = people::unit_unscoped(&*tx, row.unit_id).await?;
                    let unit = unit.map(|unit| unit.name).unwrap_or_default();
                    raise(&tx, &upward(row, above, &unit), now).await?;
                }
                letter::marked(&tx, row.id, mark.mark, now).await?;
                told += 1;
            }
            store::told(&tx, &mark, open.is_some()).await?;
        }
        for row in store::told_unscoped(&*tx, A_BATCH).await? {
            end(&tx, row.id, now).await?;
        }
        tx.commit().await?;
    }
}

/// A mark was taken back, by more time or another calendar: what was said of it ends, and what still stands is told again.
async fn take_back(tx: &platform::Tx, mark: &obligation_mark::Model, now: Instant) -> Result<(), Error> {
    store::untell(tx, mark).await?;
    if mark.mark == Mark::Red {
        clear(tx, &key_above(mark.obligation_id), now).await?;
    }
    match store::gravest(tx, mark.obligation_id).await? {
        Some(standing) if standing.mark as i32 > mark.mark as i32 => {}
        standing => {
            clear(tx, &key(mark.obligation_id), now).await?;
            if let Some(standing) = standing {
                store::untell(tx, &standing).await?;
            }
        }
    }
    Ok(())
}

async fn end(tx: &platform::Tx, id: ObligationId, now: Instant) -> Result<(), Error> {
    clear(tx, &key(id), now).await?;
    clear(tx, &key_above(id), now).await?;
    let row = obligation::ActiveModel { id: Set(id), is_told: Set(false), ..Default::default() };
    store::change(tx, row).await?;
    Ok(())
}

fn key(id: ObligationId) -> String {
    format!("obligation-{id}")
}

fn key_above(id: ObligationId) -> String {
    format!("obligation-{id}-above")
}

/// What the unit above is told with a red card.
fn upward(row: &obligation::Model, above: &str, unit: &str) -> Raise {
    let due = row.due_on.map(|day| day.to_string()).unwrap_or_default();
    Raise {
        kind: Kind::Obligation,
        site: row.site_id,
        unit_path: above.to_owned(),
        level: Level::Fault,
        title: format!("报上级：{unit}被亮红牌，“{}”{due} 截止，仍没有办结", row.title),
        words: format!("请督促{unit}办结；必要时另行督办、通报。"),
        key: key_above(row.id),
        link: format!("/obligations/{}", row.id),
    }
}

fn what(row: &obligation::Model, mark: &obligation_mark::Model) -> Raise {
    let due = row.due_on.map(|day| day.to_string()).unwrap_or_default();
    let (level, title, words) = match mark.mark {
        Mark::Reminder => (
            Level::Notice,
            format!("“{}”将于 {due} 截止", row.title),
            "请按时办结并报告；确实办不完的，请在截止前申请延期。",
        ),
        Mark::Yellow => (
            Level::Warning,
            format!("黄牌：“{}”已于 {due} 截止，没有办结", row.title),
            "请立即办理并报告；再拖延将亮红牌并报上级单位。",
        ),
        Mark::Red => (
            Level::Fault,
            format!("红牌：“{}”已于 {due} 截止，仍没有办结", row.title),
            "已报上级单位。请上级单位督促办理。",
        ),
    };
    Raise {
        kind: Kind::Obligation,
        site: row.site_id,
        unit_path: row.unit_path.clone(),
        level,
        title,
        words: words.to_owned(),
        key: key(row.id),
        link: format!("/obligations/{}", row.id),
    }
}

/// Beats until `stop` turns true.
pub fn background(cx: &Cx, _means: &Arc<Means>, stop: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    let (cx, mut stop) = (cx.clone(), stop.clone());
    tasks.spawn(async move {
        let mut interval = tokio::time::interval(BEAT);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                changed = stop.changed() => {
                    if changed.is_err() || *stop.borrow() {
                        return;
                    }
                }
                _ = interval.tick() => {
                    if let Err(error) = beat(&cx).await {
                        warn!("obligations were not looked at: {error}");
                    }
                }
            }
        }
    });
}
