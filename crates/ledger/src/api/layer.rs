//! Around every request under `/api/`: the token, its limit, errors as JSON; and the limit of tries to log in. Clause N4.7.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use platform::web::answer::Told;
use platform::web::{Failure, Refusal};
use serde_json::{Value, json};

use super::limit::{API, Buckets, LOGIN};
use super::{PREFIX, commands, model};
use crate::{Actor, Cx};

/// What the layer holds.
#[derive(Clone)]
pub(crate) struct Api {
    cx: Cx,
    tokens: Arc<Buckets<i64>>,
    addresses: Arc<Buckets<String>>,
    document: Document,
}

/// The OpenAPI document, for its route.
#[derive(Clone)]
pub(crate) struct Document(pub(crate) Arc<Value>);

impl Api {
    pub(crate) fn new(cx: Cx, document: Value) -> Api {
        Api {
            cx,
            tokens: Arc::new(Buckets::new(API)),
            addresses: Arc::new(Buckets::new(LOGIN)),
            document: Document(Arc::new(document)),
        }
    }
}

/// The layer.
pub(crate) async fn layer(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(PREFIX) {
        if request.uri().path() == "/login" && *request.method() == Method::POST {
            let from = crate::web::client(&api.cx, request.extensions(), request.headers());
            if let Some(Err(wait)) = from.map(|from| api.addresses.take(from, api.cx.now())) {
                let words = format!("登录尝试太频繁，请 {wait} 秒后再试。");
                let mut refused =
                    Failure::from(refusal(StatusCode::TOO_MANY_REQUESTS, words)).into_response();
                // Told plainly: whoever tries passwords gets no page rendered for it.
                refused.extensions_mut().remove::<Told>();
                return too_many(refused, wait);
            }
        }
        return next.run(request).await;
    }
    // A login by cookie counts for screens only.
    request.extensions_mut().remove::<Actor>();
    request.extensions_mut().insert(api.document.clone());
    let header = request.headers().get(header::AUTHORIZATION).cloned();
    let reads = model::reads(request.method());
    match known(&api, header, reads).await {
        Ok(Some(actor)) => {
            request.extensions_mut().insert(actor);
        }
        Ok(None) => {}
        Err(response) => return json_error(response),
    }
    json_error(next.run(request).await)
}

/// The person behind the request's token, within its limits.
async fn known(api: &Api, header: Option<HeaderValue>, reads: bool) -> Result<Option<Actor>, Response> {
    let Some(header) = header else { return Ok(None) };
    let secret = header.to_str().ok().and_then(model::bearer);
    let found = match secret {
        Some(secret) => {
            commands::actor(&api.cx, &secret).await.map_err(|e| Failure::from(e).into_response())?
        }
        None => None,
    };
    let Some((token, actor)) = found else {
        let words = "令牌无效、已到期或已停用，请在“我的账号—API 令牌”中查看。";
        return Err(Failure::from(refusal(StatusCode::UNAUTHORIZED, words)).into_response());
    };
    if let Err(wait) = api.tokens.take(token.id, api.cx.now()) {
        let words = format!("请求太频繁，请 {wait} 秒后再试。");
        let refused = Failure::from(refusal(StatusCode::TOO_MANY_REQUESTS, words)).into_response();
        return Err(too_many(refused, wait));
    }
    if !token.writes && !reads {
        let words = "这个令牌只能读取。需要写入时，请另建允许写入的令牌。";
        return Err(Failure::from(Refusal::forbidden(words)).into_response());
    }
    Ok(Some(actor))
}

fn refusal(status: StatusCode, words: impl Into<String>) -> Refusal {
    Refusal { status, words: words.into() }
}

fn too_many(mut response: Response, wait: i64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// The stable code of a status.
fn code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        409 => "conflict",
        413 => "too_large",
        415 => "unsupported_media_type",
        422 => "invalid",
        429 => "rate_limited",
        503 => "unavailable",
        507 => "storage_full",
        _ => "internal",
    }
}

/// Every failure as JSON, whoever made it: a handler, the guard, or the reading of the request.
fn json_error(mut response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let told = response.extensions_mut().remove::<Told>();
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_json && told.is_none() {
        return response;
    }
    let mut message = told.as_ref().map_or_else(
        || match status.as_u16() {
            405 => "这个地址不支持这种请求方法。".to_owned(),
            415 => "请求正文应为 JSON，Content-Type 应为 application/json。".to_owned(),
            413 => "请求正文太大。".to_owned(),
            _ => "请求的参数或正文不符合接口说明。".to_owned(),
        },
        |told| told.words.clone(),
    );
    if status == StatusCode::NOT_FOUND {
        message = "没有这个资源，或者它不在您的管辖范围内。".to_owned();
    }
    if let Some(number) = told.and_then(|told| told.number) {
        message = format!("{message}编号：{number}");
    }
    let body = json!({ "error": { "code": code(status), "message": message } });
    let mut out = (status, Json(body)).into_response();
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            out.headers_mut().insert(name, value.clone());
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        out.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    out
}
