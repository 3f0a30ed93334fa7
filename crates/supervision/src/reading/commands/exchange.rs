//! A duty goes to somebody else of the roster, if he takes it. Clause N5.7.

use ledger::obligation::commands::handle as clock;
use ledger::{Actor, Cx, PersonId};
use platform::web::form::text;
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::{KEEPERS, note};
use crate::reading::entity::{reading_duty, reading_exchange};
use crate::reading::model::State;
use crate::reading::store;

/// What is asked, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ExchangeForm {
    pub to: String,
    pub reason: String,
}

fn can_change(duty: &reading_duty::Model) -> Result<(), Refusal> {
    match duty.state {
        State::Planned => Ok(()),
        state => Err(Refusal::new(format!("这个班次现在“{}”，不能再换人。", state.name()))),
    }
}

/// Asks somebody to take one's duty; whoever keeps the roster gives it to him at once.
pub async fn ask(
    cx: &Cx,
    actor: &Actor,
    duty: i64,
    form: &ExchangeForm,
) -> Result<Result<bool, Faults>, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let duty = store::duty_to_change(&tx, &actor.sees(), duty).await?.ok_or(Failure::NotThere)?;
    let keeps = actor.scope(KEEPERS).covers(&duty.unit_path);
    if duty.person_id != Some(actor.person) && !keeps {
        return Err(Refusal::forbidden("只能请别人代自己的班；替别人换班由管理值班表的人操作。").into());
    }
    can_change(&duty)?;
    let mut faults = Faults::default();
    let reason = text(&form.reason, "原因", 200).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    let members = store::members(&*tx, duty.roster_id).await?;
    let to = form.to.parse().ok().map(PersonId);
    let to = to.filter(|to| members.contains(to) && Some(*to) != duty.person_id);
    if to.is_none() {
        faults.field("to", "请选择值班表里的另一个人。");
    }
    let (Some(to), true) = (to, faults.is_empty()) else { return Ok(Err(faults)) };
    if keeps || to == actor.person {
        give(&tx, &duty, to).await?;
        note(&tx, actor, now, "reading.exchanged", &format!("reading_duty/{}", duty.id), &reason).await?;
        tx.commit().await?;
        return Ok(Ok(true));
    }
    if !store::open_exchanges(&*tx, duty.id).await?.is_empty() {
        return Err(Refusal::new("已经请人代班，正在等对方答复。").into());
    }
    let row = reading_exchange::ActiveModel {
        duty_id: Set(duty.id),
        from_id: Set(duty.person_id),
        to_id: Set(to),
        reason: Set(reason.clone()),
        asked_at: Set(now),
        answered_at: Set(None),
        is_taken: Set(None),
        ..Default::default()
    };
    store::add_exchange(&tx, row).await?;
    note(&tx, actor, now, "reading.exchange_asked", &format!("reading_duty/{}", duty.id), &reason).await?;
    tx.commit().await?;
    Ok(Ok(false))
}

async fn give(tx: &platform::Tx, duty: &reading_duty::Model, to: PersonId) -> Result<(), Failure> {
    let change = reading_duty::ActiveModel {
        id: Set(duty.id),
        person_id: Set(Some(to)),
        is_fixed: Set(true),
        ..Default::default()
    };
    store::change_duty(tx, change).await?;
    match duty.obligation_id {
        Some(owed) => clock::pass_on(tx, owed, to).await,
        None => Ok(()),
    }
}

/// Takes a duty that somebody wants to give away, or not.
pub async fn answer(cx: &Cx, actor: &Actor, id: i64, takes: bool) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let exchange = store::exchange_to_change(&tx, id).await?.filter(|one| one.to_id == actor.person);
    let exchange = exchange.ok_or(Failure::NotThere)?;
    let duty = store::duty_to_change(&tx, &actor.sees(), exchange.duty_id).await?.ok_or(Failure::NotThere)?;
    if takes {
        can_change(&duty)?;
        give(&tx, &duty, actor.person).await?;
    }
    store::answer_exchange(&tx, id, takes, now).await?;
    let action = if takes { "reading.exchanged" } else { "reading.exchange_refused" };
    note(&tx, actor, now, action, &format!("reading_duty/{}", duty.id), "").await?;
    tx.commit().await?;
    Ok(())
}
