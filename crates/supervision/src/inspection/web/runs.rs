//! Runs: the list, one run with its progress, its report; starting, pausing, resuming, cancelling. Clause N2.1.

use std::path::{Component, PathBuf};

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ledger::registry::store as sites;
use ledger::web::{Screen, download, flash, query};
use ledger::{Actor, Cx, SiteId};
use platform::clock::Instant;
use platform::table::Export;
use platform::web::pages::minute;
use platform::web::{Failure, Pager};
use serde::{Deserialize, Serialize};

use crate::ids::{PlanId, RunId};
use crate::inspection::commands::{STARTERS, runs as commands};
use crate::inspection::model::plan::Reach;
use crate::inspection::model::run::{Ask, RunState};
use crate::inspection::store::runs::{self, Filter, Row};

/// What a run's own files may do in a browser: run their own scripts, apart from the console.
const SANDBOX: &str = "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; \
     script-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
/// Files of a run that are shown; everything else in its folder is the engine's.
const SHOWN: [(&str, &str); 6] = [
    ("html", "text/html; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ndjson", "application/x-ndjson; charset=utf-8"),
    ("json", "application/json; charset=utf-8"),
    ("png", "image/png"),
    ("gz", "application/gzip"),
];

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    plan: String,
    site: String,
    pub page: Option<u64>,
    pub rows: Option<u64>,
}

impl Asked {
    pub(super) fn filter(&self) -> Filter {
        Filter {
            state: RunState::of(&self.state),
            plan: self.plan.parse().ok().map(PlanId),
            site: self.site.parse().ok().map(SiteId),
        }
    }

    pub(super) fn query(&self) -> String {
        query(&[("state", &self.state), ("plan", &self.plan), ("site", &self.site)])
    }
}

