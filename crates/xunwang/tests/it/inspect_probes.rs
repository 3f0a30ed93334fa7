//! What is asked beyond the links of pages with `--probes`, and only then. Serves N2.3, N2.5.
//!
//! Small sites whose search, forms and forgotten files answer as written here; the server's own journal tells what
//! was asked of it.

use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

const TITLE: &str = "青禾县防汛抗旱应急预案全文";

fn page(title: &str, body: &str) -> Reply {
    Reply::of(
        "text/html; charset=utf-8",
        format!("<!DOCTYPE html><html lang=zh-CN><title>{title}_青禾县</title>{body}"),
    )
}

fn site(results: Reply, mail: Reply) -> Routes {
    let home = "<form action=/so><input name=keyword placeholder=搜索></form><a href=/fx.html>预案</a>\
                <form action=/mail/send.do method=post><input name=name><textarea name=text></textarea></form>\
                <form action=/user/logout.do><button>退出</button></form>";
    Routes::new()
        .on("/index.html", page("首页", home))
        .on("/fx.html", page(TITLE, "<p>正文</p>"))
        .on("/robots.txt", Reply::not_found())
        .when(move |request, _| request.target.starts_with("/so?").then(|| results.clone()))
        .on("/mail/send.do", mail)
}

fn inspect(routes: Routes, arguments: &[&str]) -> (Server, Run) {
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(arguments).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    (server, run)
}

fn told(server: &Server, run: &Run) -> Vec<String> {
    run.told().iter().map(|t| t.replace(&server.origin(), "")).collect()
}

#[test]
fn broken_doors_are_told_and_nothing_is_sent() {
    let routes = site(page("搜索", "<p>没有找到相关内容</p>"), Reply::not_found())
        .on("/.git/HEAD", Reply::of("text/plain", "ref: refs/heads/main\n"))
        .on("/backup.sql", page("青禾县人民政府", "<p>欢迎</p>"));
    let (server, run) = inspect(routes, &["--probes"]);
    let told = told(&server, &run);
    assert!(told.contains(&"exposed-file /.git/HEAD".to_owned()), "{told:?}");
    assert!(told.contains(&"form-fault /mail/send.do".to_owned()), "{told:?}");
    let search = told.iter().filter(|t| t.starts_with("search-fault /so?keyword=")).count();
    assert_eq!((search, told.iter().filter(|t| t.starts_with("exposed-file")).count()), (1, 1), "{told:?}");
    let journal = server.journal();
    assert!(journal.requests().iter().all(|r| r.method == "GET" || r.method == "HEAD"));
    assert!(!journal.targets().iter().any(|t| t.contains("logout")), "a form that logs out was asked");
}

#[test]
fn a_search_that_finds_its_page_and_forms_that_answer_are_no_findings() {
    let results = page("搜索", &format!("<a href=/fx.html>{TITLE}</a>"));
    let (server, run) = inspect(site(results, Reply::status(405)), &["--probes"]);
    assert_eq!(told(&server, &run), Vec::<String>::new());
}

#[test]
fn without_the_option_nothing_is_asked_that_no_page_links_to() {
    let (server, _run) = inspect(site(Reply::not_found(), Reply::not_found()), &[]);
    let asked: Vec<_> = server
        .journal()
        .targets()
        .into_iter()
        .filter(|t| !t.starts_with("/xunwang-") && !["/robots.txt", "/sitemap.xml"].contains(&t.as_str()))
        .collect();
    assert_eq!(
        asked.iter().filter(|t| !["/index.html", "/fx.html"].contains(&t.as_str())).count(),
        0,
        "{asked:?}"
    );
}

#[test]
fn a_run_that_is_resumed_tells_each_finding_once() {
    let routes = site(page("搜索", "<p>没有找到</p>"), Reply::not_found());
    let server = Server::start(routes).unwrap();
    let inspect = Inspect::of(&server.url("/index.html")).with(&["--probes"]);
    let first = inspect.run();
    let once = told(&server, &first);
    let again = inspect.resume().with(&["--probes"]).run();
    assert_eq!(told(&server, &again), once);
}
