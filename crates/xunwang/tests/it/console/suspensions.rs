//! Suspension, reopening, closure: proposed by the record, decided, carried out by the clock, checked by others, closed after
//! an announcement, taken up into the portal; and what a web server is told meanwhile. Clauses N2.8, N4.4.

use axum::http::Method;
use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::obligation::entity::obligation;
use ledger::obligation::model::State as Owed;
use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use supervision::lifecycle::entity::suspension;
use supervision::lifecycle::model::State;

use super::inspections::{Town, add_site, inspect};
use super::world::{Visitor, World, on_both};

async fn rows(world: &World) -> Vec<suspension::Model> {
    let all = suspension::Entity::find().order_by_asc(suspension::Column::Id);
    all.all(world.console.cx.db.read()).await.unwrap()
}

async fn the_site(world: &World, id: i64) -> site::Model {
    site::Entity::find_by_id(ledger::SiteId(id)).one(world.console.cx.db.read()).await.unwrap().unwrap()
}

async fn owed(world: &World, row: &suspension::Model) -> Owed {
    let id = row.obligation_id.expect("it is owed");
    let one = obligation::Entity::find_by_id(id).one(world.console.cx.db.read()).await.unwrap();
    one.unwrap().state
}

async fn beat(world: &World) {
    supervision::remind::beat(&world.console.cx).await.unwrap();
}

/// What a web server is answered for an address.
async fn gate(world: &World, site: i64, asked: &str) -> u16 {
    let path = format!("/public/sites/{site}/gate");
    let headers = [("x-original-uri", asked)];
    world.stranger().ask(Method::GET, &path, Vec::new(), &headers).await.status.as_u16()
}

async fn decide(visitor: &mut Visitor, path: &str, from: &str) {
    let form = [
        ("deed", "decide"),
        ("document", "青政办函〔2026〕1号"),
        ("basis", "湘政办函〔2011〕68号"),
        ("from", from),
        ("limit", "5"),
    ];
    visitor.post(path, &form).await.leads_to(path);
}

