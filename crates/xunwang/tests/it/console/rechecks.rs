//! Rechecks look where the fault was, say nothing of what they did not read, and stand beside an inspection of the whole
//! site. Clauses N2.8, N5.3.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use chrono::TimeDelta;
use ledger::SiteId;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use supervision::inspection::entity::{finding, run, site_standing};
use supervision::inspection::model::finding::State;
use supervision::inspection::model::run::RunState;
use testkit::server::{Reply, Routes, Server};

use super::inspections::{add_site, all, inspect, newest_run, page};
use super::tickets::{confirmed, deed};
use super::world::{Visitor, World, on_both};

/// A home page that leads to `/a.html`, `/a.html` to `/b.html`, that to `/c.html`: each of the three with a typo until
/// its bit is set. `/slow.html` answers when the test lets it.
struct Site {
    server: Server,
    mended: Arc<AtomicU64>,
    go_on: mpsc::Sender<()>,
    waits: Arc<AtomicU64>,
}

impl Site {
    fn start() -> Site {
        let (mended, waits) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (go_on, answers) = mpsc::channel::<()>();
        let (state, slow, answers) = (Arc::clone(&mended), Arc::clone(&waits), Mutex::new(answers));
        let routes = Routes::new()
            .when(move |request, _| {
                let typo = |bit: u64| match state.load(Ordering::SeqCst) & bit {
                    0 => "关于按装路灯的说明。",
                    _ => "关于安装路灯的说明。",
                };
                let body = match request.target.as_str() {
                    "/" => "<a href=\"/a.html\">甲</a> <a href=\"/slow.html\">慢</a>".to_owned(),
                    "/a.html" => format!("<p>{}</p><a href=\"/b.html\">乙</a>", typo(1)),
                    "/b.html" => format!("<p>{}</p><a href=\"/c.html\">丙</a>", typo(2)),
                    "/c.html" => format!("<p>{}</p>", typo(4)),
                    "/slow.html" => {
                        if slow.load(Ordering::SeqCst) == 1 {
                            answers.lock().unwrap().recv().ok()?;
                        }
                        "<p>来了</p>".to_owned()
                    }
                    _ => return None,
                };
                Some(Reply::html(page(&body)))
            })
            .otherwise(Reply::not_found());
        Site { server: Server::start(routes).unwrap(), mended, go_on, waits }
    }

