//! Manners, as the server saw them: rate, concurrency, name. Serves N2.1.
//!
//! Judged by the server's own record and clock, never by what the program says of itself.

use std::time::Duration;

use testkit::{Reply, Routes, Server};

use crate::inspect_run::Inspect;

/// A front page that links to so many pages, each with a picture that is gone.
fn site(pages: usize, pause: Duration) -> Server {
    let links: String = (0..pages).map(|n| format!("<a href=\"/p{n}.html\">{n}</a>")).collect();
    let routes = Routes::new().on("/index.html", Reply::html(format!("<title>首页</title>{links}"))).when(
        move |request, _| {
            let name = request.path().strip_prefix("/p")?;
            Some(
                Reply::html(format!("<title>{name}</title><p>{name}<img src=\"/gone/{name}.png\">"))
                    .after(pause),
            )
        },
    );
    Server::start(routes).unwrap()
}

#[test]
fn no_second_sees_more_requests_than_the_rate() {
    let server = site(8, Duration::ZERO);
    let run = Inspect::plain(&[&server.url("/index.html"), "--rate", "5"]).run().ended_with(1);
    let most = server.journal().most_within(Duration::from_secs(1));
    assert!(most <= 5, "{most} requests within a second");
    let asked = server.journal().len();
    assert!(asked >= 17, "{asked} requests");
    // Polite is not asleep: five a second are allowed, four should be reached.
    assert!(run.took < Duration::from_secs(asked as u64 / 4 + 5), "{asked} requests in {:?}", run.took);
}

#[test]
fn the_rate_holds_over_redirects_retries_and_robots() {
    let links: String =
        (0..3).map(|n| format!("<a href=\"/r{n}\">{n}</a><a href=\"/e{n}\">{n}</a>")).collect();
    let routes =
        Routes::new().on("/index.html", Reply::html(links)).when(|request, _| match request.path() {
            path if path.starts_with("/r") && path != "/robots.txt" => {
                Some(Reply::redirect(302, "/index.html"))
            }
            path if path.starts_with("/e") => Some(Reply::status(500)),
            _ => None,
        });
    let server = Server::start(routes).unwrap();
    Inspect::plain(&[&server.url("/index.html"), "--rate", "5"]).run().ended_with(1);
    let most = server.journal().most_within(Duration::from_secs(1));
    assert!(most <= 5, "{most} requests within a second");
}

#[test]
fn no_more_requests_at_once_than_the_host_may_be_asked() {
    let server = site(40, Duration::from_millis(10));
    let one = server.url("/index.html");
    Inspect::plain(&[&one, "--rate", "0", "--host-concurrency", "2"]).run().ended_with(1);
    assert_eq!(server.journal().most_at_once(), 2);
}

#[test]
fn a_call_for_patience_stops_the_run_from_pressing() {
    let routes = Routes::new()
        .on("/index.html", Reply::html("<a href=\"/a.html\">甲</a><a href=\"/b.html\">乙</a>"))
        .on_visits(
            "/a.html",
            vec![Reply::status(429).header("Retry-After", "1"), Reply::html("<title>甲</title>")],
        )
        .on("/b.html", Reply::html("<title>乙</title>"));
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).run().ended_with(0);
    assert_eq!(run.answer(&server.url("/a.html")).unwrap().0, "ok");
    let visits: Vec<_> = server.journal().requests().into_iter().filter(|s| s.target == "/a.html").collect();
    assert_eq!(visits.len(), 2);
    assert!(visits[1].at - visits[0].at >= Duration::from_millis(990), "asked again too soon");
}

#[test]
fn the_name_and_the_headers_asked_for_are_sent() {
    let server = site(1, Duration::ZERO);
    let url = server.url("/index.html");
    Inspect::of(&url)
        .with(&["--user-agent", "巡网测试/1", "--cookie", "a=1", "--cookie", "b=2", "--cloak-pages", "0"])
        .run()
        .ended_with(1);
    let latin: String = "巡网测试/1".bytes().map(char::from).collect();
    for seen in server.journal().requests() {
        assert_eq!(seen.user_agent, latin, "{}", seen.target);
        assert!(
            seen.cookie.contains("a=1") && seen.cookie.contains("b=2"),
            "{}: {}",
            seen.target,
            seen.cookie
        );
    }
}

/// A page behind eight redirects takes four seconds of turns at this rate; the site answers at once.
#[test]
fn waiting_for_turns_is_not_a_pages_slowness() {
    const HOPS: u32 = 8;
    let mut routes = Routes::new()
        .on("/", Reply::html("<title>青禾县</title><a href=\"/hop/0\">通知</a>"))
        .on(&format!("/hop/{HOPS}"), Reply::html("<title>通知</title><p>正文</p>"));
    for hop in 0..HOPS {
        routes = routes.on(&format!("/hop/{hop}"), Reply::redirect(302, &format!("/hop/{}", hop + 1)));
    }
    let server = Server::start(routes.otherwise(Reply::not_found())).unwrap();
    let run = Inspect::of(&server.url("/")).with(&["--rate", "2", "--cloak-pages", "0"]).run();
    assert_eq!(server.journal().visits(&format!("/hop/{HOPS}")), 1, "{}", run.said());
    let slow: Vec<_> = run.found().into_iter().filter(|f| f.rule == "slow-page").collect();
    assert!(slow.is_empty(), "{slow:#?}");
}
