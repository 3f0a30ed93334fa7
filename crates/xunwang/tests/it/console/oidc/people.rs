//! Who comes in by the provider: bound once, known by his subject, released by an administrator. Clause N4.7.

use chrono::TimeDelta;
use ledger::identity::model::Role;
use ledger::identity::oidc::model::Claim;
use testkit::provider::{Account, Fault};

use super::super::world::{PASSWORD, World, on_both, on_both_with};
use super::{account, audited, come, of, provider, way_back, with};

#[tokio::test]
async fn the_first_login_binds_and_then_the_subject_decides() {
    let provider = provider();
    on_both_with(with(of(&provider)), async |world| {
        let wang = world.person(world.root.id, "wang", Role::Leader).await;
        world.person(world.root.id, "li", Role::Leader).await;
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        provider.account(account("sub-1", "wang"));
        let mut him = world.stranger();
        him.get("/login?next=%2Faccount")
            .await
            .is(200)
            .shows("用统一身份认证登录")
            .shows("login&#x2f;oidc?next=%2Faccount");
        provider.set_now(super::START);
        let back = way_back(&provider, &mut him, "/login/oidc?next=%2Faccount").await;
        him.get(&back).await.leads_to("/account");
        him.get("/account").await.is(200).shows("领导wang").shows("统一身份认证");
        let bound = audited(&world, "login.bound").await;
        assert_eq!(bound.len(), 1);
        assert_eq!((bound[0].0.as_str(), bound[0].1.clone()), ("wang", format!("person/{wang}")));
        assert!(bound[0].2.starts_with("sub-1 wang http://127.0.0.1"), "{bound:?}");

        // Renamed at the provider to another's name, he stays who he is.
        provider.account(account("sub-1", "li"));
        let mut again = world.stranger();
        come(&world, &provider, &mut again).await.leads_to("/");
        again.get("/account").await.shows("领导wang").lacks("领导li");
        assert_eq!(audited(&world, "login.provider").await.len(), 2);

        // Who takes his name there does not become him here.
        provider.account(account("sub-2", "wang"));
        let mut thief = world.stranger();
        come(&world, &provider, &mut thief)
            .await
            .is(403)
            .shows("已经绑定了")
            .shows("安全管理员")
            .shows("换一个账号");
        thief.get("/account").await.is(303);

        let mut aq = world.visitor("aq").await;
        let page = format!("/people/{wang}");
        aq.get(&page).await.is(200).shows("sub-1").shows("解除绑定").shows("只准用统一身份认证登录");
        aq.post(&format!("{page}/act"), &[("deed", "release_binding")]).await.leads_to(&page);
        aq.get(&page).await.lacks("sub-1").shows("还没有绑定");
        again.get("/account").await.is(303);
        let released = audited(&world, "login.released").await;
        assert!(released[0].2.contains("sub-1") && released[0].0 == "aq", "{released:?}");
        come(&world, &provider, &mut thief).await.leads_to("/");
        thief.get("/account").await.shows("领导wang");
        world.person(world.root.id, "sj", Role::AuditAdministrator).await;
        world.visitor("sj").await.get("/audit").await.shows("绑定统一身份账号").shows("解除统一身份绑定");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_added_by_logging_in() {
    let provider = provider();
    on_both_with(with(of(&provider)), async |world| {
        use ledger::identity::store::number_of_people_unscoped as number;
        provider.account(account("sub-9", "<b>fremd</b>"));
        let mut stranger = world.stranger();
        let answer = come(&world, &provider, &mut stranger).await;
        answer
            .is(403)
            .shows("没有这个人员")
            .shows("安全管理员")
            .shows("&lt;b&gt;fremd")
            .lacks("<b>")
            .shows("leave?client_id=xunwang");
        stranger.get("/account").await.is(303);
        assert_eq!(number(world.console.cx.db.read()).await.unwrap(), 0);
        let refused = audited(&world, "login.provider_refused").await;
        assert_eq!(refused.len(), 1);
        assert!(
            refused[0].0.contains("fremd") && refused[0].2.contains("没有这个人员：sub-9"),
            "{refused:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn locked_and_disabled_people_stay_out() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    let wang = world.person(world.root.id, "wang", Role::Leader).await;
    world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
    provider.account(account("sub-1", "wang"));
    for _ in 0..5 {
        world.stranger().post("/login", &[("login", "wang"), ("password", "x")]).await.is(422);
    }
    come(&world, &provider, &mut world.stranger()).await.is(403).shows("已锁定");
    assert!(audited(&world, "login.bound").await.is_empty(), "who does not come in is not bound");
    world.clock.turn(TimeDelta::minutes(16));
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    let mut aq = world.visitor("aq").await;
    aq.post(&format!("/people/{wang}/act"), &[("deed", "disable")]).await.is(303);
    come(&world, &provider, &mut world.stranger()).await.is(403).shows("已停用");
    let refused = audited(&world, "login.provider_refused").await;
    let words: Vec<&str> = refused.iter().map(|(_, _, detail)| detail.as_str()).collect();
    assert_eq!(words, ["锁定期间", "账号已停用"]);
}

#[tokio::test]
async fn who_comes_by_the_provider_only_needs_no_password_and_cannot_use_one() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    let wang = world.person(world.root.id, "wang", Role::Leader).await;
    world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
    let admin = world.person(world.root.id, "xt", Role::SystemAdministrator).await;
    let mut aq = world.visitor("aq").await;
    let page = format!("/people/{wang}");
    let act = format!("{page}/act");
    aq.post(&act, &[("deed", "only_provider")]).await.leads_to(&page);
    aq.get(&page).await.shows("只能用统一身份认证").shows("恢复密码登录").lacks("重设首次密码");
    let right = [("login", "wang"), ("password", PASSWORD)];
    world.stranger().post("/login", &right).await.is(422).shows("只能用统一身份认证登录");
    let wrong = [("login", "wang"), ("password", "x")];
    world.stranger().post("/login", &wrong).await.is(422).shows("不对").lacks("只能用");
    provider.account(account("sub-1", "wang"));
    let mut him = world.stranger();
    // A password that is too old is nothing to him.
    world.clock.turn(TimeDelta::days(200));
    come(&world, &provider, &mut him).await.leads_to("/");
    him.get("/sites").await.is(200);
    him.get("/account").await.is(200).lacks("修改密码");

    // An administrator keeps his password, and who has none does not become one.
    let mut aq = fresh(&world, "aq").await;
    aq.post(&format!("/people/{admin}/act"), &[("deed", "only_provider")]).await.is(422).shows("保留密码");
    let form = [("name", "王"), ("roles", "system_administrator")];
    aq.post(&page, &form).await.is(200).shows("保留密码");
    aq.post(&act, &[("deed", "any_way")]).await.leads_to(&page);
    world.stranger().post("/login", &right).await.is(303);
}

/// Logs in with a password that was set again, since the clock went far.
async fn fresh(world: &World, login: &str) -> super::Visitor {
    use ledger::identity::entity::person;
    use ledger::identity::store;
    use platform::clock::Clock as _;
    let known = store::person_of_login_unscoped(world.console.cx.db.read(), login).await.unwrap().unwrap();
    let tx = world.console.cx.write().await.unwrap();
    let change = person::ActiveModel {
        id: sea_orm::Set(known.id),
        password_set_at: sea_orm::Set(Some(world.clock.now())),
        ..Default::default()
    };
    store::change_person(&tx, change).await.unwrap();
    tx.commit().await.unwrap();
    world.visitor(login).await
}

#[tokio::test]
async fn without_a_provider_nobody_is_shut_out_and_no_way_leads_there() {
    on_both(async |world| {
        let wang = world.person(world.root.id, "wang", Role::Leader).await;
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        world.stranger().get("/login").await.is(200).lacks("统一身份认证");
        for path in ["/login/oidc", "/login/oidc/back?state=x&code=y", "/login/oidc/code"] {
            world.stranger().get(path).await.is(404);
        }
        let mut aq = world.visitor("aq").await;
        aq.get(&format!("/people/{wang}")).await.lacks("统一身份认证");
        aq.post(&format!("/people/{wang}/act"), &[("deed", "only_provider")]).await.is(422).shows("没有设置");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_was_verified_tells_the_person() {
    let provider = provider();
    let settings = with(ledger::identity::oidc::Settings { claim: Claim::Email, ..of(&provider) });
    on_both_with(settings, async |world| {
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        let mut ids = Vec::new();
        for login in ["wang", "li", "zhao"] {
            ids.push(world.person(world.root.id, login, Role::Leader).await);
        }
        let mut aq = world.visitor("aq").await;
        for (id, email) in ids.iter().zip(["Wang@Gov.Example", "office@gov.example", "office@gov.example"]) {
            let form = [("name", "某"), ("email", email), ("roles", "leader")];
            aq.post(&format!("/people/{id}"), &form).await.is(303);
        }
        let try_with = async |email: &str, email_verified: bool| {
            let email = Some(email.to_owned());
            provider.account(Account {
                subject: "sub-1".into(),
                email,
                email_verified,
                ..Account::default()
            });
            come(&world, &provider, &mut world.stranger()).await
        };
        try_with("wang@gov.example", false).await.is(403).shows("还没有验证过");
        try_with("office@gov.example", true).await.is(403).shows("几个人员");
        try_with("nobody@gov.example", true).await.is(403).shows("没有这个人员");
        provider.account(account("sub-1", "wang"));
        come(&world, &provider, &mut world.stranger()).await.is(403).shows("没有提供您的电子邮箱");
        try_with("wang@gov.EXAMPLE", true).await.leads_to("/");
    })
    .await;
}

#[tokio::test]
async fn names_that_are_told_apart_are_asked_for_and_must_be_of_the_same_person() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(Account { names_apart: true, ..account("sub-1", "wang") });
    provider.fault(Fault::OtherSubject);
    come(&world, &provider, &mut world.stranger()).await.is(502).shows("不是同一个人");
    provider.fault(Fault::None);
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/userinfo"), 2);
    come(&world, &provider, &mut world.stranger()).await.leads_to("/");
    assert_eq!(provider.asked("/userinfo"), 2, "who is bound is known by his subject");
}

#[tokio::test]
async fn who_leaves_us_leaves_the_provider_too() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    let mut him = world.stranger();
    come(&world, &provider, &mut him).await.leads_to("/");
    let left = him.post("/logout", &[]).await;
    left.is(200).shows("已退出巡网").shows("http-equiv=\"refresh\"").shows("id_token_hint=eyJ");
    left.shows("post_logout_redirect_uri=https%3A%2F%2Fconsole.example%2Flogin");
    him.get("/account").await.is(303);
    let mut by_password = world.visitor("wang").await;
    by_password.post("/logout", &[]).await.leads_to("/login");

    // One that has no such place, or is away, keeps nobody in.
    provider.without_leaving();
    world.clock.turn(TimeDelta::hours(2));
    come(&world, &provider, &mut him).await.leads_to("/");
    him.post("/logout", &[]).await.leads_to("/login");
}

#[tokio::test]
async fn a_token_of_one_who_has_no_password_works() {
    let provider = provider();
    let world = World::with(None, with(of(&provider))).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    provider.account(account("sub-1", "wang"));
    let mut him = world.stranger();
    come(&world, &provider, &mut him).await.leads_to("/");
    world.clock.turn(TimeDelta::days(80));
    let mut him = world.stranger();
    come(&world, &provider, &mut him).await.leads_to("/");
    let form = [("name", "程序"), ("days", "90"), ("roles", "leader")];
    let page = him.post("/account/tokens", &form).await;
    let token = page.text.split("id=\"token\">").nth(1).map(|rest| rest.split('<').next().unwrap());
    let bearer = format!("Bearer {}", token.unwrap_or_else(|| panic!("{}", page.text)));
    world.clock.turn(TimeDelta::days(20));
    let headers = [("authorization", bearer.as_str())];
    let ask =
        async || world.stranger().ask(axum::http::Method::GET, "/api/v1/sites", Vec::new(), &headers).await;
    ask().await.is(200);
}
