//! Wrong input: a clear message that names the thing, the right exit code, nothing asked of any site. Serves N2.1.
//!
//! Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 could not inspect.

use testkit::fault_site::{Coding, document};
use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, Run, program};

/// The run ends with `code` and says every one of `words`, in Chinese and without a trace of the code.
fn check_refused(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code(), code, "{}", run.said());
    let said = run.said();
    for word in words {
        assert!(said.contains(word), "no “{word}” in {said}");
    }
    assert!(!said.contains("panicked") && !said.contains("Error {") && !said.contains("os error"), "{said}");
}

fn one_fault() -> Server {
    let front =
        Reply::html(document(Coding::Utf8.label(), "首页", "", "<a href=\"/gone.html\">旧</a>", "首页"));
    Server::start(Routes::new().on("/index.html", front)).unwrap()
}

#[test]
fn what_is_no_address() {
    check_refused(&Inspect::plain(&["http://[::1"]).run(), 2, &["http://[::1"]);
    check_refused(&Inspect::plain(&["ftp://files.example/"]).run(), 2, &["ftp"]);
    check_refused(&Inspect::plain(&["http://"]).run(), 2, &["http://"]);
    check_refused(&Inspect::plain(&[]).run(), 2, &["网址"]);
    check_refused(&Inspect::plain(&["http://a.example/", "--rat", "5"]).run(), 2, &["--rat"]);
}

#[test]
fn a_name_that_does_not_exist() {
    let run = Inspect::plain(&["http://qinghe.invalid/", "--timeout", "5s"]).run();
    check_refused(&run, 3, &["qinghe.invalid"]);
}

#[test]
fn a_port_that_nobody_listens_on() {
    check_refused(&Inspect::plain(&["http://127.0.0.16:9/"]).run(), 3, &["127.0.0.16:9"]);
}

#[test]
fn a_table_of_sites_with_a_mistake_names_row_and_column() {
    let folder = Folder::new();
    let missing = folder.0.join("没有.csv");
    check_refused(&Inspect::plain(&["--sites", missing.to_str().unwrap()]).run(), 2, &["没有.csv"]);
    let bad = folder.write("sites.csv", "网站名称,首页网址\n甲,http://a.example/\n乙,ftp://b.example/\n");
    check_refused(
        &Inspect::plain(&["--sites", &bad]).run(),
        2,
        &["sites.csv", "3", "首页网址", "ftp://b.example/"],
    );
    let no_column = folder.write("none.csv", "网站名称,主办单位\n甲,乙\n");
    check_refused(&Inspect::plain(&["--sites", &no_column]).run(), 2, &["none.csv", "网址"]);
    let no_book = folder.write("book.xlsx", "not a workbook");
    check_refused(&Inspect::plain(&["--sites", &no_book]).run(), 2, &["book.xlsx"]);
}

#[test]
fn a_folder_that_cannot_be_written() {
    let server = one_fault();
    let folder = Folder::new();
    let file = folder.write("occupied", "a file where a folder should be");
    // The harness would add an output folder of its own.
    let output = program()
        .args(["inspect", &server.url("/index.html"), "--out", &format!("{file}/report")])
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("occupied") && !said.contains("panicked"), "{said}");
    assert!(server.journal().is_empty(), "the site was asked although nothing could be kept");
}

#[test]
fn a_full_disk_loses_nothing_that_was_found() {
    let server = one_fault();
    // Every write to this device fails as on a full disk.
    let run = Inspect::of(&server.url("/index.html")).with(&["--broken-to", "/dev/full"]).run();
    check_refused(&run, 3, &["/dev/full"]);
    assert_eq!(run.of_rule("dead-link").len(), 1);
    assert!(run.out.join("index.html").is_file());
}

#[test]
fn an_authority_file_that_is_none() {
    let server = one_fault();
    let folder = Folder::new();
    let file = folder.write("ca.pem", "no certificate");
    check_refused(&Inspect::plain(&[&server.url("/index.html"), "--ca-file", &file]).run(), 2, &["ca.pem"]);
}
