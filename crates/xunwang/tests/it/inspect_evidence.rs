//! What a run leaves behind: findings, evidence, numbers, database, in the documented forms. Serves N2.1, N2.4.
//!
//! The evidence is read with a reader of our own after ISO 28500 (WARC), member by member.

use std::collections::BTreeMap;
use std::io::Read;

use base::{Clause, Level, Reach, Verdict};
use flate2::bufread::GzDecoder;
use serde_json::Value;
use testkit::{Coding, FaultSite};

use crate::inspect_run::{Inspect, Run};

/// A WARC record: named fields and block.
struct Record {
    version: String,
    fields: BTreeMap<String, String>,
    block: Vec<u8>,
}

/// Records by the offset of their gzip member.
fn read_warc(bytes: &[u8]) -> BTreeMap<u64, Record> {
    let mut records = BTreeMap::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let offset = (bytes.len() - rest.len()) as u64;
        let mut member = GzDecoder::new(rest);
        let mut plain = Vec::new();
        member.read_to_end(&mut plain).unwrap_or_else(|e| panic!("member at {offset}: {e}"));
        rest = member.into_inner();
        records.insert(offset, record(&plain, offset));
    }
    records
}

fn record(plain: &[u8], offset: u64) -> Record {
    let end =
        plain.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("no head at {offset}"));
    let head = std::str::from_utf8(&plain[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let version = lines.next().unwrap().to_owned();
    let fields: BTreeMap<String, String> = lines
        .map(|line| line.split_once(':').unwrap_or_else(|| panic!("at {offset}: {line}")))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = fields["content-length"].parse().unwrap();
    let block = &plain[end + 4..];
    assert_eq!(block.len(), length + 4, "at {offset}: the block is not as long as it says");
    assert!(block.ends_with(b"\r\n\r\n"), "at {offset}");
    Record { version, fields, block: block[..length].to_vec() }
}

fn run_on_fault_site(site: &FaultSite) -> Run {
    Inspect::of(&site.start_url()).run().ended_with(1)
}

#[test]
fn everything_a_run_leaves_behind_is_in_its_documented_form() {
    let site = FaultSite::start(Coding::Gb18030).unwrap();
    let run = run_on_fault_site(&site);
    check_findings(&run, &site);
    check_evidence(&run);
    check_run_json(&run);
    check_report(&run);
    check_database(&run);
    check_files(&run);
}

/// What is handed on is whole files, and nothing beside them.
fn check_files(run: &Run) {
    let mut names: Vec<String> = std::fs::read_dir(&run.out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let documented =
        ["evidence.warc.gz", "findings.ndjson", "index.html", "report.xlsx", "run.db", "run.json"];
    assert_eq!(names, documented);
}

fn check_findings(run: &Run, site: &FaultSite) {
    const FIELDS: [&str; 15] = [
        "rule", "level", "clause", "site", "page", "target", "text", "line", "column", "verdict", "reach",
        "cause", "fix", "evidence", "element",
    ];
    let findings = run.findings();
    assert!(findings.len() > 100);
    for finding in &findings {
        for field in FIELDS {
            assert!(finding.get(field).is_some(), "no {field} in {finding}");
        }
        let text = |field: &str| finding[field].as_str().unwrap_or_else(|| panic!("{field} in {finding}"));
        assert!(
            text("level").parse::<Level>().is_ok() && Clause::from_id(text("clause")).is_some(),
            "{finding}"
        );
        assert!(text("cause").chars().any(is_han) && text("fix").chars().any(is_han), "{finding}");
        if let Value::String(verdict) = &finding["verdict"] {
            assert!(Verdict::from_code(verdict).is_some(), "{finding}");
        }
        if let Value::String(reach) = &finding["reach"] {
            assert!(reach.parse::<Reach>().is_ok(), "{finding}");
        }
        assert_eq!(finding["line"].is_null(), finding["column"].is_null(), "{finding}");
    }
    // One finding in full: where the address stands in the source, what it says.
    let page = site.server.url("/cases/a/0.html");
    let finding = findings.iter().find(|f| f["page"] == page.as_str()).unwrap();
    assert_eq!(finding["text"], "通知");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(9), Some(10)));
    assert_eq!((finding["verdict"].as_str(), finding["reach"].as_str()), (Some("dead"), Some("status-404")));
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn check_evidence(run: &Run) {
    let bytes = std::fs::read(run.out.join("evidence.warc.gz")).unwrap();
    let records = read_warc(&bytes);
    let first = records.values().next().unwrap();
    assert_eq!(first.fields["warc-type"], "warcinfo");
    for record in records.values() {
        assert!(["WARC/1.0", "WARC/1.1"].contains(&record.version.as_str()), "{}", record.version);
        let id = &record.fields["warc-record-id"];
        assert!(id.starts_with("<urn:uuid:") && id.ends_with('>'), "{id}");
        let date = &record.fields["warc-date"];
        assert!(date.len() >= 20 && date.ends_with('Z') && date.as_bytes()[10] == b'T', "{date}");
        if record.fields["warc-type"] == "response" {
            assert!(record.fields["warc-target-uri"].starts_with("http"));
            assert!(record.block.starts_with(b"HTTP/1."), "{:?}", record.fields);
        }
    }
    let mut proven = 0;
    for finding in run.findings().iter().filter(|f| !f["evidence"].is_null()) {
        let offset = finding["evidence"]["offset"].as_u64().unwrap_or_else(|| panic!("{finding}"));
        let record = records.get(&offset).unwrap_or_else(|| panic!("no record at {offset}: {finding}"));
        let id = record.fields["warc-record-id"].trim_matches(['<', '>']);
        assert_eq!(finding["evidence"]["record"].as_str().unwrap().trim_matches(['<', '>']), id, "{finding}");
        proven += 1;
    }
    assert!(proven > 50, "only {proven} findings have evidence");
}

fn check_run_json(run: &Run) {
    let told = run.run_json();
    assert!(told.is_object() && told.to_string().contains(env!("CARGO_PKG_VERSION")), "{told}");
}

fn check_report(run: &Run) {
    let page = std::fs::read_to_string(run.out.join("index.html")).unwrap();
    assert!(page.contains("lang=\"zh") && page.trim_end().ends_with("</html>"));
    // Self-contained: nothing is loaded from anywhere.
    for loading in ["<link rel=\"stylesheet\" href", "<script src", "<img src=\"http", "@import"] {
        assert!(!page.contains(loading), "the report loads something: {loading}");
    }
    let book = std::fs::read(run.out.join("report.xlsx")).unwrap();
    assert!(book.starts_with(b"PK"));
}

fn check_database(run: &Run) {
    let db = run.db();
    let number =
        |sql: &str| db.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap_or_else(|e| panic!("{sql}: {e}"));
    assert!(number("select count(*) from page") > 150);
    assert!(number("select count(*) from finding") >= run.findings().len() as i64);
    assert_eq!(
        number(
            "select count(*) from address a left join answer r on r.address_id = a.id where r.verdict is null"
        ),
        0
    );
    assert!(number("select count(*) from outgoing_link") >= 6);
    let sound: String = db.query_row("pragma integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(sound, "ok");
}
