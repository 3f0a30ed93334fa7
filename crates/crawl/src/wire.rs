//! One request on one connection: connect, handshake, ask, read the body within bounds. Clauses N2.1, N2.5.
//!
//! Follows no redirect and judges no answer; every failure becomes a `Reach`, here and nowhere else.

use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use base::{Reach, TlsFault};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::bounds;
use crate::guard::{Guard, zone_of_host};
use crate::host::Host;
use crate::plan::Manners;
use crate::tls::{Tls, TlsSetUp, fault_of};

type Driver = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// An open connection. Its driver is polled by whoever uses it, so that no second task takes part in a request.
pub struct Conn {
    sender: SendRequest<Empty<Bytes>>,
    driver: Driver,
    used: bool,
    /// Whom it leads to; `None` behind a proxy.
    peer: Option<IpAddr>,
}

/// An answer as it came over the wire.
pub struct Raw {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The body went on beyond what was wanted or allowed.
    pub cut: bool,
    /// When the head had been read.
    pub head_at: Instant,
}

/// Means of asking, shared by all runs.
pub struct Wire {
    pub manners: Arc<Manners>,
    tls: Tls,
    large_bodies: Semaphore,
}

/// How much of a body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// All of it, up to `MAX_BODY`, when the media type can be read for links; else only what keeps the connection.
    Readable,
    /// The start of a page of somebody else: enough to tell whose it is.
    Look,
    /// All of it, up to `MAX_BODY`, whatever it is: a published file.
    Whole,
    /// Nothing beyond what keeps the connection usable.
    Head,
}

impl Wire {
    pub fn new(manners: Arc<Manners>) -> Result<Wire, TlsSetUp> {
        let tls = Tls::new(manners.ca_pem.as_deref())?;
        Ok(Wire { manners, tls, large_bodies: Semaphore::new(bounds::LARGE_BODIES) })
    }

    /// Asks once. A connection that was kept and turns out closed is replaced without counting as a failure.
    pub async fn ask(
        &self,
        host: &Host,
        guard: &Guard,
        request: impl Fn() -> Option<Request<Empty<Bytes>>>,
        want: Want,
    ) -> Result<Raw, Reach> {
        let request = || request().ok_or(Reach::Garbled);
        // Another run may have opened the connection under another guard.
        while let Some(mut conn) = host.idle(|conn| conn.peer.is_none_or(|peer| guard.admits(peer))) {
            if conn.is_closed().await {
                continue;
            }
            match self.exchange(&mut conn, request()?, want).await {
                Ok((raw, reusable)) => {
                    if reusable {
                        host.keep(conn);
                    }
                    return Ok(raw);
                }
                // The server closed the kept connection while the request was on its way: ask anew (RFC 9112 §9.3.1).
                Err(Reach::Reset) => continue,
                Err(reach) => return Err(reach),
            }
        }
        let mut conn = self.connect(host, guard).await?;
        let (raw, reusable) = self.exchange(&mut conn, request()?, want).await?;
        if reusable {
            host.keep(conn);
        }
        Ok(raw)
    }

    /// Asks on a connection. Returns the answer, and whether the connection may be used again.
    pub(crate) async fn exchange(
        &self,
        conn: &mut Conn,
        request: Request<Empty<Bytes>>,
        want: Want,
    ) -> Result<(Raw, bool), Reach> {
        let bodyless = request.method() == http::Method::HEAD;
        let head_until = tokio::time::Instant::now() + self.manners.timeout;
        let body_until = head_until + self.manners.timeout * (bounds::BODY_TIMES - 1);
        conn.used = true;
        let answer = conn.sender.send_request(request);
        let response = match timeout_at(head_until, drive(&mut conn.driver, answer)).await {
            Err(_) => return Err(Reach::Timeout),
            Ok(Some(Ok(response))) => response,
            Ok(Some(Err(error))) => return Err(reach_of(&error)),
            Ok(None) => return Err(Reach::Reset),
        };
        let (head, mut body) = response.into_parts();
        let wanted = match want {
            Want::Whole => true,
            Want::Readable | Want::Look => readable(&head.headers),
            Want::Head => false,
        };
        let limit = match want {
            _ if !wanted || !head.status.is_success() => bounds::DRAIN_BODY,
            Want::Look => bounds::LOOK_BODY,
            _ => bounds::MAX_BODY,
        };
        let head_at = Instant::now();
        let mut raw =
            Raw { status: head.status, headers: head.headers, body: Vec::new(), cut: false, head_at };
        if bodyless {
            let ready = poll_driver_once(&mut conn.driver).await;
            return Ok((raw, ready && !conn.sender.is_closed()));
        }
        match timeout_at(body_until, self.read(&mut conn.driver, &mut body, &mut raw, limit)).await {
            Err(_) => Err(Reach::Timeout),
            Ok(Err(reach)) => Err(reach),
            Ok(Ok(())) => {
                let reusable = !raw.cut && !conn.sender.is_closed();
                Ok((raw, reusable))
            }
        }
    }

