//! Screens of the ledger of links: list, application, decision, today's links as applications. Clauses N2.4, N5.6.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::Method;
use axum::response::Response;
use chrono::Days;
use ledger::identity::model::Role;
use ledger::identity::web::Units;
use ledger::registry::store as sites;
use ledger::web::{NavItem, Screen, download, flash, query};
use ledger::{Access, Actor, Cx, Routes, SiteId};
use platform::clock::{Instant, beijing};
use platform::table::Export;
use platform::web::pages::{Template, minute};
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use super::api;
use super::commands::{self, ApplyForm, DECIDERS, DecideForm, KEEPERS};
use super::entity::link_approval;
use super::model::{Deed, ENDS_SOON_DAYS, State as Stands};
use super::store::{self, Filter};

const SEES: Access = Access::Roles(&Role::TRADE);
const KEEPS: Access = Access::Roles(KEEPERS);
const DECIDES: Access = Access::Roles(DECIDERS);
/// Which state a list shows beside the states themselves: approved, and at or near its end.
const ENDING: &str = "ending";
/// Likewise: approved, and its target has changed.
const DRIFTED: &str = "drifted";
/// Looks that the page of an approval shows.
const LOOKS: u64 = 20;

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[
    ("link_approvals.html", include_str!("templates/link_approvals.html")),
    ("link_approval.html", include_str!("templates/link_approval.html")),
    ("link_apply.html", include_str!("templates/link_apply.html")),
];

/// The lines of these screens in the side bar.
pub const NAV: &[NavItem] =
    &[NavItem { group: "督办", title: "链接审批", path: "/link-approvals", access: SEES }];

/// The routes of these screens.
pub fn routes() -> Routes {
    Routes::default()
        .get("/link-approvals", SEES, list)
        .files(["/link-approvals.csv", "/link-approvals.xlsx"], SEES, file)
        .get("/link-approvals/new", KEEPS, new)
        .post("/link-approvals/new", KEEPS, apply)
        .get("/link-approvals/{id}", SEES, show)
        .post("/link-approvals/{id}", DECIDES, decide)
        .post("/sites/{id}/propose-links", KEEPS, propose)
        .api(Method::GET, "/api/v1/link-approvals", SEES, &api::LIST, api::list)
        .api(Method::POST, "/api/v1/link-approvals", KEEPS, &api::APPLY, api::apply)
        .api(Method::GET, "/api/v1/link-approvals/{id}", SEES, &api::SHOW, api::show)
        .api(Method::POST, "/api/v1/link-approvals/{id}/decisions", DECIDES, &api::DECIDE, api::decide)
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    unit: String,
    site: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, units: &Units, now: Instant) -> Filter {
        let soon = beijing(now).date_naive() + Days::new(ENDS_SOON_DAYS.unsigned_abs());
        Filter {
            words: self.q.trim().to_owned(),
            state: Stands::of(&self.state),
            unit: units.path(&self.unit),
            site: self.site.parse().ok().map(SiteId),
            ends_by: (self.state == ENDING).then_some(soon),
            drifted: self.state == DRIFTED,
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[("q", &self.q), ("state", &self.state), ("unit", &self.unit), ("site", &self.site)])
    }
}

#[derive(Serialize)]
struct ListView {
    asked: Asked,
    site_name: String,
    narrowed: bool,
    query: String,
    rows: Vec<RowView>,
    pager: Pager,
    states: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    may_apply: bool,
}

#[derive(Serialize)]
struct RowView {
    id: i64,
    target: String,
    name: String,
    owner: String,
    purpose: String,
    holds_for: String,
    state: &'static str,
    state_word: &'static str,
    expires: String,
    /// `over`, `soon`, or nothing.
    end: &'static str,
    applied_by: String,
    applied_at: Instant,
    decided_by: String,
    decided_at: Option<Instant>,
    decided_words: String,
    seen_title: String,
    looked_at: Option<Instant>,
    drift: String,
}

