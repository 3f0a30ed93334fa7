//! A year of the calendar: twelve months, and the days that are not what their weekday says. Clauses N2.8, N4.7.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use base::workday::{Day, Exception, Why, WorkDays, length};
use platform::clock::beijing;
use platform::table::Export;
use platform::web::{Failure, Faults, Refusal};
use serde::{Deserialize, Serialize};

use super::KEEPS;
use crate::calendar::commands::{self, DayForm};
use crate::calendar::{entity, model, store};
use crate::web::{Screen, download, flash};
use crate::{Access, Actor, Cx};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
}

type Days = BTreeMap<Day, (Exception, String)>;

#[derive(Serialize)]
struct View {
    year: i32,
    /// The years with an entry, and the shown one.
    years: Vec<i32>,
    known: bool,
    missed: Option<i32>,
    working: usize,
    months: Vec<Month>,
    entries: Vec<Row>,
    keeps: bool,
    faults: Faults,
    form: DayForm,
    kinds: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
struct Month {
    number: u32,
    /// Weeks of seven cells, Monday first; an empty cell is no day of this month.
    weeks: Vec<Vec<Option<Cell>>>,
}

#[derive(Clone, Serialize)]
struct Cell {
    number: u32,
    /// `off`, `work`, `weekend` or nothing.
    class: &'static str,
    told: String,
}

#[derive(Serialize)]
struct Row {
    day: String,
    weekday: &'static str,
    kind: &'static str,
    off: bool,
    name: String,
}

/// Today in Beijing.
pub fn today(cx: &Cx) -> Day {
    entity::day(beijing(cx.now()).date_naive())
}

fn month(year: i32, number: u32, calendar: &WorkDays, days: &Days) -> Month {
    let mut cells: Vec<Option<Cell>> = Vec::new();
    for at in 1..=length(year, number) {
        let Some(day) = Day::new(year, number, at) else { continue };
        if cells.is_empty() {
            cells = vec![None; (day.weekday() - 1) as usize];
        }
        let why = calendar.why(day);
        let class = match why {
            Why::Holiday => "off",
            Why::MadeUp => "work",
            Why::Weekend => "weekend",
            Why::Weekday => "",
        };
        let name = days.get(&day).map(|(_, name)| name.as_str()).unwrap_or_default();
        let told = format!("{day} {} {} {name}", day.weekday_name(), why.words()).trim_end().to_owned();
        cells.push(Some(Cell { number: at, class, told }));
    }
    cells.resize(cells.len().div_ceil(7) * 7, None);
    Month { number, weeks: cells.chunks(7).map(<[_]>::to_vec).collect() }
}

async fn page(
    cx: &Cx,
    actor: &Actor,
    asked: &str,
    form: DayForm,
    faults: Faults,
) -> Result<Response, Failure> {
    let today = today(cx);
    let days = store::days(cx.db.read()).await?;
    let calendar = store::work_days(cx.db.read()).await?;
    let year = asked.parse().ok().filter(|year| (1971..=9998).contains(year)).unwrap_or(today.year());
    let mut years = store::years(&days);
    years.extend([year, today.year(), today.year() + 1]);
    let months: Vec<Month> = (1..=12).map(|number| month(year, number, &calendar, &days)).collect();
    let (first, last) = (Day::new(year, 1, 1), Day::new(year, 12, 31));
    let all = first.zip(last).map(|(first, last)| first.epoch()..=last.epoch());
    let working = all.map_or(0, |all| all.filter(|day| calendar.is_working(Day::of_epoch(*day))).count());
    let entries = days.iter().filter(|(day, _)| day.year() == year).map(|(day, (kind, name))| Row {
        day: day.to_string(),
        weekday: day.weekday_name(),
        kind: model::kind_name(*kind),
        off: *kind == Exception::Off,
        name: name.clone(),
    });
    let view = View {
        year,
        years: years.into_iter().collect(),
        known: calendar.knows(year),
        missed: model::missed(today, |year| calendar.knows(year)),
        working,
        months,
        entries: entries.collect(),
        keeps: matches!(KEEPS, Access::Roles(roles) if actor.must.is_none() && actor.has_any(roles)),
        faults,
        form,
        kinds: [Exception::Off, Exception::Work].map(|k| (model::word(k), model::kind_name(k))).to_vec(),
    };
    let help = "办理期限按工作日计算，以国务院办公厅每年的节假日安排为准。";
    let screen =
        Screen { cx, actor: Some(actor), title: "工作日历", section: "/calendar", clause: "N2.8", help };
    Ok(screen.show("calendar.html", view)?)
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    page(&cx, &actor, &asked.year, DayForm::default(), Faults::default()).await
}

pub(super) async fn set(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<DayForm>,
) -> Result<Response, Failure> {
    match commands::set(&cx, &actor, &form).await? {
        Ok(day) => Ok(flash(&format!("已登记 {day}。"), &format!("/calendar?year={}", day.year()))),
        Err(faults) => {
            let year = Day::parse(&form.day).map(|day| day.year().to_string()).unwrap_or_default();
            page(&cx, &actor, &year, form, faults).await
        }
    }
}

pub(super) async fn remove(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<DayForm>,
) -> Result<Response, Failure> {
    let day = Day::parse(&form.day).ok_or_else(|| Refusal::new("这不是一个日期。"))?;
    commands::remove(&cx, &actor, day).await?;
    Ok(flash(&format!("已删除 {day}，按星期计算。"), &format!("/calendar?year={}", day.year())))
}

/// The export reads back as an import: all days, or those of one year.
async fn export(cx: &Cx, asked: &Asked) -> Result<Export, Failure> {
    let year: Option<i32> = asked.year.parse().ok();
    let days = store::days(cx.db.read()).await?;
    let chosen = days.into_iter().filter(|(day, _)| year.is_none_or(|year| day.year() == year));
    let rows = chosen.map(|(day, (kind, name))| {
        vec![day.to_string(), model::kind_name(kind).to_owned(), name, day.weekday_name().to_owned()]
    });
    let headings = ["日期", "类型", "名称", "星期"].map(str::to_owned).to_vec();
    Ok(Export { title: "工作日历", headings, rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    _actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &asked).await?).await
}
