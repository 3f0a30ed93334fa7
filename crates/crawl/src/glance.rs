//! One page as it stands this minute: asked for once, kept as a record, drawn where a browser is. Clauses N1.6, N5.6, N5.7.
//!
//! For a person who reads it, or for a link that is looked at by itself. Goes through the guard and the gates that all runs
//! share; a page that a person opens is asked for whatever robots.txt says, as his own browser would. Judges nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use base::Reach;
use http::Method;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

use crate::evidence;
use crate::fetch::{Fetched, Fetcher};
use crate::guard::{Guard, Zone, zone, zone_of_host};
use crate::host::{Gates, Hosts};
use crate::plan::{Manners, Plan, Render, Scope};
use crate::rendering::{Chromium, Rendering};
use crate::signs::seen_through;
use crate::tls::TlsSetUp;
use crate::wire::{Want, Wire, resolve};

/// The longest wait for a turn and the answer; somebody sits before the screen.
const PATIENCE: Duration = Duration::from_secs(45);
/// The longest wait for the browser that all readers share; a page is read without a picture as well.
const PICTURE: Duration = Duration::from_secs(25);

/// A page as it answered.
#[derive(Clone, Debug)]
pub struct Glance {
    pub reach: Reach,
    pub status: Option<u16>,
    /// Where the answer came from, after redirects.
    pub url: Url,
    pub mime: Option<String>,
    pub content_type: Option<String>,
    /// Decompressed and otherwise as it came; empty without an answer.
    pub body: Vec<u8>,
    /// The document as the browser made it, where one drew it.
    pub rendered: Option<String>,
    /// JPEG of the upper part of the page.
    pub picture: Option<Vec<u8>>,
    /// Why there is no picture, in the reader's language.
    pub no_picture: Option<String>,
    /// The answer as a gzip member: a WARC file of one record.
    pub record: Vec<u8>,
    pub took_ms: u32,
    /// SHA-256 of the certificate that the last host showed.
    pub certificate: Option<[u8; 32]>,
}

/// What one looks at a page for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A person reads it: with a picture.
    Reading,
    /// Only what answers there.
    Checking,
}

/// Looks at single pages.
pub struct Glancer {
    wire: Arc<Wire>,
    gates: Arc<Gates>,
    chromium: Arc<Chromium>,
    render: Render,
    requests: Arc<AtomicU64>,
    /// Whoever draws holds it: many readers share one browser.
    drawing: Semaphore,
}

impl Glancer {
    /// One that shares its politeness with all else that asks websites. Fails without trusted roots.
    pub fn new(manners: Manners, gates: Arc<Gates>, render: Render) -> Result<Glancer, TlsSetUp> {
        let chromium = Arc::new(Chromium::new(manners.chromium.clone()));
        let wire = Arc::new(Wire::new(Arc::new(manners))?);
        Ok(Glancer { wire, gates, chromium, render, requests: Arc::default(), drawing: Semaphore::new(1) })
    }

    /// Looks at a page. `home` is the address that the page's site is known by: where that stands decides what may be
    /// connected to; without one only the public internet. `at` is the present in milliseconds since 1970.
    pub async fn glance(&self, home: Option<&Url>, url: &Url, what_for: For, at: i64) -> Glance {
        let hosts = [home, Some(url)].into_iter().flatten().filter_map(Scope::name_of).collect();
        let guard = Guard::for_start(match home {
            Some(home) => self.zone_of(home).await,
            None => Zone::Public,
        });
        let scope = Scope::of_hosts(hosts);
        let fetcher = Arc::new(Fetcher {
            wire: Arc::clone(&self.wire),
            hosts: Arc::new(Hosts::new(Arc::clone(&self.gates))),
            guard,
            sent: Arc::clone(&self.requests),
            own: AtomicU64::new(0),
        });
        let fetched = match timeout(PATIENCE, ask(&fetcher, url, &scope)).await {
            Ok(fetched) => fetched,
            Err(_) => Fetched::without_answer(url.clone(), Reach::Timeout),
        };
        let certificate = fetcher.hosts.of(&fetched.url).and_then(|host| host.tls.get()?.fingerprint());
        let record = evidence::of_answer(url.as_str(), &fetched, at);
        let mut glance = Glance {
            reach: seen_through(&fetched),
            status: fetched.status,
            url: fetched.url.clone(),
            mime: fetched.mime(),
            content_type: fetched.header(http::header::CONTENT_TYPE),
            body: Vec::new(),
            rendered: None,
            picture: None,
            no_picture: None,
            record: record.map(evidence::Record::into_member).unwrap_or_default(),
            took_ms: fetched.took_ms,
            certificate,
        };
        let is_page =
            glance.reach == Reach::Ok && glance.mime.as_ref().is_none_or(|mime| mime.contains("html"));
        if what_for == For::Reading && is_page {
            self.draw(&mut glance, &fetched, scope, fetcher).await;
        }
        glance.body = fetched.body;
        glance
    }

    async fn draw(&self, glance: &mut Glance, fetched: &Fetched, scope: Scope, fetcher: Arc<Fetcher>) {
        if self.render == Render::Never {
            glance.no_picture = Some("系统设置为不用浏览器截图".into());
            return;
        }
        let Ok(Ok(_place)) = timeout(PICTURE, self.drawing.acquire()).await else {
            glance.no_picture = Some("等候截图的页面太多，这次没有截图".into());
            return;
        };
        let plan = Arc::new(Plan::of_page(fetched.url.clone(), scope.clone()));
        let rendering = Rendering::new(Arc::clone(&self.chromium), plan, scope, fetcher);
        // The browser keeps its own time; given up half-way it would have to be started again.
        match rendering.drawn(fetched).await {
            Ok(drawn) => {
                glance.picture = drawn.picture;
                glance.rendered = Some(drawn.html).filter(|html| !html.trim().is_empty());
                if glance.picture.is_none() {
                    glance.no_picture = Some("截图太大或没有截成".into());
                }
            }
            Err(why) => glance.no_picture = Some(why.to_string()),
        }
    }

    async fn zone_of(&self, home: &Url) -> Zone {
        let Some(host) = home.host_str() else { return Zone::Public };
        if let Some(zone) = zone_of_host(host) {
            return zone;
        }
        if self.wire.manners.proxy.is_some() {
            return Zone::Public;
        }
        let port = home.port_or_known_default().unwrap_or(80);
        let found = resolve(host, port).await.ok();
        found.and_then(|found| found.first().map(|one| zone(one.ip()))).unwrap_or(Zone::Public)
    }
}

async fn ask(fetcher: &Fetcher, url: &Url, scope: &Scope) -> Fetched {
    let Some(host) = fetcher.hosts.of(url) else {
        return Fetched::without_answer(url.clone(), Reach::Garbled);
    };
    if let Some(why) = crate::fetch::withheld(url, &fetcher.guard, false) {
        return Fetched::without_answer(url.clone(), Reach::Withheld(why));
    }
    host.gate.another_turn().await;
    fetcher.fetch(url, Method::GET, Want::Readable, scope).await
}
