//! Mutates the bundled pages and reads them until the time is over: `hammer SECONDS [SEED]`. Clause N2.1.
//!
//! A panic, a link outside its source or a slow page ends it with a status other than 0. The same seed repeats a run.

use std::time::{Duration, Instant};

use checks::Page;
use checks::charset::decode;
use url::Url;

const PAGES: [&[u8]; 4] = [
    include_bytes!("../fixtures/home.html"),
    include_bytes!("../fixtures/home_gbk.html"),
    include_bytes!("../fixtures/list.html"),
    include_bytes!("../fixtures/redirect.html"),
];
const PIECES: [&[u8]; 30] = [
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"\"",
    b"'",
    b"=",
    b"&",
    b"&#",
    b"&#x110000;",
    b"\0",
    b"\r\n",
    b"\xFF",
    b"\xB0",
    b"<script>",
    b"</script>",
    b"<svg>",
    b"<template>",
    b"<title>",
    b"<a href=",
    b"url(",
    b"<datastore>",
    b" onclick=\"location='x'\" ",
    b"createPageHTML(99999999999,-1,\"\",\"\")",
    b"\\",
    b"/*",
    b"<meta charset=utf-16>",
];
const TYPES: [Option<&str>; 4] = [
    None,
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=gbk"),
    Some("text/html; charset=x-unknown"),
];
/// Far above what a page of this size takes, also on a busy machine.
const SLOW: Duration = Duration::from_secs(2);
const MAX_BYTES: usize = 64 * 1024;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().and_then(|a| a.parse().ok()).expect("usage: hammer SECONDS [SEED]");
    let seed = arguments.next().and_then(|a| a.parse().ok()).unwrap_or(1);
    let mut random = Random(seed);
    let url = Url::parse("http://www.example.gov.cn/zwgk/tzgg/index.html").expect("a valid address");
    let start = Instant::now();
    let (mut pages, mut links, mut slowest) = (0u64, 0u64, Duration::ZERO);
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut bytes = PAGES[random.below(PAGES.len())].to_vec();
        for _ in 0..random.below(12) {
            mutate(&mut bytes, &mut random);
        }
        bytes.truncate(MAX_BYTES);
        let began = Instant::now();
        links += read(&bytes, TYPES[random.below(TYPES.len())], &url) as u64;
        let took = began.elapsed();
        slowest = slowest.max(took);
        pages += 1;
        assert!(took < SLOW, "page {pages} of seed {seed} took {took:?}");
    }
    println!("{pages} pages, {links} links, slowest {slowest:?}, seed {seed}");
}

fn read(bytes: &[u8], content_type: Option<&str>, url: &Url) -> usize {
    let decoded = decode(bytes, content_type);
    let page = Page::parse(url.clone(), &decoded.text, decoded.charset);
    for link in &page.links {
        let inner = link.inner.start as usize..link.inner.end as usize;
        assert!(page.source.get(inner).is_some(), "a link outside its source");
        assert!(page.text_of(link).chars().count() <= 120, "a text too long");
    }
    assert!(page.visible_text(500).chars().count() <= 500, "a text too long");
    assert!(page.anchors.is_sorted(), "anchors out of order");
    page.links.len() + page.headings().len()
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let len = random.below(200).min(bytes.len() - at);
    match random.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..at + len)),
        2 => {
            let copy = bytes[at..at + len].repeat(1 + random.below(20));
            let to = random.below(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.next() as u8;
            }
        }
        _ => {
            let piece = PIECES[random.below(PIECES.len())];
            bytes.splice(at..at, piece.repeat(1 + random.below(3)));
        }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}
