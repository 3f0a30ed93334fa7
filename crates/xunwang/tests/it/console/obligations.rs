//! Obligations: ordered, reported, judged; the clock with reminders and cards; pauses, extensions, a calendar put right
//! afterwards; who may do what. Clauses N1.2, N2.8, N5.3.

use chrono::{DateTime, TimeDelta, Utc};
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use ledger::obligation::commands::recount::recount_all;
use ledger::obligation::commands::tick;
use platform::clock::Clock as _;
use supervision::remind;

use super::world::{Answer, Visitor, World, on_both};

/// A town with somebody who answers for it, and the supervisor above.
async fn town(world: &World) -> unit::Model {
    let town = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    world.person(town.id, "qing", Role::SiteOperator).await;
    town
}

async fn order(jian: &mut Visitor, unit: &unit::Model, title: &str, days: &str) -> String {
    let unit = unit.id.to_string();
    let form = [("title", title), ("unit", &unit), ("limit", days), ("clause", "N5.3")];
    let answer = jian.post("/obligations/new", &form).await;
    answer.is(303);
    answer.location
}

async fn deed(visitor: &mut Visitor, at: &str, deed: &str, words: &str) -> Answer {
    visitor.upload(at, "", b"", &[("deed", deed), ("words", words)]).await
}

/// Turns the clock to a moment in Beijing.
fn turn_to(world: &World, text: &str) {
    let at: DateTime<Utc> = DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap().to_utc();
    let by = at - world.clock.now();
    assert!(by >= TimeDelta::zero(), "{text} is past");
    world.clock.turn(by);
}

async fn marks(world: &World) -> usize {
    tick(&world.console.cx).await.unwrap()
}

