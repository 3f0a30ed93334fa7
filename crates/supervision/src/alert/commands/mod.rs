//! Raising and clearing alerts inside other slices' transactions, and what people do with them. Clauses N2.1, N5.2.
//!
//! Nothing is sent here: a delivery is a row and a job in the transaction that wants it, so it is neither lost when the
//! transaction commits nor sent when it does not.

pub mod account;
pub mod channel;
pub mod deliver;
pub mod handling;
pub mod reconcile;
pub mod settings;

use base::level::Level;
use ledger::SiteId;
use platform::Tx;
use platform::clock::Instant;
use platform::jobs::{self, NewJob, Queue};
use sea_orm::{DbErr, Set};
use serde_json::json;

use super::entity::{alert, channel as channel_table, delivery, silence};
use super::model::{self, Hush, Kind, Quiet, Reason, Stage, Wants};
use super::store;

/// The audit chain of this slice.
pub const CHAIN: &str = "alerts";
/// What a title and a text of an alert hold at most; more belongs on the page that the alert leads to.
const LONGEST: (usize, usize) = (200, 2_000);

/// What has happened.
#[derive(Clone, Debug)]
pub struct Raise {
    pub kind: Kind,
    pub site: Option<SiteId>,
    /// The path of the unit whose alert it is.
    pub unit_path: String,
    pub level: Level,
    /// One line: who and what.
    pub title: String,
    /// What was seen, and what to do.
    pub words: String,
    /// The same word for the same trouble: while an alert of this key is open, no other is opened.
    pub key: String,
    /// A path of the console that shows more, such as `/sites/7`; may be empty.
    pub link: String,
}

/// Whether an alert of this key is open.
pub async fn is_open(tx: &Tx, key: &str) -> Result<bool, DbErr> {
    Ok(store::open_unscoped(&**tx, key).await?.is_some())
}

/// Opens an alert and has it told, or counts it as one more word of an open one. An open one that has become graver is
/// told again. Returns the alert's id.
pub async fn raise(tx: &Tx, what: &Raise, now: Instant) -> Result<i64, DbErr> {
    let open = store::open_unscoped(&**tx, &what.key).await?;
    let is_graver = open.as_ref().is_some_and(|open| what.level > model::level(&open.level));
    let row = match open {
        Some(open) => {
            let level = what.level.max(model::level(&open.level));
            let mut change = alert::ActiveModel {
                id: Set(open.id),
                unit_path: Set(what.unit_path.clone()),
                level: Set(level.code().to_owned()),
                title: Set(cut(&what.title, LONGEST.0)),
                words: Set(cut(&what.words, LONGEST.1)),
                count: Set(open.count.saturating_add(1)),
                last_at: Set(now),
                ..Default::default()
            };
            if is_graver {
                // What was acknowledged was less grave: it is news again.
                change.acknowledged_at = Set(None);
                change.escalated_at = Set(None);
                change.told_at = Set(None);
            }
            store::change_alert(tx, change).await?
        }
        None => {
            let new = alert::ActiveModel {
                kind: Set(what.kind),
                key: Set(what.key.clone()),
                open_key: Set(Some(what.key.clone())),
                site_id: Set(what.site),
                unit_path: Set(what.unit_path.clone()),
                level: Set(what.level.code().to_owned()),
                title: Set(cut(&what.title, LONGEST.0)),
                words: Set(cut(&what.words, LONGEST.1)),
                link: Set(what.link.clone()),
                count: Set(1),
                first_at: Set(now),
                last_at: Set(now),
                acknowledged_by: Set(String::new()),
                ..Default::default()
            };
            store::add_alert(tx, new).await?
        }
    };
    let silences = store::silences_now_unscoped(&**tx, now).await?;
    if row.told_at.is_none() && silenced(&silences, &row, now).is_none() {
        tell(tx, &row, Reason::Raised, now).await?;
    }
    Ok(row.id)
}

