//! From a link as written to the address a browser would ask for (URL Standard). Clause N2.1.
//!
//! Resolves only: nothing is asked here, and nothing here judges an answer.

mod domain;
mod fragment;
mod malformed;
mod session;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use memchr::memchr;
use url::{ParseError, Url};

pub use domain::{
    at_usual_name, is_public_suffix, lies_on, registrable_domain, same_owner, without_root_dot,
};
pub use fragment::{fragment_candidates, script_made_shape};
pub use malformed::{Malformed, Oddity, oddity};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An `http` or `https` address. A fragment alone is an address on the same page.
    Web(Address),
    /// Somewhere no web server is asked.
    Other(Scheme),
    /// Nothing but blanks.
    Empty,
    /// No address at all: dead without asking anybody.
    Malformed(Malformed),
}

/// A web address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Without fragment; session ids are removed.
    pub url: Url,
    /// Percent-encoded as browsers do; `None` where there is none or it is empty.
    pub fragment: Option<String>,
}

/// Schemes that lead away from the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Mailto,
    Tel,
    Javascript,
    Data,
    Ftp,
    About,
    Blob,
    /// A program on the visitor's machine: `weixin:`, `tencent:`, `thunder:`.
    App,
}

/// Resolves `raw`, character references already decoded, as a browser does on a page in `encoding`.
///
/// Leading and trailing C0 controls and spaces go, tabs and line ends go everywhere; U+00A0 and U+3000 stay.
/// Paths are percent-encoded in UTF-8, queries in the document's encoding.
pub fn resolve(base: &Url, raw: &str, encoding: &'static Encoding) -> Target {
    let raw = raw.trim_matches(|c: char| c <= ' ');
    let mark = memchr(b'#', raw.as_bytes());
    let (address, fragment) = match mark {
        Some(at) => (&raw[..at], fragment::as_browsers_write_it(&raw[at + 1..], base)),
        None if raw.is_empty() => return Target::Empty,
        None => (raw, None),
    };
    if address.is_empty() {
        let mut url = base.clone();
        url.set_fragment(None);
        return web(url, fragment);
    }
    if let Some(found) = malformed::by_its_look(address) {
        return Target::Malformed(found);
    }
    if let Some(scheme) = malformed::scheme(address).and_then(|s| other_scheme(&s)) {
        return Target::Other(scheme);
    }
    let slashes = address.bytes().take_while(|b| matches!(b, b'/' | b'\\')).count();
    // Browsers skip any number of slashes in front of a host; the crate takes the third for an empty host.
    let address = if slashes > 2 { &address[slashes - 2..] } else { address };
    let parsed = if mark.is_some() && address.ends_with(|c| c <= ' ') {
        // A blank in front of the fragment is part of the address.
        join(base, &format!("{address}#"), encoding)
    } else {
        join(base, address, encoding)
    };
    match parsed {
        Ok(mut url) => {
            if url.fragment().is_some() {
                url.set_fragment(None);
            }
            web(url, fragment)
        }
        Err(error) => Target::Malformed(malformed_by(error)),
    }
}

fn join(base: &Url, address: &str, encoding: &'static Encoding) -> Result<Url, ParseError> {
    if encoding == UTF_8 || address.is_ascii() {
        return base.join(address);
    }
    let encode = query_encoder(encoding);
    Url::options().base_url(Some(base)).encoding_override(Some(&encode)).parse(address)
}

fn web(mut url: Url, fragment: Option<String>) -> Target {
    match url.scheme() {
        "http" | "https" => {}
        "file" => return Target::Malformed(Malformed::LocalPath),
        _ => return Target::Other(Scheme::App),
    }
    session::remove(&mut url);
    Target::Web(Address { url, fragment })
}

/// `None` for `http` and `https`.
fn other_scheme(scheme: &str) -> Option<Scheme> {
    match scheme {
        "http" | "https" => None,
        "mailto" => Some(Scheme::Mailto),
        "tel" | "sms" | "callto" | "fax" => Some(Scheme::Tel),
        "javascript" | "vbscript" => Some(Scheme::Javascript),
        "data" => Some(Scheme::Data),
        "ftp" | "ftps" | "sftp" => Some(Scheme::Ftp),
        "about" => Some(Scheme::About),
        "blob" => Some(Scheme::Blob),
        _ => Some(Scheme::App),
    }
}

fn malformed_by(error: ParseError) -> Malformed {
    match error {
        ParseError::EmptyHost => Malformed::NoHost,
        ParseError::InvalidPort => Malformed::BadPort,
        ParseError::IdnaError
        | ParseError::InvalidDomainCharacter
        | ParseError::InvalidIpv4Address
        | ParseError::InvalidIpv6Address => Malformed::BadHost,
        _ => Malformed::Unresolvable,
    }
}

fn query_encoder(encoding: &'static Encoding) -> impl for<'q> Fn(&'q str) -> Cow<'q, [u8]> {
    move |query| encode_query(query, encoding)
}

/// "Percent-encode after encoding": what the charset lacks becomes an encoded character reference.
fn encode_query<'q>(query: &'q str, encoding: &'static Encoding) -> Cow<'q, [u8]> {
    let encoding = encoding.output_encoding();
    let (bytes, _, lacking) = encoding.encode(query);
    if !lacking {
        return bytes;
    }
    let mut out = Vec::with_capacity(query.len() * 2);
    let mut buffer = [0; 4];
    for c in query.chars() {
        let (bytes, _, lacking) = encoding.encode(c.encode_utf8(&mut buffer));
        match lacking {
            true => out.extend_from_slice(format!("%26%23{}%3B", u32::from(c)).as_bytes()),
            false => out.extend_from_slice(&bytes),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
