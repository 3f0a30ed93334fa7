//! The ledger of links: applied, decided by somebody else, held against by every run; today's links as applications.
//! Clauses N2.4, N5.6.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use sea_orm::EntityTrait as _;
use supervision::alert::entity::alert;
use supervision::linkage::watch;
use testkit::server::{Reply, Routes, Server};

use super::inspections::{Town, add_site, all, inspect};
use super::world::{Visitor, World, on_both};

async fn unapproved(world: &World) -> Vec<String> {
    let all = all(world).await;
    all.into_iter().filter(|one| one.rule == "unapproved-link" && one.is_open).map(|one| one.cause).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_approved_is_linked_to_and_nothing_else() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let town = Town::start();
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &county, &town.home()).await;
        inspect(&world, &mut jian, site).await;
        assert_eq!(unapproved(&world).await, Vec::<String>::new(), "no ledger is kept yet");

        let mut qing = world.visitor("qing").await;
        let bad = [("target", "*.gov.cn"), ("name", ""), ("purpose", "x"), ("expires", "2020-01-01")];
        let page = qing.post("/link-approvals/new", &bad).await;
        page.is(200).shows("范围过大").shows("应在今天以后").shows("管辖范围内的单位");
        let unit = county.id.to_string();
        let form = |target: &'static str, expires: &'static str| {
            [
                ("target", target),
                ("name", "友情网站"),
                ("purpose", "便民查询"),
                ("unit", unit.as_str()),
                ("expires", expires),
            ]
        };
        let other = qing.post("/link-approvals/new", &form("www.other.example", "")).await;
        other.is(303);
        qing.post(&other.location, &[("deed", "approve")]).await.is(403);
        jian.get("/").await.shows("条链接申请待审批");
        jian.post(&other.location, &[("deed", "refuse"), ("words", "")]).await.is(200).shows("理由");
        jian.post(&other.location, &[("deed", "approve")]).await.is(303);
        jian.post(&other.location, &[("deed", "approve")]).await.is(422).shows("现在“已批准”");
        inspect(&world, &mut jian, site).await;
        assert_eq!(unapproved(&world).await, ["www.outside.example 不在链接审批台账中"]);

        // Today's links are taken up as applications, each once.
        let links = async |visitor: &mut Visitor| {
            let csv = visitor.get("/links.csv").await.is(200).text.clone();
            csv.lines().find(|line| line.contains("www.outside.example")).unwrap_or_default().to_owned()
        };
        assert!(links(&mut jian).await.contains("未审批"), "{}", links(&mut jian).await);
        let propose = format!("/sites/{site}/propose-links");
        qing.get(&format!("/link-approvals?site={site}")).await.shows("按现有链接提出申请");
        qing.post(&propose, &[]).await.is(303);
        qing.post(&propose, &[]).await.is(422).shows("没有新的申请");
        assert!(links(&mut qing).await.contains("待审批"));
        let list = qing.get(&format!("/link-approvals?site={site}&state=applied")).await;
        list.shows("www.outside.example").shows("友情链接");
        let id = list.text.split("/link-approvals/").nth(2).unwrap().split('"').next().unwrap().to_owned();
        let mut jian = world.visitor("jian").await;
        jian.post(&format!("/link-approvals/{id}"), &[("deed", "approve")]).await.is(303);
        inspect(&world, &mut jian, site).await;
        assert_eq!(unapproved(&world).await, Vec::<String>::new());
        jian.get("/link-approvals.csv").await.is(200).shows("www.outside.example").shows("已批准");
        jian.get("/links").await.is(200).shows("已批准</span>");

        // Taken back, it is a fault again; and so is what has come to its end.
        let revoke = [("deed", "revoke"), ("words", "对方改版")];
        jian.post(&format!("/link-approvals/{id}"), &revoke).await.is(303);
        inspect(&world, &mut jian, site).await;
        assert_eq!(unapproved(&world).await.len(), 1);
        let again = jian.post("/link-approvals/new", &form("www.outside.example", "2026-06-20")).await;
        jian.post(&again.location, &[("deed", "approve")]).await.is(422).shows("请由别人审批");
        world.person(world.root.id, "jianer", Role::Supervisor).await;
        let mut jianer = world.visitor("jianer").await;
        jianer.post(&again.location, &[("deed", "approve")]).await.is(303);
        jianer.get("/link-approvals?state=ending").await.shows("将到期");
        inspect(&world, &mut jianer, site).await;
        assert_eq!(unapproved(&world).await, Vec::<String>::new());
        world.clock.turn(TimeDelta::days(40));
        let mut jianer = world.visitor("jianer").await;
        inspect(&world, &mut jianer, site).await;
        assert_eq!(unapproved(&world).await, ["“友情网站”的审批已于 2026-06-20 到期"]);
        assert!(links(&mut jianer).await.contains("审批已到期"));
    })
    .await;
}