    async fn read(
        &self,
        driver: &mut Driver,
        body: &mut Incoming,
        raw: &mut Raw,
        limit: usize,
    ) -> Result<(), Reach> {
        use hyper::body::Body;
        let told = body.size_hint().exact().unwrap_or(0);
        raw.body.reserve((told as usize).min(bounds::SMALL_BODY));
        let mut large = None;
        loop {
            let frame = match drive(driver, body.frame()).await {
                None => return Err(Reach::Reset),
                Some(None) => return Ok(()),
                Some(Some(Err(error))) => return Err(reach_of(&error)),
                Some(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            if raw.body.len() + data.len() > limit {
                raw.body.extend_from_slice(&data[..limit - raw.body.len()]);
                raw.cut = true;
                return Ok(());
            }
            if raw.body.len() + data.len() > bounds::SMALL_BODY && large.is_none() {
                large = self.large_bodies.acquire().await.ok();
            }
            raw.body.extend_from_slice(&data);
        }
    }

    /// Opens a connection to a host, or through the proxy.
    pub(crate) async fn connect(&self, host: &Host, guard: &Guard) -> Result<Conn, Reach> {
        if let Some(proxy) = self.manners.proxy_for(&host.name) {
            if zone_of_host(&host.name).is_some_and(|zone| zone != guard.start()) {
                return Err(Reach::Withheld(base::Withheld::PrivateAddress));
            }
            let name = proxy.host_str().unwrap_or_default();
            let port = proxy.port_or_known_default().unwrap_or(80);
            let no_proxy = |_: Reach| Reach::NoProxy;
            let mut stream = dial(&resolve(name, port).await.map_err(no_proxy)?).await.map_err(no_proxy)?;
            if host.https {
                tunnel(&mut stream, host, proxy, self.manners.timeout).await?;
                return self.secure(host, stream).await;
            }
            return handshake(stream).await;
        }
        let known = host.addresses.get_or_init(|| resolve(&host.name, host.port)).await;
        let addresses = known.as_ref().map_err(|reach| *reach)?;
        let admitted: Vec<SocketAddr> = addresses.iter().copied().filter(|a| guard.admits(a.ip())).collect();
        if admitted.is_empty() {
            return Err(Reach::Withheld(base::Withheld::PrivateAddress));
        }
        let stream = dial(&admitted).await?;
        let peer = stream.peer_addr().map(|peer| peer.ip()).map_err(|error| io_reach(&error))?;
        let conn = if host.https { self.secure(host, stream).await } else { handshake(stream).await }?;
        Ok(Conn { peer: Some(peer), ..conn })
    }

    /// The handshakes over a stream to a host with `https`.
    pub(crate) async fn secure(&self, host: &Host, stream: TcpStream) -> Result<Conn, Reach> {
        let settings = host.tls.get_or_init(|| self.tls.for_host());
        let bare = host.name.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name =
            rustls::pki_types::ServerName::try_from(bare).map_err(|_| Reach::Tls(TlsFault::WrongName))?;
        let connector = TlsConnector::from(Arc::clone(&settings.config));
        match timeout(bounds::CONNECT, connector.connect(name, stream)).await {
            Err(_) => Err(Reach::Timeout),
            Ok(Ok(stream)) => handshake(stream).await,
            Ok(Err(error)) => Err(tls_reach(&error)),
        }
    }
}

impl Conn {
    /// Whether the server closed the connection while it was idle.
    async fn is_closed(&mut self) -> bool {
        let alive = poll_driver_once(&mut self.driver).await;
        !alive || self.sender.is_closed() || !self.sender.is_ready()
    }
}

/// Addresses of a name, IPv4 and IPv6 as the system sorts them.
pub async fn resolve(name: &str, port: u16) -> Result<Vec<SocketAddr>, Reach> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    match timeout(bounds::RESOLVE, tokio::net::lookup_host((bare, port))).await {
        Err(_) => Err(Reach::NoResolver),
        Ok(Ok(found)) => {
            let found: Vec<SocketAddr> = found.collect();
            if found.is_empty() { Err(Reach::NoSuchName) } else { Ok(found) }
        }
        // The standard library gives no code; getaddrinfo's EAI_AGAIN has this text in the C locale, which is ours.
        Ok(Err(error)) if error.to_string().contains("Temporary failure") => Err(Reach::NoResolver),
        Ok(Err(_)) => Err(Reach::NoSuchName),
    }
}

/// Connects to the first address that answers (after RFC 8305: a dead one must not hide a living one).
pub(crate) async fn dial(addresses: &[SocketAddr]) -> Result<TcpStream, Reach> {
    let mut last = Reach::NoRoute;
    for (at, address) in addresses.iter().enumerate() {
        let patience = if at + 1 < addresses.len() { bounds::CONNECT / 4 } else { bounds::CONNECT };
        match timeout(patience, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                if stream.set_nodelay(true).is_err() {
                    last = Reach::Reset;
                    continue;
                }
                return Ok(stream);
            }
            Ok(Err(error)) => last = io_reach(&error),
            Err(_) => last = Reach::Timeout,
        }
    }
    Err(last)
}

