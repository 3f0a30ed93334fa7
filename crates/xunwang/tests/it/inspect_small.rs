//! Small sites, each with one habit that cannot stand on the fault site beside the others. Serves N2.1, N2.4.
//!
//! Soft 404 by comparison, home pages that redirect by script, fragments made by script, names in Chinese,
//! several sites at once.

use testkit::fault_site::{Coding, document, prose};
use testkit::{Bound, Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, read_lines};

fn page(title: &str, head: &str, body: &str) -> Reply {
    Reply::html(document(Coding::Utf8.label(), title, head, body, title))
}

/// Rules and targets that were told, the server's origin left out.
fn told(server: &Server, arguments: &[&str]) -> Vec<String> {
    let run = Inspect::of(&server.url("/index.html")).with(arguments).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    run.told().iter().map(|t| t.replace(&server.origin(), "")).collect()
}

#[test]
fn a_site_that_answers_everything_with_its_home_page() {
    let home = page(
        "首页",
        "",
        "<a href=\"/index.html\">首页</a><a href=\"/real.html\">要闻</a><a href=\"/lost.html\">旧</a>",
    );
    let routes = Routes::new()
        .on("/index.html", home.clone())
        .on("/real.html", page("要闻", "", "<h1>要闻</h1>"))
        .on("/robots.txt", Reply::not_found())
        .otherwise(home);
    assert_eq!(told(&Server::start(routes).unwrap(), &[]), ["soft-404 /lost.html"]);
}

#[test]
fn a_site_whose_error_page_answers_ok_with_changing_words() {
    let home = page(
        "首页",
        "",
        "<a href=\"/real.html\">要闻</a><a href=\"/lost-1.html\">旧</a><a href=\"/lost-2.html\">旧</a>",
    );
    let routes = Routes::new()
        .on("/index.html", home)
        .on("/real.html", page("要闻", "", "<h1>要闻</h1>"))
        .on("/robots.txt", Reply::not_found())
        .when(|request, visit| {
            // No word that gives it away; address and number of visits change from answer to answer.
            let body =
                format!("<p>系统提示：{}，编号{visit}。请联系管理员。</p>{}", request.target, prose("框架"));
            Some(Reply::html(document("utf-8", "系统提示", "", &body, "框架")))
        });
    let told = told(&Server::start(routes).unwrap(), &[]);
    assert_eq!(told, ["soft-404 /lost-1.html", "soft-404 /lost-2.html"]);
}

#[test]
fn a_home_page_that_is_only_a_script_redirect() {
    let home = "<html><head><title>跳转</title><script>window.location.href='/portal/index.html';</script></head></html>";
    let routes = Routes::new()
        .on("/index.html", Reply::html(home))
        .on("/portal/index.html", page("门户", "", "<a href=\"/gone.html\">旧</a>"));
    assert_eq!(told(&Server::start(routes).unwrap(), &[]), ["dead-link /gone.html"]);
}

#[test]
fn a_home_page_that_is_only_a_refresh() {
    let routes = Routes::new()
        .on(
            "/index.html",
            Reply::html("<meta http-equiv=refresh content='0;url=portal/index.html'><title>跳转</title>"),
        )
        .on("/portal/index.html", page("门户", "", "<a href=\"/gone.html\">旧</a>"));
    assert_eq!(told(&Server::start(routes).unwrap(), &[]), ["dead-link /gone.html"]);
}

#[test]
fn fragments_that_a_script_makes_are_one_finding_a_kind() {
    let lines: String =
        (1..=60).map(|n| format!("<a href=\"/code.html#{n}-{}\">第{n}行</a>", n + 1)).collect();
    let routes = Routes::new()
        .on("/index.html", page("首页", "", &format!("{lines}<a href=\"/code.html#附则\">附则</a>")))
        .on("/code.html", page("条文", "<script>function mark(){}</script>", "<p id=\"x\">条文</p>"));
    let told = told(&Server::start(routes).unwrap(), &[]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("dead-fragment /code.html#"), "{told:?}");
    assert!(told[1].starts_with("script-fragment "), "{told:?}");
}

#[test]
fn a_host_name_in_chinese_is_listed_in_its_ascii_form() {
    let routes = Routes::new().on(
        "/index.html",
        page(
            "首页",
            "",
            "<a href=\"http://例子.test/一\">甲</a><a href=\"http://例子。TEST/二?k=三\">乙</a>",
        ),
    );
    let told = told(&Server::start(routes).unwrap(), &["--outgoing", "list"]);
    assert_eq!(
        told,
        [
            "outgoing-link http://xn--fsqu00a.test/%E4%B8%80",
            "outgoing-link http://xn--fsqu00a.test/%E4%BA%8C?k=%E4%B8%89",
        ]
    );
}

