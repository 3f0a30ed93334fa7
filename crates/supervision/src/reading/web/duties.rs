//! The list of duties, and the log of duties as a file. Clauses N5.3, N5.7.

use axum::extract::{Query, State};
use axum::response::Response;
use base::workday::Day;
use ledger::calendar::entity::{date, day};
use ledger::identity::web::Units;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx};
use platform::clock::{Instant, beijing};
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::reading::model::{Kind, State as Stands, shift_name};
use crate::reading::store::{self, DutyFilter, DutyRow};

/// Days that the list shows before today, unless other days are asked for; what is to come stands on the rosters.
const BEFORE: i32 = 30;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    state: String,
    unit: String,
    /// `me`: one's own.
    whose: String,
    from: String,
    to: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self, actor: &Actor, units: &Units, today: Day) -> DutyFilter {
        let from = Day::parse(self.from.trim()).unwrap_or(today.plus(-BEFORE));
        let to = Day::parse(self.to.trim()).unwrap_or(today);
        DutyFilter {
            kind: Kind::of(&self.kind),
            states: Stands::of(&self.state).into_iter().collect(),
            unit: units.path(&self.unit),
            person: (self.whose == "me").then_some(actor.person),
            roster: None,
            from: Some(date(from)),
            to: Some(date(to)),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[
            ("kind", &self.kind),
            ("state", &self.state),
            ("unit", &self.unit),
            ("whose", &self.whose),
            ("from", &self.from),
            ("to", &self.to),
        ])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    query: String,
    rows: Vec<RowView>,
    pager: Pager,
    kinds: Vec<(&'static str, &'static str)>,
    states: Vec<(&'static str, &'static str)>,
    units: Vec<(i64, String)>,
    has_rosters: bool,
    exchanges: Vec<ExchangeView>,
}

/// A duty as lists show it.
#[derive(Serialize)]
pub(super) struct RowView {
    pub id: i64,
    pub roster: String,
    pub roster_id: i64,
    pub unit: String,
    pub kind: &'static str,
    pub day: String,
    pub weekday: &'static str,
    pub is_today: bool,
    pub shift: &'static str,
    pub person: String,
    pub is_own: bool,
    pub state: &'static str,
    pub state_word: &'static str,
    pub begun_at: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub pages: i32,
    pub pages_read: i32,
    pub findings: i32,
    pub planted: i32,
    pub noticed: i32,
    pub display: String,
    pub words: String,
    pub hand_over: String,
}

/// Somebody wants to give a duty to the reader of the list.
#[derive(Serialize)]
struct ExchangeView {
    id: i64,
    duty: i64,
    what: String,
    reason: String,
}

pub(super) fn view(row: DutyRow, actor: &Actor, units: &Units, today: Day) -> RowView {
    let at = day(row.day);
    RowView {
        id: row.id,
        roster: row.roster_name,
        roster_id: row.roster_id,
        unit: units.name(row.unit_id),
        kind: row.kind.name(),
        day: row.day.to_string(),
        weekday: at.weekday_name(),
        is_today: at == today,
        shift: shift_name(row.shifts, row.shift),
        person: row.person_name.unwrap_or_default(),
        is_own: row.person_id == Some(actor.person),
        state: row.state.name(),
        state_word: row.state.word(),
        begun_at: row.begun_at,
        finished_at: row.finished_at,
        pages: row.pages,
        pages_read: row.pages_read,
        findings: row.findings,
        planted: row.planted,
        noticed: row.noticed,
        display: row.display,
        words: row.words,
        hand_over: row.hand_over,
    }
}

/// The day in Beijing.
pub(super) fn today(cx: &Cx) -> Day {
    day(beijing(cx.now()).date_naive())
}

async fn exchanges(cx: &Cx, actor: &Actor) -> Result<Vec<ExchangeView>, Failure> {
    let db = cx.db.read();
    let mut views = Vec::new();
    for exchange in store::exchanges_for(db, actor.person).await? {
        let Some(duty) = store::duty_row_in(db, &actor.sees(), exchange.duty_id).await? else { continue };
        let who = duty.person_name.clone().unwrap_or_default();
        let shift = shift_name(duty.shifts, duty.shift);
        let mut what = format!("{who}请您代 {} {shift}的{}", duty.day, duty.kind.name());
        if let Some(back) = exchange.for_id
            && let Some(back) = store::duty_row_in(db, &actor.sees(), back).await?
        {
            what = format!("{what}，换您 {} {}的班", back.day, shift_name(back.shifts, back.shift));
        }
        views.push(ExchangeView { id: exchange.id, duty: duty.id, what, reason: exchange.reason });
    }
    Ok(views)
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (db, today) = (cx.db.read(), today(&cx));
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&actor, &units, today);
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = store::duties(db, &actor.sees(), &filter, Some(pager), 0).await?;
    let view = View {
        narrowed: !asked.query().is_empty(),
        query: asked.query(),
        rows: rows.into_iter().map(|row| view(row, &actor, &units, today)).collect(),
        pager,
        kinds: Kind::ALL.map(|kind| (kind.word(), kind.name())).to_vec(),
        states: Stands::ALL.map(|state| (state.word(), state.name())).to_vec(),
        units: units.choices(),
        has_rosters: store::number_of_rosters(db, &actor.sees()).await? > 0,
        exchanges: exchanges(&cx, &actor).await?,
        asked,
    };
    let help = "值班人员每天登录读网，检查运行和显示，重点审看重要稿件；当天没有读完的记为漏班。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "读网值班",
        section: "/duties",
        clause: "N5.3、N5.7",
        help,
    };
    Ok(screen.show("duties.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let today = today(&cx);
    let units = Units::of(&cx, &actor.sees()).await?;
    let filter = asked.filter(&actor, &units, today);
    let (rows, _) = store::duties(cx.db.read(), &actor.sees(), &filter, None, download::MOST_ROWS).await?;
    let headings = [
        "日期",
        "星期",
        "班次",
        "种类",
        "值班表",
        "单位",
        "值班人",
        "状态",
        "开始时间",
        "完成时间",
        "应读页数",
        "已读页数",
        "发现问题",
        "运行和显示情况",
        "发现和处理情况",
        "交接事项",
    ];
    let rows = rows.into_iter().map(|row| view(row, &actor, &units, today)).map(|one| {
        vec![
            one.day,
            one.weekday.to_owned(),
            one.shift.to_owned(),
            one.kind.to_owned(),
            one.roster,
            one.unit,
            one.person,
            one.state.to_owned(),
            one.begun_at.map(minute).unwrap_or_default(),
            one.finished_at.map(minute).unwrap_or_default(),
            one.pages.to_string(),
            one.pages_read.to_string(),
            one.findings.to_string(),
            one.display,
            one.words,
            one.hand_over,
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "值班日志", headings, rows: rows.collect() }).await
}
