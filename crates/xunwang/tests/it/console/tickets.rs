//! Rectification tickets: issued from confirmed findings, mended, rechecked by machine and by persons, disputed,
//! transferred, each by the right side only. Clauses N2.8, N5.3.

use chrono::TimeDelta;
use ledger::SiteId;
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use supervision::inspection::entity::finding;
use supervision::inspection::model::finding::State;
use supervision::remind;

use super::inspections::{Town, add_site, inspect, of_rule};
use super::world::{Answer, Visitor, World, on_both};

/// A province with a city and a county below it, each with its people, and a site of the county with faults.
pub struct Place {
    pub city: unit::Model,
    pub county: unit::Model,
    pub town: Town,
    pub site: SiteId,
    pub dead: finding::Model,
}

pub async fn place(world: &World) -> Place {
    let city = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let county = world.unit(&city, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "sheng", Role::Supervisor).await;
    world.person(city.id, "shi", Role::Supervisor).await;
    world.person(county.id, "xian", Role::SiteOperator).await;
    let town = Town::start();
    let mut shi = world.visitor("shi").await;
    let site = add_site(world, &mut shi, &county, &town.home()).await;
    inspect(world, &mut shi, site).await;
    let dead = of_rule(world, "dead-link").await;
    Place { city, county, town, site, dead }
}

pub async fn confirmed(visitor: &mut Visitor, finding: &finding::Model) {
    let path = format!("/findings/{}", finding.id);
    visitor.post(&path, &[("verdict", "confirmed")]).await.leads_to(&path);
}

/// Issues a ticket of the dead link; the path of its page.
pub async fn issued(visitor: &mut Visitor, place: &Place) -> String {
    confirmed(visitor, &place.dead).await;
    let id = place.dead.id.to_string();
    let answer = visitor.post("/tickets", &[("id", &id), ("words", "请改正链接")]).await;
    answer.is(303);
    answer.location
}

