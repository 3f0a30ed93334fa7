//! Each request counted, timed and logged, by the pattern of its route. Serves all clauses.
//!
//! Addresses are never written down as they are: what stands in them may be a name or a secret. Counts are shown in the
//! text format of OpenMetrics, which Prometheus reads.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::Instrument as _;

use crate::secret;

/// The header by which a request is found again in the log, here and at the proxy in front.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of somebody else that is taken over.
const LONGEST_ID: usize = 64;
/// Bounds of durations in seconds: around the 150 and 200 ms that screens must keep, up to a form that times out.
const SECONDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.5, 2.0, 10.0];
/// What programs ask again and again is logged at the finest level only.
const QUIET: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/assets/{digest}/{name}"];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

/// What was counted since the start. Shared by clones.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let requests = Family::default();
        let seconds = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let mut registry = Registry::with_prefix("xunwang");
        registry.register("http_requests", "Requests by route and status", requests.clone());
        registry.register("http_request_seconds", "How long requests took", seconds.clone());
        Metrics { registry: Arc::new(registry), requests, seconds }
    }
}

impl Metrics {
    /// Everything counted, and what `more` registers for this one answer.
    pub fn text(&self, more: &Registry) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode_registry(&mut text, &self.registry)?;
        prometheus_client::encoding::text::encode_registry(&mut text, more)?;
        prometheus_client::encoding::text::encode_eof(&mut text)?;
        Ok(text)
    }
}

/// The layer around all routes.
pub async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let id = id(&request);
    let method = request.method().as_str().to_owned();
    // What no route takes is one line, so that strangers cannot make counts without end; so are strange methods.
    let method = if ["GET", "POST", "HEAD"].contains(&method.as_str()) { method } else { "other".to_owned() };
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if QUIET.contains(&route.as_str()) {
            tracing::debug!(method, route, status, ms, "answered");
        } else {
            tracing::info!(method, route, status, ms, "answered");
        }
    });
    metrics
        .seconds
        .get_or_create(&Route { method: method.clone(), route: route.clone() })
        .observe(took.as_secs_f64());
    metrics.requests.get_or_create(&Answered { method, route, status }).inc();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The id that a proxy gave, if it can stand in a log, or one of our own.
fn id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fits = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    given
        .filter(fits)
        .map_or_else(|| secret::random::<8>().iter().map(|b| format!("{b:02x}")).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_is_replaced() {
        let with = |id: &'static str| {
            let request =
                Request::builder().header("x-request-id", HeaderValue::from_bytes(id.as_bytes()).unwrap());
            super::id(&request.body(axum::body::Body::empty()).unwrap())
        };
        assert_eq!(with("abc-1_2"), "abc-1_2");
        for wrong in ["", "a b", "a=\"b\"", "中"] {
            assert_eq!(with(wrong).len(), 16, "{wrong}");
        }
    }
}
