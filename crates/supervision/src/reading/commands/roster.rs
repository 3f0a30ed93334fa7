//! What is done with rosters: made, changed, leave given and taken back. Clauses N5.3, N5.7.

use base::workday::Day;
use ledger::calendar::entity::{date, day};
use ledger::identity::store as people;
use ledger::{Actor, Cx, PersonId, UnitId};
use platform::clock::beijing;
use platform::web::form::{required, text};
use platform::web::{Failure, Faults, Refusal};
use sea_orm::Set;

use super::planning::{AHEAD, plan};
use super::{KEEPERS, READERS, note};
use crate::reading::entity::{reading_leave, reading_roster};
use crate::reading::model::{Days, Kind};
use crate::reading::store;

/// Members of one roster.
pub const MOST_MEMBERS: usize = 60;
/// Pages of one site on one duty: what a person reads in an hour or two.
pub const MOST_PAGES: i32 = 50;
/// Sites of one duty.
pub const MOST_SITES: i32 = 200;
/// The longest leave: a year and a day.
const LONGEST_LEAVE: i32 = 366;

/// A roster as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct RosterForm {
    pub name: String,
    pub unit: String,
    pub kind: String,
    pub days: String,
    pub shifts: String,
    pub pages: String,
    pub sites: String,
    pub planted_each: String,
    /// The members in the order of their turns.
    pub member: Vec<i64>,
    pub is_active: String,
}

impl RosterForm {
    /// A new roster's usual values.
    pub fn usual(unit: UnitId) -> RosterForm {
        RosterForm {
            unit: unit.to_string(),
            kind: Kind::Duty.word().to_owned(),
            days: Days::Every.word().to_owned(),
            shifts: "1".to_owned(),
            pages: "10".to_owned(),
            sites: "0".to_owned(),
            planted_each: "20".to_owned(),
            is_active: "1".to_owned(),
            ..RosterForm::default()
        }
    }
}

fn number(faults: &mut Faults, name: &'static str, label: &str, value: &str, least: i32, most: i32) -> i32 {
    match value.trim().parse() {
        Ok(number) if (least..=most).contains(&number) => number,
        _ => {
            faults.field(name, format!("{label}应为 {least} 到 {most} 的整数。"));
            least
        }
    }
}

/// Makes a roster, or changes one; its duties from tomorrow on are planned anew.
pub async fn save(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: &RosterForm,
) -> Result<Result<i64, Faults>, Failure> {
    let scope = actor.scope(KEEPERS);
    let (now, tx) = (cx.now(), cx.write().await?);
    let mut faults = Faults::default();
    let there = match id {
        Some(id) => Some(store::roster_to_change(&tx, &scope, id).await?.ok_or(Failure::NotThere)?),
        None => None,
    };
    let name = required(&form.name, "名称", 60).unwrap_or_else(|words| {
        faults.field("name", words);
        String::new()
    });
    let kind = Kind::of(&form.kind).unwrap_or_default();
    let days = Days::of(&form.days).unwrap_or_default();
    let shifts = number(&mut faults, "shifts", "班次", &form.shifts, 1, 3);
    let pages = number(&mut faults, "pages", "每个网站的页数", &form.pages, 1, MOST_PAGES);
    let least = if kind == Kind::Patrol { 1 } else { 0 };
    let sites = number(&mut faults, "sites", "每班的网站数", &form.sites, least, MOST_SITES);
    let planted_each = number(&mut faults, "planted_each", "测试错误", &form.planted_each, 0, 1_000);
    // A roster stays with its unit: its duties and their clock belong there.
    let unit = match (&there, form.unit.parse().ok().map(UnitId)) {
        (Some(there), _) => people::unit_unscoped(&*tx, there.unit_id).await?,
        (None, Some(id)) => people::unit_in(&*tx, &scope, id).await?.filter(|unit| unit.closed_at.is_none()),
        (None, None) => None,
    };
    let Some(unit) = unit else {
        faults.field("unit", "请选择您管辖范围内的单位。");
        return Ok(Err(faults));
    };
    let holders = people::holders_unscoped(&*tx, READERS, &unit.path).await?;
    let mut members: Vec<PersonId> = Vec::new();
    for id in form.member.iter().map(|id| PersonId(*id)) {
        if !members.contains(&id) && holders.iter().any(|(holder, ..)| *holder == id) {
            members.push(id);
        }
    }
    if members.is_empty() || members.len() > MOST_MEMBERS {
        faults.field("member", format!("请勾选 1 到 {MOST_MEMBERS} 名值班人员。"));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let row = reading_roster::ActiveModel {
        unit_id: Set(unit.id),
        unit_path: Set(unit.path.clone()),
        kind: Set(kind),
        name: Set(name.clone()),
        days: Set(days),
        shifts: Set(shifts),
        pages: Set(pages),
        sites: Set(sites),
        planted_each: Set(planted_each),
        is_active: Set(!form.is_active.is_empty()),
        ..Default::default()
    };
    let today = day(beijing(now).date_naive());
    let (roster, from) = match there {
        Some(there) => (
            store::change_roster(&tx, reading_roster::ActiveModel { id: Set(there.id), ..row }).await?,
            today.plus(1),
        ),
        None => {
            let new = reading_roster::ActiveModel {
                planned_until: Set(None),
                made_by: Set(actor.name.clone()),
                made_at: Set(now),
                ..row
            };
            (store::add_roster(&tx, new).await?, today)
        }
    };
    store::set_members(&tx, roster.id, &members).await?;
    plan(&tx, &roster, from, today.plus(AHEAD)).await?;
    let action = if id.is_some() { "reading.roster_changed" } else { "reading.roster_made" };
    note(&tx, actor, now, action, &format!("reading_roster/{}", roster.id), &name).await?;
    tx.commit().await?;
    Ok(Ok(roster.id))
}

/// Leave as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct LeaveForm {
    pub person: String,
    pub from: String,
    pub to: String,
    pub reason: String,
}