pub async fn deed(visitor: &mut Visitor, at: &str, deed: &str, words: &str) -> Answer {
    visitor.upload(at, "", b"", &[("deed", deed), ("words", words)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_ends_when_a_machine_finds_its_faults_no_more() {
    on_both(async |world| {
        let place = place(&world).await;
        let mut shi = world.visitor("shi").await;
        let id = place.dead.id.to_string();
        shi.post("/tickets/new", &[("id", &id)]).await.is(200).shows("还没有确认").shows("没有可以发的线索");
        shi.post("/tickets", &[("id", &id)]).await.is(422).shows("都不能发");
        confirmed(&mut shi, &place.dead).await;
        shi.post("/tickets/new", &[("id", &id)]).await.is(200).shows("死链").shows("个工作日");
        shi.post("/tickets", &[("id", &id), ("limit", "x")]).await.is(200).shows("天数应为");
        let at = issued(&mut shi, &place).await;
        shi.post("/tickets/new", &[("id", &id)]).await.is(200).shows("已有没有办结的整改单");
        shi.get(&at).await.is(200).shows("待签收").shows("请改正链接").shows("青禾县政府");
        shi.get(&format!("/tickets?finding={id}")).await.shows("青禾县政府网：死链");

        let mut xian = world.visitor("xian").await;
        xian.get("/").await.is(200).shows("张整改单没有整改完成");
        deed(&mut xian, &at, "recheck", "").await.is(403).shows("只有发出整改单的单位");
        deed(&mut xian, &at, "receive", "").await.leads_to(&at);
        deed(&mut xian, &at, "start", "").await.leads_to(&at);
        deed(&mut xian, &at, "fix", "").await.is(200).shows("说明");
        deed(&mut xian, &at, "fix", "改好了").await.leads_to(&at);
        // It is not: the same rule finds it again, and the clock goes on.
        let mut shi = world.visitor("shi").await;
        deed(&mut shi, &at, "recheck", "").await.leads_to(&at);
        world.console.runner.run_due().await.unwrap();
        shi.get(&at).await.shows("整改中").shows("仍发现 1 处").lacks("办结</button>");
        let owed = shi.get("/obligations?kind=rectification").await;
        owed.is(200).shows("办理中").shows("青禾县政府网：死链");

        place.town.mend();
        let proof = [("deed", "fix"), ("words", "链接已撤下")];
        let mut xian = world.visitor("xian").await;
        xian.upload(&at, "截图.png", b"\x89PNG", &proof).await.leads_to(&at);
        let mut shi = world.visitor("shi").await;
        deed(&mut shi, &at, "recheck", "").await.leads_to(&at);
        world.console.runner.run_due().await.unwrap();
        let page = shi.get(&at).await;
        page.shows("已办结").shows("没有再发现这些问题").shows("截图.png");
        let file = page.text.split("/ticket-events/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(shi.get(&format!("/ticket-events/{file}")).await.bytes, b"\x89PNG");
        shi.get("/obligations?state=met&kind=rectification").await.shows("已办结");
        shi.get("/tickets").await.shows("没有要整改的");
        shi.get("/tickets.csv?state=all").await.is(200).shows("青禾县政府网：死链").shows("已办结");
        deed(&mut shi, &at, "return", "再看看").await.is(422).shows("已经办结或撤销");
        deed(&mut shi, &at, "say", "谢谢配合").await.leads_to(&at);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_later_inspection_is_a_recheck_too() {
    let world = World::new(None).await;
    let place = place(&world).await;
    let mut shi = world.visitor("shi").await;
    let at = issued(&mut shi, &place).await;
    let mut xian = world.visitor("xian").await;
    place.town.mend();
    deed(&mut xian, &at, "fix", "撤下了").await.leads_to(&at);
    world.clock.turn(TimeDelta::minutes(1));
    inspect(&world, &mut xian, place.site).await;
    xian.get(&at).await.shows("已办结");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recheck_that_cannot_reach_the_site_leaves_it_to_a_person() {
    on_both(async |world| {
        let place = place(&world).await;
        let mut shi = world.visitor("shi").await;
        let at = issued(&mut shi, &place).await;
        let mut xian = world.visitor("xian").await;
        deed(&mut xian, &at, "fix", "改好了").await.leads_to(&at);
        deed(&mut shi, &at, "recheck", "").await.leads_to(&at);
        let Place { town, .. } = place;
        drop(town);
        world.console.runner.run_due().await.unwrap();
        remind::beat(&world.console.cx).await.unwrap();
        shi.get(&at).await.shows("待复查").shows("复查时网站打不开");
        deed(&mut shi, &at, "return", "网站打不开").await.leads_to(&at);
        shi.get(&at).await.shows("整改中");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_mended_does_not_close_and_two_who_close_do_it_once() {
    on_both(async |world| {
        let place = place(&world).await;
        world.person(place.city.id, "shier", Role::Supervisor).await;
        let mut shi = world.visitor("shi").await;
        let at = issued(&mut shi, &place).await;
        deed(&mut shi, &at, "fix", "我来改").await.leads_to(&at);
        shi.get(&at).await.lacks("人工复查办结</button>");
        deed(&mut shi, &at, "close", "好了").await.is(422).shows("请由别人进行");
        let mut one = world.visitor("shier").await;
        let mut two = one.clone();
        let (first, second) =
            tokio::join!(deed(&mut one, &at, "close", "看过了"), deed(&mut two, &at, "close", "看过了"));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "{} {}", first.text, second.text);
        let page = one.get(&at).await;
        assert_eq!(page.shows("已办结").text.matches("人工复查办结</strong>").count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_decided_above_the_issuer_and_feeds_the_false_alarms() {
    on_both(async |world| {
        let place = place(&world).await;
        let mut shi = world.visitor("shi").await;
        let at = issued(&mut shi, &place).await;
        let mut xian = world.visitor("xian").await;
        deed(&mut xian, &at, "dispute", "对方网站已恢复").await.leads_to(&at);
        xian.get(&at).await.shows("有异议").shows("计时暂停");
        deed(&mut xian, &at, "fix", "改好了").await.is(422).shows("现在“有异议”");
        deed(&mut shi, &at, "uphold", "不算问题").await.is(403).shows("由发出单位的上级决定");
        let mut sheng = world.visitor("sheng").await;
        sheng.get("/").await.shows("张整改单有异议");
        sheng.get("/obligations?kind=dispute").await.shows("异议：青禾县政府网：死链");
        deed(&mut sheng, &at, "reject", "链接确实打不开").await.leads_to(&at);
        sheng.get(&at).await.shows("整改中").lacks("计时暂停");
        sheng.get("/obligations?kind=dispute&state=met").await.shows("异议：");
        let mut xian = world.visitor("xian").await;
        deed(&mut xian, &at, "dispute", "附上证明").await.leads_to(&at);
        let mut sheng = world.visitor("sheng").await;
        deed(&mut sheng, &at, "uphold", "证明属实").await.leads_to(&at);
        sheng.get(&at).await.shows("已撤销");
        assert_eq!(of_rule(&world, "dead-link").await.state, State::FalseAlarm);
        sheng.get("/rules").await.shows("100%");
        sheng.get("/obligations").await.lacks("死链");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_handed_to_another_unit_and_foreign_units_find_nothing() {
    let world = World::new(None).await;
    let place = place(&world).await;
    let bureau = world.unit(&place.county, "教育局", UnitLevel::Department).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(bureau.id, "ju", Role::SiteOperator).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    world.person(place.county.id, "ling", Role::Leader).await;
    let mut shi = world.visitor("shi").await;
    let at = issued(&mut shi, &place).await;
    let mut nan = world.visitor("nan").await;
    nan.get(&at).await.is(404);
    nan.get("/tickets").await.lacks("死链");
    deed(&mut nan, &at, "close", "好了").await.is(404);
    let id = place.dead.id.to_string();
    nan.post("/tickets/new", &[("id", &id)]).await.is(200).shows("不在您可以督办的范围内");
    let mut ling = world.visitor("ling").await;
    ling.get(&at).await.is(200).shows("待签收").lacks("<h2 class=\"card-title\">办理</h2>");
    deed(&mut ling, &at, "say", "x").await.is(403);
    let to = |unit: &unit::Model| unit.id.to_string();
    for (unit, words) in [(to(&south), "管辖范围内"), (to(&place.county), "不是现在的责任单位")]
    {
        let form = [("deed", "transfer"), ("words", "归口办理"), ("unit", unit.as_str())];
        shi.upload(&at, "", b"", &form).await.is(200).shows(words);
    }
    let unit = to(&bureau);
    let form = [("deed", "transfer"), ("words", "归口办理"), ("unit", unit.as_str())];
    shi.upload(&at, "", b"", &form).await.leads_to("/tickets");
    let mut ju = world.visitor("ju").await;
    ju.get(&at).await.is(200).shows("教育局");
    ju.get("/obligations").await.shows("死链").shows("教育局");
    deed(&mut ju, &at, "receive", "").await.leads_to(&at);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_received_and_closed_at_once_and_each_refusal_is_told() {
    on_both(async |world| {
        let place = place(&world).await;
        let mut shi = world.visitor("shi").await;
        let first = issued(&mut shi, &place).await;
        let other = of_rule(&world, "common-typo").await;
        confirmed(&mut shi, &other).await;
        let other = shi.post("/tickets", &[("id", &other.id.to_string())]).await.location;
        let number = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let (one, two) = (number(&first), number(&other));
        let both = |deed: &'static str, words: &'static str| {
            [
                ("id", one.as_str()),
                ("id", two.as_str()),
                ("id", "999"),
                ("deed", deed),
                ("words", words),
                ("back", "state=all"),
            ]
        };
        let mut xian = world.visitor("xian").await;
        xian.get("/tickets").await.shows("签收</button>").lacks("人工复查办结</button>");
        xian.post("/tickets/deeds", &[("deed", "receive")]).await.is(200).shows("请先勾选");
        xian.post("/tickets/deeds", &[("id", &one), ("deed", "call-off")])
            .await
            .is(200)
            .shows("请选择要做的操作");
        xian.post("/tickets/deeds", &both("receive", "")).await.leads_to("/tickets?state=all");
        xian.get("/tickets?state=all")
            .await
            .shows("已处理 2 张：签收")
            .shows("没有这张整改单")
            .shows("已签收");
        xian.post("/tickets/deeds", &both("close", "好")).await.is(303);
        xian.get("/tickets").await.shows("没有处理 3 张").shows("只有发出整改单的单位");
        deed(&mut xian, &first, "fix", "改好了").await.leads_to(&first);
        let mut shi = world.visitor("shi").await;
        shi.post("/tickets/deeds", &both("close", "")).await.is(200).shows("要写明怎样复查");
        shi.post("/tickets/deeds", &both("close", "逐页看过")).await.leads_to("/tickets?state=all");
        let list = shi.get("/tickets?state=all").await;
        list.shows("已处理 1 张：人工复查办结").shows("没有处理 2 张").shows("现在“已签收”").shows("已办结");
    })
    .await;
}