/// Ends the open alert of a key, if there is one, and tells those who were told of it. Returns whether there was one.
pub async fn clear(tx: &Tx, key: &str, now: Instant) -> Result<bool, DbErr> {
    let Some(open) = store::open_unscoped(&**tx, key).await? else { return Ok(false) };
    let change = alert::ActiveModel {
        id: Set(open.id),
        open_key: Set(None),
        cleared_at: Set(Some(now)),
        ..Default::default()
    };
    let row = store::change_alert(tx, change).await?;
    let deliveries = store::deliveries(&**tx, &row, u64::MAX >> 1).await?;
    // What had not come to its time has passed before anybody had to hear of it.
    let early: Vec<i64> = deliveries
        .iter()
        .filter(|one| one.stage == Stage::Waiting && one.due_at > now)
        .map(|one| one.id)
        .collect();
    store::settle(tx, &early, Stage::Withheld, None, "还没到发送时间就已恢复。").await?;
    let told = |one: &&delivery::Model| {
        !early.contains(&one.id) && matches!(one.stage, Stage::Waiting | Stage::Sending | Stage::Sent)
    };
    let mut channels: Vec<i64> = deliveries.iter().filter(told).map(|one| one.channel_id).collect();
    channels.sort_unstable();
    channels.dedup();
    for channel in store::channels_unscoped(&**tx).await?.iter().filter(|c| channels.contains(&c.id)) {
        queue(tx, &row, channel, Reason::Recovered, now).await?;
    }
    Ok(true)
}

/// Hands an alert to the channels that want it.
async fn tell(tx: &Tx, row: &alert::Model, reason: Reason, now: Instant) -> Result<usize, DbErr> {
    let level = model::level(&row.level);
    let mut told = 0;
    for channel in store::channels_unscoped(&**tx).await? {
        if model::wanted(&wants(&channel), &row.unit_path, level, reason) {
            queue(tx, row, &channel, reason, now).await?;
            told += 1;
        }
    }
    let mut change = alert::ActiveModel { id: Set(row.id), ..Default::default() };
    match reason {
        Reason::Escalated => change.escalated_at = Set(Some(now)),
        _ => change.told_at = Set(Some(now)),
    }
    store::change_alert(tx, change).await?;
    Ok(told)
}

/// One delivery with its job.
async fn queue(
    tx: &Tx,
    row: &alert::Model,
    channel: &channel_table::Model,
    reason: Reason,
    now: Instant,
) -> Result<(), DbErr> {
    let due = model::due(quiet(channel), model::level(&row.level), now);
    let new = delivery::ActiveModel {
        alert_id: Set(row.id),
        channel_id: Set(channel.id),
        reason: Set(reason),
        stage: Set(Stage::Waiting),
        queued_at: Set(now),
        due_at: Set(due),
        attempts: Set(0),
        words: Set(String::new()),
        ..Default::default()
    };
    let id = store::add_delivery(tx, new).await?.id;
    queue_job(tx, id, due, now).await
}

/// The job of a delivery at a time. It has no unique key: a delivery that is held queues its next try while this one
/// still runs, and a job that comes too late finds nothing left to do.
async fn queue_job(tx: &Tx, delivery: i64, run_at: Instant, now: Instant) -> Result<(), DbErr> {
    let job = NewJob {
        kind: deliver::JOB,
        args: json!({ "delivery": delivery }),
        queue: Queue::Interactive,
        run_at,
        unique_key: None,
    };
    jobs::enqueue(tx, job, now).await.map(|_| ())
}

/// What decides of a channel.
pub fn wants(channel: &channel_table::Model) -> Wants<'_> {
    Wants {
        unit_path: &channel.unit_path,
        levels: &channel.levels,
        enabled: channel.enabled,
        escalation: channel.escalation,
    }
}

fn quiet(channel: &channel_table::Model) -> Quiet {
    Quiet { from: channel.quiet_from, to: channel.quiet_to }
}

/// The silence that keeps an alert from being told now.
pub fn silenced<'a>(
    silences: &'a [silence::Model],
    row: &alert::Model,
    now: Instant,
) -> Option<&'a silence::Model> {
    silences.iter().find(|one| {
        let hush = Hush {
            unit_path: &one.unit_path,
            site: one.site_id.map(|site| site.0),
            kind: one.kind,
            from: one.from_at,
            to: one.to_at,
        };
        model::hushes(&hush, &row.unit_path, row.site_id.map(|site| site.0), row.kind, now)
    })
}

/// A text as far as it is kept: bounded, without control characters but line breaks.
fn cut(text: &str, longest: usize) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(longest).collect()
}
