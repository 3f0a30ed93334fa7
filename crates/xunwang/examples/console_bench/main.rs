//! The console at the size of a province: fills a database with sites, columns, findings and visits, then asks the real
//! router for its screens and tells how long each takes. Clauses N2.1, N5.1.
//!
//! `console_bench DIR [--database URL | --postgres] [--sites N] [--findings N] [--days N] [--hours N]`. A folder that is filled
//! already is measured again as it is. `--postgres` starts a server that ends with the program. Nothing is fetched from
//! anywhere.

mod fill;
mod measure;

use std::path::PathBuf;
use std::sync::Arc;

use ledger::cx::Settings;
use platform::clock::SystemClock;
use platform::db::Place;
use xunwang::console::Console;

/// How much is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub sites: i64,
    pub columns_a_site: i64,
    pub findings: i64,
    /// Days of which the daily numbers are kept, and hours of which the hourly ones are.
    pub days: i32,
    pub hours: i32,
}

type Failed = Box<dyn std::error::Error>;

/// The address of a fresh database on a server of our own.
async fn throw_away() -> Result<String, Failed> {
    use sea_orm::ConnectionTrait as _;
    let server = testkit::postgres::server().ok_or("PostgreSQL is not installed")?;
    let admin = platform::Db::open(&Place::Postgres(server.to_owned())).await?;
    admin.read().execute_unprepared("create database bench").await?;
    admin.close().await?;
    Ok(testkit::postgres::database(server, "bench"))
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut size = Size { sites: 3_000, columns_a_site: 20, findings: 2_000_000, days: 365, hours: 24 * 31 };
    let mut folder = None;
    let mut database = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
        match argument.as_str() {
            "--database" => database = Some(value()?),
            "--postgres" => database = Some(throw_away().await?),
            "--sites" => size.sites = value()?.parse()?,
            "--findings" => size.findings = value()?.parse()?,
            "--days" => size.days = value()?.parse()?,
            "--hours" => size.hours = value()?.parse()?,
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let folder = folder.ok_or("a folder is wanted")?;
    std::fs::create_dir_all(&folder)?;
    let place = Place::of(database.as_deref(), &folder)?;
    let manners = crawl::Manners {
        rate: Some(5.0),
        host_concurrency: 4,
        concurrency: 64,
        timeout: std::time::Duration::from_secs(30),
        user_agent: String::new(),
        headers: Vec::new(),
        cookies: Vec::new(),
        proxy: None,
        ca_pem: None,
        chromium: None,
    };
    let settings = Settings { https: false, second_factor: false, ..Default::default() };
    let console = Console::open(&folder, &place, settings, Arc::new(SystemClock), manners).await?;
    fill::fill(&console.cx, size).await?;
    if let Place::Sqlite(file) = &place {
        println!("database: {:.0} MB", std::fs::metadata(file)?.len() as f64 / 1e6);
    }
    measure::measure(&console).await
}
