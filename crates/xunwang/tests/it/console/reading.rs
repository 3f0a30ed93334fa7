//! Reading: a roster, its duties on the clock, pages fetched this minute, faults marked, leave, exchange, leaders.
//! Clauses N1.6, N5.3, N5.7.

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::obligation::entity::{obligation, obligation_mark};
use ledger::obligation::model::{Mark, State as Owed};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use supervision::reading::entity::{reading_duty, reading_item};
use supervision::reading::model::{ItemState, State};
use testkit::server::{Reply, Routes, Server};

use super::inspections::{add_site, all, inspect, page};
use super::world::{Visitor, World, on_both};

/// A site with articles; one page of it is gone.
fn site() -> Server {
    let links = "<a href=\"/a.html\">通知</a> <a href=\"/b.html\">公告</a> <a href=\"/gone.html\">旧闻</a>";
    let article = "<p>县人民政府召开会议，各单位负责人参加。</p><p>会议强调安全生产。</p>";
    let routes = Routes::new()
        .when(move |request, _| match request.target.as_str() {
            "/" => Some(Reply::html(page(&format!("<p>欢迎访问县人民政府网站。</p>{links}")))),
            "/a.html" | "/b.html" => Some(Reply::html(page(article))),
            _ => None,
        })
        .otherwise(Reply::not_found());
    Server::start(routes).unwrap()
}

async fn beat(world: &World) {
    supervision::remind::beat(&world.console.cx).await.unwrap();
    world.console.runner.run_due().await.unwrap();
}

async fn duties(world: &World) -> Vec<reading_duty::Model> {
    let all = reading_duty::Entity::find().order_by_asc(reading_duty::Column::Day);
    all.order_by_asc(reading_duty::Column::Id).all(world.console.cx.db.read()).await.unwrap()
}

async fn items(world: &World, duty: i64) -> Vec<reading_item::Model> {
    supervision::reading::store::items(world.console.cx.db.read(), duty).await.unwrap()
}

async fn owed(world: &World, duty: &reading_duty::Model) -> obligation::Model {
    let id = duty.obligation_id.expect("it is on the clock");
    obligation::Entity::find_by_id(id).one(world.console.cx.db.read()).await.unwrap().unwrap()
}

