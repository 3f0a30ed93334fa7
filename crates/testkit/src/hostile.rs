//! Servers that mean harm, or are broken enough to look like it. Tests only (N2.1, N2.5).
//!
//! Each row says what a careful client may conclude. Nothing here depends on the client: each attack goes on until
//! the client gives up or a cap of the kit's own is reached.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fault_site::{Coding, document};
use crate::server::{Reply, Routes, gzip};

/// Octets after which the kit itself ends an endless answer.
pub const CAP: u64 = 2 << 30;
/// Octets that the bomb unpacks to.
pub const BOMB: u64 = 1 << 30;
/// Elements that stand inside each other on the deep page.
pub const DEPTH: usize = 200_000;

/// An attack: a target and what may be said of it.
pub struct Attack {
    pub name: &'static str,
    pub reply: fn() -> Reply,
    /// Words of `Reach` that describe it rightly.
    pub reach: &'static [&'static str],
}

pub const ALL: &[Attack] = &[
    Attack { name: "endless-body", reply: endless_body, reach: &["too-large", "timeout"] },
    Attack { name: "endless-text", reply: endless_text, reach: &["too-large", "timeout"] },
    Attack { name: "slow-drip", reply: slow_drip, reach: &["timeout", "too-large"] },
    Attack { name: "gzip-bomb", reply: gzip_bomb, reach: &["too-large"] },
    Attack { name: "gzip-twice", reply: gzip_twice, reach: &["too-large", "garbled"] },
    Attack { name: "broken-gzip", reply: broken_gzip, reach: &["garbled", "reset", "ok"] },
    Attack { name: "header-flood", reply: header_flood, reach: &["garbled", "too-large"] },
    Attack { name: "endless-header", reply: endless_header, reach: &["garbled", "too-large", "timeout"] },
    Attack { name: "huge-header-line", reply: huge_header_line, reach: &["garbled", "too-large"] },
    Attack { name: "nul-octets", reply: nul_octets, reach: &["ok"] },
    Attack { name: "deep-markup", reply: deep_markup, reach: &["ok"] },
    Attack { name: "open-markup", reply: open_markup, reach: &["ok"] },
    Attack { name: "not-http", reply: not_http, reach: &["garbled"] },
    Attack { name: "old-greeting", reply: old_greeting, reach: &["garbled", "ok", "timeout"] },
    Attack { name: "length-too-large", reply: length_too_large, reach: &["reset", "garbled"] },
    Attack { name: "length-impossible", reply: length_impossible, reach: &["garbled"] },
    Attack { name: "chunk-cut", reply: chunk_cut, reach: &["reset", "garbled"] },
    Attack { name: "chunk-size-nonsense", reply: chunk_size_nonsense, reach: &["garbled", "reset"] },
    Attack { name: "closes-at-once", reply: Reply::close_silently, reach: &["reset", "garbled"] },
    Attack { name: "resets", reply: Reply::reset, reach: &["reset"] },
    Attack {
        name: "location-nonsense",
        reply: location_nonsense,
        reach: &["garbled", "status-302", "malformed"],
    },
];

/// The page that links to every attack, to one dead page and one good one.
pub const START: &str = "/index.html";

/// Address of an attack.
pub fn target(name: &str) -> String {
    format!("/attack/{name}.html")
}

/// All attacks on one server, with a front page that leads to them.
pub fn routes() -> Routes {
    let links = ALL.iter().fold(String::new(), |mut out, attack| {
        writeln!(out, "<li><a href=\"{}\">{}</a></li>", target(attack.name), attack.name)
            .expect("writing to a String cannot fail");
        out
    });
    let body = format!("{links}<a href=\"/fine.html\">好</a><a href=\"/gone/real.html\">旧</a>");
    let mut routes = Routes::new()
        .on(START, Reply::html(document(Coding::Utf8.label(), "首页", "", &body, "首页")))
        .on("/fine.html", Reply::html(document(Coding::Utf8.label(), "好页", "", "", "好页")));
    for attack in ALL {
        routes.add(&target(attack.name), vec![(attack.reply)()]);
    }
    routes
}

fn endless_body() -> Reply {
    Reply::of("text/html", "").endless("<p>没有尽头的页面</p>\n<a href=\"/fine.html\">好</a>", CAP)
}

/// Not even a line ends.
fn endless_text() -> Reply {
    Reply::of("text/html", "").endless("<a href='x", CAP)
}

fn slow_drip() -> Reply {
    Reply::of("text/html; charset=utf-8", "").drip("慢".repeat(40_000), Duration::from_millis(50))
}

/// 1 GiB of blanks in about one megabyte: gzip packs at most a thousandfold.
fn gzip_bomb() -> Reply {
    Reply::of("text/html", packed_blanks()).header("Content-Encoding", "gzip")
}

/// The same packed once more: a few kilobytes on the wire.
fn gzip_twice() -> Reply {
    Reply::of("text/html", gzip(packed_blanks())).header("Content-Encoding", "gzip, gzip")
}

