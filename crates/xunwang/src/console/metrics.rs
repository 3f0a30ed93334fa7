//! `/metrics`: how the system is doing, for Prometheus. Serves N4.7.
//!
//! Read on this machine, or with the token of `--metrics-token`; holds numbers only, no names of people or sites.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::{Access, Cx, Routes};
use platform::jobs;
use platform::web::Failure;
use platform::web::metrics::Metrics;
use platform::{Digest, Error};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What a proxy adds: then the neighbour on loopback is not the one who asks.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Who may read the numbers.
#[derive(Clone, Default)]
pub struct Reader {
    /// The digest of the token, so that comparing it takes the same time whatever was sent.
    pub token: Option<Digest>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: String,
    state: &'static str,
}

pub fn routes() -> Routes {
    Routes::default().get("/metrics", Access::Public, metrics)
}

impl Reader {
    fn may(&self, from: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        match self.token {
            Some(token) => {
                let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
                let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
                sent.is_some_and(|sent| Digest::of(sent.trim().as_bytes()) == token)
            }
            None => {
                let near = from.is_some_and(|from| from.ip().is_loopback());
                near && !FORWARDED.iter().any(|name| headers.contains_key(*name))
            }
        }
    }
}

async fn metrics(
    State(cx): State<Cx>,
    Extension(metrics): Extension<Metrics>,
    Extension(reader): Extension<Reader>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !reader.may(from.map(|Extension(ConnectInfo(from))| from), &headers) {
        let words = "只能在本机读取；从别处读取请设置 --metrics-token，并在 Authorization 中以 Bearer 发送";
        return Ok((StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], words).into_response());
    }
    let text = metrics.text(&present(&cx).await?);
    let text = text.map_err(|error| Error::Other(format!("metrics: {error}")))?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}

/// What is measured when it is asked for.
async fn present(cx: &Cx) -> Result<Registry, Error> {
    let mut registry = Registry::with_prefix("xunwang");
    let kinds = Family::<Kind, Gauge>::default();
    for count in jobs::counts(cx.db.read()).await? {
        kinds.get_or_create(&Kind { kind: count.kind, state: count.state.code() }).set(count.number);
    }
    registry.register("jobs", "Background jobs by kind and state", kinds);
    let mut gauge = |name: &'static str, help: &'static str, value: i64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    let since = jobs::due_since(cx.db.read(), cx.now()).await?;
    let behind = since.map_or(0, |since| (cx.now() - since).num_seconds());
    gauge("job_oldest_due_seconds", "How long the oldest due job has waited", behind);
    gauge("database_bytes", "Size of the main database", cx.db.size().await?);
    let sessions = ledger::identity::store::number_of_sessions_unscoped(cx.db.read(), cx.now()).await?;
    gauge("sessions", "Sessions that have not ended", i64::try_from(sessions).unwrap_or(i64::MAX));
    if let Some(bytes) = resident() {
        gauge("process_resident_bytes", "Memory of this process", bytes);
    }
    Ok(registry)
}

/// Bytes of this process in memory, as Linux tells (proc(5), `VmRSS` in KiB).
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<i64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_for_this_machine_or_for_the_token() {
        let near = Some("127.0.0.1:5000".parse().unwrap());
        let far = Some("198.51.100.7:5000".parse().unwrap());
        let with = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
        };
        let open = Reader::default();
        assert!(open.may(near, &HeaderMap::new()));
        assert!(!open.may(far, &HeaderMap::new()) && !open.may(None, &HeaderMap::new()));
        assert!(!open.may(near, &with("x-forwarded-for", "198.51.100.7")));
        let closed = Reader { token: Some(Digest::of(b"secret")) };
        assert!(!closed.may(near, &HeaderMap::new()));
        assert!(closed.may(far, &with("authorization", "Bearer secret")));
        assert!(!closed.may(near, &with("authorization", "Bearer Secret")));
        assert!(!closed.may(near, &with("authorization", "secret")));
    }
}