    fn home(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// Pages that were read since the journal was cleared.
    fn read(&self) -> Vec<String> {
        let seen = self.server.journal().requests();
        // Beside them a page that cannot be there is asked for, to know what this site says then.
        let html = |target: &str| ["/", "/a.html", "/b.html", "/c.html", "/slow.html"].contains(&target);
        let mut read: Vec<String> = seen
            .into_iter()
            .filter(|one| one.method == "GET" && html(&one.target))
            .map(|one| one.target)
            .collect();
        read.sort();
        read.dedup();
        read
    }
}

async fn set_up(world: &World, site: &Site) -> (Visitor, SiteId) {
    let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let id = add_site(world, &mut jian, &county, &site.home()).await;
    inspect(world, &mut jian, id).await;
    (jian, id)
}

async fn typo_on(world: &World, path: &str) -> finding::Model {
    let is_it = |one: &finding::Model| {
        one.rule == "common-typo" && one.page.as_ref().is_some_and(|page| page.ends_with(path))
    };
    let mut found: Vec<_> = all(world).await.into_iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{path}: {found:?}");
    found.remove(0)
}

/// Issues a ticket of a finding and reports it mended; the path of its page.
async fn reported(jian: &mut Visitor, found: &finding::Model) -> String {
    confirmed(jian, found).await;
    let issued = jian.post("/tickets", &[("id", &found.id.to_string()), ("words", "请改正")]).await;
    deed(jian, &issued.location, "fix", "改好了").await.leads_to(&issued.location);
    issued.location
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recheck_reads_the_page_of_the_fault_and_says_nothing_of_the_rest() {
    on_both(async |world| {
        let site = Site::start();
        let (mut jian, id) = set_up(&world, &site).await;
        let db = world.console.cx.db.read();
        let before = site_standing::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
        assert_eq!(before.pages, 5);
        let (a, b, c) = (
            typo_on(&world, "/a.html").await,
            typo_on(&world, "/b.html").await,
            typo_on(&world, "/c.html").await,
        );
        let at = reported(&mut jian, &a).await;
        // It is not mended: told after one look at the page.
        site.server.journal().clear();
        deed(&mut jian, &at, "recheck", "").await.leads_to(&at);
        jian.get(&at).await.shows("只看有问题的 1 个网址");
        world.console.runner.run_due().await.unwrap();
        jian.get(&at).await.shows("整改中").shows("仍发现 1 处");
        assert_eq!(site.read(), ["/", "/a.html"]);

        site.mended.store(7, Ordering::SeqCst);
        deed(&mut jian, &at, "fix", "这次改好了").await.leads_to(&at);
        deed(&mut jian, &at, "recheck", "").await.leads_to(&at);
        world.console.runner.run_due().await.unwrap();
        jian.get(&at).await.shows("已办结");
        let run = newest_run(&world).await;
        assert!(run.is_recheck && run.state == RunState::Finished && run.went == 1, "{run:?}");
        jian.get(&format!("/runs/{}", run.id)).await.shows("只复查 1 个网址");
        jian.get("/runs").await.shows("复查</span>");
        // Mended as well, but nobody has looked: one is linked to from what was read, the other is further off.
        assert_eq!(typo_on(&world, "/a.html").await.state, State::Gone);
        assert_eq!(typo_on(&world, "/b.html").await.state, b.state);
        assert_eq!(typo_on(&world, "/c.html").await.state, c.state);
        let after = site_standing::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
        assert_eq!((after.pages, after.last_run), (before.pages, before.last_run), "the site's numbers stay");

        inspect(&world, &mut jian, id).await;
        assert_eq!(typo_on(&world, "/b.html").await.state, State::Gone);
        assert_eq!(typo_on(&world, "/c.html").await.state, State::Gone);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rechecks_that_wait_are_made_together_and_keep_no_inspection_away() {
    let world = World::new(None).await;
    let site = Site::start();
    let (mut jian, id) = set_up(&world, &site).await;
    let first = reported(&mut jian, &typo_on(&world, "/a.html").await).await;
    let second = reported(&mut jian, &typo_on(&world, "/c.html").await).await;
    site.mended.store(1, Ordering::SeqCst);
    deed(&mut jian, &first, "recheck", "").await.leads_to(&first);
    deed(&mut jian, &second, "recheck", "").await.leads_to(&second);
    jian.post(&format!("/sites/{id}/inspect"), &[]).await.is(303);
    let runs =
        run::Entity::find().order_by_asc(run::Column::Id).all(world.console.cx.db.read()).await.unwrap();
    let kinds: Vec<bool> = runs.iter().map(|run| run.is_recheck).collect();
    assert_eq!(kinds, [false, true, false], "the first inspection, one recheck for both, one inspection");
    world.console.runner.run_due().await.unwrap();
    jian.get(&first).await.shows("已办结");
    jian.get(&second).await.shows("整改中").shows("仍发现 1 处");
    assert_eq!(newest_run(&world).await.state, RunState::Finished);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recheck_of_a_site_that_waits_for_its_inspection_is_that_inspection() {
    let world = World::new(None).await;
    let site = Site::start();
    let (mut jian, id) = set_up(&world, &site).await;
    let at = reported(&mut jian, &typo_on(&world, "/a.html").await).await;
    site.mended.store(1, Ordering::SeqCst);
    jian.post(&format!("/sites/{id}/inspect"), &[]).await.is(303);
    deed(&mut jian, &at, "recheck", "").await.leads_to(&at);
    assert!(!newest_run(&world).await.is_recheck);
    world.console.runner.run_due().await.unwrap();
    jian.get(&at).await.shows("已办结");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_that_read_the_page_before_it_was_mended_brings_nothing_back() {
    on_both(async |world| {
        let site = Site::start();
        let (mut jian, id) = set_up(&world, &site).await;
        let at = reported(&mut jian, &typo_on(&world, "/a.html").await).await;
        // The inspection reads the fault, and then waits for a slow page.
        site.waits.store(1, Ordering::SeqCst);
        site.server.journal().clear();
        jian.post(&format!("/sites/{id}/inspect"), &[]).await.is(303);
        let inspection = tokio::spawn({
            let runner = world.console.runner.clone();
            async move { runner.run_due().await }
        });
        let seen = tokio::task::block_in_place(|| {
            (1..60).any(|number| {
                let journal = site.server.journal();
                journal.wait_for(number, Duration::from_secs(20)) && journal.visits("/c.html") > 0
            })
        });
        assert!(seen, "the inspection came to the last page: {:?}", site.read());
        site.waits.store(0, Ordering::SeqCst);
        site.mended.store(1, Ordering::SeqCst);
        world.clock.turn(TimeDelta::seconds(2));
        deed(&mut jian, &at, "fix", "这次改好了").await;
        deed(&mut jian, &at, "recheck", "").await.leads_to(&at);
        world.console.runner.run_due().await.unwrap();
        jian.get(&at).await.shows("已办结");
        assert_eq!(typo_on(&world, "/a.html").await.state, State::Gone);
        for _ in 0..9 {
            // As often as the slow page was asked for.
            site.go_on.send(()).unwrap();
        }
        inspection.await.unwrap().unwrap();
        assert_eq!(typo_on(&world, "/a.html").await.state, State::Gone);
        jian.get(&at).await.shows("已办结");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_in_a_file_stays_while_nobody_opens_the_file() {
    let world = World::new(None).await;
    let mended = Arc::new(AtomicU64::new(0));
    let state = Arc::clone(&mended);
    let routes = Routes::new()
        .when(move |request, _| match request.target.as_str() {
            "/" => Some(Reply::html(page("<a href=\"/list.csv\">名单</a>"))),
            "/list.csv" => {
                let word = if state.load(Ordering::SeqCst) == 0 { "按装" } else { "安装" };
                let text = format!("项目,说明\n路灯,关于{word}路灯的说明\n");
                Some(Reply::of("text/csv; charset=utf-8", text))
            }
            _ => None,
        })
        .otherwise(Reply::not_found());
    let server = Server::start(routes).unwrap();
    let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let id = add_site(&world, &mut jian, &county, &format!("http://{}/", server.address())).await;
    inspect(&world, &mut jian, id).await;
    let found = super::inspections::of_rule(&world, "common-typo").await;
    assert!(found.target.as_ref().is_some_and(|target| target.ends_with("/list.csv")), "{found:?}");

    // An inspection of the whole site that opens no files.
    let (unit, site) = (county.id.to_string(), id.to_string());
    let plan = [
        ("name", "不读附件"),
        ("unit", unit.as_str()),
        ("choice", "one"),
        ("site", site.as_str()),
        ("every", "never"),
        ("attachments", "0"),
    ];
    jian.post("/plans/new", &plan).await.leads_to("/plans");
    jian.post("/plans/1/start", &[]).await.is(303);
    world.console.runner.run_due().await.unwrap();
    assert_eq!(newest_run(&world).await.pages, 1);
    assert_eq!(super::inspections::of_rule(&world, "common-typo").await.state, found.state);

    let at = reported(&mut jian, &found).await;
    mended.store(1, Ordering::SeqCst);
    deed(&mut jian, &at, "recheck", "").await.leads_to(&at);
    world.console.runner.run_due().await.unwrap();
    jian.get(&at).await.shows("只看有问题的 1 个网址").shows("已办结");
}
