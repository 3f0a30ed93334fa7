//! Screens of availability, who may use them, and what stands on them. Clauses N2.1, N5.2, N4.7.

use ledger::identity::model::Role;

use super::*;
use crate::console::world::Visitor;

async fn person(world: &World, unit: &unit::Model, login: &str, role: Role) -> Visitor {
    world.person(unit.id, login, role).await;
    world.visitor(login).await
}

#[tokio::test]
async fn the_list_shows_who_is_down_and_why() {
    on_both(async |world| {
        let mut jian = person(&world, &world.root, "jian", Role::Inspector).await;
        jian.get("/availability").await.is(200).shows("台账里还没有网站");
        jian.get("/incidents").await.is(200).shows("还没有故障");
        let up = add(&world, &world.root, "青禾县门户", "http://a.example/").await;
        let down = add(&world, &world.root, "云泽县门户", "http://b.example/").await;
        add(&world, &world.root, "新站", "http://c.example/").await;
        seen(&world, up, Reach::Ok, 1_250).await;
        seen(&world, down, Reach::Refused, 1).await;
        seen(&world, down, Reach::Refused, 1).await;
        let page = jian.get("/availability").await;
        page.is(200).shows("1.2 秒").shows("100.00%").shows("无法访问").shows("拒绝").shows("等待首次访问");
        assert!(
            page.text.find("云泽县").unwrap() < page.text.find("青禾县").unwrap(),
            "what is down stands first"
        );
        jian.get("/availability?standing=up").await.shows("青禾县").lacks("云泽县");
        jian.get("/availability?standing=new").await.shows("新站").lacks("云泽县");
        jian.get("/availability?q=b.example").await.shows("云泽县").lacks("青禾县");
        jian.get("/availability?standing=slow").await.shows("没有符合条件");
        let csv = jian.get("/availability.csv?standing=down").await;
        csv.is(200).shows("云泽县门户,http://b.example/").lacks("青禾县");
        jian.get("/availability.xlsx").await.is(200);
        jian.get("/incidents?state=open").await.shows("云泽县").shows("未恢复");
        jian.get("/incidents?state=ended").await.shows("没有符合条件");
        jian.get("/incidents.csv").await.is(200).shows("未恢复");
        seen(&world, down, Reach::Ok, 10).await;
        jian.get("/incidents?state=open").await.shows("没有符合条件");
        jian.get("/incidents?from=2026-01-01&until=2099-01-01").await.shows("云泽县");
        jian.get("/incidents?until=2026-01-01").await.shows("没有符合条件");
        jian.get(&format!("/incidents?site={up}")).await.shows("没有符合条件").shows("只看“青禾县门户”");
    })
    .await;
}

#[tokio::test]
async fn a_sites_page_shows_strip_visits_and_judgement() {
    on_both(async |world| {
        let mut jian = person(&world, &world.root, "jian", Role::Leader).await;
        let site = add(&world, &world.root, "青禾县门户", "http://a.example/").await;
        let at = format!("/availability/{site}");
        jian.get(&at).await.is(200).shows("没有成功的访问").shows("访问次数不足").shows("没有故障记录");
        for day in 0..8 {
            for _ in 0..20 {
                seen(&world, site, Reach::Ok, 300).await;
            }
            if day == 3 {
                for _ in 0..8 {
                    seen(&world, site, Reach::Status(502), 20).await;
                }
                seen(&world, site, Reach::Ok, 6_000).await;
            }
            world.clock.turn(TimeDelta::days(1) - TimeDelta::hours(2));
        }
        // The session has ended meanwhile.
        let mut jian = world.visitor("jian").await;
        let page = jian.get(&at).await;
        page.is(200).shows("<svg viewBox").shows("polyline").shows("role=\"img\"").shows("最近 90 天可用率");
        page.lacks("立即访问").lacks("登记计划维护</button>");
        jian.get(&format!("{at}?days=30")).await.is(200).shows("最近 30 天可用率");
        jian.get(&format!("/sites/{site}")).await.is(200).shows("可用性").shows("class=\"strip\"");
    })
    .await;
}

