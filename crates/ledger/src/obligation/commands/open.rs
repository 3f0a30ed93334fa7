//! Opening an obligation: by another slice in its transaction, or by a supervisor's order. Clauses N2.8, N5.3.

use base::Clause;
use base::deadline::LONGEST;
use platform::clock::{Instant, beijing};
use platform::web::form::{required, text};
use platform::web::{Failure, Faults};
use platform::{Error, Tx};
use sea_orm::{ConnectionTrait, Set};

use super::recount::{self, Clock};
use super::{Done, ISSUERS, note};
use crate::calendar::entity::{date, day};
use crate::calendar::store as calendar;
use crate::identity::entity::unit;
use crate::identity::store as people;
use crate::obligation::entity::obligation;
use crate::obligation::model::{Event, Kind, State, Terms, owing};
use crate::obligation::store;
use crate::registry::meant;
use crate::{Actor, Cx, ObligationId, PersonId, SiteId, UnitId};

/// What is opened.
pub struct New<'a> {
    pub kind: Kind,
    pub clause: Clause,
    pub title: String,
    pub words: String,
    /// Who owes it.
    pub unit: &'a unit::Model,
    pub site: Option<SiteId>,
    pub person: Option<PersonId>,
    /// Who ordered it, and for which unit.
    pub issuer: &'a unit::Model,
    pub issued_by: String,
    pub link: String,
    /// Days in place of those that the kind's terms give.
    pub limit: Option<u32>,
}

/// The terms of a kind that hold on the day of a moment: what was set, or else the usual ones.
pub async fn terms_now(db: &impl ConnectionTrait, kind: Kind, now: Instant) -> Result<Terms, Error> {
    let today = beijing(now).date_naive();
    let set = store::terms_on(db, kind, today).await?;
    Ok(set.map_or_else(|| kind.usual(), |row| super::terms::read(&row)))
}

/// Opens an obligation that begins today. The caller notes it in its own history; here it begins one.
pub async fn open(tx: &Tx, new: New<'_>, now: Instant) -> Result<ObligationId, Error> {
    let mut terms = terms_now(&**tx, new.kind, now).await?;
    terms.limit = new.limit.unwrap_or(terms.limit);
    let started = beijing(now).date_naive();
    let work_days = calendar::work_days(&**tx).await?;
    let clock = Clock { started: day(started), terms, extended: 0, pauses: &[] };
    let times = clock.times(&work_days);
    // What lies behind already on the first day was told by the order itself.
    let (_, marked, next) = owing(0, &times.marks, now);
    let row = obligation::ActiveModel {
        kind: Set(new.kind),
        clause: Set(new.clause.to_string()),
        title: Set(new.title),
        words: Set(new.words),
        unit_id: Set(new.unit.id),
        unit_path: Set(new.unit.path.clone()),
        site_id: Set(new.site),
        person_id: Set(new.person),
        issuer_id: Set(new.issuer.id),
        issuer_path: Set(new.issuer.path.clone()),
        issued_by: Set(new.issued_by),
        link: Set(new.link),
        started_on: Set(started),
        limit_days: Set(recount::number(terms.limit)),
        span: Set(terms.span.word().to_owned()),
        extended_days: Set(0),
        remind_days: Set(recount::number(terms.remind)),
        yellow_days: Set(recount::number(terms.yellow)),
        red_days: Set(recount::number(terms.red)),
        state: Set(State::Open),
        is_paused: Set(false),
        due_on: Set(times.due.day.map(date)),
        due_at: Set(times.due_at),
        remind_at: Set(times.marks[0]),
        yellow_at: Set(times.marks[1]),
        red_at: Set(times.marks[2]),
        marked: Set(recount::number(marked)),
        next_at: Set(next),
        opened_at: Set(now),
        reported_at: Set(None),
        over_at: Set(None),
        is_told: Set(false),
        ..Default::default()
    };
    Ok(store::add(tx, row).await?.id)
}

/// An order as its form holds it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct OrderForm {
    pub title: String,
    pub words: String,
    pub unit: String,
    /// One site's name, code or address, if it is about one.
    pub site: String,
    pub clause: String,
    /// Days; empty for the usual ones.
    pub limit: String,
}

/// Orders a unit to do something.
pub async fn order(
    cx: &Cx,
    actor: &Actor,
    form: &OrderForm,
) -> Result<Result<ObligationId, Faults>, Failure> {
    let scope = actor.scope(ISSUERS);
    let (now, tx) = (cx.now(), cx.write().await?);
    let mut faults = Faults::default();
    let title = required(&form.title, "事项", 100).unwrap_or_else(|words| {
        faults.field("title", words);
        String::new()
    });
    let words = text(&form.words, "要求", 2_000).unwrap_or_else(|words| {
        faults.field("words", words);
        String::new()
    });
    let clause = Clause::from_id(&form.clause).unwrap_or(Kind::Order.clause());
    let limit = match form.limit.trim() {
        "" => None,
        days => match days.parse().ok().filter(|days| *days <= LONGEST) {
            Some(days) => Some(days),
            None => {
                faults.field("limit", format!("天数应为 0 到 {LONGEST} 的整数。"));
                None
            }
        },
    };
    let unit = match form.unit.parse().ok().map(UnitId) {
        Some(id) => people::unit_in(&*tx, &scope, id).await?.filter(|unit| unit.closed_at.is_none()),
        None => None,
    };
    if unit.is_none() {
        faults.field("unit", "请选择您管辖范围内的责任单位。");
    }
    let site = match (form.site.trim(), &unit) {
        ("", _) => None,
        (words, unit) => match meant::site(&*tx, &scope, words).await? {
            Ok(site) if unit.as_ref().is_none_or(|unit| site.unit_path.starts_with(&unit.path)) => {
                Some(site.id)
            }
            Ok(_) => {
                faults.field("site", "这个网站不属于所选的单位或其下级。");
                None
            }
            Err(words) => {
                faults.field("site", words);
                None
            }
        },
    };
    let issuer = issuer(&tx, actor, unit.as_ref().map_or("", |unit| unit.path.as_str())).await?;
    let (Some(unit), Some(issuer), true) = (unit, issuer, faults.is_empty()) else { return Ok(Err(faults)) };
    let new = New {
        kind: Kind::Order,
        clause,
        title: title.clone(),
        words,
        unit: &unit,
        site,
        person: None,
        issuer: &issuer,
        issued_by: actor.name.clone(),
        link: String::new(),
        limit,
    };
    let id = open(&tx, new, now).await?;
    note(&tx, actor, now, id, Done { event: Event::Opened, words: &title, file: None }).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// The unit on whose behalf a person orders a unit of that path: the one of his grants that lies nearest above it.
pub async fn issuer(tx: &Tx, actor: &Actor, path: &str) -> Result<Option<unit::Model>, Error> {
    let grants = actor.grants.iter().filter(|grant| ISSUERS.contains(&grant.role));
    let above = grants.filter(|grant| path.starts_with(&grant.path)).max_by_key(|grant| grant.path.len());
    match above {
        Some(grant) => Ok(people::unit_unscoped(&**tx, grant.unit).await?),
        None => Ok(None),
    }
}
