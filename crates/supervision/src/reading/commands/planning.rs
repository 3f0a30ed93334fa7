//! Duties planned ahead from a roster, and planned anew when it changes. Clauses N5.3, N5.7.
//!
//! Past days, duties that have begun or that somebody took by exchange, and those with an exchange under way stay.

use base::workday::Day;
use ledger::calendar::entity::{date, day};
use ledger::calendar::store as calendar;
use ledger::identity::store as people;
use platform::{Error, Tx};
use sea_orm::Set;

use crate::reading::entity::{reading_duty, reading_roster};
use crate::reading::model::{Plan, State, slots};
use crate::reading::store;

/// Days that are planned ahead: a month, as rosters hang on walls.
pub const AHEAD: i32 = 31;

/// Plans a roster from a day on; what was planned for later and may change is planned anew. The roster is held by the caller.
pub async fn plan(tx: &Tx, roster: &reading_roster::Model, from: Day, to: Day) -> Result<(), Error> {
    store::forget_planned(tx, roster.id, date(from)).await?;
    if !roster.is_active {
        return Ok(());
    }
    let members = store::members(&**tx, roster.id).await?;
    let members = still_readers(tx, roster, members).await?;
    let leaves = store::leaves(&**tx, roster.id, date(from)).await?;
    let there = store::fixed_days(&**tx, roster.id, date(from)).await?;
    let work_days = calendar::work_days(&**tx).await?;
    let before = store::latest_before(&**tx, roster.id, date(from)).await?;
    let last = before.and_then(|duty| duty.person_id);
    let plan =
        Plan { days: roster.days, shifts: u32::try_from(roster.shifts).unwrap_or(1), members: &members };
    let away = |person, at: Day| {
        leaves.iter().any(|one| one.person_id == person && day(one.from_on) <= at && at <= day(one.to_on))
    };
    let new = slots(&plan, from, to, &work_days, last, away).into_iter().filter_map(|slot| {
        let (day, shift) = (date(slot.day), i32::try_from(slot.shift).unwrap_or(1));
        (!there.contains(&(day, shift))).then(|| reading_duty::ActiveModel {
            roster_id: Set(roster.id),
            unit_id: Set(roster.unit_id),
            unit_path: Set(roster.unit_path.clone()),
            kind: Set(roster.kind),
            day: Set(day),
            shift: Set(shift),
            person_id: Set(slot.person),
            is_fixed: Set(false),
            state: Set(State::Planned),
            obligation_id: Set(None),
            listed_at: Set(None),
            begun_at: Set(None),
            finished_at: Set(None),
            is_late: Set(false),
            pages: Set(0),
            pages_read: Set(0),
            findings: Set(0),
            planted: Set(0),
            noticed: Set(0),
            display: Set(String::new()),
            words: Set(String::new()),
            hand_over: Set(String::new()),
            ..Default::default()
        })
    });
    let new: Vec<_> = new.collect();
    store::add_duties(tx, new).await?;
    let until = reading_roster::ActiveModel {
        id: Set(roster.id),
        planned_until: Set(Some(date(to))),
        ..Default::default()
    };
    store::change_roster(tx, until).await?;
    Ok(())
}

/// Whoever was disabled or lost his role reads no more, whatever the roster says.
async fn still_readers(
    tx: &Tx,
    roster: &reading_roster::Model,
    members: Vec<ledger::PersonId>,
) -> Result<Vec<ledger::PersonId>, Error> {
    let holders = people::holders_unscoped(&**tx, super::READERS, &roster.unit_path).await?;
    Ok(members.into_iter().filter(|one| holders.iter().any(|(id, ..)| id == one)).collect())
}
