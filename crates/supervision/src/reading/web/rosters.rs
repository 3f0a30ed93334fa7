//! Rosters: the list, one with its members, leave and coming duties. Clauses N5.3, N5.7.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use ledger::calendar::entity::date;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx, PersonId, UnitId};
use platform::web::{Failure, Faults, Pager};
use serde::Serialize;

use super::duties::{RowView, today, view};
use crate::reading::commands::roster::{self, LeaveForm, RosterForm};
use crate::reading::commands::{KEEPERS, READERS};
use crate::reading::entity::reading_roster;
use crate::reading::model::{Days, Kind};
use crate::reading::store::{self, DutyFilter};

/// Coming duties that a roster's page shows.
const SHOWN: u64 = 40;

#[derive(Serialize)]
struct ListView {
    rows: Vec<RosterView>,
    may_keep: bool,
}

#[derive(Serialize)]
struct RosterView {
    id: i64,
    name: String,
    unit: String,
    kind: &'static str,
    days: &'static str,
    shifts: i32,
    pages: i32,
    sites: i32,
    is_active: bool,
    members: Vec<String>,
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "谁在哪天读网：成员轮流，请假自动顺延，当天的班次进入责任事项计时。";
    Screen { cx, actor: Some(actor), title, section: "/reading-rosters", clause: "N5.3、N5.7", help }
}

fn roster_view(row: reading_roster::Model, units: &Units, members: Vec<String>) -> RosterView {
    RosterView {
        id: row.id,
        name: row.name,
        unit: units.name(row.unit_id),
        kind: row.kind.name(),
        days: row.days.name(),
        shifts: row.shifts,
        pages: row.pages,
        sites: row.sites,
        is_active: row.is_active,
        members,
    }
}

async fn names(cx: &Cx, roster: i64) -> Result<Vec<(PersonId, String)>, Failure> {
    let db = cx.db.read();
    let members = store::members(db, roster).await?;
    let named: HashMap<_, _> = people::names_unscoped(db, &members).await?;
    Ok(members.into_iter().map(|one| (one, named.get(&one).cloned().unwrap_or_default())).collect())
}

pub(super) async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let mut rows = Vec::new();
    for row in store::rosters(cx.db.read(), &actor.sees()).await? {
        let members = names(&cx, row.id).await?.into_iter().map(|(_, name)| name).collect();
        rows.push(roster_view(row, &units, members));
    }
    let view = ListView { rows, may_keep: actor.has_any(KEEPERS) };
    Ok(screen(&cx, &actor, "值班表").show("reading_rosters.html", view)?)
}

#[derive(Serialize)]
struct FormView {
    /// Missing for one that is being made.
    roster: Option<RosterView>,
    may_keep: bool,
    form: RosterForm,
    kinds: Vec<(&'static str, &'static str)>,
    days: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    people: Vec<PersonView>,
    leaves: Vec<LeaveView>,
    members: Vec<(i64, String)>,
    leave: LeaveForm,
    may_leave: bool,
    duties: Vec<RowView>,
    faults: Faults,
}

#[derive(Serialize)]
struct PersonView {
    id: i64,
    name: String,
    unit: String,
    /// His turn from 1, empty for who is no member.
    turn: String,
}

#[derive(Serialize)]
struct LeaveView {
    id: i64,
    name: String,
    from: String,
    to: String,
    reason: String,
    may_remove: bool,
}

async fn form_of(
    cx: &Cx,
    actor: &Actor,
    id: Option<i64>,
    form: RosterForm,
    leave: LeaveForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let units = Units::of(cx, &actor.sees()).await?;
    let there = match id {
        Some(id) => Some(store::roster_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?),
        None => None,
    };
    let unit = match &there {
        Some(there) => Some(there.unit_id),
        None => form.unit.parse().ok().map(UnitId),
    };
    let unit = match unit {
        Some(unit) => people::unit_in(db, &actor.sees(), unit).await?,
        None => None,
    };
    let holders = match &unit {
        Some(unit) => people::holders_unscoped(db, READERS, &unit.path).await?,
        None => Vec::new(),
    };
    let turn = |id: PersonId| form.member.iter().position(|one| *one == id.0);
    let persons = holders.into_iter().map(|(id, name, unit)| PersonView {
        turn: turn(id).map(|at| (at + 1).to_string()).unwrap_or_default(),
        id: id.0,
        name,
        unit,
    });
    let may_keep = match &there {
        Some(there) => actor.scope(KEEPERS).covers(&there.unit_path),
        None => actor.has_any(KEEPERS),
    };
    let named = match id {
        Some(id) => names(cx, id).await?,
        None => Vec::new(),
    };
    let (mut leaves, mut duties) = (Vec::new(), Vec::new());
    if let Some(id) = id {
        let name = |id: PersonId| named.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone());
        let rows = store::leaves(db, id, date(today(cx))).await?;
        leaves.extend(rows.into_iter().map(|row| LeaveView {
            id: row.id,
            name: name(row.person_id).unwrap_or_default(),
            from: row.from_on.to_string(),
            to: row.to_on.to_string(),
            reason: row.reason,
            may_remove: may_keep || row.person_id == actor.person,
        }));
        let filter = DutyFilter { roster: Some(id), from: Some(date(today(cx))), ..DutyFilter::default() };
        let pager = Some(Pager::asked(None, Some(SHOWN)));
        let (rows, _) = store::duties(db, &actor.sees(), &filter, pager, 0).await?;
        duties = rows.into_iter().map(|row| view(row, actor, &units, today(cx))).collect();
        duties.sort_by(|a, b| (&a.day, a.shift).cmp(&(&b.day, b.shift)));
    }
    let is_member = named.iter().any(|(id, _)| *id == actor.person);
    let title = there.as_ref().map_or("新建值班表".to_owned(), |there| there.name.clone());
    let members = named.iter().map(|(_, name)| name.clone()).collect();
    let choices = named.iter().filter(|(id, _)| may_keep || *id == actor.person);
    let view = FormView {
        members: choices.map(|(id, name)| (id.0, name.clone())).collect(),
        roster: there.map(|there| roster_view(there, &units, members)),
        may_keep,
        kinds: Kind::ALL.map(|kind| (kind.word(), kind.name())).to_vec(),
        days: Days::ALL.map(|days| (days.word(), days.name())).to_vec(),
        units: Units::of(cx, &actor.scope(KEEPERS)).await?.choices(),
        people: persons.collect(),
        leaves,
        leave,
        may_leave: may_keep || is_member,
        duties,
        form,
        faults,
    };
    Ok(screen(cx, actor, &title).show("reading_roster.html", view)?)
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    unit: String,
    kind: String,
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    axum::extract::Query(asked): axum::extract::Query<Asked>,
) -> Result<Response, Failure> {
    let mut form = RosterForm::usual(asked.unit.parse().map(UnitId).unwrap_or(actor.unit));
    if Kind::of(&asked.kind) == Some(Kind::Patrol) {
        form.kind = Kind::Patrol.word().to_owned();
        (form.pages, form.sites, form.days) =
            ("3".to_owned(), "20".to_owned(), Days::Working.word().to_owned());
    }
    form_of(&cx, &actor, None, form, LeaveForm::default(), Faults::default()).await
}

