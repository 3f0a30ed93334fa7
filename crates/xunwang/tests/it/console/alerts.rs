//! Alerts from being raised to being told: a real SMTP conversation, real webhooks, quiet hours, digests, escalation,
//! silence, and the screens. Clauses N2.1, N5.2.

use base::level::Level;
use chrono::TimeDelta;
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use ledger::registry::model::SiteFacts;
use ledger::{SiteId, registry};
use platform::clock::Clock as _;
use supervision::alert::commands::reconcile;
use supervision::alert::{Kind, Raise, clear, raise};
use testkit::mail::{MailServer, Manners, Step};

use super::hooks::Hooks;
use super::world::{Visitor, World, on_both, settings};

/// What is raised in these tests.
pub fn trouble(unit: &unit::Model, key: &str, level: Level) -> Raise {
    Raise {
        kind: Kind::Unreachable,
        site: None,
        unit_path: unit.path.clone(),
        level,
        title: format!("青禾县门户不能访问 {key}"),
        words: "首页两次访问均无应答。".to_owned(),
        key: key.to_owned(),
        link: "/sites".to_owned(),
    }
}

pub async fn raised(world: &World, what: &Raise) -> i64 {
    let tx = world.console.cx.write().await.unwrap();
    let id = raise(&tx, what, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub async fn cleared(world: &World, key: &str) -> bool {
    let tx = world.console.cx.write().await.unwrap();
    let done = clear(&tx, key, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    done
}

pub async fn run(world: &World) {
    world.console.runner.run_due().await.unwrap();
}

pub async fn tick(world: &World) -> usize {
    reconcile::tick(&world.console.cx).await.unwrap()
}

pub async fn supervisor(world: &World) -> Visitor {
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.visitor("jian").await
}

/// Adds a channel by its form and returns its path.
pub async fn channel(
    world: &World,
    jian: &mut Visitor,
    way: &str,
    address: &str,
    more: &[(&str, &str)],
) -> String {
    let unit = world.root.id.to_string();
    let mut form = vec![
        ("unit", unit.as_str()),
        ("name", "值班"),
        ("way", way),
        ("address", address),
        ("levels", "veto"),
        ("levels", "fault"),
        ("enabled", "1"),
    ];
    form.extend(more);
    let answer = jian.post("/alert-channels/new", &form).await;
    answer.is(303);
    answer.location
}

pub async fn mail_account(world: &World, port: u16, security: &str) {
    world.person(world.root.id, "xt", Role::SystemAdministrator).await;
    let mut xt = world.visitor("xt").await;
    let port = port.to_string();
    let form = [
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", security),
        ("login", "alerts"),
        ("password", "Secret-Of-Mail-1"),
        ("sender", "巡网 <alerts@xunwang.example>"),
        ("console", "https://console.example/"),
    ];
    xt.post("/alert-account", &form).await.leads_to("/alert-account");
    xt.get("/alert-account").await.is(200).shows("已设置").lacks("Secret-Of-Mail-1");
}

async fn site(world: &World, unit: &unit::Model) -> SiteId {
    let facts = SiteFacts {
        name: "青禾县门户".to_owned(),
        home: "http://www.qinghe.example/".to_owned(),
        ..SiteFacts::default()
    };
    let tx = world.console.cx.write().await.unwrap();
    let id = registry::store::add_site(&tx, unit, &facts, world.clock.now()).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn mail_tells_an_alert_and_its_end_in_a_real_conversation() {
    on_both(async |world| {
        let server = MailServer::start().unwrap();
        mail_account(&world, server.port(), "none").await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "mail", "zhi@ban.example，ban@zhi.example", &[]).await;
        let what = trouble(&world.root, "a", Level::Veto);
        let id = raised(&world, &what).await;
        assert_eq!(raised(&world, &what).await, id, "the same key is the same alert");
        run(&world).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert_eq!(mails[0].from, "alerts@xunwang.example");
        assert_eq!(mails[0].to, ["zhi@ban.example", "ban@zhi.example"]);
        assert!(mails[0].login.is_some());
        assert!(mails[0].text.contains("Subject: =?utf-8?"), "{}", mails[0].text);
        jian.get(&format!("/alerts/{id}"))
            .await
            .is(200)
            .shows("已发送")
            .shows("邮件服务器已接收")
            .shows("queued as 1")
            .shows("共 2 次");
        world.clock.turn(TimeDelta::minutes(9));
        assert!(cleared(&world, "a").await);
        assert!(!cleared(&world, "a").await, "it is over");
        run(&world).await;
        assert_eq!(server.mails().len(), 2);
        jian.get(&format!("/alerts/{id}")).await.shows("已恢复").shows("恢复</td>");
        let again = raised(&world, &what).await;
        assert_ne!(again, id, "after its end it is a new alert");
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_refuses_or_breaks_off_loses_nothing() {
    on_both(async |world| {
        let server = MailServer::start().unwrap();
        mail_account(&world, server.port(), "none").await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "mail", "zhi@ban.example", &[]).await;
        server.behave(Manners::Answers(Step::To, "451 4.3.0 try later"));
        let id = raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
        let page = format!("/alerts/{id}");
        run(&world).await;
        jian.get(&page).await.shows("失败，稍后重试").shows("451").shows("try later");
        for (manners, words) in [
            (Manners::Answers(Step::End, "552 5.3.4 too big"), "拒绝"),
            (Manners::Answers(Step::Auth, "535 5.7.8 wrong password"), "wrong password"),
            (Manners::BreaksOff(Step::Data), "连接中断"),
            (Manners::BreaksOff(Step::Greeting), "连接中断"),
        ] {
            server.behave(manners);
            world.clock.turn(TimeDelta::minutes(20));
            run(&world).await;
            jian.get(&page).await.shows("失败，稍后重试").shows(words);
        }
        assert!(server.mails().is_empty());
        // Beyond the queue's own tries, each hour, for days.
        for _ in 0..30 {
            world.clock.turn(TimeDelta::hours(1));
            run(&world).await;
        }
        let mut jian = world.visitor("jian").await;
        jian.get(&page).await.shows("失败，稍后重试");
        let parked =
            platform::jobs::list(world.console.cx.db.read(), Some(platform::jobs::State::Parked), 0, 10);
        assert!(parked.await.unwrap().is_empty());
        server.behave(Manners::Takes);
        world.clock.turn(TimeDelta::hours(1));
        run(&world).await;
        assert_eq!(server.mails().len(), 1);
        let mut jian = world.visitor("jian").await;
        jian.get(&page).await.shows("已发送");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_takes_for_three_days_is_given_up_and_says_so() {
    let world = World::new(None).await;
    let mut jian = supervisor(&world).await;
    channel(&world, &mut jian, "mail", "zhi@ban.example", &[]).await;
    let id = raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
    run(&world).await;
    jian.get(&format!("/alerts/{id}")).await.shows("还没有设置发信账号");
    world.clock.turn(TimeDelta::days(3));
    run(&world).await;
    let mut jian = world.visitor("jian").await;
    jian.get(&format!("/alerts/{id}")).await.shows("发送失败").shows("三天没有发出");
    world.clock.turn(TimeDelta::days(1));
    assert_eq!(world.console.runner.run_due().await.unwrap(), 0);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password() {
    let world = World::new(None).await;
    let server = MailServer::start().unwrap();
    mail_account(&world, server.port(), "starttls").await;
    let mut jian = supervisor(&world).await;
    let path = channel(&world, &mut jian, "mail", "zhi@ban.example", &[]).await;
    jian.post(&format!("{path}/test"), &[]).await.leads_to(&path);
    jian.get(&path).await.shows("失败：").shows("alert-danger");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn webhooks_are_signed_and_robots_get_their_form() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        let hook =
            channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[("secret", "s3cret-of-hook")]).await;
        channel(&world, &mut jian, "wecom", &hooks.url("/wecom?key=k-e-y"), &[]).await;
        channel(
            &world,
            &mut jian,
            "dingtalk",
            &hooks.url("/ding?access_token=t-o-k"),
            &[("secret", "SEC-of-ding")],
        )
        .await;
        jian.get(&hook).await.is(200).shows("已设置").lacks("s3cret-of-hook");
        jian.get("/alert-channels").await.is(200).lacks("k-e-y").lacks("t-o-k").lacks("SEC-of-ding");
        let id = raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
        run(&world).await;
        let seen = hooks.seen();
        assert_eq!(seen.len(), 3, "{seen:?}");
        let of = |path: &str| seen.iter().find(|one| one.target.starts_with(path)).unwrap();
        let one = of("/hook");
        let body: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(body["alerts"][0]["id"], id);
        assert_eq!(body["alerts"][0]["reason"], "raised");
        let timestamp = one.header("x-xunwang-timestamp").parse().unwrap();
        let signature =
            supervision::alert::message::webhook_signature("s3cret-of-hook", timestamp, &one.body);
        assert_eq!(one.header("x-xunwang-signature"), format!("sha256={signature}"));
        let wecom: serde_json::Value = serde_json::from_str(&of("/wecom").body).unwrap();
        assert_eq!(wecom["msgtype"], "markdown");
        let ding = of("/ding");
        assert!(ding.target.contains("&timestamp=1780") && ding.target.contains("&sign="), "{}", ding.target);
        jian.get(&format!("/alerts/{id}")).await.shows("群机器人已接收");
        // An empty secret field leaves the secret, and an empty address the address.
        let unit = world.root.id.to_string();
        let form = [
            ("unit", unit.as_str()),
            ("name", "值班二"),
            ("way", "webhook"),
            ("levels", "veto"),
            ("enabled", "1"),
        ];
        jian.post(&hook, &form).await.leads_to(&hook);
        jian.post(&format!("{hook}/test"), &[]).await.leads_to(&hook);
        jian.get(&hook).await.shows("值班二").shows("成功：");
        assert!(hooks.seen().last().unwrap().header("x-xunwang-signature").starts_with("sha256="));
    })
    .await;
}

#[tokio::test]
async fn links_begin_with_the_consoles_own_address_where_no_other_was_entered() {
    let public = Some("https://xunwang.example".to_owned());
    let world = World::with(None, ledger::cx::Settings { public, ..settings() }).await;
    let hooks = Hooks::start().await;
    let mut jian = supervisor(&world).await;
    channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
    raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
    run(&world).await;
    let body: serde_json::Value = serde_json::from_str(&hooks.seen()[0].body).unwrap();
    assert_eq!(body["alerts"][0]["link"], "https://xunwang.example/sites");
}

#[tokio::test]
async fn a_test_says_exactly_what_happened() {
    let world = World::new(None).await;
    let hooks = Hooks::start().await;
    let mut jian = supervisor(&world).await;
    for (target, way, words) in [
        ("/refuses", "wecom", "群机器人拒绝：93000 invalid webhook url"),
        ("/forbidden", "webhook", "对方拒绝：403"),
        ("/elsewhere", "webhook", "没有跟随"),
        ("/page", "dingtalk", "应答看不懂"),
    ] {
        let path = channel(&world, &mut jian, way, &hooks.url(target), &[]).await;
        jian.post(&format!("{path}/test"), &[]).await.leads_to(&path);
        jian.get(&path).await.is(200).shows(words);
    }
    let gone = hooks.url("/hook");
    hooks.stop().await;
    let path = channel(&world, &mut jian, "webhook", &gone, &[]).await;
    jian.post(&format!("{path}/test"), &[]).await.leads_to(&path);
    jian.get(&path).await.shows("连不上对方");
}

#[tokio::test]
async fn at_night_only_a_veto_is_told_and_what_is_over_by_morning_is_not() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        // 1,780,000,000 is 04:26 in Beijing.
        let quiet = [("quiet_from", "22:00"), ("quiet_to", "07:00")];
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &quiet).await;
        raised(&world, &trouble(&world.root, "veto", Level::Veto)).await;
        raised(&world, &trouble(&world.root, "stays", Level::Fault)).await;
        let over = raised(&world, &trouble(&world.root, "over", Level::Fault)).await;
        run(&world).await;
        assert_eq!(hooks.seen().len(), 1);
        cleared(&world, "over").await;
        world.clock.turn(TimeDelta::hours(3));
        run(&world).await;
        let seen = hooks.seen();
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[1].body.contains("不能访问 stays"));
        let mut jian = world.visitor("jian").await;
        jian.get(&format!("/alerts/{over}")).await.shows("未发送").shows("还没到发送时间就已恢复");
    })
    .await;
}

#[tokio::test]
async fn many_alerts_are_one_message_and_none_is_missing() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
        let told = || -> Vec<usize> {
            let bodies = hooks.seen();
            let count = |body: &str| {
                let body: serde_json::Value = serde_json::from_str(body).unwrap();
                body["alerts"].as_array().unwrap().len()
            };
            bodies.iter().map(|one| count(&one.body)).collect()
        };
        for n in 0..9 {
            raised(&world, &trouble(&world.root, &format!("at once {n}"), Level::Fault)).await;
        }
        run(&world).await;
        assert_eq!(told(), [9]);
        // Then one after the other: three alone, the rest together when two minutes are over.
        world.clock.turn(TimeDelta::minutes(10));
        for n in 0..8 {
            raised(&world, &trouble(&world.root, &format!("in a row {n}"), Level::Fault)).await;
            run(&world).await;
            world.clock.turn(TimeDelta::seconds(5));
        }
        assert_eq!(told(), [9, 1, 1, 1]);
        world.clock.turn(TimeDelta::minutes(2));
        run(&world).await;
        assert_eq!(told(), [9, 1, 1, 1, 5]);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_acknowledges_goes_up_once() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[("escalation", "1")]).await;
        let left = raised(&world, &trouble(&world.root, "left", Level::Veto)).await;
        let taken = raised(&world, &trouble(&world.root, "taken", Level::Veto)).await;
        let id = taken.to_string();
        jian.post("/alerts/acknowledge", &[("id", &id)]).await.leads_to("/alerts");
        world.clock.turn(TimeDelta::minutes(14));
        assert_eq!(tick(&world).await, 0);
        world.clock.turn(TimeDelta::minutes(1));
        assert_eq!((tick(&world).await, tick(&world).await), (1, 0));
        run(&world).await;
        let seen = hooks.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(seen[0].body.contains("\"escalated\"") && seen[0].body.contains("不能访问 left"));
        jian.get(&format!("/alerts/{left}")).await.shows("已升级").shows("还没有人确认");
        jian.get(&format!("/alerts/{taken}")).await.shows("监管员jian").lacks("已升级");
    })
    .await;
}

