//! One duty: its list, its log, exchange, and what its keeper may do. Clauses N5.3, N5.7.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Form};
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::{Instant, beijing};
use platform::web::{Failure, Faults};
use serde::{Deserialize, Serialize};

use super::duties::{RowView, today, view};
use crate::Means;
use crate::reading::commands::duty::{self, LogForm};
use crate::reading::commands::exchange::{self, ExchangeForm};
use crate::reading::commands::{KEEPERS, READERS};
use crate::reading::entity::reading_item;
use crate::reading::model::{Event, State as Stands, after, shift_name};
use crate::reading::store;

#[derive(Serialize)]
struct View {
    duty: RowView,
    obligation: Option<i64>,
    sites: Vec<SiteView>,
    /// The item that is read next.
    next: Option<i64>,
    may_begin: bool,
    may_read: bool,
    may_finish: bool,
    may_exchange: bool,
    may_call_off: bool,
    members: Vec<(i64, String)>,
    /// Duties of others that this one may be exchanged for.
    offered: Vec<(i64, String)>,
    waits_for: String,
    /// What the one before handed over.
    handed_over: String,
    log: LogForm,
    exchange: ExchangeForm,
    reason: String,
    faults: Faults,
}

#[derive(Serialize)]
struct SiteView {
    id: i64,
    name: String,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    id: i64,
    title: String,
    address: String,
    why: &'static str,
    state: &'static str,
    state_word: &'static str,
    read_at: Option<Instant>,
    finding: Option<i64>,
}

#[derive(Default)]
struct Typed {
    log: LogForm,
    exchange: ExchangeForm,
    reason: String,
}

fn item(one: reading_item::Model) -> ItemView {
    ItemView {
        id: one.id,
        title: if one.title.is_empty() { one.address.clone() } else { one.title },
        address: one.address,
        why: one.why.name(),
        state: one.state.name(),
        state_word: one.state.word(),
        read_at: one.read_at,
        finding: one.finding_id.map(|id| id.0),
    }
}

