//! What holds for every screen: protections in the answer, files that load, errors as pages. Serves N4.7.

use std::collections::BTreeSet;

use axum::http::Method;
use ledger::identity::model::Role;

use super::world::World;

#[tokio::test]
async fn every_screen_without_an_id_is_shown_to_its_role_and_guarded() {
    let world = World::new(None).await;
    let mut shown = 0;
    for role in Role::ALL {
        world.person(world.root.id, role.word(), role).await;
        let mut visitor = world.visitor(role.word()).await;
        for entry in xunwang::console::routes().table() {
            let may = match entry.access {
                ledger::Access::Public | ledger::Access::Person => true,
                ledger::Access::Roles(roles) => roles.contains(&role),
            };
            // Numbers are for the machine itself: see `numbers_are_for_the_machine_itself`; the API has tests of its own.
            let other = entry.spec.is_some() || entry.path == "/metrics";
            if entry.method != Method::GET || entry.path.contains('{') || !may || other {
                continue;
            }
            let answer = visitor.get(entry.path).await;
            // What citizens see is of a site that the address names: without one it is told in words.
            let of_a_site = entry.path.starts_with("/public/");
            let status = answer.status.as_u16();
            assert!(
                [200, 303].contains(&status) || (of_a_site && status == 404),
                "{} {}",
                entry.path,
                answer.text
            );
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert!(
                answer.headers["content-security-policy"]
                    .to_str()
                    .unwrap()
                    .contains("frame-ancestors 'none'")
            );
            shown += 1;
        }
    }
    assert!(shown > 30, "{shown}");
}

#[tokio::test]
async fn the_files_a_page_names_are_served_and_may_be_kept() {
    let world = World::new(None).await;
    let page = world.stranger().get("/login").await;
    let links: Vec<&str> = page
        .text
        .split(['"'])
        .filter(|part| part.starts_with("/assets/") || part.starts_with("&#x2f;assets"))
        .collect();
    assert!(links.len() >= 4, "{}", page.text);
    for link in links {
        let link = link.replace("&#x2f;", "/");
        let answer = world.stranger().get(&link).await;
        answer.is(200);
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"), "{link}");
    }
    world.stranger().get("/assets/0/none.css").await.is(404);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_frame() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let mut wang = world.visitor("wang").await;
    wang.get("/nothing/here").await.is(404).shows("没有这个页面").shows("退出");
    wang.get("/people/abc").await.is(403);
    world.stranger().get("/nothing").await.is(404).shows("没有这个页面");
}

#[tokio::test]
async fn a_message_is_shown_once_and_cannot_carry_markup() {
    let world = World::new(None).await;
    world.person(world.root.id, "wang", Role::Leader).await;
    let mut wang = world.visitor("wang").await;
    wang.set_cookie("flash", "%3Cscript%3E");
    wang.get("/account").await.is(200).shows("&lt;script&gt;").lacks("<script>");
    wang.get("/account").await.lacks("&lt;script&gt;");
}

#[tokio::test]
async fn health_and_readiness_are_told_to_anybody() {
    let world = World::new(None).await;
    world.stranger().get("/healthz").await.is(200);
    world.stranger().get("/readyz").await.is(200);
    world.console.cx.db.clone().close().await.unwrap();
    world.stranger().get("/healthz").await.is(200);
    world.stranger().get("/readyz").await.is(503);
    world.stranger().post("/login", &[("login", "x"), ("password", "y")]).await.is(503).shows("连不上数据库");
}

#[test]
fn journeys_visit_every_screen_and_name_no_other() {
    let list = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys/screens.json");
    let screens: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(list).unwrap()).unwrap();
    let visited: BTreeSet<&str> = screens.iter().map(|screen| screen["route"].as_str().unwrap()).collect();
    let routes = xunwang::console::routes();
    // The API is no screen.
    let table = routes.table().iter().filter(|entry| entry.method == Method::GET && entry.spec.is_none());
    let there: BTreeSet<&str> = table.map(|entry| entry.path).collect();
    let missing: Vec<_> = there.difference(&visited).collect();
    assert!(missing.is_empty(), "no journey visits these; add them to journeys/screens.json: {missing:?}");
    let gone: Vec<_> = visited.difference(&there).collect();
    assert!(gone.is_empty(), "journeys/screens.json names what is no route: {gone:?}");
}

#[tokio::test]
async fn numbers_are_for_the_machine_itself_or_for_a_token() {
    let mut world = World::new(None).await;
    world.console.reader.token = Some(platform::Digest::of(b"0123456789abcdef"));
    let mut asker = world.stranger_at(world.console.router());
    asker.get("/login?next=%2Fsecret").await.is(200);
    asker.get("/nothing-here").await.is(404);
    asker.get("/metrics").await.is(401);
    let bearer = [("authorization", "Bearer 0123456789abcdef")];
    let answer = asker.ask(Method::GET, "/metrics", Vec::new(), &bearer).await;
    answer
        .is(200)
        .shows("xunwang_http_requests_total{method=\"GET\",route=\"/login\",status=\"200\"} 1")
        .shows("xunwang_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1")
        .shows("xunwang_http_request_seconds_bucket")
        .shows("xunwang_sessions 0")
        .shows("xunwang_database_bytes ")
        .shows("xunwang_job_oldest_due_seconds 0")
        .shows("xunwang_process_resident_bytes ")
        .lacks("secret")
        .lacks("nothing-here");
    assert!(answer.text.ends_with("# EOF\n"));
    assert_eq!(answer.headers["x-request-id"].len(), 16);
}