/// A roster with these members in this order; its path.
async fn roster(keeper: &mut Visitor, unit: i64, members: &[i64], planted: &str) -> String {
    let unit = unit.to_string();
    let turns: Vec<(String, String)> =
        members.iter().zip(1..).map(|(id, turn)| (format!("turn-{id}"), turn.to_string())).collect();
    let mut form = vec![
        ("name", "县政府网站值班表"),
        ("unit", unit.as_str()),
        ("kind", "duty"),
        ("days", "every"),
        ("shifts", "1"),
        ("pages", "3"),
        ("sites", "0"),
        ("planted_each", planted),
        ("is_active", "1"),
    ];
    form.extend(turns.iter().map(|(name, turn)| (name.as_str(), turn.as_str())));
    let answer = keeper.post("/reading-rosters/new", &form).await;
    answer.is(303);
    answer.location
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_is_read_page_by_page_and_its_faults_are_findings() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "guan", Role::SiteOperator).await;
        let du = world.person(county.id, "du", Role::DutyReader).await;
        let server = site();
        let mut jian = world.visitor("jian").await;
        let home = format!("http://{}/", server.address());
        let site = add_site(&world, &mut jian, &county, &home).await;
        inspect(&world, &mut jian, site).await;

        let mut guan = world.visitor("guan").await;
        let unit = county.id.0.to_string();
        let wrong = [("name", ""), ("unit", unit.as_str()), ("shifts", "4"), ("pages", "0"), ("sites", "x")];
        let told = guan.post("/reading-rosters/new", &wrong).await;
        told.is(200)
            .shows("请填写名称")
            .shows("班次应为 1 到 3")
            .shows("每个网站的页数应为")
            .shows("请勾选 1 到");
        let path = roster(&mut guan, county.id.0, &[du.0], "1").await;
        guan.get(&path).await.shows("今后的班次").shows("值班读网员du");
        assert_eq!(duties(&world).await.len(), 32, "today and a month");

        beat(&world).await;
        let duty = duties(&world).await.remove(0);
        assert_eq!((owed(&world, &duty).await.state, duty.pages), (Owed::Open, 3));
        let mut du = world.visitor("du").await;
        du.get("/").await.shows("个读网班次没有完成");
        let path = format!("/duties/{}", duty.id);
        guan.post(&format!("{path}/begin"), &[]).await.is(403).shows("由别人值守");
        du.post(&format!("{path}/begin"), &[]).await.leads_to(&path);
        du.post(&format!("{path}/begin"), &[]).await.is(422).shows("读网中");
        du.post(&format!("{path}/finish"), &[("display", "正常")]).await.is(422).shows("还有 3 个页面没有读");

        // The text on the screen has a known fault in it; whoever marks it has been attentive, and the site is not blamed.
        let list = items(&world, duty.id).await;
        assert_eq!(list[0].address, home);
        let first = format!("/reading-items/{}", list[0].id);
        du.post(&first, &[("deed", "fine")]).await.is(422).shows("请先打开");
        du.post(&format!("{first}/open"), &[]).await.leads_to(&first);
        let opened = items(&world, duty.id).await.remove(0);
        let wrong = opened.planted_wrong.clone().expect("one in each page");
        du.get(&first).await.is(200).shows(&wrong).shows("没有问题，读下一页");
        guan.get(&first).await.is(200).lacks(&wrong);
        let before = all(&world).await.len();
        let mark = [("deed", "faulty"), ("rule", "common-typo"), ("fault", wrong.as_str())];
        du.post(&first, &mark).await.leads_to(&first);
        du.get(&first).await.shows("您发现了").lacks(&wrong);
        assert_eq!(all(&world).await.len(), before, "a known fault is no finding");

        // A real one is: with the page as it answered, and found by whoever looks for readers' findings.
        let incomplete = [("deed", "faulty"), ("rule", ""), ("words", ""), ("region", "9,9")];
        let told = du.post(&first, &incomplete).await;
        told.is(200).shows("请选择问题的种类").shows("请写明问题").shows("请重新框选");
        let real = [("deed", "faulty"), ("rule", "other"), ("words", "栏目缺少责任单位"), ("passage", "0")];
        du.post(&first, &real).await.leads_to(&first);
        let found = all(&world).await.into_iter().find(|one| one.rule == "other").unwrap();
        assert!(found.cause.contains("栏目缺少责任单位") && found.evidence.is_some(), "{found:?}");
        du.get(&format!("/findings/{}", found.id)).await.is(200).shows("人工读网");
        let answer = du.post(&first, &[("deed", "fine")]).await;
        let second = format!("/reading-items/{}", list[1].id);
        answer.leads_to(&second);
        assert_eq!(items(&world, duty.id).await[0].state, ItemState::Faulty);

        // What does not open is told as that, and meets the machine's finding.
        let mut last = second;
        while let Some(one) =
            items(&world, duty.id).await.into_iter().find(|one| one.state == ItemState::Waiting)
        {
            last = format!("/reading-items/{}", one.id);
            let deed = if one.answer.is_empty() { "fine" } else { "away" };
            du.post(&last, &[("deed", deed)]).await.is(303);
        }
        du.get(&last).await.is(200);
        du.post(&format!("{path}/finish"), &[("display", " ")]).await.is(200).shows("运行和显示情况");
        let log = [("display", "各网站正常"), ("words", "一处已登记"), ("hand_over", "留意公告栏目")];
        du.post(&format!("{path}/finish"), &log).await.leads_to(&path);
        let done = duties(&world).await.remove(0);
        assert_eq!((done.state, done.pages_read, done.findings, done.noticed), (State::Done, 3, 1, 1));
        assert_eq!(owed(&world, &done).await.state, Owed::Met);
        du.get(&path).await.shows("各网站正常").shows("处已知错误，发现了 1 处");
        du.get("/reading-coverage").await.is(200).shows("青禾县政府网").shows("100%");
        guan.get("/reading-numbers?by=person").await.is(200).shows("值班读网员du");
        guan.get("/duties.csv").await.is(200).shows("留意公告栏目");
        guan.get(&format!("/sites/{site}")).await.is(200).shows("最近一次读网");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_open_is_told_and_a_missed_duty_is_made_up_late() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(county.id, "guan", Role::SiteOperator).await;
        let du = world.person(county.id, "du", Role::DutyReader).await;
        let (server, mut guan) = (site(), world.visitor("guan").await);
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let home = format!("http://{}/", server.address());
        add_site(&world, &mut jian, &county, &home).await;
        roster(&mut guan, county.id.0, &[du.0], "0").await;
        beat(&world).await;
        drop(server);

        // Nobody read on the day: missed, with a card for the person; the next morning it is made up, and the card stays.
        world.clock.turn(TimeDelta::days(1));
        beat(&world).await;
        let duty = duties(&world).await.remove(0);
        assert_eq!(duty.state, State::Missed);
        let marks = obligation_mark::Entity::find().all(world.console.cx.db.read()).await.unwrap();
        let given: Vec<_> = marks.iter().map(|one| (one.mark, one.person_id)).collect();
        assert_eq!(given, [(Mark::Yellow, Some(du))]);
        let mut du = world.visitor("du").await;
        let path = format!("/duties/{}", duty.id);
        du.get(&path).await.shows("漏班").shows("补读");
        du.post(&format!("{path}/begin"), &[]).await.is(303);
        beat(&world).await;
        assert_eq!(
            duties(&world).await[0].state,
            State::Reading,
            "what is being made up is not missed again"
        );
        let item = items(&world, duty.id).await.remove(0);
        let page = format!("/reading-items/{}", item.id);
        du.post(&format!("{page}/open"), &[]).await.is(303);
        du.get(&page).await.is(200).shows("打不开").shows("登记打不开");
        du.post(&page, &[("deed", "fine")]).await.is(422).shows("请按“打不开”登记");
        du.post(&page, &[("deed", "away")]).await.leads_to(&path);
        du.post(&format!("{path}/finish"), &[("display", "首页打不开，已登记")]).await.leads_to(&path);
        let done = duties(&world).await.remove(0);
        assert!(done.is_late && done.state == State::Done, "{done:?}");
        assert_eq!(owed(&world, &done).await.state, Owed::Met);
        let marks = obligation_mark::Entity::find().all(world.console.cx.db.read()).await.unwrap();
        assert!(
            marks
                .iter()
                .filter(|one| one.obligation_id == done.obligation_id.unwrap())
                .all(|one| one.withdrawn_at.is_none())
        );

        // A duty of a day on which the system stood still is nobody's fault.
        world.clock.turn(TimeDelta::days(3));
        beat(&world).await;
        let states: Vec<State> = duties(&world).await.into_iter().take(5).map(|one| one.state).collect();
        let off = State::CalledOff;
        assert_eq!(states, [State::Done, State::Missed, off, off, State::Planned]);
        // Called off with a reason, its cards go.
        let missed = duties(&world).await.remove(1);
        let mut guan = world.visitor("guan").await;
        let path = format!("/duties/{}", missed.id);
        guan.post(&format!("{path}/call-off"), &[("reason", "")]).await.is(200).shows("请填写理由");
        guan.post(&format!("{path}/call-off"), &[("reason", "全县停电")]).await.leads_to(&path);
        let marks = obligation_mark::Entity::find().all(world.console.cx.db.read()).await.unwrap();
        assert!(marks.iter().any(|one| one.withdrawn_at.is_some()));
        guan.get(&path).await.shows("全县停电").shows("已撤销");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_and_exchange_move_duties_to_others() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(county.id, "guan", Role::SiteOperator).await;
        let jia = world.person(county.id, "jia", Role::DutyReader).await;
        let yi = world.person(county.id, "yi", Role::DutyReader).await;
        let mut guan = world.visitor("guan").await;
        let path = roster(&mut guan, county.id.0, &[jia.0, yi.0], "0").await;
        let who = async || -> Vec<i64> {
            duties(&world).await.iter().take(4).map(|one| one.person_id.map_or(0, |id| id.0)).collect()
        };
        assert_eq!(who().await, [jia.0, yi.0, jia.0, yi.0]);
        let second = duties(&world).await.remove(1);

        let mut jia_page = world.visitor("jia").await;
        let (own, other) = (jia.0.to_string(), yi.0.to_string());
        let day = second.day.to_string();
        let leave = |person, from, to| [("person", person), ("from", from), ("to", to)];
        let form = leave(other.as_str(), "2026-06-01", "2026-06-02");
        jia_page.post(&format!("{path}/leave"), &form).await.is(403).shows("由管理值班表的人登记");
        let wrong = leave(own.as_str(), "六月一日", "2026-01-02");
        jia_page
            .post(&format!("{path}/leave"), &wrong)
            .await
            .is(200)
            .shows("开始日期请按")
            .shows("应不早于开始日期");
        let past = leave(own.as_str(), "2026-01-01", "2026-01-02");
        jia_page.post(&format!("{path}/leave"), &past).await.is(200).shows("已经过去");
        // He is away for a week from tomorrow: the other one takes all of it.
        let until = (second.day + chrono::Days::new(6)).to_string();
        let away = leave(own.as_str(), day.as_str(), until.as_str());
        jia_page.post(&format!("{path}/leave"), &away).await.leads_to(&path);
        assert_eq!(who().await, [jia.0, yi.0, yi.0, yi.0]);
        let page = jia_page.get(&path).await;
        let id = page.text.split("/leave/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        jia_page.post(&format!("{path}/leave/{id}/remove"), &[]).await.leads_to(&path);
        assert_eq!(who().await, [jia.0, yi.0, jia.0, yi.0]);

        // Asked, refused, asked again, taken; the clock follows.
        beat(&world).await;
        let first = duties(&world).await.remove(0);
        let ask = format!("/duties/{}/exchange", first.id);
        jia_page.post(&ask, &[("to", own.as_str())]).await.is(200).shows("另一个人");
        jia_page.post(&ask, &[("to", other.as_str()), ("reason", "看病")]).await.is(303);
        jia_page.post(&ask, &[("to", other.as_str())]).await.is(422).shows("正在等对方答复");
        let mut yi_page = world.visitor("yi").await;
        let list = yi_page.get("/duties").await;
        list.shows("请您代").shows("看病");
        let id = list.text.split("/reading-exchanges/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = format!("/reading-exchanges/{id}");
        jia_page.post(&answer, &[("takes", "1")]).await.is(404);
        yi_page.post(&answer, &[("takes", "")]).await.is(303);
        yi_page.post(&answer, &[("takes", "1")]).await.is(404);
        jia_page.post(&ask, &[("to", other.as_str())]).await.is(303);
        let list = yi_page.get("/duties").await;
        let id = list.text.split("/reading-exchanges/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        yi_page.post(&format!("/reading-exchanges/{id}"), &[("takes", "1")]).await.is(303);
        let first = duties(&world).await.remove(0);
        assert_eq!((first.person_id, owed(&world, &first).await.person_id), (Some(yi), Some(yi)));

        // Planned anew, what was taken stays taken; whoever is off the roster is planned no more.
        let (name, unit) = ("县政府网站值班表", county.id.0.to_string());
        let turn = format!("turn-{}", jia.0);
        let form = [
            ("name", name),
            ("unit", unit.as_str()),
            ("kind", "duty"),
            ("days", "every"),
            ("shifts", "1"),
            ("pages", "3"),
            ("sites", "0"),
            ("planted_each", "0"),
            ("is_active", "1"),
            (turn.as_str(), "1"),
        ];
        guan.post(&path, &form).await.leads_to(&path);
        assert_eq!(who().await, [yi.0, jia.0, jia.0, jia.0]);
    })
    .await;
}