#[tokio::test]
async fn in_a_silence_nobody_is_told_until_it_ends() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
        let site = site(&world, &world.root).await;
        let mut what = trouble(&world.root, "a", Level::Veto);
        what.site = Some(site);
        let site = site.to_string();
        let first = raised(&world, &what).await;
        run(&world).await;
        assert_eq!(hooks.seen().len(), 1);
        let id = first.to_string();
        jian.post("/alerts/silence", &[("id", &id), ("hours", "4"), ("reason", "")]).await.is(422);
        jian.post("/alerts/silence", &[("id", &id), ("hours", "4"), ("reason", "机房检修")])
            .await
            .leads_to("/alerts");
        jian.get("/alerts").await.shows("静默</span>");
        jian.get(&format!("/sites/{site}")).await.shows("未恢复的告警").shows("青禾县门户不能访问 a");
        cleared(&world, "a").await;
        run(&world).await;
        assert_eq!(hooks.seen().len(), 2, "an end is told to those who know of the beginning");
        let second = raised(&world, &what).await;
        assert_eq!(tick(&world).await, 0);
        run(&world).await;
        assert_eq!(hooks.seen().len(), 2);
        jian.get(&format!("/alerts/{second}")).await.shows("没有通知任何渠道").shows("机房检修");
        jian.get("/alert-silences").await.shows("静默中").shows("机房检修");
        world.clock.turn(TimeDelta::hours(4));
        assert_eq!(tick(&world).await, 1);
        run(&world).await;
        assert_eq!(hooks.seen().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_silence_by_form_holds_back_what_already_waits_and_can_be_ended() {
    let world = World::new(None).await;
    let hooks = Hooks::start().await;
    let mut jian = supervisor(&world).await;
    channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
    raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
    let unit = world.root.id.to_string();
    jian.post("/alert-silences/new", &[("unit", &unit), ("to", "2026-05-27T08:00")])
        .await
        .is(200)
        .shows("结束时间应在")
        .shows("请填写静默原因");
    let form = [("unit", unit.as_str()), ("to", "2026-05-29T08:00"), ("reason", "搬迁")];
    jian.post("/alert-silences/new", &form).await.leads_to("/alert-silences");
    run(&world).await;
    assert!(hooks.seen().is_empty());
    jian.post("/alert-silences/1/end", &[]).await.leads_to("/alert-silences");
    jian.post("/alert-silences/1/end", &[]).await.is(422).shows("已经结束");
    assert_eq!(tick(&world).await, 1);
    run(&world).await;
    assert_eq!(hooks.seen().len(), 1);
}

#[tokio::test]
async fn alerts_stay_within_their_part_of_the_tree() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let hooks = Hooks::start().await;
        world.person(north.id, "bei", Role::Supervisor).await;
        let mut bei = world.visitor("bei").await;
        let mut own = trouble(&north, "own", Level::Veto);
        own.title = "=HYPERLINK(\"x\")".to_owned();
        raised(&world, &own).await;
        let foreign = raised(&world, &trouble(&south, "foreign", Level::Veto)).await;
        bei.get("/alerts").await.is(200).shows("=HYPERLINK").lacks("不能访问 foreign");
        bei.get("/alerts?state=unread&level=veto&kind=unreachable&q=HYPER").await.shows("=HYPERLINK");
        bei.get("/alerts?state=cleared").await.shows("没有符合条件的告警");
        let csv = bei.get("/alerts.csv").await;
        assert!(csv.text.contains("'=HYPERLINK") && !csv.text.contains("foreign"), "{}", csv.text);
        bei.get("/alerts.xlsx").await.is(200);
        bei.get(&format!("/alerts/{foreign}")).await.is(404);
        let id = foreign.to_string();
        bei.post("/alerts/acknowledge", &[("id", &id)]).await.is(404);
        bei.post("/alerts/silence", &[("id", &id), ("hours", "1"), ("reason", "x")]).await.is(404);
        let unit = south.id.to_string();
        let address = hooks.url("/hook");
        let form = [
            ("unit", unit.as_str()),
            ("name", "x"),
            ("way", "webhook"),
            ("address", address.as_str()),
            ("levels", "veto"),
        ];
        bei.post("/alert-channels/new", &form).await.is(200).shows("请选择您管辖范围内的单位");
        bei.post(
            "/alert-channels/new",
            &[("name", ""), ("way", "mail"), ("address", "错的"), ("quiet_from", "25:00")],
        )
        .await
        .is(200)
        .shows("请填写渠道名称")
        .shows("不是有效的邮件地址")
        .shows("请至少勾选一个级别")
        .shows("如 22:00");
        world.person(north.id, "ling", Role::Leader).await;
        let mut ling = world.visitor("ling").await;
        ling.get("/alerts").await.is(200).lacks("确认所选");
        ling.post("/alerts/acknowledge", &[("id", "1")]).await.is(403);
    })
    .await;
}

#[tokio::test]
async fn an_alert_that_becomes_graver_is_told_again() {
    let world = World::new(None).await;
    let hooks = Hooks::start().await;
    let mut jian = supervisor(&world).await;
    channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
    raised(&world, &trouble(&world.root, "a", Level::Fault)).await;
    run(&world).await;
    jian.post("/alerts/acknowledge", &[("id", "1")]).await.is(303);
    raised(&world, &trouble(&world.root, "a", Level::Warning)).await;
    run(&world).await;
    assert_eq!(hooks.seen().len(), 1);
    raised(&world, &trouble(&world.root, "a", Level::Veto)).await;
    run(&world).await;
    assert_eq!(hooks.seen().len(), 2);
    jian.get("/alerts/1").await.shows("未确认").shows("共 3 次");
}
