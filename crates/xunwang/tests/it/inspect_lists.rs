//! Lists that users supply, held against a real site: roster, ledger of links, closed domains. Serves N2.2, N2.4, N5.6.
//!
//! Persons and offices are made up; the linked site lies on another loopback address.

use testkit::{Bound, Reply, Routes, Server};

use crate::inspect_run::{Inspect, Run};

fn page(title: &str, body: &str) -> Reply {
    Reply::of(
        "text/html; charset=utf-8",
        format!("<!DOCTYPE html><html lang=zh-CN><title>{title}</title>{body}"),
    )
}

/// A site of another owner, as far as names tell.
fn elsewhere(title: &str) -> Server {
    let routes = Routes::new().otherwise(page(title, &format!("<h1>{title}</h1><p>欢迎</p>")));
    Bound::at("127.0.0.2").unwrap().serve(routes)
}

fn site(body: &str) -> Server {
    let routes = Routes::new().on("/robots.txt", Reply::not_found()).on("/index.html", page("青禾县", body));
    Server::start(routes).unwrap()
}

/// The program with a list of this text.
fn with_list(server: &Server, option: &str, list: &str) -> Run {
    let inspect = Inspect::of(&server.url("/index.html"));
    let file = inspect.folder().write("list.csv", list);
    inspect.with(&[option, &file]).run()
}

/// Causes of a rule's findings.
fn causes(run: &Run, rule: &str) -> Vec<String> {
    assert!(matches!(run.code(), 0 | 1), "{}", run.said());
    run.of_rule(rule).iter().map(|f| f["cause"].as_str().unwrap_or_default().to_owned()).collect()
}

/// A list with a fault: told with its place before anything is asked of the site.
fn refused(option: &str, list: &str, words: &[&str]) {
    let server = site("");
    let run = with_list(&server, option, list);
    assert_eq!(run.code(), 2, "{}", run.said());
    for word in words {
        assert!(run.stderr.contains(word), "{word} is not in {}", run.said());
    }
    assert!(server.journal().targets().is_empty(), "{:?}", server.journal().targets());
}

const ROSTER: &str = "姓名,职务,单位,起,止\n\
    李青禾,县长,青禾县人民政府,2024-03-01,\n\
    王望舒,县长,青禾县人民政府,2019-01-01,2024-02-29\n";

#[test]
fn a_former_leader_under_the_office_is_told_and_the_present_one_is_not() {
    let old = site("<p>8月3日，县长王望舒到望河镇调研防汛工作。</p>");
    let told = causes(&with_list(&old, "--roster", ROSTER), "wrong-leader");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("李青禾") && told[0].contains("王望舒"), "{told:?}");
    let right = site("<p>8月3日，县长李青禾到望河镇调研防汛工作，副县长赵某某陪同。</p>");
    assert_eq!(causes(&with_list(&right, "--roster", ROSTER), "wrong-leader"), Vec::<String>::new());
}

#[test]
fn a_name_that_is_one_character_off_is_a_veto() {
    let server = site("<p>县长李青河主持召开县政府常务会议。</p>");
    let run = with_list(&server, "--roster", ROSTER);
    let told = causes(&run, "wrong-leader");
    assert!(told.len() == 1 && told[0].contains("李青河") && told[0].contains("李青禾"), "{told:?}");
    assert_eq!(run.of_rule("wrong-leader")[0]["level"], "veto");
}

#[test]
fn a_bad_row_of_a_roster_is_named_by_row_and_column() {
    refused("--roster", "姓名,职务,单位,起,止\n李青禾,,县政府,2024-03-01,\n", &["领导名录", "第 2 行 B 列"]);
    refused("--roster", "姓名,职务,起\n李青禾,县长,三月\n", &["第 2 行 C 列", "三月"]);
    refused("--roster", "甲,乙\n1,2\n", &["找不到“姓名”和“职务”"]);
}

const LEDGER: &str = "target,name,unit,purpose,approved_by,approved_on,expires_on\n";

#[test]
fn links_are_held_against_the_ledger() {
    let other = elsewhere("望河镇农业合作社");
    let host = other.address();
    let server = site(&format!("<a href=\"{}\">合作社</a>", other.url("/")));
    let judged = |row: String| {
        let run = with_list(&server, "--approved-links", &format!("{LEDGER}{row}\n"));
        (causes(&run, "unapproved-link"), causes(&run, "drifted-target"))
    };
    let nothing = (Vec::new(), Vec::new());
    assert_eq!(judged(format!("{host},望河镇农业合作社,望河镇,便民,赵某某,2024-01-01,")), nothing);
    let (unapproved, drifted) = judged("www.qinghe.example,青禾日报社,青禾日报社,,,,".into());
    assert!(unapproved.len() == 1 && unapproved[0].contains("不在链接审批台账中"), "{unapproved:?}");
    assert_eq!(drifted, Vec::<String>::new());
    let (expired, _) = judged(format!("{host},望河镇农业合作社,望河镇,便民,,2019-01-01,2020-01-01"));
    assert!(expired.len() == 1 && expired[0].contains("2020-01-01 到期"), "{expired:?}");
    let (unapproved, drifted) = judged(format!("{host},青禾县气象台,青禾县气象局,天气,,2024-01-01,"));
    assert_eq!(unapproved, Vec::<String>::new());
    assert!(drifted.len() == 1 && drifted[0].contains("青禾县气象台"), "{drifted:?}");
    assert!(drifted[0].contains("望河镇农业合作社"), "{drifted:?}");
}

#[test]
fn without_a_ledger_nothing_is_unapproved() {
    let other = elsewhere("望河镇农业合作社");
    let server = site(&format!("<a href=\"{}\">合作社</a>", other.url("/")));
    let run = Inspect::of(&server.url("/index.html")).run();
    assert_eq!(causes(&run, "unapproved-link"), Vec::<String>::new());
}

#[test]
fn links_to_closed_domains_are_told_and_others_are_not() {
    let (closed, open) = (elsewhere("旧局"), site(""));
    let links = format!("<a href=\"{}\">旧局</a><a href=\"{}\">新局</a>", closed.url("/"), open.url("/"));
    let server = site(&links);
    let run = with_list(&server, "--closed-domains", "单位,域名\n旧局,127.0.0.2\n");
    let told: Vec<String> = run.told().into_iter().filter(|t| t.starts_with("closed-domain")).collect();
    assert_eq!(told, [format!("closed-domain-link {}", closed.url("/"))]);
}

#[test]
fn a_bad_row_of_a_list_of_links_or_domains_is_named() {
    let ledger = format!("{LEDGER}http://www.example.cn/,甲,乙,,,2026-13-40,\n");
    refused("--approved-links", &ledger, &["链接审批台账", "第 2 行 F 列", "2026-13-40"]);
    refused("--approved-links", &format!("{LEDGER}*.gov.cn,甲,乙,,,,\n"), &["第 2 行 A 列", "范围过大"]);
    refused("--approved-links", "甲,乙\n1,2\n", &["链接地址"]);
    refused("--closed-domains", "old.example.gov.cn\n某某局\n", &["已关停域名名单", "第 2 行 A 列"]);
}

#[test]
fn a_list_that_is_not_there_is_told() {
    for option in ["--roster", "--approved-links", "--closed-domains"] {
        let server = site("");
        let run = Inspect::of(&server.url("/index.html")).with(&[option, "nowhere.csv"]).run();
        assert_eq!(run.code(), 2, "{}", run.said());
        assert!(run.stderr.contains("nowhere.csv"), "{}", run.said());
    }
}