/// The number of the exchange that a person is asked for.
async fn asked(page: &mut Visitor) -> String {
    let list = page.get("/duties").await.is(200).text.clone();
    let id = list.split("/reading-exchanges/").nth(1).expect("nobody asks").split('"').next().unwrap();
    format!("/reading-exchanges/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exchange_their_duties_as_long_as_both_still_have_them() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(county.id, "guan", Role::SiteOperator).await;
        let jia = world.person(county.id, "jia", Role::DutyReader).await;
        let yi = world.person(county.id, "yi", Role::DutyReader).await;
        let bing = world.person(county.id, "bing", Role::DutyReader).await;
        let mut guan = world.visitor("guan").await;
        roster(&mut guan, county.id.0, &[jia.0, yi.0, bing.0], "0").await;
        let who = async || -> Vec<i64> {
            duties(&world).await.iter().take(6).map(|one| one.person_id.map_or(0, |id| id.0)).collect()
        };
        assert_eq!(who().await, [jia.0, yi.0, bing.0, jia.0, yi.0, bing.0]);
        beat(&world).await;
        let all = duties(&world).await;
        let (ask, second) = (format!("/duties/{}/exchange", all[0].id), all[1].id.to_string());
        let mut jia_page = world.visitor("jia").await;
        let mut yi_page = world.visitor("yi").await;
        jia_page.get(&format!("/duties/{}", all[0].id)).await.shows("或与这个班次互换");

        // One's own duty, and a duty of somebody else than named, are none to exchange.
        let own = all[3].id.to_string();
        jia_page.post(&ask, &[("back", own.as_str())]).await.is(200).shows("不能互换");
        let other = bing.0.to_string();
        jia_page
            .post(&ask, &[("to", other.as_str()), ("back", second.as_str())])
            .await
            .is(200)
            .shows("不是这个人的");
        jia_page.post(&ask, &[]).await.is(200).shows("或选择要互换的班次");

        // Refused, nothing moves; taken, both move, and the clock follows.
        jia_page.post(&ask, &[("back", second.as_str()), ("reason", "出差")]).await.is(303);
        yi_page.get("/duties").await.shows(&format!("换您 {}", all[1].day)).shows("出差");
        let answer = asked(&mut yi_page).await;
        yi_page.post(&answer, &[("takes", "")]).await.is(303);
        assert_eq!(who().await[..2], [jia.0, yi.0]);
        jia_page.post(&ask, &[("back", second.as_str())]).await.is(303);
        let answer = asked(&mut yi_page).await;
        yi_page.post(&answer, &[("takes", "1")]).await.is(303);
        assert_eq!(who().await[..2], [yi.0, jia.0]);
        let first = duties(&world).await.remove(0);
        assert_eq!(owed(&world, &first).await.person_id, Some(yi));

        // What was offered goes elsewhere meanwhile: the exchange is off, and says so.
        let ask = format!("/duties/{}/exchange", all[3].id);
        let fifth = all[4].id.to_string();
        jia_page.post(&ask, &[("back", fifth.as_str())]).await.is(303);
        let answer = asked(&mut yi_page).await;
        guan.post(&format!("/duties/{fifth}/exchange"), &[("to", other.as_str())]).await.is(303);
        yi_page.post(&answer, &[("takes", "1")]).await.is(422).shows("已有变动");
        assert_eq!(who().await[3..5], [jia.0, bing.0]);
        yi_page.post(&answer, &[("takes", "")]).await.is(303);
        // Whoever keeps the roster exchanges two at once.
        let last = all[5].id.to_string();
        guan.post(&ask, &[("back", last.as_str())]).await.is(303);
        assert_eq!(who().await[3..], [bing.0, bing.0, jia.0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patrol_takes_the_sites_that_wait_longest_and_foreign_units_see_nothing() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let jian = world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(south.id, "nan", Role::Supervisor).await;
        world.person(south.id, "lead", Role::Leader).await;
        let mut page = world.visitor("jian").await;
        let mut servers = Vec::new();
        for number in 0..3 {
            let (server, unit) = (site(), if number == 2 { &south } else { &north });
            let home = format!("http://{}/", server.address());
            let id = unit.id.0.to_string();
            let name = format!("第{number}个网站");
            let form =
                [("unit", id.as_str()), ("name", name.as_str()), ("home", home.as_str()), ("kind", "子站")];
            page.post("/sites/new", &form).await.is(303);
            servers.push(server);
        }
        let (unit, turn) = (world.root.id.0.to_string(), format!("turn-{}", jian.0));
        let form = [
            ("name", "全省巡读"),
            ("unit", unit.as_str()),
            ("kind", "patrol"),
            ("days", "every"),
            ("shifts", "1"),
            ("pages", "1"),
            ("sites", "2"),
            ("planted_each", "0"),
            ("is_active", "1"),
            (turn.as_str(), "1"),
        ];
        page.post("/reading-rosters/new", &form).await.is(303);
        let mut read = std::collections::BTreeSet::new();
        for _ in 0..2 {
            beat(&world).await;
            let today = duties(&world).await.into_iter().find(|one| one.state == State::Planned).unwrap();
            let list = items(&world, today.id).await;
            assert_eq!(list.len(), 2);
            page.post(&format!("/duties/{}/begin", today.id), &[]).await.is(303);
            for one in list {
                let path = format!("/reading-items/{}", one.id);
                page.post(&format!("{path}/open"), &[]).await.is(303);
                page.post(&path, &[("deed", "fine")]).await.is(303);
                read.insert(one.site_id.0);
            }
            page.post(&format!("/duties/{}/finish", today.id), &[("display", "正常")]).await.is(303);
            world.clock.turn(TimeDelta::days(1));
            page = world.visitor("jian").await;
        }
        assert_eq!(read.len(), 3, "every site within two days");

        let duty = duties(&world).await.remove(0);
        let item = items(&world, duty.id).await.remove(0);
        let mut nan = world.visitor("nan").await;
        for path in [format!("/duties/{}", duty.id), format!("/reading-items/{}", item.id)] {
            nan.get(&path).await.is(404);
        }
        nan.post(&format!("/reading-items/{}/open", item.id), &[]).await.is(404);
        nan.get("/reading-coverage").await.shows("第2个网站").lacks("第0个网站");

        // A leader records with one tap; what he calls a fault is a finding.
        let mut lead = world.visitor("lead").await;
        let list = lead.get("/leader-reading").await;
        list.shows("第2个网站").lacks("第0个网站").shows("还没有记录过");
        lead.get("/leader-reading?q=第2个").await.shows("第2个网站").shows("共 1 个");
        lead.get("/leader-reading?q=没有的").await.lacks("第2个网站").shows("没有名称里有这些字的网站");
        let site = list
            .text
            .split("action=\"/leader-reading/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let path = format!("/leader-reading/{site}");
        lead.post(&path, &[]).await.leads_to("/leader-reading");
        lead.post(&path, &[("is_fault", "1"), ("words", "")]).await.is(200).shows("请写明是什么问题");
        lead.post(&path, &[("is_fault", "1"), ("words", "领导信息没有更新")])
            .await
            .leads_to("/leader-reading");
        lead.post("/leader-reading/1", &[]).await.is(404);
        assert!(all(&world).await.iter().any(|one| one.cause == "领导信息没有更新"));
        nan.get("/leader-reading").await.shows("领导lead").shows("领导信息没有更新");
        nan.post(&path, &[]).await.is(403);
        nan.get("/reading-numbers").await.is(200).shows("南水市政府");
        nan.get("/leader-reading.csv").await.is(200).shows("领导信息没有更新");
    })
    .await;
}
