//! How long alerts wait and are kept, as somebody chose; and channels and silences as files. Clauses N2.1, N5.2.

use base::level::Level;
use chrono::TimeDelta;
use ledger::identity::model::Role;
use platform::clock::Clock as _;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use supervision::alert::entity::{alert, delivery, silence};

use super::alerts::{channel, cleared, raised, run, supervisor, tick, trouble};
use super::hooks::Hooks;
use super::world::{World, on_both};

const PATH: &str = "/alert-settings";

fn form<'a>(veto: &'a str, fault: &'a str, warning: &'a str, keep: &'a str) -> [(&'a str, &'a str); 4] {
    [("veto", veto), ("fault", fault), ("warning", warning), ("keep_days", keep)]
}

#[tokio::test]
async fn alerts_go_up_after_the_minutes_that_were_chosen() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[("escalation", "1")]).await;
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        let mut xt = world.visitor("xt").await;
        xt.get(PATH).await.is(200).shows("value=\"15\"").shows("value=\"240\"").shows("value=\"400\"");
        let wrong = xt.post(PATH, &form("-1", "10081", "x", "182")).await;
        wrong
            .is(200)
            .shows("0 到 10080")
            .shows("183 到 3650")
            .shows("value=\"10081\"")
            .shows("value=\"182\"");
        xt.post(PATH, &form("5", "0", "30", "200")).await.leads_to(PATH);
        xt.get(PATH).await.shows("value=\"5\"").shows("value=\"200\"");
        raised(&world, &trouble(&world.root, "veto", Level::Veto)).await;
        raised(&world, &trouble(&world.root, "fault", Level::Fault)).await;
        world.clock.turn(TimeDelta::minutes(4));
        assert_eq!(tick(&world).await, 0);
        world.clock.turn(TimeDelta::minutes(1));
        assert_eq!(tick(&world).await, 1);
        world.clock.turn(TimeDelta::days(30));
        assert_eq!(tick(&world).await, 0, "a fault is never escalated now");
        run(&world).await;
        assert_eq!(hooks.seen().len(), 1);
        assert!(hooks.seen()[0].body.contains("不能访问 veto"));
        world.visitor("jian").await.get(PATH).await.is(403);
    })
    .await;
}

#[tokio::test]
async fn what_has_been_over_for_long_is_removed_with_what_was_told_of_it() {
    on_both(async |world| {
        let hooks = Hooks::start().await;
        let mut jian = supervisor(&world).await;
        channel(&world, &mut jian, "webhook", &hooks.url("/hook"), &[]).await;
        let unit = world.root.id.to_string();
        let local = |at: chrono::DateTime<chrono::Utc>| {
            (at + TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M").to_string()
        };
        let now = world.clock.now();
        let (from, to) = (local(now), local(now + TimeDelta::hours(1)));
        let hush = [
            ("unit", unit.as_str()),
            ("kind", "certificate"),
            ("from", from.as_str()),
            ("to", to.as_str()),
            ("reason", "换证书"),
        ];
        jian.post("/alert-silences/new", &hush).await.leads_to("/alert-silences");
        let over = raised(&world, &trouble(&world.root, "over", Level::Veto)).await;
        let open = raised(&world, &trouble(&world.root, "open", Level::Veto)).await;
        run(&world).await;
        cleared(&world, "over").await;
        run(&world).await;
        let count = async || {
            let db = world.console.cx.db.read();
            [
                alert::Entity::find().count(db).await.unwrap(),
                delivery::Entity::find().count(db).await.unwrap(),
                silence::Entity::find().count(db).await.unwrap(),
            ]
        };
        let before = count().await;
        assert_eq!((before[0], before[2]), (2, 1), "{before:?}");
        world.clock.turn(TimeDelta::days(400));
        supervision::alert::hourly(&world.console.cx).await.unwrap();
        assert_eq!(count().await, before, "as long as it is kept it is there");
        world.clock.turn(TimeDelta::hours(2));
        world.console.tidy().await.unwrap();
        assert_eq!(count().await, [1, 1, 0]);
        let left = alert::Entity::find().all(world.console.cx.db.read()).await.unwrap();
        assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [open], "and not {over}");
    })
    .await;
}

#[tokio::test]
async fn channels_and_silences_leave_as_files_without_their_secrets() {
    let world = World::new(None).await;
    let mut jian = supervisor(&world).await;
    let address = "https://hook.example/wecom?key=k-e-y";
    channel(&world, &mut jian, "wecom", address, &[]).await;
    let unit = world.root.id.to_string();
    let hook = [
        ("unit", unit.as_str()),
        ("name", "=1+1"),
        ("way", "webhook"),
        ("address", "https://hook.example/a"),
        ("secret", "s3cret"),
        ("levels", "veto"),
    ];
    jian.post("/alert-channels/new", &hook).await.is(303);
    let csv = jian.get("/alert-channels.csv").await;
    csv.is(200).shows("值班").shows("企业微信群机器人").shows("严重、错误").shows("使用中").shows("停用");
    csv.lacks("k-e-y").lacks("s3cret").lacks("\n=1+1");
    let book = jian.get("/alert-channels.xlsx").await;
    assert_eq!(book.is(200).bytes[..2], *b"PK");
    let local = (world.clock.now() + TimeDelta::hours(9)).format("%Y-%m-%dT%H:%M").to_string();
    let from = (world.clock.now() + TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M").to_string();
    let hush = [
        ("unit", unit.as_str()),
        ("kind", ""),
        ("from", from.as_str()),
        ("to", local.as_str()),
        ("reason", "机房检修"),
    ];
    jian.post("/alert-silences/new", &hush).await.leads_to("/alert-silences");
    jian.get("/alert-silences.csv").await.is(200).shows("机房检修").shows("静默中").shows("监管员jian");
    world.clock.turn(TimeDelta::hours(2));
    let mut jian = world.visitor("jian").await;
    jian.get("/alert-silences.csv").await.is(200).lacks("机房检修");
    jian.get("/alert-silences.csv?all=1").await.is(200).shows("机房检修").shows("已结束");
    let book = jian.get("/alert-silences.xlsx?all=1").await;
    assert_eq!(book.is(200).bytes[..2], *b"PK");
    // Another county sees neither.
    let county = world.unit(&world.root, "青禾县政府", ledger::identity::entity::UnitLevel::County).await;
    world.person(county.id, "li", Role::Supervisor).await;
    let mut li = world.visitor("li").await;
    li.get("/alert-channels.csv").await.is(200).lacks("值班");
    li.get("/alert-silences.csv?all=1").await.is(200).lacks("机房检修");
}
