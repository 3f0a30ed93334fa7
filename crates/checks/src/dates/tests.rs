//! What is a date, what is none, and which day an address names. Clause N2.1.

use jiff::civil::{Date, date};

use super::{InAddress, find, in_address};

const TODAY: Date = date(2024, 5, 14);

/// Every date of a text as `2024-05-11 09:12`, without a year `--05-11`, one after the other.
fn dates(text: &str) -> String {
    let shown = find(text, Some(TODAY)).into_iter().map(|s| {
        let year = s.year.map_or("-".to_owned(), |y| format!("{y:04}"));
        let time = s.time.map_or(String::new(), |t| format!(" {:02}:{:02}", t.hour(), t.minute()));
        format!("{year}-{:02}-{:02}{time}", s.month, s.day)
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn dates_in_figures_are_read_with_their_time() {
    assert_eq!(dates("发布时间：2024-05-11 09:12"), "2024-05-11 09:12");
    assert_eq!(dates("2024/5/11"), "2024-05-11");
    assert_eq!(dates("(2024.05.11)"), "2024-05-11");
    assert_eq!(dates("２０２４年５月１１日"), "2024-05-11");
    assert_eq!(dates("2024 年 5 月 11 日 09时32分"), "2024-05-11 09:32");
    assert_eq!(dates("2003年11月12日16:36 报"), "2003-11-12 16:36");
    assert_eq!(dates("2022-02-06T12:48:06+00:00"), "2022-02-06 12:48");
    assert_eq!(dates("2005-04-27 14:32更新 来源"), "2005-04-27 14:32");
    assert_eq!(dates("2024年5月8日至2024年5月10日 9:00-17:30"), "2024-05-08, 2024-05-10 09:00");
    assert_eq!(dates("2024-05-11下午3:05"), "2024-05-11 15:05");
}

#[test]
fn dates_in_characters_are_read_however_the_circle_is_typed() {
    for text in
        ["二〇一七年三月二十四日", "二Ｏ一七年三月二十四日", "二○一七年三月廿四日", "二0一七年三月二十四日"]
    {
        assert_eq!(dates(text), "2017-03-24", "{text}");
    }
    assert_eq!(dates("二〇二四年十月十日"), "2024-10-10");
    assert_eq!(dates("二零二四年元月三十一日"), "2024-01-31");
    assert_eq!(dates("一九九八年十二月卅一日"), "1998-12-31");
    assert_eq!(dates("去年三月二十四日"), "");
}

#[test]
fn numbers_are_no_dates() {
    for text in [
        "根据第2024-17号预警（编号 MFSA2024-17）",
        "青政发〔2023〕12号",
        "联系电话：0571-20230105，传真 0571-20211231",
        "浏览次数：20190203",
        "版权所有 © 2010-2022",
        "2023-2025年",
        "2024-05-11-03",
        "2024.5.1.2",
        "/2024/05/11/",
        "http://a.example/2024-05-11/b",
        "x2024-05-11",
        "2024-13-01",
        "2023年2月30日",
        "比上年增长2010.5.1%",
        "5月3",
        "第5月3日",
        "共 1/20 页",
        "3.15",
        "192.168.10.12",
        "请于30日前完成",
        "2天前来过的人",
    ] {
        assert_eq!(dates(text), "", "{text}");
    }
}

#[test]
fn a_date_without_year_counts_alone_or_in_brackets() {
    assert_eq!(dates("[05-11]"), "--05-11");
    assert_eq!(dates("05/11"), "--05-11");
    assert_eq!(dates("关于开会的通知 (5-11)"), "--05-11");
    assert_eq!(dates("5月11日"), "--05-11");
    assert_eq!(dates("[24-05-11]"), "2024-05-11");
    assert_eq!(dates("05-11 12:30"), "--05-11 12:30");
    assert_eq!(dates("比分 05-11"), "");
    let of = |text: &str| find(text, Some(TODAY))[0].before(TODAY);
    assert_eq!(of("[05-14]"), Some(TODAY));
    assert_eq!(of("[05-15]"), Some(date(2023, 5, 15)));
    assert_eq!(of("[02-29]"), Some(date(2024, 2, 29)));
}

#[test]
fn relative_dates_need_today() {
    assert_eq!(dates("3天前"), "2024-05-11");
    assert_eq!(dates("发布于 5小时前"), "2024-05-14");
    assert_eq!(dates("昨天 10:20"), "2024-05-13 10:20");
    assert_eq!(dates("今天上午召开了会议"), "");
    assert_eq!(find("3天前", None), []);
    assert_eq!(dates("4000000000天前"), "");
}

#[test]
fn places_are_those_of_the_text() {
    let text = "时间：2024年5月11日 09:12　来源";
    assert_eq!(&text[find(text, None)[0].at.clone()], "2024年5月11日 09:12");
    let text = "云泽县 二〇一七年三月二十四日止";
    assert_eq!(&text[find(text, None)[0].at.clone()], "二〇一七年三月二十四日");
}

#[test]
fn addresses_name_days_and_months() {
    let day = |address: &str| in_address(address).and_then(InAddress::day);
    let want = Some(date(2024, 5, 11));
    for address in [
        "http://a.example/art/2024/5/11/art_12_3456.html",
        "http://a.example/xw/202405/t20240511_1501140.html",
        "/zwgk/20240511/b5c2db3d.html",
        "/2024/05-11/2559082.html",
        "/guoqing/2024-05/11/content_5300522.htm",
        "/a/202405/11/9.html",
        "/c/2024/0511/12.html",
    ] {
        assert_eq!(day(address), want, "{address}");
    }
    assert_eq!(in_address("/zhengce/202309/content_6905142.htm"), Some(InAddress::Month(2023, 9)));
    assert_eq!(in_address("/html/2016/CPJ_0720/241753.html"), Some(InAddress::Year(2016)));
    for address in
        ["/content/post_4258480.html", "/10462/10464/a.shtml", "/a.html?d=20240511", "/v2024/a", ""]
    {
        assert_eq!(in_address(address), None, "{address}");
    }
}

#[test]
fn long_texts_take_linear_time() {
    let text = "1".repeat(200_000) + &"年".repeat(100_000) + &"2024-".repeat(50_000);
    assert_eq!(find(&text, Some(TODAY)), []);
}
