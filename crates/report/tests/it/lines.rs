//! `findings.ndjson` and `run.json`: what other programs rely on. Serves N2.4, N5.3.

use serde_json::{Value, json};

use crate::world::{HOME, World, dead, full};

/// The documented fields in their documented order.
pub const FIELDS: [&str; 21] = [
    "rule",
    "rule_name",
    "level",
    "clause",
    "site",
    "site_url",
    "page",
    "target",
    "text",
    "element",
    "line",
    "column",
    "verdict",
    "reach",
    "status",
    "cause",
    "fix",
    "chain",
    "evidence",
    "pages_total",
    "quote",
];

#[test]
fn every_line_has_exactly_the_documented_fields_in_order() {
    let report = full().report();
    let text = report.text("findings.ndjson");
    assert_eq!(text.lines().count(), 6);
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(value.as_object().unwrap().len(), FIELDS.len(), "{line}");
        let mut rest = line;
        for field in FIELDS {
            let at = rest.find(&format!("\"{field}\":")).unwrap_or_else(|| panic!("{field} in {line}"));
            rest = &rest[at..];
        }
    }
}

#[test]
fn what_does_not_apply_is_null() {
    let report = full().report();
    let lines = report.lines();
    let charset = lines.iter().find(|l| l["rule"] == "charset-fault").unwrap();
    for field in
        ["target", "text", "element", "line", "column", "verdict", "reach", "status", "chain", "evidence"]
    {
        assert_eq!(charset[field], Value::Null, "{field}");
    }
    let image = lines.iter().find(|l| l["target"] == format!("{HOME}files/yusuan.xls")).unwrap();
    assert_eq!(image["text"], Value::Null, "an empty text says nothing");
    assert_eq!(
        image["evidence"],
        json!({"warc": "evidence.warc.gz", "record": "urn:uuid:0001", "offset": 77})
    );
    let looped = lines.iter().find(|l| l["rule"] == "redirect-loop").unwrap();
    assert_eq!(looped["chain"][0], json!({"status": 302, "to": format!("{HOME}old/a")}));
    assert_eq!(looped["reach"], "redirect-loop");
}

#[test]
fn the_order_is_gravest_first_then_rule_target_and_discovery() {
    let report = full().report();
    let told: Vec<String> = report
        .lines()
        .iter()
        .map(|l| format!("{} {}", l["level"].as_str().unwrap(), l["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "fault dead-link",
            "fault dead-link",
            "fault dead-link",
            "fault redirect-loop",
            "warning charset-fault",
            "notice outgoing-link"
        ]
    );
    let again = full().report();
    assert_eq!(report.text("findings.ndjson"), again.text("findings.ndjson"));
}

#[test]
fn hostile_text_stays_one_line_of_json() {
    let odd = "a\u{0}\u{1}\u{b}\n\r\u{2028}\u{202e}\"\\</script>\u{fffe}";
    let report =
        World::new().page(HOME, odd).finding(&dead(HOME, "http://qinghe.example/x", odd), 1).report();
    assert_eq!(report.text("findings.ndjson").split('\n').count(), 2);
    assert_eq!(report.lines()[0]["text"], odd, "a program gets the text as it was");
}

#[test]
fn run_json_tells_parameters_versions_and_numbers() {
    let run = full().report().run_json();
    assert_eq!(run["site"]["name"], "清河县人民政府");
    assert_eq!(run["state"], "finished");
    assert_eq!(run["started_at"], "2026-03-01T09:05:00+08:00");
    assert_eq!(run["parameters"]["rate"], 5.0);
    assert_eq!(run["versions"]["xunwang"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["versions"]["run_file"], crawl::run_file::SCHEMA_VERSION);
    assert_eq!(run["numbers"]["pages"], 5);
    assert_eq!(run["numbers"]["addresses"], 9);
    assert_eq!(run["numbers"]["broken_addresses"], 2);
    assert_eq!(run["numbers"]["addresses_by_verdict"]["outgoing-undecided"], 1);
    assert_eq!(run["findings"]["by_level"], json!({"veto": 0, "fault": 4, "warning": 1, "notice": 1}));
    assert_eq!(run["findings"]["by_rule"]["dead-link"], 3);
}
