//! Measures how fast pages are parsed: `parse_speed FOLDER` reads every `.html` file below it. Clause N2.1.
//!
//! One core, sources decoded beforehand; prints the best of the rounds.

use std::path::Path;
use std::time::Instant;

use checks::Page;
use checks::charset::decode;
use url::Url;

const ROUNDS: usize = 5;

fn main() {
    let folder = std::env::args().nth(1).expect("usage: parse_speed FOLDER");
    let mut sources = Vec::new();
    gather(Path::new(&folder), &mut sources);
    let url = Url::parse("http://127.0.0.1/a/b.html").expect("a valid address");
    let texts: Vec<_> = sources.iter().map(|bytes| decode(bytes, Some("text/html; charset=utf-8"))).collect();
    let bytes: usize = texts.iter().map(|t| t.text.len()).sum();
    let (mut links, mut best, mut best_texts) = (0, f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        links = 0;
        let start = Instant::now();
        for decoded in &texts {
            links += Page::parse(url.clone(), &decoded.text, decoded.charset.clone()).links.len();
        }
        best = best.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let mut letters = 0;
        for decoded in &texts {
            let page = Page::parse(url.clone(), &decoded.text, decoded.charset.clone());
            letters += page.links.iter().map(|l| page.text_of(l).len()).sum::<usize>();
        }
        assert!(letters > 0 || links == 0, "no link has a text");
        best_texts = best_texts.min(start.elapsed().as_secs_f64());
    }
    let rate = |seconds: f64| bytes as f64 / seconds / 1e6;
    println!(
        "{} pages, {:.1} MB, {links} links: {:.0} MB/s, {:.1} µs a page; with texts of links {:.0} MB/s",
        texts.len(),
        bytes as f64 / 1e6,
        rate(best),
        best / texts.len().max(1) as f64 * 1e6,
        rate(best_texts),
    );
}

fn gather(folder: &Path, sources: &mut Vec<Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            gather(&path, sources);
        } else if path.extension().is_some_and(|e| e == "html") {
            sources.extend(std::fs::read(&path));
        }
    }
}