fn packed_blanks() -> &'static [u8] {
    static PACKED: OnceLock<Vec<u8>> = OnceLock::new();
    PACKED.get_or_init(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let portion = vec![b' '; 1 << 20];
        for _ in 0..BOMB >> 20 {
            encoder.write_all(&portion).expect("writing to memory does not fail");
        }
        encoder.finish().expect("writing to memory does not fail")
    })
}

fn broken_gzip() -> Reply {
    Reply::of("text/html", b"\x1f\x8b\x08\0\0\0\0\0\0\x03this is no deflate stream")
        .header("Content-Encoding", "gzip")
}

fn header_flood() -> Reply {
    (0..20_000).fold(Reply::html("x"), |reply, n| reply.header(&format!("X-Flood-{n}"), "0123456789"))
}

fn endless_header() -> Reply {
    Reply::raw("HTTP/1.1 200 OK\r\n").endless("X-More: and more\r\n", CAP)
}

fn huge_header_line() -> Reply {
    Reply::html("x").header("X-Long", &"long ".repeat(1 << 20))
}

fn nul_octets() -> Reply {
    let text = "<!doctype html><title>\0空\0</title><a \0href=\"/fine.html\0\">好\0</a>\0\0".to_string()
        + &"\0".repeat(5000);
    Reply::html(text)
}

fn deep_markup() -> Reply {
    Reply::html(
        "<!doctype html><title>深</title>".to_string()
            + &"<div>".repeat(DEPTH)
            + "<a href=\"/fine.html\">底</a>",
    )
}

/// Tags, comments, attributes and references that are opened and never closed.
fn open_markup() -> Reply {
    let many = "<a href=\"&#x".repeat(20_000) + &"<!--".repeat(20_000) + &"<![CDATA[".repeat(20_000);
    Reply::html("<!doctype html><title>开</title>".to_string() + &many + &"&".repeat(100_000))
}

fn not_http() -> Reply {
    Reply::raw(b"\x16\x03\x01\x02\0garbage\xff\xfe\0\0 and no line end".repeat(50))
}

/// What an SSH or FTP server says to everyone.
fn old_greeting() -> Reply {
    Reply::raw("220 qinghe.example FTP server ready.\r\n")
}

fn length_too_large() -> Reply {
    Reply::html("<p>只有一半</p>").claiming(1 << 20)
}

fn length_impossible() -> Reply {
    Reply::raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\n<p>x</p>")
}

fn chunk_cut() -> Reply {
    Reply::html("x".repeat(4000)).chunked(&[1000]).cut_after(2500)
}

fn chunk_size_nonsense() -> Reply {
    Reply::raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx\r\n",
    )
}

fn location_nonsense() -> Reply {
    Reply::status(302).header("Location", "http://[:::1]:99999/%%%")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::client::{exchange, get};
    use crate::server::Server;

    #[test]
    fn every_attack_is_linked_and_answers_as_it_says() {
        let server = Server::start(routes()).unwrap();
        let front = String::from_utf8(get(server.address(), START).unwrap().body).unwrap();
        for attack in ALL {
            assert!(front.contains(&format!("\"{}\"", target(attack.name))), "{}", attack.name);
        }
        let octets = |name: &str, limit: u64| exchange(server.address(), "GET", &target(name), "", limit);
        assert_eq!(octets("endless-body", 3_000_000).unwrap().len(), 3_000_000);
        assert_eq!(octets("endless-header", 3_000_000).unwrap().len(), 3_000_000);
        assert!(!octets("endless-header", 100_000).unwrap().windows(4).any(|w| w == b"\r\n\r\n"));
        assert!(octets("header-flood", u64::MAX).unwrap().len() > 400_000);
        assert!(octets("huge-header-line", u64::MAX).unwrap().len() > 5_000_000);
        assert!(octets("nul-octets", u64::MAX).unwrap().iter().filter(|&&b| b == 0).count() > 5000);
        assert!(!octets("not-http", u64::MAX).unwrap().starts_with(b"HTTP"));
        assert!(octets("closes-at-once", u64::MAX).unwrap().is_empty());
        assert!(octets("resets", u64::MAX).is_err());
        assert!(!octets("chunk-cut", u64::MAX).unwrap().ends_with(b"0\r\n\r\n"));
        let deep = get(server.address(), &target("deep-markup")).unwrap().body;
        assert_eq!(deep.windows(5).filter(|w| w == b"<div>").count(), DEPTH);
    }

    #[test]
    fn the_bomb_is_small_outside_and_large_inside() {
        let server = Server::start(Routes::new().on("/", gzip_bomb())).unwrap();
        let packed = get(server.address(), "/").unwrap().body;
        assert!(packed.len() < 8 << 20, "{} octets on the wire", packed.len());
        let twice = Server::start(Routes::new().on("/", gzip_twice())).unwrap();
        assert!(get(twice.address(), "/").unwrap().body.len() < 100_000);
        let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
        let mut portion = vec![0; 1 << 20];
        let mut total = 0;
        // A part of it is proof enough.
        while total < BOMB / 16 {
            let got = unpacked.read(&mut portion).unwrap();
            assert!(got > 0, "the bomb ends at {total}");
            total += got as u64;
        }
    }
}
