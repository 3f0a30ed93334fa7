//! What persons do with one ticket. Clauses N2.8, N5.3.
//!
//! The unit that owes receives, mends, reports and disputes; the one that issued rechecks, returns, closes, transfers and
//! calls off; a dispute is decided by the unit above the issuer.

use ledger::identity::store as people;
use ledger::obligation::commands::handle as clock;
use ledger::obligation::commands::open::{self, New};
use ledger::obligation::model::{Event as Owed, Kind};
use ledger::obligation::store as obligations;
use ledger::web::keep;
use ledger::{Actor, Cx, PersonId, UnitId};
use platform::Tx;
use platform::clock::Instant;
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::letter::{self, Why};
use super::recheck::move_clock;
use super::{ISSUERS, OWERS, note};
use crate::ids::{FindingId, TicketId};
use crate::inspection::commands::decide::{self, Verdict};
use crate::inspection::commands::runs;
use crate::inspection::model::finding::Source;
use crate::inspection::model::plan::Reach;
use crate::inspection::store::runs as inspections;
use crate::rectification::entity::{ticket, ticket_letter};
use crate::rectification::model::{Event, Place, Refused, State, after, reach_of};
use crate::rectification::store;

/// The longest words of one deed.
const LONGEST_WORDS: usize = 2_000;
/// Days for which what a dispute showed to be no fault is left alone.
const UPHELD_DAYS: i64 = 180;

/// What a person does, as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct DeedForm {
    /// A word of [`Deed`].
    pub deed: String,
    pub words: String,
    /// The unit that a ticket is transferred to.
    pub unit: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Receive,
    Start,
    Fix,
    Dispute,
    Recheck,
    Close,
    Return,
    Uphold,
    Reject,
    Transfer,
    CallOff,
    Say,
}

/// Whose deed it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Owes,
    Issues,
    Decides,
    Either,
}

impl Deed {
    /// All deeds in the order of the screen.
    pub const ALL: [Deed; 12] = [
        Deed::Receive,
        Deed::Start,
        Deed::Fix,
        Deed::Dispute,
        Deed::Recheck,
        Deed::Close,
        Deed::Return,
        Deed::Uphold,
        Deed::Reject,
        Deed::Transfer,
        Deed::CallOff,
        Deed::Say,
    ];

    /// The word in forms and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Receive => "receive",
            Deed::Start => "start",
            Deed::Fix => "fix",
            Deed::Dispute => "dispute",
            Deed::Recheck => "recheck",
            Deed::Close => "close",
            Deed::Return => "return",
            Deed::Uphold => "uphold",
            Deed::Reject => "reject",
            Deed::Transfer => "transfer",
            Deed::CallOff => "call-off",
            Deed::Say => "say",
        }
    }

    /// What happens by it.
    pub fn event(self) -> Event {
        match self {
            Deed::Receive => Event::Received,
            Deed::Start => Event::Started,
            Deed::Fix => Event::Fixed,
            Deed::Dispute => Event::Disputed,
            Deed::Recheck => Event::Recheck,
            Deed::Close => Event::Closed,
            Deed::Return => Event::Returned,
            Deed::Uphold => Event::Upheld,
            Deed::Reject => Event::Rejected,
            Deed::Transfer => Event::Transferred,
            Deed::CallOff => Event::CalledOff,
            Deed::Say => Event::Said,
        }
    }

    fn side(self) -> Side {
        match self {
            Deed::Receive | Deed::Start | Deed::Fix | Deed::Dispute => Side::Owes,
            Deed::Recheck | Deed::Close | Deed::Return | Deed::Transfer | Deed::CallOff => Side::Issues,
            Deed::Uphold | Deed::Reject => Side::Decides,
            Deed::Say => Side::Either,
        }
    }

    fn of(word: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.word() == word)
    }

    fn wants_words(self) -> bool {
        !matches!(self, Deed::Receive | Deed::Start | Deed::Recheck)
    }
}

/// Who does something with a ticket.
pub enum By<'a> {
    /// Somebody who has logged in.
    Person(&'a Actor),
    /// Whoever holds the link of a letter: the unit that owes.
    Letter(&'a ticket_letter::Model),
}

impl By<'_> {
    /// The name in the history.
    pub fn name(&self) -> String {
        match self {
            By::Person(actor) => actor.name.clone(),
            By::Letter(letter) => format!("邮件链接（{}）", letter.address),
        }
    }

    /// The name in the audit log.
    pub fn login(&self) -> String {
        match self {
            By::Person(actor) => actor.login.clone(),
            By::Letter(letter) => format!("letter-{}", letter.id),
        }
    }

    /// Who it is, where that is known.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            By::Person(actor) => Some(actor.person),
            By::Letter(_) => None,
        }
    }
}

fn is_on_side(by: &By<'_>, row: &ticket::Model, side: Side) -> bool {
    let actor = match by {
        By::Person(actor) => actor,
        By::Letter(_) => return matches!(side, Side::Owes | Side::Either),
    };
    let owes = actor.scope(OWERS).covers(&row.unit_path);
    let issues = actor.scope(ISSUERS).covers(&row.issuer_path);
    match side {
        Side::Owes => owes,
        Side::Issues => issues,
        Side::Decides => row.dispute_path.as_ref().is_some_and(|path| actor.scope(ISSUERS).covers(path)),
        Side::Either => owes || issues,
    }
}

