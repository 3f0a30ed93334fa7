//! Fills a database with a fictional province of any size, by the entities that the program itself uses. Clause N5.1.
//!
//! Every row follows from its number, so that two databases of one size are equal.

use std::time::Instant as Stopwatch;

use chrono::TimeDelta;
use ledger::Cx;
use ledger::identity::commands::{account, people, units};
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use ledger::registry::entity::site;
use ledger::registry::model::{Hosting, Kind, State as SiteState};
use platform::Tx;
use platform::clock::Instant;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait as _, Set};
use supervision::ids::FindingId;
use supervision::inspection::entity::{finding, site_column, site_link, site_standing, standing_day};
use supervision::inspection::model::finding::{Decision, State, key};
use supervision::inspection::store::standing;
use supervision::monitor::entity::{visit_day, visit_hour, watch};
use supervision::monitor::model::{Standing, beijing_day, hour_of};

use crate::{Failed, Size};

/// Everybody's password here.
pub const PASSWORD: &str = "Dongting-Lake-27";
/// Rows of one statement, and of one transaction.
const ROWS: usize = 1_000;
const A_TRANSACTION: usize = 50_000;
/// Addresses outside that a site links to; a portal has some hundreds, a department's site some dozen.
const LINKS_A_SITE: i64 = 60;

/// Fills an empty database; leaves another as it is.
pub async fn fill(cx: &Cx, size: Size) -> Result<(), Failed> {
    if site::Entity::find().count(cx.db.read()).await? > 0 {
        return Ok(());
    }
    let watch = Stopwatch::now();
    let units = province(cx).await?;
    let sites = sites(cx, &units, size.sites).await?;
    columns(cx, &sites, size.columns_a_site).await?;
    links(cx, &sites).await?;
    findings(cx, &sites, size.findings).await?;
    visits(cx, &sites, size.days, size.hours).await?;
    if cx.db.is_postgres() {
        // What the server does by itself a minute after such a load.
        use sea_orm::ConnectionTrait as _;
        cx.db.read().execute_unprepared("vacuum analyze").await?;
    }
    println!("filled in {:.0} s: {size:?}", watch.elapsed().as_secs_f64());
    Ok(())
}

/// A province with 14 cities, 120 counties and 300 departments; a supervisor of all and one of a county.
async fn province(cx: &Cx) -> Result<Vec<unit::Model>, Failed> {
    let tx = cx.write().await?;
    let mut out = vec![add_unit(&tx, None, "青湖省人民政府", UnitLevel::Province).await?];
    for n in 0..14 {
        out.push(add_unit(&tx, Some(&out[0].clone()), &format!("第{n}市人民政府"), UnitLevel::City).await?);
    }
    for n in 0..120 {
        let above = out[1 + n % 14].clone();
        out.push(add_unit(&tx, Some(&above), &format!("第{n}县人民政府"), UnitLevel::County).await?);
    }
    for n in 0..300 {
        let above = out[15 + n % 120].clone();
        out.push(add_unit(&tx, Some(&above), &format!("第{n}局"), UnitLevel::Department).await?);
    }
    let hash = account::hash(PASSWORD.to_owned()).await?;
    let now = cx.now();
    for (login, unit) in [("province", &out[0]), ("county", &out[15])] {
        let id = people::add_unscoped(&tx, unit.id, login, login, hash.clone(), Some(now)).await?;
        ledger::identity::store::set_grants(&tx, id, &[(unit.id, Role::Supervisor)]).await?;
    }
    tx.commit().await?;
    Ok(out)
}

async fn add_unit(
    tx: &Tx,
    above: Option<&unit::Model>,
    name: &str,
    level: UnitLevel,
) -> Result<unit::Model, Failed> {
    let form =
        units::UnitForm { name: name.to_owned(), level: level.word().to_owned(), ..Default::default() };
    let checked = units::check(&form).map_err(|faults| format!("{faults:?}"))?;
    let id = units::add_unscoped(tx, above, checked).await?.id;
    Ok(unit::Entity::find_by_id(id).one(&**tx).await?.ok_or("a unit that was just added is gone")?)
}