#[tokio::test]
async fn the_week_is_judged_on_its_page() {
    let world = World::new(None).await;
    world.person(world.root.id, "jian", Role::Leader).await;
    let site = add(&world, &world.root, "青禾县门户", "http://a.example/").await;
    // From midnight on, so that each day has the same number of visits.
    let midnight = supervision::monitor::model::day_start(beijing_day(now(&world)) + 1);
    world.clock.turn(midnight - now(&world));
    let judged = async |world: &World, failed: usize| {
        for _ in 0..7 {
            let from = now(world);
            for visit in 0..20 {
                let reach = if visit < failed { Reach::Status(502) } else { Reach::Ok };
                seen(world, site, reach, 50).await;
            }
            world.clock.turn(from + TimeDelta::days(1) - now(world));
        }
    };
    judged(&world, 0).await;
    let mut jian = world.visitor("jian").await;
    let page = jian.get(&format!("/availability/{site}")).await;
    page.shows("达标").shows("共访问 140 次，失败 0 次，占 0.00%");
    judged(&world, 1).await;
    let mut jian = world.visitor("jian").await;
    let page = jian.get(&format!("/availability/{site}")).await;
    page.shows("单项否决：站点无法访问").shows("占 5.00%");
    jian.get("/availability").await.shows("单项否决");
}

