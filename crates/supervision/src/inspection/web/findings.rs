//! The list of findings with its filters, which are part of the address; judging several at once; export. Clause N5.3.

use axum::extract::{Query, State};
use axum::response::Response;
use axum_extra::extract::Form;
use base::Level;
use checks::registry;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::saved::web::{SavedView, saved};
use ledger::web::{Screen, download, flash, query};
use ledger::{Actor, Cx, SiteId, UnitId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Faults, Pager};
use serde::{Deserialize, Serialize};

use crate::ids::{FindingId, RunId};
use crate::inspection::commands::decide::{self, JudgeForm};
use crate::inspection::commands::{JUDGES, REPORTERS};
use crate::inspection::model::finding::{Source, State as FindingState, level_of};
use crate::inspection::store::COUNTED;
use crate::inspection::store::findings::{self, Filter, Row, SEARCHED};

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    pub q: String,
    pub state: String,
    pub level: String,
    pub rule: String,
    pub site: String,
    pub unit: String,
    pub source: String,
    pub run: String,
    /// Days since it was first seen.
    pub days: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    /// The filter, with the unit's path looked up inside what the actor sees.
    pub(super) async fn filter(&self, cx: &Cx, actor: &Actor) -> Result<Filter, Failure> {
        let unit = match self.unit.parse() {
            Ok(id) => people::unit_in(cx.db.read(), &actor.sees(), UnitId(id)).await?,
            Err(_) => None,
        };
        let days: Option<i64> = self.days.parse().ok().filter(|days| (1..=3_660).contains(days));
        Ok(Filter {
            words: self.q.trim().to_owned(),
            states: match self.state.as_str() {
                "all" => FindingState::ALL.to_vec(),
                word => FindingState::of(word).into_iter().collect(),
            },
            level: self.level.parse::<Level>().ok().map(|level| level as i32),
            rule: Some(self.rule.clone()).filter(|rule| !rule.is_empty()),
            site: self.site.parse().ok().map(SiteId),
            unit_path: unit.map(|unit| unit.path),
            source: self.source.parse().ok().filter(|source| [1, 2, 4].contains(source)),
            came_with: self.run.parse().ok().map(RunId),
            since: days.map(|days| cx.now() - chrono::TimeDelta::days(days)),
        })
    }

    /// The address's question without page, ending so that more can be added.
    pub(super) fn query(&self) -> String {
        query(&[
            ("q", &self.q),
            ("state", &self.state),
            ("level", &self.level),
            ("rule", &self.rule),
            ("site", &self.site),
            ("unit", &self.unit),
            ("source", &self.source),
            ("run", &self.run),
            ("days", &self.days),
        ])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    rows: Vec<RowView>,
    pager: Pager,
    more: bool,
    searched: u64,
    query: String,
    units: Vec<(i64, String)>,
    levels: Vec<(&'static str, &'static str)>,
    states: Vec<(&'static str, &'static str)>,
    rules: Vec<(&'static str, &'static str)>,
    sources: Vec<(i32, &'static str)>,
    may_judge: bool,
    may_issue: bool,
    may_report: bool,
    judge: JudgeForm,
    faults: Faults,
    chosen: Vec<i64>,
    saved: SavedView,
}

#[derive(Serialize)]
pub(super) struct RowView {
    id: i64,
    site_id: i64,
    site: String,
    rule: String,
    level: &'static str,
    level_word: &'static str,
    state: &'static str,
    state_word: &'static str,
    address: String,
    cause: String,
    pages: i32,
    sources: String,
    first_seen: Instant,
    last_seen: Instant,
}

/// The name of a rule, known or not.
/// What a rule is called.
pub fn rule_name(id: &str) -> &str {
    match registry::rule(id) {
        Some(rule) => rule.name,
        None if id == crate::inspection::commands::sighting::OTHER => "其他问题",
        None => id,
    }
}

pub(super) fn row(row: Row) -> RowView {
    let level = level_of(row.level);
    RowView {
        id: row.id.0,
        site_id: row.site_id.0,
        site: row.site_name,
        rule: rule_name(&row.rule).to_owned(),
        level: level.label(),
        level_word: level.code(),
        state: row.state.name(),
        state_word: row.state.word(),
        address: row.target.or(row.page).unwrap_or_default(),
        cause: row.cause,
        pages: row.pages,
        sources: Source::names(row.sources).join("、"),
        first_seen: row.first_seen,
        last_seen: row.last_seen,
    }
}

/// All rules as choices.
pub(super) fn rules() -> Vec<(&'static str, &'static str)> {
    registry::ids().filter_map(registry::rule).map(|rule| (rule.id, rule.name)).collect()
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&cx, &actor, asked, JudgeForm { days: "90".into(), ..Default::default() }, Faults::default(), vec![])
        .await
}

