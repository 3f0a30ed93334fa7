//! Each fault of a provider, of the network and of a browser: told, written down, and nobody is in. Clause N4.7.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ledger::identity::model::Role;
use ledger::identity::oidc::Limits;
use ledger::identity::oidc::entity::login_flow;
use ledger::identity::oidc::{model, store};
use platform::clock::Clock as _;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, Set};
use testkit::provider::Fault;

use super::super::world::{PASSWORD, World, on_both};
use super::{account, audited, come, of, provider, way_back, with};

#[tokio::test]
async fn an_id_token_that_does_not_hold_opens_nothing() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    let faults = [
        (Fault::WrongNonce, "不是这一次登录的"),
        (Fault::NoNonce, "不是这一次登录的"),
        (Fault::WrongAudience, "不是发给本系统的"),
        (Fault::TwoAudiences, "不是发给本系统的"),
        (Fault::WrongParty, "不是发给本系统的"),
        (Fault::Expired, "已过期"),
        (Fault::Early, "时间不对"),
        (Fault::Old, "时间不对"),
        (Fault::ForeignIssuer, "签发者不是"),
        (Fault::BadSignature, "签名不对"),
        (Fault::Tampered, "签名不对"),
        (Fault::AlgNone, "签名算法不可接受"),
        (Fault::Hmac, "签名算法不可接受"),
        (Fault::UnknownKey, "找不到签名所用的密钥"),
        (Fault::WrongAccessHash, "与访问令牌不相符"),
        (Fault::NoIdToken, "格式看不懂"),
        (Fault::RefusesClient, "没有给出凭证（invalid_client"),
        (Fault::OtherAnswer, "签发者不是"),
    ];
    for (fault, words) in faults {
        provider.fault(fault);
        let mut visitor = world.stranger();
        let answer = come(&world, &provider, &mut visitor).await;
        assert_eq!(answer.status, 502, "{fault:?}: {}", answer.text);
        answer.shows(words).shows("再登录一次");
        assert_eq!(visitor.secret(), None, "{fault:?}");
        world.clock.turn(TimeDelta::seconds(30));
    }
    let refused = audited(&world, "login.provider_refused").await;
    assert_eq!(refused.len(), faults.len());
    for ((_, words), (_, _, detail)) in faults.iter().zip(&refused) {
        assert!(detail.contains(words), "{detail}");
    }
    assert!(audited(&world, "login.bound").await.is_empty());
    provider.fault(Fault::Declines);
    come(&world, &provider, &mut world.stranger()).await.is(403).shows("没有让您登录：no right");
    provider.fault(Fault::None);
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_a_made_up_one_does_not_make_us_ask_without_end() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/jwks"), 1);
    world.clock.turn(TimeDelta::seconds(30));
    provider.rotate();
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/jwks"), 2);
    world.clock.turn(TimeDelta::seconds(30));
    provider.rotate_to_rsa();
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/jwks"), 3);
    provider.fault(Fault::UnknownKey);
    for _ in 0..5 {
        come(&world, &provider, &mut world.stranger()).await.is(502);
    }
    assert_eq!(provider.asked("/jwks"), 3, "asked at most every few seconds");
    provider.fault(Fault::None);
    world.clock.turn(TimeDelta::minutes(61));
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/jwks"), 4, "asked again after an hour");
}

#[tokio::test]
async fn a_way_back_is_good_once_in_one_browser_for_some_minutes() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    let stale = "已过期、已经用过";

    // In another browser, and thereafter in its own: whoever shows it uses it up.
    let mut him = world.stranger();
    let back = way_back(&provider, &mut him, "/login/oidc").await;
    world.stranger().get(&back).await.is(422).shows(stale);
    him.get(&back).await.is(422).shows(stale);

    // Once more, by the same browser with its old cookie.
    let mut him = world.stranger();
    let back = way_back(&provider, &mut him, "/login/oidc").await;
    let mut copy = him.clone();
    him.get(&back).await.leads_to("/");
    copy.get(&back).await.is(422).shows(stale);
    him.get(&back).await.leads_to("/");

    // A code that was used, in a login of its own.
    let used = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut other = world.stranger();
    let fresh = way_back(&provider, &mut other, "/login/oidc").await;
    let code = fresh.split("code=").nth(1).unwrap().split('&').next().unwrap();
    other.get(&fresh.replace(code, &used)).await.is(502).shows("invalid_grant");

    // Too late, made up, empty.
    let mut late = world.stranger();
    let back = way_back(&provider, &mut late, "/login/oidc").await;
    world.clock.turn(TimeDelta::minutes(11));
    late.get(&back).await.is(422).shows(stale);
    for path in [
        "/login/oidc/back",
        "/login/oidc/back?state=x&code=y",
        &format!("/login/oidc/back?state={}&code=y", "A".repeat(43)),
    ] {
        world.stranger().get(path).await.is(422).shows(stale);
    }
    assert_eq!(audited(&world, "login.provider").await.len(), 1);
}