async fn page(cx: &Cx, actor: &Actor, id: i64, typed: Typed, faults: Faults) -> Result<Response, Failure> {
    let db = cx.db.read();
    let duty = store::duty_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let row = store::duty_row_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let items = store::items(db, id).await?;
    let ids: Vec<SiteId> = items.iter().map(|one| one.site_id).collect();
    let names = sites::names_in(db, &actor.sees(), &ids).await?;
    let next = items.iter().find(|one| one.state.word() == "waiting").map(|one| one.id);
    let mut by_site: Vec<SiteView> = Vec::new();
    for one in items {
        let (id, name) = (one.site_id.0, names.get(&one.site_id).cloned().unwrap_or_default());
        match by_site.last_mut().filter(|site| site.id == id) {
            Some(site) => site.items.push(item(one)),
            None => by_site.push(SiteView { id, name, items: vec![item(one)] }),
        }
    }
    let own = duty.person_id == Some(actor.person) && actor.has_any(READERS);
    let keeps = actor.scope(KEEPERS).covers(&duty.unit_path);
    let planned = duty.state == Stands::Planned;
    let may_exchange = planned && (own || keeps);
    let members = match may_exchange {
        true => store::members(db, duty.roster_id).await?,
        false => Vec::new(),
    };
    let named: HashMap<_, _> = people::names_unscoped(db, &members).await?;
    let members = members.into_iter().filter(|one| Some(*one) != duty.person_id);
    let members = members.map(|one| (one.0, named.get(&one).cloned().unwrap_or_default())).collect();
    let offered = match may_exchange {
        true => store::exchangeable(db, &duty, beijing(cx.now()).date_naive()).await?,
        false => Vec::new(),
    };
    let offered = offered.into_iter().map(|one| {
        let who = one.person_id.and_then(|id| named.get(&id)).map(String::as_str).unwrap_or_default();
        (one.id, format!("{} {}{who}", one.day, shift_name(row.shifts, one.shift)))
    });
    let offered: Vec<_> = offered.collect();
    let waits = store::open_exchanges(db, id).await?;
    let waits: Vec<_> = waits.iter().map(|one| one.to_id).collect();
    let waits_for: Vec<String> = people::names_unscoped(db, &waits).await?.into_values().collect();
    let before = store::last_duty(db, duty.roster_id, duty.day, duty.shift).await?;
    let is_due = duty.day <= ledger::calendar::entity::date(today(cx));
    let title = format!("{} {}", duty.kind.name(), duty.day);
    let may = |event| after(duty.state, event).is_ok();
    let view = View {
        obligation: duty.obligation_id.map(|id| id.0),
        sites: by_site,
        next: next.filter(|_| own && duty.state == Stands::Reading),
        may_begin: own && is_due && may(Event::Begun),
        may_read: own && duty.state == Stands::Reading,
        may_finish: own && may(Event::Finished) && duty.pages_read >= duty.pages,
        may_exchange,
        may_call_off: keeps && !own && may(Event::CalledOff),
        members,
        offered,
        waits_for: waits_for.join("、"),
        handed_over: before.map(|duty| duty.hand_over).unwrap_or_default(),
        log: typed.log,
        exchange: typed.exchange,
        reason: typed.reason,
        faults,
        duty: view(row, actor, &units, today(cx)),
    };
    let help = "先读首页，再读重要稿件和有变化的页面，最后抽查；发现问题当场登记，读完提交值班日志。";
    let screen =
        Screen { cx, actor: Some(actor), title: &title, section: "/duties", clause: "N5.3、N5.7", help };
    Ok(screen.show("duty.html", view)?)
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let log =
        LogForm { display: "各网站运行正常，页面显示正常。".to_owned(), ..LogForm::default() };
    page(&cx, &actor, id, Typed { log, ..Typed::default() }, Faults::default()).await
}

pub(super) async fn begin(
    State(cx): State<Cx>,
    Extension(means): Extension<Arc<Means>>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    duty::begin(&cx, &means, &actor, id).await?;
    Ok(flash("已开始读网，读过的页面和时间会自动记下。", &format!("/duties/{id}")))
}

pub(super) async fn finish(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(log): Form<LogForm>,
) -> Result<Response, Failure> {
    match duty::finish(&cx, &actor, id, &log).await? {
        Ok(()) => Ok(flash("值班日志已提交。", &format!("/duties/{id}"))),
        Err(faults) => page(&cx, &actor, id, Typed { log, ..Typed::default() }, faults).await,
    }
}

pub(super) async fn exchange(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<ExchangeForm>,
) -> Result<Response, Failure> {
    match exchange::ask(&cx, &actor, id, &form).await? {
        Ok(true) => Ok(flash("已换人。", &format!("/duties/{id}"))),
        Ok(false) => Ok(flash("已请对方代班，对方同意后生效。", &format!("/duties/{id}"))),
        Err(faults) => page(&cx, &actor, id, Typed { exchange: form, ..Typed::default() }, faults).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    takes: String,
}

pub(super) async fn answer(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<Answer>,
) -> Result<Response, Failure> {
    let takes = !form.takes.is_empty();
    exchange::answer(&cx, &actor, id, takes).await?;
    Ok(flash(if takes { "已接下这个班次。" } else { "已回绝。" }, "/duties?whose=me"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reason {
    reason: String,
}

pub(super) async fn call_off(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(form): Form<Reason>,
) -> Result<Response, Failure> {
    match duty::call_off(&cx, &actor, id, &form.reason).await? {
        Ok(()) => Ok(flash("班次已撤销。", &format!("/duties/{id}"))),
        Err(faults) => page(&cx, &actor, id, Typed { reason: form.reason, ..Typed::default() }, faults).await,
    }
}
