//! The screens of importing a file: hand in, preview, write. Clauses N1.1, N4.1.

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use platform::clock::Instant;
use platform::web::{Failure, answer};
use serde::Serialize;

use crate::identity::model::Role;
use crate::identity::web::Units;
use crate::registry::commands::import::{self, Outcome, Preview};
use crate::web::{Screen, Upload, flash};
use crate::{Actor, Cx};

/// Rows of each sort that a preview shows; the counts are of all.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct FormView {
    wrong: Option<String>,
    unit: String,
    units: Vec<(i64, String)>,
}

async fn form_view(cx: &Cx, actor: &Actor, unit: String, wrong: Option<String>) -> Result<FormView, Failure> {
    let units = Units::of(cx, &actor.scope(&[Role::Supervisor])).await?.choices();
    Ok(FormView { wrong, unit, units })
}

fn screen<'a>(cx: &'a Cx, actor: &'a Actor, title: &'a str) -> Screen<'a> {
    let help = "先上传、看清每一处变更和错误，再写入。";
    Screen { cx, actor: Some(actor), title, section: "/sites", clause: "N1.1、N4.1", help }
}

pub(super) async fn new(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let view = form_view(&cx, &actor, String::new(), None).await?;
    Ok(screen(&cx, &actor, "导入网站").show("site_import.html", view)?)
}

pub(super) async fn hand_in(
    State(cx): State<Cx>,
    actor: Actor,
    form: Multipart,
) -> Result<Response, Failure> {
    let mut unit = String::new();
    let outcome = match Upload::read(form).await {
        Ok(sent) => {
            sent.field("unit").clone_into(&mut unit);
            match sent.needed() {
                Ok((name, bytes)) => import::hand_in(&cx, &actor, &name, bytes, &unit).await,
                Err(refusal) => Err(refusal.into()),
            }
        }
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Ok(id) => Ok(answer::see(&format!("/site-imports/{id}"))),
        Err(Failure::Refused(refusal)) => {
            let view = form_view(&cx, &actor, unit, Some(refusal.words)).await?;
            let mut page = screen(&cx, &actor, "导入网站").show("site_import.html", view)?;
            *page.status_mut() = refusal.status;
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
