//! The form of the mail account. Clause N2.1.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use ledger::web::{Screen, flash};
use ledger::{Actor, Cx};
use platform::web::{Failure, Faults};
use serde::Serialize;

use crate::alert::commands::account::{self, AccountForm, SECURITY};
use crate::alert::store;

#[derive(Serialize)]
struct View {
    form: AccountForm,
    faults: Faults,
    security: [(&'static str, &'static str); 3],
    password_set: bool,
}

async fn form(cx: &Cx, actor: &Actor, form: AccountForm, faults: Faults) -> Result<Response, Failure> {
    let row = store::account(cx.db.read()).await?;
    let password_set = row.is_some_and(|row| !row.password.is_empty());
    let view = View { form, faults, security: SECURITY, password_set };
    let help = "告警邮件由这个账号发出，全系统一个。";
    let screen =
        Screen {
            cx, actor: Some(actor), title: "发信设置", section: "/alert-account", clause: "N2.1", help
        };
    Ok(screen.show("alert_account.html", view)?)
}

pub(super) async fn show(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let start = match store::account(cx.db.read()).await? {
        Some(row) => AccountForm::of(&row),
        None => AccountForm { port: "465".to_owned(), security: "tls".to_owned(), ..AccountForm::default() },
    };
    form(&cx, &actor, start, Faults::default()).await
}

pub(super) async fn save(
    State(cx): State<Cx>,
    actor: Actor,
    Form(typed): Form<AccountForm>,
) -> Result<Response, Failure> {
    match account::save(&cx, &actor, &typed).await? {
        Ok(()) => Ok(flash("已保存。监管员可在告警渠道里发送测试。", "/alert-account")),
        Err(faults) => form(&cx, &actor, typed, faults).await,
    }
}
