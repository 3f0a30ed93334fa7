//! Inspections from the console: a real site on loopback, from the plan to the judged finding. Clauses N2.1, N2.4, N5.3.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::Method;
use chrono::TimeDelta;
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use ledger::registry::entity::site;
use ledger::{Access, SiteId};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use supervision::inspection::entity::{finding, finding_event, run, site_standing};
use supervision::inspection::model::finding::{Decision, State};
use supervision::inspection::model::run::RunState;
use testkit::server::{Reply, Routes, Server};

use super::world::{Visitor, World, on_both};

/// A small site whose faults a test can mend: 0 as it was built, 1 mended, 2 as before.
pub struct Town {
    server: Server,
    state: Arc<AtomicU64>,
}

impl Town {
    pub fn start() -> Town {
        let state = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&state);
        let routes = Routes::new()
            .when(move |request, _| {
                let broken = seen.load(Ordering::SeqCst) != 1;
                let link = if broken { "<a href=\"/gone.html\">通知</a>" } else { "" };
                match request.target.as_str() {
                    "/" => Some(Reply::html(page(&format!(
                        "<a href=\"/a.html\">甲</a> <a href=\"http://www.outside.example/\">友情链接</a> {link}"
                    )))),
                    "/a.html" => Some(Reply::html(page(&format!("<p>关于按装路灯的说明。</p>{link}")))),
                    "/robots.txt" => Some(Reply::not_found()),
                    _ => None,
                }
            })
            .otherwise(Reply::not_found());
        Town { server: Server::start(routes).unwrap(), state }
    }

    pub fn home(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// Takes the dead link out.
    pub fn mend(&self) {
        self.state.store(1, Ordering::SeqCst);
    }
}

pub fn page(body: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>青禾县人民政府</title></head><body>{body}</body></html>"
    )
}

