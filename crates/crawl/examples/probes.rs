//! How many visits a second one core makes of a server on loopback: `cargo run --release -p crawl --example probes`. Clause N2.1.
//!
//! The prober runs on one thread; the server, which answers every request with the same small page, on another. Each
//! visit opens a connection of its own. The server has many addresses, since closed connections hold their port for a minute.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::Reach;
use crawl::{Budget, Gates, Manners, Prober};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Visits in all, and under way at once.
const VISITS: usize = 30_000;
const AT_ONCE: usize = 128;
/// Addresses of the server: 127.0.0.1 and on.
const ADDRESSES: u8 = 64;
/// A page of the size of a small home page.
const PAGE: usize = 12_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || serve(&tell));
    let ports: Vec<u16> = told.iter().take(ADDRESSES.into()).collect();
    let manners = Manners {
        rate: None,
        host_concurrency: 8,
        concurrency: 16,
        timeout: Duration::from_secs(30),
        user_agent: "Xunwang bench".into(),
        headers: Vec::new(),
        cookies: Vec::new(),
        proxy: None,
        ca_pem: None,
        chromium: None,
    };
    let gates = Arc::new(Gates::new(Budget::from(&manners)));
    let prober = Arc::new(Prober::new(manners, gates)?);
    let homes: Result<Vec<url::Url>, _> = (1..=ADDRESSES)
        .zip(&ports)
        .map(|(last, port)| format!("http://{}:{port}/", Ipv4Addr::new(127, 0, 0, last)).parse())
        .collect();
    let homes = homes?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (begun, mut up, mut slowest) = (Instant::now(), 0, 0);
    runtime.block_on(async {
        let mut visits = JoinSet::new();
        for number in 0..VISITS {
            if visits.len() >= AT_ONCE
                && let Some(Ok((reach, ms))) = visits.join_next().await
            {
                up += usize::from(reach == Reach::Ok);
                slowest = slowest.max(ms);
            }
            let (prober, home) = (Arc::clone(&prober), homes[number % homes.len()].clone());
            visits.spawn(async move {
                let seen = prober.visit(&home, None).await;
                (seen.reach, seen.total_ms)
            });
        }
        for (reach, ms) in visits.join_all().await {
            up += usize::from(reach == Reach::Ok);
            slowest = slowest.max(ms);
        }
    });
    let rate = VISITS as f64 / begun.elapsed().as_secs_f64();
    println!("visits {VISITS}, opened {up}, a second {rate:.0}, slowest {slowest} ms");
    Ok(())
}

fn serve(tell: &std::sync::mpsc::Sender<u16>) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let answer: Arc<[u8]> = {
        let page = "青".repeat(PAGE / 3);
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", page.len());
        (head + &page).into_bytes().into()
    };
    runtime.block_on(async {
        let mut serving = JoinSet::new();
        for last in 1..=ADDRESSES {
            let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), 0)).await.expect("loopback");
            tell.send(listener.local_addr().expect("it is bound").port()).ok();
            let answer = Arc::clone(&answer);
            serving.spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let answer = Arc::clone(&answer);
                    tokio::spawn(async move {
                        let mut asked = [0; 2_048];
                        while matches!(stream.read(&mut asked).await, Ok(read) if read > 0) {
                            if stream.write_all(&answer).await.is_err() {
                                return;
                            }
                        }
                    });
                }
            });
        }
        serving.join_all().await;
    });
}
