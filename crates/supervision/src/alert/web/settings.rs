//! The form of the settings of alerts. Clauses N2.1, N5.2.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::alert::commands::settings::{self, SettingsForm};
use crate::alert::entity::settings::Model;
use crate::alert::store;

#[derive(Serialize)]
struct View {
    form: SettingsForm,
    faults: Faults,
    usual: SettingsForm,
}

fn form(cx: &Cx, actor: &Actor, form: SettingsForm, faults: Faults) -> Result<Response, Failure> {
    let view = View { form, faults, usual: SettingsForm::of(&Model::default()) };
    let help = "告警多久没有人确认就升级，已恢复的告警保留多久，全系统一套。";
    let section = "/alert-settings";
    let screen = Screen { cx, actor: Some(actor), title: "告警设置", section, clause: "N2.1", help };
    Ok(screen.show("alert_settings.html", view)?)
}

pub(super) async fn show(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let row = store::settings(cx.db.read()).await?;
    form(&cx, &actor, SettingsForm::of(&row), Faults::default())
}

pub(super) async fn save(
    State(cx): State<Cx>,
    actor: Actor,
    Form(typed): Form<SettingsForm>,
) -> Result<Response, Failure> {
    match settings::save(&cx, &actor, &typed).await? {
        Ok(()) => Ok(flash("已保存，半分钟内生效。", "/alert-settings")),
        Err(faults) => form(&cx, &actor, typed, faults),
    }
}
