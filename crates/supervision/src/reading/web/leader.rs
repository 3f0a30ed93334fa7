//! Leaders' reading: one tap from a phone, and who has read what. Clause N1.6.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::reading::commands::LEADERS;
use crate::reading::commands::leader::{self, LeaderForm};
use crate::reading::entity::leader_reading;
use crate::reading::store;

/// Records that the screen shows.
const SHOWN: u64 = 50;
/// Days of records in lists and files: a year, as leaders' reports are yearly.
const DAYS: i64 = 366;
/// Sites that a leader is offered at once: his own unit's and the first below; others he finds by their name.
const SITES: u64 = 12;

#[derive(Serialize)]
struct View {
    is_leader: bool,
    /// What sites are looked for, and how many there are.
    q: String,
    total: u64,
    sites: Vec<SiteView>,
    records: Vec<RecordView>,
    /// The site whose form was not taken.
    typed: Option<i64>,
    form: LeaderForm,
    faults: Faults,
}

#[derive(Serialize)]
struct SiteView {
    id: i64,
    name: String,
    home: String,
    last: Option<Instant>,
}

#[derive(Serialize)]
struct RecordView {
    at: Instant,
    who: String,
    unit: String,
    site_id: i64,
    site: String,
    words: String,
    finding: Option<i64>,
}

async fn records(cx: &Cx, actor: &Actor, most: u64) -> Result<Vec<RecordView>, Failure> {
    let db = cx.db.read();
    let rows = store::leader_readings(db, &actor.sees(), cx.now() - TimeDelta::days(DAYS), most).await?;
    let ids: Vec<SiteId> = rows.iter().map(|row| row.site_id).collect();
    let names = sites::names_in(db, &actor.sees(), &ids).await?;
    let units = Units::of(cx, &actor.sees()).await?;
    let view = |row: leader_reading::Model| RecordView {
        at: row.at,
        who: row.who,
        unit: units.name(row.unit_id),
        site_id: row.site_id.0,
        site: names.get(&row.site_id).cloned().unwrap_or_default(),
        words: row.words,
        finding: row.finding_id.map(|id| id.0),
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    q: &str,
    typed: Option<i64>,
    form: LeaderForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let is_leader = actor.has_any(LEADERS);
    let (mut offered, mut total) = (Vec::new(), 0);
    if is_leader {
        let last = store::last_by_site(db, actor.person).await?;
        let (own, all) = store::own_sites(db, &actor.scope(LEADERS), actor.unit, q, SITES).await?;
        total = all;
        offered.extend(own.into_iter().map(|site| SiteView {
            id: site.id.0,
            name: site.name,
            home: site.home,
            last: last.get(&site.id).copied(),
        }));
    }
    let records = records(cx, actor, SHOWN).await?;
    let view = View { is_leader, q: q.to_owned(), total, sites: offered, records, typed, form, faults };
    let help = "领导带头读网、定时读网：打开网站看一看，点一下记录。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: "领导读网",
        section: "/leader-reading",
        clause: "N1.6",
        help,
    };
    Ok(screen.show("leader_reading.html", view)?)
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Sought {
    q: String,
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(sought): Query<Sought>,
) -> Result<Response, Failure> {
    page(&cx, &actor, sought.q.trim(), None, LeaderForm::default(), Faults::default()).await
}

pub(super) async fn record(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
    Form(form): Form<LeaderForm>,
) -> Result<Response, Failure> {
    match leader::record(&cx, &actor, SiteId(site), &form).await? {
        Ok(true) => Ok(flash("已记录读网，您指出的问题已登记为线索。", "/leader-reading")),
        Ok(false) => Ok(flash("已记录读网。", "/leader-reading")),
        Err(faults) => {
            // Whichever list it was chosen from, the site and what was typed come back.
            let name = sites::site_unscoped(cx.db.read(), SiteId(site)).await?.map(|site| site.name);
            page(&cx, &actor, &name.unwrap_or_default(), Some(site), form, faults).await
        }
    }
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
) -> Result<Response, Failure> {
    let headings = ["时间", "领导", "单位", "网站", "批示或意见", "线索"];
    let rows = records(&cx, &actor, download::MOST_ROWS).await?.into_iter().map(|one| {
        let finding = one.finding.map(|id| id.to_string()).unwrap_or_default();
        vec![minute(one.at), one.who, one.unit, one.site, one.words, finding]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "领导读网", headings, rows: rows.collect() }).await
}
