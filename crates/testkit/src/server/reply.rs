//! What a server answers, to the byte. Tests only (N2.1, N2.4).
//!
//! A reply is data; nothing here checks that it makes sense, for senseless answers are what it is for.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Longest pause of a server in a test: long enough to be seen, short enough not to be felt.
pub const MAX_PAUSE: Duration = Duration::from_millis(50);

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Body,
    pub framing: Framing,
    pub fate: Fate,
    /// Waited before the answer begins.
    pub pause: Duration,
    /// Status with which HEAD is refused; `None`: HEAD is answered as GET, without the body.
    pub refuses_head: Option<u16>,
    /// Close the connection after the answer.
    pub close: bool,
}

/// The octets of a body.
#[derive(Clone, Debug)]
pub enum Body {
    Whole(Arc<[u8]>),
    /// The unit over and over until the client closes or `cap` octets are sent.
    Endless {
        unit: Arc<[u8]>,
        cap: u64,
    },
    /// One octet at a time with a pause after each.
    Drip {
        bytes: Arc<[u8]>,
        every: Duration,
    },
}

/// How the end of the body is told.
#[derive(Clone, Debug)]
pub enum Framing {
    Length,
    /// A `Content-Length` that lies.
    Claims(u64),
    /// Chunks of these sizes, the last size for all that remains.
    Chunked(Vec<usize>),
    UntilClose,
}

/// What becomes of the connection.
#[derive(Clone, Debug)]
pub enum Fate {
    Answer,
    /// RST instead of an answer.
    Reset,
    /// Closed without an octet.
    CloseSilently,
    /// These octets instead of a head, then the body's octets bare, then closed.
    Raw(Arc<[u8]>),
    /// The head and so many octets of the framed body, then closed.
    CutAfter(usize),
}

impl Reply {
    /// An answer without headers and body.
    pub fn status(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Body::Whole(Arc::from([])),
            framing: Framing::Length,
            fate: Fate::Answer,
            pause: Duration::ZERO,
            refuses_head: None,
            close: false,
        }
    }

    /// A page in UTF-8, declared by the header.
    pub fn html(body: impl AsRef<[u8]>) -> Reply {
        Reply::of("text/html; charset=utf-8", body)
    }

    /// Status 200 with a media type.
    pub fn of(media_type: &str, body: impl AsRef<[u8]>) -> Reply {
        Reply::status(200).header("Content-Type", media_type).body(body)
    }

    /// The plain 404 of a server without a fallback page.
    pub fn not_found() -> Reply {
        Reply::html("<!doctype html><title>404 Not Found</title><h1>Not Found</h1>").with_status(404)
    }

    pub fn redirect(status: u16, to: &str) -> Reply {
        Reply::status(status).header("Location", to)
    }

    pub fn reset() -> Reply {
        Reply { fate: Fate::Reset, ..Reply::status(200) }
    }

    pub fn close_silently() -> Reply {
        Reply { fate: Fate::CloseSilently, ..Reply::status(200) }
    }

    /// Octets that need not be HTTP, then the end of the connection.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Reply {
        Reply { fate: Fate::Raw(Arc::from(bytes.as_ref())), ..Reply::status(200) }
    }

    pub fn with_status(self, status: u16) -> Reply {
        Reply { status, ..self }
    }

    pub fn header(self, name: &str, value: &str) -> Reply {
        self.header_bytes(name, value.as_bytes())
    }

    /// A header whose value need not be text.
    pub fn header_bytes(mut self, name: &str, value: &[u8]) -> Reply {
        self.headers.push((name.to_string(), value.to_vec()));
        self
    }

    pub fn body(self, bytes: impl AsRef<[u8]>) -> Reply {
        Reply { body: Body::Whole(Arc::from(bytes.as_ref())), ..self }
    }

    /// Compresses the body and says so.
    pub fn gzip(self) -> Reply {
        let Body::Whole(bytes) = &self.body else { return self };
        let packed = gzip(bytes);
        self.body(packed).header("Content-Encoding", "gzip")
    }

    pub fn chunked(self, sizes: &[usize]) -> Reply {
        assert!(!sizes.is_empty() && !sizes.contains(&0), "a chunk of no octets ends the body");
        Reply { framing: Framing::Chunked(sizes.to_vec()), ..self }
    }

    /// A body that only ends when the client has had enough, or at `cap` octets.
    pub fn endless(self, unit: impl AsRef<[u8]>, cap: u64) -> Reply {
        let unit = Arc::from(unit.as_ref());
        Reply { body: Body::Endless { unit, cap }, framing: Framing::UntilClose, ..self }
    }

    /// A body that comes one octet at a time.
    pub fn drip(self, bytes: impl AsRef<[u8]>, every: Duration) -> Reply {
        assert!(every <= MAX_PAUSE, "tests do not wait");
        Reply { body: Body::Drip { bytes: Arc::from(bytes.as_ref()), every }, ..self }
    }

    pub fn after(self, pause: Duration) -> Reply {
        assert!(pause <= MAX_PAUSE, "tests do not wait");
        Reply { pause, ..self }
    }

    pub fn refusing_head(self, status: u16) -> Reply {
        Reply { refuses_head: Some(status), ..self }
    }

    pub fn cut_after(self, octets: usize) -> Reply {
        Reply { fate: Fate::CutAfter(octets), ..self }
    }

    /// A `Content-Length` that need not be true.
    pub fn claiming(self, length: u64) -> Reply {
        Reply { framing: Framing::Claims(length), ..self }
    }

    pub fn closing(self) -> Reply {
        Reply { close: true, ..self }
    }
}

/// Compresses bytes as one gzip member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}
