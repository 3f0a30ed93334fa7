//! What reading does by the clock: duties planned ahead, put on the clock on their day, and missed when it is over.
//! Clauses N5.3, N5.7.
//!
//! A reconciler: each step asks the database what is to be done, so it is exact after any stop.

use ledger::Cx;
use ledger::calendar::entity::day;
use ledger::identity::store as people;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::begins;
use platform::clock::{Instant, beijing};
use platform::jobs::{self, NewJob, Queue};
use platform::{Error, Tx};
use sea_orm::Set;

use super::lists;
use super::planning::{AHEAD, plan};
use crate::reading::entity::reading_duty;
use crate::reading::model::{Event, State, after, shift_name};
use crate::reading::store;

/// Duties of one transaction.
const A_BATCH: u64 = 200;
/// Rosters are planned on when fewer days than these are left.
const LOW: i32 = 25;

/// One beat.
pub async fn beat(cx: &Cx) -> Result<(), Error> {
    plan_on(cx).await?;
    begin_today(cx).await?;
    day_over(cx).await
}

async fn plan_on(cx: &Cx) -> Result<(), Error> {
    let today = day(beijing(cx.now()).date_naive());
    let short = ledger::calendar::entity::date(today.plus(LOW));
    for roster in store::active_unscoped(cx.db.read(), short).await? {
        let tx = cx.write().await?;
        let everywhere = ledger::Scope::of(vec![roster.unit_path.clone()]);
        if let Some(roster) = store::roster_to_change(&tx, &everywhere, roster.id).await? {
            let from = roster.planned_until.map_or(today, |until| day(until).plus(1)).max(today);
            plan(&tx, &roster, from, today.plus(AHEAD)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Duties whose day has come are owed; their lists are made in the background.
async fn begin_today(cx: &Cx) -> Result<(), Error> {
    let mut begun = false;
    loop {
        let now = cx.now();
        let today = beijing(now).date_naive();
        if store::to_begin_unscoped(cx.db.read(), today, 1).await?.is_empty() {
            break;
        }
        let tx = cx.write().await?;
        for duty in store::to_begin_unscoped(&*tx, today, A_BATCH).await? {
            begun |= put_on_clock(&tx, &duty, now).await?;
        }
        if begun {
            let job = NewJob {
                kind: lists::JOB,
                args: serde_json::json!({}),
                queue: Queue::Bulk,
                run_at: now,
                unique_key: Some(lists::JOB.to_owned()),
            };
            jobs::enqueue(&tx, job, now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Opens what is owed for a duty of today. A duty of a day on which the system stood still is nobody's fault.
async fn put_on_clock(tx: &Tx, duty: &reading_duty::Model, now: Instant) -> Result<bool, Error> {
    let mut change = reading_duty::ActiveModel { id: Set(duty.id), ..Default::default() };
    let is_today = duty.day == beijing(now).date_naive();
    let unit = people::unit_unscoped(&**tx, duty.unit_id).await?;
    match (is_today, unit) {
        (true, Some(unit)) => {
            let roster = store::roster_unscoped(&**tx, duty.roster_id).await?;
            let (name, shifts) = roster.map_or_else(Default::default, |one| (one.name, one.shifts));
            let kind = duty.kind.owed();
            let new = New {
                kind,
                clause: kind.clause(),
                title: format!("{name} {} {}", duty.day, shift_name(shifts, duty.shift)),
                words: String::new(),
                unit: &unit,
                site: None,
                person: duty.person_id,
                issuer: &unit,
                issued_by: String::new(),
                link: format!("/duties/{}", duty.id),
                limit: None,
            };
            change.obligation_id = Set(Some(open::open(tx, new, now).await?));
        }
        _ => {
            change.state = Set(State::CalledOff);
            change.words = Set("当天系统没有运行，班次没有开始。".to_owned());
        }
    }
    store::change_duty(tx, change).await?;
    Ok(is_today)
}

/// Duties that nobody has finished on their day are missed.
async fn day_over(cx: &Cx) -> Result<(), Error> {
    loop {
        let now = cx.now();
        let today = beijing(now).date_naive();
        let midnight = begins(day(today)).unwrap_or(now);
        if store::open_until_unscoped(cx.db.read(), today, midnight, 1).await?.is_empty() {
            return Ok(());
        }
        let tx = cx.write().await?;
        for duty in store::open_until_unscoped(&*tx, today, midnight, A_BATCH).await? {
            let Some(duty) = store::duty_of(&tx, duty.id).await? else { continue };
            let Ok(state) = after(duty.state, Event::DayOver) else { continue };
            let change =
                reading_duty::ActiveModel { id: Set(duty.id), state: Set(state), ..Default::default() };
            store::change_duty(&tx, change).await?;
        }
        tx.commit().await?;
    }
}
