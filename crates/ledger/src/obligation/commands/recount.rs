//! When obligations end, counted again: after a pause, an extension, or a change of the calendar. Clauses N2.8, N3.8.
//!
//! A mark that came too early by what is known now is taken back, with the reason; one that is due by now the next tick
//! makes.

use std::collections::HashMap;

use base::deadline::Pause;
use base::workday::{Day, WorkDays};
use platform::clock::Instant;
use platform::jobs::{self, NewJob, Queue};
use platform::{Error, Tx};
use sea_orm::Set;

use super::{clock_event, terms_of};
use crate::calendar::entity::{date, day};
use crate::calendar::store as calendar;
use crate::obligation::entity::{obligation, obligation_pause};
use crate::obligation::model::{Event, Terms, Times, owing, times};
use crate::obligation::store;
use crate::{Cx, ObligationId};

/// The job that counts all open obligations again after the calendar has changed.
pub const JOB: &str = "recount-obligations";
/// Obligations counted in one transaction.
const A_BATCH: u64 = 500;

/// What the end of an obligation hangs on.
pub struct Clock<'a> {
    pub started: Day,
    pub terms: Terms,
    pub extended: u32,
    pub pauses: &'a [Pause],
}

impl Clock<'_> {
    /// The end and the marks.
    pub fn times(&self, calendar: &WorkDays) -> Times {
        times(self.started, &self.terms, self.extended, self.pauses, calendar)
    }
}

/// A number of days as the database keeps it.
pub fn number(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// Pauses as the count takes them.
pub fn spans(rows: &[obligation_pause::Model]) -> Vec<Pause> {
    rows.iter().map(|row| Pause { from: day(row.from_on), to: row.to_on.map(day) }).collect()
}

/// The end and the marks of one that is there.
pub fn times_of(row: &obligation::Model, pauses: &[Pause], calendar: &WorkDays) -> Times {
    let extended = u32::try_from(row.extended_days).unwrap_or(0);
    Clock { started: day(row.started_on), terms: terms_of(row), extended, pauses }.times(calendar)
}

/// Counts one again and writes what changed. Returns whether the last day is another.
pub async fn recount(
    tx: &Tx,
    row: &obligation::Model,
    pauses: &[Pause],
    calendar: &WorkDays,
    now: Instant,
    why: &str,
) -> Result<bool, Error> {
    let times = times_of(row, pauses, calendar);
    let due_on = times.due.day.map(date);
    if due_on == row.due_on && times.marks == [row.remind_at, row.yellow_at, row.red_at] {
        return Ok(false);
    }
    // Marks of which the time has not come by the new count do not stand.
    let made = u32::try_from(row.marked).unwrap_or(0);
    let stands = (0..made.min(3)).take_while(|n| match times.marks[*n as usize] {
        Some(at) => at <= now,
        None => *n == 0 && times.marks[1].is_some(),
    });
    let stands = u32::try_from(stands.count()).unwrap_or(0);
    // A clock that stands still takes nothing back: it will go on.
    let stands = if times.due_at.is_none() { made } else { stands };
    let (_, _, next) = owing(stands, &times.marks, Instant::MIN_UTC);
    for early in store::withdraw(tx, row.id, number(stands), now, why).await? {
        let words = format!("{}：{why}", early.mark.name());
        store::note(tx, clock_event(row.id, now, Event::CardWithdrawn, words)).await?;
    }
    let change = obligation::ActiveModel {
        id: Set(row.id),
        due_on: Set(due_on),
        due_at: Set(times.due_at),
        remind_at: Set(times.marks[0]),
        yellow_at: Set(times.marks[1]),
        red_at: Set(times.marks[2]),
        marked: Set(number(stands)),
        next_at: Set(next),
        ..Default::default()
    };
    store::change(tx, change).await?;
    Ok(due_on != row.due_on)
}

/// Has all open obligations counted again, in the transaction that changes the calendar.
pub async fn calendar_changed(tx: &Tx, now: Instant) -> Result<(), sea_orm::DbErr> {
    let job = NewJob {
        kind: JOB,
        args: serde_json::json!({}),
        queue: Queue::Normal,
        run_at: now,
        // One that runs already has passed some of them with the calendar as it was.
        unique_key: None,
    };
    jobs::enqueue(tx, job, now).await.map(|_| ())
}

/// Counts all open obligations again that count working days. Returns how many end on another day. May run twice: what
/// was counted already stays as it is.
pub async fn recount_all(cx: &Cx) -> Result<usize, Error> {
    let (mut after, mut moved) = (ObligationId(0), 0);
    loop {
        let tx = cx.write().await?;
        let rows = store::open_working_unscoped(&tx, after, A_BATCH).await?;
        let Some(last) = rows.last() else { return Ok(moved) };
        after = last.id;
        let work_days = calendar::work_days(&*tx).await?;
        let ids: Vec<ObligationId> = rows.iter().map(|row| row.id).collect();
        let mut pauses: HashMap<ObligationId, Vec<obligation_pause::Model>> = HashMap::new();
        for pause in store::pauses(&*tx, &ids).await? {
            pauses.entry(pause.obligation_id).or_default().push(pause);
        }
        for row in &rows {
            let own = pauses.remove(&row.id).map(|own| spans(&own)).unwrap_or_default();
            let now = cx.now();
            if recount(&tx, row, &own, &work_days, now, "工作日历有变更").await? {
                moved += 1;
                let fresh = store::one_unscoped(&*tx, row.id).await?.and_then(|row| row.due_on);
                let told = |day: Option<sea_orm::prelude::Date>| {
                    day.map_or_else(|| "未定".to_owned(), |day| day.to_string())
                };
                let words = format!("工作日历有变更，截止日由 {} 改为 {}", told(row.due_on), told(fresh));
                store::note(&tx, clock_event(row.id, now, Event::Recounted, words)).await?;
            }
        }
        tx.commit().await?;
    }
}
