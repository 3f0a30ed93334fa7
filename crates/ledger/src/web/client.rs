//! Where a request comes from, for limits only. Clause N4.7.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::Cx;

/// Where a request comes from. Behind the proxy that brings HTTPS it is what the proxy added last to its header; whoever
/// comes past the proxy could write anything there, so the header counts only from this machine.
pub fn client(cx: &Cx, extensions: &Extensions, headers: &HeaderMap) -> Option<String> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|all| all.rsplit(',').next()).map(str::trim).filter(|one| !one.is_empty());
    match last {
        Some(last) if cx.settings.https && peer.is_loopback() => Some(last.chars().take(45).collect()),
        _ => Some(peer.to_string()),
    }
}

/// The same for a handler; all whose address is not known share one.
#[derive(Clone, Debug)]
pub struct Client(pub String);

impl FromRequestParts<Cx> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, cx: &Cx) -> Result<Client, Infallible> {
        Ok(Client(client(cx, &parts.extensions, &parts.headers).unwrap_or_default()))
    }
}
