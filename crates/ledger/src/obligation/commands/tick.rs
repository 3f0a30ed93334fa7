//! The tick of the clock: reminders and cards that are due are made, each once. Clauses N1.2, N2.8, N3.8.
//!
//! Asks the database who is due, so that a stop of any length loses no mark and repeats none. Tells nobody: whoever tells
//! looks for marks that were not told.

use std::collections::BTreeMap;

use platform::clock::Instant;
use platform::web::pages::minute;
use platform::{Error, Tx};
use sea_orm::Set;

use super::clock_event;
use crate::obligation::entity::{obligation, obligation_mark};
use crate::obligation::model::{Event, Mark, owing};
use crate::obligation::store;
use crate::web::lineage;
use crate::{Cx, ObligationId};

/// Obligations of one transaction: few enough that others get to write in between.
pub const A_TICK: u64 = 2_000;

/// Makes every mark that is due. Returns how many.
pub async fn tick(cx: &Cx) -> Result<usize, Error> {
    let mut made = 0;
    loop {
        // Looked for first without the writer, which most ticks do not need.
        let now = cx.now();
        if !store::any_due_unscoped(cx.db.read(), now).await? {
            return Ok(made);
        }
        let tx = cx.write().await?;
        let due = store::due_unscoped(&tx, now, A_TICK).await?;
        made += make(&tx, &due, now).await?;
        tx.commit().await?;
        if due.len() < usize::try_from(A_TICK).unwrap_or(usize::MAX) {
            return Ok(made);
        }
    }
}

/// Makes the marks of some obligations that are due by now. Returns how many.
pub async fn make(tx: &Tx, rows: &[obligation::Model], now: Instant) -> Result<usize, Error> {
    let (mut marks, mut events) = (Vec::new(), Vec::new());
    let mut by_number: BTreeMap<i32, Vec<ObligationId>> = BTreeMap::new();
    for row in rows {
        let number = u32::try_from(row.marked).unwrap_or(0);
        let (new, passed, _) = owing(number, &[row.remind_at, row.yellow_at, row.red_at], now);
        for (mark, at) in new {
            marks.push(marked(row, mark, at, now));
            let (event, words) = told(row, mark);
            events.push(clock_event(row.id, now, event, words));
        }
        by_number.entry(i32::try_from(passed).unwrap_or(3)).or_default().push(row.id);
    }
    let number = marks.len();
    let by_number: Vec<(i32, Vec<ObligationId>)> = by_number.into_iter().collect();
    store::made(tx, marks, &by_number).await?;
    store::note_all(tx, events).await?;
    Ok(number)
}

fn marked(
    row: &obligation::Model,
    mark: Mark,
    due_at: Instant,
    now: Instant,
) -> obligation_mark::ActiveModel {
    obligation_mark::ActiveModel {
        obligation_id: Set(row.id),
        mark: Set(mark),
        due_at: Set(due_at),
        at: Set(now),
        unit_id: Set(row.unit_id),
        unit_path: Set(row.unit_path.clone()),
        person_id: Set(row.person_id),
        told_unit_path: Set((mark == Mark::Red).then(|| above(&row.unit_path))),
        is_told: Set(false),
        withdrawn_at: Set(None),
        withdrawn_why: Set(String::new()),
        ..Default::default()
    }
}

/// The unit above in a path; the highest has none above itself.
fn above(path: &str) -> String {
    lineage(path).nth_back(1).unwrap_or(path).to_owned()
}

fn told(row: &obligation::Model, mark: Mark) -> (Event, String) {
    let due = row.due_at.map(minute_before).unwrap_or_default();
    match mark {
        Mark::Reminder => (Event::Reminded, format!("{due} 截止")),
        Mark::Yellow => (Event::YellowCard, format!("{due} 已截止，没有办结")),
        Mark::Red => (Event::RedCard, format!("{due} 已截止，仍没有办结，已报上级单位")),
    }
}

/// The end of a day is told as that day's last moment, not as the next day's first.
fn minute_before(at: Instant) -> String {
    format!("{} 24 时", &minute(at - chrono::TimeDelta::minutes(1))[..10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_above_is_the_next_shorter_path() {
        for (path, want) in [("/1/12/30/", "/1/12/"), ("/1/12/", "/1/"), ("/1/", "/1/")] {
            assert_eq!(above(path), want);
        }
    }
}