async fn sites(cx: &Cx, units: &[unit::Model], number: i64) -> Result<Vec<site::Model>, Failed> {
    let now = cx.now();
    let text = |text: &str| Set(text.to_owned());
    let rows = (0..number).map(|n| {
        let unit = &units[n as usize % units.len()];
        site::ActiveModel {
            unit_id: Set(unit.id),
            unit_path: Set(unit.path.clone()),
            state: Set(SiteState::Open),
            name: Set(format!("第{n}号政府网站")),
            code: Set(format!("{:010}", 9_900_000_000 + n)),
            home: Set(format!("http://s{n}.qinghu.example/")),
            hosts: text(""),
            kind: Set(Kind::SubSite),
            supervising_unit: text("政府办公室"),
            operating_unit: text("信息中心"),
            leader: text("甲"),
            leader_phone: text(""),
            staff: text("乙"),
            staff_phone: text(""),
            hosting: Set(Hosting::PortalRoom),
            hosting_place: text(""),
            icp: text(""),
            police: text(""),
            protection: Set(2),
            protection_filing: text(""),
            supplier: text(""),
            opened_on: text(""),
            interval_minutes: Set(5),
            note: text(""),
            missing: Set(i32::from(n % 3 == 0)),
            created_at: Set(now),
            changed_at: Set(now),
            ..Default::default()
        }
    });
    insert::<site::Entity, _>(cx, rows).await?;
    Ok(site::Entity::find().all(cx.db.read()).await?)
}

async fn columns(cx: &Cx, sites: &[site::Model], a_site: i64) -> Result<(), Failed> {
    let now = cx.now();
    let rows = sites.iter().flat_map(|site| {
        (0..a_site).map(move |n| site_column::ActiveModel {
            site_id: Set(site.id),
            unit_path: Set(site.unit_path.clone()),
            name: Set(format!("栏目{n}")),
            address: Set(format!("{}c{n}/", site.home)),
            kind: Set("通知公告".to_owned()),
            items: Set(20),
            newest: Set("2026-11-01".to_owned()),
            period: Set("6 个月".to_owned()),
            is_stale: Set(n % 7 == 0),
            is_empty: Set(n % 19 == 0),
            seen_at: Set(now),
            ..Default::default()
        })
    });
    insert::<site_column::Entity, _>(cx, rows).await
}

async fn links(cx: &Cx, sites: &[site::Model]) -> Result<(), Failed> {
    let now = cx.now();
    let rows = sites.iter().flat_map(|site| {
        (0..LINKS_A_SITE).map(move |n| site_link::ActiveModel {
            site_id: Set(site.id),
            unit_path: Set(site.unit_path.clone()),
            target: Set(format!("https://www.h{}.example/p{n}.html", n % 17)),
            host: Set(format!("www.h{}.example", n % 17)),
            text: Set(format!("友情链接{n}")),
            sought: Set(format!("https://www.h{}.example/p{n}.html 友情链接{n}", n % 17)),
            page: Set(site.home.clone()),
            pages: Set(500),
            answer: Set(if n % 23 == 0 { "页面不存在（404）" } else { "正常响应" }.to_owned()),
            is_faulty: Set(n % 23 == 0),
            first_seen: Set(now),
            seen_at: Set(now),
            ..Default::default()
        })
    });
    insert::<site_link::Entity, _>(cx, rows).await
}

