//! The list of background jobs: what waits, runs, is done, and what was given up and waits for a person. Clause N4.7.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use platform::clock::{Instant, beijing};
use platform::jobs::{self, Filter, JobRow, State as JobState};
use platform::table::Export;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::cx::JobName;
use crate::operations::commands;
use crate::web::{Screen, download, flash, query};
use crate::{Actor, Cx};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    state: String,
    page: Option<u64>,
    rows: Option<u64>,
}

impl Asked {
    fn filter(&self) -> Filter {
        let kind = Some(self.kind.clone()).filter(|kind| !kind.is_empty());
        Filter { kind, state: JobState::of(&self.state) }
    }

    fn query(&self) -> String {
        query(&[("kind", &self.kind), ("state", &self.state)])
    }
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    narrowed: bool,
    query: String,
    /// A line for each kind: its word, its name, and the number in each state.
    kinds: Vec<Kind>,
    states: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    pager: Pager,
    /// Minutes by which the workers are behind.
    behind: i64,
}

#[derive(Serialize)]
struct Kind {
    word: String,
    name: String,
    numbers: Vec<(&'static str, i64)>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    state: &'static str,
    state_code: &'static str,
    queue: &'static str,
    attempts: String,
    run_at: Instant,
    finished_at: Option<Instant>,
    error: String,
    args: String,
}

/// A kind's name; one that no part of this program knows is shown as its word.
fn name<'a>(names: &'a [JobName], kind: &'a str) -> &'a str {
    names.iter().find(|(word, _)| *word == kind).map_or(kind, |(_, name)| name)
}

fn row(names: &[JobName], job: JobRow) -> Row {
    Row {
        id: job.id,
        name: name(names, &job.kind).to_owned(),
        state: job.state.word(),
        state_code: job.state.code(),
        queue: job.queue.word(),
        attempts: format!("{} / {}", job.attempts, job.max_attempts),
        run_at: job.run_at,
        finished_at: job.finished_at,
        error: job.last_error.unwrap_or_default(),
        args: job.args.to_string(),
    }
}

async fn kinds(cx: &Cx) -> Result<Vec<Kind>, Failure> {
    let mut kinds: BTreeMap<String, Vec<(&'static str, i64)>> = BTreeMap::new();
    for count in jobs::counts(cx.db.read()).await? {
        let none = || JobState::ALL.iter().map(|state| (state.code(), 0)).collect();
        let numbers = kinds.entry(count.kind).or_insert_with(none);
        if let Some(number) = numbers.iter_mut().find(|(code, _)| *code == count.state.code()) {
            number.1 = count.number;
        }
    }
    let named = kinds.into_iter().map(|(word, numbers)| {
        let name = name(&cx.job_names, &word).to_owned();
        Kind { word, name, numbers }
    });
    Ok(named.collect())
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter();
    let (rows, pager) = jobs::page(cx.db.read(), &filter, Pager::asked(asked.page, asked.rows)).await?;
    let since = jobs::due_since(cx.db.read(), cx.now()).await?;
    let view = View {
        narrowed: filter != Filter::default(),
        query: asked.query(),
        asked,
        kinds: kinds(&cx).await?,
        states: JobState::ALL.iter().map(|state| (state.code(), state.word())).collect(),
        rows: rows.into_iter().map(|job| row(&cx.job_names, job)).collect(),
        pager,
        behind: since.map_or(0, |since| (cx.now() - since).num_minutes()),
    };
    let help = "系统在后台做的事。多次失败的任务会搁置，排除原因后可以重新执行，或者删除。";
    let screen =
        Screen {
            cx: &cx, actor: Some(&actor), title: "后台任务", section: "/jobs", clause: "N4.7", help
        };
    Ok(screen.show("jobs.html", view)?)
}

async fn export(cx: &Cx, asked: &Asked) -> Result<Export, Failure> {
    let jobs = jobs::first(cx.db.read(), &asked.filter(), download::MOST_ROWS).await?;
    let headings = [
        "编号",
        "任务",
        "种类",
        "状态",
        "队列",
        "次数",
        "计划时间（北京）",
        "结束时间（北京）",
        "失败原因",
        "参数",
    ];
    let time = |at: Instant| beijing(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let rows = jobs.into_iter().map(|job| {
        let kind = job.kind.clone();
        let row = row(&cx.job_names, job);
        vec![
            row.id.to_string(),
            row.name,
            kind,
            row.state.to_owned(),
            row.queue.to_owned(),
            row.attempts,
            time(row.run_at),
            row.finished_at.map(time).unwrap_or_default(),
            row.error,
            row.args,
        ]
    });
    let headings = headings.map(str::to_owned).to_vec();
    Ok(Export { title: "后台任务", headings, rows: rows.collect() })
}

pub(super) async fn file(
    State(cx): State<Cx>,
    _actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &asked).await?).await
}

pub(super) async fn revive(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::revive(&cx, &actor, id).await?;
    Ok(flash("已重新排队，稍后执行。", "/jobs"))
}

pub(super) async fn discard(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    commands::discard(&cx, &actor, id).await?;
    Ok(flash("已删除。", "/jobs"))
}
