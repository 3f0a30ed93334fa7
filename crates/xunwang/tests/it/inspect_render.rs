//! Pages that a script makes, seen through the Chromium of this machine; and what is said without one. Serves N2.1, N5.3.
//!
//! Loopback only. Without Chromium the tests that need one say that they were skipped.

use std::io::Read;

use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

const APP: &str =
    r#"<!DOCTYPE html><html lang=zh-CN><title>青禾县</title><div id=app></div><script src=/app.js></script>"#;
const SCRIPT: &str = r#"fetch('/list.json').then(r => r.json()).then(list => {
  document.getElementById('app').innerHTML = '<h1>青禾县人民政府</h1>' +
    list.map(e => '<p><a href="' + e.url + '">' + e.title + '</a></p>').join('\n');
});
fetch('/send', {method: 'POST', body: 'x'});"#;
const LIST: &str =
    r#"[{"url": "/a.html", "title": "公告"}, {"url": "/gone.html", "title": "已经不在的公告"}]"#;

fn page(body: &str) -> Reply {
    Reply::of("text/html; charset=utf-8", body)
}

fn site() -> Routes {
    site_of(APP, SCRIPT, Reply::not_found())
}

fn site_of(home: &str, script: &str, robots: Reply) -> Routes {
    Routes::new()
        .on("/index.html", page(home))
        .on("/app.js", Reply::of("text/javascript; charset=utf-8", script))
        .on("/list.json", Reply::of("application/json", LIST))
        .on("/a.html", page("<title>公告</title><p>青禾县人民政府办公室关于开展安全生产检查的公告。"))
        .on("/robots.txt", robots)
}

fn inspect(routes: Routes, arguments: &[&str]) -> (Server, Run) {
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(arguments).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    assert!(!run.said().contains("panicked"), "{}", run.said());
    (server, run)
}

fn told(server: &Server, run: &Run) -> Vec<String> {
    run.told().iter().map(|t| t.replace(&server.origin(), "")).collect()
}

