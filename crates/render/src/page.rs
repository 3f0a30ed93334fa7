//! One page in the browser, from its first answer to the document it has become. Clauses N2.1, N5.3.
//!
//! A page gets a context of its own, without anything of the pages before. What it does is bounded in time, number
//! and bytes; when its time is over, its scripts are stopped and it is taken as it stands.

use std::future::Future;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::browser::Browser;
use crate::requests::{Answer, Asks, Kind, Paused, Request, fulfil};
use crate::wire::{Fault, Wire};
use crate::{Job, Options, bounds};

/// What became of a page.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The document as it stands after its scripts have run, serialised as HTML.
    pub html: String,
    /// Its address in the end.
    pub final_url: String,
    /// JPEG of the upper part of the page, where one was wanted and could be made.
    pub picture: Option<Vec<u8>>,
    /// Requests that were answered, without the page itself.
    pub requests: u32,
    /// Requests that were refused, by the caller or by the bounds.
    pub requests_refused: u32,
    /// What the page complained of or was refused, in the order of events.
    pub errors: Vec<String>,
    /// Its time was over before it came to rest.
    pub timed_out: bool,
    /// The document was cut at its bound.
    pub cut: bool,
    /// Whether Chromium kept the page in a sandbox.
    pub sandboxed: bool,
}

/// Reads the document in a world of its own, where the page's script has changed no function.
const DOCUMENT: &str = "((most) => {
  const get = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get;
  const root = get(Document, 'documentElement').call(document);
  const html = root ? get(Element, 'outerHTML').call(root) : '';
  return JSON.stringify({html: '<!DOCTYPE html>\\n' + html.slice(0, most), cut: html.length > most, url: location.href});
})";

/// A page under way.
struct Visit<'v> {
    wire: &'v mut Wire,
    options: &'v Options,
    job: &'v Job,
    /// The main frame, which has the name of its target.
    frame: String,
    session: String,
    fetches: JoinSet<(String, Option<Answer>)>,
    seen: Rendered,
    asked: u32,
    bytes: usize,
    navigations: u32,
    /// When the page had loaded.
    loaded: Option<Instant>,
    /// When it last asked for something or got it.
    stirred: Instant,
}

/// Renders a page in a context that is closed afterwards.
pub async fn render<F, A>(
    browser: &mut Browser,
    options: &Options,
    job: &Job,
    fetch: Arc<F>,
) -> Result<Rendered, Fault>
where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Future<Output = Option<Answer>> + Send + 'static,
{
    let deadline = Instant::now() + options.most_time_a_page;
    let wire = &mut browser.wire;
    wire.forget();
    let context = wire.call(None, "Target.createBrowserContext", json!({"disposeOnDetach": true})).await?;
    let context = context["browserContextId"].clone();
    let denied = json!({"behavior": "deny", "browserContextId": context});
    wire.call(None, "Browser.setDownloadBehavior", denied).await?;
    let target = json!({"url": "about:blank", "browserContextId": context});
    let target = wire.call(None, "Target.createTarget", target).await?["targetId"].take();
    let attach = json!({"targetId": target, "flatten": true});
    let session = wire.call(None, "Target.attachToTarget", attach).await?["sessionId"].take();
    let mut visit = Visit {
        wire,
        options,
        job,
        frame: target.as_str().unwrap_or_default().to_owned(),
        session: session.as_str().unwrap_or_default().to_owned(),
        fetches: JoinSet::new(),
        seen: Rendered { sandboxed: browser.sandboxed, ..Rendered::default() },
        asked: 0,
        bytes: 0,
        navigations: 0,
        loaded: None,
        stirred: Instant::now(),
    };
    visit.prepare(&browser.user_agent).await?;
    visit.run(&fetch, deadline).await?;
    visit.take().await?;
    let seen = visit.seen;
    browser.wire.call(None, "Target.disposeBrowserContext", json!({"browserContextId": context})).await?;
    Ok(seen)
}

