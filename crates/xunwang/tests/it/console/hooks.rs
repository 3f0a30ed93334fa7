//! A receiver of webhooks and group robots on loopback that keeps what it was sent. Serves N2.1.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    /// A header's value, empty if it is missing.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

type Kept = Arc<Mutex<Vec<Seen>>>;

/// A running receiver.
pub struct Hooks {
    origin: String,
    kept: Kept,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Hooks {
    pub async fn start() -> Hooks {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let kept = Kept::default();
        let app = Router::new().fallback(answer).with_state(kept.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let until = async {
                stopped.await.ok();
            };
            axum::serve(listener, app).with_graceful_shutdown(until).await.unwrap();
        });
        Hooks { origin, kept, stop: Some(stop), task: Some(task) }
    }

    pub fn url(&self, target: &str) -> String {
        format!("{}{target}", self.origin)
    }

    /// Everything that came so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.kept.lock().unwrap().clone()
    }

    /// Stops listening, and waits until it has.
    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.take().unwrap().await.unwrap();
    }
}

async fn answer(State(kept): State<Kept>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let target = uri.to_string();
    let path = uri.path().to_owned();
    kept.lock().unwrap().push(Seen { target, headers, body: String::from_utf8(body.to_vec()).unwrap() });
    match path.as_str() {
        "/wecom" | "/ding" => "{\"errcode\":0,\"errmsg\":\"ok\"}".into_response(),
        "/refuses" => "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}".into_response(),
        "/forbidden" => (StatusCode::FORBIDDEN, "no").into_response(),
        "/elsewhere" => (StatusCode::FOUND, [(header::LOCATION, "/hook")]).into_response(),
        "/page" => "<html>login</html>".into_response(),
        _ => "ok".into_response(),
    }
}