#[tokio::test]
async fn foreign_units_find_no_approvals() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(north.id, "bei", Role::Supervisor).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    let mut bei = world.visitor("bei").await;
    let unit = north.id.to_string();
    let form = [("target", "www.a.example"), ("name", "甲"), ("purpose", "乙"), ("unit", unit.as_str())];
    let applied = bei.post("/link-approvals/new", &form).await;
    applied.is(303);
    let mut nan = world.visitor("nan").await;
    nan.get(&applied.location).await.is(404);
    nan.get("/link-approvals").await.lacks("www.a.example");
    nan.post(&applied.location, &[("deed", "refuse"), ("words", "x")]).await.is(404);
    nan.post("/link-approvals/new", &form).await.is(200).shows("管辖范围内的单位");
}

/// A target that a test can turn: 0 as it was approved, 1 another service, 2 a casino, 3 away.
fn target() -> (Server, Arc<AtomicU64>) {
    let state = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&state);
    let titled = |title: &str, text: &str| {
        Reply::html(format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body><p>{text}</p></body></html>"
        ))
    };
    let routes = Routes::new()
        .when(move |_, _| match seen.load(Ordering::SeqCst) {
            0 => Some(titled("青禾公积金查询", "公积金余额查询")),
            1 => Some(titled("某某汽车销售公司", "新车上市")),
            2 => Some(titled("澳门新葡京娱乐城", "百家乐 真人荷官 注册送彩金 在线投注 老虎机")),
            _ => None,
        })
        .otherwise(Reply::not_found());
    (Server::start(routes).unwrap(), state)
}

