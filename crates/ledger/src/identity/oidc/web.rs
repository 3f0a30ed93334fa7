//! The way to the identity provider and back, and what is shown when it leads nowhere. Clause N4.7.
//!
//! Begun by a link, not a form: our content policy lets forms lead to ourselves only, and browsers hold that against
//! every redirect that follows a form.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use platform::Secret;
use platform::clock::Instant;
use platform::web::{Failure, answer};
use serde::{Deserialize, Serialize};

use super::Provider;
use super::commands::{self, Arrived, Return, Stopped};
use super::model::{FLOW, Refused};
use crate::identity::web::login::{From, instead, visit, with_cookie, within};
use crate::web::{Screen, cookie};
use crate::{Access, Actor, Cx, Routes};

/// The cookie that ties a login under way to the browser in which it began.
const COOKIE: &str = "xunwang-login";

pub fn routes() -> Routes {
    Routes::default()
        .get("/login/oidc", Access::Public, begin)
        .get("/login/oidc/back", Access::Public, come_back)
        .get("/login/oidc/code", Access::Public, code_form)
        .post("/login/oidc/code", Access::Public, enter_code)
}

type Here = Option<axum::Extension<Actor>>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    next: String,
}

/// The configured provider; without one these screens are not there.
fn provider(cx: &Cx) -> Result<&Provider, Failure> {
    cx.oidc.as_deref().ok_or(Failure::NotThere)
}

async fn begin(State(cx): State<Cx>, here: Here, Query(wanted): Query<Wanted>) -> Result<Response, Failure> {
    let next = within(&wanted.next);
    if here.is_some() {
        return Ok(answer::see(next));
    }
    match commands::begin(&cx, provider(&cx)?, next).await? {
        Ok((address, browser)) => Ok(with_browser(answer::see(&address), Some(&browser), cx.settings.https)),
        Err(stopped) => {
            let Told { words, advice, status, .. } = told(stopped);
            instead(&cx, next.to_owned(), format!("{words}{advice}"), status)
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Back {
    state: String,
    code: String,
    error: String,
    error_description: String,
    iss: Option<String>,
}

async fn come_back(
    State(cx): State<Cx>,
    here: Here,
    from: From,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Failure> {
    if here.is_some() {
        // He came in by another window; what this one brings is not needed, nor may it change who he is.
        return Ok(answer::see("/"));
    }
    let provider = provider(&cx)?;
    let back = Return {
        state: back.state,
        code: back.code,
        error: back.error,
        told: back.error_description,
        issuer: back.iss,
    };
    let arrived = commands::come_back(&cx, provider, back, browser(&headers), &visit(from, &headers)).await?;
    match arrived {
        Ok(arrived) => Ok(welcome(&cx, arrived)),
        Err(stopped) => stop(&cx, told(stopped)),
    }
}

async fn code_form(State(cx): State<Cx>, here: Here, headers: HeaderMap) -> Result<Response, Failure> {
    if here.is_some() {
        return Ok(answer::see("/"));
    }
    provider(&cx)?;
    match commands::is_waiting(&cx, browser(&headers).as_ref()).await? {
        true => code(&cx, None),
        false => stop(&cx, told(Stopped::Stale)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

async fn enter_code(
    State(cx): State<Cx>,
    from: From,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, Failure> {
    let provider = provider(&cx)?;
    let entered =
        commands::enter_code(&cx, provider, browser(&headers), &form.code, &visit(from, &headers)).await?;
    match entered {
        Ok(arrived) => Ok(welcome(&cx, arrived)),
        Err(Stopped::Refused { why: Refused::Code, .. }) => {
            let mut response = code(&cx, Some(Refused::Code.words()))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(stopped) => stop(&cx, told(stopped)),
    }
}

fn welcome(cx: &Cx, arrived: Arrived) -> Response {
    let https = cx.settings.https;
    match arrived {
        Arrived::In { secret, next } => {
            with_browser(with_cookie(answer::see(within(&next)), secret.reveal(), https), None, https)
        }
        Arrived::Code { secret } => with_browser(answer::see("/login/oidc/code"), Some(&secret), https),
    }
}

#[derive(Serialize)]
struct CodeView {
    wrong: Option<String>,
}

fn code(cx: &Cx, wrong: Option<String>) -> Result<Response, Failure> {
    Ok(screen(cx, "动态码").show("oidc_code.html", CodeView { wrong })?)
}

/// How a login that came to nothing is told.
struct Told {
    words: String,
    advice: &'static str,
    status: StatusCode,
    /// Whether trying again may help.
    again: bool,
    leave: Option<String>,
}

fn told(stopped: Stopped) -> Told {
    let at_once = |words, advice, status| Told { words, advice, status, again: true, leave: None };
    match stopped {
        Stopped::Stale => at_once(
            "这次登录已过期、已经用过，或者不是在这个浏览器里开始的。".to_owned(),
            "请再登录一次。",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Stopped::Declined(told) => at_once(
            format!("统一身份认证没有让您登录：{told}。"),
            "如果是您自己取消的，可以再登录一次；否则请找统一身份认证的管理员。",
            StatusCode::FORBIDDEN,
        ),
        Stopped::Provider(trouble) => at_once(
            trouble.to_string(),
            trouble.advice(),
            if trouble.is_away() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY },
        ),
        Stopped::Refused { why, leave } => Told {
            words: why.words(),
            advice: why.advice(),
            status: StatusCode::FORBIDDEN,
            again: false,
            leave,
        },
    }
}

#[derive(Serialize)]
struct StoppedView {
    words: String,
    advice: &'static str,
    again: Option<String>,
    leave: Option<String>,
    at: Instant,
}

fn stop(cx: &Cx, told: Told) -> Result<Response, Failure> {
    let view = StoppedView {
        words: told.words,
        advice: told.advice,
        again: told.again.then(|| "/login/oidc".to_owned()),
        leave: told.leave,
        at: cx.now(),
    };
    let mut response = screen(cx, "没有登录").show("oidc_stopped.html", view)?;
    *response.status_mut() = told.status;
    Ok(with_browser(response, None, cx.settings.https))
}

#[derive(Serialize)]
struct LeftView<'a> {
    address: &'a str,
}

/// The page from which somebody goes on to leave the provider. A page and not a redirect, for the same reason as above.
pub(in crate::identity) fn left(cx: &Cx, address: &str) -> Result<Response, Failure> {
    Ok(screen(cx, "退出").show("oidc_left.html", LeftView { address })?)
}

fn screen<'a>(cx: &'a Cx, title: &'a str) -> Screen<'a> {
    Screen { cx, actor: None, title, section: "", clause: "", help: "" }
}

/// The secret in the browser's cookie.
fn browser(headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, COOKIE).and_then(|text| Secret::sent(&text))
}

/// Gives the browser a secret for this login, or takes it away. It comes back with the provider's redirect, which is a
/// link from another site: hence `Lax`.
fn with_browser(mut response: Response, secret: Option<&Secret>, https: bool) -> Response {
    let secure = if https { "; Secure" } else { "" };
    let age = if secret.is_some() { FLOW.num_seconds() } else { 0 };
    let value = secret.map(Secret::reveal).unwrap_or_default();
    let cookie = format!("{COOKIE}={value}; Path=/login/oidc; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
