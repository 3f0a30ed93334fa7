//! Kinds of columns, pages of one list, dates that do not fit. Clause N2.1.

use jiff::civil::{Date, date};
use url::Url;

use super::{ColumnKind, ColumnSeen, distinct, kind_of, page_of, series_of, suspects};
use crate::charset::decode;
use crate::known::Known;
use crate::labels::Labels;
use crate::listing::{Item, List};
use crate::page::Page;
use crate::rule::{Facts, Site};

fn kind(name: &str, path: &str) -> ColumnKind {
    let url = Url::parse(&format!("http://www.example.gov.cn{path}")).unwrap();
    kind_of(name, &url, &Labels::default())
}

#[test]
fn kinds_are_told_by_name_and_by_folder() {
    for (name, want) in [
        ("工作动态", ColumnKind::News),
        ("今日要闻", ColumnKind::News),
        ("通知公告", ColumnKind::Notice),
        ("规范性文件", ColumnKind::Policy),
        ("政策解读", ColumnKind::Interpretation),
        ("财政预决算", ColumnKind::Finance),
        ("人事任免", ColumnKind::Personnel),
        ("领导信息", ColumnKind::Leaders),
        ("机构职能", ColumnKind::Organs),
        ("县长信箱", ColumnKind::Answers),
        ("办件统计", ColumnKind::CaseNumbers),
        ("防汛专题", ColumnKind::Topic),
        ("2019年公告", ColumnKind::Topic),
        ("走进青禾", ColumnKind::Other),
    ] {
        assert_eq!(kind(name, "/x/"), want, "{name}");
        assert_eq!(ColumnKind::from_code(want.code()), Some(want));
    }
    assert_eq!(kind("列表", "/zwgk/tzgg/index.html"), ColumnKind::Notice);
    assert_eq!(kind("列表", "/xwzx/"), ColumnKind::News);
}

#[test]
fn pages_of_one_list_are_one_column() {
    let same = |urls: &[&str]| {
        let all: Vec<String> = urls.iter().map(|u| series_of(&format!("http://a.example{u}"))).collect();
        assert!(all.windows(2).all(|w| w[0] == w[1]), "{all:?}");
    };
    same(&["/tzgg/", "/tzgg/index.html", "/tzgg/index_1.html", "/tzgg/index_12.html"]);
    same(&["/c101/list.shtml", "/c101/list_2.shtml"]);
    same(&["/list.jsp?id=3", "/list.jsp?id=3&page=2", "/list.jsp?page=9&id=3"]);
    same(&["/col/col_12.html", "/col/col_3.html"]);
    let apart = |one: &str, other: &str| {
        assert_ne!(
            series_of(&format!("http://a.example{one}")),
            series_of(&format!("http://a.example{other}"))
        );
    };
    apart("/a/t20240511_12345.html", "/a/t20240511_12346.html");
    apart("/list.jsp?id=3", "/list.jsp?id=4");
    apart("/tzgg/", "/zcwj/");
    assert_eq!(page_of("http://a.example/tzgg/index_12.html"), 12);
    assert_eq!(page_of("http://a.example/tzgg/"), 0);
    assert_eq!(page_of("no address"), 0);
}

#[test]
fn columns_are_put_together_with_the_newest_date() {
    let seen = |url: &str, newest: Option<Date>| ColumnSeen {
        url: url.into(),
        name: "通知公告".into(),
        kind: ColumnKind::Notice,
        is_home: false,
        first_level: None,
        items: 20,
        dated: 20,
        newest,
        empty: false,
        suspects: Vec::new(),
    };
    let all = distinct(&[
        seen("http://a.example/tzgg/index_1.html", Some(date(2023, 1, 1))),
        seen("http://a.example/tzgg/", Some(date(2024, 1, 1))),
        seen("http://a.example/zcwj/", None),
    ]);
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].url.as_str(), all[0].items), ("http://a.example/tzgg/", 40));
    assert_eq!(all[0].newest, Some(date(2024, 1, 1)));
}

/// A list of items with the printed day and the day in the address.
fn list(days: &[(Date, Date)]) -> List {
    let item = |(printed, addressed): &(Date, Date)| {
        let day = addressed.strftime("%Y%m%d");
        let url = format!("http://a.example/xw/t{day}_1.html");
        Item {
            title: "县政府召开会议".into(),
            url: Some(url),
            date: Some(*printed),
            at: base::Position { line: 1, column: 1 },
        }
    };
    List::new_for_tests(days.iter().map(item).collect())
}

#[test]
fn a_date_that_does_not_fit_its_neighbours_is_told_and_a_move_is_not() {
    let day = |d: i8| date(2024, 5, d);
    let fitting: Vec<(Date, Date)> = (1..=12).map(|d| (day(d), day(d))).collect();
    assert_eq!(suspects(&list(&fitting)), []);
    let mut one = fitting.clone();
    one[4] = (date(2024, 2, 1), day(12));
    assert_eq!(suspects(&list(&one)).len(), 1);
    let moved: Vec<(Date, Date)> = (1..=12).map(|d| (date(2019, 1, d), day(20))).collect();
    assert_eq!(suspects(&list(&moved)), []);
}

/// Whether a page with the label of its column is taken as a column page.
fn is_column(url: &str, body: &str) -> bool {
    let text = format!(
        "<!DOCTYPE html><meta charset=utf-8><title>青禾县人民政府</title>\
         <meta name=ColumnName content=领导信息><body>{body}"
    );
    let charset = decode(text.as_bytes(), None).charset;
    let page = Page::parse(Url::parse(url).unwrap(), &text, charset);
    let site = Site {
        name: "青禾县人民政府".into(),
        start: Url::parse("http://www.example.gov.cn/").unwrap(),
        hosts: vec!["www.example.gov.cn".into()],
        sub_domains: false,
    };
    let facts = Facts { site: &site, answer: None, today: Some(date(2026, 6, 15)), known: Known::NOTHING };
    super::seen(&page, &facts).is_some()
}

#[test]
fn details_that_carry_the_label_of_their_column_are_no_columns() {
    let letter = "<p>来信时间：2026-06-01</p><p>主题：关于青禾路路灯不亮的问题</p><p>内容：青禾路的路灯已经坏了一周，\
                  请尽快派人修好。</p><p>回复：您好，来信收悉，路灯管理所已于六月三日将路灯全部修好，感谢您的关心。</p>";
    assert!(!is_column("http://www.example.gov.cn/xzxx/l0.html", letter));
    let person = "<h1>王某某</h1><img src=wzq.jpg width=200 height=280><p>男，汉族，一九七二年生，县委副书记、县长。</p>\
                  <ul><li><a href=lqh.html>李某某</a><li><a href=zsm.html>张某某</a><li><a href=cj.html>陈某</a></ul>";
    assert!(!is_column("http://www.example.gov.cn/ldxx/wzq.html", person));
    let row = |n: u32| format!("<li><a href={n}.html>青禾县举办第{n}期培训班</a> 2026-06-0{n}");
    let list = format!("<ul>{}</ul>", (1..8).map(row).collect::<String>());
    assert!(is_column("http://www.example.gov.cn/gzdt.html", &list));
    assert!(is_column("http://www.example.gov.cn/ldxx/", person));
    assert!(is_column("http://www.example.gov.cn/ghjh.html", "<ul class=list></ul>"));
}
