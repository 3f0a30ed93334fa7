//! The job that sends: one alert to one channel, or everything that the channel has waiting. Clause N2.1.
//!
//! Nothing is lost: a delivery is taken in hand, sent, and written down as sent; a worker that dies in between leaves it
//! to the next after `HOLD`, so that a message may come twice and never not at all.

use chrono::TimeDelta;
use ledger::Cx;
use platform::clock::Instant;
use platform::jobs::backoff;
use platform::{Error, Tx};
use sea_orm::Set;
use serde::Deserialize;

use super::{queue_job, silenced};
use crate::alert::entity::{account, alert, channel, delivery};
use crate::alert::message::{Item, Message};
use crate::alert::model::{self, Plan, Reason, Stage};
use crate::alert::{send, store};

/// The kind of the job.
pub const JOB: &str = "alert.deliver";
/// How long a worker may have a message in hand: three times what a message may take to send.
const HOLD: TimeDelta = TimeDelta::seconds(90);
/// A try is not made again by another job within this: less than the queue's first back-off.
const RECENTLY: TimeDelta = TimeDelta::seconds(25);
/// Tries that the queue's own back-off makes, over some two hours; a job that fails after these would be parked.
const QUEUE_TRIES: i32 = 7;
/// After those a try is made each hour.
const HOURLY: TimeDelta = TimeDelta::hours(1);

#[derive(Deserialize)]
struct Args {
    delivery: i64,
}

/// A message in hand, with what is needed to send it outside any transaction.
struct Taken {
    channel: channel::Model,
    account: Option<account::Model>,
    message: Message,
    ids: Vec<i64>,
    led_by: delivery::Model,
}

/// Runs one job. `Err` has the queue try again.
pub async fn run(cx: Cx, args: serde_json::Value) -> Result<(), String> {
    let args: Args = serde_json::from_value(args).map_err(|error| format!("任务参数有误：{error}"))?;
    let Some(taken) = take(&cx, args.delivery).await.map_err(said)? else { return Ok(()) };
    let now = cx.now();
    let result = send::send(&taken.channel, taken.account.as_ref(), &taken.message, now).await;
    let tx = cx.write().await.map_err(said)?;
    let end = finish(&tx, &taken, result, now).await.map_err(said)?;
    tx.commit().await.map_err(|error| said(error.into()))?;
    end
}

fn said(error: Error) -> String {
    error.ailment().sentence().to_owned()
}

/// Looks at a delivery and takes it in hand, alone or with others; `None` when there is nothing to send now.
async fn take(cx: &Cx, id: i64) -> Result<Option<Taken>, Error> {
    let now = cx.now();
    let tx = cx.write().await?;
    let Some(found) = store::delivery_unscoped(&*tx, id).await? else { return Ok(None) };
    let Some(channel) = store::hold_channel(&tx, found.channel_id).await? else { return Ok(None) };
    let mut taken = decide(&tx, id, channel, now).await?;
    tx.commit().await?;
    // Where nobody entered another address for messages, the console's own serves.
    if let (Some(taken), Some(public)) = (&mut taken, &cx.settings.public)
        && taken.message.console.is_empty()
    {
        taken.message.console.clone_from(public);
    }
    Ok(taken)
}

