//! What the documents say of the report's files is what is in them. Serves N2.4, N5.3.

use std::path::Path;

use base::{Level, Reach, TlsFault, Verdict, Withheld};
use calamine::Reader;
use rusqlite::Connection;

use crate::lines::FIELDS;
use crate::world::{Report, full};

fn read(name: &str) -> String {
    let path =
        Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../docs").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The part of a document under a heading of the second level.
fn part<'t>(text: &'t str, heading: &str) -> &'t str {
    let start = text.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no part {heading}"));
    let rest = &text[start + 4..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The code words in the first column of the tables.
fn first_column(part: &str) -> Vec<String> {
    let rows = part.lines().filter_map(|l| l.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned())).collect()
}

fn open(report: &Report) -> Connection {
    Connection::open(report.path("run.db")).unwrap()
}

#[test]
fn every_field_of_a_finding_is_documented_in_order() {
    let document = read("report.md");
    let fields = part(&document, "findings.ndjson");
    let fields = &fields[..fields.find("\n### ").unwrap()];
    assert_eq!(first_column(fields), FIELDS);
    for level in Level::GRAVEST_FIRST {
        assert!(fields.contains(&format!("`{}` {}", level.code(), level.label())), "{level}");
    }
    for verdict in Verdict::ALL {
        assert!(fields.contains(&format!("`{}` {}", verdict.code(), verdict.label())), "{verdict:?}");
    }
}

#[test]
fn every_outcome_on_the_wire_is_documented() {
    let document = read("report.md");
    let reaches = &document[document.find("### reach").unwrap()..];
    let documented = first_column(&reaches[..reaches.find("\n## ").unwrap()]);
    let known = [
        Reach::Ok,
        Reach::Status(404),
        Reach::Blocked(403),
        Reach::NoSuchName,
        Reach::NoResolver,
        Reach::NoProxy,
        Reach::NoRoute,
        Reach::Refused,
        Reach::Reset,
        Reach::Tls(TlsFault::Expired),
        Reach::Timeout,
        Reach::TooManyHops,
        Reach::RedirectLoop,
        Reach::Garbled,
        Reach::TooLarge,
        Reach::Withheld(Withheld::Robots),
        Reach::Withheld(Withheld::PrivateAddress),
        Reach::Withheld(Withheld::OutOfScope),
        Reach::Withheld(Withheld::Limit),
        Reach::Withheld(Withheld::Trap),
    ];
    assert_eq!(documented, known.map(|reach| reach.to_string()));
}

#[test]
fn every_key_of_run_json_is_documented() {
    let document = read("report.md");
    let documented = part(&document, "run.json");
    let run = full().report().run_json();
    for (key, value) in run.as_object().unwrap() {
        assert!(documented.contains(&format!("`{key}`")), "{key}");
        // What the engine was asked and counted is its own; named as a whole.
        if key == "parameters" {
            continue;
        }
        for inner in value.as_object().into_iter().flatten().map(|(inner, _)| inner) {
            assert!(documented.contains(&format!("`{inner}`")), "{key}.{inner}");
        }
    }
}

#[test]
fn the_workbooks_headings_are_documented() {
    let document = read("report.md");
    let documented = part(&document, "report.xlsx");
    let report = full().report();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(report.path("report.xlsx")).unwrap();
    for sheet in book.sheet_names() {
        let row = documented.lines().find(|l| l.starts_with(&format!("| {sheet} |")));
        let row = row.unwrap_or_else(|| panic!("no {sheet}"));
        let range = book.worksheet_range(&sheet).unwrap();
        // The first sheet is a list of names and values; the others are tables with headings.
        let headings: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        if sheet != "汇总" {
            assert_eq!(row, format!("| {sheet} | {} |", headings.join("、")));
        }
    }
}

#[test]
fn every_table_and_column_of_the_run_file_is_documented() {
    let document = read("run-file.md");
    let report = full().report();
    let db = open(&report);
    let mut tables = db
        .prepare(
            "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%'",
        )
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() >= 10, "{tables:?}");
    for table in tables {
        let mut columns = db.prepare("select name from pragma_table_info(?1) order by cid").unwrap();
        let columns: Vec<String> =
            columns.query_map([&table], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(first_column(part(&document, &table)), columns, "{table}");
    }
}

#[test]
fn every_example_query_gives_rows() {
    let document = read("run-file.md");
    let queries: Vec<&str> =
        document.split("```sql\n").skip(1).map(|q| q.split("```").next().unwrap()).collect();
    assert!(queries.len() >= 8, "{}", queries.len());
    let report = full().report();
    let db = open(&report);
    for query in queries {
        let mut statement = db.prepare(query).unwrap_or_else(|e| panic!("{e}: {query}"));
        assert!(statement.readonly(), "{query}");
        let rows = statement.query([]).unwrap().mapped(|_| Ok(())).count();
        assert!(rows > 0, "no rows: {query}");
    }
}
