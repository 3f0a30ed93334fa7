//! A small web server for the sites that the program brings along: the sample, the rehearsal's group. Serves N2.1.
//!
//! What a site answers is a function of the request's head. It takes no bodies and never reads from disk.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;

/// Connections at one time: more than an inspection of one host ever opens.
const MAX_CONNECTIONS: usize = 1_024;
/// Bytes of a request's head: far more than a browser sends.
const MAX_HEAD: u64 = 16 << 10;
/// A connection without a request for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// What a site answers to a request.
pub type Answers = dyn Fn(&Head) -> Answered + Send + Sync;

/// An answer, byte for byte, and how long the site takes for it.
#[derive(Debug)]
pub struct Answered {
    pub bytes: Vec<u8>,
    pub after: Duration,
}

impl From<Vec<u8>> for Answered {
    fn from(bytes: Vec<u8>) -> Answered {
        Answered { bytes, after: Duration::ZERO }
    }
}

/// A site while it is served; it stops when this is dropped.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Served {
    /// Serves on a listener.
    ///
    /// # Errors
    /// The listener cannot tell its address.
    pub fn on(listener: TcpListener, answers: Arc<Answers>) -> io::Result<Served> {
        let address = listener.local_addr()?;
        Ok(Served { address, server: tokio::spawn(accept(listener, answers)) })
    }

    /// Address of the start page.
    pub fn url(&self) -> Url {
        Url::parse(&format!("http://{}/", self.address)).expect("a socket address makes a valid authority")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, answers: Arc<Answers>) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    // A visitor that goes away is none of the site's concern.
                    if let Err(gone) = converse(stream, &*answers).await {
                        tracing::debug!(%gone, "visitor of a bundled site went away");
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
async fn converse(stream: TcpStream, answers: &Answers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (input, mut output) = stream.into_split();
    let mut input = BufReader::new(input);
    loop {
        let head = match tokio::time::timeout(IDLE, head(&mut input)).await {
            Ok(head) => head?,
            Err(_) => return Ok(()),
        };
        let Some(head) = head else { return Ok(()) };
        let answer = answers(&head);
        if !answer.after.is_zero() {
            tokio::time::sleep(answer.after).await;
        }
        output.write_all(&answer.bytes).await?;
        if head.close {
            return output.shutdown().await;
        }
    }
}

/// A request without its body.
#[derive(Debug, Default)]
pub struct Head {
    pub method: String,
    pub target: String,
    pub host: String,
    pub close: bool,
}

impl Head {
    /// The target without query and fragment, or nothing for a method that a site of pages does not take.
    pub fn page(&self) -> Option<&str> {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        matches!(self.method.as_str(), "GET" | "HEAD").then_some(path)
    }
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

/// An answer with a body, which a HEAD request does not get; `location` may be empty.
pub fn reply(head: &Head, status: u16, mime: &str, location: &str, body: &[u8]) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        302 => "Found",
        403 => "Forbidden",
        404 => "Not Found",
        503 => "Service Unavailable",
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
