//! How long a tick of the clock takes with a province's obligations open: `cargo run --release -p xunwang --example obligations`.
//! Clauses N2.8, N3.8.
//!
//! `obligations [--postgres] [NUMBER]` opens so many, all of them not due, and ticks; then a thousand come to a mark, then all.

use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;
use crawl::Manners;
use ledger::cx::Settings;
use ledger::identity::commands::units::{self, UnitForm};
use ledger::obligation::commands::tick;
use ledger::obligation::entity::obligation;
use ledger::obligation::model::{Kind, State};
use platform::clock::{FakeClock, beijing};
use platform::db::Place;
use sea_orm::{EntityTrait as _, Set};
use xunwang::console::Console;

/// Rows of one statement: thirty values each, below what SQLite takes (32,766).
const ROWS: usize = 1_000;
/// Obligations that come to a mark in a minute of a busy morning.
const BUSY: i64 = 1_000;

type Failed = Box<dyn std::error::Error>;

/// The address of a fresh database on a server of our own.
async fn throw_away() -> Result<String, Failed> {
    use sea_orm::ConnectionTrait as _;
    let server = testkit::postgres::server().ok_or("PostgreSQL is not installed")?;
    let admin = platform::Db::open(&Place::Postgres(server.to_owned())).await?;
    admin.read().execute_unprepared("create database clock").await?;
    admin.close().await?;
    Ok(testkit::postgres::database(server, "clock"))
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let number: i64 = asked.iter().find_map(|text| text.parse().ok()).unwrap_or(100_000);
    let postgres =
        if asked.iter().any(|text| text == "--postgres") { Some(throw_away().await?) } else { None };
    let folder = tempfile::tempdir()?;
    let start = chrono::DateTime::from_timestamp(1_780_000_000, 0).ok_or("a moment")?;
    let clock = Arc::new(FakeClock::new(start));
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
    let place = Place::of(postgres.as_deref(), folder.path())?;
    let console = Console::open(folder.path(), &place, Settings::default(), clock.clone(), manners).await?;
    let cx = &console.cx;
    let form = UnitForm { name: "青湖省政府".into(), level: "province".into(), ..Default::default() };
    let checked = units::check(&form).map_err(|faults| format!("{faults:?}"))?;
    let tx = cx.write().await?;
    let unit = units::add_unscoped(&tx, None, checked).await?;
    let now = cx.now();
    let day = beijing(now).date_naive();
    let rows = (0..number).map(|n| {
        // The first come to their yellow card together in an hour, the others from tomorrow on.
        let yellow = if n < BUSY { now + TimeDelta::hours(1) } else { now + TimeDelta::days(1 + n % 30) };
        obligation::ActiveModel {
            kind: Set(Kind::Order),
            clause: Set("N5.3".to_owned()),
            title: Set(format!("事项{n}")),
            words: Set(String::new()),
            unit_id: Set(unit.id),
            unit_path: Set(unit.path.clone()),
            site_id: Set(None),
            person_id: Set(None),
            issuer_id: Set(unit.id),
            issuer_path: Set(unit.path.clone()),
            issued_by: Set("甲".to_owned()),
            link: Set(String::new()),
            started_on: Set(day),
            limit_days: Set(5),
            span: Set("working".to_owned()),
            extended_days: Set(0),
            remind_days: Set(1),
            yellow_days: Set(0),
            red_days: Set(5),
            state: Set(State::Open),
            is_paused: Set(false),
            due_on: Set(Some(day)),
            due_at: Set(Some(yellow)),
            remind_at: Set(None),
            yellow_at: Set(Some(yellow)),
            red_at: Set(Some(yellow + TimeDelta::days(60))),
            marked: Set(1),
            next_at: Set(Some(yellow)),
            opened_at: Set(now),
            reported_at: Set(None),
            over_at: Set(None),
            is_told: Set(false),
            ..Default::default()
        }
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(ROWS) {
        obligation::Entity::insert_many(some.to_vec()).exec_without_returning(&*tx).await?;
    }
    tx.commit().await?;
    let engine = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    for (what, by) in [
        ("none due", TimeDelta::zero()),
        ("a busy minute", TimeDelta::hours(2)),
        ("all the rest at once, after a month's stop", TimeDelta::days(40)),
    ] {
        clock.turn(by);
        let begun = Instant::now();
        let marks = tick(cx).await?;
        println!(
            "{engine}, {number} open, {what}: {marks} marks in {:.0} ms",
            begun.elapsed().as_secs_f64() * 1e3
        );
    }
    Ok(())
}
