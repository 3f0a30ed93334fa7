//! Score sheets of a run file: page, data, section of the report, sheet of the workbook. Serves N2.7.

use base::{Level, Quote};
use calamine::Reader;
use checks::pack::{Judged, Sheet, State, built_in, read, score};
use serde_json::{Value, json};

use crate::world::{ALL, HOME, Report, World, dead, full};

/// Every link rule looked, and what a text rule found is certain or a hint.
fn world() -> World {
    full().meta(
        "rules",
        &json!(["dead-link", "dead-resource", "soft-404", "redirect-loop", "malformed-address"]).to_string(),
    )
}

fn sheet(report: &Report, pack: &str) -> Sheet {
    let facts = report::facts(&report.folder.0).unwrap();
    let packs = built_in();
    let pack = packs.iter().find(|p| p.id == pack).unwrap();
    score(pack, pack.effective_from, false, &facts)
}

fn row<'s>(sheet: &'s Sheet, id: &str) -> &'s checks::pack::Row {
    sheet.rows.iter().find(|r| r.indicator.id == id).unwrap()
}

#[test]
fn the_facts_are_those_of_the_run_file() {
    let report = world().report();
    let facts = report::facts(&report.folder.0).unwrap();
    assert_eq!((facts.looked_on.to_string(), facts.pages, facts.whole), ("2026-03-01".into(), 5, true));
    assert_eq!(facts.portal, Some(true));
    let sheet = sheet(&report, "jc19");
    let links = row(&sheet, "JC19-D18");
    // Three addresses, each on the home page too: one dead on two pages, a loop, a file.
    assert_eq!((links.count, links.points_unproved.to_string()), (3, "3".into()));
    let ids: Vec<String> = links.findings.iter().map(ToString::to_string).collect();
    let db = rusqlite::Connection::open(report.path("run.db")).unwrap();
    let sql = format!(
        "select count(*) from finding where rule in ('dead-link', 'redirect-loop') and id in ({})",
        ids.join(",")
    );
    assert_eq!(db.query_row::<u64, _, _>(&sql, [], |r| r.get(0)).unwrap(), 3, "points stand on findings");
}

#[test]
fn hints_and_what_cannot_be_read_are_not_certain() {
    let quoted = |certain| Quote {
        before: "的".into(),
        fault: "甲".into(),
        after: "乙".into(),
        correct: vec![],
        certain,
    };
    let found = |certain| base::Finding {
        quote: Some(quoted(certain)),
        level: Level::Warning,
        ..dead(HOME, HOME, "")
    };
    let report = World::new().page(HOME, "首页").finding(&found(false), 1).finding(&found(true), 1).report();
    let sheet = sheet(&report, "jc19");
    assert_eq!((row(&sheet, "JC19-D18").count, row(&sheet, "JC19-D18").hints), (1, 1));
}

#[test]
fn of_a_site_that_was_not_read_nothing_is_known() {
    let down = World::new()
        .meta("rules", &json!(["dead-link", "secrecy-mark"]).to_string())
        .target(HOME, true, base::Verdict::Dead, base::Reach::Timeout)
        .state("unreachable")
        .report();
    let sheet = sheet(&down, "jc19");
    assert_eq!((sheet.measured, sheet.facts.judged, sheet.facts.total), (0, Judged::Open, None));
    assert!(sheet.notes[0].contains("首页打不开"), "{:?}", sheet.notes);
}

#[test]
fn a_run_file_of_another_version_is_refused() {
    let report = world().report();
    rusqlite::Connection::open(report.path("run.db"))
        .unwrap()
        .execute("update meta set value = '0' where key = 'schema'", [])
        .unwrap();
    let told = report::facts(&report.folder.0).unwrap_err().to_string();
    assert!(told.contains("版本 0") && told.contains("重新巡检"), "{told}");
}

