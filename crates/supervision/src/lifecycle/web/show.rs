//! One suspension: its grounds, its decision, what was done, and what may be done now. Clauses N2.8, N4.4.

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::registry::entity::facts;
use ledger::registry::store as sites;
use ledger::web::{Screen, Upload, download, flash};
use ledger::{Actor, Cx};
use platform::clock::{Instant, beijing};
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::lifecycle::commands::handle::{self, BASIS, Deed, DeedForm};
use crate::lifecycle::entity::suspension_event;
use crate::lifecycle::model::{ANNOUNCED_DAYS, lacks};
use crate::lifecycle::store;

#[derive(Serialize)]
struct View {
    id: i64,
    site_id: i64,
    site: String,
    site_word: String,
    column: String,
    prefix: String,
    unit: String,
    issuer: String,
    state: &'static str,
    state_word: &'static str,
    grounds: Vec<String>,
    basis: String,
    document: String,
    proposed_by: String,
    proposed_at: Instant,
    decided_by: String,
    decided_at: Option<Instant>,
    from_on: String,
    limit_days: i32,
    obligation: Option<i64>,
    returned: i32,
    announced_on: String,
    announced_until: String,
    redirect_to: String,
    archived: String,
    code_cancelled_on: String,
    domain_cancelled_on: String,
    absorbed: Option<i64>,
    has_code: bool,
    /// What the register shows of the preconditions for a virtual site; empty for none of a department.
    lacks: Vec<(&'static str, bool)>,
    is_to_move: bool,
    least_days: i32,
    events: Vec<EventView>,
    may: Vec<&'static str>,
    papers: Vec<(&'static str, &'static str)>,
    form: DeedForm,
    faults: Faults,
}

#[derive(Serialize)]
struct EventView {
    id: i64,
    at: Instant,
    name: &'static str,
    who: String,
    words: String,
    file: String,
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: Option<DeedForm>,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let row = store::one_in(db, &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let site = sites::site_unscoped(db, row.site_id).await?.ok_or(Failure::NotThere)?;
    let unit = people::unit_unscoped(db, row.unit_id).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let lacks = lacks(&facts(&site), unit.level);
    let may = handle::may(actor, &row);
    let today = beijing(cx.now()).date_naive();
    let usual = || DeedForm {
        basis: BASIS.to_owned(),
        from: today.to_string(),
        limit: "10".to_owned(),
        ..DeedForm::default()
    };
    let what = if row.column_name.is_empty() { String::new() } else { format!("“{}”", row.column_name) };
    let title = format!("{}{what}", site.name);
    let events = store::events(db, id).await?.into_iter().map(event);
    let day = |day: Option<sea_orm::prelude::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let view = View {
        id,
        site_id: site.id.0,
        site_word: if site.code.is_empty() { site.id.to_string() } else { site.code.clone() },
        has_code: !site.code.is_empty(),
        site: site.name,
        unit: unit.name,
        issuer: units.name(row.issuer_id),
        state: row.state.name(),
        state_word: row.state.word(),
        grounds: row.grounds.lines().map(str::to_owned).collect(),
        obligation: row.obligation_id.map(|id| id.0),
        from_on: day(row.from_on),
        announced_on: day(row.announced_on),
        announced_until: day(row.announced_until),
        code_cancelled_on: day(row.code_cancelled_on),
        domain_cancelled_on: day(row.domain_cancelled_on),
        absorbed: row.absorbed_id.map(|id| id.0),
        lacks: if lacks.is_department { lacks.all.to_vec() } else { Vec::new() },
        is_to_move: lacks.is_to_move(),
        least_days: ANNOUNCED_DAYS,
        events: events.collect(),
        may: may.into_iter().map(Deed::word).collect(),
        papers: crate::paper::links(row.state),
        column: row.column_name,
        prefix: row.prefix,
        basis: row.basis,
        document: row.document,
        proposed_by: row.proposed_by,
        proposed_at: row.proposed_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        limit_days: row.limit_days,
        returned: row.returned,
        redirect_to: row.redirect_to,
        archived: row.archived,
        form: form.unwrap_or_else(usual),
        faults,
    };
    let help = "复核由报告整改以外的人进行；关闭须在整改失败以后，公告满期并办完注销和存档。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: &title, section: "/suspensions", clause: "N2.8、N4.4", help
        };
    Ok(screen.show("suspension.html", view)?)
}

fn event(row: suspension_event::Model) -> EventView {
    EventView {
        id: row.id,
        at: row.at,
        name: row.event.name(),
        who: if row.who.is_empty() { "系统".to_owned() } else { row.who },
        words: row.words,
        file: row.digest.map(|_| row.file_name).unwrap_or_default(),
    }
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    page(&cx, &actor, id, None, Faults::default()).await
}

pub(super) async fn act(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    sent: Upload,
) -> Result<Response, Failure> {
    let field = |name: &str| sent.field(name).to_owned();
    let form = DeedForm {
        deed: field("deed"),
        words: field("words"),
        document: field("document"),
        basis: field("basis"),
        from: field("from"),
        limit: field("limit"),
        until: field("until"),
        redirect_to: field("redirect_to"),
        archived: field("archived"),
        code_cancelled: field("code_cancelled"),
        domain_cancelled: field("domain_cancelled"),
        virtual_home: field("virtual_home"),
    };
    match handle::act(&cx, &actor, id, &form, sent.file).await? {
        Ok(deed) => Ok(flash(&format!("已{}。", deed.event().name()), &format!("/suspensions/{id}"))),
        Err(faults) => page(&cx, &actor, id, Some(form), faults).await,
    }
}

/// A file that was handed in.
pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let event = store::event_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    download::kept(&cx, &event.file_name, event.digest.as_deref()).await
}
