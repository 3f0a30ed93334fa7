//! Tampering that shows only to a crawl: cloaked pages, changes since an earlier run, style sheets and scripts in files
//! of their own. Serves N2.5.
//!
//! Words of advertisements and names of miners are the only harm here; all hosts are made up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use testkit::{Reply, Request, Routes, Server};

use crate::inspect_run::{Inspect, Run};

const SPAM: &str = "澳门新葡京娱乐城_百家乐在线开户_时时彩投注平台";

fn page(title: &str, body: &str) -> Reply {
    Reply::of(
        "text/html; charset=utf-8",
        format!(
            "<!DOCTYPE html><html lang=zh-CN><head><title>{title}</title></head><body>{body}</body></html>"
        ),
    )
}

fn plain_home() -> Reply {
    page(
        "青禾县人民政府",
        "<h1>青禾县人民政府</h1><p>关于做好春耕备耕工作的通知。</p><a href=/a.html>通知</a>",
    )
}

fn spam_home() -> Reply {
    page(SPAM, &format!("<h1>{SPAM}</h1><a href=http://www.yule.example/>{SPAM}</a><a href=/a.html>通知</a>"))
}

/// A site whose home page is made anew for each request.
fn site(home: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    let routes = Routes::new()
        .on("/robots.txt", Reply::not_found())
        .on("/a.html", page("通知_青禾县人民政府", "<p>正文</p>"))
        .when(move |request, _| (request.path() == "/index.html").then(|| home(request)));
    Server::start(routes).unwrap()
}

fn inspect(server: &Server, options: &[&str]) -> Run {
    let run = Inspect::of(&server.url("/index.html")).with(&["--outgoing", "list"]).with(options).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    run
}

fn causes(run: &Run, rule: &str) -> Vec<String> {
    run.of_rule(rule).iter().map(|f| f["cause"].as_str().unwrap_or_default().to_owned()).collect()
}

fn nothing(run: &Run, rule: &str) {
    assert_eq!(causes(run, rule), Vec::<String>::new());
}

#[test]
fn a_page_for_search_engines_only_is_told() {
    let server = site(|request| match request.header("user-agent") {
        Some(agent) if agent.contains("Baiduspider") => spam_home(),
        _ => plain_home(),
    });
    let told = causes(&inspect(&server, &["--cloak-pages", "1"]), "cloaked-page");
    assert!(told.len() == 1 && told[0].starts_with("搜索引擎看到的页面"), "{told:?}");
    nothing(&inspect(&server, &["--cloak-pages", "0"]), "cloaked-page");
}

#[test]
fn a_page_for_those_who_come_from_a_search_engine_is_told() {
    let server = site(|request| match request.header("referer") {
        Some(from) if from.contains("baidu") => Reply::redirect(302, "http://www.yule.example/"),
        _ => plain_home(),
    });
    let told = causes(&inspect(&server, &["--cloak-pages", "1"]), "cloaked-page");
    assert!(told.len() == 1 && told[0].starts_with("从搜索引擎点击进入时"), "{told:?}");
    assert!(told[0].contains("www.yule.example"), "{told:?}");
}

/// A counter, the time, a picture for telephones: what differs for honest reasons.
#[test]
fn pages_that_differ_by_a_number_or_a_layout_are_not_cloaked() {
    let server = site(|request| {
        let agent = request.header("user-agent").unwrap_or_default().len();
        let body = format!("<h1>青禾县人民政府</h1><p>您是第 {agent} 位访客</p><a href=/a.html>通知</a>");
        page("青禾县人民政府", &body)
    });
    nothing(&inspect(&server, &["--cloak-pages", "3"]), "cloaked-page");
    let identities: std::collections::BTreeSet<_> =
        server.journal().requests().into_iter().filter(|r| r.target == "/a.html").map(|r| r.method).collect();
    assert!(identities.contains("GET"));
}

#[test]
fn what_changed_since_an_earlier_run_is_told_and_news_are_not() {
    let changed = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&changed);
    let server = site(move |_| if switch.load(Ordering::SeqCst) { spam_home() } else { plain_home() });
    let first = inspect(&server, &["--cloak-pages", "0"]);
    let baseline = first.out.to_str().unwrap();
    let again = inspect(&server, &["--cloak-pages", "0", "--baseline", baseline]);
    nothing(&again, "changed-page");
    changed.store(true, Ordering::SeqCst);
    let after = inspect(&server, &["--cloak-pages", "0", "--baseline", baseline]);
    let told = causes(&after, "changed-page");
    assert!(told.len() == 1 && told[0].contains("与上次巡检相比"), "{told:?}");
    assert_eq!(after.of_rule("changed-page")[0]["page"], server.url("/index.html"));
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let server = site(|_| plain_home());
    let inspect = Inspect::of(&server.url("/index.html"));
    let empty = inspect.folder().0.to_str().unwrap().to_owned();
    let run = inspect.with(&["--baseline", &empty]).run();
    assert_eq!(run.code(), 2, "{}", run.said());
    assert!(run.stderr.contains("没有巡检结果 run.db"), "{}", run.said());
    assert_eq!(server.journal().visits("/index.html"), 0);
}