pub async fn add_site(world: &World, visitor: &mut Visitor, unit: &unit::Model, home: &str) -> SiteId {
    let id = unit.id.to_string();
    let form = [("unit", id.as_str()), ("name", "青禾县政府网"), ("home", home), ("kind", "子站")];
    let answer = visitor.post("/sites/new", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let newest = site::Entity::find().order_by_desc(site::Column::Id).one(world.console.cx.db.read()).await;
    newest.unwrap().unwrap().id
}

pub async fn inspect(world: &World, visitor: &mut Visitor, site: SiteId) -> run::Model {
    let answer = visitor.post(&format!("/sites/{site}/inspect"), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    world.console.runner.run_due().await.unwrap();
    newest_run(world).await
}

pub async fn newest_run(world: &World) -> run::Model {
    let newest = run::Entity::find().order_by_desc(run::Column::Id).one(world.console.cx.db.read()).await;
    newest.unwrap().unwrap()
}

pub async fn all(world: &World) -> Vec<finding::Model> {
    finding::Entity::find().order_by_asc(finding::Column::Id).all(world.console.cx.db.read()).await.unwrap()
}

pub async fn of_rule(world: &World, rule: &str) -> finding::Model {
    let found: Vec<_> = all(world).await.into_iter().filter(|one| one.rule == rule).collect();
    assert_eq!(found.len(), 1, "{rule}: {found:?}");
    found.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_one_finding_from_its_first_sighting_to_its_return() {
    on_both(async |world| {
        let town = Town::start();
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &world.root, &town.home()).await;

        let first = inspect(&world, &mut jian, site).await;
        assert_eq!((first.state, first.pages), (RunState::Finished, 2), "{first:?}");
        let dead = of_rule(&world, "dead-link").await;
        assert_eq!((dead.state, dead.pages), (State::New, 2), "one finding on two pages");
        let typo = of_rule(&world, "common-typo").await;
        assert!(typo.evidence.is_some() && typo.line.is_some(), "{typo:?}");
        let standing = site_standing::Entity::find_by_id(site).one(world.console.cx.db.read()).await;
        let standing = standing.unwrap().unwrap();
        assert_eq!(standing.last_run, Some(first.id));
        let counted = all(&world).await.into_iter().filter(|one| one.state.counts()).count();
        assert_eq!((standing.veto + standing.fault + standing.warning + standing.notice) as usize, counted);

        // The page of the finding shows the words in their page, the kept page and the record.
        let path = format!("/findings/{}", typo.id);
        jian.get(&path).await.is(200).shows("按装").shows("首次发现时的页面");
        let kept = jian.get(&format!("{path}/page")).await;
        kept.is(200).shows("路灯").shows("问题在这里");
        let policy = kept.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("sandbox;") && !policy.contains("allow-scripts"), "{policy}");
        let record = jian.get(&format!("{path}/record")).await;
        assert_eq!(record.bytes[..2], [0x1f, 0x8b]);
        // The report of the run, in a sandbox; and nothing else of its folder.
        let files = format!("/runs/{}/files", first.id);
        jian.get(&format!("{files}/index.html")).await.is(200).shows("青禾县政府网");
        for hidden in ["run.db", "..%2f..%2fxunwang.db", "%2e%2e/x.html", "lock"] {
            jian.get(&format!("{files}/{hidden}")).await.is(404);
        }

        town.state.store(1, Ordering::SeqCst);
        let second = inspect(&world, &mut jian, site).await;
        assert_eq!(of_rule(&world, "dead-link").await.state, State::Gone);
        assert_eq!((second.came, second.went), (0, 1), "{second:?}");
        assert_eq!(of_rule(&world, "common-typo").await.last_run, Some(second.id));

        town.state.store(2, Ordering::SeqCst);
        let third = inspect(&world, &mut jian, site).await;
        let back = of_rule(&world, "dead-link").await;
        assert_eq!((back.id, back.state, back.last_run), (dead.id, State::New, Some(third.id)));
        let events = finding_event::Entity::find()
            .order_by_asc(finding_event::Column::Id)
            .all(world.console.cx.db.read())
            .await
            .unwrap();
        let words: Vec<&str> = events
            .iter()
            .filter(|event| event.finding_id == dead.id)
            .map(|event| event.event.name())
            .collect();
        assert_eq!(words, ["首次发现", "不再出现", "再次出现"]);
        jian.get(&format!("/sites/{site}")).await.is(200).shows("死链").shows("最近的巡检");
        jian.get("/overview").await.is(200).shows("待核实线索");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judgement_holds_over_runs_until_its_end() {
    on_both(async |world| {
        let town = Town::start();
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
        inspect(&world, &mut jian, site).await;
        let typo = of_rule(&world, "common-typo").await;
        let path = format!("/findings/{}", typo.id);

        // Without a reason and an end nothing is written, and what was typed is still there.
        let wrong = [("verdict", "false_alarm"), ("reason", ""), ("days", "四十")];
        jian.post(&path, &wrong).await.is(200).shows("误报的理由").shows("四十").shows("没有保存");
        assert_eq!(of_rule(&world, "common-typo").await.state, State::New);

        let right = [("verdict", "false_alarm"), ("reason", "引用原文"), ("days", "10")];
        jian.post(&path, &right).await.leads_to(&path);
        jian.get(&path).await.shows("引用原文").shows("已记下您的判断");
        let dead = of_rule(&world, "dead-link").await;
        let id = dead.id.to_string();
        let bulk = [("id", id.as_str()), ("verdict", "confirmed"), ("back", "q=x&evil=1")];
        jian.post("/findings/judge", &bulk).await.leads_to("/findings?q=x&");
        assert_eq!(of_rule(&world, "dead-link").await.decision, Decision::Confirmed);
        jian.post("/findings/judge", &[("verdict", "confirmed")]).await.is(200).shows("请先勾选");

        inspect(&world, &mut jian, site).await;
        assert_eq!(of_rule(&world, "common-typo").await.state, State::FalseAlarm);
        assert_eq!(of_rule(&world, "dead-link").await.state, State::Confirmed);
        jian.get("/rules").await.is(200).shows("100%");

        world.clock.turn(TimeDelta::days(11));
        let mut jian = world.visitor("jian").await;
        inspect(&world, &mut jian, site).await;
        assert_eq!(of_rule(&world, "common-typo").await.state, State::New);
        jian.get(&path).await.shows("例外到期");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_covers_a_rule_and_a_reader_meets_the_machine() {
    on_both(async |world| {
        let town = Town::start();
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(world.root.id, "du", Role::DutyReader).await;
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
        let unit = world.root.id.to_string();
        let form = [("unit", unit.as_str()), ("rule", "common-typo"), ("days", "30"), ("reason", "地方用语")];
        jian.post("/exceptions", &form).await.leads_to("/exceptions");
        jian.post("/exceptions", &[("rule", "x"), ("days", "0")])
            .await
            .is(200)
            .shows("没有保存")
            .shows("请选择规则");

        // The reader is first: the machine's sighting joins his.
        let mut du = world.visitor("du").await;
        let (home, target) = (town.home(), format!("{}gone.html", town.home()));
        let number = site.to_string();
        let report = [
            ("site", number.as_str()),
            ("page", home.as_str()),
            ("rule", "dead-link"),
            ("target", target.as_str()),
            ("words", "首页的通知打不开"),
            ("level", "fault"),
        ];
        assert_eq!(du.post("/findings/new", &report).await.status, 303);
        du.post("/findings/new", &[("site", number.as_str()), ("page", "www"), ("rule", "other")])
            .await
            .is(200)
            .shows("网址应以 http")
            .shows("请填写问题说明");
        inspect(&world, &mut jian, site).await;
        let dead = of_rule(&world, "dead-link").await;
        assert_eq!((dead.sources, dead.state), (3, State::New), "{dead:?}");
        assert_eq!(of_rule(&world, "common-typo").await.state, State::FalseAlarm);
        jian.get(&format!("/findings/{}", dead.id))
            .await
            .shows("机器巡检、人工读网")
            .shows("首页的通知打不开");
        // The next run of a mended site does not take away what a person alone has seen.
        let other =
            [("site", number.as_str()), ("page", home.as_str()), ("rule", "other"), ("words", "版式错乱")];
        assert_eq!(du.post("/findings/new", &other).await.status, 303);
        town.state.store(1, Ordering::SeqCst);
        inspect(&world, &mut jian, site).await;
        assert_eq!(of_rule(&world, "other").await.state, State::New);
        assert_eq!(of_rule(&world, "dead-link").await.state, State::Gone);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_start_by_the_clock_once_and_wait_for_the_night() {
    on_both(async |world| {
        let town = Town::start();
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        add_site(&world, &mut jian, &world.root, &town.home()).await;
        let unit = world.root.id.to_string();
        // The world begins on 2026-05-29 at 04:26 in Beijing.
        let form = [
            ("name", "夜间巡检"),
            ("unit", unit.as_str()),
            ("choice", "all"),
            ("every", "day"),
            ("at", "20:00"),
            ("from", "22:00"),
            ("to", "06:00"),
            ("attachments", "0"),
            ("enabled", "1"),
        ];
        jian.post("/plans/new", &form).await.leads_to("/plans");
        jian.post("/plans/new", &[("choice", "sample"), ("every", "week"), ("number", "9"), ("at", "25:00")])
            .await
            .is(200)
            .shows("没有保存")
            .shows("25:00");
        let cx = &world.console.cx;
        supervision::inspection::tidy::tick(cx).await.unwrap();
        assert_eq!(run::Entity::find().all(cx.db.read()).await.unwrap().len(), 0);

        world.clock.turn(TimeDelta::hours(16));
        supervision::inspection::tidy::tick(cx).await.unwrap();
        supervision::inspection::tidy::tick(cx).await.unwrap();
        world.console.runner.run_due().await.unwrap();
        let run = newest_run(&world).await;
        assert_eq!((run.id.0, run.state, run.pages), (1, RunState::Waiting, 0), "not before 22:00");
        world.clock.turn(TimeDelta::hours(2));
        world.console.runner.run_due().await.unwrap();
        assert_eq!(newest_run(&world).await.state, RunState::Finished);
        let mut jian = world.visitor("jian").await;
        jian.get("/plans")
            .await
            .is(200)
            .shows("夜间巡检")
            .shows("22:00—次日 06:00")
            .shows("2026-05-30 20:00");
        jian.post("/plans/1/start", &[]).await.leads_to("/runs?plan=1");
        jian.post("/plans/1/delete", &[]).await.leads_to("/plans");
        jian.get("/plans").await.lacks("夜间巡检");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_paused_resumed_and_cancelled_and_tells_what_keeps_it() {
    let world = World::new(None).await;
    let town = Town::start();
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
    let start = format!("/sites/{site}/inspect");
    jian.post(&start, &[]).await.leads_to("/runs/1");
    jian.post(&start, &[]).await.leads_to("/runs/1");
    jian.post("/runs/1/pause", &[]).await.leads_to("/runs/1");
    world.console.runner.run_due().await.unwrap();
    assert_eq!(newest_run(&world).await.state, RunState::Paused);
    jian.post("/runs/1/pause", &[]).await.is(422).shows("已经暂停");
    jian.post("/runs/1/resume", &[]).await.leads_to("/runs/1");
    world.console.runner.run_due().await.unwrap();
    assert_eq!(newest_run(&world).await.state, RunState::Finished);
    jian.post("/runs/1/cancel", &[]).await.is(422).shows("已经结束");

    jian.post(&start, &[]).await.leads_to("/runs/2");
    jian.post("/runs/2/cancel", &[]).await.leads_to("/runs/2");
    world.console.runner.run_due().await.unwrap();
    assert_eq!((newest_run(&world).await.state, newest_run(&world).await.pages), (RunState::Cancelled, 0));

    // A site that does not answer: the run says so and takes nothing away.
    let known = all(&world).await;
    drop(town);
    let run = inspect(&world, &mut jian, site).await;
    assert_eq!(run.state, RunState::Unreachable);
    assert!(run.why.contains("首页打不开"), "{}", run.why);
    for one in &known {
        let now = all(&world).await.into_iter().find(|other| other.id == one.id).unwrap();
        assert_eq!(now.state, one.state, "{}", one.rule);
    }
    jian.get(&format!("/runs/{}", run.id)).await.is(200).shows("首页打不开");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_killed_anywhere_ends_with_each_finding_once() {
    let world = World::new(None).await;
    let town = Town::start();
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
    let run = inspect(&world, &mut jian, site).await;
    let whole = all(&world).await;
    let cx = &world.console.cx;
    // As a process leaves it that dies after the engine's end, with no finding or with some of them imported.
    for read_until in [0, 1, run.read_until] {
        use sea_orm::{ActiveModelTrait as _, Set};
        let tx = cx.write().await.unwrap();
        let dead = run::ActiveModel {
            id: Set(run.id),
            state: Set(RunState::Running),
            read_until: Set(read_until),
            ..Default::default()
        };
        dead.update(&*tx).await.unwrap();
        supervision::inspection::commands::runs::queue(
            &tx,
            run.id,
            platform::jobs::Queue::Normal,
            cx.now(),
            cx.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let before = town.server.journal().len();
        world.console.runner.run_due().await.unwrap();
        assert_eq!(newest_run(&world).await.state, RunState::Finished);
        assert_eq!(town.server.journal().len(), before, "nothing is asked twice");
        let keys =
            |all: &[finding::Model]| all.iter().map(|one| (one.id, one.key.clone())).collect::<Vec<_>>();
        assert_eq!(keys(&all(&world).await), keys(&whole));
    }
    // A run whose job is gone has failed; it does not wait for ever.
    jian.post(&format!("/sites/{site}/inspect"), &[]).await;
    platform::jobs::job::Entity::delete_many().exec(&*cx.write().await.unwrap()).await.unwrap();
    let tx = cx.write().await.unwrap();
    platform::jobs::job::Entity::delete_many().exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    supervision::inspection::tidy::tick(cx).await.unwrap();
    assert_eq!(newest_run(&world).await.state, RunState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_units_runs_findings_and_plans_are_not_there() {
    let world = World::new(None).await;
    let town = Town::start();
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    let mut nan = world.visitor("nan").await;
    let site = add_site(&world, &mut nan, &south, &town.home()).await;
    inspect(&world, &mut nan, site).await;
    let unit = south.id.to_string();
    let plan = [
        ("name", "南水市计划"),
        ("unit", unit.as_str()),
        ("choice", "all"),
        ("every", "never"),
        ("attachments", "0"),
    ];
    nan.post("/plans/new", &plan).await.leads_to("/plans");
    let exception =
        [("unit", unit.as_str()), ("rule", "common-typo"), ("days", "9"), ("reason", "南水市理由")];
    nan.post("/exceptions", &exception).await.leads_to("/exceptions");
    let finding = all(&world).await.remove(0).id.0;

    let rest = regex::Regex::new(r"\{\w+\}").unwrap();
    for role in Role::TRADE {
        world.person(north.id, role.word(), role).await;
        let mut visitor = world.visitor(role.word()).await;
        let mut tried = 0;
        for entry in supervision::routes().table() {
            let Access::Roles(roles) = entry.access else { continue };
            // The API takes no cookie, and has tests of its own.
            if !roles.contains(&role) || entry.spec.is_some() {
                continue;
            }
            let path = match entry.path {
                path if path.starts_with("/findings/{id}") => path.replace("{id}", &finding.to_string()),
                path => path.replace("{id}", "1").replace("{site}", &site.to_string()),
            };
            // Whatever else a route takes is a number, or a word that names nothing.
            let path = rest.replace_all(&path.replace("{*name}", "index.html"), "1").into_owned();
            let form = b"verdict=confirmed&name=x&unit=1&choice=all&every=never&attachments=0".to_vec();
            let kind = [("content-type", "application/x-www-form-urlencoded")];
            let answer = match entry.method {
                Method::GET => visitor.get(&path).await,
                _ => visitor.ask(entry.method.clone(), &path, form, &kind).await,
            };
            answer.lacks("南水市").lacks("青禾县政府网").lacks("按装");
            if entry.path.contains('{') {
                assert!([404, 422].contains(&answer.status.as_u16()), "{role:?} {path} {}", answer.status);
                tried += 1;
            }
        }
        assert!(tried > 5, "{role:?} {tried}");
    }
    assert!(all(&world).await.iter().all(|one| one.decision == Decision::None));
}
