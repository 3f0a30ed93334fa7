//! Habits of links, charsets, indexes and servers that made other inspectors lie, one small site each. Serves N2.1, N2.4.
//!
//! The rules behind them have tables of their own; here the program as a whole asks the right addresses and
//! calls the right ones dead.

use calamine::Reader;
use encoding_rs::GB18030;
use testkit::server::gzip;
use testkit::{Bound, Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

/// A page in UTF-8 with these words.
fn page(body: &str) -> Reply {
    Reply::of(
        "text/html; charset=utf-8",
        format!("<!DOCTYPE html><html lang=zh-CN><title>青禾县水务局</title>{body}"),
    )
}

fn dot() -> Reply {
    Reply::of("image/png", [137, 80, 78, 71, 13, 10, 26, 10])
}

/// Runs on `/index.html`, which holds `body`; every target in `there` is a page, and nothing else is.
struct Told {
    server: Server,
    run: Run,
}

fn inspect(routes: Routes, arguments: &[&str]) -> Told {
    let server = Server::start(routes.on("/robots.txt", Reply::not_found())).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(arguments).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    Told { server, run }
}

fn front(body: &str, there: &[&str]) -> Routes {
    there.iter().fold(Routes::new().on("/index.html", page(body)), |r, target| {
        r.on(target, if target.ends_with(".png") { dot() } else { page("<p>正文</p>") })
    })
}

impl Told {
    /// Rules and targets that were told, the server's origin left out.
    fn told(&self) -> Vec<String> {
        self.run.told().iter().map(|t| t.replace(&self.server.origin(), "")).collect()
    }

    /// Fails unless exactly these findings were told.
    fn tells(&self, expected: &[&str]) -> &Told {
        assert_eq!(self.told(), expected, "{}", self.run.said());
        self
    }

    /// What was asked of the server, but for robots.txt, sitemaps nobody named and made-up addresses.
    fn asked(&self) -> Vec<String> {
        let targets = self.server.journal().targets();
        targets
            .into_iter()
            .filter(|t| {
                !t.starts_with("/xunwang-")
                    && !["/robots.txt", "/sitemap.xml", "/index.html"].contains(&t.as_str())
            })
            .collect()
    }

    /// Verdict of an address of the server.
    fn verdict(&self, target: &str) -> String {
        self.run.answer(&self.server.url(target)).map_or_else(|| "never asked".into(), |(verdict, _)| verdict)
    }

    /// Charset and title of a page that was read.
    fn page(&self, target: &str) -> (String, String) {
        let sql =
            "select r.charset, r.title from address a join answer r on r.address_id = a.id where a.url = ?1";
        let read = self.run.db().query_row(sql, [self.server.url(target)], |r| Ok((r.get(0)?, r.get(1)?)));
        read.unwrap_or_else(|e| panic!("{target}: {e}: {}", self.run.said()))
    }
}

#[test]
fn pictures_for_several_screens_are_cut_where_browsers_cut() {
    let body = "<img src=\"/p.png\" srcset=\"/p/w_9,q_8/1.png 1x,/p/2.png 2x, /p/3,.png 3x,\">\
        <img srcset='data:image/png;base64,AA==, /p/4.png'><img srcset=' /p/5.png\t480w,\n/p/gone,6.png 960w'>";
    let there = ["/p.png", "/p/w_9,q_8/1.png", "/p/2.png", "/p/3,.png", "/p/4.png", "/p/5.png"];
    let told = inspect(front(body, &there), &[]);
    told.tells(&["dead-resource /p/gone,6.png"]);
    let mut expected: Vec<&str> = there.into_iter().chain(["/p/gone,6.png"]).collect();
    expected.sort_unstable();
    assert_eq!(told.asked(), expected);
}

#[test]
fn blanks_around_an_address_go_and_wide_blanks_stay() {
    let body = "<a href=' \t/1.html\r\n'>一</a><a href='/2\n.ht\tml'>二</a><a href='/3 4.html'>三</a>\
        <a href='/5.html\u{a0}'>五</a><a href='\u{3000}/6.html'>六</a>";
    let told = inspect(front(body, &["/1.html", "/2.html", "/3%204.html", "/5.html", "/6.html"]), &[]);
    told.tells(&["dead-link /%E3%80%80/6.html", "dead-link /5.html%C2%A0"]);
    assert_eq!(told.asked(), ["/%E3%80%80/6.html", "/1.html", "/2.html", "/3%204.html", "/5.html%C2%A0"]);
}

#[test]
fn a_page_in_gbk_asks_in_gbk_once() {
    let body = "<meta charset=gb2312><title>检索</title><a href='/查?q=水利'>一</a><a href='/s?q=%CB%AE'>二</a>\
        <a href='/s?q=€'>三</a><a href='/s?q=镕'>四</a>";
    let mut routes = Routes::new().on("/index.html", Reply::of("text/html", GB18030.encode(body).0));
    // The euro sign has one octet in GBK and two in GB 18030; browsers take the one.
    let asked = ["/%E6%9F%A5?q=%CB%AE%C0%FB", "/s?q=%80", "/s?q=%CB%AE", "/s?q=%E9F"];
    for target in asked {
        routes = routes.on(target, page("<p>结果</p>"));
    }
    let told = inspect(routes, &[]);
    told.tells(&[]);
    assert_eq!(told.asked(), asked);
}

#[test]
fn a_place_in_a_page_is_found_under_its_name_written_either_way() {
    let body = "<a href='#%E6%B0%B4'>一</a><a href='#水'>二</a><a href='#Top'>三</a><a href='#'>四</a>\
        <a href='#%E9%97%B8'>五</a><a href='#坝'>六</a><a href='/far.html#%C7%FE'>七</a><a href='/far.html#%E6%B8%A0'>八</a>\
        <h2 id=水>水</h2><h2 id='%E9%97%B8'>闸</h2><h2 name=坝>坝</h2>";
    let far = GB18030.encode("<meta charset=gbk><title>远</title><h2 id=渠>渠</h2>").0;
    let told = inspect(front(body, &[]).on("/far.html", Reply::of("text/html", far)), &[]);
    told.tells(&["dead-fragment /far.html#%C7%FE", "dead-fragment /index.html#%E5%9D%9D"]);
    for finding in told.run.of_rule("dead-fragment") {
        assert_eq!((&finding["verdict"], &finding["status"]), (&"dead".into(), &200.into()), "{finding}");
    }
    assert!(told.asked().iter().all(|t| !t.contains('#')));
}

#[test]
fn odd_comments_hide_no_more_than_in_a_browser() {
    let body = "<!--><a href='/1'>一</a><!-- a --!><a href='/2'>二</a><!x><a href='/3'>三</a><?php > <a href='/4'>四</a>\
        <!--[if IE]><a href='/hidden'>藏</a><![endif]--><![if !IE]><a href='/5'>五</a><![endif]>\
        <script>var s = \"<a href='/quoted'>引</a>\";</script><!-- open <a href='/behind'>后</a>";
    let told = inspect(front(body, &["/5"]), &[]);
    told.tells(&["dead-link /1", "dead-link /2", "dead-link /3", "dead-link /4"]);
    assert_eq!(told.asked(), ["/1", "/2", "/3", "/4", "/5"]);
}

#[test]
fn a_redirect_to_itself_that_sets_a_cookie_is_no_loop() {
    let routes = front("<a href='/door'>门</a><a href='/ring-1'>环</a>", &[])
        .on("/ring-1", Reply::redirect(302, "/ring-2").header("Set-Cookie", "n=1"))
        .on("/ring-2", Reply::redirect(302, "/ring-1"))
        .when(|request, _| match (request.path(), request.header("cookie")) {
            ("/door", Some(cookie)) if cookie.contains("door=open") => Some(page("<p>厅</p>")),
            ("/door", _) => Some(Reply::redirect(302, "/door").header("Set-Cookie", "door=open; Path=/")),
            _ => None,
        });
    let told = inspect(routes, &[]);
    told.tells(&["redirect-loop /ring-1"]);
    assert_eq!(told.verdict("/door"), "ok");
}

#[test]
fn a_session_in_every_link_makes_no_new_pages() {
    let routes = Routes::new().when(|request, visit| {
        let at = visit * 31 + request.target.len() as u64;
        let path = request.path().split(';').next().unwrap_or_default();
        ["/index.html", "/one.do", "/two.do"].contains(&path).then(|| {
            page(&format!(
                "<a href='/one.do;jsessionid={at:032X}.n1?id=1'>一</a><a href='/two.do;JSESSIONID={at:032X}'>二</a>\
                 <a href='/lost.do;jsessionid={at:032X}?id=2'>失</a>"
            ))
        })
    });
    let told = inspect(routes, &[]);
    told.tells(&["dead-link /lost.do?id=2"]);
    assert!(told.server.journal().len() < 20, "{:?}", told.server.journal().targets());
}

#[test]
fn whoever_asks_for_patience_is_not_called_dead() {
    let busy = |wait: &str| Reply::status(429).header("Retry-After", wait);
    let routes = front("<a href='/soon'>一</a><a href='/never'>二</a><a href='/next-age'>三</a>", &[])
        .on_visits("/soon", vec![busy("1"), page("<p>好</p>")])
        .on("/never", busy("1"))
        .on("/next-age", busy("Fri, 31 Dec 2094 23:59:59 GMT"));
    let told = inspect(routes, &[]);
    assert_eq!(told.verdict("/soon"), "ok");
    assert_eq!(
        (told.verdict("/never").as_str(), told.verdict("/next-age").as_str()),
        ("transient", "transient")
    );
    told.tells(&["transient-fault /never", "transient-fault /next-age"]);
}

#[test]
fn firewalls_stand_in_the_way_of_pages_that_are_there() {
    let again = "<script>document.cookie='pass=' + 7; location.reload()</script>";
    let wait = "<title>请稍候</title><p>正在进行安全检查，请稍候</p><script>document.cookie='c=1';setTimeout(function(){location.reload()},900)</script>";
    let body =
        "<a href='/1'>一</a><a href='/2'>二</a><a href='/3'>三</a><a href='/4'>四</a><a href='/5'>五</a>";
    let html = |status, text: &str| Reply::of("text/html; charset=utf-8", text).with_status(status);
    let routes = front(body, &[])
        .on("/1", html(521, again))
        .on("/2", html(412, "<meta id=x9 content=Qz r=m><script>$_ts=window['$_ts']</script>"))
        .on("/3", html(403, "<p>您的请求疑似攻击，已被网站防火墙拦截</p>"))
        .on("/4", html(200, wait));
    let told = inspect(routes, &[]);
    for target in ["/1", "/2", "/3", "/4"] {
        assert_eq!(told.verdict(target), "blocked", "{target}");
    }
    assert_eq!(told.verdict("/5"), "dead");
}

#[test]
fn charsets_are_told_as_browsers_tell_them() {
    let gbk = |head: &str, title: &str| {
        GB18030.encode(&format!("{head}<title>{title}</title><p>汛期值班安排")).0.into_owned()
    };
    let late = format!("<!-- {} --><meta charset=gbk>", "x".repeat(1500));
    let plain = |body: Vec<u8>| Reply::of("text/html", body);
    let utf8 =
        |label: &str| plain(format!("<meta charset={label}><title>防汛</title><p>汛期值班安排").into_bytes());
    let targets = ["/late", "/header", "/utf16", "/unicode", "/rare", "/byte", "/none", "/quoted", "/cut"];
    let links: String = targets.iter().map(|t| format!("<a href='{t}'>{t}</a>")).collect();
    let mut stray = gbk("<meta charset=gb2312>", "防汛");
    stray.extend_from_slice(b"<p>\xb5<a href='/behind'>");
    let told = inspect(
        front(&links, &[])
            .on("/late", plain(gbk(&late, "防汛")))
            .on("/header", Reply::of("text/html; charset=GBK", gbk("<meta charset=utf-8>", "防汛")))
            .on("/utf16", utf8("utf-16"))
            .on("/unicode", utf8("unicode"))
            .on("/rare", plain(gbk("<meta charset=gb2312>", "朱镕喆㛃𠮷")))
            .on("/byte", plain(stray))
            .on("/none", utf8("none"))
            .on("/quoted", Reply::of("text/html; charset='GB2312'", gbk("", "防汛")))
            .on("/cut", plain(gbk("<meta charset=gbk>", "防汛")).chunked(&[1])),
        &[],
    );
    for target in targets {
        let (charset, title) = told.page(target);
        let expected = if ["/utf16", "/unicode", "/none"].contains(&target) { "UTF-8" } else { "GBK" };
        let same = charset == expected || (expected == "GBK" && charset.eq_ignore_ascii_case("gb18030"));
        assert!(same, "{target}: {charset}");
        assert_eq!(title, if target == "/rare" { "朱镕喆㛃𠮷" } else { "防汛" }, "{target}");
    }
    // Behind a stray lead byte stands a link, which must not be swallowed.
    assert_eq!(told.verdict("/behind"), "dead");
    assert!(
        told.told().iter().all(|t| t == "dead-link /behind" || t.starts_with("charset-fault")),
        "{:?}",
        told.told()
    );
}

#[test]
fn indexes_are_read_by_what_they_hold() {
    let bound = Bound::new().unwrap();
    let origin = bound.origin();
    let map = |targets: &[&str]| {
        let entries: String =
            targets.iter().map(|t| format!("<url><loc>\n {origin}{t} </loc></url>")).collect();
        format!(
            "\u{feff}\n<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{entries}</urlset>"
        )
    };
    let names: String =
        (1..=4).map(|n| format!("<sitemap><loc>{origin}/m{n}.xml.gz</loc></sitemap>")).collect();
    let mut trailing = gzip(map(&["/from-4"]).as_bytes());
    trailing.extend_from_slice(b"<!-- kept for an hour -->");
    let packed = |bytes: Vec<u8>| Reply::of("application/gzip", bytes);
    let targets = ["/from-1", "/from-2", "/from-3", "/from-4", "/list.do?a=1&b=2"];
    let server = bound.serve(
        front("<p>首页</p>", &targets)
            .on("/robots.txt", Reply::of("text/plain", format!("\u{feff}Sitemap: {origin}/all.xml\n")))
            .on("/all.xml", Reply::of("text/xml", format!("<sitemapindex>{names}</sitemapindex>")))
            .on("/m1.xml.gz", packed(gzip(map(&["/from-1", "/list.do?a=1&amp;b=2"]).as_bytes())))
            .on("/m2.xml.gz", packed(map(&["/from-2"]).into_bytes()))
            .on("/m3.xml.gz", Reply::of("text/xml", map(&["/from-3"])).gzip())
            .on("/m4.xml.gz", packed(trailing)),
    );
    Inspect::of(&server.url("/index.html")).run().ended_with(0);
    for target in targets {
        assert!(server.journal().visits(target) > 0, "{target}: {:?}", server.journal().targets());
    }
}

#[test]
fn a_name_with_one_dead_address_is_reached_by_the_other() {
    // `localhost` is ::1 as well on most machines, where nobody listens; `wire` tests it on all.
    let routes = front("<a href='/a.html'>甲</a>", &["/a.html"]);
    let server = Server::start(routes).unwrap();
    let start = server.url("/index.html").replace("127.0.0.1", "localhost");
    let run = Inspect::of(&start).run().ended_with(0);
    assert_eq!(run.answer(&start).unwrap().0, "ok");
}

#[test]
fn control_characters_spoil_no_report() {
    let body = "<title>通\u{2}知</title><a href='/gone.html'>公\u{1}告\u{8}\u{fffe}&#x1f;\u{b}</a>";
    let told = inspect(front(body, &[]), &[]);
    told.tells(&["dead-link /gone.html"]);
    // JSON says any character; a workbook cannot.
    assert!(told.run.findings()[0]["text"].as_str().unwrap().contains("告\u{8}"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(told.run.out.join("report.xlsx")).unwrap();
    let mut cells = Vec::new();
    for (_, sheet) in book.worksheets() {
        for cell in sheet.rows().flatten().map(ToString::to_string) {
            let outside = |c: char| (c < ' ' && !"\t\n\r".contains(c)) || c > '\u{fffd}' && c < '\u{10000}';
            assert!(!cell.contains(outside) && !cell.contains("_x00"), "{cell:?}");
            cells.push(cell);
        }
    }
    assert!(cells.iter().any(|c| c == "公告"), "{cells:?}");
}

#[test]
fn a_proxy_is_asked_for_everything_but_this_machine() {
    let proxy = Server::start(Routes::new().when(|request, _| {
        request.target.starts_with("http://xn--fsqu00a.test/").then(|| page("<p>远方</p>"))
    }))
    .unwrap();
    let body = "<a href='http://例子.test/1'>一</a><a href='http://例子。TEST/2'>二</a><a href='/own'>三</a>";
    let told = inspect(front(body, &["/own"]), &["--proxy", &proxy.origin()]);
    let dead = told.told().iter().filter(|t| !t.starts_with("outgoing-link")).count();
    assert_eq!(dead, 0, "{:?}", told.told());
    assert_eq!(told.verdict("/own"), "ok");
    let asked = proxy.journal().targets();
    assert!(asked.contains(&"http://xn--fsqu00a.test/1".into()), "{asked:?}");
    assert!(asked.contains(&"http://xn--fsqu00a.test/2".into()), "{asked:?}");
    assert!(asked.iter().all(|t| t.starts_with("http://xn--fsqu00a.test/")), "{asked:?}");
}

#[test]
fn a_host_with_the_dot_of_the_root_is_the_same_host() {
    let server = Server::start(Routes::new().when(|request, _| match request.path() {
        "/index.html" => {
            let dotted =
                format!("http://{}/a.html", request.header("host")?.replace("localhost", "localhost."));
            Some(page(&format!("<a href='{dotted}'>甲</a>")))
        }
        "/a.html" => Some(page("<a href='/b.html'>乙</a><a href='gone.html'>失</a>")),
        "/b.html" => Some(page("<p>乙</p>")),
        _ => None,
    }))
    .unwrap();
    let start = server.url("/index.html").replace("127.0.0.1", "localhost");
    let run = Inspect::of(&start).run().ended_with(1);
    // Found behind the dotted link, asked for under the usual name, and the site is not read twice.
    assert_eq!(run.told(), [format!("dead-link {}", start.replace("index", "gone"))], "{}", run.said());
    assert_eq!(server.journal().visits("/b.html"), 1);
}
