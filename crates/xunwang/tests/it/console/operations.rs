//! Background jobs and the calendar as their administrator keeps them; the audit log as a file. Clauses N2.8, N4.7.

use chrono::TimeDelta;
use ledger::identity::model::Role;
use platform::clock::Clock as _;
use platform::jobs::{self, Handlers, NewJob, Queue, Runner};

use super::world::{World, on_both};

/// Queues a job of a kind that always fails, and lets it fail until it is parked.
async fn park(world: &World) -> i64 {
    let now = world.clock.now();
    let tx = world.console.cx.write().await.unwrap();
    let args = serde_json::json!({ "n": "<b>" });
    let job = NewJob { kind: "fails", args, queue: Queue::Normal, run_at: now, unique_key: None };
    let id = jobs::enqueue(&tx, job, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut handlers = Handlers::default();
    handlers.add("fails", async |_| Err("对方没有应答".to_owned()));
    let runner = Runner::new(world.console.cx.db.clone(), world.clock.clone(), handlers);
    for _ in 0..jobs::MAX_ATTEMPTS {
        runner.run_due().await.unwrap();
        world.clock.turn(TimeDelta::hours(1));
    }
    id
}

#[tokio::test]
async fn a_parked_job_is_shown_first_and_revived_or_discarded() {
    on_both(async |world| {
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        world.person(world.root.id, "sj", Role::AuditAdministrator).await;
        let mut xt = world.visitor("xt").await;
        xt.get("/jobs").await.is(200).shows("还没有后台任务");
        let (first, second) = (park(&world).await, park(&world).await);
        let mut xt = world.visitor("xt").await;
        let page = xt.get("/jobs?state=parked").await;
        page.is(200).shows("对方没有应答").shows("8 &#x2f; 8").lacks("<b>").shows("已搁置");
        xt.get("/").await.shows("有 2 个后台任务搁置");
        xt.get("/jobs.csv?kind=fails").await.is(200).shows("对方没有应答").shows("任务,种类");
        xt.get("/jobs.xlsx").await.is(200);
        xt.post(&format!("/jobs/{first}/revive"), &[]).await.leads_to("/jobs");
        xt.post(&format!("/jobs/{first}/revive"), &[]).await.is(422).shows("已经不是搁置状态");
        xt.post(&format!("/jobs/{first}/discard"), &[]).await.is(422);
        xt.post(&format!("/jobs/{second}/discard"), &[]).await.leads_to("/jobs");
        xt.get("/jobs?state=parked").await.shows("没有符合条件的任务");
        xt.get("/jobs").await.shows("等待").lacks(&format!("/jobs/{second}/"));
        world.clock.turn(TimeDelta::minutes(15));
        xt.get("/jobs").await.shows("最早应当执行的任务已等了");
        let mut sj = world.visitor("sj").await;
        sj.get("/audit?q=%E4%BB%BB%E5%8A%A1").await.shows("删除搁置的任务").shows("重新执行任务");
        let csv = sj.get("/audit.csv?q=%E4%BB%BB%E5%8A%A1").await;
        csv.is(200).shows("删除搁置的任务").lacks("登录").shows("本行摘要");
        assert_eq!(csv.text.lines().count(), 3);
        sj.get("/audit.xlsx").await.is(200);
    })
    .await;
}

#[tokio::test]
async fn the_calendar_is_read_by_all_and_kept_by_one() {
    on_both(async |world| {
        world.person(world.root.id, "wang", Role::Leader).await;
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        let mut wang = world.visitor("wang").await;
        wang.get("/calendar?year=2026")
            .await
            .is(200)
            .shows("全年 248 个工作日")
            .shows("2026-10-10 周六 调休上班 国庆节")
            .lacks("登记一天");
        wang.get("/calendar.csv?year=2026").await.is(200).shows("2026-01-04,调休上班,元旦,周日");
        for odd in ["/calendar?year=abc", "/calendar?year=99999", "/calendar?year=1", "/calendar?year=2027"] {
            wang.get(odd).await.is(200);
        }
        wang.post("/calendar/days", &[("day", "2027-01-01")]).await.is(403);
        let mut xt = world.visitor("xt").await;
        // June 2026: the next year is not expected yet; from October on it is.
        xt.get("/").await.is(200).lacks("节假日安排");
        world.clock.turn(TimeDelta::days(150));
        world.person(world.root.id, "xt2", Role::SystemAdministrator).await;
        let mut xt = world.visitor("xt2").await;
        xt.get("/").await.shows("还没有 2027 年的节假日安排");
        xt.get("/calendar").await.shows("还没有 2027 年的节假日安排");
        xt.post("/calendar/days", &[("day", "2027-13-01"), ("kind", ""), ("name", "元<旦")])
            .await
            .is(200)
            .shows("请填写日期")
            .shows("请选择放假或调休上班")
            .shows("元&lt;旦");
        let monday = [("day", "2027-01-04"), ("kind", "work"), ("name", "元旦")];
        xt.post("/calendar/days", &monday).await.is(200).shows("本来就上班");
        let day = [("day", "2027-01-01"), ("kind", "off"), ("name", "元旦")];
        xt.post("/calendar/days", &day).await.leads_to("/calendar?year=2027");
        xt.get("/").await.lacks("节假日安排");
        xt.post("/calendar/days/remove", &[("day", "2027-01-01")]).await.leads_to("/calendar?year=2027");
        xt.post("/calendar/days/remove", &[("day", "2027-01-01")]).await.is(404);
    })
    .await;
}

#[tokio::test]
async fn a_year_is_imported_after_its_preview() {
    on_both(async |world| {
        world.person(world.root.id, "xt", Role::SystemAdministrator).await;
        let mut xt = world.visitor("xt").await;
        xt.get("/calendar-template.xlsx").await.is(200);
        let file = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-03,补班,元旦\n2027-02-30,放假,春节\n2026-01-01,放假,元旦\n2026-01-02,放假,新年\n";
        let answer = xt.upload("/calendar-imports/new", "2027.csv", file.as_bytes(), &[]).await;
        answer.is(303);
        let preview = answer.location;
        xt.get(&preview).await.is(200).shows("写入 3 天（1 行有错，不写入）").shows("第 4 行 A 列").shows("变更");
        xt.get("/calendar?year=2027").await.shows("还没有这一年的安排");
        xt.post(&preview, &[]).await.leads_to("/calendar");
        xt.post(&preview, &[]).await.is(422).shows("已经写入过了");
        xt.get("/calendar?year=2027").await.shows("2027-01-03 周日 调休上班 元旦");
        for (bytes, words) in
            [(&b"a,b\n1,2\n"[..], "没有找到表头"), (b"", "空"), ("日期,类型,名称\n".as_bytes(), "没有内容")]
        {
            let wrong = xt.upload("/calendar-imports/new", "x.csv", bytes, &[]).await;
            wrong.is(422).shows(words);
        }
        xt.upload("/calendar-imports/new", "", b"", &[]).await.is(422).shows("请先选择一个文件");
        world.person(world.root.id, "xt2", Role::SystemAdministrator).await;
        world.visitor("xt2").await.get(&preview).await.is(404);
    })
    .await;
}
