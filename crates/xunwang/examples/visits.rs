//! How quickly visits are recorded and how much room they take: `cargo run --release -p xunwang --example visits`. Clause N2.1.
//!
//! Records days of visits, one every five minutes, as the rounds do, and forgets what is not kept. Asks no website. `visits
//! 3000 1` plays 3,000 sites for one day instead of 50 for thirty, `visits 10 365` shows what a year of one site comes to; a
//! third argument names a file that the database is copied to.

use std::sync::Arc;
use std::time::Instant;

use base::Reach;
use chrono::TimeDelta;
use crawl::{Manners, Probe};
use ledger::cx::Settings;
use ledger::identity::commands::units::{self, UnitForm};
use ledger::registry::model::SiteFacts;
use platform::clock::{Clock as _, FakeClock};
use platform::db::Place;
use sea_orm::EntityTrait as _;
use supervision::monitor::commands::{self, Seen};
use supervision::monitor::{entity::watch, store};
use xunwang::console::Console;

/// Minutes between two visits, and visits recorded in one transaction: what a second of 3,000 sites a minute brings.
const MINUTES: i32 = 5;
const A_BATCH: usize = 50;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: i64| asked.get(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (sites, days) = (number(0, 50), number(1, 30));
    let folder = tempfile::tempdir().expect("a folder");
    let clock =
        Arc::new(FakeClock::new(chrono::DateTime::from_timestamp(1_780_000_000, 0).expect("in range")));
    let manners = Manners {
        rate: None,
        host_concurrency: 8,
        concurrency: 16,
        timeout: std::time::Duration::from_secs(5),
        user_agent: "Xunwang bench".into(),
        headers: Vec::new(),
        cookies: Vec::new(),
        proxy: None,
        ca_pem: None,
        chromium: None,
    };
    let place = Place::of(None, folder.path()).expect("a file");
    let console = Console::open(folder.path(), &place, Settings::default(), clock.clone(), manners);
    let console = console.await.expect("it opens");
    let cx = &console.cx;
    let tx = cx.write().await.expect("a transaction");
    let form = UnitForm { name: "青湖省政府".into(), level: "province".into(), ..Default::default() };
    let Ok(checked) = units::check(&form) else { unreachable!("the form is right") };
    let unit = units::add_unscoped(&tx, None, checked).await.expect("a unit");
    for number in 0..sites {
        let facts = SiteFacts {
            name: format!("{number} 号站"),
            home: format!("http://s{number}.example/"),
            interval_minutes: MINUTES,
            ..Default::default()
        };
        ledger::registry::store::add_site(&tx, &unit, &facts, cx.now()).await.expect("a site");
    }
    tx.commit().await.expect("a commit");
    commands::follow_register(cx).await.expect("followed");
    let empty = cx.db.size().await.expect("a size");
    let (begun, mut visits, mut batches) = (Instant::now(), 0_usize, 0_usize);
    let end = cx.now() + TimeDelta::days(days);
    let mut tidied = cx.now();
    while cx.now() < end {
        clock.turn(TimeDelta::minutes(MINUTES.into()));
        let at = clock.now();
        if at - tidied >= TimeDelta::days(1) {
            supervision::monitor::hourly(cx).await.expect("tidied");
            tidied = at;
        }
        let watches = watch::Entity::find().all(cx.db.read()).await.expect("a list");
        let seen = watches.iter().map(|watch| Seen {
            site: watch.site_id,
            due: watch.next_at,
            at,
            probe: Probe {
                status: Some(200),
                dns_ms: 4,
                connect_ms: 12,
                first_ms: 80,
                total_ms: 130 + (visits % 97) as u32,
                ..Probe::of(Reach::Ok)
            },
        });
        let seen: Vec<Seen> = seen.collect();
        for batch in seen.chunks(A_BATCH) {
            visits += commands::record(cx, batch).await.expect("recorded");
            batches += 1;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{visits} visits in {batches} transactions, {:.0} visits a second", visits as f64 / seconds);
    let begun = Instant::now();
    for _ in 0..100 {
        store::out_of_step_unscoped(cx.db.read()).await.expect("asked");
        store::due_unscoped(cx.db.read(), cx.now(), 400).await.expect("asked");
    }
    println!("a look who is due: {:.2} ms", begun.elapsed().as_secs_f64() * 10.0);
    console.cx.db.clone().close().await.expect("closed");
    if let Some(kept) = asked.get(2) {
        std::fs::copy(folder.path().join("xunwang.db"), kept).expect("copied");
    }
    let bytes = std::fs::metadata(folder.path().join("xunwang.db")).expect("a file").len();
    let grown = bytes.saturating_sub(u64::try_from(empty).unwrap_or(0));
    println!("the file after {days} days: {bytes} bytes; it grew by {} a site", grown / sites as u64);
}
