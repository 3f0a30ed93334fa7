//! Citizens' corrections: sent without a login, passed on, answered, published, rated; and what hostile visitors send.
//! Clauses N2.3, N4.7, N5.3.

use chrono::TimeDelta;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use ledger::obligation::entity::obligation;
use ledger::obligation::model::{Kind, State as Owed};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use supervision::correction::entity::correction;
use supervision::correction::model::State;
use testkit::server::{Reply, Routes, Server};

use super::inspections::{add_site, all, page};
use super::world::{Answer, Visitor, World, on_both};

async fn rows(world: &World) -> Vec<correction::Model> {
    let all = correction::Entity::find().order_by_asc(correction::Column::Id);
    all.all(world.console.cx.db.read()).await.unwrap()
}

async fn owed(world: &World) -> Vec<(Kind, Owed)> {
    let all = obligation::Entity::find().order_by_asc(obligation::Column::Id);
    let rows = all.all(world.console.cx.db.read()).await.unwrap();
    rows.into_iter().map(|one| (one.kind, one.state)).collect()
}

/// The question of a form in words, and its answer.
fn question(page: &Answer) -> (String, String) {
    let token = page.text.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let words = page.text.split("验证码：").nth(1).unwrap();
    let phrase: Vec<char> = words.split(['“', '”']).nth(1).unwrap().chars().collect();
    let place: usize = words.split("第 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    (token.to_owned(), phrase[place - 1].to_string())
}

/// Sends a correction of a site with a right answer; where it leads to.
pub async fn send(
    citizen: &mut Visitor,
    site: i64,
    form: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Answer {
    let path = format!("/public/corrections/new?site={site}&ask=words");
    let (token, answer) = question(&citizen.get(&path).await);
    let id = site.to_string();
    let mut all = vec![("site", id.as_str()), ("ask", "words"), ("token", &token), ("answer", &answer)];
    all.extend_from_slice(form);
    match file {
        Some((name, bytes)) => citizen.upload("/public/corrections/new", name, bytes, &all).await,
        None => citizen.post("/public/corrections/new", &all).await,
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

fn site() -> Server {
    Server::start(Routes::new().otherwise(Reply::html(page("<p>欢迎。</p>")))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_goes_from_the_citizen_to_the_published_answer() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let server = site();
        let home = format!("http://{}/", server.address());
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &county, &home).await.0;
        jian.get(&format!("/sites/{site}")).await.shows("找错入口");

        let mut citizen = world.stranger();
        citizen.get("/public/corrections/new?site=0000").await.is(404).shows("没有这个网站的找错页面");
        citizen
            .get(&format!("/public/corrections/new?site={site}"))
            .await
            .is(200)
            .shows("4 个数字的验证码图片");
        // Another kind of question: nothing that was typed is lost, and nothing is sent.
        let id = site.to_string();
        let turn = [("site", id.as_str()), ("fault", "布署"), ("words", "应为“部署”"), ("turn", "words")];
        let turned = citizen.upload("/public/corrections/new", "图.png", &png(8, 8), &turn).await;
        turned.is(200).shows("个字").shows("布署").shows("应为“部署”").shows("需要重新选").lacks("没有提交");
        assert_eq!(rows(&world).await.len(), 0);
        let wrong = [("kind", ""), ("page", "http://www.other.example/"), ("words", "")];
        let told = send(&mut citizen, site, &wrong, None).await;
        told.is(200).shows("请选择问题的种类").shows("不在本网站上").shows("请填写问题说明");
        let page = format!("{home}a.html");
        let form = [
            ("kind", "words"),
            ("page", page.as_str()),
            ("fault", "布署"),
            ("words", "“布署”应为“部署”"),
            ("name", "王某"),
            ("contact", "wang@mail.example"),
        ];
        let sent = send(&mut citizen, site, &form, Some(("..\\x.svg", &png(80, 60)))).await;
        sent.is(303);
        let row = rows(&world).await.remove(0);
        assert_eq!((row.state, row.file_name.as_str()), (State::Received, "附件.png"));
        assert_eq!(owed(&world).await, [(Kind::CorrectionTransfer, Owed::Open)]);
        citizen.get(&sent.location).await.is(200).shows(&row.receipt);
        let ask = "/public/corrections/progress";
        let small = row.receipt.to_lowercase().replace('-', " ");
        citizen.post(ask, &[("receipt", &small)]).await.is(200).shows("待转办").lacks("王某").lacks("布署");
        citizen.post(ask, &[("receipt", "ZC261126-22222-22222")]).await.shows("没有这个编号");
        citizen.post(ask, &[("receipt", "编号")]).await.shows("编号不完整");
        let rate = [("receipt", row.receipt.as_str()), ("rating", "5")];
        citizen.post("/public/corrections/rating", &rate).await.is(422).shows("还没有答复");

        // Passed on in its time, as a finding as well; given back with a reason, and passed on again.
        jian.get("/").await.shows("条网民找错待转办");
        let path = format!("/corrections/{}", row.id);
        let mut qing = world.visitor("qing").await;
        qing.post(&path, &[("deed", "answer"), ("words", "好")]).await.is(403);
        let unit = county.id.to_string();
        let transfer = [("deed", "transfer"), ("unit", unit.as_str()), ("as_finding", "1")];
        jian.post(&path, &[("deed", "transfer"), ("unit", "999999")])
            .await
            .is(200)
            .shows("请选择您管辖范围内");
        jian.post(&path, &transfer).await.leads_to(&path);
        jian.post(&path, &transfer).await.is(422).shows("现在“办理中”");
        let found = all(&world).await.into_iter().find(|one| one.rule == "common-typo").unwrap();
        assert!(found.picture.is_some() && found.text.as_deref() == Some("布署"), "{found:?}");
        jian.get(&format!("/findings/{}", found.id)).await.is(200).shows("公众找错").lacks("王某");
        qing.post(&path, &[("deed", "return"), ("words", "")]).await.is(200).shows("请填写理由");
        qing.post(&path, &[("deed", "return"), ("words", "属县教育局")]).await.leads_to(&path);
        let reply = (Kind::CorrectionReply, Owed::CalledOff);
        let transfers =
            [(Kind::CorrectionTransfer, Owed::Met), reply, (Kind::CorrectionTransfer, Owed::Open)];
        assert_eq!(owed(&world).await, transfers);
        jian.post(&path, &transfer).await.leads_to(&path);
        assert_eq!(all(&world).await.len(), 1, "one finding, however often it is passed on");

        // What is to be read by everybody holds nobody's number.
        qing.get("/").await.shows("条网民找错待答复");
        qing.get(&path).await.shows("王某").shows("wang@mail.example");
        let number = "身份证号 439900199001011237 的王某反映";
        let open = [("deed", "answer"), ("words", number), ("is_public", "1"), ("summary", "")];
        qing.post(&path, &open).await.is(200).shows("不能这样公开").shows("请填写公开的问题摘要");
        let answer =
            [("deed", "answer"), ("words", "已改正，谢谢。"), ("is_public", "1"), ("summary", "一处错字")];
        qing.post(&path, &answer).await.leads_to(&path);
        assert!(owed(&world).await.iter().all(|(_, state)| *state != Owed::Open));
        citizen.get(&format!("/public/corrections?site={site}")).await.shows("一处错字").lacks("王某");
        citizen
            .post(ask, &[("receipt", &row.receipt)])
            .await
            .shows("已改正，谢谢")
            .shows("您对这次答复满意吗");
        citizen
            .post("/public/corrections/rating", &[("receipt", row.receipt.as_str())])
            .await
            .shows("请选择满意");
        citizen.post("/public/corrections/rating", &rate).await.is(200).shows("您的评价：5 分");
        citizen.post("/public/corrections/rating", &rate).await.is(422).shows("已经评价过");
        jian.post(&path, &[("deed", "hide")]).await.leads_to(&path);
        citizen.get(&format!("/public/corrections?site={site}")).await.shows("还没有公开的答复");
        jian.get("/corrections.csv").await.is(200).shows(&row.receipt).lacks("wang@mail.example");
        jian.get(&format!("{path}/file")).await.is(200);

        // Half a year after the answer nobody can be asked who it was.
        world.clock.turn(TimeDelta::days(181));
        world.console.tidy().await.unwrap();
        let row = rows(&world).await.remove(0);
        assert!(row.is_forgotten && row.name.is_empty() && row.contact.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_visitors_get_nowhere_and_lose_nothing_of_what_others_typed() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        world.person(world.root.id, "jian", Role::Supervisor).await;
        let server = site();
        let home = format!("http://{}/", server.address());
        let mut jian = world.visitor("jian").await;
        let site = add_site(&world, &mut jian, &county, &home).await.0;
        let mut citizen = world.stranger();
        let script = "<script>alert(1)</script>{{ 7*7 }}";
        let form = [("kind", "other"), ("page", home.as_str()), ("words", script), ("name", script)];

        // Without an answer, with a wrong one, with a machine's field: refused, and what was typed is still there.
        let path = "/public/corrections/new";
        let id = site.to_string();
        let own = |token: &'static str, answer: &'static str| {
            [("site", id.as_str()), ("token", token), ("answer", answer), form[0], form[1], form[2]]
        };
        let told = citizen.post(path, &own("", "")).await;
        told.is(200).shows("验证码已过期").shows("&lt;script&gt;").lacks("<script>alert");
        citizen.post(path, &own("AAAA", "1234")).await.is(200).shows("验证码已过期");
        let page = citizen.get(&format!("{path}?site={site}&ask=words")).await;
        let (token, answer) = question(&page);
        let wrong = [("site", id.as_str()), ("token", &token), ("answer", "謬"), form[0], form[1], form[2]];
        citizen.post(path, &wrong).await.is(200).shows("验证码不对");
        let right =
            [("site", id.as_str()), ("token", &token), ("answer", &answer), form[0], form[1], form[2]];
        let machine = [&right[..], &[("website", "http://spam.example/")]].concat();
        citizen.post(path, &machine).await.is(200).shows("验证码不对");
        assert!(rows(&world).await.is_empty());
        citizen.post(path, &right).await.is(303);
        citizen.post(path, &right).await.is(200).shows("验证码已过期");
        assert_eq!(rows(&world).await.len(), 1, "an answer is good once");
        jian.get("/corrections").await.is(200).lacks("<script>alert").shows("{{ 7*7 }}");
        let one = rows(&world).await.remove(0).id;
        jian.get(&format!("/corrections/{one}")).await.is(200).lacks("<script>alert");

        // Files are what their bytes are.
        world.clock.turn(TimeDelta::hours(1));
        let eicar = format!("X5O!P%@AP[4\\PZX54(P^)7CC)7}}$EICAR-STANDARD-ANTIVIRUS-{}!$H+H*", "TEST-FILE");
        for (name, bytes, words) in [
            ("a.png", b"<svg onload=alert(1)>".to_vec(), "附件只收图片"),
            ("a.png", png(60_000, 60_000), "尺寸太大"),
            ("a.png", vec![0x89; (5 << 20) + 1], "5 MB"),
            ("a.pdf", eicar.into_bytes(), "附件里有病毒"),
        ] {
            world.clock.turn(TimeDelta::minutes(5));
            send(&mut citizen, site, &form, Some((name, &bytes))).await.is(200).shows(words);
        }
        let long = "长".repeat(1_001);
        let too_long = [("kind", "other"), ("page", home.as_str()), ("words", long.as_str())];
        send(&mut citizen, site, &too_long, None).await.is(200).shows("最多 1000 个字");
        assert_eq!(rows(&world).await.len(), 1);

        // Whoever floods is told when to come back; the others are not kept out for long.
        world.clock.turn(TimeDelta::hours(1));
        let mut taken = 0;
        let refused = loop {
            let sent = send(&mut citizen, site, &form, None).await;
            if sent.status != 303 {
                break sent;
            }
            taken += 1;
            assert!(taken < 50, "nobody stops a flood");
        };
        assert_eq!(taken, 5);
        refused.is(429).shows("提交得太频繁");
        for _ in 0..30 {
            citizen.post("/public/corrections/progress", &[("receipt", "ZC261126-22222-22222")]).await;
        }
        citizen.post("/public/corrections/progress", &[("receipt", "x")]).await.is(429);
        world.clock.turn(TimeDelta::minutes(10));
        send(&mut citizen, site, &form, None).await.is(303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_units_see_no_corrections_and_a_late_answer_is_a_card() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    let server = site();
    let home = format!("http://{}/", server.address());
    let mut jian = world.visitor("jian").await;
    let site = add_site(&world, &mut jian, &north, &home).await.0;
    let form = [("kind", "stale"), ("page", home.as_str()), ("words", "半年没有更新")];
    send(&mut world.stranger(), site, &form, None).await.is(303);
    let path = format!("/corrections/{}", rows(&world).await[0].id);
    let mut nan = world.visitor("nan").await;
    nan.get(&path).await.is(404);
    nan.get(&format!("{path}/file")).await.is(404);
    nan.post(&path, &[("deed", "refuse"), ("words", "x")]).await.is(404);
    nan.get("/corrections").await.lacks("半年没有更新");
    // Passed on to another unit of the scope, that unit sees it.
    let unit = south.id.to_string();
    jian.post(&path, &[("deed", "transfer"), ("unit", unit.as_str())]).await.leads_to(&path);
    nan.get(&path).await.is(200).shows("半年没有更新");
    world.clock.turn(TimeDelta::days(9));
    supervision::remind::beat(&world.console.cx).await.unwrap();
    let mut nan = world.visitor("nan").await;
    nan.get("/cards").await.is(200).shows("答复网民找错");
    nan.get("/corrections").await.shows("已超期");
}
