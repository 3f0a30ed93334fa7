//! The supervising slices through the programming interface: what is owed, links, corrections, suspensions, duties; by the
//! same rules as on the screens. Clauses N2.3, N2.8, N5.3, N5.6, N5.7.

use axum::http::Method;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;
use serde_json::json;

use super::api::{Program, body, fails, fits, supervisor};
use super::corrections::send;
use super::inspections::{Town, add_site};
use super::world::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn links_corrections_suspensions_and_duties_are_read_and_handled_by_programs() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let mut jian = supervisor(&world, &world.root, "jian", true).await;
        let mut other = supervisor(&world, &south, "nan", true).await;
        world.person(county.id, "qing", Role::SiteOperator).await;
        let du = world.person(county.id, "du", Role::DutyReader).await;
        let mut person = world.visitor("qing").await;
        let mut qing = Program::of(&world, &mut person, Role::SiteOperator, true).await;
        let town = Town::start();
        let mut screen = world.visitor("jian").await;
        let site = add_site(&world, &mut screen, &county, &town.home()).await;

        // A link: refused without a name, applied for, not approved by whoever asked, approved by another.
        let applying = "/api/v1/link-approvals";
        let bare = json!({ "target": "www.chaxun.example", "unit": county.id.0 });
        fails(&qing.ask(Method::POST, applying, Some(bare)).await, 422, "invalid");
        let whole = json!({
            "target": "www.chaxun.example", "name": "公积金查询", "purpose": "便民", "unit": county.id.0
        });
        let applied = qing.ask(Method::POST, applying, Some(whole)).await;
        fits(&applied, Method::POST, applying);
        let one = format!("{applying}/{}", body(&applied)["id"]);
        let approve = || Some(json!({ "deed": "approve" }));
        fails(&qing.ask(Method::POST, &format!("{one}/decisions"), approve()).await, 403, "forbidden");
        fails(&other.ask(Method::POST, &format!("{one}/decisions"), approve()).await, 404, "not_found");
        let approved = jian.ask(Method::POST, &format!("{one}/decisions"), approve()).await;
        fits(&approved, Method::POST, "/api/v1/link-approvals/{id}/decisions");
        assert_eq!(body(&approved)["state"], "approved");
        fits(&qing.get(&one).await, Method::GET, "/api/v1/link-approvals/{id}");
        fits(&qing.get(applying).await, Method::GET, applying);

        // A correction: passed on, answered; nothing tells who sent it.
        let page = town.home();
        let form = [
            ("kind", "words"),
            ("page", page.as_str()),
            ("fault", "布署"),
            ("words", "应为“部署”"),
            ("name", "王某"),
            ("contact", "wang@mail.example"),
        ];
        send(&mut world.stranger(), site.0, &form, None).await.is(303);
        let list = jian.get("/api/v1/corrections").await;
        fits(&list, Method::GET, "/api/v1/corrections");
        list.lacks("王某").lacks("wang@mail.example");
        let path = format!("/api/v1/corrections/{}", body(&list)["items"][0]["id"]);
        fits(&jian.get(&path).await, Method::GET, "/api/v1/corrections/{id}");
        let deeds = format!("{path}/deeds");
        let pass = json!({ "deed": "transfer", "unit": county.id.0, "as_finding": "1" });
        let passed = jian.ask(Method::POST, &deeds, Some(pass)).await;
        fits(&passed, Method::POST, "/api/v1/corrections/{id}/deeds");
        assert_eq!(
            (&body(&passed)["state"], &body(&passed)["unit"]),
            (&json!("transferred"), &json!(county.id.0))
        );
        let answer = json!({ "deed": "answer", "words": "已改正，谢谢。" });
        assert_eq!(body(&qing.ask(Method::POST, &deeds, Some(answer)).await)["state"], "answered");

        // A suspension and a roster, made on the screens.
        let id = site.0.to_string();
        screen.post("/suspensions/new", &[("site", &id), ("grounds", "长期没有人管")]).await.is(303);
        let list = jian.get("/api/v1/suspensions?state=proposed").await;
        fits(&list, Method::GET, "/api/v1/suspensions");
        let suspension = format!("/api/v1/suspensions/{}", body(&list)["items"][0]["id"]);
        fits(&jian.get(&suspension).await, Method::GET, "/api/v1/suspensions/{id}");
        let (unit, turn) = (county.id.to_string(), format!("turn-{}", du.0));
        let roster = [
            ("name", "值班表"),
            ("unit", unit.as_str()),
            ("kind", "duty"),
            ("days", "every"),
            ("shifts", "1"),
            ("pages", "2"),
            ("sites", "0"),
            ("planted_each", "0"),
            ("is_active", "1"),
            (turn.as_str(), "1"),
        ];
        screen.post("/reading-rosters/new", &roster).await.is(303);
        supervision::remind::beat(&world.console.cx).await.unwrap();
        let duties = qing.get("/api/v1/duties").await;
        fits(&duties, Method::GET, "/api/v1/duties");
        assert_eq!(body(&duties)["items"][0]["person"], du.0);

        // What is owed of it.
        let owed = jian.get("/api/v1/obligations?kind=duty_reading").await;
        fits(&owed, Method::GET, "/api/v1/obligations");
        assert_eq!(body(&owed)["total"], 1, "{}", owed.text);
        let obligation = format!("/api/v1/obligations/{}", body(&owed)["items"][0]["id"]);
        fits(&jian.get(&obligation).await, Method::GET, "/api/v1/obligations/{id}");

        // Another unit's program finds none of it.
        for path in [&one, &path, &suspension, &obligation] {
            fails(&other.get(path).await, 404, "not_found");
        }
        for list in ["obligations", "link-approvals", "corrections", "suspensions?state=all", "duties"] {
            assert_eq!(body(&other.get(&format!("/api/v1/{list}")).await)["total"], 0, "{list}");
        }
    })
    .await;
}
