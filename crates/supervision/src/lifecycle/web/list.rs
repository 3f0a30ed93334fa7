//! Suspensions: the list, the sites that the record proposes, the form that proposes one. Clause N2.8.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use ledger::identity::web::Units;
use ledger::registry::meant;
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use crate::lifecycle::commands::propose::{self, ProposeForm};
use crate::lifecycle::commands::{DECIDERS, record};
use crate::lifecycle::entity::suspension;
use crate::lifecycle::model::State as Stands;
use crate::lifecycle::store::{self, Filter};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    unit: String,
    site: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units) -> Filter {
        Filter {
            states: match self.state.as_str() {
                "all" => Stands::ALL.to_vec(),
                word => Stands::of(word).into_iter().collect(),
            },
            site: self.site.parse().ok().map(SiteId),
            unit: units.path(&self.unit),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[("state", &self.state), ("unit", &self.unit), ("site", &self.site)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<RowView>,
    pager: Pager,
    states: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    may_decide: bool,
}

#[derive(Serialize)]
pub(super) struct RowView {
    id: i64,
    site_id: i64,
    site: String,
    column: String,
    unit: String,
    state: &'static str,
    state_word: &'static str,
    grounds: String,
    from_on: String,
    document: String,
    proposed_at: Instant,
    over_at: Option<Instant>,
}

pub(super) async fn views(
    cx: &Cx,
    actor: &Actor,
    units: &Units,
    rows: Vec<suspension::Model>,
) -> Result<Vec<RowView>, Failure> {
    let ids: Vec<SiteId> = rows.iter().map(|row| row.site_id).collect();
    let names = sites::names_in(cx.db.read(), &actor.sees(), &ids).await?;
    let view = |row: suspension::Model| RowView {
        id: row.id,
        site_id: row.site_id.0,
        site: names.get(&row.site_id).cloned().unwrap_or_default(),
        column: row.column_name,
        unit: units.name(row.unit_id),
        state: row.state.name(),
        state_word: row.state.word(),
        grounds: row.grounds.replace('\n', "；"),
        from_on: row.from_on.map(|day| day.to_string()).unwrap_or_default(),
        document: row.document,
        proposed_at: row.proposed_at,
        over_at: row.over_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "问题较多、难以管好的网站或栏目先行关停，整改达到要求再开放；经整改仍达不到要求的予以关闭。";
    Screen { cx, actor: Some(actor), title, section: "/suspensions", clause: "N2.8", help }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let filter = asked.filter(&units);
    let (rows, pager) = store::suspensions(cx.db.read(), &actor.sees(), &filter, Some(pager), 0).await?;
    let mut states = vec![("", "没有办结的"), ("all", "全部")];
    states.extend(Stands::ALL.iter().map(|one| (one.word(), one.name())));
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: views(&cx, &actor, &units, rows).await?,
        pager,
        states,
        units: units.choices(),
        may_decide: actor.has_any(DECIDERS),
        asked,
    };
    Ok(screen(&cx, &actor, "关停与恢复").show("suspensions.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units);
    let (rows, _) =
        store::suspensions(cx.db.read(), &actor.sees(), &filter, None, download::MOST_ROWS).await?;
    let headings = ["编号", "网站", "栏目", "主办单位", "状态", "理由", "文号", "关停日期", "提出", "办结"];
    let rows = views(&cx, &actor, &units, rows).await?.into_iter().map(|one| {
        vec![
            one.id.to_string(),
            one.site,
            one.column,
            one.unit,
            one.state.to_owned(),
            one.grounds,
            one.document,
            one.from_on,
            minute(one.proposed_at),
            one.over_at.map(minute).unwrap_or_default(),
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "关停与恢复", headings, rows: rows.collect() }).await
}

#[derive(Serialize)]
struct CandidatesView {
    rows: Vec<CandidateView>,
}

#[derive(Serialize)]
struct CandidateView {
    id: i64,
    name: String,
    unit: String,
    grounds: Vec<String>,
}

pub(super) async fn candidates(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let scope = actor.scope(DECIDERS);
    let units = Units::of(&cx, &scope).await?;
    let rows = record::candidates(&cx, &scope).await?.into_iter().map(|(site, grounds)| CandidateView {
        id: site.id.0,
        name: site.name,
        unit: units.name(site.unit_id),
        grounds,
    });
    let view = CandidatesView { rows: rows.collect() };
    Ok(screen(&cx, &actor, "按记录可以考虑关停的网站").show("suspension_candidates.html", view)?)
}

#[derive(Serialize)]
struct ProposeView {
    form: ProposeForm,
    faults: Faults,
    /// The site's name, where it is known.
    site: Option<String>,
    home: String,
    grounds: Vec<String>,
}

async fn form(cx: &Cx, actor: &Actor, form: ProposeForm, faults: Faults) -> Result<Response, Failure> {
    let site = match form.site.trim() {
        "" => None,
        words => meant::site(cx.db.read(), &actor.scope(DECIDERS), words).await?.ok(),
    };
    let grounds = match &site {
        Some(site) => record::of_site(cx, site).await?,
        None => Vec::new(),
    };
    let view = ProposeView {
        home: site.as_ref().map(|site| site.home.clone()).unwrap_or_default(),
        site: site.map(|site| site.name),
        form,
        faults,
        grounds,
    };
    Ok(screen(cx, actor, "提出关停").show("suspension_propose.html", view)?)
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<ProposeForm>,
) -> Result<Response, Failure> {
    form(&cx, &actor, asked, Faults::default()).await
}

pub(super) async fn propose(
    State(cx): State<Cx>,
    actor: Actor,
    Form(sent): Form<ProposeForm>,
) -> Result<Response, Failure> {
    match propose::propose(&cx, &actor, &sent).await? {
        Ok(id) => Ok(flash("已提出，等待决定。", &format!("/suspensions/{id}"))),
        Err(faults) => form(&cx, &actor, sent, faults).await,
    }
}
