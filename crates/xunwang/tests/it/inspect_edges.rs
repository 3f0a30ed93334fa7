//! Where runs meet their edges: queues that spill, redirected homes, several sites at once, secrets, closed pipes.
//! Serves N2.1, N2.4.
//!
//! Each test is a fault that once was; none looks into the program.

use std::fmt::Write as _;
use std::process::Stdio;

use testkit::fault_site::{Coding, document};
use testkit::tls::Identity;
use testkit::{Bound, Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, program};

fn page(title: &str, body: &str) -> Reply {
    Reply::html(document(Coding::Utf8.label(), title, "", body, title))
}

/// `/index.html` and so many pages that hang on it in a chain; no faults.
fn chain(pages: usize) -> Server {
    let link =
        |n: usize| page(&format!("第{n}页"), &format!("<a href=\"/p{}.html\">下页</a>", (n + 1).min(pages)));
    let routes = (1..=pages)
        .fold(Routes::new().on("/index.html", link(0)), |r, n| r.on(&format!("/p{n}.html"), link(n)));
    Server::start(routes).unwrap()
}

/// Redirects that end at addresses which still wait in the run file, far beyond what is queued in memory.
#[test]
fn a_redirect_into_the_waiting_part_of_the_queue_does_not_hold_up_the_end() {
    const LINKS: usize = 20_600;
    let mut links = "<a href=\"/go\">转</a>".to_owned();
    for n in 0..LINKS {
        write!(links, "<a href=\"/n/{n}.html\">{n}</a>").unwrap();
    }
    let last = format!("/n/{}.html", LINKS - 1);
    let routes = Routes::new()
        .on("/index.html", Reply::html(format!("<title>首页</title>{links}")))
        .on("/go", Reply::redirect(302, &last))
        .when(|request, _| {
            request.path().starts_with("/n/").then(|| Reply::html("<title>条目</title><p>内容"))
        });
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).run().ended_with(0);
    assert_eq!(run.run_json()["state"], "finished");
    assert_eq!(run.answer(&server.url(&last)).unwrap().0, "ok");
}

#[test]
fn a_home_that_refuses_head_is_followed_to_where_it_moved() {
    let new = Bound::new()
        .unwrap()
        .serve(Routes::new().on("/index.html", page("首页", "<a href=\"/gone.html\">旧</a>")));
    let target = new.url("/index.html");
    let old = Server::start(Routes::new().when(move |request, _| {
        (request.path() == "/").then(|| match request.method.as_str() {
            "HEAD" => Reply::status(405),
            _ => Reply::redirect(302, &target),
        })
    }))
    .unwrap();
    let run = Inspect::of(&old.url("/")).run().ended_with(1);
    assert_eq!(run.told(), [format!("dead-link {}", new.url("/gone.html"))]);
}

#[test]
fn a_home_that_leads_away_or_is_forbidden_is_no_clean_site() {
    let elsewhere = chain(1);
    // Another host, as far as names tell.
    let target = elsewhere.url("/index.html").replace("127.0.0.1", "localhost");
    let away = Server::start(Routes::new().on("/", Reply::redirect(302, &target))).unwrap();
    let run = Inspect::of(&away.url("/")).run().ended_with(3);
    assert!(run.stdout.contains("无法检查") && run.stdout.contains(&target), "{}", run.said());
    let dead =
        Server::start(Routes::new().on("/", Reply::redirect(302, "http://www.example.invalid/"))).unwrap();
    let run = Inspect::of(&dead.url("/")).run().ended_with(3);
    assert!(run.stdout.contains("example.invalid/，打不开"), "{}", run.said());
    let forbidden = Server::start(
        Routes::new()
            .on("/robots.txt", Reply::of("text/plain", "User-agent: *\nDisallow: /\n"))
            .on("/index.html", page("首页", "")),
    )
    .unwrap();
    let run = Inspect::of(&forbidden.url("/index.html")).run().ended_with(3);
    assert!(run.stdout.contains("--ignore-robots"), "{}", run.said());
    assert_eq!(forbidden.journal().visits("/p1.html"), 0);
}