/// Links to six strangers in a part that only the sheet can hide.
fn bundle() -> String {
    let names = ["阳光旅行", "华光建材", "东风装饰", "小康家政", "金桥搬家", "福满楼"];
    let link = |(n, name): (usize, &&str)| format!("<a href=http://www.a{n}.example{n}/>{name}</a>");
    names.iter().enumerate().map(link).collect()
}

fn with_sheet(css: &str, head: &str, body: String) -> Server {
    let home = format!("<link rel=stylesheet href=/css/site.css>{head}{body}<a href=/a.html>通知</a>");
    let second = format!("<link rel=stylesheet href=/css/site.css>{head}{body}");
    let routes = Routes::new()
        .on("/robots.txt", Reply::not_found())
        .on("/index.html", page("青禾县", &home))
        .on("/a.html", page("通知_青禾县", &second))
        .on("/site.js", Reply::of("text/javascript", "function open(){}"))
        .on("/css/site.css", Reply::of("text/css", css));
    Server::start(routes).unwrap()
}

#[test]
fn links_hidden_by_a_style_sheet_of_the_site_are_told() {
    for css in [
        "h1{color:red} .gz{display:none}",
        ".gz{position:absolute;left:-9999px}",
        "div .gz{width:0;height:0;overflow:hidden}",
    ] {
        let server = with_sheet(css, "", format!("<div><p class=gz>{}</p></div>", bundle()));
        let run = inspect(&server, &[]);
        let pages: Vec<_> = run.of_rule("hidden-link").iter().map(|f| f["page"].clone()).collect();
        assert_eq!(pages.len(), 2, "{css}: {pages:?} {}", run.said());
        let asked = server.journal().visits("/css/site.css");
        assert!(asked <= 2, "{css}: the sheet was asked for {asked} times");
    }
}

/// The list of friends that a visitor opens, a menu of the site's own, a part in sight.
#[test]
fn what_a_visitor_can_open_is_no_hidden_link() {
    let script = "<script src=/site.js></script>";
    let list =
        |class: &str| format!("<div class=xl><h3>友情链接</h3><p class={class}>{}</p></div>", bundle());
    let menu = "<p class=gz><a href=/a.html>通知</a><a href=/a.html?b>公告</a></p>".to_owned();
    for (css, head, body) in [
        (".yc{display:none}", script, list("yc")),
        (".yc{height:0;overflow:hidden} .xl:hover .yc{height:auto}", "", list("yc")),
        (".gz{display:none}", "", format!("{menu}{}", list("yc"))),
        ("@media print{.yc{display:none}}", "", list("yc")),
    ] {
        let server = with_sheet(css, head, body);
        nothing(&inspect(&server, &[]), "hidden-link");
    }
}

#[test]
fn a_sheet_that_is_not_there_costs_nothing() {
    let body = format!("<link rel=stylesheet href=/css/gone.css><p class=gz>{}</p>", bundle());
    let server = with_sheet("", "", body);
    let run = inspect(&server, &[]);
    nothing(&run, "hidden-link");
    assert!(
        run.told().contains(&format!("dead-resource {}", server.url("/css/gone.css"))),
        "{:?}",
        run.told()
    );
}

#[test]
fn a_script_file_that_harms_is_told_and_a_packed_one_is_not() {
    let miner = "var m=new CoinHive.Anonymous('k');m.start();";
    let packed = "eval(function(p,a,c,k,e,d){return p}('0 1',2,2,'var|a'.split('|'),0,{}))";
    let routes = Routes::new()
        .on("/robots.txt", Reply::not_found())
        .on(
            "/index.html",
            page(
                "青禾县",
                "<script src=/js/m.js></script><script src=/js/p.js></script><a href=/a.html>通知</a>",
            ),
        )
        .on("/a.html", page("通知", "<script src=/js/m.js></script><script src=/js/gone.js></script>"))
        .on("/js/m.js", Reply::of("application/octet-stream", miner))
        .on("/js/p.js", Reply::of("text/javascript", packed));
    let server = Server::start(routes).unwrap();
    let run = inspect(&server, &[]);
    let told = run.of_rule("malicious-script");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["page"], server.url("/js/m.js"));
    assert!(told[0]["cause"].as_str().unwrap().contains("脚本文件中有"), "{told:?}");
    // A script that is gone is a dead resource, as it was before scripts were read.
    assert!(run.told().contains(&format!("dead-resource {}", server.url("/js/gone.js"))), "{:?}", run.told());
    assert_eq!(server.journal().visits("/js/m.js"), 1);
}