impl Visit<'_> {
    async fn call(&mut self, method: &str, params: Value) -> Result<Value, Fault> {
        self.wire.call(Some(&self.session), method, params).await
    }

    async fn prepare(&mut self, user_agent: &str) -> Result<(), Fault> {
        let window = self.options.viewport;
        self.call("Page.enable", json!({})).await?;
        self.call("Inspector.enable", json!({})).await?;
        self.call("Emulation.setUserAgentOverride", json!({"userAgent": user_agent})).await?;
        let metrics = json!({"width": window.width, "height": window.height, "deviceScaleFactor": 1,
                             "mobile": window.width < 600});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await?;
        // Windows that the page opens, to be closed.
        self.wire.call(None, "Target.setDiscoverTargets", json!({"discover": true})).await?;
        self.wire.forget();
        // Not waited for: the browser answers when the first answer has come, which is for us to give.
        self.wire.send(Some(&self.session), "Page.navigate", json!({"url": self.job.url})).await?;
        Ok(())
    }

    /// Answers what the page asks for until it rests or its time is over.
    async fn run<F, A>(&mut self, fetch: &Arc<F>, deadline: Instant) -> Result<(), Fault>
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Answer>> + Send + 'static,
    {
        loop {
            let end = self.rests_at().map_or(deadline, |rest| rest.min(deadline));
            tokio::select! {
                event = self.wire.event() => self.event(&event?, fetch).await?,
                Some(done) = self.fetches.join_next() => {
                    self.stirred = Instant::now();
                    // An error: the caller's function failed; the browser's request ends with the page.
                    if let Ok((id, answer)) = done {
                        self.answer(&id, answer).await?;
                    }
                }
                () = sleep_until(end) => {
                    self.seen.timed_out = end == deadline;
                    break;
                }
            }
        }
        self.fetches.shutdown().await;
        Ok(())
    }

    /// When the page counts as come to rest, if nothing happens until then.
    fn rests_at(&self) -> Option<Instant> {
        let loaded = self.loaded?;
        let quiet = self.stirred.max(loaded) + bounds::QUIET;
        let settled = loaded + bounds::SETTLE;
        Some(if self.fetches.is_empty() { quiet.min(settled) } else { settled })
    }

    async fn event<F, A>(&mut self, event: &Value, fetch: &Arc<F>) -> Result<(), Fault>
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Answer>> + Send + 'static,
    {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Fetch.requestPaused" => {
                self.stirred = Instant::now();
                self.paused(params, fetch).await?;
            }
            "Page.loadEventFired" => self.loaded = Some(Instant::now()),
            "Page.javascriptDialogOpening" => {
                // To a page that asks whether it may be left, yes; to everything else, no.
                let leaves = params["type"] == "beforeunload";
                self.complain("dialog", params["message"].as_str().unwrap_or_default());
                let params = json!({"accept": leaves});
                self.wire.send(Some(&self.session), "Page.handleJavaScriptDialog", params).await?;
            }
            "Page.downloadWillBegin" => {
                self.complain("download", params["url"].as_str().unwrap_or_default());
            }
            "Target.targetCreated" => {
                let target = &params["targetInfo"];
                if target["type"] == "page" && target["openerId"].is_string() {
                    self.complain("window", target["url"].as_str().unwrap_or_default());
                    let params = json!({"targetId": target["targetId"]});
                    self.wire.send(None, "Target.closeTarget", params).await?;
                }
            }
            "Target.targetCrashed" if params["targetId"] == self.frame.as_str() => {
                return Err(Fault::Refused("the page crashed".into()));
            }
            "Inspector.targetCrashed" if event["sessionId"] == self.session.as_str() => {
                return Err(Fault::Refused("the page crashed".into()));
            }
            _ => {}
        }
        Ok(())
    }

    async fn paused<F, A>(&mut self, params: &Value, fetch: &Arc<F>) -> Result<(), Fault>
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Answer>> + Send + 'static,
    {
        let Some(paused) = Paused::read(params, &self.frame) else { return Ok(()) };
        let request = match paused.asks {
            Asks::Nobody => {
                let params = json!({"requestId": paused.id});
                return self.wire.send(None, "Fetch.continueRequest", params).await.map(drop);
            }
            Asks::Refused(why, url) => {
                self.complain(why, &url);
                return self.refuse(&paused.id).await;
            }
            Asks::Caller(request) => request,
        };
        if request.kind == Kind::Page {
            self.navigations += 1;
            if self.navigations == 1 {
                let fulfilled = fulfil(&paused.id, &self.job.first);
                return self.wire.send(None, "Fetch.fulfillRequest", fulfilled).await.map(drop);
            }
            self.loaded = None;
            if self.navigations > bounds::NAVIGATIONS {
                self.complain("navigation", &request.url);
                return self.refuse(&paused.id).await;
            }
        }
        if self.asked >= self.options.most_requests_a_page || self.bytes >= self.options.most_bytes {
            return self.refuse(&paused.id).await;
        }
        self.asked += 1;
        let fetch = Arc::clone(fetch);
        self.fetches.spawn(async move { (paused.id, fetch(request).await) });
        Ok(())
    }

    async fn answer(&mut self, id: &str, answer: Option<Answer>) -> Result<(), Fault> {
        let fits = |a: &Answer| self.bytes + a.body.len() <= self.options.most_bytes;
        match answer.filter(fits) {
            Some(answer) => {
                self.seen.requests += 1;
                self.bytes += answer.body.len();
                self.wire.send(None, "Fetch.fulfillRequest", fulfil(id, &answer)).await.map(drop)
            }
            None => self.refuse(id).await,
        }
    }

    async fn refuse(&mut self, id: &str) -> Result<(), Fault> {
        self.seen.requests_refused += 1;
        // A navigation that is refused leaves the page where it is, and loaded.
        if self.loaded.is_none() && self.navigations > 1 {
            self.loaded = Some(Instant::now());
        }
        let params = json!({"requestId": id, "errorReason": "BlockedByClient"});
        self.wire.send(None, "Fetch.failRequest", params).await.map(drop)
    }

    fn complain(&mut self, what: &str, text: &str) {
        if self.seen.errors.len() < bounds::ERRORS {
            let text: String = text.chars().take(bounds::ERROR_TEXT).collect();
            self.seen.errors.push(format!("{what}: {text}"));
        }
    }

    /// Takes the document, and its picture, as they stand.
    async fn take(&mut self) -> Result<(), Fault> {
        if self.seen.timed_out {
            // A script that never ends would never let us ask.
            self.wire.send(Some(&self.session), "Page.stopLoading", json!({})).await?;
            self.call("Runtime.terminateExecution", json!({})).await?;
        }
        let world = json!({"frameId": self.frame, "worldName": "reading"});
        let world = self.call("Page.createIsolatedWorld", world).await?["executionContextId"].take();
        let read = json!({"expression": format!("{DOCUMENT}({})", self.options.most_bytes),
                          "contextId": world, "returnByValue": true});
        let read = self.call("Runtime.evaluate", read).await?;
        let text = read["result"]["value"].as_str().unwrap_or_default();
        let mut value: Value =
            serde_json::from_str(text).map_err(|_| Fault::Refused("the document cannot be read".into()))?;
        if let Value::String(html) = value["html"].take() {
            self.seen.html = html;
        }
        self.seen.cut = value["cut"] == true;
        self.seen.final_url = value["url"].as_str().unwrap_or_default().to_owned();
        if self.job.picture {
            match self.picture().await {
                Ok(picture) => self.seen.picture = picture,
                Err(Fault::Refused(why)) => self.complain("picture", &why),
                Err(grave) => return Err(grave),
            }
        }
        Ok(())
    }

    async fn picture(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let layout = self.call("Page.getLayoutMetrics", json!({})).await?;
        let window = self.options.viewport;
        let height = layout["cssContentSize"]["height"].as_f64().unwrap_or_default();
        let height = height.clamp(f64::from(window.height), f64::from(bounds::PICTURE_HEIGHT));
        let shot = json!({"format": "jpeg", "quality": bounds::PICTURE_QUALITY, "captureBeyondViewport": true,
            "clip": {"x": 0, "y": 0, "width": window.width, "height": height, "scale": 1}});
        let shot = self.call("Page.captureScreenshot", shot).await?;
        let picture = shot["data"].as_str().and_then(|data| STANDARD.decode(data).ok());
        Ok(picture.filter(|picture| !picture.is_empty() && picture.len() <= bounds::PICTURE_BYTES))
    }
}
