//! One duty: begun, finished with its log, called off. Clauses N5.3, N5.7.

use std::sync::Arc;

use ledger::obligation::commands::handle as clock;
use ledger::{Actor, Cx};
use platform::Tx;
use platform::clock::beijing;
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::{KEEPERS, lists, note};
use crate::Means;
use crate::reading::entity::reading_duty;
use crate::reading::model::{Event, Refused, after};
use crate::reading::store;

/// The longest part of a log.
const LONGEST: usize = 2_000;

/// The log of a duty as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct LogForm {
    /// Whether the sites ran and their pages showed as they should.
    pub display: String,
    /// What was found and done.
    pub words: String,
    /// What the next one should know.
    pub hand_over: String,
}

/// One's own duty, held.
pub(super) async fn own(tx: &Tx, actor: &Actor, id: i64) -> Result<reading_duty::Model, Failure> {
    let duty = store::duty_to_change(tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if duty.person_id != Some(actor.person) {
        return Err(Refusal::forbidden("这个班次由别人值守；您可以查看，不能代为读网。").into());
    }
    Ok(duty)
}

fn refused(refused: Refused) -> Failure {
    Refusal::new(refused.words()).into()
}

/// Begins one's duty: its list of pages is made, if it is not there.
pub async fn begin(cx: &Cx, means: &Arc<Means>, actor: &Actor, id: i64) -> Result<(), Failure> {
    let duty = store::duty_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let today = beijing(cx.now()).date_naive();
    if duty.day > today {
        return Err(refused(Refused::TooEarly));
    }
    if duty.listed_at.is_none() {
        lists::of_duty(cx, means, &duty).await?;
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let duty = own(&tx, actor, id).await?;
    let state = after(duty.state, Event::Begun).map_err(refused)?;
    let change = reading_duty::ActiveModel {
        id: Set(id),
        state: Set(state),
        begun_at: Set(Some(now)),
        ..Default::default()
    };
    store::change_duty(&tx, change).await?;
    note(&tx, actor, now, "reading.begun", &format!("reading_duty/{id}"), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Finishes one's duty with its log.
pub async fn finish(cx: &Cx, actor: &Actor, id: i64, form: &LogForm) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let mut field = |name: &'static str, read: Result<String, String>| {
        read.unwrap_or_else(|words| {
            faults.field(name, words);
            String::new()
        })
    };
    let display = field("display", required(&form.display, "运行和显示情况", LONGEST));
    let words = field("words", text(&form.words, "发现和处理情况", LONGEST));
    let hand_over = field("hand_over", text(&form.hand_over, "交接事项", LONGEST));
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let duty = own(&tx, actor, id).await?;
    let state = after(duty.state, Event::Finished).map_err(refused)?;
    let left = duty.pages.saturating_sub(duty.pages_read);
    if left > 0 {
        return Err(refused(Refused::Unread(left.unsigned_abs().into())));
    }
    let change = reading_duty::ActiveModel {
        id: Set(id),
        state: Set(state),
        finished_at: Set(Some(now)),
        is_late: Set(beijing(now).date_naive() > duty.day),
        display: Set(display),
        words: Set(words),
        hand_over: Set(hand_over),
        ..Default::default()
    };
    store::change_duty(&tx, change).await?;
    if let Some(owed) = duty.obligation_id {
        clock::meet(&tx, owed, now).await?;
    }
    let detail = format!("{} 页，{} 个问题", duty.pages, duty.findings);
    note(&tx, actor, now, "reading.finished", &format!("reading_duty/{id}"), &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Does away with a duty, for a reason: nobody owes it any more.
pub async fn call_off(cx: &Cx, actor: &Actor, id: i64, words: &str) -> Result<Result<(), Faults>, Failure> {
    let words = match required(words, "理由", LONGEST) {
        Ok(words) => words,
        Err(words) => {
            let mut faults = Faults::default();
            faults.field("reason", words);
            return Ok(Err(faults));
        }
    };
    let (now, tx) = (cx.now(), cx.write().await?);
    let duty = store::duty_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !actor.scope(KEEPERS).covers(&duty.unit_path) {
        return Err(Refusal::forbidden("班次由管理值班表的人撤销。").into());
    }
    if duty.person_id == Some(actor.person) {
        return Err(Refusal::new("自己的班次请由别人撤销，或者换人。").into());
    }
    let state = after(duty.state, Event::CalledOff).map_err(refused)?;
    let change = reading_duty::ActiveModel {
        id: Set(id),
        state: Set(state),
        words: Set(words.clone()),
        ..Default::default()
    };
    store::change_duty(&tx, change).await?;
    if let Some(owed) = duty.obligation_id {
        clock::drop_it(&tx, owed, now).await?;
    }
    note(&tx, actor, now, "reading.called_off", &format!("reading_duty/{id}"), &words).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