async fn findings(cx: &Cx, sites: &[site::Model], number: i64) -> Result<(), Failed> {
    let now = cx.now();
    let rules: Vec<&str> = checks::registry::ids().collect();
    let rows = (0..number).map(|n| finding_row(&sites[n as usize % sites.len()], &rules, n, now));
    insert::<finding::Entity, _>(cx, rows).await?;
    for some in sites.chunks(100) {
        let tx = cx.write().await?;
        for site in some {
            let ended = standing::Ended {
                run: supervision::ids::RunId(1),
                at: now,
                pages: 500,
                columns: 20,
                stale_columns: 3,
            };
            standing::recount(&tx, site.id, &site.unit_path, Some(ended)).await?;
        }
        tx.commit().await?;
    }
    let standings = site_standing::Entity::find().all(cx.db.read()).await?;
    let days = (0..30).flat_map(|ago: i64| {
        let day = (platform::clock::beijing(now) - TimeDelta::days(ago)).format("%Y-%m-%d").to_string();
        let mut paths: Vec<&str> = standings.iter().map(|one| one.unit_path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        let row = move |path: &str| standing_day::ActiveModel {
            day: Set(day.clone()),
            unit_path: Set(path.to_owned()),
            sites: Set(7),
            veto: Set(10),
            fault: Set(100),
            warning: Set(300),
            notice: Set(50),
            unjudged: Set(400),
        };
        paths.into_iter().map(row).collect::<Vec<_>>()
    });
    insert::<standing_day::Entity, _>(cx, days).await
}

/// A third is gone, a twentieth false alarms, a tenth confirmed, as after a year of work.
fn finding_row(site: &site::Model, rules: &[&str], n: i64, now: Instant) -> finding::ActiveModel {
    let rule = rules[(n / 7) as usize % rules.len()];
    let level = checks::registry::rule(rule).map_or(base::Level::Warning, |rule| rule.level);
    let page = format!("{}c{}/t{n}.html", site.home, n % 20);
    let (state, decision) = match n % 60 {
        0..20 => (State::Gone, Decision::None),
        20..23 => (State::FalseAlarm, Decision::FalseAlarm),
        23..29 => (State::Confirmed, Decision::Confirmed),
        _ => (State::New, Decision::None),
    };
    let about = supervision::inspection::model::finding::About {
        rule,
        page: Some(&page),
        target: Some(&page),
        ..Default::default()
    };
    let seen = now - TimeDelta::minutes(n % (365 * 24 * 60));
    finding::Model {
        id: FindingId(0),
        site_id: site.id,
        unit_path: site.unit_path.clone(),
        rule: rule.to_owned(),
        level: level as i32,
        clause: "N2.4".to_owned(),
        key: key(about),
        state,
        is_open: state.counts(),
        decision,
        excepted_until: None,
        sources: 1,
        page: Some(page.clone()),
        target: Some(format!("{page}?{n}")),
        element: Some("a[href]".to_owned()),
        text: Some("关于做好有关工作的通知".to_owned()),
        quote: None,
        line: Some(120),
        col: Some(8),
        reach: Some("status-404".to_owned()),
        status: Some(404),
        cause: "页面不存在（404），链接的网页已经打不开".to_owned(),
        fix: "改成正确的网址，或者撤下链接。".to_owned(),
        pages: 1,
        first_seen: seen,
        last_seen: now,
        gone_at: None,
        first_run: None,
        last_run: None,
        evidence: None,
        picture: None,
        decided_by: String::new(),
        decided_at: None,
    }
    .into_active_without_id()
}

trait WithoutId {
    fn into_active_without_id(self) -> finding::ActiveModel;
}

impl WithoutId for finding::Model {
    fn into_active_without_id(self) -> finding::ActiveModel {
        let mut row = self.into_active_model().reset_all();
        row.id = sea_orm::NotSet;
        row
    }
}

async fn visits(cx: &Cx, sites: &[site::Model], days: i32, hours: i32) -> Result<(), Failed> {
    let now = cx.now();
    let states = sites.iter().map(|site| watch::ActiveModel {
        site_id: Set(site.id),
        interval_minutes: Set(5),
        next_at: Set(now + TimeDelta::days(3_650)),
        standing: Set(if site.id.0 % 100 == 0 { Standing::Down } else { Standing::Up }),
        since: Set(now - TimeDelta::days(1)),
        suspect_at: Set(None),
        suspect_cause: Set(None),
        incident_id: Set(None),
        last_at: Set(Some(now)),
        last_reach: Set(Some("ok".to_owned())),
        last_ms: Set(Some(120)),
        last_address: Set(None),
        certificate_ends: Set(None),
        certificate_fault: Set(None),
        domain_ends: Set(String::new()),
    });
    insert::<watch::Entity, _>(cx, states).await?;
    let (today, this_hour) = (beijing_day(now), hour_of(now));
    let failed = |site: i64, at: i32| i64::from((site + i64::from(at)) % 97 == 0);
    let daily = sites.iter().flat_map(|site| {
        (0..days).map(move |ago| visit_day::ActiveModel {
            site_id: Set(site.id),
            day: Set(today - ago),
            visits: Set(288),
            failed: Set(failed(site.id.0, ago)),
            slow: Set(0),
            planned: Set(0),
            unsure: Set(0),
            sum_ms: Set(288 * 120),
            max_ms: Set(900),
        })
    });
    insert::<visit_day::Entity, _>(cx, daily).await?;
    let hourly = (0..hours).flat_map(|ago| {
        sites.iter().map(move |site| visit_hour::ActiveModel {
            hour: Set(this_hour - ago),
            site_id: Set(site.id),
            visits: Set(12),
            failed: Set(failed(site.id.0, ago)),
            slow: Set(0),
            planned: Set(0),
            unsure: Set(0),
            sum_ms: Set(12 * 120),
            max_ms: Set(900),
        })
    });
    insert::<visit_hour::Entity, _>(cx, hourly).await
}

/// Inserts rows in batches.
async fn insert<E, A>(cx: &Cx, rows: impl Iterator<Item = A>) -> Result<(), Failed>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let tx = cx.write().await?;
        for _ in 0..A_TRANSACTION / ROWS {
            let batch: Vec<A> = rows.by_ref().take(ROWS).collect();
            if batch.is_empty() {
                break;
            }
            E::insert_many(batch).exec_without_returning(&*tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
