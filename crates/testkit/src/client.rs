//! The plainest client: one request, all octets of the answer. With it the kit's own tests prove that a server
//! serves what it says. Tests only (N2.1, N2.4).
//!
//! Never follows a redirect, never decodes; connects to loopback only.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer as it came over the wire.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    /// The octets after the head, still chunked or compressed.
    pub body: Vec<u8>,
}

impl Answer {
    /// First header of that name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    }
}

/// Asks with GET and reads until the server closes.
pub fn get(server: SocketAddr, target: &str) -> io::Result<Answer> {
    ask(server, "GET", target, "")
}

/// Asks with any method and extra header lines, each ended by CRLF.
pub fn ask(server: SocketAddr, method: &str, target: &str, extra: &str) -> io::Result<Answer> {
    let bytes = exchange(server, method, target, extra, u64::MAX)?;
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Answer { status, head, body: bytes[end + 4..].to_vec() })
}

/// All octets of the answer, at most `limit`.
pub fn exchange(
    server: SocketAddr,
    method: &str,
    target: &str,
    extra: &str,
    limit: u64,
) -> io::Result<Vec<u8>> {
    assert!(server.ip().is_loopback(), "the kit stays on loopback");
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let request = format!("{method} {target} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{extra}\r\n");
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