async fn open_alerts(world: &World) -> Vec<String> {
    let all = alert::Entity::find().all(world.console.cx.db.read()).await.unwrap();
    let open = all.into_iter().filter(|one| one.key.starts_with("link-") && one.cleared_at.is_none());
    open.map(|one| one.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_drifts_is_told_at_once_and_stays_told_until_somebody_says_it_is_the_same() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let (town, (server, state)) = (Town::start(), target());
        let mut jian = world.visitor("jian").await;
        add_site(&world, &mut jian, &county, &town.home()).await;
        let (at, unit) = (format!("http://{}/", server.address()), county.id.to_string());
        let form =
            [("target", at.as_str()), ("name", "公积金查询"), ("purpose", "便民"), ("unit", unit.as_str())];
        let mut qing = world.visitor("qing").await;
        let path = qing.post("/link-approvals/new", &form).await.location;
        let run = async || world.console.runner.run_due().await.unwrap();
        let next_week = async || {
            world.clock.turn(TimeDelta::days(7));
            watch::beat(&world.console.cx).await.unwrap();
            watch::beat(&world.console.cx).await.unwrap();
            run().await;
        };
        run().await;
        assert_eq!(server.journal().len(), 0, "what nobody approved is not looked at");
        jian.post(&path, &[("deed", "approve")]).await.is(303);
        run().await;
        jian.get(&path).await.shows("一致").shows("青禾公积金查询");
        next_week().await;
        assert_eq!(open_alerts(&world).await, Vec::<String>::new());
        let looks = server.journal().len();
        watch::beat(&world.console.cx).await.unwrap();
        run().await;
        assert_eq!(server.journal().len(), looks, "once a week, and no more");

        // Away is written down; nothing is said of what the target is.
        state.store(3, Ordering::SeqCst);
        next_week().await;
        assert_eq!(open_alerts(&world).await, Vec::<String>::new());
        let mut jian = world.visitor("jian").await;
        jian.get(&path).await.shows("打不开");

        state.store(1, Ordering::SeqCst);
        next_week().await;
        let told = open_alerts(&world).await;
        assert!(told.len() == 1 && told[0].contains("某某汽车销售公司"), "{told:?}");
        let mut jian = world.visitor("jian").await;
        jian.get(&path).await.shows("内容已变").shows("某某汽车销售公司");
        jian.get("/link-approvals?state=drifted").await.shows("公积金查询");
        jian.get("/").await.shows("内容已变");
        let mut qing = world.visitor("qing").await;
        qing.post(&path, &[("deed", "confirm"), ("words", "x")]).await.is(403);
        jian.post(&path, &[("deed", "confirm"), ("words", "")]).await.is(200).shows("理由");
        let sure = [("deed", "confirm"), ("words", "对方合并改名"), ("name", "某某汽车销售公司")];
        jian.post(&path, &sure).await.is(303);
        assert_eq!(open_alerts(&world).await, Vec::<String>::new());
        run().await;
        jian.get(&path).await.lacks("<strong>内容已变").shows("某某汽车销售公司");

        state.store(2, Ordering::SeqCst);
        next_week().await;
        let told = open_alerts(&world).await;
        assert!(told.len() == 1 && told[0].contains("广告或赌博"), "{told:?}");
        let mut jian = world.visitor("jian").await;
        jian.post(&path, &[("deed", "revoke"), ("words", "已经易主")]).await.is(303);
        assert_eq!(open_alerts(&world).await, Vec::<String>::new());
        let looks = server.journal().len();
        next_week().await;
        assert_eq!(server.journal().len(), looks, "what is revoked is looked at no more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_ends_after_the_approval_was_taken_back_says_nothing() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let town = Town::start();
        let (go_on, answers) = mpsc::channel::<()>();
        let answers = Mutex::new(answers);
        // A casino that answers when the test says so.
        let slow = Routes::new()
            .when(move |_, _| {
                answers.lock().unwrap().recv().ok()?;
                Some(Reply::html(
                    "<title>澳门新葡京娱乐城</title><p>百家乐 真人荷官 注册送彩金 在线投注 老虎机</p>",
                ))
            })
            .otherwise(Reply::not_found());
        let server = Server::start(slow).unwrap();
        let mut jian = world.visitor("jian").await;
        add_site(&world, &mut jian, &county, &town.home()).await;
        let (at, unit) = (format!("http://{}/", server.address()), county.id.to_string());
        let form =
            [("target", at.as_str()), ("name", "公积金查询"), ("purpose", "便民"), ("unit", unit.as_str())];
        let path = world.visitor("qing").await.post("/link-approvals/new", &form).await.location;
        jian.post(&path, &[("deed", "approve")]).await.is(303);
        let meanwhile = async {
            let asked = tokio::task::block_in_place(|| server.journal().wait_for(1, Duration::from_secs(20)));
            assert!(asked, "the target is looked at");
            jian.post(&path, &[("deed", "revoke"), ("words", "已经易主")]).await.is(303);
            for _ in 0..9 {
                // As often as the look asks: there may be a second try.
                go_on.send(()).unwrap();
            }
        };
        let (ran, ()) = tokio::join!(
            tokio::spawn({
                let runner = world.console.runner.clone();
                async move { runner.run_due().await }
            }),
            meanwhile
        );
        ran.unwrap().unwrap();
        assert_eq!(open_alerts(&world).await, Vec::<String>::new());
        jian.get(&path).await.lacks("<strong>内容已变").shows("已撤销");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_ends_is_owed_until_it_is_renewed_or_revoked() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let (mut jian, mut qing) = (world.visitor("jian").await, world.visitor("qing").await);
        let day = |days: i64| {
            platform::clock::beijing(world.console.cx.now() + TimeDelta::days(days)).date_naive().to_string()
        };
        let unit = county.id.to_string();
        let approved = async |jian: &mut Visitor, qing: &mut Visitor, target: &str, expires: &str| {
            let form = [
                ("target", target),
                ("name", "公积金查询"),
                ("purpose", "便民"),
                ("unit", unit.as_str()),
                ("expires", expires),
            ];
            let path = qing.post("/link-approvals/new", &form).await.location;
            jian.post(&path, &[("deed", "approve")]).await.is(303);
            path
        };
        let beat = async || supervision::remind::beat(&world.console.cx).await.unwrap();
        let far = approved(&mut jian, &mut qing, "www.far.example", &day(90)).await;
        let first = approved(&mut jian, &mut qing, "www.chaxun.example", &day(20)).await;
        let second = approved(&mut jian, &mut qing, "www.jiuye.example", &day(25)).await;
        beat().await;
        beat().await;
        let owed = qing.get("/obligations?kind=link_renewal").await.is(200).text.clone();
        assert_eq!(owed.matches("续批链接“公积金查询”").count(), 2, "{owed}");
        qing.get(&first).await.shows("续批的期限").shows(&format!("/link-approvals/new?of={}", &first[16..]));
        qing.get(&far).await.lacks("续批的期限");
        jian.get("/link-approvals?state=ending").await.shows("www.chaxun.example").lacks("www.far.example");

        // Renewed for no longer, it is still owed; renewed for longer, it is not.
        qing.get(&format!("/link-approvals/new?of={}", &first[16..]))
            .await
            .shows("www.chaxun.example")
            .shows("便民");
        approved(&mut jian, &mut qing, "www.chaxun.example", &day(19)).await;
        qing.get(&first).await.lacks("已续批");
        let longer = approved(&mut jian, &mut qing, "www.chaxun.example", &day(400)).await;
        qing.get(&first).await.shows("已续批").shows(&longer[16..]);
        jian.post(&second, &[("deed", "revoke"), ("words", "不再链接")]).await.is(303);
        qing.get("/obligations?kind=link_renewal").await.lacks("续批链接“公积金查询”");
        let met = qing.get("/obligations?kind=link_renewal&state=met").await.is(200).text.clone();
        assert_eq!(met.matches("续批链接“公积金查询”").count(), 1, "{met}");
        jian.get("/link-approvals?state=ending").await.lacks("www.chaxun.example");
        beat().await;
        qing.get("/obligations?kind=link_renewal").await.lacks("续批链接“公积金查询”");
    })
    .await;
}
