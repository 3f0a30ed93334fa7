//! Asking for an address as a browser would: redirects, cookies on the way, HEAD refused and GET instead. Clause N2.4.
//!
//! Every hop passes the guard and its host's gate. Says what happened; verdicts and findings are made elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base::{Hop, Reach, TlsFault, Withheld};
use http::header::{self, HeaderMap};
use http::{Method, Request};
use http_body_util::Empty;
use hyper::body::Bytes;
use url::Url;

use crate::bounds;
use crate::decode;
use crate::guard::Guard;
use crate::headers::{location, proxy_login, retry_after, text_of, tidy};
use crate::host::{Host, Hosts};
use crate::plan::{Manners, Scope};
use crate::trip::{Identity, Trip};
use crate::wire::{Raw, Want, Wire, millis};

/// The final answer to a question, after redirects.
#[derive(Debug)]
pub struct Fetched {
    pub reach: Reach,
    pub status: Option<u16>,
    /// Where the answer came from.
    pub url: Url,
    pub chain: Vec<Hop>,
    pub headers: HeaderMap,
    /// Decompressed.
    pub body: Vec<u8>,
    pub took_ms: u32,
    pub tls_fault: Option<TlsFault>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    pub method: &'static str,
}

/// One run's way of asking.
pub struct Fetcher {
    pub wire: Arc<Wire>,
    pub hosts: Arc<Hosts>,
    pub guard: Guard,
    /// Requests sent, for the progress view.
    pub sent: Arc<AtomicU64>,
    /// Requests sent by this run.
    pub own: AtomicU64,
}

impl Fetcher {
    /// Requests this run has sent.
    pub fn requests(&self) -> u64 {
        self.own.load(Ordering::Relaxed)
    }

    /// Asks for `url`, following redirects. The caller holds a place at the gate of its host and had one turn.
    pub async fn fetch(&self, url: &Url, method: Method, want: Want, scope: &Scope) -> Fetched {
        self.fetch_as(Identity::default(), url, method, want, scope).await
    }

    /// The same under another name.
    pub async fn fetch_as(
        &self,
        identity: Identity,
        url: &Url,
        method: Method,
        want: Want,
        scope: &Scope,
    ) -> Fetched {
        self.follow(Trip::under(identity, url.clone()), method, want, scope).await
    }

    /// The same for a rendered page, with what its script says beside the address.
    pub async fn fetch_for_page(
        &self,
        said: HeaderMap,
        url: &Url,
        method: Method,
        want: Want,
        scope: &Scope,
    ) -> Fetched {
        let mut trip = Trip::under(Identity::default(), url.clone());
        trip.said = said;
        self.follow(trip, method, want, scope).await
    }

    async fn follow(&self, mut trip: Trip, method: Method, want: Want, scope: &Scope) -> Fetched {
        let start = Instant::now();
        let named = if method == Method::HEAD { "HEAD" } else { "GET" };
        let mut tls_fault = None;
        // What we wait for our turns is not the site's slowness.
        let mut waited = Duration::ZERO;
        loop {
            let outcome = self.hop(&mut trip, &method, want, scope, &mut tls_fault, &mut waited).await;
            let (reach, raw) = match outcome {
                Step::Again => continue,
                Step::Failed(reach) => (reach, None),
                Step::Answer(raw) => (reach_of_status(raw.status.as_u16()), Some(raw)),
            };
            let mut fetched = Fetched {
                reach,
                status: None,
                url: trip.url,
                chain: trip.chain,
                headers: HeaderMap::new(),
                body: Vec::new(),
                took_ms: millis(start + waited),
                tls_fault,
                retry_after: None,
                method: named,
            };
            if let Some(raw) = raw {
                fetched.fill(raw);
            }
            return fetched;
        }
    }

    async fn hop(
        &self,
        trip: &mut Trip,
        method: &Method,
        want: Want,
        scope: &Scope,
        tls_fault: &mut Option<TlsFault>,
        waited: &mut Duration,
    ) -> Step {
        let Some(host) = self.hosts.of(&trip.url) else { return Step::Failed(Reach::Garbled) };
        if trip.is_in_a_loop() {
            return Step::Failed(Reach::RedirectLoop);
        }
        if trip.chain.len() > bounds::MAX_HOPS {
            return Step::Failed(Reach::TooManyHops);
        }
        if !trip.chain.is_empty() {
            let asked = Instant::now();
            host.gate.another_turn().await;
            *waited += asked.elapsed();
        }
        let own = scope.owns(&trip.url);
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.own.fetch_add(1, Ordering::Relaxed);
        let asked = Instant::now();
        // Made when the connection stands: only then is known whether the host may be trusted with the user's secrets.
        let request = || request(&self.wire.manners, trip, method, own && host.tls_is_sound());
        let raw = match self.wire.ask(&host, &self.guard, request, want).await {
            Ok(raw) => raw,
            Err(reach) => return Step::Failed(reach),
        };
        host.note_answer(asked.elapsed());
        if host.https && tls_fault.is_none() {
            *tls_fault = host.tls.get().and_then(crate::tls::HostTls::fault);
        }
        trip.take_cookies(&raw.headers);
        if matches!(raw.status.as_u16(), 301 | 302 | 303 | 307 | 308)
            && let Some(next) = raw.headers.get(header::LOCATION).and_then(|v| location(&trip.url, v))
        {
            trip.chain.push(Hop { status: raw.status.as_u16(), to: next.to_string() });
            trip.url = next;
            return Step::Again;
        }
        // The proxy's own refusal, which says nothing about the site.
        if raw.status.as_u16() == 407 && self.wire.manners.proxy.is_some() {
            return Step::Failed(Reach::NoProxy);
        }
        Step::Answer(raw)
    }
}

