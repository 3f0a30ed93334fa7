//! How long a province's reading lists of one day take: `cargo run --release -p xunwang --example reading_lists`.
//! Clauses N5.3, N5.7.
//!
//! `reading_lists [SITES] [PAGES]` inspects one real site of so many pages on loopback, gives each site of the register that
//! run's file, and has the lists of all duties of the day made.

use std::sync::Arc;
use std::time::Instant;

use crawl::{Manners, Render};
use ledger::cx::Settings;
use ledger::identity::commands::units::{self, UnitForm};
use ledger::registry::commands::change;
use ledger::registry::model::SiteFacts;
use platform::clock::{FakeClock, beijing};
use platform::db::Place;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, Set};
use supervision::Ways;
use supervision::inspection::entity::run;
use supervision::inspection::model::run::{RunState, Wish};
use supervision::reading::commands::lists;
use supervision::reading::entity::{reading_duty, reading_item, reading_roster};
use supervision::reading::model::{Days, Kind, State};
use testkit::server::{Reply, Routes, Server};
use xunwang::console::Console;

type Failed = Box<dyn std::error::Error>;

/// A site of so many articles in columns of fifty.
fn site(pages: usize) -> Result<Server, Failed> {
    let page = |title: &str, body: &str| {
        format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{body}</body></html>"
        )
    };
    let routes = Routes::new()
        .when(move |request, _| {
            let path = request.target.as_str();
            let number = |prefix: &str| path.strip_prefix(prefix)?.strip_suffix(".html")?.parse::<usize>().ok();
            if path == "/" {
                let columns: String =
                    (0..pages.div_ceil(50)).map(|n| format!("<a href=\"/c{n}.html\">栏目{n}</a>")).collect();
                return Some(Reply::html(page("首页", &columns)));
            }
            if let Some(column) = number("/c") {
                let links: String = (column * 50..(column * 50 + 50).min(pages))
                    .map(|n| format!("<li><a href=\"/a{n}.html\">关于第{n}项工作的通知</a> 2026-05-{:02}</li>", n % 27 + 1))
                    .collect();
                return Some(Reply::html(page(&format!("栏目{column}"), &format!("<ul>{links}</ul>"))));
            }
            let n = number("/a")?;
            let body = format!("<h1>关于第{n}项工作的通知</h1><p>发布时间：2026-05-{:02}　来源：办公室</p><p>县政府召开会议，研究第{n}项工作。</p>", n % 27 + 1);
            Some(Reply::html(page(&format!("关于第{n}项工作的通知"), &body)))
        })
        .otherwise(Reply::not_found());
    Ok(Server::start(routes)?)
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut asked = std::env::args().skip(1).filter_map(|text| text.parse::<usize>().ok());
    let (sites, pages) = (asked.next().unwrap_or(3_000), asked.next().unwrap_or(2_000));
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
    let ways = Ways { render: Render::Never, ..Ways::from(manners) };
    let place = Place::of(None, folder.path())?;
    let console = Console::open(folder.path(), &place, Settings::default(), clock.clone(), ways).await?;
    let (cx, means) = (&console.cx, &console.means);
    let form = UnitForm { name: "青湖省政府".into(), level: "province".into(), ..Default::default() };
    let checked = units::check(&form).map_err(|faults| format!("{faults:?}"))?;
    let now = cx.now();
    let day = beijing(now).date_naive();

    // One run of a real site; its file stands for each site's own.
    let server = site(pages)?;
    let tx = cx.write().await?;
    let province = units::add_unscoped(&tx, None, checked).await?;
    let home = format!("http://{}/", server.address());
    let facts =
        |name: String, home: String| SiteFacts { name, home, interval_minutes: 5, ..SiteFacts::default() };
    change::add_unscoped(&tx, &province, &facts("样本".into(), home), "bench", now).await?;
    tx.commit().await?;
    let whole = supervision::inspection::model::plan::Reach::usual();
    let model = |site: i64| run::ActiveModel {
        site_id: Set(ledger::SiteId(site)),
        unit_path: Set(province.path.clone()),
        plan_id: Set(None),
        state: Set(RunState::Finished),
        wish: Set(Wish::Go),
        asked_by: Set("bench".to_owned()),
        asked_at: Set(now),
        started_at: Set(None),
        ended_at: Set(None),
        seen_at: Set(None),
        window_from: Set(0),
        window_to: Set(0),
        reach: Set(serde_json::to_value(&whole).unwrap_or_default()),
        pages: Set(0),
        unchanged: Set(0),
        addresses: Set(0),
        answered: Set(0),
        requests: Set(0),
        read_until: Set(0),
        found: Set(0),
        came: Set(0),
        went: Set(0),
        why: Set(String::new()),
        has_folder: Set(true),
        ..Default::default()
    };
    let first = run::Entity::insert(run::ActiveModel { state: Set(RunState::Waiting), ..model(1) });
    let tx = cx.write().await?;
    let first = first.exec(&*tx).await?.last_insert_id;
    tx.commit().await?;
    let tx = cx.write().await?;
    let job = platform::jobs::NewJob {
        kind: supervision::inspection::commands::runs::JOB,
        args: serde_json::json!({ "run": first }),
        queue: platform::jobs::Queue::Bulk,
        run_at: now,
        unique_key: None,
    };
    platform::jobs::enqueue(&tx, job, now).await?;
    tx.commit().await?;
    console.runner.run_due().await?;
    let file = means.runs.join(first.to_string()).join("run.db");

    let tx = cx.write().await?;
    for n in 1..=sites {
        let form = UnitForm { name: format!("第{n}单位"), level: "county".into(), ..Default::default() };
        let checked = units::check(&form).map_err(|faults| format!("{faults:?}"))?;
        let unit = units::add_unscoped(&tx, Some(&province), checked).await?;
        let home = format!("http://www.s{n}.example/");
        let site = change::add_unscoped(&tx, &unit, &facts(format!("第{n}网站"), home), "bench", now).await?;
        let row = run::ActiveModel { unit_path: Set(unit.path.clone()), ..model(site.0) };
        let run = run::Entity::insert(row).exec(&*tx).await?.last_insert_id;
        let to = means.runs.join(run.to_string());
        std::fs::create_dir_all(&to)?;
        std::fs::hard_link(&file, to.join("run.db"))?;
        let roster = reading_roster::ActiveModel {
            unit_id: Set(unit.id),
            unit_path: Set(unit.path.clone()),
            kind: Set(Kind::Duty),
            name: Set("值班读网".to_owned()),
            days: Set(Days::Every),
            shifts: Set(1),
            pages: Set(10),
            sites: Set(0),
            planted_each: Set(20),
            is_active: Set(true),
            planned_until: Set(Some(day)),
            made_by: Set("bench".to_owned()),
            made_at: Set(now),
            ..Default::default()
        };
        let roster = reading_roster::Entity::insert(roster).exec(&*tx).await?.last_insert_id;
        let duty = reading_duty::ActiveModel {
            roster_id: Set(roster),
            unit_id: Set(unit.id),
            unit_path: Set(unit.path),
            kind: Set(Kind::Duty),
            day: Set(day),
            shift: Set(1),
            person_id: Set(None),
            is_fixed: Set(false),
            state: Set(State::Planned),
            obligation_id: Set(None),
            listed_at: Set(None),
            begun_at: Set(None),
            finished_at: Set(None),
            is_late: Set(false),
            pages: Set(0),
            pages_read: Set(0),
            findings: Set(0),
            planted: Set(0),
            noticed: Set(0),
            display: Set(String::new()),
            words: Set(String::new()),
            hand_over: Set(String::new()),
            ..Default::default()
        };
        reading_duty::Entity::insert(duty).exec(&*tx).await?;
    }
    tx.commit().await?;
    let begun = Instant::now();
    let made = lists::of_today(cx, means).await?;
    let took = begun.elapsed();
    let items = reading_item::Entity::find().count(cx.db.read()).await?;
    println!(
        "| {made} duties, each of one site whose run file holds {pages} articles: lists with {items} pages | {:.1} s |",
        took.as_secs_f64()
    );
    Ok(())
}
