//! Serves a site of so many pages on loopback until its standard input is closed: `serve_scale PAGES`. Prints the
//! address of the start page and how many dead links there are. Benchmarks only (N2.1).

use std::io::Read as _;

use testkit::{Server, scale};

fn main() {
    let pages = std::env::args().nth(1).and_then(|n| n.parse().ok()).expect("usage: serve_scale PAGES");
    let server = Server::start(scale::site(pages)).expect("a free port on loopback");
    println!("{} {}", server.url(scale::START), scale::dead(pages));
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).expect("standard input can be read");
}
