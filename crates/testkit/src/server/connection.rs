//! One connection: read a request, look up its reply, send it to the byte. Tests only (N2.1, N2.4).
//!
//! Ends as soon as the client closes, the reply says so, or the server stops.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::State;
use super::journal::Seen;
use super::reply::{Body, Fate, Framing, Reply};
use super::request::Request;
use super::wire::Wire;

/// Octets of an endless body that are written at once.
const PORTION: usize = 64 * 1024;

pub(super) fn serve(stream: TcpStream, id: u64, state: &State) -> io::Result<()> {
    let stopping = || state.stopping.load(Ordering::SeqCst);
    let mut wire = Wire::open(stream, state.identity.as_ref())?;
    while let Some(head) = wire.head(stopping)? {
        let Some(request) = Request::parse(&head) else { return Ok(()) };
        let text = |name| request.header(name).unwrap_or_default().to_string();
        state.journal.begin(Seen {
            method: request.method.clone(),
            target: request.target.clone(),
            host: text("host"),
            user_agent: text("user-agent"),
            cookie: text("cookie"),
            at: Instant::now(),
            connection: id,
        });
        let reply = state.routes.reply_for(&request);
        let goes_on = send(&mut wire, &request, &reply, &stopping);
        state.journal.end();
        let asked_to_close = request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
        if !goes_on? || asked_to_close {
            return wire.finish();
        }
    }
    Ok(())
}

/// Sends a reply; true when the connection may go on.
fn send(wire: &mut Wire, request: &Request, reply: &Reply, stopping: &dyn Fn() -> bool) -> io::Result<bool> {
    if !reply.pause.is_zero() {
        std::thread::sleep(reply.pause);
    }
    match &reply.fate {
        Fate::Reset => return Ok(false),
        Fate::CloseSilently => {
            wire.take_rest()?;
            return Ok(false);
        }
        Fate::Raw(bytes) => {
            wire.take_rest()?;
            wire.write_all(bytes)?;
            send_body(wire, &reply.body, stopping)?;
            return Ok(false);
        }
        Fate::Answer | Fate::CutAfter(_) => wire.take_rest()?,
    }
    let is_head = request.method == "HEAD";
    if let (true, Some(status)) = (is_head, reply.refuses_head) {
        wire.write_all(head_of(&Reply::status(status)).as_slice())?;
        return Ok(true);
    }
    let mut out = head_of(reply);
    if is_head || matches!(reply.status, 204 | 304) {
        wire.write_all(&out)?;
        return Ok(!reply.close);
    }
    let until_close = matches!(reply.framing, Framing::UntilClose);
    if let Body::Whole(bytes) = &reply.body {
        let framed = match &reply.framing {
            Framing::Chunked(sizes) => in_chunks(bytes, sizes),
            _ => bytes.to_vec(),
        };
        if let Fate::CutAfter(octets) = reply.fate {
            out.extend_from_slice(&framed[..octets.min(framed.len())]);
            wire.write_all(&out)?;
            return Ok(false);
        }
        out.extend_from_slice(&framed);
        wire.write_all(&out)?;
    } else {
        wire.write_all(&out)?;
        send_body(wire, &reply.body, stopping)?;
    }
    // A length that lies leaves the two sides at odds: what follows could not be told from the body.
    let lies = matches!(reply.framing, Framing::Claims(_));
    Ok(!reply.close && !until_close && !lies)
}

fn head_of(reply: &Reply) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status)).into_bytes();
    for (name, value) in &reply.headers {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    let length = match &reply.body {
        Body::Whole(bytes) | Body::Drip { bytes, .. } => bytes.len() as u64,
        Body::Endless { cap, .. } => *cap,
    };
    match &reply.framing {
        _ if matches!(reply.status, 204 | 304) => {}
        Framing::Length => head.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes()),
        Framing::Claims(claim) => head.extend_from_slice(format!("Content-Length: {claim}\r\n").as_bytes()),
        Framing::Chunked(_) => head.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        Framing::UntilClose => head.extend_from_slice(b"Connection: close\r\n"),
    }
    if reply.close {
        head.extend_from_slice(b"Connection: close\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn send_body(wire: &mut Wire, body: &Body, stopping: &dyn Fn() -> bool) -> io::Result<()> {
    match body {
        Body::Whole(bytes) => wire.write_all(bytes),
        Body::Drip { bytes, every } => {
            for octet in bytes.iter() {
                if stopping() {
                    break;
                }
                wire.write_all(&[*octet])?;
                std::thread::sleep(*every);
            }
            Ok(())
        }
        Body::Endless { unit, cap } => {
            let portion = unit.repeat(PORTION.div_ceil(unit.len().max(1)).max(1));
            let mut sent = 0;
            while sent < *cap && !stopping() {
                let rest = usize::try_from(*cap - sent).unwrap_or(usize::MAX).min(portion.len());
                wire.write_all(&portion[..rest])?;
                sent += rest as u64;
            }
            Ok(())
        }
    }
}

fn in_chunks(mut bytes: &[u8], sizes: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut sizes = sizes.iter();
    let mut size = 1;
    while !bytes.is_empty() {
        if let Some(next) = sizes.next() {
            size = *next;
        }
        let (part, rest) = bytes.split_at(size.min(bytes.len()));
        out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
        bytes = rest;
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        // RFC 9112 §4: the reason may be empty.
        _ => "",
    }
}