#[test]
fn a_clean_site_ends_with_zero() {
    let routes = Routes::new()
        .on("/index.html", page("首页", "", "<a href=\"/a.html\">甲</a>"))
        .on("/a.html", page("甲", "", ""));
    let server = Server::start(routes).unwrap();
    Inspect::of(&server.url("/index.html")).run().ended_with(0);
}

#[test]
fn the_level_of_fail_on_decides_the_exit_code() {
    let routes = Routes::new().on("/index.html", page("首页", "", "<a href=\"#nowhere\">节</a>"));
    let server = Server::start(routes).unwrap();
    let with = |level: &str| Inspect::of(&server.url("/index.html")).with(&["--fail-on", level]).run().code();
    // A dead fragment is a warning.
    assert_eq!((with("notice"), with("warning"), with("fault"), with("never")), (1, 1, 0, 0));
}

#[test]
fn robots_are_obeyed_unless_told_otherwise() {
    let routes = || {
        Routes::new()
            .on("/robots.txt", Reply::of("text/plain", "\u{feff}User-agent: *\nDisallow: /inner/\n"))
            .on(
                "/index.html",
                page("首页", "", "<a href=\"/inner/a.html\">内</a><a href=\"/open.html\">外</a>"),
            )
            .on("/open.html", page("外", "", ""))
            .on("/inner/a.html", page("内", "", "<a href=\"/gone.html\">旧</a>"))
    };
    let server = Server::start(routes()).unwrap();
    assert_eq!(told(&server, &[]), [] as [&str; 0]);
    assert_eq!(
        (server.journal().visits("/inner/a.html"), server.journal().visits("/open.html") > 0),
        (0, true)
    );
    let server = Server::start(routes()).unwrap();
    assert_eq!(told(&server, &["--ignore-robots"]), ["dead-link /gone.html"]);
}

#[test]
fn depth_pages_include_and_exclude_bound_what_is_read() {
    let link = |n: usize| {
        page(
            &format!("第{n}页"),
            "",
            &format!("<a href=\"/p{}.html\">下页</a><a href=\"/x{n}.html\">旧</a>", n + 1),
        )
    };
    let routes =
        (0..9).fold(Routes::new().on("/index.html", link(0)), |r, n| r.on(&format!("/p{n}.html"), link(n)));
    let server = Server::start(routes).unwrap();
    let dead = |arguments: &[&str]| {
        told(&server, arguments).iter().filter(|t| t.starts_with("dead-link /x")).count()
    };
    assert_eq!(dead(&["--depth", "0"]), 1);
    assert_eq!(dead(&["--depth", "2"]), 3);
    assert_eq!(dead(&["--pages", "3"]), 3);
    assert_eq!(dead(&["--exclude", "/p3\\.html"]), 3);
    assert_eq!(dead(&["--exclude", "/x"]), 0);
}

#[test]
fn several_sites_have_a_folder_each_and_one_list_above() {
    let site = |title: &'static str| {
        let beside = page(title, "", "<a href=\"/gone.html\">旧</a>");
        Bound::new().unwrap().serve(Routes::new().on("/index.html", beside))
    };
    let (one, other) = (site("青禾市水利局"), site("云泽县教育局"));
    let table = format!(
        "网站名称,首页网址\n青禾市水利局,{}/index.html\n云泽县教育局,{}/index.html\n",
        one.origin(),
        other.origin()
    );
    let folder = Folder::new();
    let file = folder.write("网站.csv", encoding_rs::GB18030.encode(&table).0);
    let run = Inspect::plain(&["--sites", &file, "--rate", "0"]).run().ended_with(1);
    let findings = run.of_rule("dead-link");
    let targets: Vec<&str> = findings.iter().filter_map(|f| f["target"].as_str()).collect();
    assert_eq!(targets.len(), 2, "{}", run.said());
    assert!(
        targets.contains(&one.url("/gone.html").as_str())
            && targets.contains(&other.url("/gone.html").as_str())
    );
    assert!(run.out.join("index.html").is_file());
    let folders: Vec<_> = std::fs::read_dir(&run.out)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.join("findings.ndjson").is_file())
        .collect();
    assert_eq!(folders.len(), 2, "{folders:?}");
    for folder in folders {
        let found = read_lines(&folder.join("findings.ndjson"));
        // The kit's servers send no header that protects visitors.
        assert_eq!(found.iter().filter(|f| f["rule"] != "missing-security-header").count(), 1);
        assert!(folder.join("index.html").is_file() && folder.join("run.db").is_file());
    }
}
