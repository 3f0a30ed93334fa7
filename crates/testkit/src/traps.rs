//! Crawler traps: sites that never end, each for a different reason. Tests only (N2.1).
//!
//! Each holds one real dead link near its door, so that a crawler which saves itself by stopping early is found
//! out too. The number of requests that a careful crawler needs is written beside each.

use std::fmt::Write as _;

use crate::fault_site::{Coding, document};
use crate::server::{Reply, Request, Routes};

/// A site without end.
pub struct Trap {
    /// Named after what makes it endless.
    pub name: &'static str,
    pub routes: fn() -> Routes,
    /// A crawler that sees through it needs no more requests; the bound is generous.
    pub most_requests: usize,
}

/// The dead link that each trap's front page holds.
pub const DEAD: &str = "/gone/real.html";
/// Where each trap begins.
pub const START: &str = "/index.html";
/// Links on the page of the `many-links` trap.
pub const MANY_LINKS: usize = 100_000;

pub const ALL: &[Trap] = &[
    Trap { name: "calendar", routes: calendar, most_requests: 3_000 },
    Trap { name: "session-ids", routes: session_ids, most_requests: 200 },
    Trap { name: "facets", routes: facets, most_requests: 3_000 },
    Trap { name: "ever-deeper", routes: ever_deeper, most_requests: 1_000 },
    Trap { name: "redirect-maze", routes: redirect_maze, most_requests: 3_000 },
];

fn front(links: &str) -> Reply {
    page("首页", &format!("<a href=\"{DEAD}\">旧通知</a>\n{links}"), START)
}

fn page(title: &str, body: &str, seed: &str) -> Reply {
    Reply::of("text/html", document(Coding::Utf8.label(), title, "", body, seed))
}

/// Every month links to the next, for ever.
fn calendar() -> Routes {
    Routes::new().on(START, front("<a href=\"/rili?year=2024&month=1\">日历</a>")).when(|request, _| {
        let (year, month) = request.query().strip_prefix("year=")?.split_once("&month=")?;
        let (year, month): (u64, u64) = (year.parse().ok()?, month.parse().ok()?);
        (request.path() == "/rili").then(|| {
            let (next_year, next) = (year + month / 12, month % 12 + 1);
            let (last_year, last) = (if month == 1 { year - 1 } else { year }, (month + 10) % 12 + 1);
            let body = format!(
                "<a href=\"/rili?year={last_year}&month={last}\">上月</a><a href=\"/rili?year={next_year}&month={next}\">下月</a>"
            );
            page(&format!("{year}年{month}月"), &body, &request.target)
        })
    })
}

/// Four pages under a fresh session id in every link, in the path.
fn session_ids() -> Routes {
    let links = |visit: u64, request: &Request| {
        let seed = request
            .target
            .bytes()
            .fold(visit.wrapping_mul(0x9E37_79B9), |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)));
        ["a", "b", "c"].iter().enumerate().fold(String::new(), |mut out, (n, name)| {
            let id = seed.wrapping_add(n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            write!(out, "<a href=\"/{name}.jsp;jsessionid={id:016X}{id:016X}.node1?id={n}\">栏目</a>")
                .expect("writing to a String cannot fail");
            out
        })
    };
    Routes::new().when(move |request, visit| {
        if request.target == START {
            return Some(front(&links(visit, request)));
        }
        let name = request.path().strip_prefix('/')?.split(';').next()?.strip_suffix(".jsp")?;
        ["a", "b", "c"].contains(&name).then(|| page(&format!("栏目{name}"), &links(visit, request), name))
    })
}

