//! Trouble that is nobody's fault: the database locked, gone and back, the session ended, many at once. Clause N4.7.
//!
//! Each is told in words, nothing that was typed is lost, and the console goes on without being started again.

use std::sync::Arc;

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use platform::clock::Clock as _;
use platform::jobs::{self, Handlers, NewJob, Queue, Runner};

use supervision::monitor::model::Standing;
use testkit::server::{Reply, Routes, Server};

use super::availability;
use super::world::{PASSWORD, World};

#[tokio::test]
async fn while_another_process_holds_the_lock_a_form_is_kept_and_can_be_sent_again() {
    let world = World::new(None).await;
    world.person(world.root.id, "xt", Role::SystemAdministrator).await;
    let mut xt = world.visitor("xt").await;
    let form = [("day", "2027-01-01"), ("kind", "off"), ("name", "元旦\"<b>")];
    let other = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let told = xt.post("/calendar/days", &form).await;
    told.is(503).shows("数据库正忙").shows("重新提交").shows("action=\"&#x2f;calendar&#x2f;days\"");
    told.shows("value=\"元旦&quot;&lt;b&gt;\"").shows("退出").lacks("<b>");
    assert_eq!(told.headers["retry-after"], "5");
    // Reading goes on meanwhile.
    xt.get("/calendar").await.is(200);
    other.execute_batch("rollback").unwrap();
    xt.post("/calendar/days", &form).await.leads_to("/calendar?year=2027");
}

