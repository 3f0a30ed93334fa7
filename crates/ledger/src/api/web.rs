//! The screen of one's own tokens, and the document of the API. Clause N4.7.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use axum_extra::extract::Form;
use platform::clock::Instant;
use platform::web::pages::Template;
use platform::web::{Failure, Faults};
use serde::Serialize;
use serde_json::Value;

use super::commands::{self, TokenForm};
use super::layer::Document;
use super::{Spec, model, store};
use crate::identity::model::Role;
use crate::web::{Screen, flash};
use crate::{Access, Actor, Cx, Routes};

/// The templates of these screens.
pub const TEMPLATES: &[Template] = &[("tokens.html", include_str!("templates/tokens.html"))];

static DOCUMENT: Spec = Spec {
    summary: "本接口的 OpenAPI 说明",
    tag: "说明",
    query: &[],
    body: None,
    answer: None,
    lists: false,
    status: 200,
};

/// The routes of this slice.
pub fn routes() -> Routes {
    Routes::default()
        .get("/account/tokens", Access::Person, list)
        .post("/account/tokens", Access::Person, make)
        .post("/account/tokens/{id}/end", Access::Person, end)
        .api(axum::http::Method::GET, "/api/v1/openapi.json", Access::Public, &DOCUMENT, document)
}

async fn document(Extension(document): Extension<Document>) -> Json<Value> {
    Json((*document.0).clone())
}

#[derive(Serialize)]
struct View {
    form: TokenForm,
    faults: Faults,
    made: Option<String>,
    rows: Vec<Row>,
    roles: Vec<(&'static str, &'static str, bool)>,
    days: [(i64, String); 3],
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    roles: String,
    writes: bool,
    made_at: Instant,
    ends_at: Instant,
    used_at: Option<Instant>,
}

async fn show(
    cx: &Cx,
    actor: &Actor,
    form: TokenForm,
    faults: Faults,
    made: Option<String>,
) -> Result<Response, Failure> {
    let rows = store::own(cx.db.read(), actor.person, cx.now()).await?.into_iter().map(|token| Row {
        id: token.id,
        name: token.name,
        roles: token.roles.split(',').filter_map(Role::of).map(Role::name).collect::<Vec<_>>().join("、"),
        writes: token.writes,
        made_at: token.made_at,
        ends_at: token.ends_at,
        used_at: token.used_at,
    });
    let own = Role::ALL.into_iter().filter(|role| actor.has_any(&[*role]));
    let roles = own.map(|role| (role.word(), role.name(), form.roles.iter().any(|word| word == role.word())));
    let view = View {
        rows: rows.collect(),
        roles: roles.collect(),
        days: model::DAYS.map(|days| (days, format!("{days} 天"))),
        form,
        faults,
        made,
    };
    let help = "让其他程序以您的身份调用接口，权限不超过您本人；每个程序用一个令牌，不用时停用。";
    let screen =
        Screen { cx, actor: Some(actor), title: "API 令牌", section: "/account", clause: "N4.7", help };
    Ok(screen.show("tokens.html", view)?)
}

async fn list(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let form = TokenForm { days: "90".to_owned(), ..TokenForm::default() };
    show(&cx, &actor, form, Faults::default(), None).await
}

async fn make(State(cx): State<Cx>, actor: Actor, Form(form): Form<TokenForm>) -> Result<Response, Failure> {
    match commands::make(&cx, &actor, &form).await? {
        // Not after a redirect: the secret would have to be kept somewhere until then.
        Ok(token) => show(&cx, &actor, TokenForm::default(), Faults::default(), Some(token)).await,
        Err(faults) => show(&cx, &actor, form, faults, None).await,
    }
}

async fn end(State(cx): State<Cx>, actor: Actor, Path(id): Path<i64>) -> Result<Response, Failure> {
    commands::end(&cx, &actor, id).await?;
    Ok(flash("令牌已停用。", "/account/tokens"))
}
