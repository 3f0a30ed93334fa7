//! Issuing: what would be issued of the chosen findings, and the form that issues it. Clause N5.3.

use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Form;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::rectification::commands::issue::{self, IssueForm};
use crate::rectification::model::{By, limit_of};

#[derive(Serialize)]
struct View {
    form: IssueForm,
    by: &'static str,
    faults: Faults,
    groups: Vec<GroupView>,
    left_out: Vec<(i64, &'static str)>,
}

#[derive(Serialize)]
struct GroupView {
    title: String,
    level: &'static str,
    level_word: &'static str,
    number: usize,
    limit: u32,
}

async fn page(cx: &Cx, actor: &Actor, form: IssueForm, faults: Faults) -> Result<Response, Failure> {
    let draft = issue::draft(cx.db.read(), actor, &form).await?;
    let groups = draft.groups.iter().map(|(group, _, title)| GroupView {
        title: title.clone(),
        level: group.level.label(),
        level_word: group.level.code(),
        number: group.findings.len(),
        limit: limit_of(group.level),
    });
    let view = View {
        by: By::of(&form.by).word(),
        groups: groups.collect(),
        left_out: draft.left_out.into_iter().map(|(id, why)| (id.0, why)).collect(),
        form,
        faults,
    };
    let help = "同一网站的同一种问题合成一张；级别越高，时限越短。";
    let screen =
        Screen { cx, actor: Some(actor), title: "发整改单", section: "/tickets", clause: "N5.3", help };
    Ok(screen.show("ticket_issue.html", view)?)
}

pub(super) async fn draft(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<IssueForm>,
) -> Result<Response, Failure> {
    page(&cx, &actor, form, Faults::default()).await
}

pub(super) async fn issue(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<IssueForm>,
) -> Result<Response, Failure> {
    match issue::issue(&cx, &actor, &form).await? {
        Ok(issued) => match issued.as_slice() {
            [one] => Ok(flash("整改单已发出。", &format!("/tickets/{one}"))),
            all => Ok(flash(&format!("已发出 {} 张整改单。", all.len()), "/tickets")),
        },
        Err(faults) => page(&cx, &actor, form, faults).await,
    }
}
