//! Availability: visits of real servers on loopback, incidents, roll-ups, windows, screens, access. Clauses N2.1, N5.2.

use base::{Reach, TlsFault};
use chrono::TimeDelta;
use crawl::Probe;
use ledger::SiteId;
use ledger::identity::entity::{UnitLevel, unit};
use ledger::registry::model::{SiteFacts, State};
use platform::clock::{Clock as _, Instant};
use platform::web::Pager;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, Set};
use supervision::monitor::commands::{self, Seen};
use supervision::monitor::entity::{incident, visit_hour, visit_log, watch};
use supervision::monitor::model::{Counts, Standing, beijing_day};
use supervision::monitor::{store, tick};
use testkit::server::{Reply, Routes, Server};

use super::world::{World, on_both};

mod alerts;
mod rounds;
mod screens;

/// A site in the register.
pub async fn add(world: &World, unit: &unit::Model, name: &str, home: &str) -> SiteId {
    let facts = SiteFacts { name: name.into(), home: home.into(), interval_minutes: 5, ..Default::default() };
    let tx = world.console.cx.write().await.unwrap();
    let site = ledger::registry::store::add_site(&tx, unit, &facts, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    commands::follow_register(&world.console.cx).await.unwrap();
    site.id
}

/// How a site stands.
pub async fn stands(world: &World, site: SiteId) -> watch::Model {
    watch::Entity::find_by_id(site).one(world.console.cx.db.read()).await.unwrap().unwrap()
}

pub async fn incidents(world: &World) -> Vec<incident::Model> {
    incident::Entity::find().all(world.console.cx.db.read()).await.unwrap()
}

/// Turns the clock to the site's next visit and makes the round.
pub async fn next_visit(world: &World, site: SiteId) -> watch::Model {
    let wait = stands(world, site).await.next_at - world.clock.now();
    world.clock.turn(wait.max(TimeDelta::zero()));
    tick(&world.console.cx, &world.console.means).await.unwrap();
    stands(world, site).await
}

/// Records a visit as if it had been made when it was due.
pub async fn seen(world: &World, site: SiteId, reach: Reach, total_ms: u32) -> watch::Model {
    let due = stands(world, site).await.next_at;
    world.clock.turn((due - world.clock.now()).max(TimeDelta::zero()));
    let probe = Probe { total_ms, ..Probe::of(reach) };
    let made = Seen { site, due, at: world.clock.now(), probe };
    assert_eq!(commands::record(&world.console.cx, &[made]).await.unwrap(), 1);
    stands(world, site).await
}

/// What a site's days add up to.
pub async fn days(world: &World, site: SiteId) -> Counts {
    let db = world.console.cx.db.read();
    let days = store::days_of(db, vec![site], 0, i32::MAX).await.unwrap();
    days.get(&site)
        .into_iter()
        .flat_map(|days| days.values())
        .fold(Counts::default(), |all, day| all.and(*day))
}

/// What its hours add up to, and how many single visits are kept.
pub async fn hours(world: &World, site: SiteId) -> (Counts, usize) {
    let db = world.console.cx.db.read();
    let rows = visit_hour::Entity::find().all(db).await.unwrap();
    let rows = rows.into_iter().filter(|row| row.site_id == site).map(|row| Counts {
        visits: row.visits,
        failed: row.failed,
        slow: row.slow,
        planned: row.planned,
        unsure: row.unsure,
        sum_ms: row.sum_ms,
        max_ms: row.max_ms,
    });
    let logs = visit_log::Entity::find().all(db).await.unwrap();
    let kept = logs.iter().filter(|log| log.site_id == site).map(|log| log.samples.len() / 16).sum();
    (rows.fold(Counts::default(), Counts::and), kept)
}

pub fn now(world: &World) -> Instant {
    world.clock.now()
}

pub fn page() -> Reply {
    Reply::html("<title>青禾县</title><p>政务公开</p>")
}

pub async fn set_state(world: &World, site: SiteId, state: State) {
    use ledger::registry::entity::site;
    let tx = world.console.cx.write().await.unwrap();
    let row = site::ActiveModel { id: Set(site), state: Set(state), ..Default::default() };
    row.update(&*tx).await.unwrap();
    tx.commit().await.unwrap();
}