#[tokio::test]
async fn planned_maintenance_counts_apart_and_opens_no_incident() {
    on_both(async |world| {
        let mut jian = person(&world, &world.root, "jian", Role::Supervisor).await;
        let site = add(&world, &world.root, "青禾县门户", "http://a.example/").await;
        let at = format!("/availability/{site}");
        let plan = format!("{at}/maintenance");
        let local = |hours: i64| {
            let time = platform::clock::beijing(now(&world) + TimeDelta::hours(hours));
            time.format("%Y-%m-%dT%H:%M").to_string()
        };
        let form = [("from", "昨天"), ("until", ""), ("reason", "升级")];
        jian.post(&plan, &form)
            .await
            .is(200)
            .shows("没有保存")
            .shows("value=\"昨天\"")
            .shows("value=\"升级\"");
        let (from, until) = (local(-1), local(3));
        let form = [("from", from.as_str()), ("until", until.as_str()), ("reason", "机房断电检修")];
        jian.post(&plan, &form).await.leads_to(&at);
        jian.get(&at).await.shows("进行中").shows("机房断电检修").shows("监管员jian");
        for _ in 0..3 {
            let after = seen(&world, site, Reach::Refused, 1).await;
            assert_eq!(after.standing, Standing::Maintenance);
        }
        let all = days(&world, site).await;
        assert_eq!((all.visits, all.failed, all.planned), (0, 0, 3));
        assert!(incidents(&world).await.is_empty());
        jian.post("/maintenance/1/end", &[]).await.leads_to(&at);
        jian.get(&at).await.shows("已提前结束");
        jian.post("/maintenance/1/end", &[]).await.is(422).shows("已经结束");
        world.clock.turn(TimeDelta::seconds(1));
        seen(&world, site, Reach::Refused, 1).await;
        seen(&world, site, Reach::Refused, 1).await;
        assert_eq!(incidents(&world).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_site_is_visited_at_once_and_its_domain_noted() {
    on_both(async |world| {
        let server = Server::start(Routes::new().on("/", page())).unwrap();
        let mut jian = person(&world, &world.root, "jian", Role::Inspector).await;
        let site = add(&world, &world.root, "青禾县门户", &server.url("/")).await;
        let at = format!("/availability/{site}");
        jian.post(&format!("{at}/visit"), &[]).await.leads_to(&at);
        jian.get(&at).await.shows("已安排立即访问");
        jian.post(&format!("{at}/visit"), &[]).await.leads_to(&at);
        jian.get(&at).await.shows("已有一次访问在等待");
        assert_eq!(world.console.runner.run_due().await.unwrap(), 1);
        assert_eq!(stands(&world, site).await.standing, Standing::Up);
        assert_eq!((days(&world, site).await.visits, server.journal().len()), (1, 1));
        let domain = format!("{at}/domain");
        jian.post(&domain, &[("ends", "2027年")]).await.is(200).shows("请按").shows("value=\"2027年\"");
        jian.post(&domain, &[("ends", "2020-03-04")]).await.leads_to(&at);
        jian.get(&at).await.shows("2020-03-04").shows("已过期");
        next_visit(&world, site).await;
        assert_eq!(stands(&world, site).await.domain_ends, "2020-03-04");
        set_state(&world, site, State::Closed).await;
        jian.post(&format!("{at}/visit"), &[]).await.is(422).shows("不再访问");
    })
    .await;
}

#[tokio::test]
async fn requests_to_a_sites_hosts_are_shown_to_those_who_see_it() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    add(&world, &north, "北山门户", "http://n.example/").await;
    add(&world, &south, "南水门户", "http://s.example:8080/").await;
    let counted = vec![("n.example".to_owned(), 1_234), ("s.example:8080".to_owned(), 77)];
    commands::keep_requests(&world.console.cx, counted).await.unwrap();
    let mut wang = person(&world, &south, "wang", Role::SiteOperator).await;
    wang.get("/requests")
        .await
        .is(200)
        .shows("s.example:8080")
        .shows(">77<")
        .lacks("n.example")
        .lacks("1,234");
    wang.get("/requests.csv").await.is(200).shows("77").lacks("北山");
    wang.get("/requests.xlsx").await.is(200);
    let mut jian = person(&world, &world.root, "jian", Role::Leader).await;
    jian.get("/requests?q=n.example").await.is(200).shows("1,234").lacks("南水门户");
    jian.get("/requests?q=zzz").await.shows("没有符合条件");
}

#[tokio::test]
async fn a_foreign_units_sites_are_not_there() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let site = add(&world, &south, "南水门户", "http://s.example/").await;
        let form = supervision::monitor::commands::WindowForm {
            from: "2020-01-01T00:00".into(),
            until: platform::clock::beijing(now(&world) + TimeDelta::days(9))
                .format("%Y-%m-%dT%H:%M")
                .to_string(),
            reason: "检修".into(),
        };
        world.person(south.id, "zhu", Role::SiteOperator).await;
        let mut zhu = world.visitor("zhu").await;
        let fields = [("from", form.from.as_str()), ("until", form.until.as_str()), ("reason", "检修")];
        // The operator plans maintenance of his own sites, and runs nothing.
        zhu.post(&format!("/availability/{site}/maintenance"), &fields).await.is(303);
        zhu.post(&format!("/availability/{site}/visit"), &[]).await.is(403);
        for (login, role) in [
            ("jian", Role::Supervisor),
            ("xun", Role::Inspector),
            ("wang", Role::SiteOperator),
            ("ling", Role::Leader),
        ] {
            let mut visitor = person(&world, &north, login, role).await;
            visitor.get(&format!("/availability/{site}")).await.is(404).lacks("南水");
            visitor.get("/availability").await.lacks("南水");
            visitor.get("/incidents").await.lacks("南水");
            for command in [
                format!("/availability/{site}/visit"),
                format!("/availability/{site}/maintenance"),
                format!("/availability/{site}/domain"),
                "/maintenance/1/end".into(),
            ] {
                let answer = visitor.post(&command, &fields).await;
                assert!([403, 404].contains(&answer.status.as_u16()), "{login} {command}: {}", answer.status);
                answer.lacks("南水");
            }
        }
        // The window that the others could not end is still open.
        seen(&world, site, Reach::Refused, 1).await;
        assert_eq!(seen(&world, site, Reach::Refused, 1).await.standing, Standing::Maintenance);
        assert!(incidents(&world).await.is_empty());
    })
    .await;
}