/// A roster as its form is sent: the turn of each person in a field of his own.
fn sent(pairs: Vec<(String, String)>) -> RosterForm {
    let mut form = RosterForm::default();
    let mut turns: Vec<(u32, i64)> = Vec::new();
    for (name, value) in pairs {
        if let Some(id) = name.strip_prefix("turn-").and_then(|id| id.parse().ok()) {
            // A turn that is no number comes last rather than not at all.
            if !value.trim().is_empty() {
                turns.push((value.trim().parse().unwrap_or(u32::MAX), id));
            }
            continue;
        }
        let field = match name.as_str() {
            "name" => &mut form.name,
            "unit" => &mut form.unit,
            "kind" => &mut form.kind,
            "days" => &mut form.days,
            "shifts" => &mut form.shifts,
            "pages" => &mut form.pages,
            "sites" => &mut form.sites,
            "planted_each" => &mut form.planted_each,
            "is_active" => &mut form.is_active,
            _ => continue,
        };
        *field = value;
    }
    turns.sort_unstable();
    form.member = turns.into_iter().map(|(_, id)| id).collect();
    form
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let form = sent(pairs);
    match roster::save(&cx, &actor, None, &form).await? {
        Ok(id) => Ok(flash("值班表已建立，今后一个月的班次已排好。", &format!("/reading-rosters/{id}"))),
        Err(faults) => form_of(&cx, &actor, None, form, LeaveForm::default(), faults).await,
    }
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let leave = LeaveForm { person: actor.person.to_string(), ..LeaveForm::default() };
    form_of(&cx, &actor, Some(id), kept(&cx, &actor, id).await?, leave, Faults::default()).await
}

/// The form of a roster as it is kept.
async fn kept(cx: &Cx, actor: &Actor, id: i64) -> Result<RosterForm, Failure> {
    let db = cx.db.read();
    let row = store::roster_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let members = store::members(db, id).await?;
    Ok(RosterForm {
        name: row.name,
        unit: row.unit_id.to_string(),
        kind: row.kind.word().to_owned(),
        days: row.days.word().to_owned(),
        shifts: row.shifts.to_string(),
        pages: row.pages.to_string(),
        sites: row.sites.to_string(),
        planted_each: row.planted_each.to_string(),
        member: members.into_iter().map(|one| one.0).collect(),
        is_active: if row.is_active { "1" } else { "" }.to_owned(),
    })
}

pub(super) async fn change(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let form = sent(pairs);
    match roster::save(&cx, &actor, Some(id), &form).await? {
        Ok(id) => Ok(flash("已保存，明天起的班次已重新排好。", &format!("/reading-rosters/{id}"))),
        Err(faults) => form_of(&cx, &actor, Some(id), form, LeaveForm::default(), faults).await,
    }
}

pub(super) async fn give_leave(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Failure> {
    match roster::give_leave(&cx, &actor, id, &form).await? {
        Ok(()) => Ok(flash("请假已登记，班次已顺延。", &format!("/reading-rosters/{id}"))),
        Err(faults) => {
            let kept = kept(&cx, &actor, id).await?;
            form_of(&cx, &actor, Some(id), kept, form, faults).await
        }
    }
}

pub(super) async fn take_leave_back(
    State(cx): State<Cx>,
    actor: Actor,
    Path((id, leave)): Path<(i64, i64)>,
) -> Result<Response, Failure> {
    roster::take_leave_back(&cx, &actor, id, leave).await?;
    Ok(flash("已销假，班次已重新排好。", &format!("/reading-rosters/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_the_order_of_their_turns() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = [
            pair("turn-7", "2"),
            pair("turn-8", ""),
            pair("turn-9", "1"),
            pair("turn-5", "x"),
            pair("name", "甲"),
        ];
        let form = sent(pairs.to_vec());
        assert_eq!((form.member, form.name), (vec![9, 7, 5], "甲".to_owned()));
    }
}
