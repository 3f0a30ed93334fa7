//! The real program, killed at random moments while it inspects a site and visits many: every run ends once, no finding,
//! visit, incident or alert is lost or doubled. Clauses N2.1, N4.7.
//!
//! The moments come from a seed that every failure names; `XUNWANG_TEST_SEED` sets it, to see the same again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ledger::SiteId;
use ledger::registry::entity::site;
use platform::Db;
use platform::audit::{self, Verified};
use platform::jobs::{State as JobState, job};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use supervision::alert::entity::alert;
use supervision::inspection::entity::{finding, finding_event, run, site_standing};
use supervision::inspection::model::finding::Event;
use supervision::inspection::model::run::RunState;
use supervision::monitor::entity::{incident, visit_day, visit_hour, visit_log, watch};
use supervision::monitor::model::{Standing, hour_start, unpack};
use testkit::client;
use testkit::server::{Reply, Routes, Server as Site};

use super::killed::{MULTIPART, Server, file, world};
use super::world::World;

/// Pages of the inspected site: their faults fill several transactions of the import.
const PAGES: usize = 120;
/// Sites that are visited; every fifth does not open.
const SITES: usize = 100;
/// Kills while the site is read, and while what was found is put into the register. A job has eight tries.
const READING: u32 = 4;
const IMPORTING: u32 = 3;
/// An undisturbed run takes some seconds; this is for a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Moments out of a seed (SplitMix64, Steele and others 2014).
struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    fn new() -> Dice {
        let given = std::env::var("XUNWANG_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from_le_bytes(platform::secret::random::<8>()));
        Dice { seed, state: seed }
    }

    /// A part of `whole`, from 0 to below 1.
    fn part(&mut self, whole: Duration) -> Duration {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let random = u32::try_from((z ^ (z >> 31)) >> 48).unwrap();
        whole * random / (1 << 16)
    }
}

/// A site with a dead link, a wrong word and a wrong date on each page.
fn inspected() -> Site {
    let page = |body: &str| {
        Reply::html(format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>青禾县人民政府</title></head><body>{body}</body></html>"
        ))
    };
    let links: String = (0..PAGES).map(|n| format!("<a href=\"/p{n}.html\">第{n}页</a> ")).collect();
    let mut routes = Routes::new().on("/", page(&links)).on("/robots.txt", Reply::not_found());
    for n in 0..PAGES {
        let body = format!(
            "<p>关于按装路灯{n}的说明。</p><a href=\"/gone{n}.html\">通知{n}</a><img src=\"/gone{n}.png\">\
             <a href=\"http:///bad{n}\">错</a>"
        );
        routes = routes.on(&format!("/p{n}.html"), page(&body));
    }
    Site::start(routes.otherwise(Reply::not_found())).unwrap()
}

/// Home pages of many sites on one server.
fn visited() -> Site {
    let answers = Routes::new().when(|request, _| {
        let number: usize = request.path().trim_matches('/').trim_start_matches('s').parse().ok()?;
        Some(if number.is_multiple_of(5) { Reply::status(500) } else { Reply::html("<title>子站</title>") })
    });
    Site::start(answers.otherwise(Reply::not_found())).unwrap()
}

/// A register with all of these sites, and who may have them inspected.
struct Town {
    world: World,
    cookie: String,
    inspected: SiteId,
    /// Sites by the target of their home.
    visited: BTreeMap<String, SiteId>,
}

