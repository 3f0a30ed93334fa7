//! Tickets by mail: a sealed link that ends, what its holder may do, and what he is told. Clauses N2.8, N5.3.

use chrono::TimeDelta;
use ledger::cx::Settings;
use ledger::identity::entity::UnitLevel;
use ledger::obligation::commands::tick;
use supervision::remind;
use testkit::mail::{MailServer, Manners, Step};

use super::alerts::mail_account;
use super::tickets::{Place, deed, issued, place};
use super::world::{Answer, Visitor, World, on_both_with, settings};

fn public() -> Settings {
    Settings { public: Some("https://console.example".to_owned()), ..settings() }
}

/// The path of the link in the newest mail.
fn link(server: &MailServer) -> String {
    let body = server.mails().last().expect("a mail came").body();
    let at = body.find("https://console.example/public/tickets/").unwrap_or_else(|| panic!("{body}"));
    body[at + "https://console.example".len()..].split_whitespace().next().unwrap().to_owned()
}

async fn by_link(visitor: &mut Visitor, at: &str, what: &str, words: &str) -> Answer {
    deed(visitor, at, what, words).await
}

async fn run(world: &World) {
    world.console.runner.run_due().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_never_logs_in_mends_by_its_mail() {
    on_both_with(public(), async |world| {
        let place: Place = place(&world).await;
        let server = MailServer::start().unwrap();
        let mut shi = world.visitor("shi").await;
        let at = issued(&mut shi, &place).await;
        let letters = format!("{at}/letters");
        let to = [("address", "wz@qinghe.example"), ("days", "30")];
        shi.post(&letters, &to).await.is(422).shows("还没有设置发信账号");
        mail_account(&world, server.port(), "none").await;
        let mut shi = world.visitor("shi").await;
        let wrong = [("address", "wz@qing@he"), ("days", "0")];
        shi.post(&letters, &wrong).await.is(200).shows("请填写一个邮件地址").shows("天数应为 1 到 180");
        let mut xian = world.visitor("xian").await;
        xian.post(&letters, &to).await.is(403);
        shi.post(&letters, &to).await.leads_to(&at);
        shi.get(&at).await.shows("wz@qinghe.example").shows("等待发送");
        run(&world).await;
        shi.get(&at).await.shows("邮件服务器已接收").lacks("/public/tickets/");
        let mail = server.mails().remove(0);
        assert_eq!(mail.to, ["wz@qinghe.example"]);
        assert!(
            mail.body().contains("青禾县政府网：死链")
                && mail.body().contains("整改期限")
                && mail.body().contains("发出单位：北山市政府")
                && !mail.body().contains("监管员"),
            "{}",
            mail.body()
        );

        // Opening it does nothing: mail filters open every link.
        let link = link(&server);
        let mut unit = world.stranger();
        let page = unit.get(&link).await;
        page.is(200).shows("待签收").shows("gone.html").shows("签收</button>").lacks("shi").lacks("机器复查");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
        shi.get(&at).await.shows("待签收");
        for what in ["close", "recheck", "transfer", "call-off", "uphold"] {
            by_link(&mut unit, &link, what, "x").await.is(403);
        }
        by_link(&mut unit, &link, "receive", "").await.leads_to(&link);
        by_link(&mut unit, &link, "fix", "").await.is(200).shows("说明");
        let proof = [("deed", "fix"), ("words", "链接已撤下")];
        unit.upload(&link, "截图.png", b"\x89PNG", &proof).await.leads_to(&link);
        unit.get(&link).await.shows("附件：截图.png").shows("等待发出单位复查");
        shi.get(&at).await.shows("待复查").shows("邮件链接（wz@qinghe.example）").shows("截图.png");

        // It is not mended: the mail says so, and so does the clock.
        deed(&mut shi, &at, "return", "还打得开").await.leads_to(&at);
        run(&world).await;
        let told = |number: usize| server.mails()[number].body();
        assert_eq!(server.mails().len(), 2, "returned");
        assert!(told(1).contains(&link), "the same link is good");
        world.clock.turn(TimeDelta::days(25));
        tick(&world.console.cx).await.unwrap();
        remind::beat(&world.console.cx).await.unwrap();
        run(&world).await;
        let all = server.mails();
        assert!(all.len() > 2 && all.iter().all(|mail| mail.to == ["wz@qinghe.example"]), "{all:?}");

        // It ends by its day, or when the issuer says so.
        unit.get(&link).await.is(200).shows("整改中");
        world.clock.turn(TimeDelta::days(6));
        unit.get(&link).await.is(404).shows("链接已经到期或停用");
        by_link(&mut unit, &link, "fix", "晚了").await.is(404);
        let mut shi = world.visitor("shi").await;
        shi.post(&letters, &[("address", "wz@qinghe.example")]).await.leads_to(&at);
        run(&world).await;
        let link = self::link(&server);
        unit.get(&link).await.is(200);
        let page = shi.get(&at).await.text;
        let id = page.split("/letters/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        shi.post(&format!("{letters}/{id}/withdraw"), &[]).await.leads_to(&at);
        shi.post(&format!("{letters}/{id}/withdraw"), &[]).await.is(422).shows("已经停用");
        unit.get(&link).await.is(404).shows("停用");

        // What another unit is to mend is not this one's to answer.
        shi.post(&letters, &[("address", "wz@qinghe.example")]).await.leads_to(&at);
        run(&world).await;
        let link = self::link(&server);
        unit.get(&link).await.is(200);
        let bureau = world.unit(&place.county, "教育局", UnitLevel::Department).await.id.to_string();
        let form = [("deed", "transfer"), ("words", "归口办理"), ("unit", bureau.as_str())];
        shi.upload(&at, "", b"", &form).await.leads_to("/tickets");
        unit.get(&link).await.is(404).shows("停用");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_link_opens_nothing_and_guessing_is_slowed() {
    let world = World::with(None, public()).await;
    let place = place(&world).await;
    let server = MailServer::start().unwrap();
    mail_account(&world, server.port(), "none").await;
    let mut shi = world.visitor("shi").await;
    let at = issued(&mut shi, &place).await;
    server.behave(Manners::Answers(Step::To, "550 5.1.1 no such user"));
    shi.post(&format!("{at}/letters"), &[("address", "nobody@qinghe.example")]).await.leads_to(&at);
    run(&world).await;
    shi.get(&at).await.shows("没有发出").shows("no such user");
    server.behave(Manners::Takes);
    world.clock.turn(TimeDelta::minutes(1));
    run(&world).await;
    let link = link(&server);
    let word = link.rsplit('/').next().unwrap();
    let (letter, rest) = word.split_once('-').unwrap();
    let (expires, seal) = rest.split_once('-').unwrap();
    let mut unit = world.stranger();
    for wrong in [
        format!("{letter}-9999999999-{seal}"),
        format!("99-{expires}-{seal}"),
        format!("{letter}-{expires}-"),
        format!("{letter}-{expires}-{}", "A".repeat(43)),
        "x".repeat(3_000),
        "%00%ff".to_owned(),
    ] {
        let answer = unit.get(&format!("/public/tickets/{wrong}")).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{wrong}: {}", answer.status);
    }
    unit.get(&link).await.is(200);
    let mut last = 0;
    for n in 0..200 {
        last = unit.get(&format!("/public/tickets/{letter}-{expires}-{n}")).await.status.as_u16();
    }
    assert_eq!(last, 429);
}
