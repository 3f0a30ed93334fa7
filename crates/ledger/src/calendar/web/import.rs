//! Importing a year's arrangement from a file: hand in, preview, write. Clauses N2.8, N4.7.

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::table::Export;
use platform::web::{Failure, Refusal, answer};
use serde::Serialize;

use crate::calendar::commands::{self, Preview};
use crate::calendar::model::{self, Outcome};
use crate::web::{Screen, Upload, download, flash};
use crate::{Actor, Cx};

/// Rows of each sort that a preview shows; a year has some forty, and the counts are of all.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct FormView {
    wrong: Option<String>,
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "先上传、看清每一天的变化和错误，再写入。";
    Screen { cx, actor: Some(actor), title, section: "/calendar", clause: "N2.8", help }
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    Ok(screen(&cx, &actor, "导入工作日历").show("calendar_import.html", FormView { wrong: None })?)
}

pub(super) async fn hand_in(
    State(cx): State<Cx>,
    actor: Actor,
    form: Multipart,
) -> Result<Response, Failure> {
    let outcome = match Upload::read(form).await.and_then(Upload::needed) {
        Ok((name, bytes)) => commands::hand_in(&cx, &actor, &name, bytes).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Ok(id) => Ok(answer::see(&format!("/calendar-imports/{id}"))),
        Err(Failure::Refused(Refusal { status, words })) => {
            let view = FormView { wrong: Some(words) };
            let mut page = screen(&cx, &actor, "导入工作日历").show("calendar_import.html", view)?;
            *page.status_mut() = status;
            Ok(page)
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct PreviewView {
    id: i64,
    file_name: String,
    at: Instant,
    applied_at: Option<Instant>,
    added: usize,
    changed: usize,
    same: usize,
    faulty: usize,
    faults: Vec<String>,
    days: Vec<(String, &'static str, String, bool)>,
}

pub(super) async fn preview(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let view = view(commands::preview(&cx, &actor, id).await?);
    Ok(screen(&cx, &actor, "导入预览").show("calendar_preview.html", view)?)
}

fn view(preview: Preview) -> PreviewView {
    let Preview { import, outcomes } = preview;
    let (mut added, mut changed, mut same, mut faulty) = (0, 0, 0, 0);
    let (mut faults, mut days) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Faulty(fault) => {
                faulty += 1;
                faults.push(fault.to_string());
            }
            Outcome::Same => same += 1,
            Outcome::Add(entry) => {
                added += 1;
                days.push((entry.day.to_string(), model::kind_name(entry.kind), entry.name, false));
            }
            Outcome::Change(entry) => {
                changed += 1;
                days.push((entry.day.to_string(), model::kind_name(entry.kind), entry.name, true));
            }
        }
    }
    faults.truncate(SHOWN);
    days.truncate(SHOWN);
    PreviewView {
        id: import.id,
        file_name: import.file_name,
        at: import.at,
        applied_at: import.applied_at,
        added,
        changed,
        same,
        faulty,
        faults,
        days,
    }
}

pub(super) async fn apply(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let days = commands::apply(&cx, &actor, id).await?;
    Ok(flash(&format!("已写入 {days} 天。"), "/calendar"))
}

pub(super) async fn template(_actor: Actor) -> Result<Response, Failure> {
    let headings = ["日期", "类型", "名称"].map(str::to_owned).to_vec();
    download::xlsx(Export { title: "工作日历模板", headings, rows: Vec::new() }).await
}
