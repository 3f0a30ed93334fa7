//! Reading in numbers: duties, patrols, leaders, by unit or by person, of one month. Clauses N1.6, N5.3, N5.7.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use base::workday::{Day, length};
use ledger::calendar::entity::date;
use ledger::identity::store as people;
use ledger::identity::web::Units;
use ledger::obligation::model::begins;
use ledger::web::{Screen, download, query};
use ledger::{Actor, Cx, PersonId, UnitId};
use platform::table::Export;
use platform::web::Failure;
use serde::{Deserialize, Serialize};

use super::duties::today;
use crate::reading::model::Kind;
use crate::reading::store::{self, Numbers, Whose};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    /// `2026-11`
    month: String,
    kind: String,
    /// `person`: by person; otherwise by unit.
    by: String,
}

impl Asked {
    /// First and last day of the month; without one this month.
    fn days(&self, today: Day) -> (Day, Day) {
        let asked = Day::parse(&format!("{}-01", self.month.trim()));
        let (year, month, _) = asked.unwrap_or(today).parts();
        let first = Day::new(year, month, 1).unwrap_or(today);
        (first, first.plus(i32::try_from(length(year, month)).unwrap_or(28) - 1))
    }

    fn query(&self) -> String {
        query(&[("month", &self.month), ("kind", &self.kind), ("by", &self.by)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    query: String,
    month: String,
    kinds: Vec<(&'static str, &'static str)>,
    by_person: bool,
    rows: Vec<RowView>,
    all: RowView,
}

#[derive(Clone, Debug, Default, Serialize)]
struct RowView {
    unit: String,
    person: String,
    due: i64,
    done: i64,
    late: i64,
    missed: i64,
    pages: i64,
    findings: i64,
    confirmed: i64,
    planted: i64,
    noticed: i64,
    /// Per cent of the known faults that were noticed.
    attention: Option<i64>,
    leaders: i64,
}

fn row(unit: String, person: String, one: Numbers, leaders: i64) -> RowView {
    RowView {
        unit,
        person,
        due: one.due,
        done: one.done,
        late: one.late,
        missed: one.missed,
        pages: one.pages,
        findings: one.findings,
        confirmed: one.confirmed,
        planted: one.planted,
        noticed: one.noticed,
        attention: (one.planted > 0).then(|| one.noticed * 100 / one.planted),
        leaders,
    }
}

fn sum(rows: &[RowView]) -> RowView {
    let add = |of: fn(&RowView) -> i64| rows.iter().map(of).sum::<i64>();
    let one = Numbers {
        due: add(|row| row.due),
        done: add(|row| row.done),
        late: add(|row| row.late),
        missed: add(|row| row.missed),
        pages: add(|row| row.pages),
        findings: add(|row| row.findings),
        confirmed: add(|row| row.confirmed),
        planted: add(|row| row.planted),
        noticed: add(|row| row.noticed),
    };
    row("合计".to_owned(), String::new(), one, add(|row| row.leaders))
}

async fn rows(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Vec<RowView>, Failure> {
    let db = cx.db.read();
    let (first, last) = asked.days(today(cx));
    // Duties to come are nobody's yet.
    let last = last.min(today(cx));
    let by_person = asked.by == "person";
    let kind = Kind::of(&asked.kind);
    let mut numbers = store::numbers(db, &actor.sees(), kind, date(first), date(last), by_person).await?;
    let mut leaders: BTreeMap<UnitId, i64> = BTreeMap::new();
    if !by_person
        && kind.is_none()
        && let (Some(from), Some(to)) = (begins(first), begins(last.plus(1)))
    {
        let counts = store::leader_counts(db, &actor.sees(), from, to).await?;
        leaders.extend(counts.into_iter().map(|one| (one.unit_id, one.readings)));
        for unit in leaders.keys() {
            numbers.entry(Whose { unit: *unit, person: None }).or_default();
        }
    }
    let units = Units::of(cx, &actor.sees()).await?;
    let ids: Vec<PersonId> = numbers.keys().filter_map(|whose| whose.person).collect();
    let names = people::names_unscoped(db, &ids).await?;
    let view = |(whose, one): (Whose, Numbers)| {
        let person = whose.person.and_then(|id| names.get(&id).cloned());
        let leaders = leaders.get(&whose.unit).copied().unwrap_or(0);
        row(units.name(whose.unit), person.unwrap_or_default(), one, leaders)
    };
    Ok(numbers.into_iter().map(view).collect())
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let rows = rows(&cx, &actor, &asked).await?;
    let (year, month, _) = asked.days(today(&cx)).0.parts();
    let view = View {
        query: asked.query(),
        month: format!("{year}-{month:02}"),
        kinds: Kind::ALL.map(|kind| (kind.word(), kind.name())).to_vec(),
        by_person: asked.by == "person",
        all: sum(&rows),
        rows,
        asked,
    };
    let help = "一个月里应读、已读、补读和漏班，发现的问题和其中已确认的，放入的已知错误发现了多少。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "读网统计",
        section: "/reading-numbers",
        clause: "N1.6、N5.3、N5.7",
        help,
    };
    Ok(screen.show("reading_numbers.html", view)?)
}

pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let headings = [
        "单位",
        "人员",
        "应值班次",
        "完成",
        "其中补读",
        "漏班",
        "读过的页面",
        "发现问题",
        "其中已确认",
        "已知错误",
        "其中发现",
        "领导读网",
    ];
    let rows = rows(&cx, &actor, &asked).await?.into_iter().map(|one| {
        let numbers = [
            one.due,
            one.done,
            one.late,
            one.missed,
            one.pages,
            one.findings,
            one.confirmed,
            one.planted,
            one.noticed,
            one.leaders,
        ];
        [one.unit, one.person].into_iter().chain(numbers.map(|number| number.to_string())).collect()
    });
    let headings = headings.map(str::to_owned).to_vec();
    kind.answer(Export { title: "读网统计", headings, rows: rows.collect() }).await
}