async fn show(
    cx: &Cx,
    actor: &Actor,
    asked: Asked,
    judge: JudgeForm,
    faults: Faults,
    chosen: Vec<i64>,
) -> Result<Response, Failure> {
    let scope = actor.sees();
    let filter = asked.filter(cx, actor).await?;
    let pager = Pager::asked(asked.page, asked.rows);
    let (found, pager) = findings::findings(cx.db.read(), &scope, &filter, pager).await?;
    let units = Units::of(cx, &scope).await?;
    let view = View {
        narrowed: filter != Filter::default(),
        saved: saved(cx, actor, "/findings", &asked.query()).await?,
        query: asked.query(),
        asked,
        rows: found.into_iter().map(row).collect(),
        more: pager.total > COUNTED,
        searched: SEARCHED,
        pager,
        units: units.choices(),
        levels: Level::GRAVEST_FIRST.map(|level| (level.code(), level.label())).to_vec(),
        states: [("all", "全部")]
            .into_iter()
            .chain(FindingState::ALL.iter().map(|one| (one.word(), one.name())))
            .collect(),
        rules: rules(),
        sources: Source::ALL.map(|one| (one as i32, one.name())).to_vec(),
        may_judge: actor.has_any(JUDGES),
        may_issue: actor.has_any(ledger::obligation::commands::ISSUERS),
        may_report: actor.has_any(REPORTERS),
        judge,
        faults,
        chosen,
    };
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: "问题线索",
        section: "/findings",
        clause: "N2.4、N2.5、N5.3",
        help: "机器巡检、人工读网和公众找错发现的问题，同一问题只列一条。核实后确认，或说明理由判为误报。",
    };
    Ok(screen.show("findings.html", view)?)
}

/// Several findings judged at once: the list's filters come along, so that the reader stays where he was.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Bulk {
    id: Vec<i64>,
    verdict: String,
    reason: String,
    days: String,
    /// The list's question.
    back: String,
}

pub(super) async fn judge(
    State(cx): State<Cx>,
    actor: Actor,
    Form(bulk): Form<Bulk>,
) -> Result<Response, Failure> {
    let form = JudgeForm { verdict: bulk.verdict, reason: bulk.reason, days: bulk.days };
    let read = decide::read(&form, cx.now()).and_then(|verdict| {
        let mut faults = Faults::default();
        if bulk.id.is_empty() {
            faults.whole("请先勾选要处理的线索。");
        }
        faults.none().map(|()| verdict)
    });
    match read {
        Ok(verdict) => {
            let ids: Vec<FindingId> = bulk.id.into_iter().map(FindingId).collect();
            let number = decide::judge(&cx, &actor, &ids, &verdict).await?;
            let left = ids.len() - number;
            let rest = if left > 0 {
                format!("；{left} 条没有变化（已消失、已这样判断或不在管辖范围）")
            } else {
                String::new()
            };
            Ok(flash(&format!("已处理 {number} 条线索{rest}。"), &format!("/findings?{}", safe(&bulk.back))))
        }
        Err(faults) => {
            let asked = question(&bulk.back);
            show(&cx, &actor, asked, form, faults, bulk.id).await
        }
    }
}

/// The list's question again, taken apart and put together, so that nothing else gets into an address.
fn safe(back: &str) -> String {
    question(back).query()
}

fn question(back: &str) -> Asked {
    let mut asked = Asked::default();
    for (name, value) in url::form_urlencoded::parse(back.as_bytes()) {
        let field = match &*name {
            "q" => &mut asked.q,
            "state" => &mut asked.state,
            "level" => &mut asked.level,
            "rule" => &mut asked.rule,
            "site" => &mut asked.site,
            "unit" => &mut asked.unit,
            "source" => &mut asked.source,
            "run" => &mut asked.run,
            "days" => &mut asked.days,
            _ => continue,
        };
        *field = value.into_owned();
    }
    asked
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let filter = asked.filter(cx, actor).await?;
    let rows = findings::all(cx.db.read(), &actor.sees(), &filter, download::MOST_ROWS).await?;
    let headings = [
        "编号",
        "网站",
        "级别",
        "问题",
        "状态",
        "页面",
        "目标网址",
        "说明",
        "页面数",
        "来源",
        "首次发现",
        "最近发现",
    ];
    let rows = rows.into_iter().map(|row| {
        vec![
            row.id.to_string(),
            row.site_name,
            level_of(row.level).label().to_owned(),
            rule_name(&row.rule).to_owned(),
            row.state.name().to_owned(),
            row.page.unwrap_or_default(),
            row.target.unwrap_or_default(),
            row.cause,
            row.pages.to_string(),
            Source::names(row.sources).join("、"),
            minute(row.first_seen),
            minute(row.last_seen),
        ]
    });
    Ok(Export { title: "问题线索", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}
