//! The form with which a person reports what he saw on a site. Clauses N5.3, N5.7.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use ledger::registry::meant;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::web::{Failure, Faults};
use serde::{Deserialize, Serialize};

use super::findings::rules;
use crate::inspection::commands::REPORTERS;
use crate::inspection::commands::report::{self, ReportForm};
use crate::inspection::commands::sighting::OTHER;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    site: Option<i64>,
}

#[derive(Serialize)]
struct View {
    form: ReportForm,
    faults: Faults,
    site: Option<String>,
    rules: Vec<(&'static str, &'static str)>,
    levels: Vec<(&'static str, &'static str)>,
}

async fn show(cx: &Cx, actor: &Actor, form: ReportForm, faults: Faults) -> Result<Response, Failure> {
    let site = meant::site(cx.db.read(), &actor.scope(REPORTERS), &form.site).await?.ok();
    let mut kinds = vec![(OTHER, "其他问题")];
    kinds.extend(rules());
    let view = View {
        form,
        faults,
        site: site.map(|site| site.name),
        rules: kinds,
        levels: base::Level::GRAVEST_FIRST.map(|level| (level.code(), level.label())).to_vec(),
    };
    let help = "读网时看到的问题。与机器发现的是同一问题时，会并入同一条线索。";
    let screen = Screen {
        cx,
        actor: Some(actor),
        title: "报告问题",
        section: "/findings",
        clause: "N5.3、N5.7",
        help,
    };
    Ok(screen.show("report.html", view)?)
}

pub(super) async fn new(
    State(cx): State<Cx>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let site = asked.site.map(|site| site.to_string()).unwrap_or_default();
    let form = ReportForm { site, rule: OTHER.into(), level: "warning".into(), ..ReportForm::default() };
    show(&cx, &actor, form, Faults::default()).await
}

pub(super) async fn add(
    State(cx): State<Cx>,
    actor: Actor,
    Form(form): Form<ReportForm>,
) -> Result<Response, Failure> {
    match report::report(&cx, &actor, &form).await? {
        Ok((id, true)) => Ok(flash("这个问题已有线索，您的说明已并入。", &format!("/findings/{id}"))),
        Ok((id, false)) => Ok(flash("已列入问题线索。", &format!("/findings/{id}"))),
        Err(faults) => show(&cx, &actor, form, faults).await,
    }
}
