//! The page above several sites. Serves N2.7, N5.3.

use crawl::SiteEntry;
use report::{Formats, SiteRun, write_summary};
use serde_json::Value;

use crate::world::{ALL, Folder, HOME, Report, World, full};

fn site(name: &str) -> SiteEntry {
    SiteEntry { name: name.into(), url: HOME.into(), ..SiteEntry::default() }
}

fn put(out: &Folder, folder: &str, report: &Report) {
    std::fs::create_dir(out.0.join(folder)).unwrap();
    for name in ["index.html", "findings.ndjson", "run.db"] {
        std::fs::copy(report.path(name), out.0.join(folder).join(name)).unwrap();
    }
}

#[test]
fn every_site_leads_to_its_own_report_worst_first() {
    let out = Folder::new();
    let (faulty, clean) = (full().report(), World::new().page(HOME, "首页").report());
    put(&out, "001-a", &clean);
    put(&out, "002-b#?%", &faulty);
    let runs = [
        SiteRun { folder: "001-a".into(), site: site("甲县"), result: Ok(clean.outcome.clone()) },
        SiteRun { folder: "002-b#?%".into(), site: site("乙县"), result: Ok(faulty.outcome.clone()) },
        SiteRun {
            folder: "003-c".into(), site: site("<b>丙县"), result: Err("域名无法解析<br>".into())
        },
    ];
    write_summary(&out.0, &runs, ALL).unwrap();
    let html = std::fs::read_to_string(out.0.join("index.html")).unwrap();
    assert!(
        html.contains("href=\"001-a/index.html\"") && html.contains("href=\"002-b%23%3F%25/index.html\"")
    );
    assert!(!html.contains("003-c/index.html"), "a site that was not inspected has no report to lead to");
    assert!(html.contains("域名无法解析&lt;br&gt;") && html.contains("&lt;b&gt;丙县"));
    let at = |name: &str| html.find(name).unwrap();
    assert!(at("丙县") < at("乙县") && at("乙县") < at("甲县"), "worst first");
    assert!(html.contains("data-count=\"sites\">3<") && html.contains("data-count=\"failed\">1<"));
    assert!(html.contains("data-count=\"pages\">6<"));
    let findings = std::fs::read_to_string(out.0.join("findings.ndjson")).unwrap();
    let own = faulty.text("findings.ndjson");
    assert_eq!(findings.lines().count(), own.lines().count());
    for (joint, own) in findings.lines().zip(own.lines()) {
        let [mut joint, mut own]: [Value; 2] = [joint, own].map(|l| serde_json::from_str(l).unwrap());
        assert_eq!((&joint["site"], &joint["site_url"]), (&"乙县".into(), &HOME.into()));
        // Seen from the common folder, the evidence lies in the site's.
        if let Some(warc) = own["evidence"].get_mut("warc") {
            *warc = format!("002-b#?%/{}", warc.as_str().unwrap()).into();
        }
        own["site"] = joint["site"].take();
        joint["site"] = own["site"].clone();
        assert_eq!(joint, own);
    }
}

#[test]
fn only_what_is_wanted_is_written_above_the_sites() {
    let out = Folder::new();
    let clean = World::new().page(HOME, "首页").report();
    put(&out, "001-a", &clean);
    let runs = [SiteRun { folder: "001-a".into(), site: site("甲县"), result: Ok(clean.outcome.clone()) }];
    write_summary(&out.0, &runs, Formats { html: false, xlsx: true, ndjson: false }).unwrap();
    assert!(!out.0.join("index.html").exists() && !out.0.join("findings.ndjson").exists());
}
