//! The fault site: the website of the fictional 青禾市人民政府 on loopback, with a written list of its faults and
//! decoys. Tests only; proves N2.1 and N2.4.
//!
//! The same site can be had in UTF-8 or in GB 18030 throughout; the list is the same. It holds nothing of any real
//! website, and its list is written, never measured.

mod answers;
mod builders;
mod charsets;
mod decoys;
mod fragments;
mod indexes;
mod links;
mod plan;
mod row;

use std::io;

pub use plan::{Coding, EACH, document, prose};
pub use row::{Expect, PageRow, Row, rule};

use crate::server::{Bound, Reply, Request, Routes, Server};

/// The running fault site.
pub struct FaultSite {
    pub server: Server,
    /// Another office's site on 127.0.0.2, to which outgoing links lead.
    pub neighbour: Server,
    /// The written list.
    pub rows: Vec<Row>,
    /// Pages whose charset and title are known.
    pub pages: Vec<PageRow>,
    /// Targets that must never be asked for.
    pub never: Vec<String>,
}

impl FaultSite {
    /// Starts the site with its pages in `coding`.
    pub fn start(coding: Coding) -> io::Result<FaultSite> {
        let (bound, beside) = (Bound::new()?, Bound::at("127.0.0.2")?);
        let mut plan = plan::Plan::new(bound.origin(), beside.origin(), coding);
        links::plant(&mut plan);
        fragments::plant(&mut plan);
        decoys::plant(&mut plan);
        answers::plant(&mut plan);
        charsets::plant(&mut plan);
        builders::plant(&mut plan);
        indexes::plant(&mut plan);
        let index = plan.index();
        plan.serve("/index.html", Reply::of("text/html", index));
        let missing =
            document(coding.label(), "您访问的页面不存在", "", "<h1>您访问的页面不存在</h1>", "404");
        let routes = good(plan.routes, coding)
            .otherwise(Reply::of("text/html", coding.encode(&missing)).with_status(404));
        Ok(FaultSite {
            server: bound.serve(routes),
            neighbour: beside.serve(good(Routes::new(), Coding::Utf8)),
            rows: plan.rows,
            pages: plan.pages,
            never: plan.never,
        })
    }

    /// Where an inspection begins.
    pub fn start_url(&self) -> String {
        self.server.url("/index.html")
    }
}

/// Everything under `/good/` exists: a page, or a file of the kind that the name's end says.
fn good(routes: Routes, coding: Coding) -> Routes {
    routes.when(move |request: &Request, _| {
        if request.path() == "/only-gbk" {
            // The query must come in the charset of the page that holds the link.
            let right = request.query().starts_with("k=%D6%D0%CE%C4");
            return right.then(|| fine_page(coding, &request.target));
        }
        let name = request.path().strip_prefix("/good/")?;
        Some(match name.rsplit_once('.').map_or("", |(_, end)| end) {
            "png" => Reply::of("image/png", answers::PNG),
            "mp4" => Reply::of("video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
            _ => fine_page(coding, &request.target),
        })
    })
}

fn fine_page(coding: Coding, target: &str) -> Reply {
    let body = "<h1 id=\"sec1\">办事指南</h1><a name=\"oldname\">旧式锚点</a><h2 id=\"附件\">附件</h2>";
    let title = format!("办事{}", prose(target).chars().take(9).collect::<String>());
    Reply::of("text/html", coding.encode(&document(coding.label(), &title, "", body, target)))
}

#[cfg(test)]
mod tests;