/// Six filters with six values each, in any combination and any order of the query.
fn facets() -> Routes {
    Routes::new().on(START, front("<a href=\"/search?\">检索</a>")).when(|request, _| {
        let query = request.query();
        (request.path() == "/search").then(|| {
            let mut body = String::new();
            for name in ["year", "topic", "unit", "kind", "area", "sort"] {
                for value in 1..=6 {
                    let rest: Vec<&str> =
                        query.split('&').filter(|p| !p.is_empty() && !p.starts_with(name)).collect();
                    // The newest filter stands last: another order, another address.
                    let joined = [rest.join("&"), format!("{name}={value}")].join("&");
                    writeln!(
                        body,
                        "<a href=\"/search?{}\">{name}{value}</a>",
                        joined.trim_start_matches('&')
                    )
                    .expect("writing to a String cannot fail");
                }
            }
            page("检索结果", &body, "检索")
        })
    })
}

/// A relative link that grows the path by each step, as a missing slash in a template does.
fn ever_deeper() -> Routes {
    Routes::new().on(START, front("<a href=\"/zwgk/index.html\">公开</a>")).when(|request, _| {
        let inside = request.path().starts_with("/zwgk/") && request.path().ends_with("/index.html");
        inside.then(|| {
            page(
                "政务公开",
                "<a href=\"zwgk/index.html\">下级</a><a href=\"xxgk/index.html\">目录</a>",
                "公开",
            )
        })
    })
}

/// Pages whose links redirect to ever new pages.
fn redirect_maze() -> Routes {
    Routes::new().on(START, front("<a href=\"/go?to=1\">入口</a>")).when(|request, _| {
        let number: u64 = request.query().strip_prefix("to=")?.parse().ok()?;
        match request.path() {
            "/go" => Some(Reply::redirect(302, &format!("/room?to={number}"))),
            "/room" => {
                let body = format!(
                    "<a href=\"/go?to={}\">左</a><a href=\"/go?to={}\">右</a>",
                    number.saturating_mul(2),
                    number.saturating_mul(2).saturating_add(1)
                );
                Some(page("迷宫", &body, "迷宫"))
            }
            _ => None,
        }
    })
}

/// One page with 100,000 links to as many good pages; not endless, only large.
pub fn many_links() -> Routes {
    let links = (0..MANY_LINKS).fold(String::new(), |mut out, n| {
        writeln!(out, "<a href=\"/n/{n}.html\">第{n}条</a>").expect("writing to a String cannot fail");
        out
    });
    Routes::new().on(START, front(&links)).when(|request, _| {
        request.path().starts_with("/n/").then(|| Reply::html("<title>条目</title><p>内容"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::client::get;
    use crate::server::Server;

    /// Addresses that a page links to, read the plain way.
    fn links(body: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(body).into_owned();
        text.split("href=\"").skip(1).filter_map(|p| p.split('"').next()).map(str::to_string).collect()
    }

    fn absolute(page: &str, link: &str) -> String {
        if link.starts_with('/') {
            return link.to_string();
        }
        format!("{}/{link}", page.rsplit_once('/').map_or("", |(folder, _)| folder))
    }

    #[test]
    fn every_trap_goes_on_longer_than_its_bound() {
        for trap in ALL {
            let server = Server::start((trap.routes)()).unwrap();
            let mut waiting = vec![START.to_string()];
            let mut seen = BTreeSet::new();
            while let Some(target) = waiting.pop() {
                if seen.len() > 600 {
                    break;
                }
                let answer = get(server.address(), &target).unwrap();
                let to = answer.header("location").map(str::to_string);
                for link in links(&answer.body).into_iter().chain(to) {
                    let link = absolute(&target, &link);
                    if seen.insert(link.clone()) {
                        waiting.push(link);
                    }
                }
            }
            assert!(seen.len() > 600, "{} ends after {} addresses", trap.name, seen.len());
            assert_eq!(get(server.address(), DEAD).unwrap().status, 404, "{}", trap.name);
        }
    }

    #[test]
    fn the_large_page_has_its_links() {
        let server = Server::start(many_links()).unwrap();
        let body = get(server.address(), START).unwrap().body;
        assert_eq!(links(&body).iter().filter(|l| l.starts_with("/n/")).count(), MANY_LINKS);
        assert_eq!(get(server.address(), "/n/99999.html").unwrap().status, 200);
    }
}
