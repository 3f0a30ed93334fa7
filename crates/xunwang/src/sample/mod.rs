//! The bundled sample site, served on this machine: a fictional county with a known list of faults. Serves N2.1, N2.4.
//!
//! For a first look and for tests. It is no web server for anything else, and never reads from disk.

mod files;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;

pub use files::{FAULTS, Fault};

/// Connections at one time: more than an inspection of one host ever opens.
const MAX_CONNECTIONS: usize = 1_024;
/// Bytes of a request's head: far more than a browser sends.
const MAX_HEAD: u64 = 16 << 10;
/// A connection without a request for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// The site while it is served; it stops when this is dropped.
#[derive(Debug)]
pub struct Sample {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Sample {
    /// Starts serving; port 0 takes any free one.
    ///
    /// # Errors
    /// The address is in use or not of this machine.
    pub async fn start(listen: SocketAddr) -> io::Result<Sample> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Sample { address, server: tokio::spawn(accept(listener)) })
    }

    /// Address of the start page.
    pub fn url(&self) -> Url {
        Url::parse(&format!("http://{}/", self.address)).expect("a socket address makes a valid authority")
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(async move {
                    // A visitor that goes away is none of the site's concern.
                    if let Err(gone) = converse(stream).await {
                        tracing::debug!(%gone, "visitor of the sample site went away");
                    }
                    drop(permit);
                });
            }
            // Out of file handles, most likely: let other connections end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers request after request on one connection.
async fn converse(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (input, mut output) = stream.into_split();
    let mut input = BufReader::new(input);
    loop {
        let head = match tokio::time::timeout(IDLE, head(&mut input)).await {
            Ok(head) => head?,
            Err(_) => return Ok(()),
        };
        let Some(head) = head else { return Ok(()) };
        output.write_all(&answer(&head)).await?;
        if head.close {
            return output.shutdown().await;
        }
    }
}

#[derive(Debug, Default)]
struct Head {
    method: String,
    target: String,
    host: String,
    close: bool,
}

/// Reads a request's head; `None` at the end of the connection. Requests with bodies are not expected.
async fn head(input: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Head>> {
    let mut input = input.take(MAX_HEAD);
    let mut line = String::new();
    if input.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_ascii_whitespace().map(str::to_owned);
    let mut head = Head {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        close: words.next().as_deref() != Some("HTTP/1.1"),
        ..Head::default()
    };
    loop {
        line.clear();
        if input.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "host" => head.host = value.trim().to_owned(),
            "connection" => head.close |= value.trim().eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    Ok(Some(head))
}

/// Pure: what the site answers, byte for byte.
fn answer(head: &Head) -> Vec<u8> {
    let path = head.target.split(['?', '#']).next().unwrap_or_default();
    let own = format!("http://{}", head.host);
    let html = "text/html";
    match (head.method.as_str(), path) {
        ("GET" | "HEAD", "/") => reply(head, 200, html, "", file("/index.html")),
        ("GET" | "HEAD", "/robots.txt") => reply(head, 200, "text/plain", "", robots(&own).as_bytes()),
        ("GET" | "HEAD", "/sitemap.xml") => reply(head, 200, "application/xml", "", sitemap(&own).as_bytes()),
        // Two addresses that send the visitor round in circles.
        ("GET" | "HEAD", "/old/index.html") => reply(head, 302, html, "/old/default.html", b""),
        ("GET" | "HEAD", "/old/default.html") => reply(head, 302, html, "/old/index.html", b""),
        ("GET" | "HEAD", "/bsfw/chaxun") => reply(head, 403, html, "", files::BLOCKED),
        // The old gazette says that a page is missing, but with status 200.
        ("GET" | "HEAD", path) if path.starts_with("/zwgk/gongbao/") => {
            reply(head, 200, html, "", files::MISSING)
        }
        ("GET" | "HEAD", path) => match files::FILES.iter().find(|f| f.path.eq_ignore_ascii_case(path)) {
            Some(found) => reply(head, 200, found.mime, "", found.body),
            None => reply(head, 404, html, "", files::MISSING),
        },
        _ => reply(head, 405, html, "", b""),
    }
}

fn file(path: &str) -> &'static [u8] {
    files::FILES.iter().find(|f| f.path == path).map_or(b"", |f| f.body)
}

fn robots(own: &str) -> String {
    format!("User-agent: *\nDisallow: /admin/\nSitemap: {own}/sitemap.xml\n")
}

fn sitemap(own: &str) -> String {
    let pages = files::FILES.iter().filter(|f| f.mime == "text/html");
    let entries: String = pages.map(|f| format!("<url><loc>{own}{}</loc></url>\n", f.path)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
    )
}

fn reply(head: &Head, status: u16, mime: &str, location: &str, body: &[u8]) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        302 => "Found",
        403 => "Forbidden",
        404 => "Not Found",
        _ => "Method Not Allowed",
    };
    let mut answer = format!(
        "HTTP/1.1 {status} {reason}\r\nServer: xunwang-sample\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n",
        body.len()
    );
    if !location.is_empty() {
        answer.push_str(&format!("Location: {location}\r\n"));
    }
    if status == 405 {
        answer.push_str("Allow: GET, HEAD\r\n");
    }
    answer.push_str(if head.close { "Connection: close\r\n\r\n" } else { "\r\n" });
    let mut answer = answer.into_bytes();
    if head.method != "HEAD" {
        answer.extend_from_slice(body);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::{FAULTS, Head, answer, files};

    fn ask(method: &str, target: &str) -> (u16, Vec<u8>) {
        let head = Head { method: method.into(), target: target.into(), host: "h:1".into(), close: false };
        let answer = answer(&head);
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("every answer has a head") + 4;
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, answer[end..].to_vec())
    }

    #[test]
    fn every_fault_is_there_as_it_is_listed() {
        for fault in FAULTS {
            let (status, page) = ask("GET", fault.page);
            assert_eq!(status, 200, "{fault:?}");
            let text = String::from_utf8_lossy(&page);
            assert!(text.contains(fault.target), "{fault:?}");
            let (status, body) = ask("GET", fault.target);
            match fault.rule {
                "dead-link" | "dead-resource" => assert_eq!(status, 404, "{fault:?}"),
                "soft-404" => assert_eq!((status, body.as_slice()), (200, files::MISSING)),
                "redirect-loop" => assert_eq!(status, 302),
                "blocked-target" => assert_eq!(status, 403),
                "dead-fragment" => {
                    let name = fault.target.split_once('#').unwrap().1;
                    assert!(!String::from_utf8_lossy(&body).contains(name));
                }
                "charset-fault" => {
                    assert!(std::str::from_utf8(&page).is_err() && text.contains("charset=\"utf-8\""))
                }
                "malformed-address" | "outgoing-link" => assert!(fault.target.starts_with("http://")),
                other => panic!("{other} has no check here"),
            }
        }
    }

    #[test]
    fn heads_have_no_bodies_and_other_methods_are_refused() {
        assert_eq!(ask("HEAD", "/"), (200, Vec::new()));
        assert_eq!(ask("POST", "/").0, 405);
        assert_eq!(ask("", "").0, 405);
        assert_eq!(ask("GET", "/../etc/passwd").0, 404);
        assert!(
            String::from_utf8(ask("GET", "/sitemap.xml").1)
                .unwrap()
                .contains("<loc>http://h:1/zwdt/index.html</loc>")
        );
    }
}