#[tokio::test]
async fn an_order_is_reminded_of_carded_reported_and_judged() {
    on_both(async |world| {
        let town = town(&world).await;
        let mut jian = world.visitor("jian").await;
        // It is Friday, 29 May 2026, in Beijing.
        let at = order(&mut jian, &town, "补齐责任人登记", "5").await;
        jian.get(&at).await.is(200).shows("2026-06-05 周五 24 时").shows("第 5 个工作日").shows("还有 7 天");
        jian.get("/obligations").await.shows("补齐责任人登记").shows("青禾县政府");
        assert_eq!(marks(&world).await, 0);
        turn_to(&world, "2026-06-04T07:59:59");
        assert_eq!(marks(&world).await, 0);
        turn_to(&world, "2026-06-04T08:00:00");
        assert_eq!((marks(&world).await, marks(&world).await), (1, 0));
        turn_to(&world, "2026-06-05T23:59:59");
        assert_eq!(marks(&world).await, 0);
        turn_to(&world, "2026-06-06T00:00:00");
        assert_eq!((marks(&world).await, marks(&world).await), (1, 0));
        let mut qing = world.visitor("qing").await;
        qing.get("/cards").await.is(200).shows("黄牌").shows("2026-06-06 00:00").shows("补齐责任人登记");
        qing.get(&at).await.shows("超期 1 天").lacks("验收通过</button>");
        deed(&mut qing, &at, "accept", "好了").await.is(403).shows("只有交办单位");
        deed(&mut qing, &at, "report", "").await.is(200).shows("说明");
        let sent =
            qing.upload(&at, "证明.pdf", b"%PDF-1.7 x", &[("deed", "report"), ("words", "已补齐")]).await;
        sent.leads_to(&at);
        let page = qing.get(&at).await;
        page.shows("待验收").shows("证明.pdf");
        let file =
            page.text.split("/obligation-events/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let kept = qing.get(&format!("/obligation-events/{file}")).await;
        assert_eq!(kept.bytes, b"%PDF-1.7 x");
        assert!(kept.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        // What is reported is not carded while it is judged, and goes on where it was when it is sent back.
        turn_to(&world, "2026-06-20T09:00:00");
        assert_eq!(marks(&world).await, 0);
        let mut jian = world.visitor("jian").await;
        deed(&mut jian, &at, "send-back", "没有写电话").await.leads_to(&at);
        // The two weeks of judging do not count: five working days from Monday, 22 June.
        assert_eq!(marks(&world).await, 0);
        jian.get(&at).await.shows("等待验收").shows("2026-06-27 00:00");
        turn_to(&world, "2026-06-27T00:00:00");
        assert_eq!(marks(&world).await, 1);
        let mut jian = world.visitor("jian").await;
        jian.get("/cards?card=red").await.shows("2026-06-27 00:00");
        let mut qing = world.visitor("qing").await;
        deed(&mut qing, &at, "report", "补了电话").await.leads_to(&at);
        deed(&mut qing, &at, "report", "再报一次").await.is(422).shows("已经报告办结");
        let mut jian = world.visitor("jian").await;
        deed(&mut jian, &at, "accept", "").await.leads_to(&at);
        jian.get(&at).await.shows("已办结").shows("超期办结").lacks("<h2 class=\"card-title\">办理</h2>");
        deed(&mut jian, &at, "call-off", "不要了").await.is(422).shows("已经办结或撤销");
        jian.get("/obligations").await.shows("没有要办的事项").lacks("补齐责任人登记");
        jian.get("/obligations?state=met").await.shows("补齐责任人登记");
        jian.get("/obligations.csv?state=met").await.is(200).shows("红牌").shows("2026-06-05");
        jian.get("/cards.xlsx").await.is(200);
    })
    .await;
}

#[tokio::test]
async fn no_mark_is_lost_or_made_twice_by_a_long_stop_or_two_clocks() {
    on_both(async |world| {
        let town = town(&world).await;
        let mut jian = world.visitor("jian").await;
        for n in 0..30 {
            order(&mut jian, &town, &format!("事项{n}"), &(n % 6).to_string()).await;
        }
        turn_to(&world, "2026-08-01T00:00:00");
        let (one, two) = tokio::join!(tick(&world.console.cx), tick(&world.console.cx));
        // Of those with two days and more each mark, of the others the cards.
        assert_eq!(one.unwrap() + two.unwrap(), 20 * 3 + 10 * 2);
        assert_eq!(marks(&world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_clock_stands_still_in_a_pause_and_an_extension_moves_the_end() {
    on_both(async |world| {
        let town = town(&world).await;
        let mut jian = world.visitor("jian").await;
        let at = order(&mut jian, &town, "整改首页", "5").await;
        turn_to(&world, "2026-06-02T10:00:00");
        let mut jian = world.visitor("jian").await;
        deed(&mut jian, &at, "resume", "").await.is(422).shows("没有暂停");
        deed(&mut jian, &at, "pause", "等待机房迁移").await.leads_to(&at);
        jian.get(&at).await.shows("恢复计时后确定").shows("等待机房迁移");
        turn_to(&world, "2026-07-01T10:00:00");
        assert_eq!(marks(&world).await, 0);
        let mut jian = world.visitor("jian").await;
        deed(&mut jian, &at, "pause", "再停").await.is(422).shows("已经暂停");
        deed(&mut jian, &at, "resume", "").await.leads_to(&at);
        // One day had counted before, 1 June; four more from 2 July: 2, 3, 6, 7 July.
        jian.get(&at).await.shows("2026-07-07 周二 24 时").shows("暂停，不计");
        let mut qing = world.visitor("qing").await;
        let ask = [("deed", "ask-extension"), ("words", "等待设备到货"), ("days", "200")];
        qing.upload(&at, "", b"", &ask).await.is(200).shows("1 到 90");
        let ask = [("deed", "ask-extension"), ("words", "等待设备到货"), ("days", "3")];
        qing.upload(&at, "", b"", &ask).await.leads_to(&at);
        qing.upload(&at, "", b"", &ask).await.is(422).shows("等待决定");
        deed(&mut qing, &at, "grant-extension", "").await.is(403);
        let mut jian = world.visitor("jian").await;
        jian.get(&at).await.shows("申请延期 3 天：等待设备到货");
        deed(&mut jian, &at, "grant-extension", "").await.leads_to(&at);
        jian.get(&at).await.shows("2026-07-10 周五 24 时").shows("<dd class=\"col-8\">3 天</dd>");
        deed(&mut jian, &at, "grant-extension", "").await.is(422).shows("没有等待决定的延期申请");
        turn_to(&world, "2026-07-11T00:00:00");
        assert_eq!(marks(&world).await, 2);
        let mut qing = world.visitor("qing").await;
        qing.upload(&at, "", b"", &ask).await.is(422).shows("已经超期");
    })
    .await;
}

#[tokio::test]
async fn a_calendar_put_right_afterwards_moves_the_end_and_takes_cards_back() {
    on_both(async |world| {
        let town = town(&world).await;
        world.person(world.root.id, "xi", Role::SystemAdministrator).await;
        let mut jian = world.visitor("jian").await;
        let at = order(&mut jian, &town, "上报自查", "5").await;
        turn_to(&world, "2026-06-06T09:00:00");
        assert_eq!(marks(&world).await, 2);
        let mut xi = world.visitor("xi").await;
        for day in ["2026-06-04", "2026-06-05"] {
            let form = [("day", day), ("kind", "off"), ("name", "临时放假")];
            xi.post("/calendar/days", &form).await.is(303);
        }
        world.console.runner.run_due().await.unwrap();
        let mut jian = world.visitor("jian").await;
        let page = jian.get(&at).await;
        page.shows("2026-06-09 周二 24 时").shows("截止日由 2026-06-05 改为 2026-06-09");
        page.shows("已撤回：工作日历有变更");
        jian.get("/cards").await.shows("黄牌（撤回）");
        // Counted again it stays; the card comes when its time does.
        assert_eq!(recount_all(&world.console.cx).await.unwrap(), 0);
        assert_eq!(marks(&world).await, 0);
        turn_to(&world, "2026-06-10T00:00:00");
        assert_eq!(marks(&world).await, 2);
    })
    .await;
}

#[tokio::test]
async fn marks_are_told_as_alerts_that_end_with_the_thing() {
    on_both(async |world| {
        let town = town(&world).await;
        let mut jian = world.visitor("jian").await;
        let at = order(&mut jian, &town, "补齐责任人登记", "5").await;
        turn_to(&world, "2026-06-06T00:00:00");
        assert_eq!(remind::beat(&world.console.cx).await.unwrap(), 2);
        assert_eq!(remind::beat(&world.console.cx).await.unwrap(), 0);
        let mut qing = world.visitor("qing").await;
        qing.get("/alerts").await.shows("黄牌：“补齐责任人登记”已于 2026-06-05 截止");
        turn_to(&world, "2026-06-13T00:00:00");
        assert_eq!(remind::beat(&world.console.cx).await.unwrap(), 1);
        let mut qing = world.visitor("qing").await;
        qing.get("/alerts").await.shows("红牌：“补齐责任人登记”").lacks("黄牌：").lacks("报上级");
        // The unit above is told by a message of its own.
        let mut jian = world.visitor("jian").await;
        jian.get("/alerts").await.shows("报上级：").shows("被亮红牌");
        deed(&mut qing, &at, "report", "已补齐").await.leads_to(&at);
        remind::beat(&world.console.cx).await.unwrap();
        qing.get("/alerts?state=open").await.lacks("补齐责任人登记");
        let mut jian = world.visitor("jian").await;
        jian.get("/alerts?state=open").await.lacks("补齐责任人登记");
    })
    .await;
}

#[tokio::test]
async fn what_was_told_of_a_card_that_is_taken_back_ends_and_what_stands_is_told_again() {
    on_both(async |world| {
        let town = town(&world).await;
        world.person(world.root.id, "xi", Role::SystemAdministrator).await;
        let mut jian = world.visitor("jian").await;
        order(&mut jian, &town, "补齐责任人登记", "5").await;
        turn_to(&world, "2026-06-13T00:00:00");
        remind::beat(&world.console.cx).await.unwrap();
        let mut jian = world.visitor("jian").await;
        jian.get("/alerts?state=open").await.shows("报上级：").shows("红牌：“补齐责任人登记”");
        // Three days of the week after the end turn out to be holidays: it is not five working days late yet.
        let mut xi = world.visitor("xi").await;
        for day in ["2026-06-08", "2026-06-09", "2026-06-10"] {
            let form = [("day", day), ("kind", "off"), ("name", "临时放假")];
            xi.post("/calendar/days", &form).await.is(303);
        }
        world.console.runner.run_due().await.unwrap();
        remind::beat(&world.console.cx).await.unwrap();
        remind::beat(&world.console.cx).await.unwrap();
        let mut jian = world.visitor("jian").await;
        let open = jian.get("/alerts?state=open").await;
        open.lacks("报上级：").lacks("红牌：“补齐责任人登记”").shows("黄牌：“补齐责任人登记”");
    })
    .await;
}

#[tokio::test]
async fn a_report_in_the_minute_after_the_end_is_late() {
    let world = World::new(None).await;
    let town = town(&world).await;
    let mut jian = world.visitor("jian").await;
    let at = order(&mut jian, &town, "补齐责任人登记", "5").await;
    turn_to(&world, "2026-06-06T00:00:01");
    let mut qing = world.visitor("qing").await;
    deed(&mut qing, &at, "report", "已补齐").await.leads_to(&at);
    qing.get("/cards").await.shows("黄牌").shows("2026-06-06 00:00");
}

#[tokio::test]
async fn terms_hold_from_their_day_on_and_are_set_from_above() {
    on_both(async |world| {
        let town = town(&world).await;
        world.person(town.id, "qingjian", Role::Supervisor).await;
        let mut jian = world.visitor("jian").await;
        let before = order(&mut jian, &town, "先交办的", "").await;
        let form = |from: &'static str| {
            [
                ("kind", "order"),
                ("from", from),
                ("limit", "10"),
                ("span", "calendar-moved"),
                ("remind", "2"),
                ("yellow", "0"),
                ("red", "7"),
                ("basis", "试〔2026〕1号"),
            ]
        };
        jian.post("/obligation-terms", &form("2026-05-28")).await.is(200).shows("不能早于今天");
        jian.post("/obligation-terms", &form("2026-06-01")).await.leads_to("/obligation-terms");
        jian.get("/obligation-terms").await.shows("尚未施行").shows("试〔2026〕1号");
        let mut qingjian = world.visitor("qingjian").await;
        qingjian.get("/obligation-terms").await.is(200).lacks("<h2 class=\"card-title\">设定</h2>");
        qingjian.post("/obligation-terms", &form("2026-06-01")).await.is(403);
        turn_to(&world, "2026-06-09T09:00:00");
        let mut jian = world.visitor("jian").await;
        let after = order(&mut jian, &town, "后交办的", "").await;
        // Ten days of the calendar end on Friday, 19 June, the Dragon Boat Festival.
        jian.get(&after).await.shows("2026-06-22 周一 24 时").shows("顺延到这一天");
        jian.get(&before).await.shows("2026-06-05 周五 24 时");
    })
    .await;
}

#[tokio::test]
async fn only_those_above_order_and_foreign_units_find_nothing() {
    let world = World::new(None).await;
    let town = town(&world).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    world.person(south.id, "nan", Role::Supervisor).await;
    world.person(town.id, "qingjian", Role::Supervisor).await;
    let mut jian = world.visitor("jian").await;
    let at = order(&mut jian, &town, "补齐责任人登记", "5").await;
    jian.upload(&at, "a.txt", b"x", &[("deed", "pause"), ("words", "等一等")]).await.leads_to(&at);
    let mut nan = world.visitor("nan").await;
    nan.get("/obligations").await.lacks("补齐责任人登记");
    nan.get(&at).await.is(404);
    nan.get("/obligation-events/2/file").await.is(404);
    deed(&mut nan, &at, "call-off", "不要了").await.is(404);
    let unit = town.id.to_string();
    let form = [("title", "越权"), ("unit", unit.as_str())];
    nan.post("/obligations/new", &form).await.is(200).shows("管辖范围内的责任单位");
    // A supervisor of the unit that owes is not above it, and judges what he ordered himself.
    let mut qingjian = world.visitor("qingjian").await;
    deed(&mut qingjian, &at, "call-off", "不要了").await.is(403);
    let own = order(&mut qingjian, &town, "自己的事", "3").await;
    deed(&mut qingjian, &own, "call-off", "不要了").await.leads_to(&own);
    for wrong in ["", "nonsense", "reported"] {
        deed(&mut qingjian, &own, wrong, "x").await.is(422).shows("请选择要做的操作");
    }
    let mut jian = world.visitor("jian").await;
    let bad = [("title", ""), ("unit", "999"), ("limit", "-1"), ("site", "没有的网站")];
    let page = jian.post("/obligations/new", &bad).await;
    page.is(200).shows("管辖范围内的责任单位").shows("天数应为").shows("没有保存");
}

#[tokio::test]
async fn a_calendar_program_reads_what_its_person_owes_and_nothing_else() {
    let world = World::new(None).await;
    let town = town(&world).await;
    let mut jian = world.visitor("jian").await;
    order(&mut jian, &town, "补齐,责任人;登记", "5").await;
    let mut qing = world.visitor("qing").await;
    let made = qing.post("/obligation-feed", &[]).await;
    let address = |answer: &Answer| {
        let text = answer.text.split("id=\"address\">").nth(1).unwrap().split('<').next().unwrap();
        text.replace("&#x2f;", "/")
    };
    let first = address(made.is(200));
    let mut program = world.stranger();
    let calendar = program.get(&first).await;
    calendar.is(200).shows("BEGIN:VCALENDAR\r\n").shows("DTSTART;VALUE=DATE:20260605\r\n");
    calendar.shows("SUMMARY:督办事项：补齐\\,责任人\\;登记\r\n");
    assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    // The supervisor's own feed holds what his unit owes, not what he sees.
    let made = jian.post("/obligation-feed", &[]).await;
    program.get(&address(made.is(200))).await.is(200).lacks("VEVENT");
    let second = address(&qing.post("/obligation-feed", &[]).await);
    program.get(&first).await.is(404);
    program.get(&second).await.is(200).shows("VEVENT");
    program.get("/feeds/x/obligations.ics").await.is(404);
}

#[test]
fn every_deed_of_obligations_and_tickets_has_a_name_in_the_audit_log() {
    use sea_orm::{ActiveEnum as _, Iterable as _};
    let named = |action: String| {
        let name = ledger::identity::web::deed_name(&action);
        assert!(name.is_some(), "{action}");
    };
    use ledger::obligation::commands::handle::Deed as Owed;
    use supervision::rectification::commands::handle::Deed as Ticket;
    Owed::ALL.into_iter().for_each(|deed| named(format!("obligation.{}", deed.event().to_value())));
    Ticket::ALL.into_iter().for_each(|deed| named(format!("ticket.{}", deed.event().to_value())));
    assert!(supervision::rectification::model::Event::iter().count() > 10);
    for action in ["obligation.opened", "obligation.terms", "ticket.issued", "feed.made"] {
        named(action.to_owned());
    }
}

#[tokio::test]
async fn what_fails_beside_the_clock_does_not_stop_it() {
    let world = World::new(None).await;
    let town = town(&world).await;
    let mut jian = world.visitor("jian").await;
    let at = order(&mut jian, &town, "补齐责任人登记", "5").await;
    let db = rusqlite::Connection::open(world.data().join("xunwang.db")).unwrap();
    db.execute_batch("alter table reading_roster rename to away").unwrap();
    turn_to(&world, "2026-06-06T00:00:00");
    let failed = supervision::remind::beat(&world.console.cx).await;
    assert!(failed.is_err(), "what failed is told");
    world.visitor("qing").await.get(&at).await.shows("黄牌");
    world.visitor("jian").await.get("/alerts").await.shows("黄牌：“补齐责任人登记”");
}
