//! Lists as real builders write them, and what is no list. Clause N2.1.

use jiff::civil::{Date, date};
use url::Url;

use super::read;
use crate::charset::decode;
use crate::page::Page;

const TODAY: Date = date(2024, 5, 14);

/// The main list as lines of date and title.
fn main(html: &str) -> Vec<String> {
    let text = format!("<!DOCTYPE html><meta charset=utf-8><title>列表</title>{html}");
    let charset = decode(text.as_bytes(), None).charset;
    let page = Page::parse(Url::parse("http://www.example.gov.cn/xw/").unwrap(), &text, charset);
    let listing = read(&page, Some(TODAY));
    let Some(list) = listing.main() else { return Vec::new() };
    list.items
        .iter()
        .map(|i| format!("{} {}", i.date.map_or("-".into(), |d| d.to_string()), i.title))
        .collect()
}

fn check(html: &str) {
    let want: [&str; 3] = [
        "2024-05-11 县政府召开常务会议",
        "2024-05-09 关于公布办事窗口的通知",
        "2023-12-30 春耕备耕工作现场会举行",
    ];
    assert_eq!(main(html), want, "{html}");
}

#[test]
fn lists_are_found_in_every_markup() {
    check(
        "<ul><li><span>2024-05-11</span><a href=a>县政府召开常务会议</a><li><span>2024-05-09</span>\
         <a href=b>关于公布办事窗口的通知</a><li><span>2023-12-30</span><a href=c>春耕备耕工作现场会举行</a></ul>",
    );
    check(
        "<table><tr><td>·</td><td><a href=a title=县政府召开常务会议>县政府召开…</a></td><td>[05-11]</td></tr>\
         <tr><td>·</td><td><a href=b>关于公布办事窗口的通知</a></td><td>[05-09]</td></tr>\
         <tr><td>·</td><td><a href=c>春耕备耕工作现场会举行</a></td><td>[12-30]</td></tr></table>",
    );
    check(
        "<dl><dt><a href=a>县政府召开常务会议</a></dt><dd>2024-05-11</dd><dt><a href=b>关于公布办事窗口的通知</a></dt>\
         <dd>2024-05-09</dd><dt><a href=c>春耕备耕工作现场会举行</a></dt> <dd>2023-12-30</dd></dl>",
    );
    check(
        "<td><a href=a>县政府召开常务会议</a> (2024/5/11)<br><a href=b>关于公布办事窗口的通知</a> (2024/5/9)<br>\
         <a href=c>春耕备耕工作现场会举行</a> (2023/12/30)<br></td>",
    );
    check(
        "<div><div class=i><b>11</b><i>2024-05</i><a href=a>县政府召开常务会议</a><p>摘要</p></div>\
         <div class=i><b>09</b><i>2024-05</i><a href=b>关于公布办事窗口的通知</a></div>\
         <div class=i><b>30</b><i>2023-12</i><a href=c>春耕备耕工作现场会举行</a></div></div>",
    );
    check(
        "<ul><li><a href=a>县政府召开常务会议</a><em>3天前</em><li><a href=b>关于公布办事窗口的通知</a>\
         <em>2024年5月9日</em><li><a href=c>春耕备耕工作现场会举行</a><em>2023年12月30日</em></ul>",
    );
}

#[test]
fn records_of_a_script_are_items() {
    check(
        "<div id=list></div><script type=\"text/xml\"><datastore><recordset>\
         <record><![CDATA[<li><a href=\"a\">县政府召开常务会议</a><span>2024-05-11</span></li>]]></record>\
         <record><![CDATA[<li><a href=\"b\">关于公布办事窗口的通知</a><span>2024-05-09</span></li>]]></record>\
         <record><![CDATA[<li><a href=\"c\">春耕备耕工作现场会举行</a><span>2023-12-30</span></li>]]></record>\
         </recordset></datastore></script>",
    );
}

#[test]
fn a_year_that_is_not_written_comes_from_the_address() {
    let html = "<ul><li><a href=/art/2019/5/11/a.html>县政府召开常务会议</a>[05-11]<li><a href=/art/2019/5/9/b.html>\
                关于公布办事窗口的通知</a>[05-09]<li><a href=/art/2018/12/30/c.html>春耕备耕工作现场会举行</a>[12-30]</ul>";
    assert_eq!(main(html)[0], "2019-05-11 县政府召开常务会议");
    assert_eq!(main(html)[2], "2018-12-30 春耕备耕工作现场会举行");
}

#[test]
fn the_main_list_is_the_dated_one() {
    let html = "<ul><li><a href=1>首页</a><li><a href=2>政务公开</a><li><a href=3>互动交流</a><li><a href=4>走进青禾</a></ul>\
                <ul><li><a href=a>县政府召开常务会议</a>2024-05-11<li><a href=b>关于公布办事窗口的通知</a>2024-05-09\
                <li><a href=c>春耕备耕工作现场会举行</a>2023-12-30</ul>";
    assert_eq!(main(html).len(), 3);
    assert!(main("<ul><li><a href=1>首页</a><li><a href=2>新闻</a><li><a href=3>公开</a></ul>").is_empty());
    assert!(main("<p>没有列表</p>").is_empty());
}

#[test]
fn a_date_in_a_title_is_no_date_of_the_item() {
    let html = "<ul><li><a href=a>2024年5月11日天气预报公布</a><li><a href=b>2024年5月10日天气预报公布</a>\
                <li><a href=c>2024年5月9日天气预报公布了</a></ul>";
    assert_eq!(main(html)[0], "- 2024年5月11日天气预报公布");
}

#[test]
fn a_whole_date_behind_a_blank_in_a_link_is_the_items() {
    let items = main(
        "<ul><li><a href=a>县政府召开常务会议 2024-05-11</a><li><a href=b>关于公布窗口的通知 2024年5月9日</a>\
         <li><a href=c>春耕备耕现场会举行 2023/12/30</a></ul>",
    );
    let dates: Vec<&str> = items.iter().filter_map(|i| i.split(' ').next()).collect();
    assert_eq!(dates, ["2024-05-11", "2024-05-09", "2023-12-30"]);
    let items = main(
        "<ul><li><a href=a>县政府2024年5月11日召开常务会议</a><li><a href=b>公报截至2024年5月9日</a>\
         <li><a href=c>春耕现场会</a></ul>",
    );
    assert!(items.iter().all(|i| i.starts_with('-')), "{items:?}");
}
