//! A ticket by mail, for units that never log in: a sealed link that ends, and what its holder does. Clauses N2.8, N5.3.
//!
//! The link is made when the mail is sent and kept nowhere. Its holder does what the unit that owes may do on this one
//! ticket, and nothing else; the history says that it came by mail, and to which address.

use ledger::identity::store as people;
use ledger::obligation::model::Mark;
use ledger::{Actor, Cx, ObligationId};
use lettre::Address;
use platform::clock::{Instant, beijing};
use platform::jobs::{self, NewJob, Queue};
use platform::secret::Secret;
use platform::web::{Failure, Faults, Refusal};
use platform::{Error, Tx};
use sea_orm::Set;

use super::handle::{self, By, Deed, DeedForm};
use super::{ISSUERS, note};
use crate::alert::entity::account;
use crate::alert::send;
use crate::alert::store as mail;
use crate::ids::TicketId;
use crate::rectification::entity::{ticket, ticket_letter};
use crate::rectification::model::letter::{MOST_DAYS, USUAL_DAYS, is_genuine, named, word};
use crate::rectification::model::{Event, after};
use crate::rectification::store;

/// The kind of the job that sends one.
pub const JOB: &str = "mail-ticket";
/// Letters of one ticket that are good at the same time.
const MOST: usize = 5;
/// The longest address.
const LONGEST_ADDRESS: usize = 200;
/// What the holder of a link may do.
pub const DEEDS: [Deed; 5] = [Deed::Receive, Deed::Start, Deed::Fix, Deed::Dispute, Deed::Say];

/// To whom a ticket is sent, as the form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct LetterForm {
    pub address: String,
    /// Days for which the link is good; empty: [`USUAL_DAYS`].
    pub days: String,
}

/// What a letter is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Issued,
    Returned,
    /// It is over: mended, or called off.
    Over,
    Reminder,
    Yellow,
    Red,
}

impl Why {
    const ALL: [Why; 6] = [Why::Issued, Why::Returned, Why::Over, Why::Reminder, Why::Yellow, Why::Red];

    fn word(self) -> &'static str {
        match self {
            Why::Issued => "issued",
            Why::Returned => "returned",
            Why::Over => "over",
            Why::Reminder => "reminder",
            Why::Yellow => "yellow",
            Why::Red => "red",
        }
    }

    fn of(word: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.word() == word)
    }

    fn subject(self) -> &'static str {
        match self {
            Why::Issued => "整改单",
            Why::Returned => "整改单被退回",
            Why::Over => "整改单已结束",
            Why::Reminder => "整改单将到期",
            Why::Yellow => "黄牌：整改单已到期",
            Why::Red => "红牌：整改单超期未办结",
        }
    }
}