impl Town {
    async fn new(inspected: &Site, visited: &Site) -> Town {
        let (world, cookie) = world().await;
        let server = Server::start(&world, "");
        let rows = (0..SITES).map(|n| format!("子站{n},{},青禾县政府\n", visited.url(&format!("/s{n}/"))));
        let head = format!("网站名称,首页网址,主办单位\n青禾县政府网,{},青禾县政府\n", inspected.url("/"));
        let list = file(&format!("{head}{}", rows.collect::<String>()));
        let handed_in = server.post("/site-imports/new", &cookie, MULTIPART, &list).unwrap();
        let path = handed_in.header("location").unwrap().to_owned();
        assert_eq!(server.form(&path, &cookie).unwrap().status, 303);
        server.kill();
        let db = Db::open(&world.place).await.unwrap();
        let sites = site::Entity::find().all(db.read()).await.unwrap();
        db.close().await.unwrap();
        let id = |home: &str| sites.iter().find(|one| one.home == home).unwrap().id;
        let targets = (0..SITES).map(|n| format!("/s{n}/"));
        Town {
            inspected: id(&inspected.url("/")),
            visited: targets.map(|target| (target.clone(), id(&visited.url(&target)))).collect(),
            world,
            cookie,
        }
    }

    fn start(&self) -> Server {
        Server::start(&self.world, "")
    }

    fn ask_for_a_run(&self, server: &Server) {
        let asked = server.form(&format!("/sites/{}/inspect", self.inspected), &self.cookie).unwrap();
        assert_eq!(asked.status, 303, "{}", asked.head);
    }

