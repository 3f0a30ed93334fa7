//! Logging in: password, code, lock-out, sessions that end. Clause N4.7.

use axum::http::Method;
use chrono::TimeDelta;
use ledger::identity::commands::start;
use ledger::identity::model::Role;

use super::world::{PASSWORD, World, on_both};

#[tokio::test]
async fn a_person_logs_in_and_out() {
    on_both(async |world| {
        world.person(world.root.id, "wang", Role::Leader).await;
        let mut wang = world.stranger();
        wang.get("/account").await.leads_to("/login?next=%2Faccount");
        wang.get("/login?next=%2Faccount").await.is(200).shows("value=\"&#x2f;account\"");
        let form = [("login", "wang"), ("password", PASSWORD), ("next", "/account")];
        wang.post("/login", &form).await.leads_to("/account");
        wang.get("/account").await.is(200).shows("领导wang").shows("本机");
        wang.post("/logout", &[]).await.leads_to("/login");
        wang.get("/account").await.is(303);
    })
    .await;
}

#[tokio::test]
async fn wrong_name_password_and_code_are_answered_alike() {
    let world = World::new(None).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let code = world.code("jian");
    let mut answers = Vec::new();
    for (login, password, code) in [
        ("nobody", PASSWORD, ""),
        ("jian", "wrong", code.as_str()),
        ("jian", PASSWORD, "000000"),
        ("jian", PASSWORD, ""),
    ] {
        let form = [("login", login), ("password", password), ("code", code)];
        let answer = world.stranger().post("/login", &form).await;
        answer.is(422);
        answers.push(answer.text.replace(&format!("value=\"{login}\""), ""));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let form = [("login", "jian"), ("password", PASSWORD), ("code", code.as_str())];
    world.stranger().post("/login", &form).await.is(303);
    world.stranger().post("/login", &form).await.is(422);
}

#[tokio::test]
async fn the_sixth_try_finds_the_account_locked_even_with_the_right_password() {
    on_both(async |world| {
        world.person(world.root.id, "wang", Role::Leader).await;
        for _ in 0..5 {
            world
                .stranger()
                .post("/login", &[("login", "wang"), ("password", "x")])
                .await
                .is(422)
                .shows("不对");
        }
        let right = [("login", "wang"), ("password", PASSWORD)];
        world.stranger().post("/login", &right).await.is(422).shows("已锁定");
        world.clock.turn(TimeDelta::minutes(16));
        world.stranger().post("/login", &right).await.is(303);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_the_end_of_the_day() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let mut wang = world.visitor("wang").await;
    for _ in 0..24 {
        world.clock.turn(TimeDelta::minutes(29));
        wang.get("/account").await.is(200);
    }
    world.clock.turn(TimeDelta::minutes(29));
    wang.get("/account").await.is(303);
    let mut wang = world.visitor("wang").await;
    world.clock.turn(TimeDelta::minutes(31));
    wang.get("/account").await.is(303);
}

#[tokio::test]
async fn what_ended_a_week_ago_is_removed_and_live_sessions_stay() {
    on_both(async |world| {
        world.person(world.root.id, "wang", Role::Leader).await;
        world.visitor("wang").await;
        world.clock.turn(TimeDelta::days(8));
        let mut live = world.visitor("wang").await;
        use sea_orm::{EntityTrait as _, PaginatorTrait as _};
        let number = async || {
            let all = ledger::identity::entity::session::Entity::find();
            all.count(world.console.cx.db.read()).await.unwrap()
        };
        assert_eq!(number().await, 2);
        world.console.tidy().await.unwrap();
        assert_eq!(number().await, 1);
        live.get("/account").await.is(200);
    })
    .await;
}

#[tokio::test]
async fn other_devices_are_listed_and_thrown_out() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let (mut here, mut there) = (world.visitor("wang").await, world.visitor("wang").await);
    here.get("/account").await.shows("退出其他设备");
    here.post("/account/sessions/end", &[]).await.leads_to("/account");
    here.get("/account").await.shows("已退出 1 台设备").lacks("退出其他设备");
    there.get("/account").await.is(303);
}

#[tokio::test]
async fn a_forged_or_stored_secret_opens_nothing() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let wang = world.visitor("wang").await;
    let digest = platform::Secret::sent(wang.secret().unwrap()).unwrap().digest().to_string();
    for forged in [digest.as_str(), "", "x", &"A".repeat(43), "' or 1=1 --"] {
        let mut stranger = world.stranger();
        stranger.set_cookie("xunwang", forged);
        stranger.get("/account").await.is(303);
    }
}

#[tokio::test]
async fn a_first_start_makes_three_administrators_who_must_set_their_password_and_phone() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(None).await;
    drop(world);
    let place = platform::db::Place::of(None, folder.path()).unwrap();
    let clock = std::sync::Arc::new(platform::clock::SystemClock);
    let settings = ledger::cx::Settings { https: false, second_factor: true, ..Default::default() };
    let manners = super::world::manners();
    let console =
        xunwang::console::Console::open(folder.path(), &place, settings, clock, manners).await.unwrap();
    let logins = start::first_start(&console.cx.db, console.cx.now()).await.unwrap();
    assert_eq!(logins.len(), 3);
    assert!(start::first_start(&console.cx.db, console.cx.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_owes_a_password_or_a_phone_pays_first() {
    let world = World::new(None).await;
    world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
    let mut aq = world.visitor("aq").await;
    let root = world.root.id.to_string();
    let form = [("unit", root.as_str()), ("login", "xin"), ("name", "新人"), ("roles", "supervisor")];
    let page = aq.post("/people/new", &form).await;
    page.is(200).shows("只显示这一次");
    let first =
        page.text.split("id=\"first-password\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let mut xin = world.stranger();
    xin.post("/login", &[("login", "xin"), ("password", &first)]).await.is(303);
    xin.get("/").await.is(200).shows("完成账号设置");
    let new = "Xiangjiang-River-9";
    xin.post("/account/password", &[("old", "wrong"), ("new", "short"), ("again", "x")])
        .await
        .is(200)
        .shows("现在的密码不对")
        .shows("密码太短")
        .shows("不一样");
    xin.post("/account/password", &[("old", &first), ("new", new), ("again", new)]).await.leads_to("/");
    let page = xin.get("/account/phone").await;
    page.is(200).shows("<svg").shows("第二重验证");
    let secret =
        page.text.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    xin.post("/account/phone", &[("secret", &secret), ("code", "000000")]).await.is(200).shows("动态码不对");
    let bytes: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap()).collect();
    use platform::clock::Clock as _;
    let code = platform::totp::code(&bytes, world.clock.now().timestamp() as u64).unwrap();
    xin.post("/account/phone", &[("secret", &secret), ("code", &code)]).await.leads_to("/");
    xin.get("/").await.is(200).lacks("完成账号设置");
}

#[tokio::test]
async fn huge_and_broken_forms_are_refused_and_nothing_breaks() {
    let world = World::new(None).await;
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let mut stranger = world.stranger();
    let huge = format!("login={}", "x".repeat(21 << 20)).into_bytes();
    stranger.ask(Method::POST, "/login", huge, &kind).await.is(413);
    for broken in [&b"login=%ff%fe&password=%"[..], b"login", b"\xff\xfe=1", b"login=a&login=b"] {
        let answer = stranger.ask(Method::POST, "/login", broken.to_vec(), &kind).await;
        assert!(answer.status.is_client_error(), "{broken:?}: {}", answer.status);
    }
    stranger
        .post("/login", &[("login", &"长".repeat(5_000)), ("password", &"x".repeat(5_000))])
        .await
        .is(422);
    stranger.get("/healthz").await.is(200);
}
