//! The reports of a real run, read as their users read them: parameters, queries, control characters. Serves N2.4, N5.3.
//!
//! What needs no real run is tested in the report's own crate.

use std::path::Path;

use calamine::Reader;
use testkit::fault_site::Coding;
use testkit::{FaultSite, Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

fn sheet(run: &Run, name: &str) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(run.out.join("report.xlsx")).unwrap();
    let range = book.worksheet_range(name).unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn a_title_with_control_characters_gives_reports_that_open() {
    let page = "<html><head><meta charset=utf-8><title>会议纪要&#1;&#11; \u{fffe}</title></head>\
                <body><p><a href=\"/gone.html\">附件&#8;</a> <a href=\"/=1+1.html\">=1+1</a></p></body></html>";
    let routes = Routes::new().on("/index.html", Reply::html(page)).otherwise(Reply::not_found());
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).run().ended_with(1);
    assert_eq!(sheet(&run, "页面清单")[1][1].trim_end(), "会议纪要");
    let texts: Vec<String> = sheet(&run, "问题清单").iter().skip(1).map(|row| row[5].clone()).collect();
    assert!(texts.contains(&"附件".to_owned()) && texts.contains(&"=1+1".to_owned()), "{texts:?}");
    let html = std::fs::read_to_string(run.out.join("index.html")).unwrap();
    assert!(!html.contains(['\u{1}', '\u{8}', '\u{b}', '\u{fffe}']));
    assert_eq!(run.findings().len(), sheet(&run, "问题清单").len() - 1);
}

#[test]
fn what_was_asked_and_with_what_stands_in_run_json() {
    let routes = Routes::new().on("/", Reply::html("<title>首页</title>")).otherwise(Reply::not_found());
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/")).with(&["--depth", "3"]).run().ended_with(0);
    let json = run.run_json();
    assert_eq!(json["parameters"]["depth"], 3);
    assert_eq!(json["parameters"]["outgoing"], "check");
    assert_eq!(json["versions"]["xunwang"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["numbers"]["pages"], 1);
}

#[test]
fn the_documented_queries_run_on_a_real_run_file() {
    let site = FaultSite::start(Coding::Utf8).unwrap();
    let run = Inspect::of(&site.start_url()).run().ended_with(1);
    let path =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../docs/run-file.md");
    let document = std::fs::read_to_string(path).unwrap();
    let queries = document.split("```sql\n").skip(1).map(|q| q.split("```").next().unwrap());
    let mut silent = Vec::new();
    for query in queries {
        let db = run.db();
        let mut statement = db.prepare(query).unwrap_or_else(|e| panic!("{e}: {query}"));
        if statement.query([]).unwrap().next().unwrap().is_none() {
            silent.push(query.to_owned());
        }
    }
    assert!(silent.is_empty(), "queries without rows:\n{}", silent.join("\n"));
}