    /// State and imported findings of the one run, asked beside the running server.
    fn run(&self) -> (String, i64) {
        let file: PathBuf = self.world.data().join("xunwang.db");
        let db = rusqlite::Connection::open(file).unwrap();
        db.busy_timeout(PATIENCE).unwrap();
        let mut runs = db.prepare("select state, found from run").unwrap();
        let all: Vec<(String, i64)> =
            runs.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    /// Looks until `enough` says so; `false` when that took too long.
    fn until(&self, mut enough: impl FnMut((String, i64)) -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if enough(self.run()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        false
    }

    async fn open(&self) -> Db {
        Db::open(&self.world.place).await.unwrap()
    }

    /// What each finding of the inspected site says, told by what does not change from world to world, and how many have
    /// evidence: the first of each kind, and which page is read first is left to chance.
    async fn findings(&self, db: &Db) -> (Vec<String>, usize) {
        let all = finding::Entity::find().filter(finding::Column::SiteId.eq(self.inspected));
        let all = all.all(db.read()).await.unwrap();
        let kept = all.iter().filter(|one| one.evidence.is_some()).count();
        let mut told: Vec<String> = all
            .into_iter()
            .map(|one| {
                format!(
                    "{} {:?} {:?} {:?} {:?} {} {:?}",
                    one.rule, one.target, one.quote, one.status, one.state, one.pages, one.gone_at
                )
            })
            .collect();
        told.sort();
        (told, kept)
    }

    /// Visits of each site by its roll-up of hours, with what was recorded beside it held against it.
    async fn visits(&self, db: &Db, about: &str) -> BTreeMap<SiteId, i64> {
        let hours = visit_hour::Entity::find().all(db.read()).await.unwrap();
        let days = visit_day::Entity::find().all(db.read()).await.unwrap();
        let logs = visit_log::Entity::find().all(db.read()).await.unwrap();
        let watches = watch::Entity::find().all(db.read()).await.unwrap();
        self.visited
            .values()
            .map(|id| {
                let by_hour: i64 = hours.iter().filter(|one| one.site_id == *id).map(|one| one.visits).sum();
                let by_day: i64 = days.iter().filter(|one| one.site_id == *id).map(|one| one.visits).sum();
                let mut seconds = Vec::new();
                for log in logs.iter().filter(|one| one.site_id == *id) {
                    let start = hour_start(log.hour).timestamp();
                    seconds.extend(unpack(&log.samples).iter().map(|one| start + i64::from(one.second)));
                }
                let unique: BTreeSet<i64> = seconds.iter().copied().collect();
                assert_eq!(unique.len(), seconds.len(), "{about}: a visit of site {id} is kept twice");
                let number = i64::try_from(seconds.len()).unwrap();
                assert_eq!((by_hour, by_day), (number, number), "{about}: site {id}");
                let watch = watches.iter().find(|one| one.site_id == *id);
                let last = watch.and_then(|one| one.last_at).map(|at| at.timestamp());
                assert_eq!(last, unique.last().copied(), "{about}: site {id}");
                (*id, number)
            })
            .collect()
    }

    /// Makes every visit due, and lets a minute pass for the jobs of the process that was killed.
    async fn all_due(&self, db: &Db, now: platform::clock::Instant) {
        let tx = db.write().await.unwrap();
        let before = now - TimeDelta::seconds(1);
        watch::Entity::update_many()
            .filter(watch::Column::Standing.ne(Standing::Off))
            .col_expr(watch::Column::NextAt, Expr::value(before))
            .exec(&*tx)
            .await
            .unwrap();
        job::Entity::update_many()
            .filter(job::Column::State.eq(JobState::Running))
            .col_expr(job::Column::LeaseUntil, Expr::value(before))
            .exec(&*tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

/// How often each target was asked for.
fn asked(site: &Site) -> BTreeMap<String, i64> {
    let mut asked = BTreeMap::new();
    for seen in site.journal().requests() {
        *asked.entry(seen.target.clone()).or_default() += 1;
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_and_visits_that_are_killed_go_on_and_count_once() {
    let mut dice = Dice::new();
    let seed = dice.seed;
    let (inspected, visited) = (inspected(), visited());

    // Undisturbed: what is to come out, and how long it takes.
    let calm = Town::new(&inspected, &visited).await;
    let server = calm.start();
    let begun = Instant::now();
    calm.ask_for_a_run(&server);
    assert!(calm.until(|(state, _)| state == "finished"), "{:?}", calm.run());
    let whole = begun.elapsed();
    server.kill();
    let db = calm.open().await;
    let (expected, evidence) = calm.findings(&db).await;
    db.close().await.unwrap();
    assert!(expected.len() > 2 * PAGES, "{}: {expected:?}", expected.len());

    let town = Town::new(&inspected, &visited).await;
    let about = |round: u32| format!("seed {seed}, kill {round}, undisturbed {whole:?}");
    let mut moments = Vec::new();
    for _ in 0..READING + IMPORTING {
        moments.push((dice.part(whole / 3), dice.part(Duration::from_millis(400))));
    }
    let mut asked_for = false;
    let mut recorded_in_all = 0;
    for (round, (reading, importing)) in (1..).zip(moments) {
        let about = about(round);
        let db = town.open().await;
        let now = chrono::Utc::now();
        town.all_due(&db, now).await;
        let before = town.visits(&db, &about).await;
        db.close().await.unwrap();
        let asked_before = asked(&visited);

        let server = town.start();
        if !std::mem::replace(&mut asked_for, true) {
            town.ask_for_a_run(&server);
        }
        if round <= READING {
            std::thread::sleep(reading);
        } else if town.until(|(state, found)| found > 0 || state == "finished") {
            std::thread::sleep(importing);
        }
        server.kill();

        let db = town.open().await;
        assert!(matches!(audit::verify(db.read()).await.unwrap(), Verified::Whole { .. }), "{about}");
        let (after, asked_now) = (town.visits(&db, &about).await, asked(&visited));
        let watches = watch::Entity::find().all(db.read()).await.unwrap();
        for (target, id) in &town.visited {
            let number = |all: &BTreeMap<String, i64>| all.get(target).copied().unwrap_or(0);
            let (recorded, made) = (after[id] - before[id], number(&asked_now) - number(&asked_before));
            recorded_in_all += recorded;
            let watch = watches.iter().find(|one| one.site_id == *id).unwrap();
            // A visit that was made and not recorded is still due; one that was recorded is not.
            let lost = made - recorded;
            assert!(
                lost == 0 || (lost == 1 && watch.next_at <= chrono::Utc::now()),
                "{about}: {target} {lost}"
            );
            if watch.next_at < now {
                assert_eq!(recorded, 0, "{about}: {target} was recorded and is due again");
            }
        }
        db.close().await.unwrap();
    }
    assert!(recorded_in_all > 0, "{}: no visit was ever recorded", about(0));

    // Left alone it ends by itself, and everybody who is due is visited.
    let about = about(99);
    let db = town.open().await;
    town.all_due(&db, chrono::Utc::now()).await;
    db.close().await.unwrap();
    let server = town.start();
    assert!(town.until(|(state, _)| state == "finished"), "{about}: {:?}", town.run());
    assert_eq!(client::get(server.address, "/readyz").unwrap().status, 200);
    let pending = || {
        let db = rusqlite::Connection::open(town.world.data().join("xunwang.db")).unwrap();
        db.busy_timeout(PATIENCE).unwrap();
        let sql = "select (select count(*) from watch where standing in ('new', 'suspect')) \
                   + (select count(*) from job where state = 'running')";
        db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert!(town.until(|_| pending() == 0), "{about}: {} are not done", pending());
    server.kill();

    let db = town.open().await;
    let runs = run::Entity::find().all(db.read()).await.unwrap();
    assert_eq!(runs.len(), 1, "{about}");
    assert_eq!((runs[0].state, runs[0].why.as_str()), (RunState::Finished, ""), "{about}");
    let (found, kept) = town.findings(&db).await;
    let sets = |all: &[String]| all.iter().cloned().collect::<BTreeSet<_>>();
    let (have, want) = (sets(&found), sets(&expected));
    assert_eq!(found.len(), have.len(), "{about}: a finding is doubled");
    let (more, less): (Vec<_>, Vec<_>) = (have.difference(&want).collect(), want.difference(&have).collect());
    assert!(more.is_empty() && less.is_empty(), "{about}: more {more:#?} less {less:#?}");
    assert_eq!(kept, evidence, "{about}: evidence is lost or doubled");
    assert_eq!(usize::try_from(runs[0].found).unwrap(), found.len(), "{about}");
    assert_eq!(runs[0].came, runs[0].found, "{about}");
    let events = finding_event::Entity::find().all(db.read()).await.unwrap();
    assert!(events.iter().all(|one| one.event == Event::Found), "{about}");
    assert_eq!(events.len(), found.len(), "{about}: each finding came once");
    let standing = site_standing::Entity::find_by_id(town.inspected).one(db.read()).await.unwrap().unwrap();
    let counted = standing.veto + standing.fault + standing.warning + standing.notice;
    let open = finding::Entity::find().filter(finding::Column::IsOpen.eq(true)).all(db.read()).await.unwrap();
    assert_eq!(usize::try_from(counted).unwrap(), open.len(), "{about}");

    town.visits(&db, &about).await;
    let incidents = incident::Entity::find().all(db.read()).await.unwrap();
    let down: BTreeSet<SiteId> = incidents.iter().map(|one| one.site_id).collect();
    assert_eq!((incidents.len(), down.len()), (SITES / 5, SITES / 5), "{about}: {incidents:?}");
    assert!(incidents.iter().all(|one| one.ended_at.is_none()), "{about}");
    let alerts = alert::Entity::find().all(db.read()).await.unwrap();
    let keys: BTreeSet<&String> = alerts.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), alerts.len(), "{about}: an alert is doubled: {alerts:#?}");
    let jobs =
        job::Entity::find().filter(job::Column::State.ne(JobState::Done)).all(db.read()).await.unwrap();
    let stuck: Vec<_> = jobs.iter().filter(|one| one.state != JobState::Waiting).collect();
    assert!(stuck.is_empty(), "{about}: {stuck:?}");
    assert!(matches!(audit::verify(db.read()).await.unwrap(), Verified::Whole { .. }), "{about}");
    db.close().await.unwrap();
}
