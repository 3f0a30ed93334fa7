//! The bundled sample site, served on this machine: a fictional county with a known list of faults. Serves N2.1, N2.4.
//!
//! For a first look and for tests. It never reads from disk.

mod files;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use url::Url;

use crate::serving::{Head, Served, reply};

pub use files::{FAULTS, Fault};

/// The site while it is served; it stops when this is dropped.
#[derive(Debug)]
pub struct Sample(Served);

impl Sample {
    /// Starts serving; port 0 takes any free one.
    ///
    /// # Errors
    /// The address is in use or not of this machine.
    pub async fn start(listen: SocketAddr) -> io::Result<Sample> {
        let listener = TcpListener::bind(listen).await?;
        Ok(Sample(Served::on(listener, Arc::new(|head: &Head| answer(head).into()))?))
    }

    /// Address of the start page.
    pub fn url(&self) -> Url {
        self.0.url()
    }
}

/// Pure: what the site answers, byte for byte.
fn answer(head: &Head) -> Vec<u8> {
    let html = "text/html";
    let Some(path) = head.page() else { return reply(head, 405, html, "", b"") };
    let own = format!("http://{}", head.host);
    match path {
        "/" => reply(head, 200, html, "", file("/index.html")),
        "/robots.txt" => reply(head, 200, "text/plain", "", robots(&own).as_bytes()),
        "/sitemap.xml" => reply(head, 200, "application/xml", "", sitemap(&own).as_bytes()),
        // Two addresses that send the visitor round in circles.
        "/old/index.html" => reply(head, 302, html, "/old/default.html", b""),
        "/old/default.html" => reply(head, 302, html, "/old/index.html", b""),
        "/bsfw/chaxun" => reply(head, 403, html, "", files::BLOCKED),
        // The old gazette says that a page is missing, but with status 200.
        path if path.starts_with("/zwgk/gongbao/") => reply(head, 200, html, "", files::MISSING),
        path => match files::FILES.iter().find(|f| f.path.eq_ignore_ascii_case(path)) {
            Some(found) => reply(head, 200, found.mime, "", found.body),
            None => reply(head, 404, html, "", files::MISSING),
        },
    }
}

fn file(path: &str) -> &'static [u8] {
    files::FILES.iter().find(|f| f.path == path).map_or(b"", |f| f.body)
}

fn robots(own: &str) -> String {
    format!("User-agent: *\nDisallow: /admin/\nSitemap: {own}/sitemap.xml\n")
}

fn sitemap(own: &str) -> String {
    let pages = files::FILES.iter().filter(|f| f.mime == "text/html");
    let entries: String = pages.map(|f| format!("<url><loc>{own}{}</loc></url>\n", f.path)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{FAULTS, answer, files};
    use crate::serving::Head;

    fn ask(method: &str, target: &str) -> (u16, Vec<u8>) {
        let head = Head { method: method.into(), target: target.into(), host: "h:1".into(), close: false };
        let answer = answer(&head);
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("every answer has a head") + 4;
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, answer[end..].to_vec())
    }

    #[test]
    fn every_fault_is_there_as_it_is_listed() {
        for fault in FAULTS {
            let (status, page) = ask("GET", fault.page);
            assert_eq!(status, 200, "{fault:?}");
            let text = String::from_utf8_lossy(&page);
            assert!(text.contains(fault.target), "{fault:?}");
            let (status, body) = ask("GET", fault.target);
            match fault.rule {
                "dead-link" | "dead-resource" => assert_eq!(status, 404, "{fault:?}"),
                "soft-404" => assert_eq!((status, body.as_slice()), (200, files::MISSING)),
                "redirect-loop" => assert_eq!(status, 302),
                "blocked-target" => assert_eq!(status, 403),
                "dead-fragment" => {
                    let name = fault.target.split_once('#').unwrap().1;
                    assert!(!String::from_utf8_lossy(&body).contains(name));
                }
                "charset-fault" => {
                    assert!(std::str::from_utf8(&page).is_err() && text.contains("charset=\"utf-8\""))
                }
                "malformed-address" | "outgoing-link" => assert!(fault.target.starts_with("http://")),
                other => panic!("{other} has no check here"),
            }
        }
    }

    #[test]
    fn heads_have_no_bodies_and_other_methods_are_refused() {
        assert_eq!(ask("HEAD", "/"), (200, Vec::new()));
        assert_eq!(ask("POST", "/").0, 405);
        assert_eq!(ask("", "").0, 405);
        assert_eq!(ask("GET", "/../etc/passwd").0, 404);
        assert!(
            String::from_utf8(ask("GET", "/sitemap.xml").1)
                .unwrap()
                .contains("<loc>http://h:1/zwdt/index.html</loc>")
        );
    }
}