#[derive(Serialize)]
struct ListView {
    asked: Asked,
    narrowed: bool,
    rows: Vec<RowView>,
    pager: Pager,
    query: String,
    states: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
pub(super) struct RowView {
    id: i64,
    site_id: i64,
    site: String,
    state: &'static str,
    state_word: &'static str,
    asked_by: String,
    is_recheck: bool,
    asked_at: Instant,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    pages: i64,
    found: i32,
    came: i32,
    went: i32,
    why: String,
}

pub(super) fn row(row: Row) -> RowView {
    RowView {
        id: row.id.0,
        site_id: row.site_id.0,
        site: row.site_name,
        state: row.state.name(),
        state_word: row.state.word(),
        asked_by: row.asked_by,
        is_recheck: row.is_recheck,
        asked_at: row.asked_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        pages: row.pages,
        found: row.found,
        came: row.came,
        went: row.went,
        why: row.why,
    }
}

pub(super) async fn list(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let filter = asked.filter();
    let pager = Pager::asked(asked.page, asked.rows);
    let (rows, pager) = runs::runs(cx.db.read(), &actor.sees(), &filter, pager).await?;
    let view = ListView {
        narrowed: filter != Filter::default(),
        query: asked.query(),
        asked,
        rows: rows.into_iter().map(row).collect(),
        pager,
        states: RunState::ALL.iter().map(|one| (one.word(), one.name())).collect(),
    };
    let help = "每次巡检读一遍网站的页面、链接和附件，发现的问题列入线索。";
    let screen = Screen {
        cx: &cx,
        actor: Some(&actor),
        title: "巡检记录",
        section: "/runs",
        clause: "N2.1、N2.4",
        help,
    };
    Ok(screen.show("runs.html", view)?)
}

async fn export(cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Export, Failure> {
    let rows = runs::newest(cx.db.read(), &actor.sees(), &asked.filter(), download::MOST_ROWS).await?;
    let headings = [
        "编号",
        "网站",
        "状态",
        "范围",
        "发起",
        "提出时间",
        "开始",
        "结束",
        "页面",
        "问题",
        "新出现",
        "已消失",
        "说明",
    ];
    let time = |at: Option<Instant>| at.map(minute).unwrap_or_default();
    let rows = rows.into_iter().map(|row| {
        vec![
            row.id.to_string(),
            row.site_name,
            row.state.name().to_owned(),
            if row.is_recheck { "复查" } else { "全站" }.to_owned(),
            row.asked_by,
            minute(row.asked_at),
            time(row.started_at),
            time(row.ended_at),
            row.pages.to_string(),
            row.found.to_string(),
            row.came.to_string(),
            row.went.to_string(),
            row.why,
        ]
    });
    Ok(Export { title: "巡检记录", headings: headings.map(str::to_owned).to_vec(), rows: rows.collect() })
}

pub(super) async fn list_file(
    State(cx): State<Cx>,
    actor: Actor,
    kind: download::Kind,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    kind.answer(export(&cx, &actor, &asked).await?).await
}

#[derive(Serialize)]
struct RunView {
    run: RowView,
    addresses: i64,
    answered: i64,
    requests: i64,
    unchanged: i64,
    seen_at: Option<Instant>,
    is_over: bool,
    has_report: bool,
    wish: &'static str,
    reach: Vec<String>,
    plan: Option<i64>,
    may_ask: bool,
    /// Answered addresses of those known, in percent; grows while more are found.
    percent: i64,
}

pub(super) async fn show(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let id = RunId(id);
    let run = runs::run_in(cx.db.read(), &actor.sees(), id).await?.ok_or(Failure::NotThere)?;
    let site = sites::site_unscoped(cx.db.read(), run.site_id).await?.ok_or(Failure::NotThere)?;
    let reach: Reach = serde_json::from_value(run.reach.clone()).unwrap_or_default();
    let view = RunView {
        addresses: run.addresses,
        answered: run.answered,
        requests: run.requests,
        unchanged: run.unchanged,
        seen_at: run.seen_at,
        is_over: run.state.is_over(),
        has_report: run.has_folder && matches!(run.state, RunState::Finished | RunState::Unreachable),
        wish: match run.wish {
            crate::inspection::model::run::Wish::Go => "",
            crate::inspection::model::run::Wish::Pause => "正在暂停",
            crate::inspection::model::run::Wish::Cancel => "正在取消",
        },
        reach: words(&reach),
        plan: run.plan_id.map(|plan| plan.0),
        may_ask: actor.scope(STARTERS).covers(&run.unit_path),
        percent: if run.addresses > 0 { (run.answered * 100 / run.addresses).min(100) } else { 0 },
        run: RowView {
            id: run.id.0,
            site_id: run.site_id.0,
            site: site.name.clone(),
            state: run.state.name(),
            state_word: run.state.word(),
            asked_by: run.asked_by,
            is_recheck: run.is_recheck,
            asked_at: run.asked_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
            pages: run.pages,
            found: run.found,
            came: run.came,
            went: run.went,
            why: run.why,
        },
    };
    let title = format!("{}的巡检", site.name);
    let help = "进行中的巡检每隔几秒更新一次；暂停后从停下的地方接着做。";
    let screen =
        Screen { cx: &cx, actor: Some(&actor), title: &title, section: "/runs", clause: "N2.1、N2.4", help };
    Ok(screen.show("run.html", view)?)
}

/// How far a run goes, in words.
pub(super) fn words(reach: &Reach) -> Vec<String> {
    let mut words = Vec::new();
    if reach.is_whole() {
        words.push("全部页面".to_owned());
    }
    if !reach.only.is_empty() {
        words.push(format!("只复查 {} 个网址，另看首页", reach.only.len()));
        return words;
    }
    words.extend(reach.depth.map(|depth| format!("从首页起 {depth} 层")));
    words.extend(reach.pages.map(|pages| format!("最多 {pages} 页")));
    words.push(match reach.attachments {
        0 => "不读附件".to_owned(),
        number => format!("附件最多 {number} 个"),
    });
    if reach.probes {
        words.push("探测暴露文件、搜索框和表单".to_owned());
    }
    if reach.anew {
        words.push("全部重新判断".to_owned());
    }
    if !reach.without.is_empty() {
        words.push(format!("不用 {} 条规则", reach.without.len()));
    }
    words
}

pub(super) async fn start(
    State(cx): State<Cx>,
    actor: Actor,
    Path(site): Path<i64>,
) -> Result<Response, Failure> {
    let (id, is_new) = commands::start(&cx, &actor, SiteId(site), &Reach::usual()).await?;
    let words = if is_new {
        "巡检已开始排队。"
    } else {
        "这个网站已有一次巡检没有结束，就是这一次。"
    };
    Ok(flash(words, &format!("/runs/{id}")))
}

async fn ask(cx: &Cx, actor: &Actor, id: i64, ask: Ask, words: &str) -> Result<Response, Failure> {
    commands::ask(cx, actor, RunId(id), ask).await?;
    Ok(flash(words, &format!("/runs/{id}")))
}

pub(super) async fn pause(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    ask(&cx, &actor, id, Ask::Pause, "已要求暂停，正在收尾的请求完成后停下。").await
}

pub(super) async fn resume(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    ask(&cx, &actor, id, Ask::Resume, "将从停下的地方接着巡检。").await
}

pub(super) async fn cancel(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    ask(&cx, &actor, id, Ask::Cancel, "已要求取消，这次巡检的结果不计入线索。").await
}

/// A file of a run's folder: the report and what belongs to it.
pub(super) async fn file(
    State(cx): State<Cx>,
    actor: Actor,
    Path((id, name)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let run = runs::run_in(cx.db.read(), &actor.sees(), RunId(id)).await?.ok_or(Failure::NotThere)?;
    let path = PathBuf::from(&name);
    // Names below the folder only: nothing that leads up or out.
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let kind =
        path.extension().and_then(|end| SHOWN.iter().find(|(known, _)| end == *known)).map(|(_, kind)| *kind);
    let (true, Some(kind), true) = (plain, kind, run.has_folder && run.state.is_over()) else {
        return Err(Failure::NotThere);
    };
    let path = crate::means::runs_in(&cx.data).join(id.to_string()).join(path);
    let bytes = tokio::fs::read(path).await.map_err(|_| Failure::NotThere)?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, SANDBOX)], bytes).into_response())
}