#[test]
fn a_limit_of_pages_holds_for_each_site() {
    let sites = [chain(12), chain(12), chain(12)];
    let mut table = "首页网址\n".to_owned();
    for site in &sites {
        writeln!(table, "{}", site.url("/index.html")).unwrap();
    }
    let folder = Folder::new();
    let file = folder.write("sites.csv", &table);
    let run = Inspect::plain(&["--sites", &file, "--rate", "0", "--pages", "8"]).run().ended_with(0);
    let mut read = Vec::new();
    for entry in std::fs::read_dir(&run.out).unwrap() {
        let path = entry.unwrap().path().join("run.json");
        if path.is_file() {
            let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            read.push((told["numbers"]["pages"].clone(), told["numbers"]["run"]["pages"].clone()));
        }
    }
    assert_eq!(read, [(8.into(), 8.into()), (8.into(), 8.into()), (8.into(), 8.into())]);
}

/// Addresses that refuse HEAD are asked with GET and could be read by the way, beyond what was allowed.
#[test]
fn a_limit_of_pages_holds_where_head_is_refused() {
    let links: String = (0..30).map(|n| format!("<a href=\"/p{n}.html\">{n}</a>")).collect();
    let routes = Routes::new().on("/index.html", page("首页", &links)).when(|request, _| {
        let name = request.path().strip_prefix("/p")?;
        Some(if request.method == "HEAD" { Reply::status(405) } else { page(name, "") })
    });
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(&["--pages", "5"]).run().ended_with(0);
    assert_eq!(run.run_json()["numbers"]["pages"], 5);
}

#[test]
fn patterns_of_pages_to_read_leave_the_start_and_the_checks_alone() {
    let routes = Routes::new()
        .on("/index.html", page("首页", "<a href=\"/a/1.html\">甲</a><a href=\"/b/1.html\">乙</a>"))
        .on("/a/1.html", page("甲", "<img src=\"/gone/a.png\">"))
        .on("/b/1.html", page("乙", "<img src=\"/gone/b.png\"><a href=\"/index.html\">首页</a>"));
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(&["--include", "/a/"]).run().ended_with(1);
    assert_eq!(run.told(), [format!("dead-resource {}", server.url("/gone/a.png"))]);
    assert_eq!(run.answer(&server.url("/b/1.html")).unwrap().0, "ok");
}

#[test]
fn what_the_user_sends_is_kept_from_a_host_with_a_bad_certificate() {
    let routes = || Routes::new().on("/index.html", page("首页", ""));
    let given = ["--cookie", "sid=s3cret", "--header", "X-Token: s3cret"];
    let unsound = Bound::new().unwrap().serve_tls(routes(), Identity::self_signed(&["127.0.0.1"]).unwrap());
    Inspect::of(&unsound.url("/index.html")).with(&given).run().ended_with(1);
    let leaked: Vec<_> =
        unsound.journal().requests().into_iter().filter(|s| s.cookie.contains("s3cret")).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
    // The same options reach a host that is sound.
    let plain = Server::start(routes()).unwrap();
    Inspect::of(&plain.url("/index.html")).with(&given).run().ended_with(0);
    assert!(plain.journal().requests().iter().all(|s| s.cookie.contains("s3cret")));
}

