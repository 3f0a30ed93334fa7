//! `score`, `packs` and `rules` as people run them: a run is judged again without asking its site. Serves N2.7.

use std::process::Output;

use serde_json::Value;
use testkit::{Reply, Routes, Server};

use crate::inspect_run::{Folder, Inspect, program};

fn xunwang(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = program().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// The exit code and what was said holds every one of `words`.
fn check(arguments: &[&str], code: i32, words: &[&str]) {
    let (exit, out, err) = xunwang(arguments);
    for word in words {
        assert!(out.contains(word) || err.contains(word), "{arguments:?}: no “{word}” in {out}{err}");
    }
    assert_eq!(exit, code, "{arguments:?}: {out}{err}");
}

fn site() -> Server {
    let home = "<title>青禾县</title><a href=/a.html>公告</a> <a href=/gone.html>旧闻</a>";
    let page = "<title>公告</title><a href=/lost.html>附件</a>";
    let routes = Routes::new()
        .on("/", Reply::html(home))
        .on("/a.html", Reply::html(page))
        .otherwise(Reply::not_found());
    Server::start(routes).unwrap()
}

/// A pack in which a broken link on the home page costs 50 points, and elsewhere 10.
const STRICT: &str = r#"
id = "strict"
name = "从严"
document = "试〔2020〕1号"
jurisdiction = "青禾县"
authority_rank = 4
effective_from = 2020-01-01
dates = "seen"
source = "试验"
[scoring]
full = 100
fail_below = 60
verification = "seen"
[[dimension]]
name = "链接"
[[indicator]]
id = "S-1"
name = "断链"
level = "deduct"
dimension = "链接"
measures = "断链"
check = ["A"]
rules = ["dead-link"]
look = { by = "findings", unit = "fault", at_least = 1 }
points = { each = 10, home = 50, verification = "seen" }
verification = "seen"
"#;

#[test]
fn a_run_is_scored_again_without_its_site() {
    let server = site();
    let run = Inspect::of(&server.url("/")).run().ended_with(1);
    let asked = server.journal().len();
    let out = run.out.to_str().unwrap();
    let folder = Folder::new();
    let strict = folder.write("strict.toml", STRICT);
    // 100 − 50 − 10: fails; the same law with a lower price passes.
    check(
        &["score", out, "--pack", &strict],
        1,
        &["strict", "扣分后 40 分，低于 60 分，不合格", "score-strict.html"],
    );
    let sheet: Value =
        serde_json::from_slice(&std::fs::read(run.out.join("score-strict.json")).unwrap()).unwrap();
    assert_eq!((&sheet["facts"]["total"], &sheet["rows"][0]["count"]), (&40.0.into(), &2.into()));
    let mild = folder.write("mild.toml", STRICT.replace("home = 50", "home = 30"));
    check(&["score", out, "--pack", &mild], 0, &["扣分后 60 分，合格"]);
    let html = std::fs::read_to_string(run.out.join("score-strict.html")).unwrap();
    assert!(html.contains("index.html#rule=dead-link"));
    assert_eq!(server.journal().len(), asked, "the site was asked again");
    // Without a pack, those in force on the day of the run.
    check(&["score", out], 0, &["jc19", "hn68"]);
    check(&["score", out, "--as-of", "2016-01-01"], 0, &["pc15", "hn68"]);
    check(&["score", run.out.join("run.db").to_str().unwrap(), "--pack", "jc19"], 0, &["jc19"]);
}

#[test]
fn an_inspection_scores_at_its_end() {
    let server = site();
    let run =
        Inspect::of(&server.url("/")).with(&["--pack", "jc19", "--as-of", "2019-06-01"]).run().ended_with(1);
    assert!(run.said().contains("jc19") && run.said().contains("按 2019-06-01 施行的规定"), "{}", run.said());
    let html = std::fs::read_to_string(run.out.join("index.html")).unwrap();
    assert!(html.contains("href=\"score-jc19.html\""));
    assert!(run.out.join("score-jc19.html").exists() && run.out.join("score-jc19.json").exists());
}

#[test]
fn several_runs_are_scored_together() {
    let (one, two) = (site(), site());
    let run = Inspect::of(&one.url("/")).with(&[&two.url("/")]).run().ended_with(1);
    let (exit, out, _) = xunwang(&["score", run.out.to_str().unwrap(), "--pack", "jc19", "--no-services"]);
    assert_eq!((exit, out.matches("score-jc19.html").count()), (0, 2), "{out}");
}

#[test]
fn a_wrong_pack_is_refused_before_anything_is_asked() {
    let server = site();
    let folder = Folder::new();
    let wrong = folder.write("wrong.toml", STRICT.replace("each = 10", "each = -10"));
    for (options, words) in [
        (vec!["--pack", "jc91"], vec!["没有规则包“jc91”", "是不是想用 jc19", "pc15"]),
        (vec!["--pack", &wrong], vec!["wrong.toml 有 1 处", "指标 S-1 的 points.each", "不小于 0"]),
        (vec!["--pack", "./absent.toml"], vec!["absent.toml 读不出来"]),
        (vec!["--pack", "jc19", "--as-of", "2015-06-01"], vec!["还没有施行", "pc15", "--as-of 2019-04-01"]),
        (vec!["--pack", "jc19", "--pack", "jc19"], vec!["给了不止一次"]),
    ] {
        let url = server.url("/");
        let out = folder.write("x", "");
        check(&[&["inspect", &url, "--out", &format!("{out}-out")], &options[..]].concat(), 2, &words);
    }
    assert_eq!(server.journal().len(), 0, "nothing was asked");
    check(&["score", "no-such-folder"], 2, &["no-such-folder 里没有 run.db", "--out"]);
    let broken = Folder::new();
    let file = broken.write("run.db", "no database");
    check(&["score", &file], 3, &["run.db 读不出来", "已损坏或不是结果文件"]);
}

#[test]
fn packs_and_rules_are_listed_and_explained() {
    check(
        &["packs"],
        0,
        &[
            "jc19  政府网站与政务新媒体检查指标",
            "2015-03-24 至 2019-03-31 施行（待核实）",
            "2019-04-01 起施行",
            "不计分",
        ],
    );
    let (_, packs, _) = xunwang(&["packs", "--json"]);
    let packs: Value = serde_json::from_str(&packs).unwrap();
    assert_eq!(packs.as_array().unwrap().len(), 3);
    let (_, rules, _) = xunwang(&["rules", "--json"]);
    let rules: Value = serde_json::from_str(&rules).unwrap();
    assert_eq!(rules.as_array().unwrap().len(), checks::registry::RULES.len());
    let (_, list, _) = xunwang(&["rules"]);
    for rule in checks::registry::RULES {
        assert!(list.contains(&format!("{}  {}（{}", rule.id, rule.name, rule.level.label())), "{}", rule.id);
    }
    check(
        &["rules", "show", "dead-link"],
        0,
        &["死链", "N2.4", "怎么办", "JC19-D18", "数字待核实", "HN68-C4"],
    );
    let (_, one, _) = xunwang(&["rules", "show", "soft-404", "--json"]);
    let one: Value = serde_json::from_str(&one).unwrap();
    assert!(one["indicators"].as_array().unwrap().iter().any(|i| i["indicator"] == "PC15-D2"));
    check(&["rules", "dead-link"], 0, &["JC19-D18"]);
    check(&["rules", "show", "ded-link"], 2, &["没有规则“ded-link”", "是不是想用 dead-link"]);
}
