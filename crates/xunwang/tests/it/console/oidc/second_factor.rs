//! The phone's code after a login by the provider: asked for where one factor was shown, and only there. Clause N4.7.

use chrono::TimeDelta;
use ledger::identity::model::Role;
use testkit::provider::Account;

use super::super::world::{PASSWORD, World, on_both_with};
use super::{account, audited, come, of, provider, with};

#[tokio::test]
async fn one_factor_there_asks_for_the_phone_here() {
    let provider = provider();
    on_both_with(with(of(&provider)), async |world| {
        world.person(world.root.id, "jian", Role::Supervisor).await;
        provider.account(Account { amr: vec!["pwd"], ..account("sub-1", "jian") });
        let mut jian = world.stranger();
        come(&world, &provider, &mut jian).await.leads_to("/login/oidc/code");
        jian.get("/account").await.is(303);
        jian.get("/login/oidc/code").await.is(200).shows("还差一步");
        world.stranger().get("/login/oidc/code").await.is(422).shows("已过期");
        assert!(audited(&world, "login.bound").await.is_empty(), "a phone that does not fit binds nobody");
        jian.post("/login/oidc/code", &[("code", "000000")]).await.is(422).shows("动态码不对");
        let code = world.code("jian");
        world.stranger().post("/login/oidc/code", &[("code", &code)]).await.is(422).shows("已过期");
        jian.post("/login/oidc/code", &[("code", &code)]).await.leads_to("/");
        jian.get("/sites").await.is(200);
        assert_eq!(audited(&world, "login.bound").await.len(), 1);

        // Neither the code nor the login is good a second time, and a login does not wait for ever.
        let mut jian = world.stranger();
        come(&world, &provider, &mut jian).await.leads_to("/login/oidc/code");
        jian.post("/login/oidc/code", &[("code", &code)]).await.is(422).shows("只能用一次");
        world.clock.turn(TimeDelta::minutes(6));
        let code = world.code("jian");
        jian.post("/login/oidc/code", &[("code", &code)]).await.is(422).shows("已过期");
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_lock_as_wrong_passwords_do() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    provider.account(account("sub-1", "jian"));
    let mut jian = world.stranger();
    come(&world, &provider, &mut jian).await.leads_to("/login/oidc/code");
    for _ in 0..4 {
        jian.post("/login/oidc/code", &[("code", "000000")]).await.is(422).shows("动态码不对");
    }
    jian.post("/login/oidc/code", &[("code", "000000")]).await.is(403).shows("已锁定");
    let code = world.code("jian");
    jian.post("/login/oidc/code", &[("code", &code)]).await;
    let form = [("login", "jian"), ("password", PASSWORD), ("code", code.as_str())];
    world.stranger().post("/login", &form).await.is(422).shows("已锁定");
    come(&world, &provider, &mut world.stranger()).await.is(403).shows("已锁定");
}

#[tokio::test]
async fn several_factors_there_are_enough() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "jian", Role::Supervisor).await;
    let mut jian = world.stranger();
    provider.account(Account { amr: vec!["pwd", "otp"], ..account("sub-1", "jian") });
    come(&world, &provider, &mut jian).await.leads_to("/");
    jian.get("/sites").await.is(200);
}

#[tokio::test]
async fn a_provider_that_is_trusted_is_enough_and_else_a_phone_must_be_bound() {
    let provider = provider();
    provider.account(account("sub-1", "xin"));
    for trusted in [false, true] {
        let settings = with(ledger::identity::oidc::Settings { trusted, ..of(&provider) });
        let world = World::with(None, settings).await;
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        let mut aq = world.visitor("aq").await;
        let root = world.root.id.to_string();
        let form = [("unit", root.as_str()), ("login", "xin"), ("name", "新人"), ("roles", "supervisor")];
        aq.post("/people/new", &form).await.is(200).shows("只显示这一次");
        aq.get("/people").await.shows("待首次登录");
        let mut xin = world.stranger();
        come(&world, &provider, &mut xin).await.leads_to("/");
        match trusted {
            true => xin.get("/sites").await.is(200),
            // The first password, which he never used, is nothing he owes.
            false => xin.get("/sites").await.leads_to("/account/phone"),
        };
        aq.get("/people").await.lacks("待首次登录");
    }
}