async fn views(
    cx: &Cx,
    actor: &Actor,
    units: &Units,
    rows: Vec<link_approval::Model>,
) -> Result<Vec<RowView>, Failure> {
    let ids: Vec<SiteId> = rows.iter().filter_map(|row| row.site_id).collect();
    let names = sites::names_in(cx.db.read(), &actor.sees(), &ids).await?;
    let today = beijing(cx.now()).date_naive();
    let soon = today + Days::new(ENDS_SOON_DAYS.unsigned_abs());
    let view = |row: link_approval::Model| RowView {
        id: row.id,
        holds_for: match row.site_id {
            Some(site) => names.get(&site).cloned().unwrap_or_default(),
            None => format!("{}及下级", units.name(row.unit_id)),
        },
        state: row.state.name(),
        state_word: row.state.word(),
        expires: row.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        end: match row.expires_on.filter(|_| row.state == Stands::Approved && row.renewed_by.is_none()) {
            Some(day) if day < today => "over",
            Some(day) if day <= soon => "soon",
            _ => "",
        },
        target: row.target,
        name: row.name,
        owner: row.owner,
        purpose: row.purpose,
        applied_by: row.applied_by,
        applied_at: row.applied_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decided_words: row.decided_words,
        seen_title: row.seen_title.unwrap_or_default(),
        looked_at: row.looked_at,
        drift: row.drift,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "链接站外要先审批；没有审批、已过期、内容已变的链接，巡检时列为问题。";
    Screen { cx, actor: Some(actor), title, section: "/link-approvals", clause: "N2.4、N5.6", help }
}

async fn list(State(cx): State<Cx>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (db, now) = (cx.db.read(), cx.now());
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units, now);
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = store::approvals(db, &actor.sees(), &filter, Some(pager), 0).await?;
    let site = match filter.site {
        Some(id) => sites::site_in(db, &actor.sees(), id).await?,
        None => None,
    };
    let mut states = vec![("", "全部"), (ENDING, "到期或将到期"), (DRIFTED, "内容已变")];
    states.extend(Stands::ALL.iter().map(|one| (one.word(), one.name())));
    let view = ListView {
        site_name: site.map(|site| site.name).unwrap_or_default(),
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: views(&cx, &actor, &units, rows).await?,
        pager,
        states,
        units: units.choices(),
        may_apply: actor.has_any(KEEPERS),
        asked,
    };
    Ok(screen(&cx, &actor, "链接审批").show("link_approvals.html", view)?)
}

async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let db = cx.db.read();
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&units, cx.now());
    let (rows, _) = store::approvals(db, &actor.sees(), &filter, None, download::MOST_ROWS).await?;
    // The headings are those of the ledger that an inspection on the command line takes.
    let headings =
        ["网址", "名称", "单位", "用途", "审批人", "审批日期", "有效期至", "适用", "状态", "申请人"];
    let time = |at: Option<Instant>| at.map(|at| minute(at)[..10].to_owned()).unwrap_or_default();
    let rows = views(&cx, &actor, &units, rows).await?.into_iter().map(|one| {
        let decided = time(one.decided_at);
        vec![
            one.target,
            one.name,
            one.owner,
            one.purpose,
            one.decided_by,
            decided,
            one.expires,
            one.holds_for,
            one.state.to_owned(),
            one.applied_by,
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "链接审批台账", headings, rows: rows.collect() }).await
}

#[derive(Serialize)]
struct ApplyView {
    form: ApplyForm,
    faults: Faults,
    units: Vec<(i64, String)>,
}