#[test]
fn a_reader_that_stops_listening_is_no_fault() {
    let folder = Folder::new();
    let body: String = (0..5_000).map(|n| format!("<a href=\"/{n}.html\">{n}</a>")).collect();
    let file = folder.write("page.html", body);
    let mut child = program()
        .args(["page", &file])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn the_report_that_is_named_is_there() {
    let server = chain(1);
    for (formats, named) in [("html", "index.html"), ("ndjson", "report")] {
        let run = Inspect::of(&server.url("/index.html")).with(&["--format", formats]).run().ended_with(0);
        let line = run.stdout.lines().find(|l| l.starts_with("报告：")).unwrap().to_owned();
        let path = std::path::PathBuf::from(line.trim_start_matches("报告："));
        assert!(path.ends_with(named) && path.exists(), "{line}");
    }
}

#[test]
fn a_new_run_leaves_no_report_of_the_one_before() {
    let server = chain(1);
    let inspect = Inspect::of(&server.url("/index.html"));
    assert!(inspect.run().ended_with(0).out.join("report.xlsx").is_file());
    let run = inspect.with(&["--format", "ndjson"]).run().ended_with(0);
    assert!(run.out.join("findings.ndjson").is_file());
    assert!(!run.out.join("report.xlsx").exists() && !run.out.join("index.html").exists());
}

#[test]
fn a_run_file_that_cannot_be_made_is_told_and_no_report_is_named() {
    let server = chain(1);
    let inspect = Inspect::of(&server.url("/index.html"));
    std::fs::create_dir_all(inspect.out.join("run.db")).unwrap();
    let run = inspect.run().ended_with(3);
    assert!(run.stderr.contains("run.db") && !run.stdout.contains("报告："), "{}", run.said());
    assert!(!run.stderr.contains("os error") && !run.stderr.contains("unable to open"), "{}", run.said());
}

/// Without a word from robots.txt nothing but the start page may be asked, and that must tell what is wrong.
#[test]
fn a_site_that_cannot_give_its_robots_txt_is_told_for_what_it_is() {
    let broken = Server::start(Routes::new().otherwise(Reply::status(500))).unwrap();
    let run = Inspect::of(&broken.url("/index.html")).run().ended_with(3);
    assert_eq!(run.told(), [format!("unreachable-page {}", broken.url("/index.html"))]);
    let halves = |status: u16| {
        Routes::new()
            .on("/robots.txt", Reply::status(status))
            .on("/index.html", page("首页", "<a href=\"/gone.html\">旧</a>"))
    };
    let half = Server::start(halves(503)).unwrap();
    let run = Inspect::of(&half.url("/index.html")).run().ended_with(3);
    assert!(run.stdout.contains("robots.txt 返回 503"), "{}", run.said());
    assert_eq!((half.journal().visits("/robots.txt"), half.journal().visits("/gone.html")), (3, 0));
    // What a firewall says in its place forbids nothing.
    let walled = Server::start(halves(521)).unwrap();
    let run = Inspect::of(&walled.url("/index.html")).run().ended_with(1);
    assert_eq!(run.told(), [format!("dead-link {}", walled.url("/gone.html"))]);
}

#[test]
fn a_proxy_that_is_not_there_is_no_fault_of_the_site() {
    let run =
        Inspect::plain(&["http://qinghe.example/", "--proxy", "http://127.0.0.99:9", "--rate", "0"]).run();
    assert_eq!((run.code(), run.findings().len()), (3, 0), "{}", run.said());
    assert!(run.stdout.contains("代理服务器连不上"), "{}", run.said());
}

/// A site that leads every unknown address to its home page, and one that leads everybody to its login.
#[test]
fn led_home_like_made_up_addresses_is_gone_and_led_to_a_login_is_not() {
    let routes =
        Routes::new().on("/", page("首页", "<a href=\"/gone.html\">旧</a><a href=\"/a.html\">甲</a>"));
    let home =
        Server::start(routes.on("/a.html", page("甲", "")).otherwise(Reply::redirect(302, "/"))).unwrap();
    let run = Inspect::of(&home.url("/")).run().ended_with(1);
    let told = run.told();
    assert!(told.contains(&format!("soft-404 {}", home.url("/gone.html"))), "{told:?}");
    assert!(!told.iter().any(|t| t.ends_with("/a.html")), "{told:?}");
    let login = Server::start(
        Routes::new().on("/login", page("登录", "<form></form>")).otherwise(Reply::redirect(302, "/login")),
    )
    .unwrap();
    let run = Inspect::of(&login.url("/")).run();
    assert!(run.code() < 3 && run.of_rule("soft-404").is_empty(), "{}", run.said());
}
