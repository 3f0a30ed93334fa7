//! The layers around all routes: the session, the one-time message, the page for what went wrong. Serves N4.7.
//!
//! The session is looked up once for each request; its cookie is renewed by the database row alone.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use platform::Secret;
use platform::web::answer::{Told, escape};
use platform::web::{Failure, Refusal};
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::screen::{Screen, cookies, decode};
use super::{Actor, Routes, again};
use crate::Cx;
use crate::api::layer::Api;
use crate::api::{self, spec};
use crate::identity::commands::sessions;

/// The cookie that holds the session's secret.
pub const SESSION_COOKIE: &str = "xunwang";
/// The largest request body: a workbook of 3,000 sites has some 2 MB; the rest is room for evidence that is uploaded.
const LARGEST_BODY: usize = 20 << 20;
/// What a page of the console may load and where it may be shown: its own files only, in no frame.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What is the same for everybody, so that nobody is looked up for it: it must be there when the database is not. The
/// API looks at tokens only.
const NOBODYS: [&str; 4] = ["/assets/", "/healthz", "/readyz", api::PREFIX];

/// Puts the layers around the routes.
pub fn frame(routes: Routes, cx: Cx) -> Router {
    let api = Api::new(cx.clone(), spec::document(routes.table()));
    let router = routes.into_router().fallback(async || Failure::NotThere);
    router
        .layer(from_fn_with_state(api, api::layer::layer))
        .layer(from_fn_with_state(cx.clone(), who))
        .layer(from_fn_with_state(cx.clone(), told))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CsrfLayer::new().with_rejection_response(|_| {
            Failure::from(Refusal::forbidden("这次提交来自别的网站，已拒绝。请回到系统页面重新操作。"))
                .into_response()
        }))
        .layer(axum::middleware::from_fn(headers))
        .with_state(cx)
}

/// Finds out who asks. A database that cannot tell is an error, not a stranger: nobody is logged out by an outage.
async fn who(State(cx): State<Cx>, mut request: Request, next: Next) -> Response {
    if NOBODYS.iter().any(|path| request.uri().path().starts_with(path)) {
        return next.run(request).await;
    }
    let mut actor = None;
    if let Some(secret) = cookies(request.headers()).get(SESSION_COOKIE).and_then(|text| Secret::sent(text)) {
        match sessions::actor(&cx, &secret).await {
            Ok(found) => actor = found,
            Err(error) => return Failure::from(error).into_response(),
        }
    }
    if let Some(actor) = &actor {
        request.extensions_mut().insert(actor.clone());
    }
    let mut response = next.run(request).await;
    // For the frame of the page that tells what went wrong.
    if let Some(actor) = actor {
        response.extensions_mut().insert(actor);
    }
    response
}

/// Turns what went wrong into a page in the frame, and shows a one-time message on the next page.
async fn told(State(cx): State<Cx>, request: Request, next: Next) -> Response {
    let message = cookies(request.headers()).remove("flash").map(|text| decode(&text));
    let is_page = *request.method() == Method::GET;
    let (request, form) = again::kept(request).await;
    let mut response = in_words(next.run(request).await);
    let actor = response.extensions_mut().remove::<Actor>();
    if let Some(told) = response.extensions_mut().remove::<Told>() {
        let form = form.filter(|_| again::helps(told.status));
        response = page(&cx, actor.as_ref(), &told, form).unwrap_or(response);
    }
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if let Some(message) = message.filter(|_| is_page && is_html && response.status() == StatusCode::OK) {
        return with_message(response, &message).await;
    }
    response
}

/// What the web framework refuses by itself (a form that is none, a number that is none, too much of anything) it tells in
/// English and without a page. No browser that shows our forms sends such; whoever sees it is told what to do.
fn in_words(mut response: Response) -> Response {
    let is_plain = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    let kind = response.headers().get(header::CONTENT_TYPE);
    if !response.status().is_client_error() || kind.is_some_and(|kind| !is_plain(kind)) {
        return response;
    }
    let words = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "提交的内容超过 20 MB，没有保存。请拆成几次提交。",
        StatusCode::METHOD_NOT_ALLOWED => "这个地址不接受这样的请求。请从首页重新进入。",
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            "提交的内容或网址格式不对，没有保存。请回到原来的页面，刷新后重新提交。"
        }
        _ => return response,
    };
    let actor = response.extensions_mut().remove::<Actor>();
    let refusal = Refusal { status: response.status(), words: words.to_owned() };
    let mut told = Failure::from(refusal).into_response();
    if let Some(actor) = actor {
        told.extensions_mut().insert(actor);
    }
    told
}

fn page(cx: &Cx, actor: Option<&Actor>, told: &Told, form: Option<again::Form>) -> Option<Response> {
    #[derive(serde::Serialize)]
    struct View<'a> {
        words: &'a str,
        number: Option<&'a str>,
        status: u16,
        form: Option<again::Form>,
    }
    let status = told.status.as_u16();
    let view = View { words: &told.words, number: told.number.as_deref(), status, form };
    let title = if told.status == StatusCode::NOT_FOUND { "没有找到" } else { "没有完成" };
    let screen = Screen { cx, actor, title, section: "", clause: "", help: "" };
    let mut response = screen.show("told.html", view).ok()?;
    *response.status_mut() = told.status;
    if told.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    Some(response)
}

/// The frame holds a mark where the message goes, so that no handler must think of it.
async fn with_message(response: Response, message: &str) -> Response {
    /// Pages are built in memory already; this only guards the copy.
    const LARGEST_PAGE: usize = 64 << 20;
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let safe = escape(message);
    let alert = format!("<div class=\"alert alert-success\" role=\"status\">{safe}</div>");
    let page = String::from_utf8_lossy(&bytes).replacen("<!--message-->", &alert, 1);
    parts.headers.remove(header::CONTENT_LENGTH);
    let gone = HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    parts.headers.append(header::SET_COOKIE, gone);
    Response::from_parts(parts, page.into())
}

/// Protections that every answer carries, and no copies of screens on shared machines.
async fn headers(request: Request, next: Next) -> Response {
    // Once more, for what the layers above the page refuse.
    let mut response = in_words(next.run(request).await);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