async fn form(cx: &Cx, actor: &Actor, form: ApplyForm, faults: Faults) -> Result<Response, Failure> {
    let units = Units::of(cx, &actor.scope(KEEPERS)).await?.choices();
    let view = ApplyView { form, faults, units };
    Ok(screen(cx, actor, "申请链接审批").show("link_apply.html", view)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Renewed {
    /// The approval that is to be renewed.
    of: String,
}

async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(renewed): Query<Renewed>,
) -> Result<Response, Failure> {
    let blank = ApplyForm { unit: actor.unit.to_string(), ..ApplyForm::default() };
    let old = match renewed.of.parse() {
        Ok(id) => store::one_in(cx.db.read(), &actor.sees(), id).await?,
        Err(_) => None,
    };
    let Some(old) = old else { return form(&cx, &actor, blank, Faults::default()).await };
    let site = match old.site_id {
        Some(id) => sites::site_in(cx.db.read(), &actor.sees(), id).await?,
        None => None,
    };
    let as_before = ApplyForm {
        unit: old.unit_id.to_string(),
        site: site.map(|site| site.name).unwrap_or_default(),
        target: old.target,
        name: old.name,
        owner: old.owner,
        purpose: old.purpose,
        expires: String::new(),
    };
    form(&cx, &actor, as_before, Faults::default()).await
}

async fn apply(State(cx): State<Cx>, actor: Actor, Form(sent): Form<ApplyForm>) -> Result<Response, Failure> {
    match commands::apply(&cx, &actor, &sent).await? {
        Ok(id) => Ok(flash("已提交，等待管理单位审批。", &format!("/link-approvals/{id}"))),
        Err(faults) => form(&cx, &actor, sent, faults).await,
    }
}

#[derive(Serialize)]
struct ShowView {
    one: RowView,
    looks: Vec<LookView>,
    /// What is owed while it ends, and the approval that has taken its place.
    obligation: Option<i64>,
    renewed_by: Option<i64>,
    may_renew: bool,
    may: Vec<&'static str>,
    form: DecideForm,
    faults: Faults,
}

#[derive(Serialize)]
struct LookView {
    at: Instant,
    outcome: String,
    cause: String,
    title: String,
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    id: i64,
    form: DecideForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let row = store::one_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let units = Units::of(cx, &actor.sees()).await?;
    let may = commands::may(actor, &row).into_iter().map(Deed::word).collect();
    let title = row.name.clone();
    let (obligation, renewed_by) = (row.obligation_id.map(|id| id.0), row.renewed_by);
    let is_last = row.state == Stands::Approved && row.expires_on.is_some() && renewed_by.is_none();
    let may_renew = is_last && actor.scope(KEEPERS).covers(&row.unit_path);
    let one = views(cx, actor, &units, vec![row]).await?.pop().ok_or(Failure::NotThere)?;
    let looks = store::looks(cx.db.read(), id, LOOKS).await?.into_iter().map(|look| LookView {
        at: look.at,
        outcome: look.outcome,
        cause: look.cause,
        title: look.title,
    });
    let view = ShowView { one, looks: looks.collect(), obligation, renewed_by, may_renew, may, form, faults };
    Ok(screen(cx, actor, &title).show("link_approval.html", view)?)
}

async fn show(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    page(&cx, &actor, id, DecideForm::default(), Faults::default()).await
}

async fn decide(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
    Form(sent): Form<DecideForm>,
) -> Result<Response, Failure> {
    match commands::decide(&cx, &actor, id, &sent).await? {
        Ok(Deed::Approve) => Ok(flash("已批准，下次巡检时生效。", &format!("/link-approvals/{id}"))),
        Ok(Deed::Refuse) => Ok(flash("没有批准。", &format!("/link-approvals/{id}"))),
        Ok(Deed::Confirm) => {
            Ok(flash("已确认，以现在的内容为准再查看一次。", &format!("/link-approvals/{id}")))
        }
        Ok(Deed::Revoke) => Ok(flash("已撤销，下次巡检时生效。", &format!("/link-approvals/{id}"))),
        Err(faults) => page(&cx, &actor, id, sent, faults).await,
    }
}

async fn propose(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    let number = commands::propose(&cx, &actor, SiteId(id)).await?;
    let words = format!("已为现有的外部链接提出 {number} 个申请，等待审批。");
    Ok(flash(&words, &format!("/link-approvals?site={id}&state=applied")))
}