/// Sends a ticket to an address. The faults are for the form.
pub async fn send(
    cx: &Cx,
    actor: &Actor,
    id: TicketId,
    form: &LetterForm,
) -> Result<Result<(), Faults>, Failure> {
    let mut faults = Faults::default();
    let address = form.address.trim();
    if address.len() > LONGEST_ADDRESS || address.parse::<Address>().is_err() {
        faults.field("address", "请填写一个邮件地址，例如 wz@example.cn。");
    }
    let days = match form.days.trim() {
        "" => Some(USUAL_DAYS),
        days => days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)),
    };
    if days.is_none() {
        faults.field("days", format!("天数应为 1 到 {MOST_DAYS} 的整数。"));
    }
    let (Some(days), true) = (days, faults.is_empty()) else { return Ok(Err(faults)) };
    let account = mail::account(cx.db.read()).await?;
    if account.as_ref().is_none_or(|account| account.host.is_empty()) {
        return Err(Refusal::new("还没有设置发信账号，请系统管理员在“发信设置”中填写后再发。").into());
    }
    if address_of_console(cx, account.as_ref()).is_none() {
        let words =
            "还没有设置本系统的网址，邮件里写不出链接。请系统管理员在“发信设置”的“系统网址”中填写后再发。";
        return Err(Refusal::new(words).into());
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !actor.scope(ISSUERS).covers(&row.issuer_path) {
        return Err(Refusal::forbidden("只有发出整改单的单位能把它发到邮箱。").into());
    }
    after(row.state, Event::Mailed).map_err(|refused| Refusal::new(refused.words()))?;
    if store::good_letters(&*tx, id, now).await?.len() >= MOST {
        return Err(Refusal::new(format!("这张整改单已有 {MOST} 个有效的邮件链接，请先停用不用的。")).into());
    }
    let letter = ticket_letter::ActiveModel {
        ticket_id: Set(id),
        address: Set(address.to_owned()),
        secret: Set(Secret::new().reveal().to_owned()),
        sent_by: Set(actor.name.clone()),
        made_at: Set(now),
        expires_at: Set(now + chrono::TimeDelta::days(days)),
        withdrawn_at: Set(None),
        mailed_at: Set(None),
        said: Set(String::new()),
        ..Default::default()
    };
    let letter = store::add_letter(&tx, letter).await?;
    queue(&tx, &letter, Why::Issued, now).await?;
    note(&tx, &By::Person(actor), now, id, Event::Mailed, address, None).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// A link is good no more, from now on.
pub async fn withdraw(cx: &Cx, actor: &Actor, id: TicketId, letter: i64) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let row = store::one_to_change(&tx, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    if !actor.scope(ISSUERS).covers(&row.issuer_path) {
        return Err(Refusal::forbidden("只有发出整改单的单位能停用邮件链接。").into());
    }
    after(row.state, Event::MailEnded).map_err(|refused| Refusal::new(refused.words()))?;
    let letters = store::good_letters(&*tx, id, now).await?;
    let letter = letters.into_iter().find(|one| one.id == letter);
    let letter = letter.ok_or_else(|| Refusal::new("这个邮件链接已经停用或到期。"))?;
    let change =
        ticket_letter::ActiveModel { id: Set(letter.id), withdrawn_at: Set(Some(now)), ..Default::default() };
    store::change_letter(&tx, change).await?;
    note(&tx, &By::Person(actor), now, id, Event::MailEnded, &letter.address, None).await?;
    Ok(tx.commit().await?)
}

async fn queue(tx: &Tx, letter: &ticket_letter::Model, why: Why, now: Instant) -> Result<(), Error> {
    let job = NewJob {
        kind: JOB,
        args: serde_json::json!({ "letter": letter.id, "why": why.word() }),
        queue: Queue::Normal,
        run_at: now,
        unique_key: Some(format!("{JOB}-{}-{}", letter.id, why.word())),
    };
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

/// Tells every good letter of a ticket what has come to pass.
pub(super) async fn again(tx: &Tx, id: TicketId, why: Why, now: Instant) -> Result<(), Error> {
    for letter in store::good_letters(&**tx, id, now).await? {
        queue(tx, &letter, why, now).await?;
    }
    Ok(())
}

/// The clock has marked what a ticket owes: its letters tell it.
pub async fn marked(tx: &Tx, owed: ObligationId, mark: Mark, now: Instant) -> Result<(), Error> {
    let Some(id) = store::of_obligation_unscoped(&**tx, owed).await? else { return Ok(()) };
    let why = match mark {
        Mark::Reminder => Why::Reminder,
        Mark::Yellow => Why::Yellow,
        Mark::Red => Why::Red,
    };
    again(tx, id, why, now).await
}

/// Where the links of letters lead: the address that the program was given, or else that of the mail account.
fn address_of_console(cx: &Cx, account: Option<&account::Model>) -> Option<String> {
    let written = account.map(|account| account.console.trim_end_matches('/').to_owned());
    cx.settings.public.clone().or(written).filter(|address| !address.is_empty())
}

/// Sends one letter. The error is for the list of jobs, which tries again.
pub async fn deliver(cx: &Cx, letter: i64, why: &str) -> Result<(), String> {
    let told = |error: Error| error.ailment().sentence().to_owned();
    let account = mail::account(cx.db.read()).await.map_err(|error| told(error.into()))?;
    let written = written(cx, account.as_ref(), letter, why).await.map_err(told)?;
    let Some((row, subject, text)) = written else { return Ok(()) };
    let sent = send::letter(account.as_ref(), &row.address, &subject, text).await;
    let words = match &sent {
        Ok(words) | Err(words) => words.clone(),
    };
    let saved = async {
        let tx = cx.write().await?;
        let change = ticket_letter::ActiveModel {
            id: Set(letter),
            mailed_at: Set(if sent.is_ok() { Some(cx.now()) } else { row.mailed_at }),
            said: Set(words),
            ..Default::default()
        };
        store::change_letter(&tx, change).await?;
        tx.commit().await?;
        Ok::<_, Error>(())
    };
    saved.await.map_err(told)?;
    sent.map(|_| ())
}

/// Subject and text; `None` where nothing is to be sent any more.
async fn written(
    cx: &Cx,
    account: Option<&account::Model>,
    letter: i64,
    why: &str,
) -> Result<Option<(ticket_letter::Model, String, String)>, Error> {
    let (db, now) = (cx.db.read(), cx.now());
    let Some(letter) = store::letter_unscoped(db, letter).await? else { return Ok(None) };
    let Some(row) = store::ticket_unscoped(db, letter.ticket_id).await? else { return Ok(None) };
    let (Some(why), Some(public)) = (Why::of(why), address_of_console(cx, account)) else { return Ok(None) };
    if letter.withdrawn_at.is_some() || letter.expires_at <= now || row.state.is_over() != (why == Why::Over)
    {
        return Ok(None);
    }
    let due = match row.obligation_id {
        Some(id) => ledger::obligation::store::one_unscoped(db, id).await?.and_then(|owed| owed.due_on),
        None => None,
    };
    let due = due.map(|due| format!("整改期限：{due}\n")).unwrap_or_default();
    let findings = store::findings(db, row.id).await?.len();
    let link = word(&letter.secret, letter.id, &letter.address, letter.expires_at);
    // The unit, and nobody's name: what people of an office are called stays in the office.
    let issuer = people::unit_unscoped(db, row.issuer_id).await?.map(|unit| unit.name).unwrap_or_default();
    let title = row.title.replace(['\r', '\n'], " ");
    if why == Why::Over {
        let text = format!(
            "{title}\n\n现在是“{}”，不用再处理。\n\n{public}/public/tickets/{link}\n\n发出单位：{issuer}\n",
            row.state.name()
        );
        return Ok(Some((letter, format!("巡网 {}：{title}", why.subject()), text)));
    }
    let until = beijing(letter.expires_at).format("%Y-%m-%d %H:%M");
    let text = format!(
        "{title}\n{due}问题 {findings} 处\n\n{}\n\n请打开下面的链接查看问题、签收、报告整改完成或提出异议，不用登录：\n{public}/public/tickets/{link}\n\n\
         链接在 {until} 前有效。谁有这个链接，谁就能代表你单位办理，请不要转发给无关的人。\n发出单位：{issuer}\n",
        row.words
    );
    Ok(Some((letter, format!("巡网 {}：{title}", why.subject()), text)))
}

/// The ticket that a link opens, or why it opens none, in words for its holder.
pub async fn opened(
    cx: &Cx,
    word: &str,
) -> Result<Result<(ticket_letter::Model, ticket::Model), String>, Failure> {
    let wrong = "链接不完整或不对。请从邮件里完整地复制链接，或与发出单位联系。";
    let Some(named) = named(word) else { return Ok(Err(wrong.to_owned())) };
    let db = cx.db.read();
    let Some(letter) = store::letter_unscoped(db, named.letter).await? else {
        return Ok(Err(wrong.to_owned()));
    };
    if !is_genuine(word, &letter.secret, letter.id, &letter.address) {
        return Ok(Err(wrong.to_owned()));
    }
    let now = cx.now().timestamp();
    if letter.withdrawn_at.is_some() || named.expires <= now || letter.expires_at.timestamp() <= now {
        return Ok(Err("链接已经到期或停用。请与发出单位联系，重新发送。".to_owned()));
    }
    let row = store::ticket_unscoped(db, letter.ticket_id).await?.ok_or(Failure::NotThere)?;
    Ok(Ok((letter, row)))
}

/// The holder of a link does something.
pub async fn act(
    cx: &Cx,
    letter: &ticket_letter::Model,
    form: &DeedForm,
    file: Option<(String, Vec<u8>)>,
) -> Result<Result<Deed, Faults>, Failure> {
    handle::act_by(cx, &By::Letter(letter), letter.ticket_id, form, file).await
}
