//! Files that pages offer: read for leaks and for what they are, and never kept. Serves N2.2, N2.3.
//!
//! Numbers are made up and get their check digit here; the server is on loopback.

use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

/// A number in the form of an identity card's, with its check digit (ISO 7064 MOD 11-2).
fn identity(first_17: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_17.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    format!("{first_17}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11])
}

fn home(body: &str) -> Reply {
    Reply::of(
        "text/html; charset=utf-8",
        format!("<!DOCTYPE html><html lang=zh-CN><title>青禾县</title>{body}"),
    )
}

fn inspect(options: &[&str]) -> (Server, Run, String) {
    let number = identity("43010219900307001");
    let rows = format!("姓名,身份证号\n张某某,{number}\n李某某,{}\n", identity("43010219850712002"));
    let routes = Routes::new()
        .on("/robots.txt", Reply::not_found())
        .on(
            "/index.html",
            home("<a href=/mingdan.csv>名单</a><a href=/biao.pdf>表</a><a href=/ok.txt>说明</a>"),
        )
        .on("/mingdan.csv", Reply::of("text/csv; charset=utf-8", rows))
        .on(
            "/biao.pdf",
            Reply::of("application/pdf", "<html><title>登录</title><body>请先登录</body></html>"),
        )
        .on(
            "/ok.txt",
            Reply::of("text/plain; charset=utf-8", "本表由青禾县民政局印制，编号 430102199003070010001。"),
        );
    let server = Server::start(routes).unwrap();
    let run = Inspect::of(&server.url("/index.html")).with(options).run();
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    (server, run, number)
}

#[test]
fn a_leak_in_a_file_is_told_masked_and_not_copied() {
    let (server, run, number) = inspect(&[]);
    let told: Vec<_> = run.told().iter().map(|t| t.replace(&server.origin(), "")).collect();
    assert!(told.contains(&"personal-data /mingdan.csv".to_owned()), "{told:?}");
    assert!(told.contains(&"attachment-fault /biao.pdf".to_owned()), "{told:?}");
    assert!(!told.iter().any(|t| t.contains("/ok.txt")), "{told:?}");
    let written = std::fs::read_dir(&run.out).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_file());
    for path in written {
        let mut bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|e| e == "gz") {
            let mut plain = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&*bytes), &mut plain).unwrap();
            bytes = plain;
        }
        let holds = bytes.windows(number.len()).any(|w| w == number.as_bytes());
        assert!(!holds, "{} holds the number", path.display());
    }
}

#[test]
fn what_was_not_opened_is_said() {
    let (_server, run, _) = inspect(&["--attachments", "1"]);
    let unchecked = run.run_json()["unchecked"].to_string();
    assert!(unchecked.contains("附件只检查了前 1 个，另有 2 个"), "{unchecked}");
    let (server, _run, _) = inspect(&["--attachments", "0"]);
    assert!(!server.journal().requests().iter().any(|r| r.method == "GET" && r.target == "/mingdan.csv"));
}
