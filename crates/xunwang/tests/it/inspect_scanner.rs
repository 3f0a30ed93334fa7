//! The user's virus scanner asked by `--clamd`: one of the test kit, the machine's own, and ones that fail. Serves N2.5.
//!
//! The scanners' test string is put together here; nothing harmful is served.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use testkit::scanner::{Habit, Scanner};
use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, Run};

/// The test string of virus scanners; written in one piece it would have them report this file.
fn test_string() -> String {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

fn site() -> Server {
    let page = |body: &str| {
        Reply::of(
            "text/html; charset=utf-8",
            format!("<!DOCTYPE html><html lang=zh-CN><title>青禾县</title>{body}"),
        )
    };
    let links = "<a href=/a.html>甲</a><a href=/bad.doc>表</a><a href=/good.txt>说明</a>";
    let routes = Routes::new()
        .on("/robots.txt", Reply::not_found())
        .on("/index.html", page(links))
        .on("/a.html", page("<p>暗号：木马样本一号</p>"))
        .on("/bad.doc", Reply::of("application/msword", test_string()))
        .on("/good.txt", Reply::of("text/plain; charset=utf-8", "填表说明"));
    Server::start(routes).unwrap()
}

fn inspect(server: &Server, clamd: &str) -> Run {
    let run = Inspect::of(&server.url("/index.html")).with(&["--clamd", clamd]).run();
    assert_eq!((run.code(), run.said().contains("panicked")), (1, false), "{}", run.said());
    run
}

/// Page or file, and what is said of it.
fn malware(server: &Server, run: &Run) -> Vec<(String, String)> {
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().replace(&server.origin(), "");
    let place = |f: &serde_json::Value| match text(&f["target"]) {
        target if target.is_empty() => text(&f["page"]),
        target => target,
    };
    let mut told: Vec<_> = run.of_rule("malware").iter().map(|f| (place(f), text(&f["cause"]))).collect();
    told.sort();
    told
}

#[test]
fn what_the_scanner_knows_in_pages_and_files_is_told_by_its_name() {
    let server = site();
    let known = vec![
        ("木马样本一号".as_bytes().to_vec(), "Own.Page-1".to_owned()),
        (test_string().into_bytes(), "Own.File-1".to_owned()),
    ];
    let scanner = Scanner::start(Habit::Knows(known)).unwrap();
    let run = inspect(&server, &scanner.address());
    let told = malware(&server, &run);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].0 == "/a.html" && told[0].1.contains("Own.Page-1"), "{told:?}");
    assert!(told[1].0 == "/bad.doc" && told[1].1.contains("Own.File-1"), "{told:?}");
    let sent = scanner.streams();
    assert!(sent.iter().any(|s| s == "填表说明".as_bytes()), "the harmless file was not scanned");
    assert!(!run.run_json()["unchecked"].to_string().contains("病毒"), "{}", run.run_json()["unchecked"]);
}

/// A scanner that gives no word: the run goes on, the report says what was not scanned and why, and what is known
/// without a scanner is told all the same.
fn goes_on(clamd: &str, why: &str) {
    let server = site();
    let run = inspect(&server, clamd);
    let unchecked = run.run_json()["unchecked"].to_string();
    assert!(unchecked.contains(why) && unchecked.contains("4 个页面和附件"), "{unchecked}");
    let told = malware(&server, &run);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "/bad.doc" && told[0].1.contains("本身无害"), "{told:?}");
    assert_eq!(run.run_json()["state"], "finished");
}

#[test]
fn a_scanner_that_is_down_is_told_and_the_run_goes_on() {
    let nobody = Scanner::start(Habit::Hangs).unwrap();
    let address = nobody.address();
    drop(nobody);
    goes_on(&address, "连不上 clamd");
}

#[test]
fn a_scanner_that_hangs_is_told_and_not_waited_for_page_by_page() {
    let scanner = Scanner::start(Habit::Hangs).unwrap();
    goes_on(&scanner.address(), "没有答复");
}

#[test]
fn a_scanner_that_talks_nonsense_is_told_with_its_words() {
    let scanner = Scanner::start(Habit::Babbles("220 mail.example ESMTP\n".into())).unwrap();
    goes_on(&scanner.address(), "220 mail.example ESMTP");
    assert!(scanner.streams().is_empty(), "pages were sent to what is no scanner");
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_asked() {
    let run = Inspect::plain(&["http://qinghe.example/", "--clamd", "clamd"]).run();
    assert_eq!(run.code(), 2, "{}", run.said());
    assert!(run.stderr.contains("--clamd") && run.stderr.contains("127.0.0.1:3310"), "{}", run.said());
}

/// The machine's own clamd with one signature of ours; it ends with the test.
struct OwnClamd {
    child: Child,
    socket: String,
    _folder: Folder,
}

impl OwnClamd {
    const PROGRAM: &str = "/usr/sbin/clamd";

    /// `None` where the machine has none.
    fn start() -> Option<OwnClamd> {
        if !std::path::Path::new(OwnClamd::PROGRAM).exists() {
            return None;
        }
        let folder = Folder::new();
        let mut hex = String::new();
        test_string().bytes().for_each(|b| write!(hex, "{b:02x}").unwrap());
        // Name, any kind of file, any place, bytes.
        folder.write("own.ndb", format!("Own.Test-1:0:*:{hex}\n"));
        let (base, socket) = (folder.0.display().to_string(), folder.0.join("s").display().to_string());
        let settings =
            format!("Foreground yes\nLogTime no\nDatabaseDirectory {base}\nLocalSocket {socket}\n");
        let settings = folder.write("clamd.conf", settings);
        let mut child = Command::new(OwnClamd::PROGRAM)
            .args(["--config-file", &settings])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        for line in lines.map_while(Result::ok) {
            said.push_str(&line);
            // The last thing it says before it listens.
            if line.starts_with("Self checking") {
                return Some(OwnClamd { child, socket, _folder: folder });
            }
        }
        child.wait().unwrap();
        panic!("clamd did not start: {said}");
    }
}

impl Drop for OwnClamd {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn the_machines_own_clamd_is_asked() {
    let Some(clamd) = OwnClamd::start() else {
        eprintln!("skipped: no {}", OwnClamd::PROGRAM);
        return;
    };
    let server = site();
    let run = inspect(&server, &clamd.socket);
    let told = malware(&server, &run);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "/bad.doc" && told[0].1.contains("Own.Test-1"), "{told:?}");
    assert!(!run.run_json()["unchecked"].to_string().contains("病毒"), "{}", run.run_json()["unchecked"]);
}
