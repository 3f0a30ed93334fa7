//! What persons do with one obligation: report, judge, pause, extend, call off. Clauses N2.8, N5.3.
//!
//! Who owes it reports and asks for time; on whose behalf it was ordered judges. What belongs to another slice, such as a
//! ticket, is reported and judged there, by [`step`] in that slice's transaction.

use base::deadline::{LONGEST, Pause};
use platform::clock::{Instant, beijing};
use platform::web::form::required;
use platform::web::{Failure, Faults, Refusal};
use platform::{Error, Tx};
use sea_orm::Set;

use super::{CLOCK, Done, ISSUERS, OWERS, note, recount, tick};
use crate::calendar::store as calendar;
use crate::identity::entity::unit;
use crate::obligation::entity::{obligation, obligation_extension, obligation_pause};
use crate::obligation::model::{Event, Refused, State, after};
use crate::obligation::store;
use crate::web::keep;
use crate::{Actor, Cx, ObligationId, PersonId};

/// The longest reason.
const LONGEST_WORDS: usize = 1_000;
/// Days that one extension grants at most.
const LONGEST_EXTENSION: i32 = 90;

/// What a person does, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DeedForm {
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// Days of an extension.
    pub days: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Report,
    Accept,
    SendBack,
    CallOff,
    Pause,
    Resume,
    AskExtension,
    GrantExtension,
    RefuseExtension,
}

impl Deed {
    /// All deeds.
    pub const ALL: [Deed; 9] = [
        Deed::Report,
        Deed::Accept,
        Deed::SendBack,
        Deed::CallOff,
        Deed::Pause,
        Deed::Resume,
        Deed::AskExtension,
        Deed::GrantExtension,
        Deed::RefuseExtension,
    ];

    /// The word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Report => "report",
            Deed::Accept => "accept",
            Deed::SendBack => "send-back",
            Deed::CallOff => "call-off",
            Deed::Pause => "pause",
            Deed::Resume => "resume",
            Deed::AskExtension => "ask-extension",
            Deed::GrantExtension => "grant-extension",
            Deed::RefuseExtension => "refuse-extension",
        }
    }

    /// What happens by it.
    pub fn event(self) -> Event {
        match self {
            Deed::Report => Event::Reported,
            Deed::Accept => Event::Accepted,
            Deed::SendBack => Event::SentBack,
            Deed::CallOff => Event::CalledOff,
            Deed::Pause => Event::Paused,
            Deed::Resume => Event::Resumed,
            Deed::AskExtension => Event::ExtensionAsked,
            Deed::GrantExtension => Event::Extended,
            Deed::RefuseExtension => Event::ExtensionRefused,
        }
    }

    /// Whether it is for the unit that owes, and not for the one that ordered.
    fn is_owers(self) -> bool {
        matches!(self, Deed::Report | Deed::AskExtension)
    }

    /// Whether it belongs to whatever the obligation was opened for.
    fn is_elsewhere(self) -> bool {
        matches!(self, Deed::Report | Deed::Accept | Deed::SendBack | Deed::CallOff)
    }

    fn of(word: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.word() == word)
    }

    /// Whether a reason or an account must be given.
    fn wants_words(self) -> bool {
        !matches!(self, Deed::Accept | Deed::Resume | Deed::GrantExtension)
    }
}

/// What a person may do with an obligation as it stands, for its screen.
pub fn may(actor: &Actor, row: &obligation::Model, waits: bool) -> Vec<Deed> {
    let owes = actor.scope(OWERS).covers(&row.unit_path);
    let judges = actor.scope(ISSUERS).covers(&row.issuer_path);
    let may = |deed: &Deed| {
        let by_role = if deed.is_owers() { owes } else { judges };
        let decides = matches!(deed, Deed::GrantExtension | Deed::RefuseExtension);
        let here = row.link.is_empty() || !deed.is_elsewhere();
        let again = *deed == Deed::AskExtension && waits;
        by_role
            && here
            && !again
            && (!decides || waits)
            && after(row.state, row.is_paused, deed.event()).is_ok()
    };
    Deed::ALL.into_iter().filter(may).collect()
}

