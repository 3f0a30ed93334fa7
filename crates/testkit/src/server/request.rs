//! The head of a request as the server read it. Tests only (N2.1, N2.4).
//!
//! Octets are kept as Latin-1 characters, so that nothing a client sends is lost or repaired.

/// A request: what was asked, and with which headers.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// The raw request target, hex digits of percent-encoding in upper case.
    pub target: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// Reads a head that ends with an empty line; `None` if it is none.
    pub fn parse(head: &[u8]) -> Option<Request> {
        let text: String = head.iter().map(|&b| char::from(b)).collect();
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let method = words.next()?.to_string();
        let target = upper_hex(words.next()?);
        words.next()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_string()))
            .collect();
        Some(Request { method, target, headers })
    }

    /// First header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query without its question mark; empty where there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, q)| q)
    }
}

/// `%e4` and `%E4` are the same octet (RFC 3986 §2.1).
pub(crate) fn upper_hex(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    let mut hex = 0;
    for c in target.chars() {
        if c == '%' {
            hex = 2;
        } else if hex > 0 {
            hex -= 1;
            out.push(c.to_ascii_uppercase());
            continue;
        }
        out.push(c);
    }
    out
}