async fn decide(tx: &Tx, id: i64, channel: channel::Model, now: Instant) -> Result<Option<Taken>, Error> {
    let mut waiting = store::sendable(tx, channel.id, now).await?;
    // Asked again under the hold: another worker may just have sent it.
    if !waiting.iter().any(|one| one.id == id) {
        return Ok(None);
    }
    if !channel.enabled {
        store::settle(tx, &[id], Stage::Withheld, None, "渠道已停用。").await?;
        return Ok(None);
    }
    let ids: Vec<i64> = waiting.iter().map(|one| one.alert_id).collect();
    let alerts = store::alerts_unscoped(&**tx, &ids).await?;
    withhold_silenced(tx, &mut waiting, &alerts, now).await?;
    let Some(own) = waiting.iter().find(|one| one.id == id).cloned() else { return Ok(None) };
    // A failed digest leaves the jobs of all it held: only the one that led it tries again at once.
    let just_tried = own.tried_at.is_some_and(|at| now - at < RECENTLY) && own.message != Some(id);
    if own.attempts > 0 && just_tried {
        queue_job(tx, id, now + backoff(own.attempts), now).await?;
        return Ok(None);
    }
    let sent = store::messages_since(tx, channel.id, now - model::TOGETHER).await?;
    let mut different: Vec<i64> = waiting.iter().map(|one| one.alert_id).collect();
    different.sort_unstable();
    different.dedup();
    let chosen: Vec<delivery::Model> = match model::plan(&sent, different.len()) {
        Plan::Hold(until) => {
            queue_job(tx, id, until, now).await?;
            return Ok(None);
        }
        Plan::Together => waiting,
        // Raised and recovered at once is one word, not two.
        Plan::Alone => waiting.into_iter().filter(|one| one.alert_id == own.alert_id).collect(),
    };
    let ids: Vec<i64> = chosen.iter().map(|one| one.id).collect();
    store::take(tx, &ids, id, now, now + HOLD).await?;
    let account = store::account(&**tx).await?;
    let console = account.as_ref().map(|account| account.console.clone()).unwrap_or_default();
    let message = Message { id, console, items: items(&chosen, &alerts) };
    Ok(Some(Taken { channel, account, message, ids, led_by: own }))
}

/// The last word of each alert.
fn items(chosen: &[delivery::Model], alerts: &[alert::Model]) -> Vec<Item> {
    let last = |row: &alert::Model| chosen.iter().rev().find(|one| one.alert_id == row.id);
    let all = alerts.iter().filter_map(|row| Some(Item::of(row, last(row)?.reason)));
    all.collect()
}

/// Takes out what a silence covers by now. It is told when the silence ends, if it is still open then.
async fn withhold_silenced(
    tx: &Tx,
    waiting: &mut Vec<delivery::Model>,
    alerts: &[alert::Model],
    now: Instant,
) -> Result<(), Error> {
    let silences = store::silences_now_unscoped(&**tx, now).await?;
    let hushed: Vec<&alert::Model> =
        alerts.iter().filter(|row| silenced(&silences, row, now).is_some()).collect();
    let out: Vec<delivery::Model> = waiting
        .extract_if(.., |one| {
            one.reason != Reason::Recovered && hushed.iter().any(|row| row.id == one.alert_id)
        })
        .collect();
    let ids: Vec<i64> = out.iter().map(|one| one.id).collect();
    store::settle(tx, &ids, Stage::Withheld, None, "静默期间不发送。").await?;
    for row in hushed.iter().filter(|row| out.iter().any(|one| one.alert_id == row.id)) {
        let mut change = alert::ActiveModel { id: Set(row.id), ..Default::default() };
        change.told_at = Set(None);
        if out.iter().any(|one| one.alert_id == row.id && one.reason == Reason::Escalated) {
            change.escalated_at = Set(None);
        }
        store::change_alert(tx, change).await?;
    }
    Ok(())
}

/// Writes down how it went. The outer result is the system's, the inner one the job's.
async fn finish(
    tx: &Tx,
    taken: &Taken,
    result: Result<String, String>,
    now: Instant,
) -> Result<Result<(), String>, Error> {
    let words = match result {
        Ok(words) => {
            store::settle(tx, &taken.ids, Stage::Sent, Some(now), &words).await?;
            return Ok(Ok(()));
        }
        Err(words) => words,
    };
    if now - taken.led_by.queued_at >= model::GIVE_UP {
        let words = format!("三天没有发出，不再重试。最后一次：{words}");
        store::settle(tx, &taken.ids, Stage::Failed, None, &words).await?;
        return Ok(Ok(()));
    }
    store::settle(tx, &taken.ids, Stage::Waiting, None, &words).await?;
    if taken.led_by.attempts + 1 >= QUEUE_TRIES {
        queue_job(tx, taken.led_by.id, now + HOURLY, now).await?;
        return Ok(Ok(()));
    }
    Ok(Err(words))
}