#[tokio::test]
async fn visits_and_jobs_wait_for_a_lock_and_lose_nothing() {
    let world = World::new(None).await;
    let server = Server::start(Routes::new().otherwise(Reply::html("<title>门户</title>"))).unwrap();
    let site = availability::add(&world, &world.root, "门户", &server.url("/")).await;
    let cx = world.console.cx.clone();
    let due = availability::stands(&world, site).await.next_at;
    world.clock.turn(due - world.clock.now());
    let other = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    // The visit is made and cannot be recorded: it stays due.
    let locked = supervision::monitor::tick(&cx, &world.console.means).await.unwrap_err();
    assert_eq!(locked.ailment(), platform::error::Ailment::Busy, "{locked:?}");
    let locked = world.console.runner.run_due().await.unwrap_err();
    assert_eq!(locked.ailment(), platform::error::Ailment::Busy, "{locked:?}");
    other.execute_batch("rollback").unwrap();
    assert_eq!(supervision::monitor::tick(&cx, &world.console.means).await.unwrap(), 1);
    let watch = availability::stands(&world, site).await;
    assert_eq!((watch.standing, watch.last_at), (Standing::Up, Some(world.clock.now())));
    world.console.runner.run_due().await.unwrap();
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_a_form_loses_nothing() {
    let world = World::new(None).await;
    let unit = world.unit(&world.root, "青禾县政府", UnitLevel::County).await.id.to_string();
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    world.clock.turn(TimeDelta::minutes(31));
    let form = [
        ("unit", unit.as_str()),
        ("name", "青禾县门户"),
        ("home", "http://www.qinghe.example"),
        ("kind", "门户网站"),
    ];
    let told = jian.post("/sites/new", &form).await;
    told.is(401).shows("登录已过期").shows("value=\"青禾县门户\"").shows("在新窗口登录");
    // Logged in again in another window of the same browser, the page's own form goes through.
    world.clock.turn(TimeDelta::seconds(90));
    let login = [("login", "jian"), ("password", PASSWORD), ("code", &world.code("jian"))];
    jian.post("/login", &login).await.is(303);
    jian.post("/sites/new", &form).await.is(303);
    // A form with a password in it is never written into a page.
    world.clock.turn(TimeDelta::minutes(31));
    jian.post("/account/password", &[("old", PASSWORD), ("new", "x"), ("again", "x")])
        .await
        .is(401)
        .lacks(PASSWORD)
        .lacks("重新提交</button>");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_may_go_and_come_back() {
    let Some(server) = testkit::postgres::Switched::new() else { return };
    let world = World::new(Some(server.address())).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let mut wang = world.visitor("wang").await;
    let (tell, mut told) = tokio::sync::mpsc::channel(4);
    let mut handlers = Handlers::default();
    handlers.add("tell", move |_| {
        let tell = tell.clone();
        async move { tell.send(()).await.map_err(|gone| gone.to_string()) }
    });
    let db = world.console.cx.db.clone();
    let runner = Arc::new(Runner::new(db, world.clock.clone(), handlers));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(runner.work(stopped));
    let queue = async || {
        let now = world.clock.now();
        let tx = world.console.cx.write().await.unwrap();
        let args = serde_json::json!({});
        let job = NewJob { kind: "tell", args, queue: Queue::Normal, run_at: now, unique_key: None };
        jobs::enqueue(&tx, job, now).await.unwrap();
        tx.commit().await.unwrap();
    };
    queue().await;
    let site_server = Server::start(Routes::new().otherwise(Reply::html("<title>门户</title>"))).unwrap();
    let site = availability::add(&world, &world.root, "门户", &site_server.url("/")).await;
    let waits = std::time::Duration::from_secs(60);
    tokio::time::timeout(waits, told.recv()).await.unwrap().unwrap();
    wang.get("/account").await.is(200);

    server.stop();
    wang.get("/account").await.is(503).shows("连不上数据库");
    wang.get("/readyz").await.is(503);
    wang.get("/healthz").await.is(200);
    let form = [("name", "王"), ("phone", "13900000000")];
    wang.post("/nothing", &form).await.is(503).shows("重新提交").shows("13900000000");
    let tick = async || supervision::monitor::tick(&world.console.cx, &world.console.means).await;
    assert_eq!(tick().await.unwrap_err().ailment(), platform::error::Ailment::Gone);

    server.start();
    // Connections that died meanwhile are replaced when they are asked for.
    wang.get("/account").await.is(200).shows("领导wang");
    wang.get("/readyz").await.is(200);
    queue().await;
    tokio::time::timeout(waits, told.recv()).await.unwrap().unwrap();
    // Visits go on where they stood.
    assert_eq!(availability::next_visit(&world, site).await.standing, Standing::Up);
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_wrong_passwords_at_once_lock_the_account_and_nothing_else() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    world.person(world.root.id, "li", Role::Leader).await;
    let tries = (0..12).map(|n| {
        let mut stranger = world.stranger();
        tokio::spawn(async move {
            let wrong = format!("wrong-{n}");
            stranger.post("/login", &[("login", "wang"), ("password", &wrong)]).await.status.as_u16()
        })
    });
    for tried in tries.collect::<Vec<_>>() {
        assert_eq!(tried.await.unwrap(), 422);
    }
    let right = |login| [("login", login), ("password", PASSWORD)];
    world.stranger().post("/login", &right("wang")).await.is(422).shows("已锁定");
    world.stranger().post("/login", &right("li")).await.is(303);
}

#[tokio::test]
async fn broken_uploads_are_told_and_nothing_is_kept() {
    let world = World::new(None).await;
    world.person(world.root.id, "xt", Role::SystemAdministrator).await;
    let mut xt = world.visitor("xt").await;
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    let whole = b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nx";
    for body in [&b""[..], b"--b", b"--b--\r\n", &whole[..], b"\xff\xfe\x00"] {
        let answer = xt.ask(axum::http::Method::POST, "/calendar-imports/new", body.to_vec(), &kind).await;
        assert!(answer.status.is_client_error(), "{body:?}: {}", answer.status);
    }
    let none = [("content-type", "multipart/form-data")];
    let answer = xt.ask(axum::http::Method::POST, "/calendar-imports/new", whole.to_vec(), &none).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let huge = vec![b'x'; 21 << 20];
    xt.upload("/calendar-imports/new", "a.csv", &huge, &[]).await.is(422).shows("超过 20 MB");
    assert!(std::fs::read_dir(world.data().join("blobs")).unwrap().next().is_none());
}