/// Writes down that a member is away; his duties of those days that have not begun go to whoever is next.
pub async fn give_leave(
    cx: &Cx,
    actor: &Actor,
    roster: i64,
    form: &LeaveForm,
) -> Result<Result<(), Faults>, Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let roster = store::roster_to_change(&tx, &actor.sees(), roster).await?.ok_or(Failure::NotThere)?;
    let today = day(beijing(now).date_naive());
    let mut faults = Faults::default();
    let members = store::members(&*tx, roster.id).await?;
    let person = form.person.parse().ok().map(PersonId).filter(|id| members.contains(id));
    if person.is_none() {
        faults.field("person", "请选择这个值班表里的人。");
    }
    // Everybody takes leave himself; for others it is written down by whoever keeps the roster.
    let keeps = actor.scope(KEEPERS).covers(&roster.unit_path);
    if person.is_some_and(|person| person != actor.person) && !keeps {
        return Err(Refusal::forbidden("别人的请假由管理值班表的人登记。").into());
    }
    let mut read = |name: &'static str, label: &str, value: &str| {
        Day::parse(value.trim()).unwrap_or_else(|| {
            faults.field(name, format!("{label}请按“2026-12-01”的样子填写。"));
            today
        })
    };
    let (from, to) = (read("from", "开始日期", &form.from), read("to", "结束日期", &form.to));
    if to < from {
        faults.field("to", "结束日期应不早于开始日期。");
    } else if to < today {
        faults.field("to", "这段时间已经过去。");
    } else if to.epoch() - from.epoch() > LONGEST_LEAVE {
        faults.field("to", "一次请假最长一年，请分次登记。");
    }
    let reason = text(&form.reason, "原因", 200).unwrap_or_else(|words| {
        faults.field("reason", words);
        String::new()
    });
    let (Some(person), true) = (person, faults.is_empty()) else { return Ok(Err(faults)) };
    let row = reading_leave::ActiveModel {
        roster_id: Set(roster.id),
        person_id: Set(person),
        from_on: Set(date(from)),
        to_on: Set(date(to)),
        reason: Set(reason.clone()),
        who: Set(actor.name.clone()),
        at: Set(now),
        ..Default::default()
    };
    store::add_leave(&tx, row).await?;
    plan(&tx, &roster, today.plus(1), today.plus(AHEAD)).await?;
    let detail = format!("{} 至 {} {reason}", date(from), date(to));
    note(&tx, actor, now, "reading.leave_given", &format!("reading_roster/{}", roster.id), &detail).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Takes leave back.
pub async fn take_leave_back(cx: &Cx, actor: &Actor, roster: i64, id: i64) -> Result<(), Failure> {
    let (now, tx) = (cx.now(), cx.write().await?);
    let roster = store::roster_to_change(&tx, &actor.sees(), roster).await?.ok_or(Failure::NotThere)?;
    let leave = store::one_leave(&*tx, roster.id, id).await?.ok_or(Failure::NotThere)?;
    if leave.person_id != actor.person && !actor.scope(KEEPERS).covers(&roster.unit_path) {
        return Err(Refusal::forbidden("别人的请假由管理值班表的人取消。").into());
    }
    store::remove_leave(&tx, id).await?;
    let today = day(beijing(now).date_naive());
    plan(&tx, &roster, today.plus(1), today.plus(AHEAD)).await?;
    let detail = format!("{} 至 {}", leave.from_on, leave.to_on);
    note(&tx, actor, now, "reading.leave_back", &format!("reading_roster/{}", roster.id), &detail).await?;
    tx.commit().await?;
    Ok(())
}