#[tokio::test]
async fn a_login_leads_to_no_other_site() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    for (next, want) in [
        ("/sites%3Fpage=2", "/sites?page=2"),
        ("https%3A%2F%2Fevil.example%2F", "/"),
        ("%2F%2Fevil.example", "/"),
        ("%2F%09%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        (&format!("%2F{}", "x".repeat(3_000)), "/"),
    ] {
        let mut him = world.stranger();
        let back = way_back(&provider, &mut him, &format!("/login/oidc?next={next}")).await;
        him.get(&back).await.leads_to(want);
        him.get("/login/oidc?next=%2Faccount").await.leads_to("/account");
    }
}

#[tokio::test]
async fn a_provider_that_is_wrong_or_away_leaves_the_password() {
    let mut provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    for (fault, status, words) in [
        (Fault::OtherName, 502, "other.example，与设置的地址不同"),
        (Fault::PlainEndpoints, 502, "不是 HTTPS"),
        (Fault::NotJson, 502, "看不懂"),
        (Fault::Redirects, 502, "看不懂（302"),
        (Fault::HugeDescription, 502, "超过 256 KB"),
    ] {
        provider.fault(fault);
        let answer = world.stranger().get("/login/oidc?next=%2Faccount").await;
        answer.is(status).shows(words).shows("name=\"password\"").shows("value=\"&#x2f;account\"");
        world.clock.turn(TimeDelta::hours(2));
    }
    provider.stop();
    world
        .stranger()
        .get("/login/oidc")
        .await
        .is(503)
        .shows("对方没有开放这个端口")
        .shows("name=\"password\"");
    world.stranger().post("/login", &[("login", "wang"), ("password", PASSWORD)]).await.is(303);
}

#[tokio::test]
async fn while_the_provider_is_away_what_it_said_of_itself_serves_for_a_day() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    provider.fault(Fault::NotJson);
    world.clock.turn(TimeDelta::hours(23));
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    world.clock.turn(TimeDelta::hours(2));
    world.stranger().get("/login/oidc").await.is(502);
    provider.fault(Fault::None);
    world.stranger().get("/login/oidc").await.is(502);
    world.clock.turn(TimeDelta::seconds(11));
    world.stranger().get("/login/oidc").await.is(303);
}

#[tokio::test]
async fn a_provider_that_says_nothing_or_too_much_is_left_in_time() {
    let provider = provider();
    let limits = Limits { patience: Duration::from_secs(1), longest: 64 << 10 };
    let world = World::with(None, with(ledger::identity::oidc::Settings { limits, ..of(&provider) })).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    provider.fault(Fault::HangsAtDescription);
    let began = Instant::now();
    world.stranger().get("/login/oidc").await.is(503).shows("没有答完").shows("name=\"password\"");
    // A queue of people does not wait one after the other.
    for _ in 0..50 {
        world.stranger().get("/login/oidc").await.is(503);
    }
    assert_eq!(provider.asked("/.well-known/openid-configuration"), 1);
    for (fault, status, words) in [
        (Fault::HangsAtToken, 503, "没有答完"),
        (Fault::HangsInToken, 503, "没有答完"),
        (Fault::HugeToken, 502, "超过 64 KB"),
    ] {
        provider.fault(Fault::None);
        world.clock.turn(TimeDelta::seconds(30));
        provider.set_now(world.clock.now().timestamp());
        let mut him = world.stranger();
        let back = way_back(&provider, &mut him, "/login/oidc").await;
        provider.fault(fault);
        him.get(&back).await.is(status).shows(words);
    }
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[tokio::test]
async fn logins_under_way_are_bounded_and_forgotten() {
    on_both(async |world| {
        let flow = |id: i64, minutes: i64| login_flow::ActiveModel {
            id: Set(id),
            state: Set(format!("state-{id}")),
            browser: Set(String::new()),
            issuer: Set(String::new()),
            nonce: Set(String::new()),
            verifier: Set(String::new()),
            next: Set("/".into()),
            ends_at: Set(world.clock.now() + TimeDelta::minutes(minutes)),
        };
        let left = async || login_flow::Entity::find().count(world.console.cx.db.read()).await.unwrap();
        let begin = async |flow: login_flow::ActiveModel| {
            let tx = world.console.cx.write().await.unwrap();
            store::add_flow(&tx, flow, world.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        begin(flow(1, 10)).await;
        begin(flow(2, 10)).await;
        begin(flow(model::MOST_FLOWS, 10)).await;
        assert_eq!(left().await, 3);
        begin(flow(model::MOST_FLOWS + 1, 10)).await;
        assert_eq!(left().await, 3, "one more pushes out the oldest");
        world.clock.turn(TimeDelta::minutes(11));
        world.console.tidy().await.unwrap();
        assert_eq!(left().await, 0);
    })
    .await;
}
