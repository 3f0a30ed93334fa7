//! The screens of logging in and out, and the files they need. Clause N4.7.

use axum::Form;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::web::{Failure, answer};
use serde::{Deserialize, Serialize};

use crate::identity::commands::{login, sessions};
use crate::identity::oidc;
use crate::web::{SESSION_COOKIE, Screen, encode};
use crate::{Access, Actor, Cx, Routes};

pub fn routes() -> Routes {
    Routes::default()
        .get("/login", Access::Public, form)
        .post("/login", Access::Public, log_in)
        .post("/logout", Access::Person, log_out)
        .get("/assets/{digest}/{name}", Access::Public, asset)
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct LoginForm {
    login: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    code: String,
    next: String,
}

#[derive(Serialize)]
struct View {
    form: LoginForm,
    wrong: Option<String>,
    door: Option<Door>,
}

/// The way in by the identity provider, where one is configured.
#[derive(Serialize)]
struct Door {
    label: String,
    address: String,
}

async fn form(
    State(cx): State<Cx>,
    actor: Option<axum::Extension<Actor>>,
    Query(form): Query<LoginForm>,
) -> Result<Response, Failure> {
    if actor.is_some() {
        return Ok(answer::see(within(&form.next)));
    }
    show(&cx, form, None)
}

fn show(cx: &Cx, form: LoginForm, wrong: Option<String>) -> Result<Response, Failure> {
    let screen = Screen { cx, actor: None, title: "登录", section: "", clause: "", help: "" };
    let door = cx.oidc.as_ref().map(|provider| Door {
        label: provider.settings.label.clone(),
        address: match form.next.as_str() {
            "" => "/login/oidc".to_owned(),
            next => format!("/login/oidc?next={}", encode(next)),
        },
    });
    Ok(screen.show("login.html", View { form, wrong, door })?)
}

/// The login page with what is wrong, for one who wanted to come by the identity provider: his password may still do.
pub(in crate::identity) fn instead(
    cx: &Cx,
    next: String,
    wrong: String,
    status: StatusCode,
) -> Result<Response, Failure> {
    let mut response = show(cx, LoginForm { next, ..LoginForm::default() }, Some(wrong))?;
    *response.status_mut() = status;
    Ok(response)
}

/// The other end of a connection, where the server knows it.
pub(in crate::identity) type From = Option<axum::Extension<ConnectInfo<std::net::SocketAddr>>>;

/// Where somebody comes from.
pub(in crate::identity) fn visit(from: From, headers: &HeaderMap) -> login::Visit {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    login::Visit {
        address: from.map(|from| from.0.0.ip().to_string()).unwrap_or_default(),
        agent: agent.to_owned(),
    }
}

async fn log_in(
    State(cx): State<Cx>,
    from: From,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Result<Response, Failure> {
    let attempt = login::Attempt {
        login: form.login.clone(),
        password: form.password.clone(),
        code: form.code.clone(),
        visit: visit(from, &headers),
    };
    match login::log_in(&cx, attempt).await {
        Ok(secret) => Ok(with_cookie(answer::see(within(&form.next)), secret.reveal(), cx.settings.https)),
        Err(Failure::Refused(refusal)) => {
            let mut response = show(&cx, form, Some(refusal.words))?;
            *response.status_mut() = refusal.status;
            Ok(response)
        }
        Err(other) => Err(other),
    }
}

async fn log_out(State(cx): State<Cx>, actor: Actor) -> Result<Response, Failure> {
    let leave = oidc::commands::leave(&cx, &actor).await?;
    sessions::log_out(&cx, &actor).await?;
    let response = match leave {
        Some(address) => oidc::web::left(&cx, &address)?,
        None => answer::see("/login"),
    };
    Ok(with_cookie(response, "", cx.settings.https))
}

/// An empty secret takes the cookie away. The session's own end stands in the database.
pub(in crate::identity) fn with_cookie(mut response: Response, secret: &str, https: bool) -> Response {
    let age = if secret.is_empty() { "; Max-Age=0" } else { "" };
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!("{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Only a path of this console: an address of elsewhere in `next` would make the login a door to a forged page.
/// Browsers drop tabs and line breaks from addresses before they read them, so none may be in it.
pub(in crate::identity) fn within(next: &str) -> &str {
    let clean = !next.contains(|c: char| c == '\\' || c.is_control());
    let own = next.starts_with('/') && !next.starts_with("//") && clean;
    if own { next } else { "/" }
}

/// A file of the design system. Its address holds the build's digest, so that it may be kept for ever.
async fn asset(Path((_, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = assets::find(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| accepted.contains("gzip"));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    let mut response = if gzip { asset.gzip } else { asset.bytes }.into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    fields.insert(header::CACHE_CONTROL, forever);
    fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_login_leads_nowhere_else() {
        for (next, want) in [
            ("/sites?x=1", "/sites?x=1"),
            ("", "/"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nb", "/"),
            ("/\t/evil.example", "/"),
        ] {
            assert_eq!(within(next), want, "{next}");
        }
    }
}
