//! What a site holds, and what stays as it was: unchanged pages, columns and outgoing links, the site that is meant.
//! Clauses N2.1, N2.2, N2.4.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use sea_orm::EntityTrait as _;
use supervision::inspection::entity::{finding, run, site_link};
use supervision::inspection::model::run::RunState;
use testkit::server::{Reply, Routes, Server};

use super::inspections::{Town, add_site, all, inspect, newest_run, page};
use super::world::{World, on_both};

/// Articles with `ETag`s, one without, and a list; what a test changes of them, and what was asked.
fn gazette(edition: Arc<AtomicU64>, conditions: Arc<AtomicU64>) -> Server {
    let filler = "为方便群众夜间出行，县里在主要路段增设路灯，并安排专人定期检查维护。".repeat(12);
    let article = move |number: &str, words: &str| {
        format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>第{number}号通知_青禾县人民政府</title></head><body>\
             <h1>第{number}号通知</h1><p>发布时间：2025-11-03　来源：青禾县住建局</p><div>{filler}{words}\
             <a href=\"/gone.html\">附表</a> <a href=\"/index.html#no\">返回</a></div></body></html>"
        )
    };
    let routes = Routes::new()
        .when(move |request, _| {
            let edition = edition.load(Ordering::SeqCst);
            let conditional = request.header("if-none-match").is_some();
            conditions.fetch_add(u64::from(conditional), Ordering::SeqCst);
            let tagged = |tag: &str, body: String| {
                let known = request.header("if-none-match") == Some(tag);
                let reply = if known { Reply::status(304) } else { Reply::html(body) };
                Some(reply.header("ETag", tag))
            };
            match request.target.as_str() {
                "/" | "/index.html" => {
                    let links: String =
                        (1..=4).map(|n| format!("<li><a href=\"/{n}.html\">第{n}号通知</a></li>")).collect();
                    Some(Reply::html(page(&format!("<ul>{links}</ul>"))))
                }
                "/1.html" => tagged("\"one\"", article("1", "按装完毕。")),
                "/2.html" if edition == 0 => tagged("\"two-0\"", article("2", "请予公告。")),
                "/2.html" => tagged("\"two-1\"", article("2", "再接再励。")),
                "/3.html" => Some(Reply::html(article("3", "请予公布。"))),
                // Says that nothing has changed while it has.
                "/4.html" if edition == 0 => tagged("\"four\"", article("4", "请予转发。")),
                "/4.html" => tagged("\"four\"", article("4", "按装路灯。")),
                _ => None,
            }
        })
        .otherwise(Reply::not_found());
    Server::start(routes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_pages_are_not_judged_again_and_lose_no_finding() {
    let world = World::new(None).await;
    let edition = Arc::new(AtomicU64::new(0));
    let conditions = Arc::new(AtomicU64::new(0));
    let server = gazette(Arc::clone(&edition), Arc::clone(&conditions));
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &world.root, &format!("http://{}/", server.address())).await;
    let first = inspect(&world, &mut jian, site).await;
    assert_eq!((first.state, first.unchanged), (RunState::Finished, 0), "{}", first.why);
    // Which page a link's finding names is the first that was read.
    let told_of = |f: finding::Model| {
        let page = f.page.filter(|_| f.target.is_none() || f.rule == "common-typo");
        (f.id, f.rule, page, f.cause, f.state, f.element, f.line)
    };
    let told = |all: Vec<finding::Model>| {
        let mut told: Vec<_> = all.into_iter().map(told_of).collect();
        told.sort_by_key(|f| f.0.0);
        told
    };
    let before = told(all(&world).await);
    assert!(before.iter().any(|f| f.1 == "common-typo"), "{before:#?}");
    assert!(before.iter().any(|f| f.1 == "dead-link"), "{before:#?}");

    // Nothing has changed: the same findings, the articles taken over, and two of them not even sent again.
    assert_eq!(conditions.load(Ordering::SeqCst), 0);
    let second = inspect(&world, &mut jian, site).await;
    assert_eq!((second.unchanged, second.pages), (4, first.pages), "{}", second.why);
    assert_eq!(told(all(&world).await), before);
    assert_eq!(conditions.load(Ordering::SeqCst), 3, "three of the four have a validator");
    jian.get(&format!("/runs/{}", second.id)).await.is(200).shows("4 页与上次相同");
    // The page as it was stays beside its finding, from the run before.
    let spelling = before.iter().find(|f| f.1 == "common-typo").unwrap().0;
    jian.get(&format!("/findings/{spelling}/page")).await.is(200).shows("按装完毕");

    // One has changed and is judged; one hides behind its validator, for a week at most.
    edition.store(1, Ordering::SeqCst);
    let third = inspect(&world, &mut jian, site).await;
    assert_eq!((third.unchanged, third.came), (3, 1), "{}", third.why);
    assert!(all(&world).await.iter().any(|f| f.cause.contains("再接再厉")));
    // A plan may ask for all to be judged anew.
    let anew = supervision::inspection::model::plan::Reach { anew: true, ..Default::default() };
    let tx = world.console.cx.write().await.unwrap();
    let mut fourth: run::ActiveModel = third.clone().into();
    fourth.id = sea_orm::NotSet;
    fourth.state = sea_orm::Set(RunState::Waiting);
    fourth.reach = sea_orm::Set(serde_json::to_value(&anew).unwrap());
    for counter in [&mut fourth.pages, &mut fourth.unchanged, &mut fourth.read_until] {
        *counter = sea_orm::Set(0);
    }
    use sea_orm::ActiveModelTrait as _;
    let fourth = fourth.insert(&*tx).await.unwrap();
    let now = world.console.cx.now();
    supervision::inspection::commands::runs::queue(&tx, fourth.id, platform::jobs::Queue::Normal, now, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.console.runner.run_due().await.unwrap();
    let fourth = newest_run(&world).await;
    assert_eq!((fourth.state, fourth.unchanged), (RunState::Finished, 0));
    assert!(
        all(&world)
            .await
            .iter()
            .any(|f| f.page.as_deref().is_some_and(|p| p.ends_with("/4.html")) && f.cause.contains("安装"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_site_holds_is_listed_and_kept_as_files() {
    on_both(async |world| {
        let town = Town::start();
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &world.root, &town.home()).await;
        jian.get("/links").await.is(200).shows("还没有看到指向站外的链接");
        jian.get("/columns").await.is(200).shows("还没有看到栏目");
        inspect(&world, &mut jian, site).await;
        let of_site = format!("/links?site={site}");
        jian.get(&of_site).await.is(200).shows("www.outside.example").shows("友情链接");
        jian.get("/links?q=OUTSIDE").await.is(200).shows("outside.example");
        // A sign that databases read as "anything" is looked for as it stands.
        jian.get("/links?q=out%25example").await.is(200).shows("没有符合条件的链接");
        jian.get("/links?wrong=dead").await.is(200).lacks("outside.example");
        jian.get("/links.csv").await.is(200).shows("www.outside.example");
        assert!(jian.get("/links.xlsx").await.is(200).bytes.starts_with(b"PK"));
        jian.get(&format!("/sites/{site}")).await.is(200).shows("外部链接 1 个");
        // The day on which it was first seen stays, however often the list is made anew.
        let first = links(&world).await;
        world.clock.turn(TimeDelta::days(2));
        let mut jian = world.visitor("jian").await;
        inspect(&world, &mut jian, site).await;
        let again = links(&world).await;
        assert_eq!((first.len(), again.len()), (1, 1));
        assert_eq!(again[0].first_seen, first[0].first_seen);
        assert!(again[0].seen_at > first[0].seen_at);
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        world.person(south.id, "nan", Role::Supervisor).await;
        let mut nan = world.visitor("nan").await;
        nan.get("/links").await.is(200).lacks("outside.example");
        nan.get(&format!("/links.csv?site={site}")).await.is(200).lacks("outside.example");
    })
    .await;
}

async fn links(world: &World) -> Vec<site_link::Model> {
    site_link::Entity::find().all(world.console.cx.db.read()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_site_is_meant_by_its_name_code_or_address() {
    on_both(async |world| {
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &world.root, "http://qinghe.example/").await;
        add_site(&world, &mut jian, &world.root, "http://qinghe.example:8080/").await;
        let unit = world.root.id.to_string();
        let number = site.to_string();
        let plan = |name: &'static str, site: &str| {
            let form =
                [("name", name), ("unit", &unit), ("choice", "one"), ("site", site), ("every", "week")];
            let rest =
                [("number", "1"), ("at", "22:00"), ("from", "22:00"), ("to", "06:00"), ("attachments", "0")];
            form.into_iter()
                .chain(rest)
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect::<Vec<_>>()
        };
        let mut post = async |form: Vec<(String, String)>| {
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            jian.post("/plans/new", &form).await
        };
        post(plan("甲", "http://qinghe.example")).await.leads_to("/plans");
        post(plan("乙", &number)).await.leads_to("/plans");
        post(plan("丙", "青禾县政府网")).await.is(200).shows("不止一个");
        post(plan("丁", "没有的网站")).await.is(200).shows("没有这个网站");
        post(plan("戊", "")).await.is(200).shows("请填写网站名称");
        jian.get(&format!("/plans/new?site={site}")).await.is(200).shows("青禾县政府网定期巡检");
        jian.get("/plans").await.is(200).shows("青禾县政府网");
        jian.get("/plans.csv").await.is(200).shows("甲").shows("每周");
        jian.get("/rules.csv").await.is(200).shows("common-typo");
    })
    .await;
}