fn unchecked(run: &Run) -> Vec<String> {
    let told = run.run_json()["unchecked"].clone();
    told.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn has_chromium(run: &Run) -> bool {
    let missing = unchecked(run).iter().any(|text| text.starts_with("本机没有 Chromium"));
    if missing {
        eprintln!("skipped: no Chromium (Debian package chromium)");
    }
    !missing
}

fn rendered(run: &Run, path: &str) -> Option<String> {
    let sql =
        "select rendered from answer r join address a on a.id = r.address_id where a.url like '%' || ?1";
    run.db().query_row(sql, [path], |r| r.get(0)).unwrap()
}

/// Every record of the evidence, as text.
fn evidence(run: &Run) -> String {
    let file = std::fs::File::open(run.out.join("evidence.warc.gz")).unwrap();
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(file).read_to_end(&mut text).unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn a_page_made_by_a_script_is_read_as_visitors_see_it() {
    let (server, run) = inspect(site(), &["--render", "auto"]);
    if !has_chromium(&run) {
        return;
    }
    let told = told(&server, &run);
    assert!(told.contains(&"dead-link /gone.html".to_owned()), "{told:?}\n{}", run.said());
    assert_eq!(rendered(&run, "/index.html").as_deref(), Some("yes"));
    assert_eq!(rendered(&run, "/a.html"), None);
    assert_eq!(run.run_json()["numbers"]["pages"], 2);
    assert_eq!(unchecked(&run), Vec::<String>::new());
    let asked = server.journal();
    assert!(asked.requests().iter().all(|r| r.method == "GET" || r.method == "HEAD"), "nothing is sent");
    let kept = evidence(&run);
    let (answer, document) = (kept.find("<div id=app></div>"), kept.find("WARC-Type: conversion"));
    assert!(answer.is_some() && answer < document, "the answer first, then what became of it");
    assert!(kept[document.unwrap()..].contains("<a href=\"/gone.html\">已经不在的公告</a>"));
    let (path, kind): (String, String) = run
        .db()
        .query_row("select path, kind from screenshot where page_id = 1", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap();
    assert_eq!((path.as_str(), kind.as_str()), ("screenshots/1.jpg", "home"));
    let picture = std::fs::read(run.out.join(path)).unwrap();
    assert_eq!(picture[..3], [0xff, 0xd8, 0xff]);
    assert_eq!(run.run_json()["render"]["pages"], 1);
    assert!(run.run_json()["render"]["sandboxed"].is_boolean());
}

#[test]
fn what_is_not_rendered_is_told() {
    let (server, run) = inspect(site(), &["--render", "never"]);
    assert!(!told(&server, &run).iter().any(|t| t.starts_with("dead-link")));
    assert_eq!(unchecked(&run), ["1 个由脚本生成的页面没有渲染（--render never），其中的内容没有检查"]);
    assert_eq!(rendered(&run, "/index.html").as_deref(), Some("off"));
    assert!(!run.out.join("screenshots").exists());

    let (_, run) = inspect(site(), &["--render", "auto", "--chromium", "no/such/chromium"]);
    let why = "指定的 Chromium no/such/chromium 不存在";
    let mut told = unchecked(&run);
    told.sort();
    assert_eq!(
        told,
        [
            format!("{why}，1 个由脚本生成的页面没有渲染，其中的内容没有检查"),
            format!("{why}，首页和有篡改、广告问题的页面没有截图"),
        ]
    );
    assert_eq!(rendered(&run, "/index.html").as_deref(), Some("no-browser"));
    let html = std::fs::read_to_string(run.out.join("index.html")).unwrap();
    assert!(html.contains("未检查的内容") && html.contains(why));
}

#[test]
fn the_number_of_rendered_pages_is_bounded() {
    let second = APP.replace("青禾县", "第二页");
    let home = "<!DOCTYPE html><title>首页</title><p>青禾县人民政府<a href=/1.html>一</a><a href=/2.html>二</a><a href=/3.html>三</a>";
    let routes = site_of(home, SCRIPT, Reply::not_found());
    let routes = ["/1.html", "/2.html", "/3.html"].iter().fold(routes, |r, path| r.on(path, page(&second)));
    let (_, run) = inspect(routes, &["--render", "auto", "--render-pages", "1"]);
    if !has_chromium(&run) {
        return;
    }
    assert_eq!(
        unchecked(&run),
        ["由脚本生成的页面最多渲染 1 个（--render-pages），另有 2 个没有渲染，其中的内容没有检查"]
    );
}

#[test]
fn a_rendered_page_reaches_only_what_the_run_may_ask() {
    let other = Server::start(Routes::new().on("/x.json", Reply::of("application/json", "[]"))).unwrap();
    let script = format!(
        "fetch('{}').catch(() => 0); fetch('http://10.0.0.1/x').catch(() => 0); new Image().src = 'http://192.168.0.1/i.png';
         fetch('/secret/list.json').catch(() => 0);
         document.getElementById('app').innerHTML = '<a href=/a.html>公告</a>';",
        other.url("/x.json")
    );
    let robots = Reply::of("text/plain", "User-agent: *\nDisallow: /secret/\n");
    let routes = site_of(APP, &script, robots);
    let (server, run) = inspect(routes, &["--render", "auto", "--outgoing", "list"]);
    if !has_chromium(&run) {
        return;
    }
    assert_eq!(rendered(&run, "/index.html").as_deref(), Some("yes"));
    assert!(other.journal().targets().is_empty(), "{:?}", other.journal().targets());
    let asked = server.journal().targets();
    assert!(!asked.iter().any(|t| t.contains("secret")) && asked.iter().any(|t| t == "/a.html"), "{asked:?}");
}

#[test]
fn a_page_that_never_ends_does_not_keep_the_run() {
    let routes = site_of(APP, "for (;;) {}", Reply::not_found());
    let (_, run) = inspect(routes, &["--render", "auto"]);
    if !has_chromium(&run) {
        return;
    }
    assert_eq!(run.run_json()["state"], "finished");
    assert!(matches!(rendered(&run, "/index.html").as_deref(), Some("yes" | "failed")));
}