#[test]
fn the_page_says_what_was_not_measured_and_leads_to_the_findings() {
    let report = world().report();
    let sheet = sheet(&report, "jc19");
    report::write_score(&report.folder.0, &sheet, true).unwrap();
    let html = report.text("score-jc19.html");
    for words in [
        "清河县人民政府 评分表",
        "国办秘函〔2019〕19号",
        "尚不能判定",
        "待核实，不计分",
        "低于 60 分不合格",
        "若数字属实，扣 3 分",
        "href=\"index.html#rule=dead-link\"",
        "是政务新媒体的指标，网站不查",
        "要看台账、证明材料或问卷",
    ] {
        assert!(html.contains(words), "no “{words}”");
    }
    // What was found and costs nothing stands beside the result, here and in the report.
    let told = sheet.not_deducted().unwrap();
    assert!(
        told.contains(&format!("另有 {} 项查到问题，分值待核实，没有扣分", sheet.pending_found)),
        "{told}"
    );
    assert!(sheet.pending_found > 0 && html.contains(&told));
    report::write_scored_run(&report.folder.0, ALL, std::slice::from_ref(&sheet)).unwrap();
    assert!(report.html().contains(&told));
    for indicator in &sheet.rows {
        let id = format!("<tr id=\"{}\"", indicator.indicator.id);
        assert_eq!(html.matches(&id).count(), 1, "{id}");
    }
    report::write_score(&report.folder.0, &sheet, false).unwrap();
    assert!(!report.text("score-jc19.html").contains("index.html"), "no links to what is not there");
    let data: Value = serde_json::from_str(&report.text("score-jc19.json")).unwrap();
    assert_eq!((&data["pack"], &data["site"]["name"]), (&json!("jc19"), &json!("清河县人民政府")));
    assert_eq!(data["rows"].as_array().unwrap().len(), sheet.rows.len());
    assert_eq!(data["facts"]["judged"], "open");
}

#[test]
fn hostile_text_stays_text() {
    let mut pack = built_in().remove(2);
    pack.note = "<script>alert(1)</script>".into();
    let report = World::named("<b>县</b>").page(HOME, "首页").report();
    let facts = report::facts(&report.folder.0).unwrap();
    let sheet = score(&pack, pack.effective_from, false, &facts);
    report::write_score(&report.folder.0, &sheet, true).unwrap();
    let html = report.text("score-jc19.html");
    assert!(!html.contains("<script") && !html.contains("<b>县") && html.contains("&lt;b&gt;县"));
}

#[test]
fn the_report_and_the_workbook_show_the_sheets() {
    let report = world().report();
    assert!(!report.html().contains("id=\"scores\""), "no scores, no section");
    let sheets = [sheet(&report, "jc19"), sheet(&report, "hn68")];
    report::write_scored_run(&report.folder.0, ALL, &sheets).unwrap();
    let html = report.html();
    assert!(
        html.contains("id=\"scores\"")
            && html.contains("href=\"score-jc19.html\"")
            && html.contains("href=\"score-hn68.html\"")
    );
    assert!(report.path("score-hn68.html").exists() && report.path("score-jc19.json").exists());
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(report.path("report.xlsx")).unwrap();
    let range = book.worksheet_range("评分").unwrap();
    let headings: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let document =
        std::path::Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/report.md");
    let document = std::fs::read_to_string(document).unwrap();
    assert!(document.contains(&format!("| 评分 | {} |", headings.join("、"))), "{headings:?}");
    // Two results a sheet, what was found and not deducted, and a row for each indicator.
    let rows: usize = sheets.iter().map(|s| s.rows.len() + 2 + usize::from(s.not_deducted().is_some())).sum();
    assert_eq!(range.height() - 1, rows);
    let d18 = range.rows().find(|r| r[1] == "JC19-D18").unwrap();
    assert_eq!((d18[9].to_string(), d18[10].to_string()), (State::Pending.label().into(), "3 个".into()));
}

#[test]
fn every_key_of_the_data_is_documented() {
    let report = world().report();
    let document =
        std::path::Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/report.md");
    let document = std::fs::read_to_string(document).unwrap();
    let part = &document[document.find("\n## score-规则包.json\n").unwrap()..];
    let part = &part[..part[2..].find("\n## ").map_or(part.len(), |at| at + 2)];
    report::write_score(&report.folder.0, &sheet(&report, "jc19"), true).unwrap();
    let data: Value = serde_json::from_str(&report.text("score-jc19.json")).unwrap();
    let row = data["rows"][0].as_object().unwrap();
    let tally = data["facts"].as_object().unwrap();
    for key in data.as_object().unwrap().keys().chain(row.keys()).chain(tally.keys()) {
        assert!(part.contains(&format!("`{key}`")), "{key}");
    }
    for state in State::ALL {
        assert!(part.contains(&format!("`{}` {}", state.code(), state.label())), "{state:?}");
    }
}

#[test]
fn a_pack_of_ones_own_scores_a_run() {
    let pack = read(include_str!("../../../../docs/guide/mine.toml")).unwrap();
    let facts = report::facts(&world().report().folder.0).unwrap();
    let sheet = score(&pack, pack.effective_from, false, &facts);
    // Three broken addresses on the home page, two points each.
    assert_eq!(sheet.facts.total.map(|t| t.to_string()).as_deref(), Some("94"));
}
