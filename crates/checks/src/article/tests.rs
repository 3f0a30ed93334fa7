//! What is read of an article, and what is left alone. Clause N2.1.

use jiff::civil::{Date, date};
use url::Url;

use super::{Article, Claim, How};
use crate::charset::decode;
use crate::han::has_han;
use crate::page::Page;

const TODAY: Date = date(2026, 6, 15);

/// Reads a page with that head and body.
fn read<T>(url: &str, head: &str, body: &str, look: impl FnOnce(&Article, &Page<'_>) -> T) -> T {
    let text = format!("<!DOCTYPE html><meta charset=utf-8>{head}<body>{body}");
    let charset = decode(text.as_bytes(), None).charset;
    let page = Page::parse(Url::parse(url).unwrap(), &text, charset);
    look(page.article(Some(TODAY)), &page)
}

const TEXT: &str = "<p>近日，青禾县召开会议，部署今年的防汛抗旱工作，要求各乡镇压实责任，加强值守。</p>\
                    <p>会议指出，今年汛期形势复杂，要立即开展隐患排查，对水库、山塘、堤防逐一检查，限期整改。</p>";

/// Date and how it was found, for an article with that line under its title.
fn dated(line: &str, more: &str) -> String {
    let body = format!("<h1>青禾县部署防汛工作</h1><div>{line}</div><div>{TEXT}{more}</div>");
    read(
        "http://www.example.gov.cn/a.html",
        "<title>青禾县部署防汛工作_青禾县人民政府</title>",
        &body,
        |a, _| {
            a.date.as_ref().map_or("none".into(), |d| {
                let time = d.time.map_or(String::new(), |t| t.strftime(" %H:%M").to_string());
                format!("{}{time} {}", d.date, d.how.code())
            })
        },
    )
}

#[test]
fn the_date_is_the_one_printed_beside_the_title() {
    assert_eq!(dated("发布时间：2026年6月10日 09:12 来源：县政府办", ""), "2026-06-10 09:12 printed");
    assert_eq!(dated("时间：2026-06-10 浏览次数：20190203", ""), "2026-06-10 printed");
    assert_eq!(dated("2026/6/10", ""), "2026-06-10 printed");
    assert_eq!(dated("<span>日期：</span><em>2026-06-10</em> 【打印】", ""), "2026-06-10 printed");
    assert_eq!(dated("<time datetime=2026-06-10T08:00>上周三</time>", ""), "2026-06-10 08:00 printed");
}

#[test]
fn no_date_is_made_up() {
    assert_eq!(dated("来源：县政府办", ""), "none");
    assert_eq!(dated("今天是2026年6月15日 星期一", ""), "none");
    assert_eq!(dated("2026年6月15日 星期一", ""), "none");
    assert_eq!(dated("2026-3-5 星期四 【字体：大 中 小】", ""), "2026-03-05 printed");
    assert_eq!(dated("", "<p>各单位应于2026年5月31日前完成自查。</p><p>自2026年7月1日起施行。</p>"), "none");
    assert_eq!(dated("", "<p>电话：0731-20260105，文号青政发〔2026〕12号。</p>"), "none");
    let list = "</div><ul><li><a href=1>一</a>2026-05-01<li><a href=2>二</a>2026-05-02<li><a href=3>三</a>2026-05-03</ul><div>";
    assert_eq!(dated("", list), "none");
    assert_eq!(dated("", "</div><div>版权所有 2010-2026 青禾县人民政府"), "none");
}

#[test]
fn a_signature_dates_a_document_without_a_line() {
    let signed = "<p align=right>青禾县人民政府<br>二○二六年三月廿四日</p>";
    assert_eq!(dated("", signed), "2026-03-24 signature");
    assert_eq!(dated("2026-03-30", signed), "2026-03-30 printed");
    assert_eq!(dated("", "<p>会议定于2026年3月24日</p>"), "none");
}

#[test]
fn the_label_goes_first_where_it_is_sane() {
    let of = |content: &str| {
        let head = format!("<title>青禾县部署防汛工作</title><meta name=PubDate content=\"{content}\">");
        let body = format!("<h1>青禾县部署防汛工作</h1><p>2026-06-10 08:30</p><div>{TEXT}</div>");
        read("http://www.example.gov.cn/a.html", &head, &body, |a, _| a.date.clone().unwrap())
    };
    assert_eq!((of("2026-06-09 10:00").date, of("2026-06-09 10:00").how), (date(2026, 6, 9), How::Label));
    assert_eq!(of("2026-06-10").time.map(|t| t.hour()), Some(8), "the page shows the hour");
    for nothing in ["", "null", "昨日"] {
        assert_eq!((of(nothing).date, of(nothing).how), (date(2026, 6, 10), How::Printed), "{nothing}");
    }
}

#[test]
fn the_address_dates_only_what_the_page_does_not() {
    let url = "http://www.example.gov.cn/art/2018/5/18/art_12_3456.html";
    let body = |line: &str| format!("<h1>关于公布办事窗口的通知</h1><div>{line}</div><div>{TEXT}</div>");
    let of = |line: &str| read(url, "", &body(line), |a, _| a.date.clone().unwrap());
    assert_eq!(
        (of("发布日期：2018-05-08").date, of("发布日期：2018-05-08").how),
        (date(2018, 5, 8), How::Printed)
    );
    assert_eq!((of("").date, of("").how), (date(2018, 5, 18), How::Address));
}

#[test]
fn titles_are_cut_only_at_names() {
    let of = |title: &str, h1: &str| {
        let body = format!("<div class=nav><a href=/>首页</a></div>{h1}<p>2026-06-10</p><div>{TEXT}</div>");
        read("http://a.example/", &format!("<title>{title}</title>"), &body, |a, _| a.title.clone().unwrap())
    };
    let h1 = "<h1>一图读懂｜《青禾县养老条例》：十问十答</h1>";
    assert_eq!(
        of("一图读懂｜《青禾县养老条例》：十问十答_青禾县人民政府", h1),
        "一图读懂｜《青禾县养老条例》：十问十答"
    );
    assert_eq!(of("青禾县2023-2025年行动方案 - 青禾县农业农村局", ""), "青禾县2023-2025年行动方案");
    assert_eq!(of("青禾县人民政府", "<div class=tit>百丈社区开展暑期活动</div>"), "百丈社区开展暑期活动");
    assert_eq!(of("工作动态_青禾县水利局", "<p>全县水库除险加固工程开工</p>"), "全县水库除险加固工程开工");
    assert_eq!(
        of("水库工程 开工_青禾县水利局", "<h2>水库工程<br>开工<small>(2026-06-10)</small></h2>"),
        "水库工程 开工"
    );
}

#[test]
fn the_body_is_the_text_without_what_is_around_it() {
    let menu: String = (0..30).map(|n| format!("<li><a href=/{n}>栏目名称{n}</a>")).collect();
    for (open, close) in [("<div>", "</div>"), ("<table><tr><td>", "</td></tr></table>")] {
        let body = format!(
            "<ul>{menu}</ul>{open}<h1>青禾县部署防汛工作</h1><p>时间：2026-06-10 来源：县政府办 作者：青禾</p>{TEXT}\
             <p>附件：<a href=/f/1.docx>登记表.docx</a></p><p>责任编辑：青禾</p><ul><li>相关链接<li><a href=/x>无关的一条消息</a></ul>{close}\
             <div class=footer>版权所有 青禾县人民政府，地址：青禾县，电话：0000-0000000。</div>"
        );
        read(
            "http://www.example.gov.cn/a.html",
            "<title>青禾县部署防汛工作</title>",
            &body,
            |a, page| {
                let text = a.body_text(page);
                assert!(text.contains("压实责任") && text.contains("限期整改"), "{text}");
                for around in ["栏目名称", "版权所有", "无关的一条", "责任编辑", "时间："]
                {
                    assert!(!text.contains(around), "{around} in {text}");
                }
                assert!(a.is_article);
                assert_eq!(a.source.as_deref(), Some("县政府办"));
                assert_eq!(a.author.as_deref(), Some("青禾"));
                let files: Vec<_> = a.attachments.iter().map(|f| (f.url.as_str(), f.claim)).collect();
                assert_eq!(files, [("http://www.example.gov.cn/f/1.docx", Claim::Word)]);
            },
        );
    }
}

#[test]
fn lists_and_pages_of_other_languages_are_no_articles() {
    let list: String =
        (0..30).map(|n| format!("<li><a href=/{n}>县政府召开第{n}次常务会议</a>2026-05-01")).collect();
    assert!(!read("http://a.example/", "", &format!("<ul>{list}</ul>"), |a, _| a.is_article));
    let english = "<h1>Title</h1><p>2026-05-01</p><p>Words, and more words; and more.</p>";
    assert!(!read("http://a.example/", "", english, |a, _| a.is_article || a.title.is_some()));
}

#[test]
fn chinese_text_is_known_by_its_bytes() {
    assert!(has_han("<p>县"));
    assert!(has_han("一"));
    assert!(!has_han("<p>plain — “quoted” é あ</p>"));
}

#[test]
fn dates_of_rows_are_no_date_of_the_page() {
    let row = |n: u32| {
        format!("<tr><td><a href={n}.html>青禾县举办第{n}期培训班</a></td><td>2026-06-0{n}</td></tr>")
    };
    let rows: String = (1..8).map(row).collect();
    let body = format!("<h1>工作动态</h1><table>{rows}</table><div>主办：青禾县人民政府办公室</div>");
    read(
        "http://www.example.gov.cn/gzdt/",
        "<title>工作动态_青禾县人民政府</title>",
        &body,
        |a, _| {
            assert_eq!(a.printed, None);
            assert!(!a.is_article);
        },
    );
}