fn today(world: &World, days: i64) -> String {
    let at = platform::clock::beijing(world.console.cx.now() + TimeDelta::days(days));
    at.date_naive().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_suspended_on_its_day_and_reopened_by_others() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        for login in ["jian", "jianer"] {
            world.person(world.root.id, login, Role::Supervisor).await;
        }
        world.person(county.id, "qing", Role::SiteOperator).await;
        let town = Town::start();
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &county, &town.home()).await;
        inspect(&world, &mut jian, site).await;
        let id = site.0.to_string();

        // The record proposes nothing grave enough yet; a person must say why.
        jian.get("/suspensions/candidates").await.is(200).shows("没有要考虑关停的网站");
        let bare = [("site", id.as_str())];
        jian.post("/suspensions/new", &bare).await.is(200).shows("请填写理由");
        let outside = [("site", id.as_str()), ("grounds", "x"), ("prefix", "http://www.other.example/a/")];
        jian.post("/suspensions/new", &outside).await.is(200).shows("应以").shows("请填写栏目名称");
        let form = [("site", id.as_str()), ("grounds", "栏目半年没有更新\n链接多处错误")];
        let made = jian.post("/suspensions/new", &form).await;
        made.is(303);
        jian.post("/suspensions/new", &form).await.is(422).shows("已有一件没有办结的关停");
        let path = made.location;

        let mut qing = world.visitor("qing").await;
        qing.post(&path, &[("deed", "decide")]).await.is(403);
        qing.get(&path).await.shows("巡网省政府");
        let wrong = [("deed", "decide"), ("basis", ""), ("from", "2020-01-01"), ("limit", "0")];
        jian.post(&path, &wrong)
            .await
            .is(200)
            .shows("请填写依据")
            .shows("关停日期应在今天")
            .shows("整改期限应为");
        decide(&mut jian, &path, &today(&world, 3)).await;
        beat(&world).await;
        assert_eq!(rows(&world).await[0].state, State::Notified, "its day has not come");
        assert_eq!(gate(&world, site.0, "/").await, 204);

        // However long the system stood still: carried out once.
        world.clock.turn(TimeDelta::days(4));
        beat(&world).await;
        beat(&world).await;
        let row = rows(&world).await.remove(0);
        assert_eq!((row.state, owed(&world, &row).await), (State::Suspended, Owed::Open));
        assert_eq!(the_site(&world, site.0).await.state, SiteState::Suspended);
        assert_eq!(gate(&world, site.0, "/a.html").await, 403);
        assert_eq!(gate(&world, 999_999, "/").await, 204, "a slip in a web server's settings shuts nothing");
        let notice = world.stranger().get(&format!("/public/sites/{site}/notice")).await;
        notice.is(503).shows("暂停开放").shows("青政办函〔2026〕1号");
        // Under the site's own address there are none of the console's files.
        notice.lacks("/assets/").lacks("stylesheet").lacks("<script");
        assert_eq!(notice.headers["retry-after"], "86400");
        let state = world.stranger().get(&format!("/api/v1/sites/{site}/state")).await;
        state.is(200).shows("\"state\":\"suspended\"");

        // Who reports does not judge; whoever judges says why; sent back, it is owed again.
        let mut qing = world.visitor("qing").await;
        qing.get("/").await.shows("关停整改中");
        let report = [("deed", "report"), ("words", "都已改正")];
        qing.post(&path, &[("deed", "report"), ("words", "")]).await.is(200).shows("请填写说明");
        let mut jianer = world.visitor("jianer").await;
        jianer.post(&path, &report).await.leads_to(&path);
        jianer.post(&path, &[("deed", "reopen"), ("words", "好")]).await.is(422).shows("请由别人进行");
        let mut jian = world.visitor("jian").await;
        jian.post(&path, &[("deed", "return"), ("words", "还有三处")]).await.leads_to(&path);
        assert_eq!(owed(&world, &rows(&world).await[0]).await, Owed::Open);
        qing.post(&path, &report).await.leads_to(&path);
        jian.post(&path, &[("deed", "reopen"), ("words", "逐条看过")]).await.leads_to(&path);
        let row = rows(&world).await.remove(0);
        assert_eq!((row.state, owed(&world, &row).await), (State::Reopened, Owed::Met));
        assert_eq!(the_site(&world, site.0).await.state, SiteState::Open);
        assert_eq!(gate(&world, site.0, "/").await, 204);
        jian.get(&format!("/sites/{site}")).await.shows("开放状态");
        jian.post(&path, &[("deed", "withdraw"), ("words", "x")]).await.is(422).shows("已经办结");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_is_shut_alone_and_files_are_filed() {
    let world = World::new(None).await;
    let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    let town = Town::start();
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &county, &town.home()).await;
    let (id, prefix) = (site.0.to_string(), format!("{}news/", town.home()));
    let form = [
        ("site", id.as_str()),
        ("grounds", "半年没有更新"),
        ("prefix", prefix.as_str()),
        ("column_name", "要闻"),
    ];
    let made = jian.post("/suspensions/new", &form).await;
    made.is(303);
    let path = made.location;
    let mut nan = world.visitor("nan").await;
    nan.get(&path).await.is(404);
    nan.post(&path, &[("deed", "withdraw"), ("words", "x")]).await.is(404);
    nan.get("/suspensions").await.lacks("要闻");
    decide(&mut jian, &path, &today(&world, 0)).await;
    beat(&world).await;
    assert_eq!(the_site(&world, site.0).await.state, SiteState::Open, "the rest of the site goes on");
    assert_eq!(gate(&world, site.0, "/news/1.html").await, 403);
    assert_eq!(gate(&world, site.0, "/newsletter").await, 204);
    let state = world.stranger().get(&format!("/api/v1/sites/{site}/state")).await;
    state.shows("\"state\":\"open\"").shows("/news/");
    world.stranger().get(&format!("/public/sites/{site}/notice")).await.is(503).shows("“要闻”栏目");
    jian.post(&path, &[("deed", "announce")]).await.is(422).shows("不走网站关闭的程序");
    jian.post(&path, &[("deed", "file")]).await.is(200).shows("请选择要存入的文件");
    jian.upload(&path, "决定.pdf", b"%PDF-1.7", &[("deed", "file"), ("words", "签章扫描件")])
        .await
        .leads_to(&path);
    jian.get(&path).await.shows("签章扫描件").shows("决定.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_mended_is_announced_closed_and_taken_up_by_the_portal() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        let bureau = world.unit(&county, "青禾县农业农村局", UnitLevel::Department).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let unit = county.id.0.to_string();
        let portal = [
            ("unit", unit.as_str()),
            ("name", "青禾县人民政府"),
            ("home", "http://www.qinghe.example/"),
            ("kind", "门户网站"),
        ];
        jian.post("/sites/new", &portal).await.is(303);
        let town = Town::start();
        let site = add_site(&world, &mut jian, &bureau, &town.home()).await;
        let id = site.0.to_string();
        let form = [("site", id.as_str()), ("grounds", "长期没有人管")];
        let path = jian.post("/suspensions/new", &form).await.location;
        decide(&mut jian, &path, &today(&world, 0)).await;
        beat(&world).await;
        jian.post(&path, &[("deed", "announce")]).await.is(422).shows("经整改仍达不到要求");
        // Its time runs out, and nobody has mended it.
        world.clock.turn(TimeDelta::days(12));
        beat(&world).await;
        let mut jian = world.visitor("jian").await;
        let soon = today(&world, 20);
        jian.post(&path, &[("deed", "announce"), ("until", soon.as_str())]).await.is(200).shows("至少 30 天");
        jian.post(&path, &[("deed", "announce")]).await.leads_to(&path);
        let notice = world.stranger().get(&format!("/public/sites/{site}/notice")).await;
        notice.is(503).shows("关闭公告");
        let day = today(&world, 0);
        let close = |archived: &'static str, home: &'static str| {
            [
                ("deed", "close"),
                ("archived", archived),
                ("domain_cancelled", day.as_str()),
                ("redirect_to", "http://www.qinghe.example/nyj/"),
                ("virtual_home", home),
            ]
        };
        jian.post(&path, &close("存县档案馆", "")).await.is(422).shows("要满 30 天");
        world.clock.turn(TimeDelta::days(31));
        let mut jian = world.visitor("jian").await;
        let wrong = [
            ("deed", "close"),
            ("domain_cancelled", "昨天"),
            ("redirect_to", "nyj"),
            ("virtual_home", "http://elsewhere.example/"),
        ];
        let told = jian.post(&path, &wrong).await;
        told.is(200)
            .shows("请填写内容存档情况")
            .shows("域名注销日期请按")
            .shows("转到的网址应以")
            .shows("应在门户网站");
        jian.post(&path, &close("存县档案馆", "http://www.qinghe.example/nyj/")).await.leads_to(&path);
        let row = rows(&world).await.remove(0);
        let new = row.absorbed_id.expect("the portal has taken it up");
        assert_eq!((row.state, the_site(&world, site.0).await.state), (State::Closed, SiteState::Closed));
        assert_eq!(the_site(&world, new.0).await.home, "http://www.qinghe.example/nyj/");
        assert_eq!(owed(&world, &row).await, Owed::CalledOff);
        let notice = world.stranger().get(&format!("/public/sites/{site}/notice")).await;
        notice.is(410).shows("已经关闭").shows("www.qinghe.example");
        jian.get("/suspensions.csv?state=all").await.is(200).shows("已关闭");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_lacks_all_four_is_taken_up() {
    let world = World::new(None).await;
    let bureau = world.unit(&world.root, "省统计局", UnitLevel::Department).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let town = Town::start();
    let (unit, home) = (bureau.id.0.to_string(), town.home());
    let form = [
        ("unit", unit.as_str()),
        ("name", "统计局网站"),
        ("home", home.as_str()),
        ("kind", "子站"),
        ("staff", "乙"),
        ("funds", "12 万元"),
    ];
    jian.post("/sites/new", &form).await.is(303);
    let path = jian.post("/suspensions/new", &[("site", home.as_str()), ("grounds", "x")]).await.location;
    decide(&mut jian, &path, &today(&world, 0)).await;
    beat(&world).await;
    jian.get(&path).await.shows("没有专职人员：否").shows("没有网站管理制度：<strong>是").shows("不能并入");
    world.clock.turn(TimeDelta::days(12));
    let mut jian = world.visitor("jian").await;
    jian.post(&path, &[("deed", "announce")]).await.leads_to(&path);
    world.clock.turn(TimeDelta::days(31));
    let mut jian = world.visitor("jian").await;
    let day = today(&world, 0);
    let close = [
        ("deed", "close"),
        ("archived", "x"),
        ("domain_cancelled", day.as_str()),
        ("virtual_home", "http://www.a.example/tj/"),
    ];
    jian.post(&path, &close).await.is(200).shows("按登记不符合并入的条件").shows("没有专职人员");
    assert_eq!(rows(&world).await[0].state, State::Announcing, "nothing was done by half");
    jian.post(&path, &[("deed", "keep"), ("words", "县里接手")]).await.leads_to(&path);
    assert_eq!(rows(&world).await[0].state, State::Suspended);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_decide_at_once_decide_once() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(world.root.id, "jianer", Role::Supervisor).await;
        let town = Town::start();
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &county, &town.home()).await.0.to_string();
        let path = jian.post("/suspensions/new", &[("site", site.as_str()), ("grounds", "x")]).await.location;
        let mut jianer = world.visitor("jianer").await;
        let day = today(&world, 0);
        let form = [("deed", "decide"), ("basis", "依据"), ("from", day.as_str()), ("limit", "5")];
        let withdraw = [("deed", "withdraw"), ("words", "再看看")];
        let (one, other) = tokio::join!(jian.post(&path, &form), jianer.post(&path, &form));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        jian.post(&path, &withdraw).await.leads_to(&path);
        beat(&world).await;
        assert_eq!(rows(&world).await[0].state, State::Withdrawn);
    })
    .await;
}