/// What a person may do with a ticket as it stands, for its screen.
pub fn may(actor: &Actor, row: &ticket::Model) -> Vec<Deed> {
    may_by(&By::Person(actor), row)
}

/// The same for whoever it is.
pub fn may_by(by: &By<'_>, row: &ticket::Model) -> Vec<Deed> {
    let may = |deed: &Deed| {
        let closes_own = *deed == Deed::Close && row.fixed_by.is_some() && row.fixed_by == by.person();
        is_on_side(by, row, deed.side()) && after(row.state, deed.event()).is_ok() && !closes_own
    };
    Deed::ALL.into_iter().filter(may).collect()
}

/// Does it, with a file perhaps.
pub async fn act(
    cx: &Cx,
    actor: &Actor,
    id: TicketId,
    form: &DeedForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<Deed, Faults>, Failure> {
    act_by(cx, &By::Person(actor), id, form, file).await
}

/// The same for whoever it is.
pub(super) async fn act_by(
    cx: &Cx,
    by: &By<'_>,
    id: TicketId,
    form: &DeedForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<Deed, Faults>, Failure> {
    let deed = Deed::of(&form.deed).ok_or_else(|| Refusal::new("请选择要做的操作。"))?;
    let mut faults = Faults::default();
    let words = if deed.wants_words() {
        required(&form.words, "说明", LONGEST_WORDS)
    } else {
        text(&form.words, "说明", LONGEST_WORDS)
    };
    let mut words = words.unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    // Before the transaction: a slow store of files must not keep others from writing.
    let file = keep(cx, file).await?;
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = match by {
        By::Person(actor) => store::one_to_change(&tx, &actor.sees(), id).await?,
        By::Letter(_) => store::one_unscoped(&tx, id).await?,
    };
    let row = row.ok_or(Failure::NotThere)?;
    if !is_on_side(by, &row, deed.side()) {
        let words = match deed.side() {
            Side::Owes => "只有责任单位能这样处理。",
            Side::Issues => "只有发出整改单的单位能这样处理。",
            Side::Decides => "异议由发出单位的上级决定。",
            Side::Either => "只有责任单位和发出单位能留言。",
        };
        return Err(Refusal::forbidden(words).into());
    }
    let state = after(row.state, deed.event()).map_err(|refused| Refusal::new(refused.words()))?;
    if deed == Deed::Close && row.fixed_by.is_some() && row.fixed_by == by.person() {
        return Err(Refusal::new(Refused::FixerMayNotRecheck.words()).into());
    }
    let mut change = ticket::ActiveModel { id: Set(id), state: Set(state), ..Default::default() };
    if state.is_over() {
        change.over_at = Set(Some(now));
    }
    match deed {
        Deed::Fix => {
            change.fixed_at = Set(Some(now));
            change.fixed_by = Set(by.person());
            move_clock(&tx, &row, Owed::Reported, now).await?;
        }
        Deed::Recheck => {
            let actor = only_persons(by)?;
            let reach = reach(&tx, id).await?;
            let (run, _) = runs::start_in(&tx, actor, row.site_id, &reach, now).await?;
            change.run_id = Set(Some(run));
            // It may be an inspection that waited anyway.
            let own = inspections::run_unscoped(&*tx, run).await?.is_some_and(|run| run.is_recheck);
            let way = match reach.only.len() {
                number if own => format!("只看有问题的 {number} 个网址（巡检 {run}）"),
                _ => format!("巡检全站（巡检 {run}）"),
            };
            words = if words.is_empty() { way } else { format!("{words}；{way}") };
        }
        Deed::Return => {
            change.run_id = Set(None);
            move_clock(&tx, &row, Owed::SentBack, now).await?;
            letter::again(&tx, id, Why::Returned, now).await?;
        }
        Deed::Close => {
            change.run_id = Set(None);
            move_clock(&tx, &row, Owed::Accepted, now).await?;
            letter::again(&tx, id, Why::Over, now).await?;
        }
        Deed::Dispute => dispute(&tx, &row, &mut change, &words, &by.name(), now).await?,
        Deed::Uphold => {
            end_dispute(&tx, &row, now).await?;
            move_clock(&tx, &row, Owed::CalledOff, now).await?;
            letter::again(&tx, id, Why::Over, now).await?;
        }
        Deed::Reject => {
            end_dispute(&tx, &row, now).await?;
            go_on(&tx, &row, now).await?;
        }
        Deed::Transfer => match transfer(&tx, &row, &mut change, only_persons(by)?, &form.unit).await? {
            // A link was given to the unit that owed it before.
            Ok(()) => store::withdraw_letters(&tx, id, now).await?,
            Err(faults) => return Ok(Err(faults)),
        },
        Deed::CallOff => {
            end_dispute(&tx, &row, now).await?;
            move_clock(&tx, &row, Owed::CalledOff, now).await?;
            letter::again(&tx, id, Why::Over, now).await?;
        }
        Deed::Receive | Deed::Start | Deed::Say => {}
    }
    store::change(&tx, change).await?;
    note(&tx, by, now, id, deed.event(), &words, file).await?;
    tx.commit().await?;
    if deed == Deed::Uphold {
        upheld(cx, only_persons(by)?, id, &words).await?;
    }
    Ok(Ok(deed))
}

/// How far a machine looks for what is left of a ticket's findings.
async fn reach(tx: &Tx, id: TicketId) -> Result<Reach, Failure> {
    let findings = store::findings(&**tx, id).await?;
    // What only people saw, no machine finds again.
    let left = findings
        .iter()
        .filter(|one| !store::is_settled(one) && one.sources & Source::Machine as i32 != 0)
        .map(|one| Place {
            rule: &one.rule,
            page: one.page.as_deref(),
            target: one.target.as_deref(),
            pages: one.pages,
        });
    Ok(reach_of(&left.collect::<Vec<_>>()))
}

/// The side of the issuer is never that of a letter; this says so to the compiler.
fn only_persons<'a>(by: &By<'a>) -> Result<&'a Actor, Failure> {
    match by {
        By::Person(actor) => Ok(actor),
        By::Letter(_) => Err(Refusal::forbidden("请登录后办理。").into()),
    }
}

