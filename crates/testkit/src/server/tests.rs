//! The server serves what it was told, to the byte. Tests only (N2.1, N2.4); proves nothing about the engine.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::*;
use crate::client::{ask, exchange, get};

fn served(target: &str, reply: Reply) -> Server {
    Server::start(Routes::new().on(target, reply)).unwrap()
}

#[test]
fn answers_are_sent_to_the_byte() {
    let server =
        served("/%e4%b8%ad?q=%D6", Reply::of("text/plain", "甲").header_bytes("X-Raw", &[0xD6, 0xD0]));
    let got = exchange(server.address(), "GET", "/%E4%B8%AD?q=%d6", "", u64::MAX).unwrap();
    let mut want = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Raw: ".to_vec();
    want.extend_from_slice(b"\xD6\xD0\r\nContent-Length: 3\r\n\r\n");
    want.extend_from_slice("甲".as_bytes());
    assert_eq!(got, want);
}

#[test]
fn head_is_answered_without_body_or_refused() {
    let server = Server::start(
        Routes::new().on("/a", Reply::html("abc")).on("/b", Reply::html("abc").refusing_head(405)),
    )
    .unwrap();
    let plain = ask(server.address(), "HEAD", "/a", "").unwrap();
    assert_eq!((plain.status, plain.header("content-length"), plain.body.len()), (200, Some("3"), 0));
    assert_eq!(ask(server.address(), "HEAD", "/b", "").unwrap().status, 405);
    assert_eq!(get(server.address(), "/b").unwrap().body, b"abc");
}

#[test]
fn visits_are_counted_per_target() {
    let routes = Routes::new()
        .on_visits("/r", vec![Reply::status(429), Reply::html("fine")])
        .when(|request, visit| (request.path() == "/n").then(|| Reply::html(visit.to_string())));
    let server = Server::start(routes).unwrap();
    let statuses: Vec<u16> = (0..3).map(|_| get(server.address(), "/r").unwrap().status).collect();
    assert_eq!(statuses, [429, 200, 200]);
    assert_eq!(get(server.address(), "/n").unwrap().body, b"1");
    assert_eq!(get(server.address(), "/n").unwrap().body, b"2");
    assert_eq!((server.journal().visits("/r"), server.journal().len()), (3, 5));
    assert_eq!(get(server.address(), "/other").unwrap().status, 404);
}

#[test]
fn a_reset_is_a_reset_and_a_silent_end_is_an_end() {
    let server =
        Server::start(Routes::new().on("/rst", Reply::reset()).on("/end", Reply::close_silently())).unwrap();
    let reset = exchange(server.address(), "GET", "/rst", "", u64::MAX).unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(exchange(server.address(), "GET", "/end", "", u64::MAX).unwrap().is_empty());
}

#[test]
fn chunks_have_the_sizes_asked_for() {
    let server = served("/", Reply::html("abcdefg").chunked(&[1, 4]));
    let answer = get(server.address(), "/").unwrap();
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.body, b"1\r\na\r\n4\r\nbcde\r\n2\r\nfg\r\n0\r\n\r\n");
    let cut = served("/", Reply::html("abcdefg").chunked(&[4]).cut_after(6));
    assert_eq!(get(cut.address(), "/").unwrap().body, b"4\r\nabc");
}

#[test]
fn a_packed_body_unpacks() {
    let server = served("/", Reply::html("政务公开").gzip());
    let answer = get(server.address(), "/").unwrap();
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "政务公开");
}

#[test]
fn an_endless_body_goes_on_until_the_client_or_the_cap_ends_it() {
    let server = served("/", Reply::html("").endless("abc", 300_000));
    let got = exchange(server.address(), "GET", "/", "", 1000).unwrap();
    assert_eq!(got.len(), 1000);
    assert_eq!(get(server.address(), "/").unwrap().body.len(), 300_000);
}

#[test]
fn a_lying_length_is_sent_as_told() {
    let server = served("/", Reply::html("abc").claiming(10));
    let answer = get(server.address(), "/").unwrap();
    assert_eq!((answer.header("content-length"), answer.body.as_slice()), (Some("10"), &b"abc"[..]));
}

#[test]
fn one_connection_serves_many_requests() {
    let server = served("/", Reply::html("x"));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut answer = [0; 256];
        let got = stream.read(&mut answer).unwrap();
        assert!(answer[..got].ends_with(b"\r\n\r\nx"));
    }
    assert!(server.journal().requests().iter().all(|s| s.connection == 1 && s.host == "a"));
}

#[test]
fn stopping_ends_waiting_connections_and_endless_bodies() {
    let server = served("/", Reply::html("").endless("abc", u64::MAX));
    let mut busy = TcpStream::connect(server.address()).unwrap();
    busy.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut idle = TcpStream::connect(server.address()).unwrap();
    assert!(server.journal().wait_for(1, Duration::from_secs(5)));
    let before = Instant::now();
    drop(server);
    assert!(before.elapsed() < Duration::from_secs(3));
    assert!(!matches!(idle.read(&mut [0; 8]), Ok(1..)));
}

#[test]
fn only_loopback_is_served() {
    assert!(Bound::at("0.0.0.0").is_err());
    assert!(Bound::at("127.0.0.2").unwrap().origin().starts_with("http://127.0.0.2:"));
}

#[test]
fn tls_is_served_with_the_certificate_asked_for() {
    let authority = crate::tls::Authority::new().unwrap();
    let server = Bound::new()
        .unwrap()
        .serve_tls(Routes::new().on("/", Reply::html("safe")), authority.sign(&["127.0.0.1"]).unwrap());
    assert_eq!(tls_get(&server, Some(authority.pem())).unwrap(), "safe");
    assert!(tls_get(&server, None).unwrap_err().contains("UnknownIssuer"));
    let expired = authority.sign_expired(&["127.0.0.1"]).unwrap();
    let server = Bound::new().unwrap().serve_tls(Routes::new().on("/", Reply::html("old")), expired);
    assert!(tls_get(&server, Some(authority.pem())).unwrap_err().contains("Expired"));
    let other = authority.sign(&["127.0.0.9"]).unwrap();
    let server = Bound::new().unwrap().serve_tls(Routes::new(), other);
    assert!(tls_get(&server, Some(authority.pem())).unwrap_err().contains("NotValidForName"));
}

/// The body over a verified connection, or why it is none.
fn tls_get(server: &Server, trusted: Option<&str>) -> Result<String, String> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName};
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = trusted {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::from(server.address().ip());
    let session = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(server.address()).unwrap();
    let mut tls = rustls::StreamOwned::new(session, stream);
    tls.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").map_err(|e| format!("{e:?}"))?;
    let mut answer = String::new();
    tls.read_to_string(&mut answer).map_err(|e| format!("{e:?}"))?;
    Ok(answer.split_once("\r\n\r\n").unwrap().1.to_string())
}
