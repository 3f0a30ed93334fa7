//! The access table: every route with every role and with none, and with ids of another unit. Clause N4.7.

use axum::http::Method;
use ledger::Access;
use ledger::identity::entity::UnitLevel;
use ledger::identity::model::Role;

use super::world::World;

/// An address of a route's pattern, with ids that exist in another part of the tree.
fn address(path: &str, id: i64) -> String {
    path.replace("{id}", &id.to_string())
        .replace("{digest}", "0")
        .replace("{name}", "none.css")
        .replace("{*name}", "none.html")
}

#[tokio::test]
async fn strangers_reach_public_routes_only() {
    let world = World::new(None).await;
    for entry in xunwang::console::routes().table().iter().filter(|entry| entry.spec.is_none()) {
        let path = address(entry.path, world.root.id.0);
        let mut stranger = world.stranger();
        let answer = stranger.ask(entry.method.clone(), &path, Vec::new(), &[]).await;
        let to_login = answer.location.starts_with("/login");
        assert_eq!(to_login, entry.access != Access::Public, "{} {path}: {}", entry.method, answer.status);
    }
}

#[tokio::test]
async fn each_role_reaches_what_the_table_says_and_no_more() {
    let world = World::new(None).await;
    for role in Role::ALL {
        world.person(world.root.id, role.word(), role).await;
        let mut visitor = world.visitor(role.word()).await;
        for entry in xunwang::console::routes().table() {
            // Leaving, or ending one's own sessions, would end this test's. The API has a test of its own.
            if entry.path == "/logout" || entry.path.contains("sessions") || entry.spec.is_some() {
                continue;
            }
            let answer =
                visitor.ask(entry.method.clone(), &address(entry.path, 999_999), Vec::new(), &[]).await;
            let may = match entry.access {
                Access::Public | Access::Person => true,
                Access::Roles(roles) => roles.contains(&role),
            };
            let refused = answer.status == 403;
            assert_eq!(refused, !may, "{role:?} {} {}: {}", entry.method, entry.path, answer.status);
        }
    }
}

#[tokio::test]
async fn ids_of_another_unit_are_not_there() {
    let world = World::new(None).await;
    let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
    let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
    for (role, login) in [(Role::SystemAdministrator, "xt"), (Role::SecurityAdministrator, "aq")] {
        world.person(north.id, login, role).await;
        let stranger = world.person(south.id, &format!("{login}-south"), Role::Leader).await;
        let mut visitor = world.visitor(login).await;
        for entry in xunwang::console::routes().table() {
            let Access::Roles(roles) = entry.access else { continue };
            if !entry.path.contains("{id}") || !roles.contains(&role) {
                continue;
            }
            let id = if entry.path.starts_with("/units") { south.id.0 } else { stranger.0 };
            let form = "name=x&level=city&deed=disable";
            let kind = [("content-type", "application/x-www-form-urlencoded")];
            let answer = match entry.method {
                Method::GET => visitor.get(&address(entry.path, id)).await,
                _ => visitor.ask(entry.method.clone(), &address(entry.path, id), form.into(), &kind).await,
            };
            assert!(
                [404, 422].contains(&answer.status.as_u16()),
                "{} {}: {}",
                entry.method,
                entry.path,
                answer.status
            );
            answer.lacks("南水市");
        }
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let world = World::new(None).await;
    world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
    let mut visitor = world.visitor("aq").await;
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for header in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer = visitor.ask(Method::POST, "/people/new", b"login=x".to_vec(), &[kind, header]).await;
        answer.is(403).shows("来自别的网站");
    }
    let own = ("origin", "https://console.example");
    visitor
        .ask(Method::POST, "/people/new", b"login=x".to_vec(), &[kind, own])
        .await
        .is(200)
        .shows("没有保存");
}
