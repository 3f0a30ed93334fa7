//! The API: tokens, the access table, scope, its description held against its answers, limits, errors. Clauses N1.1,
//! N4.7.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use ledger::Access;
use ledger::api::Spec;
use ledger::identity::entity::{UnitLevel, unit};
use ledger::identity::model::Role;
use platform::clock::Clock as _;
use serde_json::{Value, json};
use supervision::alert::{Kind, Raise, raise};
use tower::ServiceExt as _;

use super::world::{Answer, Visitor, World, on_both};

/// A program with a token.
pub struct Program {
    visitor: Visitor,
    token: String,
}

impl Program {
    /// Makes a token of a person on his screen.
    pub async fn of(world: &World, person: &mut Visitor, role: Role, writes: bool) -> Program {
        let mut form = vec![("name", "大屏"), ("days", "30"), ("roles", role.word())];
        form.extend(writes.then_some(("writes", "1")));
        let made = person.post("/account/tokens", &form).await;
        made.is(200).shows("只显示这一次");
        let token = made.text.split("id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        person.get("/account/tokens").await.is(200).shows("大屏").lacks(&token);
        Program { visitor: world.stranger(), token }
    }

    pub async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let token = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", token.as_str())];
        headers.extend(body.as_ref().map(|_| ("content-type", "application/json")));
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let answer = self.visitor.ask(method, path, body, &headers).await;
        let kind = &answer.headers["content-type"];
        assert_eq!(kind, "application/json", "{path}: {}", answer.text);
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }
}

pub fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap()
}

#[track_caller]
pub fn fails(answer: &Answer, status: u16, code: &str) {
    answer.is(status);
    let body = body(answer);
    assert_eq!(body["error"]["code"], code, "{body}");
    assert!(body["error"]["message"].as_str().unwrap().chars().any(|c| c > '\u{4e00}'), "{body}");
}

/// The description of a route.
fn spec(method: &Method, path: &str) -> &'static Spec {
    let routes = xunwang::console::routes();
    let entry = routes.table().iter().find(|entry| entry.method == *method && entry.path == path);
    entry.unwrap().spec.unwrap()
}

#[track_caller]
pub fn fits(answer: &Answer, method: Method, path: &str) {
    let spec = spec(&method, path);
    answer.is(spec.status);
    spec.check(&body(answer)).unwrap();
}

pub async fn supervisor(world: &World, unit: &unit::Model, login: &str, writes: bool) -> Program {
    world.person(unit.id, login, Role::Supervisor).await;
    let mut person = world.visitor(login).await;
    Program::of(world, &mut person, Role::Supervisor, writes).await
}

