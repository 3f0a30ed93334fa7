//! Kinds of columns, pages of one list, dates that do not fit. Clause N2.1.

use jiff::civil::{Date, date};
use url::Url;

use super::{ColumnKind, ColumnSeen, distinct, kind_of, page_of, series_of, suspects};
use crate::labels::Labels;
use crate::listing::{Item, List};

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
