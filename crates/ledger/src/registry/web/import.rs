//! The screens of importing a file: hand in, preview, write. Clauses N1.1, N4.1.

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::web::{Failure, Refusal, answer};
use serde::Serialize;

use crate::registry::commands::import::{self, Outcome, Preview};
use crate::web::{Screen, flash};
use crate::{Actor, Cx};

/// Rows of each sort that a preview shows; the counts are of all.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct FormView {
    wrong: Option<String>,
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "先上传、看清每一处变更和错误，再写入。";
    Screen { cx, actor: Some(actor), title, section: "/sites", clause: "N1.1、N4.1", help }
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    Ok(screen(&cx, &actor, "导入网站").show("site_import.html", FormView { wrong: None })?)
}

pub(super) async fn hand_in(
    State(cx): State<Cx>,
    actor: Actor,
    form: Multipart,
) -> Result<Response, Failure> {
    let outcome = match file(form).await {
        Ok((name, bytes)) => import::hand_in(&cx, &actor, &name, bytes).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Ok(id) => Ok(answer::see(&format!("/site-imports/{id}"))),
        Err(Failure::Refused(refusal)) => {
            let mut page = screen(&cx, &actor, "导入网站")
                .show("site_import.html", FormView { wrong: Some(refusal.words) })?;
            *page.status_mut() = refusal.status;
            Ok(page)
        }
        Err(other) => Err(other),
    }
}

/// The form's one file.
pub(crate) async fn file(mut form: Multipart) -> Result<(String, Vec<u8>), Refusal> {
    let broken = |_| Refusal::new("上传中断或文件超过 20 MB，请重新上传；太大的请拆成几个文件。");
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if part.name() == Some("file") {
            let name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(broken)?.to_vec();
            if name.is_empty() && bytes.is_empty() {
                break;
            }
            return Ok((name, bytes));
        }
    }
    Err(Refusal::new("请先选择一个文件（XLSX 或 CSV）。"))
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
    more_faults: usize,
    changes: Vec<ChangedRow>,
    more_changes: usize,
    additions: Vec<AddedRow>,
    more_additions: usize,
    unknown: Vec<String>,
}

#[derive(Serialize)]
struct ChangedRow {
    row: usize,
    name: String,
    id: i64,
    fields: Vec<(String, String, String)>,
}

#[derive(Serialize)]
struct AddedRow {
    row: usize,
    name: String,
    home: String,
    unit: String,
}

pub(super) async fn preview(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let view = view(import::preview(&cx, &actor, id).await?);
    Ok(screen(&cx, &actor, "导入预览").show("site_preview.html", view)?)
}

fn view(preview: Preview) -> PreviewView {
    let [added, changed, same, faulty] = preview.counts();
    let (mut faults, mut changes, mut additions) = (Vec::new(), Vec::new(), Vec::new());
    for row in preview.rows {
        match row.outcome {
            Outcome::Faulty(cells) => faults.extend(cells.iter().map(ToString::to_string)),
            Outcome::Change { site, changes: fields } => changes.push(ChangedRow {
                row: row.number,
                name: row.name,
                id: site.0,
                fields: fields
                    .into_iter()
                    .map(|change| (change.field, change.before, change.after))
                    .collect(),
            }),
            Outcome::Add => additions.push(AddedRow {
                row: row.number,
                name: row.name,
                home: row.home,
                unit: row.unit.map(|unit| unit.name).unwrap_or_default(),
            }),
            Outcome::Same => {}
        }
    }
    let more = |all: usize| all.saturating_sub(SHOWN);
    let (more_faults, more_changes, more_additions) =
        (more(faults.len()), more(changes.len()), more(additions.len()));
    faults.truncate(SHOWN);
    changes.truncate(SHOWN);
    additions.truncate(SHOWN);
    PreviewView {
        id: preview.import.id,
        file_name: preview.import.file_name,
        at: preview.import.at,
        applied_at: preview.import.applied_at,
        added,
        changed,
        same,
        faulty,
        faults,
        more_faults,
        changes,
        more_changes,
        additions,
        more_additions,
        unknown: preview.unknown,
    }
}

pub(super) async fn apply(
    State(cx): State<Cx>,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let (added, changed) = import::apply(&cx, &actor, id).await?;
    Ok(flash(&format!("已写入：新增 {added} 个网站，变更 {changed} 个。"), "/sites"))
}