/// What a dispute showed to be none is a false alarm: it counts in its rule's rate.
async fn upheld(cx: &Cx, actor: &Actor, id: TicketId, words: &str) -> Result<(), Failure> {
    let findings = store::findings(cx.db.read(), id).await?;
    let ids: Vec<FindingId> = findings.into_iter().map(|one| one.id).collect();
    let until = cx.now() + chrono::TimeDelta::days(UPHELD_DAYS);
    let verdict = Verdict::FalseAlarm { reason: format!("异议成立：{words}"), until };
    decide::judge(cx, actor, &ids, &verdict).await.map(|_| ())
}

/// The unit above the issuer decides; the highest decides itself. Meanwhile the ticket's own clock stands still.
async fn dispute(
    tx: &Tx,
    row: &ticket::Model,
    change: &mut ticket::ActiveModel,
    words: &str,
    who: &str,
    now: Instant,
) -> Result<(), Failure> {
    let issuer = people::unit_unscoped(&**tx, row.issuer_id).await?.ok_or(Failure::NotThere)?;
    let above = match issuer.parent_id {
        Some(parent) => people::unit_unscoped(&**tx, parent).await?,
        None => None,
    };
    let decides = above.unwrap_or(issuer);
    let new = New {
        kind: Kind::Dispute,
        clause: Kind::Dispute.clause(),
        title: format!("异议：{}", row.title),
        words: words.to_owned(),
        unit: &decides,
        site: Some(row.site_id),
        person: None,
        issuer: &decides,
        issued_by: who.to_owned(),
        link: format!("/tickets/{}", row.id),
        limit: None,
    };
    let id = open::open(tx, new, now).await?;
    change.dispute_path = Set(Some(decides.path.clone()));
    change.dispute_id = Set(Some(id));
    if let Some(own) = row.obligation_id
        && let Some(owed) = obligations::one_unscoped(&**tx, own).await?
        && !owed.is_paused
    {
        clock::pause(tx, &owed, "有异议，等待决定", who, now).await?;
    }
    Ok(())
}

/// The decision of a dispute is what was owed.
async fn end_dispute(tx: &Tx, row: &ticket::Model, now: Instant) -> Result<(), Failure> {
    match row.dispute_id.filter(|_| row.state == State::Disputed) {
        Some(id) => clock::meet(tx, id, now).await,
        None => Ok(()),
    }
}

/// The clock of a ticket goes on after a dispute.
async fn go_on(tx: &Tx, row: &ticket::Model, now: Instant) -> Result<(), Failure> {
    let Some(id) = row.obligation_id else { return Ok(()) };
    match obligations::one_unscoped(&**tx, id).await? {
        Some(owed) if owed.is_paused => clock::resume(tx, &owed, now).await,
        _ => Ok(()),
    }
}

async fn transfer(
    tx: &Tx,
    row: &ticket::Model,
    change: &mut ticket::ActiveModel,
    actor: &Actor,
    unit: &str,
) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let unit = match unit.parse().ok().map(UnitId) {
        Some(id) => people::unit_in(&**tx, &actor.scope(ISSUERS), id).await?,
        None => None,
    };
    let Some(unit) = unit.filter(|unit| unit.closed_at.is_none() && unit.id != row.unit_id) else {
        faults.field("unit", "请选择要转交的单位，应在您的管辖范围内，并且不是现在的责任单位。");
        return Ok(Err(faults));
    };
    if let Some(id) = row.obligation_id {
        clock::hand_over(tx, id, &unit).await?;
    }
    change.unit_id = Set(unit.id);
    change.unit_path = Set(unit.path);
    Ok(Ok(()))
}
