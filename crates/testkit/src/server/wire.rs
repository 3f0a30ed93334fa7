//! A connection, plain or TLS, read up to the end of a request's head. Tests only (N2.1, N2.4).
//!
//! The last octet of a plain head is left unread until an answer is sent: closing a socket with unread octets
//! makes the system send RST, which is how a reset is served without touching socket options.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use crate::tls::Identity;

/// Longest head that is read; longer ones end the connection.
const MAX_HEAD: usize = 64 * 1024;
/// How long a read waits before the connection looks whether the server is stopping.
const LOOK_UP: Duration = Duration::from_millis(100);
/// A client that takes nothing for so long is given up.
const WRITE_LIMIT: Duration = Duration::from_secs(5);

pub(super) enum Wire {
    Plain { stream: TcpStream, left: usize },
    Tls { stream: Box<StreamOwned<ServerConnection, TcpStream>>, read: Vec<u8> },
}

impl Wire {
    pub(super) fn open(stream: TcpStream, identity: Option<&Identity>) -> io::Result<Wire> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_LIMIT))?;
        stream.set_read_timeout(Some(LOOK_UP))?;
        let Some(identity) = identity else { return Ok(Wire::Plain { stream, left: 0 }) };
        let session = ServerConnection::new(Arc::clone(&identity.config)).map_err(io::Error::other)?;
        Ok(Wire::Tls { stream: Box::new(StreamOwned::new(session, stream)), read: Vec::new() })
    }

    /// The next head, empty line included; `None` at the end of the stream or when `stopping` says so.
    pub(super) fn head(&mut self, stopping: impl Fn() -> bool) -> io::Result<Option<Vec<u8>>> {
        loop {
            if stopping() {
                return Ok(None);
            }
            match self.try_head() {
                Ok(Some(head)) => return Ok(Some(head)),
                Ok(None) => return Ok(None),
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Takes the rest of the request off the wire, so that closing afterwards is polite.
    pub(super) fn take_rest(&mut self) -> io::Result<()> {
        if let Wire::Plain { stream, left } = self {
            let mut rest = vec![0; std::mem::take(left)];
            stream.read_exact(&mut rest)?;
        }
        Ok(())
    }

    /// Says over TLS that nothing more will come (RFC 8446 §6.1), so that the end is not taken for an attack.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if let Wire::Tls { stream, .. } = self {
            stream.conn.send_close_notify();
            stream.flush()?;
        }
        Ok(())
    }

    fn try_head(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self {
            Wire::Plain { stream, left } => {
                let mut buffer = vec![0; MAX_HEAD];
                let seen = stream.peek(&mut buffer)?;
                if seen == 0 {
                    return Ok(None);
                }
                let Some(end) = end_of_head(&buffer[..seen]) else {
                    if seen == MAX_HEAD {
                        return Ok(None);
                    }
                    // The rest of the head is on its way; looking again at once would spin.
                    std::thread::sleep(Duration::from_millis(1));
                    return Err(io::ErrorKind::WouldBlock.into());
                };
                buffer.truncate(end);
                stream.read_exact(&mut buffer[..end - 1])?;
                *left = 1;
                Ok(Some(buffer))
            }
            Wire::Tls { stream, read } => loop {
                if let Some(end) = end_of_head(read) {
                    let rest = read.split_off(end);
                    return Ok(Some(std::mem::replace(read, rest)));
                }
                let mut part = [0; 4096];
                let got = stream.read(&mut part)?;
                if got == 0 || read.len() > MAX_HEAD {
                    return Ok(None);
                }
                read.extend_from_slice(&part[..got]);
            },
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain { stream, .. } => stream.write(bytes),
            Wire::Tls { stream, .. } => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain { stream, .. } => stream.flush(),
            Wire::Tls { stream, .. } => stream.flush(),
        }
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4)
}