/// Asks a proxy for a tunnel (RFC 9110 §9.3.6).
async fn tunnel(stream: &mut TcpStream, host: &Host, proxy: &Url, patience: Duration) -> Result<(), Reach> {
    let (name, port) = (&host.name, host.port);
    let login = crate::headers::proxy_login(proxy)
        .map_or_else(String::new, |value| format!("Proxy-Authorization: {value}\r\n"));
    let ask = format!("CONNECT {name}:{port} HTTP/1.1\r\nHost: {name}:{port}\r\n{login}\r\n");
    let talk = async {
        stream.write_all(ask.as_bytes()).await.map_err(|e| io_reach(&e))?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() > bounds::MAX_TUNNEL_HEAD {
                return Err(Reach::Garbled);
            }
            head.push(stream.read_u8().await.map_err(|e| io_reach(&e))?);
        }
        if head.starts_with(b"HTTP/1.1 200") || head.starts_with(b"HTTP/1.0 200") {
            Ok(())
        } else if head.starts_with(b"HTTP/1.1 407") || head.starts_with(b"HTTP/1.0 407") {
            Err(Reach::NoProxy)
        } else {
            Err(Reach::NoRoute)
        }
    };
    timeout(patience, talk).await.unwrap_or(Err(Reach::Timeout))
}

/// A connection over a stream that stands.
pub(crate) async fn handshake<S>(stream: S) -> Result<Conn, Reach>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, driver) = http1::Builder::new()
        .max_headers(bounds::MAX_HEADERS)
        .max_buf_size(bounds::MAX_HEAD_BYTES)
        .ignore_invalid_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| reach_of(&error))?;
    Ok(Conn { sender, driver: Box::pin(driver), used: false, peer: None })
}

/// Polls `work` and the connection together; `None` when the connection ended first.
async fn drive<F: Future>(driver: &mut Driver, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(done));
        }
        let ended = driver.as_mut().poll(cx).is_ready();
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(done));
        }
        if ended { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// Lets the connection do what it can without waiting; false when it ended.
async fn poll_driver_once(driver: &mut Driver) -> bool {
    poll_fn(|cx| Poll::Ready(driver.as_mut().poll(cx).is_pending())).await
}

/// Whether a media type can hold links we read: pages, style sheets, feeds, or unknown.
fn readable(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(http::header::CONTENT_TYPE) else { return true };
    let value = value.as_bytes().to_ascii_lowercase();
    let has = |what: &[u8]| memchr::memmem::find(&value, what).is_some();
    !(value.starts_with(b"image/") || value.starts_with(b"video/") || value.starts_with(b"audio/"))
        && (value.starts_with(b"text/") || has(b"xml") || has(b"html") || has(b"gzip") || value.is_empty())
}

/// What an I/O error means.
pub fn io_reach(error: &std::io::Error) -> Reach {
    use std::io::ErrorKind::*;
    match error.kind() {
        ConnectionRefused => Reach::Refused,
        TimedOut => Reach::Timeout,
        HostUnreachable | NetworkUnreachable | AddrNotAvailable | PermissionDenied => Reach::NoRoute,
        InvalidData => Reach::Garbled,
        _ => Reach::Reset,
    }
}

fn tls_reach(error: &std::io::Error) -> Reach {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => Reach::Tls(fault_of(error)),
        None => match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Reach::Tls(TlsFault::Handshake),
            _ => io_reach(error),
        },
    }
}

fn reach_of(error: &hyper::Error) -> Reach {
    if error.is_parse() {
        return Reach::Garbled;
    }
    if error.is_timeout() {
        return Reach::Timeout;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return io_reach(io);
        }
        cause = inner.source();
    }
    Reach::Reset
}

/// Milliseconds since `start`, as stored.
pub fn millis(start: Instant) -> u32 {
    start.elapsed().as_millis().min(u128::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_dead_address_of_a_name_hides_no_living_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let living = listener.local_addr().unwrap();
        let dead = |ip: &str| SocketAddr::new(ip.parse().unwrap(), living.port());
        // Nobody listens on these, whether the machine knows IPv6 or not.
        let stream = dial(&[dead("::1"), dead("127.0.0.2"), living]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), living);
        assert_eq!(dial(&[dead("127.0.0.2")]).await.map(|_| ()), Err(Reach::Refused));
    }
}