async fn alert(world: &World, unit: &unit::Model) -> i64 {
    let what = Raise {
        kind: Kind::Unreachable,
        site: None,
        unit_path: unit.path.clone(),
        level: base::level::Level::Veto,
        title: format!("{}不能访问", unit.name),
        words: "首页无应答。".to_owned(),
        key: unit.path.clone(),
        link: String::new(),
    };
    let tx = world.console.cx.write().await.unwrap();
    let id = raise(&tx, &what, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn every_api_route_is_described_and_every_described_one_exists() {
    let world = World::new(None).await;
    let answer = world.stranger().get("/api/v1/openapi.json").await;
    let document = body(answer.is(200));
    assert_eq!(document["openapi"], "3.1.0");
    let routes = xunwang::console::routes();
    let mut described = 0;
    for entry in routes.table() {
        assert_eq!(entry.path.starts_with("/api/"), entry.spec.is_some(), "{}", entry.path);
        if entry.spec.is_none() {
            continue;
        }
        let operation = &document["paths"][entry.path][entry.method.as_str().to_lowercase()];
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{}", entry.path);
        assert!(operation["responses"].as_object().unwrap().len() > 3);
        described += 1;
    }
    let operations: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, described);
    // Every reference leads to a schema that is there.
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn each_role_reaches_by_token_what_the_table_says_and_cookies_count_for_nothing() {
    let world = World::new(None).await;
    let routes = xunwang::console::routes();
    for role in Role::ALL {
        world.person(world.root.id, role.word(), role).await;
        let mut person = world.visitor(role.word()).await;
        let mut program = Program::of(&world, &mut person, role, true).await;
        for entry in routes.table().iter().filter(|entry| entry.spec.is_some()) {
            let path = entry.path.replace("{id}", "999999");
            let sent = (entry.method != Method::GET).then(|| json!({}));
            let answer = program.ask(entry.method.clone(), &path, sent).await;
            let may = match entry.access {
                Access::Public | Access::Person => true,
                Access::Roles(roles) => roles.contains(&role),
            };
            assert_eq!(answer.status == 403, !may, "{role:?} {} {path}: {}", entry.method, answer.text);
            assert_ne!(answer.status, 401, "{path}");
            if entry.access != Access::Public {
                fails(&person.ask(entry.method.clone(), &path, Vec::new(), &[]).await, 401, "unauthorized");
            }
        }
    }
}

#[tokio::test]
async fn sites_are_added_read_changed_and_their_history_kept() {
    on_both(async |world| {
        let county = world.unit(&world.root, "青禾县政府", UnitLevel::County).await;
        let mut program = supervisor(&world, &world.root, "jian", true).await;
        let sent = json!({ "unit": county.id.0, "name": "青禾县门户", "home": "http://www.qinghe.example", "kind": "门户网站" });
        let added = program.ask(Method::POST, "/api/v1/sites", Some(sent.clone())).await;
        fits(&added, Method::POST, "/api/v1/sites");
        let site = body(&added);
        assert_eq!((&site["unit_name"], &site["home"]), (&json!("青禾县政府"), &json!("http://www.qinghe.example/")));
        let again = program.ask(Method::POST, "/api/v1/sites", Some(sent)).await;
        fails(&again, 422, "invalid");
        assert!(body(&again)["error"]["fields"]["home"].as_str().unwrap().contains("已登记"));
        let path = format!("/api/v1/sites/{}", site["id"]);
        let change = json!({ "leader": "甲", "interval_minutes": 10 });
        let changed = program.ask(Method::PATCH, &path, Some(change)).await;
        fits(&changed, Method::PATCH, "/api/v1/sites/{id}");
        assert_eq!((&body(&changed)["leader"], &body(&changed)["interval_minutes"]), (&json!("甲"), &json!(10)));
        // What is read can be sent back as it is.
        let mut same = body(&program.get(&path).await);
        for own in ["id", "unit_name", "state", "missing", "created_at", "changed_at"] {
            same.as_object_mut().unwrap().remove(own);
        }
        program.ask(Method::PATCH, &path, Some(same)).await.is(200);
        let history = program.get(&format!("{path}/history")).await;
        fits(&history, Method::GET, "/api/v1/sites/{id}/history");
        let history = body(&history);
        let changed = history["items"].as_array().unwrap().iter().any(|one| one["after"] == "甲");
        assert!(changed, "{history}");
        fits(&program.get(&path).await, Method::GET, "/api/v1/sites/{id}");
        let list = program.get("/api/v1/sites?q=%E9%9D%92%E7%A6%BE&rows=20").await;
        fits(&list, Method::GET, "/api/v1/sites");
        assert_eq!(body(&list)["total"], 1);
        assert!(list.headers["link"].to_str().unwrap().contains("rel=\"last\""));
        let slip = program.ask(Method::PATCH, &path, Some(json!({ "leder": "x" }))).await;
        fails(&slip, 422, "invalid");
        fits(&program.get("/api/v1/units").await, Method::GET, "/api/v1/units");
        let names: Vec<Value> = body(&program.get("/api/v1/units?rows=20").await)["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| unit["name"].clone())
            .collect();
        assert_eq!(names, ["巡网省政府", "青禾县政府"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_inspected_and_its_findings_judged_by_a_program() {
    on_both(async |world| {
        let town = super::inspections::Town::start();
        let mut program = supervisor(&world, &world.root, "jian", true).await;
        let sent =
            json!({ "unit": world.root.id.0, "name": "青禾县政府网", "home": town.home(), "kind": "子站" });
        let site = body(&program.ask(Method::POST, "/api/v1/sites", Some(sent)).await)["id"].clone();
        let started = program.ask(Method::POST, &format!("/api/v1/sites/{site}/runs"), None).await;
        fits(&started, Method::POST, "/api/v1/sites/{id}/runs");
        world.console.runner.run_due().await.unwrap();
        let run = program.get(&format!("/api/v1/runs/{}", body(&started)["id"])).await;
        fits(&run, Method::GET, "/api/v1/runs/{id}");
        assert_eq!(body(&run)["state"], "finished");
        fits(&program.get("/api/v1/runs?state=finished").await, Method::GET, "/api/v1/runs");

        let list = program.get(&format!("/api/v1/findings?site={site}&rule=common-typo")).await;
        fits(&list, Method::GET, "/api/v1/findings");
        let found = body(&list)["items"][0].clone();
        let path = format!("/api/v1/findings/{}", found["id"]);
        fits(&program.get(&path).await, Method::GET, "/api/v1/findings/{id}");
        let judge = format!("{path}/judgement");
        let wrong =
            program.ask(Method::POST, &judge, Some(json!({ "verdict": "false_alarm", "days": 900 }))).await;
        fails(&wrong, 422, "invalid");
        let right = json!({ "verdict": "false_alarm", "reason": "引用原文", "days": 30 });
        let judged = program.ask(Method::POST, &judge, Some(right)).await;
        fits(&judged, Method::POST, "/api/v1/findings/{id}/judgement");
        assert_eq!(body(&judged)["state"], "false_alarm");

        // What sites hold and how they stand.
        for path in ["/api/v1/columns", "/api/v1/links", "/api/v1/availability", "/api/v1/incidents"] {
            fits(&program.get(path).await, Method::GET, path);
        }
        let links = body(&program.get("/api/v1/links?q=OUTSIDE.example").await);
        assert_eq!((&links["total"], &links["items"][0]["site"]), (&json!(1), &site), "{links}");
        for name in ["days", "visits"] {
            let own = program.get(&format!("/api/v1/sites/{site}/{name}")).await;
            fits(&own, Method::GET, &format!("/api/v1/sites/{{id}}/{name}"));
        }

        // Another unit's program finds none of it.
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let mut other = supervisor(&world, &south, "nan", true).await;
        fails(&other.get(&path).await, 404, "not_found");
        for list in ["findings", "links", "columns", "availability", "incidents"] {
            assert_eq!(body(&other.get(&format!("/api/v1/{list}")).await)["total"], 0, "{list}");
        }
        for name in ["days", "visits"] {
            fails(&other.get(&format!("/api/v1/sites/{site}/{name}")).await, 404, "not_found");
        }
        let start = other.ask(Method::POST, &format!("/api/v1/sites/{site}/runs"), None).await;
        fails(&start, 404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn plans_exceptions_and_maintenance_are_kept_by_a_program_as_on_the_screens() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let mut program = supervisor(&world, &north, "bei", true).await;
        let mut other = supervisor(&world, &south, "nan", true).await;
        let sent = json!({ "unit": north.id.0, "name": "北山门户", "home": "http://n.example/", "kind": "子站" });
        let site = body(&program.ask(Method::POST, "/api/v1/sites", Some(sent)).await)["id"].clone();

        let sent = json!({
            "name": "每周", "unit": north.id.0, "choice": "one", "site": site, "every": "week", "number": 1,
            "at": "22:00", "from": "22:00", "to": "06:00", "rules": ["dead-link"],
        });
        let plan = program.ask(Method::POST, "/api/v1/plans", Some(sent)).await;
        fits(&plan, Method::POST, "/api/v1/plans");
        let plan = body(&plan);
        assert_eq!((&plan["site"], &plan["rules"], &plan["enabled"]), (&site, &json!(["dead-link"]), &json!(true)));
        let path = format!("/api/v1/plans/{}", plan["id"]);
        let changed = program.ask(Method::PATCH, &path, Some(json!({ "every": "month", "number": 3, "pages": 50 }))).await;
        fits(&changed, Method::PATCH, "/api/v1/plans/{id}");
        let changed = body(&changed);
        assert_eq!((&changed["at"], &changed["number"], &changed["pages"]), (&json!("22:00"), &json!(3), &json!(50)));
        // What is read can be sent back as it is.
        let mut same = changed.clone();
        for own in ["id", "unit_name", "next_at", "last_at"] {
            same.as_object_mut().unwrap().remove(own);
        }
        assert_eq!(body(&program.ask(Method::PATCH, &path, Some(same)).await), changed);
        let wrong = program.ask(Method::PATCH, &path, Some(json!({ "number": 40, "rules": "dead-link" }))).await;
        fails(&wrong, 422, "invalid");
        let wrong = program.ask(Method::PATCH, &path, Some(json!({ "number": 40, "at": "25:00" }))).await;
        assert_eq!(body(&wrong)["error"]["fields"].as_object().unwrap().len(), 2, "{}", wrong.text);
        let started = program.ask(Method::POST, &format!("{path}/start"), None).await;
        fits(&started, Method::POST, "/api/v1/plans/{id}/start");
        assert_eq!(body(&started)["started"], 1);
        let run = body(&program.get("/api/v1/runs").await)["items"][0]["id"].clone();
        let cancelled = program.ask(Method::POST, &format!("/api/v1/runs/{run}/cancel"), None).await;
        fits(&cancelled, Method::POST, "/api/v1/runs/{id}/cancel");

        let sent = json!({ "rule": "dead-link", "site": "北山门户", "days": 30, "reason": "对方维修" });
        let exception = program.ask(Method::POST, "/api/v1/exceptions", Some(sent)).await;
        fits(&exception, Method::POST, "/api/v1/exceptions");
        let end = format!("/api/v1/exceptions/{}/end", body(&exception)["id"]);

        let now = world.clock.now();
        let sent = json!({ "from": now + TimeDelta::hours(1), "until": now + TimeDelta::hours(3), "reason": "升级" });
        let at = format!("/api/v1/sites/{site}/maintenance");
        let window = program.ask(Method::POST, &at, Some(sent.clone())).await;
        fits(&window, Method::POST, "/api/v1/sites/{id}/maintenance");
        assert_eq!(body(&window)["from"], json!(now + TimeDelta::hours(1)));
        let call_off = format!("/api/v1/maintenance/{}/end", body(&window)["id"]);
        fits(&program.get(&at).await, Method::GET, "/api/v1/sites/{id}/maintenance");
        let visit = program.ask(Method::POST, &format!("/api/v1/sites/{site}/visit"), None).await;
        fits(&visit, Method::POST, "/api/v1/sites/{id}/visit");

        let sent_report = json!({ "site": site, "page": "http://n.example/a.html", "words": "标题写错了" });
        let reported = program.ask(Method::POST, "/api/v1/findings", Some(sent_report.clone())).await;
        fits(&reported, Method::POST, "/api/v1/findings");
        assert_eq!(body(&reported)["rule"], "other");

        // Another unit's program neither sees nor touches any of it.
        for path in [&path, &at] {
            fails(&other.get(path).await, 404, "not_found");
        }
        for list in ["plans", "exceptions"] {
            assert_eq!(body(&other.get(&format!("/api/v1/{list}")).await)["total"], 0, "{list}");
            fits(&program.get(&format!("/api/v1/{list}")).await, Method::GET, &format!("/api/v1/{list}"));
        }
        for (method, path, sent) in [
            (Method::PATCH, &path, Some(json!({ "name": "x" }))),
            (Method::DELETE, &path, None),
            (Method::POST, &format!("{path}/start"), None),
            (Method::POST, &end, None),
            (Method::POST, &call_off, None),
            (Method::POST, &at, Some(sent)),
            (Method::POST, &format!("/api/v1/runs/{run}/resume"), None),
        ] {
            fails(&other.ask(method, path, sent).await, 404, "not_found");
        }
        fails(&other.ask(Method::POST, "/api/v1/findings", Some(sent_report)).await, 422, "invalid");

        for (path, route) in
            [(end, "/api/v1/exceptions/{id}/end"), (call_off, "/api/v1/maintenance/{id}/end")]
        {
            fits(&program.ask(Method::POST, &path, None).await, Method::POST, route);
        }
        fits(&program.ask(Method::DELETE, &path, None).await, Method::DELETE, "/api/v1/plans/{id}");
        fails(&program.get(&path).await, 404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn alerts_are_read_and_acknowledged_within_the_scope() {
    on_both(async |world| {
        let north = world.unit(&world.root, "北山市政府", UnitLevel::City).await;
        let south = world.unit(&world.root, "南水市政府", UnitLevel::City).await;
        let (own, foreign) = (alert(&world, &north).await, alert(&world, &south).await);
        let mut program = supervisor(&world, &north, "bei", true).await;
        let list = program.get("/api/v1/alerts?state=unread").await;
        fits(&list, Method::GET, "/api/v1/alerts");
        assert_eq!(body(&list)["items"][0]["id"], own);
        list.lacks("南水市");
        let done = program.ask(Method::POST, &format!("/api/v1/alerts/{own}/acknowledge"), None).await;
        fits(&done, Method::POST, "/api/v1/alerts/{id}/acknowledge");
        assert_eq!(body(&done)["acknowledged_by"], "监管员bei");
        fits(&program.get(&format!("/api/v1/alerts/{own}")).await, Method::GET, "/api/v1/alerts/{id}");
        fails(&program.get(&format!("/api/v1/alerts/{foreign}")).await, 404, "not_found");
        let path = format!("/api/v1/alerts/{foreign}/acknowledge");
        fails(&program.ask(Method::POST, &path, None).await, 404, "not_found");
        let sent = json!({ "unit": south.id.0, "name": "x", "home": "http://x.example", "kind": "子站" });
        let refused = program.ask(Method::POST, "/api/v1/sites", Some(sent)).await;
        fails(&refused, 422, "invalid");
        assert!(body(&refused)["error"]["fields"]["unit"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_token_has_no_more_than_its_person_and_ends() {
    on_both(async |world| {
        let mut reads = supervisor(&world, &world.root, "jian", false).await;
        let mut jian = world.visitor("jian").await;
        reads.get("/api/v1/sites").await.is(200);
        fails(&reads.ask(Method::POST, "/api/v1/sites", Some(json!({}))).await, 403, "forbidden");
        // A screen takes no token.
        let token = format!("Bearer {}", reads.token);
        let screen =
            world.stranger().ask(Method::GET, "/sites", Vec::new(), &[("authorization", &token)]).await;
        assert!(screen.location.starts_with("/login"));
        for (token, form) in [("", "xw_"), ("xw_short", ""), (&"x".repeat(43), "xw_")] {
            let mut other = Program { visitor: world.stranger(), token: format!("{form}{token}") };
            fails(&other.get("/api/v1/sites").await, 401, "unauthorized");
        }
        // Roles that are not his are not given, and what is wrong is told.
        jian.post("/account/tokens", &[("name", ""), ("days", "7"), ("roles", "leader")])
            .await
            .is(200)
            .shows("请填写令牌名称")
            .shows("请选择有效期")
            .shows("请至少勾选一个您担任的角色");
        jian.post("/account/tokens/1/end", &[]).await.leads_to("/account/tokens");
        jian.post("/account/tokens/1/end", &[]).await.is(404);
        fails(&reads.get("/api/v1/sites").await, 401, "unauthorized");
        let mut next = Program::of(&world, &mut jian, Role::Supervisor, false).await;
        next.get("/api/v1/sites").await.is(200);
        world.person(world.root.id, "sj", Role::AuditAdministrator).await;
        let mut sj = world.visitor("sj").await;
        sj.get("/audit").await.shows("创建 API 令牌").shows("停用 API 令牌").lacks(&next.token);
        // The person is disabled: his tokens rest.
        world.person(world.root.id, "aq", Role::SecurityAdministrator).await;
        let mut aq = world.visitor("aq").await;
        let jian_id = {
            use ledger::identity::store;
            store::person_of_login_unscoped(world.console.cx.db.read(), "jian").await.unwrap().unwrap().id
        };
        aq.post(&format!("/people/{jian_id}/act"), &[("deed", "disable")]).await.is(303);
        fails(&next.get("/api/v1/sites").await, 401, "unauthorized");
        aq.post(&format!("/people/{jian_id}/act"), &[("deed", "enable")]).await.is(303);
        next.get("/api/v1/sites").await.is(200);
        world.clock.turn(TimeDelta::days(30));
        fails(&next.get("/api/v1/sites").await, 401, "unauthorized");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_as_json_with_a_stable_code() {
    let world = World::new(None).await;
    let mut program = supervisor(&world, &world.root, "jian", true).await;
    fails(&program.get("/api/v1/nothing").await, 404, "not_found");
    fails(&program.get("/api/v1/sites/abc").await, 400, "bad_request");
    fails(&program.get("/api/v1/sites?page=x").await, 400, "bad_request");
    fails(&program.ask(Method::DELETE, "/api/v1/sites", None).await, 405, "method_not_allowed");
    fails(&program.ask(Method::POST, "/api/v1/sites", None).await, 415, "unsupported_media_type");
    fails(&program.ask(Method::POST, "/api/v1/sites", Some(json!([1]))).await, 422, "invalid");
    fails(&program.ask(Method::POST, "/api/v1/sites", Some(json!({ "name": {} }))).await, 422, "invalid");
    world.console.cx.db.clone().close().await.unwrap();
    fails(&program.get("/api/v1/sites").await, 503, "unavailable");
}

#[tokio::test]
async fn a_token_that_asks_too_often_waits() {
    let world = World::new(None).await;
    let mut program = supervisor(&world, &world.root, "jian", false).await;
    for _ in 0..120 {
        program.get("/api/v1/sites").await.is(200);
    }
    let refused = program.get("/api/v1/sites").await;
    fails(&refused, 429, "rate_limited");
    assert_eq!(refused.headers["retry-after"], "1");
    world.clock.turn(TimeDelta::seconds(1));
    program.get("/api/v1/sites").await.is(200);
}

#[tokio::test]
async fn an_address_that_tries_to_log_in_too_often_waits_and_others_do_not() {
    let world = World::new(None).await;
    let router = world.console.router();
    let attempt = async |ip: [u8; 4]| {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::from((ip, 1))))
            .body(axum::body::Body::from("login=x"))
            .unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    for _ in 0..20 {
        assert_eq!(attempt([10, 0, 0, 1]).await.status(), 422);
    }
    let refused = attempt([10, 0, 0, 1]).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"3".parse().unwrap()));
    assert_eq!(attempt([10, 0, 0, 2]).await.status(), 422);
    world.clock.turn(TimeDelta::seconds(3));
    assert_eq!(attempt([10, 0, 0, 1]).await.status(), 422);
}