impl Fetched {
    /// The answer of an address that was not asked, or could not be.
    pub fn without_answer(url: Url, reach: Reach) -> Fetched {
        Fetched {
            reach,
            status: None,
            url,
            chain: vec![],
            headers: HeaderMap::new(),
            body: vec![],
            took_ms: 0,
            tls_fault: None,
            retry_after: None,
            method: "GET",
        }
    }

    /// A header as text; bytes that are not UTF-8 are read as GB18030, which old servers send.
    pub fn header(&self, name: header::HeaderName) -> Option<String> {
        self.headers.get(name).map(|value| text_of(value).into_owned())
    }

    /// Media type without parameters, lower case.
    pub fn mime(&self) -> Option<String> {
        let value = self.header(header::CONTENT_TYPE)?;
        let mime = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        (!mime.is_empty()).then_some(mime)
    }

    fn fill(&mut self, raw: Raw) {
        self.status = Some(raw.status.as_u16());
        self.retry_after = raw.headers.get(header::RETRY_AFTER).and_then(retry_after);
        let coding = raw.headers.get(header::CONTENT_ENCODING).and_then(|v| v.to_str().ok());
        if coding.is_none() {
            self.body = raw.body;
        } else {
            let plain = decode::plain(&raw.body, coding);
            if plain.cut {
                self.reach = Reach::TooLarge;
            }
            self.body = plain.bytes.into_owned();
        }
        if raw.cut && self.body.len() >= bounds::MAX_BODY {
            self.reach = Reach::TooLarge;
        }
        self.headers = raw.headers;
    }
}

impl Host {
    fn tls_is_sound(&self) -> bool {
        !self.https || self.tls.get().is_none_or(|tls| tls.fault().is_none())
    }
}

enum Step {
    Again,
    Answer(Raw),
    Failed(Reach),
}

/// The request for where a trip is; `trusted` adds the headers and cookies that the user gave.
pub(crate) fn request(
    manners: &Manners,
    trip: &Trip,
    method: &Method,
    trusted: bool,
) -> Option<Request<Empty<Bytes>>> {
    let url = &trip.url;
    // Of https the proxy sees the tunnel only.
    let proxy = manners.proxy_for(url.host_str()?).filter(|_| url.scheme() == "http");
    let target = if proxy.is_some() {
        url[..url::Position::AfterQuery].to_owned()
    } else {
        url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
    };
    let uri = tidy(&target).parse::<http::Uri>().ok()?;
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::builder()
        .method(method.clone())
        .uri(uri)
        .header(header::HOST, host)
        .header(header::USER_AGENT, trip.identity.user_agent.unwrap_or(&manners.user_agent))
        .header(header::ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header(header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9,en;q=0.5")
        .header(header::ACCEPT_ENCODING, "gzip, deflate, br");
    if let Some(login) = proxy.and_then(proxy_login) {
        request = request.header(header::PROXY_AUTHORIZATION, login);
    }
    if let Some(referer) = trip.identity.referer {
        request = request.header(header::REFERER, referer);
    }
    let mut cookies: Vec<String> = trip.cookies().map(str::to_owned).collect();
    if trusted {
        cookies.extend(manners.cookies.iter().map(|(name, value)| format!("{name}={value}")));
        for (name, value) in &manners.headers {
            request = request.header(name.as_str(), value.as_str());
        }
    }
    if !cookies.is_empty() {
        request = request.header(header::COOKIE, cookies.join("; "));
    }
    if let Some(headers) = request.headers_mut() {
        for (name, value) in &trip.said {
            headers.insert(name, value.clone());
        }
    }
    request.body(Empty::new()).ok()
}

/// What a final status means by itself.
pub fn reach_of_status(status: u16) -> Reach {
    if (200..300).contains(&status) || status == 304 { Reach::Ok } else { Reach::Status(status) }
}

/// Why an address must not be asked at all in this run, told from its name alone.
pub fn withheld(url: &Url, guard: &Guard, outgoing_only_here: bool) -> Option<Withheld> {
    let zone = url.host_str().and_then(crate::guard::zone_of_host);
    match zone {
        Some(zone) if zone != crate::guard::Zone::Public && zone != guard.start() => {
            Some(Withheld::PrivateAddress)
        }
        Some(zone) if outgoing_only_here && zone != guard.start() => Some(Withheld::OutOfScope),
        None if outgoing_only_here => Some(Withheld::OutOfScope),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_on_loopback_does_not_call_the_internet_by_itself() {
        let guard = Guard::for_start(crate::guard::Zone::Loopback);
        let check = |url: &str| withheld(&url.parse().unwrap(), &guard, true);
        assert_eq!(check("http://www.example.com/"), Some(Withheld::OutOfScope));
        assert_eq!(check("http://8.8.8.8/"), Some(Withheld::OutOfScope));
        assert_eq!(check("http://127.0.0.16:9/"), None);
        assert_eq!(check("http://169.254.169.254/"), Some(Withheld::PrivateAddress));
    }
}