/// Does it, with a file perhaps that was kept under a digest.
pub async fn act(
    cx: &Cx,
    actor: &Actor,
    id: ObligationId,
    form: &DeedForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<Deed, Faults>, Failure> {
    let deed = Deed::of(&form.deed).ok_or_else(|| Refusal::new("请选择要做的操作。"))?;
    let mut faults = Faults::default();
    let words = if deed.wants_words() {
        required(&form.words, "说明", LONGEST_WORDS)
    } else {
        platform::web::form::text(&form.words, "说明", LONGEST_WORDS)
    };
    let words = words.unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let days = if deed == Deed::AskExtension {
        let days = form.days.trim().parse().unwrap_or(0);
        if !(1..=LONGEST_EXTENSION).contains(&days) {
            faults.field("days", format!("延期天数应为 1 到 {LONGEST_EXTENSION} 的整数。"));
        }
        days
    } else {
        0
    };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    // Before the transaction: a slow store of files must not keep others from writing.
    let file = keep(cx, file).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let waits = store::extensions(&*tx, id).await?.into_iter().find(|one| one.is_granted.is_none());
    if !may(actor, &row, waits.is_some()).contains(&deed) {
        return Err(why_not(actor, &row, deed).into());
    }
    match (deed, waits) {
        (Deed::AskExtension, _) => {
            if row.due_at.is_some_and(|due| due <= now) {
                return Err(Refusal::new("已经超期，不能再申请延期。").into());
            }
            ask(&tx, &row, days, &words, actor, now).await?;
        }
        (Deed::GrantExtension | Deed::RefuseExtension, Some(waits)) => {
            decide(&tx, &row, waits, deed == Deed::GrantExtension, actor, now).await?;
        }
        (Deed::Pause, _) => pause(&tx, &row, &words, &actor.name, now).await?,
        (Deed::Resume, _) => resume(&tx, &row, now).await?,
        _ => step(&tx, &row, deed.event(), now).await?,
    }
    note(&tx, actor, now, id, Done { event: deed.event(), words: &words, file }).await?;
    tx.commit().await?;
    Ok(Ok(deed))
}

fn why_not(actor: &Actor, row: &obligation::Model, deed: Deed) -> Refusal {
    let covered = if deed.is_owers() {
        actor.scope(OWERS).covers(&row.unit_path)
    } else {
        actor.scope(ISSUERS).covers(&row.issuer_path)
    };
    if !covered {
        let words = if deed.is_owers() {
            "只有责任单位能报告办结、申请延期。"
        } else {
            "只有交办单位能这样处理。"
        };
        return Refusal::forbidden(words);
    }
    match after(row.state, row.is_paused, deed.event()) {
        Err(refused) => Refusal::new(refused.words()),
        Ok(_) if !row.link.is_empty() && deed.is_elsewhere() => {
            Refusal::new("这个事项由所属的业务办理，请到那里报告和验收。")
        }
        Ok(_) if deed == Deed::AskExtension => Refusal::new("已有一个延期申请在等待决定。"),
        Ok(_) => Refusal::new("没有等待决定的延期申请。"),
    }
}

/// Changes the state of an obligation. Marks that were due before are made first, so that nothing is gained by a
/// report in the minute after the end.
pub async fn step(tx: &Tx, row: &obligation::Model, event: Event, now: Instant) -> Result<(), Failure> {
    let state = allowed(row, event)?;
    if row.state == State::Open {
        tick::make(tx, std::slice::from_ref(row), now).await?;
    }
    let mut change = obligation::ActiveModel { id: Set(row.id), state: Set(state), ..Default::default() };
    match event {
        Event::Reported => change.reported_at = Set(Some(now)),
        Event::SentBack => change.reported_at = Set(None),
        Event::Accepted | Event::CalledOff => change.over_at = Set(Some(now)),
        _ => {}
    }
    store::change(tx, change).await?;
    if event == Event::SentBack {
        judged_slowly(tx, row, now).await?;
    }
    if event == Event::CalledOff {
        // Nobody owed it: what was given for it does not stand.
        store::withdraw(tx, row.id, 0, now, "事项已撤销").await?;
    }
    Ok(())
}

/// The days after a report up to its judgement are nobody's who owes: they do not count.
async fn judged_slowly(tx: &Tx, row: &obligation::Model, now: Instant) -> Result<(), Failure> {
    let today = beijing(now).date_naive();
    let from = row.reported_at.and_then(|at| beijing(at).date_naive().succ_opt());
    let Some(from) = from.filter(|from| *from <= today) else { return Ok(()) };
    let new = obligation_pause::ActiveModel {
        obligation_id: Set(row.id),
        from_on: Set(from),
        to_on: Set(Some(today)),
        reason: Set("等待验收".to_owned()),
        who: Set(CLOCK.to_owned()),
        ..Default::default()
    };
    store::add_pause(tx, new).await?;
    count_again(tx, row.id, row.is_paused, now, "等待验收的日子不计").await
}

/// Stops the clock from today on.
pub async fn pause(
    tx: &Tx,
    row: &obligation::Model,
    reason: &str,
    who: &str,
    now: Instant,
) -> Result<(), Failure> {
    allowed(row, Event::Paused)?;
    tick::make(tx, std::slice::from_ref(row), now).await?;
    let new = obligation_pause::ActiveModel {
        obligation_id: Set(row.id),
        from_on: Set(beijing(now).date_naive()),
        to_on: Set(None),
        reason: Set(reason.to_owned()),
        who: Set(who.to_owned()),
        ..Default::default()
    };
    store::add_pause(tx, new).await?;
    count_again(tx, row.id, true, now, "计时暂停").await
}

/// Lets the clock go on from tomorrow; today still does not count.
pub async fn resume(tx: &Tx, row: &obligation::Model, now: Instant) -> Result<(), Failure> {
    allowed(row, Event::Resumed)?;
    store::end_pause(tx, row.id, beijing(now).date_naive()).await?;
    count_again(tx, row.id, false, now, "计时恢复").await
}

/// Another unit owes it from now on; its time goes on.
pub async fn hand_over(tx: &Tx, id: ObligationId, unit: &unit::Model) -> Result<(), Failure> {
    let change = obligation::ActiveModel {
        id: Set(id),
        unit_id: Set(unit.id),
        unit_path: Set(unit.path.clone()),
        ..Default::default()
    };
    store::change(tx, change).await?;
    Ok(())
}

/// Another person of the unit owes it from now on.
pub async fn pass_on(tx: &Tx, id: ObligationId, person: PersonId) -> Result<(), Failure> {
    let change = obligation::ActiveModel { id: Set(id), person_id: Set(Some(person)), ..Default::default() };
    store::change(tx, change).await?;
    Ok(())
}

/// What another slice has seen done is reported and accepted in one; what is over stays so.
pub async fn meet(tx: &Tx, id: ObligationId, now: Instant) -> Result<(), Failure> {
    for what in [Event::Reported, Event::Accepted] {
        let Some(owed) = store::one_unscoped(&**tx, id).await? else { return Ok(()) };
        if !owed.state.is_over() && (what == Event::Accepted || owed.state == State::Open) {
            step(tx, &owed, what, now).await?;
            super::note_of(tx, id, now, what).await?;
        }
    }
    Ok(())
}

/// What another slice has done away with is called off.
pub async fn drop_it(tx: &Tx, id: ObligationId, now: Instant) -> Result<(), Failure> {
    match store::one_unscoped(&**tx, id).await? {
        Some(owed) if !owed.state.is_over() => {
            step(tx, &owed, Event::CalledOff, now).await?;
            Ok(super::note_of(tx, id, now, Event::CalledOff).await?)
        }
        _ => Ok(()),
    }
}

async fn ask(
    tx: &Tx,
    row: &obligation::Model,
    days: i32,
    reason: &str,
    actor: &Actor,
    now: Instant,
) -> Result<(), Failure> {
    let new = obligation_extension::ActiveModel {
        obligation_id: Set(row.id),
        days: Set(days),
        reason: Set(reason.to_owned()),
        asked_by: Set(actor.name.clone()),
        asked_at: Set(now),
        decided_by: Set(String::new()),
        decided_at: Set(None),
        is_granted: Set(None),
        ..Default::default()
    };
    Ok(store::ask_extension(tx, new).await?)
}

async fn decide(
    tx: &Tx,
    row: &obligation::Model,
    waits: obligation_extension::Model,
    granted: bool,
    actor: &Actor,
    now: Instant,
) -> Result<(), Failure> {
    let decided = obligation_extension::ActiveModel {
        id: Set(waits.id),
        decided_by: Set(actor.name.clone()),
        decided_at: Set(Some(now)),
        is_granted: Set(Some(granted)),
        ..Default::default()
    };
    store::decide_extension(tx, decided).await?;
    if granted {
        extend(tx, row, waits.days, now).await?;
    }
    Ok(())
}

/// Adds days to the limit.
pub async fn extend(tx: &Tx, row: &obligation::Model, days: i32, now: Instant) -> Result<(), Failure> {
    let all = row.extended_days.saturating_add(days).clamp(0, recount::number(LONGEST));
    let change = obligation::ActiveModel { id: Set(row.id), extended_days: Set(all), ..Default::default() };
    let row = store::change(tx, change).await?;
    count_again(tx, row.id, row.is_paused, now, "已同意延期").await
}

fn allowed(row: &obligation::Model, event: Event) -> Result<State, Refusal> {
    after(row.state, row.is_paused, event).map_err(|refused: Refused| Refusal::new(refused.words()))
}

async fn count_again(
    tx: &Tx,
    id: ObligationId,
    is_paused: bool,
    now: Instant,
    why: &str,
) -> Result<(), Failure> {
    let change = obligation::ActiveModel { id: Set(id), is_paused: Set(is_paused), ..Default::default() };
    let row = store::change(tx, change).await?;
    let pauses: Vec<Pause> = recount::spans(&store::pauses(&**tx, &[id]).await?);
    let work_days = calendar::work_days(&**tx).await.map_err(Error::from)?;
    recount::recount(tx, &row, &pauses, &work_days, now, why).await?;
    Ok(())
}
