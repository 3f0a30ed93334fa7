//! Silences: the list and the form. Clause N2.1.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use super::list::unit_names;
use crate::alert::commands::handling::{self, SilenceForm};
use crate::alert::entity::silence;
use crate::alert::model::Kind;
use crate::alert::store;

/// Silences of one export: each is a person's deed, and each asks for its site's name.
const MOST_EXPORTED: u64 = 10_000;

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "计划停机、搬迁等时间里不发送告警；告警照常记录，静默结束后仍未恢复的再发送。";
    Screen { cx, actor: Some(actor), title, section: "/alert-silences", clause: "N2.1", help }
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    all: String,
    page: Option<u64>,
    rows: Option<u64>,
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    rows: Vec<Row>,
    pager: Pager,
    may_silence: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    unit: String,
    site: Option<i64>,
    site_name: String,
    kind: &'static str,
    from_at: Instant,
    to_at: Instant,
    reason: String,
    who: String,
    state: &'static str,
    over: bool,
}

impl Asked {
    /// Silences that end after this are wanted.
    fn after(&self, now: Instant) -> Option<Instant> {
        (self.all != "1").then_some(now)
    }
}

async fn rows(cx: &Cx, actor: &Actor, silences: Vec<silence::Model>) -> Result<Vec<Row>, Failure> {
    let now = cx.now();
    let names = unit_names(cx, actor).await?;
    let mut rows = Vec::with_capacity(silences.len());
    for one in silences {
        let site = match one.site_id {
            Some(id) => sites::site_in(cx.db.read(), &actor.sees(), id).await?,
            None => None,
        };
        rows.push(Row {
            id: one.id,
            unit: names.get(&one.unit_path).cloned().unwrap_or_default(),
            site: site.as_ref().map(|site| site.id.0),
            site_name: site.map(|site| site.name).unwrap_or_default(),
            kind: one.kind.map_or("全部", Kind::name),
            state: if one.to_at <= now {
                "已结束"
            } else if one.from_at > now {
                "未开始"
            } else {
                "静默中"
            },
            over: one.to_at <= now,
            from_at: one.from_at,
            to_at: one.to_at,
            reason: one.reason,
            who: one.who,
        });
    }
    Ok(rows)
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let pager = Pager::asked(asked.page, asked.rows);
    let after = asked.after(cx.now());
    let (silences, pager) = store::silences(cx.db.read(), &actor.sees(), after, pager).await?;
    let rows = rows(&cx, &actor, silences).await?;
    let view = View { asked, rows, pager, may_silence: actor.has_any(handling::SILENCES) };
    Ok(screen(&cx, &actor, "静默").show("alert_silences.html", view)?)
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let after = asked.after(cx.now());
    let silences = store::all_silences(cx.db.read(), &actor.sees(), after, MOST_EXPORTED).await?;
    let headings = ["单位", "网站", "类型", "从", "到", "原因", "设置人", "状态"];
    let rows = rows(cx, actor, silences).await?.into_iter().map(|row| {
        vec![
            row.unit,
            row.site_name,
            row.kind.to_owned(),
            minute(row.from_at),
            minute(row.to_at),
            row.reason,
            row.who,
            row.state.to_owned(),
        ]
    });
    Ok(Export { title: "静默", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}

#[derive(Serialize)]
struct FormView {
    form: SilenceForm,
    faults: Faults,
    site_name: String,
    units: Vec<(i64, String)>,
    kinds: Vec<(&'static str, &'static str)>,
}

async fn form(cx: &Cx, actor: &Actor, form: SilenceForm, faults: Faults) -> Result<Response, Failure> {
    let scope = actor.scope(handling::SILENCES);
    let site = match form.site.parse() {
        Ok(id) => sites::site_in(cx.db.read(), &scope, SiteId(id)).await?,
        Err(_) => None,
    };
    let view = FormView {
        form,
        faults,
        site_name: site.map(|site| site.name).unwrap_or_default(),
        units: Units::of(cx, &scope).await?.choices(),
        kinds: Kind::ALL
            .iter()
            .filter(|k| **k != Kind::Test)
            .map(|kind| (kind.word(), kind.name()))
            .collect(),
    };
    Ok(screen(cx, actor, "新增静默").show("alert_silence.html", view)?)
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<SilenceForm>,
) -> Result<Response, Failure> {
    form(&cx, &actor, asked, Faults::default()).await
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(typed): Form<SilenceForm>,
) -> Result<Response, Failure> {
    match handling::silence(&cx, &actor, &typed).await? {
        Ok(_) => Ok(flash("已设置静默。", "/alert-silences")),
        Err(faults) => form(&cx, &actor, typed, faults).await,
    }
}

pub(super) async fn end(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    handling::end_silence(&cx, &actor, id).await?;
    Ok(flash("静默已结束，仍未恢复的告警会重新发送。", "/alert-silences"))
}
