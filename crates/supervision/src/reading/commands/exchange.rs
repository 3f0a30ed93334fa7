//! A duty goes to somebody else of the roster, for one of his or for nothing, if he agrees. Clause N5.7.

use ledger::obligation::commands::handle as clock;
use ledger::{Actor, Cx, PersonId};
use platform::Tx;
use platform::clock::{Instant, beijing};
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
    /// The duty of his that one takes in return; empty: none.
    pub back: String,
    pub reason: String,
}

fn can_change(duty: &reading_duty::Model) -> Result<(), Refusal> {
    match duty.state {
        State::Planned => Ok(()),
        state => Err(Refusal::new(format!("{} 的班次现在“{}”，不能再换人。", duty.day, state.name()))),
    }
}

/// Who takes a duty, and which of his goes back for it.
struct Chosen {
    to: PersonId,
    back: Option<reading_duty::Model>,
    reason: String,
}

async fn read(
    tx: &Tx,
    duty: &reading_duty::Model,
    form: &ExchangeForm,
    now: Instant,
) -> Result<Result<Chosen, Faults>, Failure> {
    let mut faults = Faults::default();
    let reason = text(&form.reason, "原因", 200).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    let back = match form.back.as_str() {
        "" => None,
        asked => {
            let offered = store::exchangeable(&**tx, duty, beijing(now).date_naive()).await?;
            let found = offered.into_iter().find(|one| one.id.to_string() == asked);
            if found.is_none() {
                faults.field("back", "这个班次不能互换：应是值班表里别人还没有开始的班次。");
            }
            found
        }
    };
    let members = store::members(&**tx, duty.roster_id).await?;
    let named = match form.to.as_str() {
        "" => back.as_ref().and_then(|back| back.person_id),
        to => to.parse().ok().map(PersonId),
    };
    let to = named.filter(|to| members.contains(to) && Some(*to) != duty.person_id);
    match (&back, to) {
        (_, None) if faults.is_empty() => {
            faults.field("to", "请选择值班表里的另一个人，或选择要互换的班次。");
        }
        (Some(back), Some(to)) if back.person_id != Some(to) => {
            faults.field("back", "要互换的班次不是这个人的。");
        }
        _ => {}
    }
    Ok(match to {
        Some(to) if faults.is_empty() => Ok(Chosen { to, back, reason }),
        _ => Err(faults),
    })
}

/// Asks somebody to take one's duty; whoever keeps the roster gives it to him at once.
pub async fn ask(
    cx: &Cx,
    actor: &Actor,
    duty: i64,
    form: &ExchangeForm,
) -> Result<Result<bool, Faults>, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    // Both are held before anything is read of them, the smaller number first.
    if let Ok(back) = form.back.parse() {
        store::both(&tx, duty, back).await?;
    }
    let duty = store::duty_to_change(&tx, &actor.sees(), duty).await?.ok_or(Failure::NotThere)?;
    let keeps = actor.scope(KEEPERS).covers(&duty.unit_path);
    if duty.person_id != Some(actor.person) && !keeps {
        return Err(Refusal::forbidden("只能请别人代自己的班；替别人换班由管理值班表的人操作。").into());
    }
    can_change(&duty)?;
    let chosen = match read(&tx, &duty, form, now).await? {
        Ok(chosen) => chosen,
        Err(faults) => return Ok(Err(faults)),
    };
    let subject = format!("reading_duty/{}", duty.id);
    if keeps || chosen.to == actor.person {
        give(&tx, &duty, chosen.to).await?;
        if let (Some(back), Some(from)) = (&chosen.back, duty.person_id) {
            give(&tx, back, from).await?;
        }
        note(&tx, actor, now, "reading.exchanged", &subject, &chosen.reason).await?;
        tx.commit().await?;
        return Ok(Ok(true));
    }
    if !store::open_exchanges(&*tx, duty.id).await?.is_empty() {
        return Err(Refusal::new("已经请人代班，正在等对方答复。").into());
    }
    let row = reading_exchange::ActiveModel {
        duty_id: Set(duty.id),
        from_id: Set(duty.person_id),
        to_id: Set(chosen.to),
        for_id: Set(chosen.back.map(|back| back.id)),
        reason: Set(chosen.reason.clone()),
        asked_at: Set(now),
        answered_at: Set(None),
        is_taken: Set(None),
        ..Default::default()
    };
    store::add_exchange(&tx, row).await?;
    note(&tx, actor, now, "reading.exchange_asked", &subject, &chosen.reason).await?;
    tx.commit().await?;
    Ok(Ok(false))
}

async fn give(tx: &Tx, duty: &reading_duty::Model, to: PersonId) -> Result<(), Failure> {
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
    if takes {
        take(&tx, actor, &exchange).await?;
    }
    store::answer_exchange(&tx, id, takes, now).await?;
    let action = if takes { "reading.exchanged" } else { "reading.exchange_refused" };
    note(&tx, actor, now, action, &format!("reading_duty/{}", exchange.duty_id), "").await?;
    tx.commit().await?;
    Ok(())
}

async fn take(tx: &Tx, actor: &Actor, exchange: &reading_exchange::Model) -> Result<(), Failure> {
    let moved = || Refusal::new("要换的班次已有变动，不能按原来的办法换了。请回绝后重新商量。");
    let Some(back) = exchange.for_id else {
        let duty = store::duty_to_change(tx, &actor.sees(), exchange.duty_id).await?.ok_or_else(moved)?;
        can_change(&duty)?;
        if duty.person_id != exchange.from_id {
            return Err(moved().into());
        }
        return give(tx, &duty, actor.person).await;
    };
    let (duty, back) = store::both(tx, exchange.duty_id, back).await?.ok_or_else(moved)?;
    can_change(&duty)?;
    can_change(&back)?;
    let (true, true, Some(from)) =
        (duty.person_id == exchange.from_id, back.person_id == Some(actor.person), exchange.from_id)
    else {
        return Err(moved().into());
    };
    give(tx, &duty, actor.person).await?;
    give(tx, &back, from).await
}
