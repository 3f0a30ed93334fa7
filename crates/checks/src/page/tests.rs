//! Tables of pages and what has to be found in them. Clauses N2.1, N2.4.

use encoding_rs::UTF_8;
use url::Url;

use super::{Page, anchor_hash};
use crate::charset::{Charset, CharsetSource};

fn page(source: &str) -> Page<'_> {
    page_at("http://www.example.gov.cn/a/b.html", source)
}

fn page_at<'t>(url: &str, source: &'t str) -> Page<'t> {
    let charset = Charset {
        encoding: UTF_8,
        source: CharsetSource::Bom,
        header_label: None,
        meta_label: None,
        replacements: 0,
    };
    Page::parse(Url::parse(url).unwrap(), source, charset)
}

/// `kind element raw` of every link.
fn links(source: &str) -> Vec<String> {
    listed(&page(source))
}

fn listed(page: &Page<'_>) -> Vec<String> {
    page.links.iter().map(|l| format!("{} {} {}", l.kind.code(), l.element, l.raw)).collect()
}

#[test]
fn attributes_that_hold_addresses_are_found() {
    let check = |source: &str, want: &[&str]| assert_eq!(links(source), want, "{source}");
    check("<a href=x.html>", &["anchor a[href] x.html"]);
    check("<A HREF='x.html?a=1&amp;b=2&copy=3'>t</A>", &["anchor a[href] x.html?a=1&b=2&copy=3"]);
    check("<a href=''>t</a><a href='#'>t</a>", &["anchor a[href] ", "anchor a[href] #"]);
    check("<a href=a href=b>", &["anchor a[href] a"]);
    check("<a data-href=/x>", &["anchor a[data-href] /x"]);
    check("<area href=x>", &["area area[href] x"]);
    check("<a href=' data:text/plain,x'><a href=about:blank><img src=blob:x>", &[]);
    check("<a href=mailto:a@b.cn>", &["anchor a[href] mailto:a@b.cn"]);
    check("<img src=x.png><img src=x.png>", &["image img[src] x.png"]);
    check("<img srcset='a.png 1x, b.png 2x'>", &["image img[srcset] a.png", "image img[srcset] b.png"]);
    check(
        "<img data-src=a.jpg data-original=b.jpg data-lazy=true>",
        &["image img[data-src] a.jpg", "image img[data-original] b.jpg"],
    );
    check(
        "<div data-url=/api/list data-src=#x data-background=/a.png>",
        &["image div[data-background] /a.png"],
    );
    check(
        "<video src=a.mp4 poster=a.png><source src=b.mp4><track src=c.vtt>",
        &[
            "media video[src] a.mp4",
            "image video[poster] a.png",
            "media source[src] b.mp4",
            "media track[src] c.vtt",
        ],
    );
    check(
        "<audio src=a.mp3><embed src=a.swf><object data=b.swf><param name=movie value=c.swf>",
        &[
            "media audio[src] a.mp3",
            "object embed[src] a.swf",
            "object object[data] b.swf",
            "object param[value] c.swf",
        ],
    );
    check(
        "<param name=wmode value=opaque><input type=text src=x><input type=IMAGE src=y>",
        &["image input[src] y"],
    );
    check(
        "<body background=a.gif><td background=b.gif>",
        &["image body[background] a.gif", "image td[background] b.gif"],
    );
    check(
        "<iframe src=a.html></iframe><frame src=b.html>",
        &["frame iframe[src] a.html", "frame frame[src] b.html"],
    );
    check("<script src=a.js></script>", &["script-file script[src] a.js"]);
    check("<div style='background:url(a.png)'>", &["css-url style a.png"]);
    check("<div style=\"background:url(&quot;a.png&quot;)\">", &["css-url style a.png"]);
    check(
        "<style>@import 'a.css';@import url(b.css);p{background:url( \"c.png\" )}</style>",
        &["style style a.css", "style style b.css", "css-url style c.png"],
    );
    check("<form action=x><input name=y></form>", &[]);
}

#[test]
fn link_elements_are_told_apart_by_rel() {
    let check = |rel: &str, want: Option<&str>| {
        let source = format!("<link {rel} href=x>");
        let found = links(&source);
        assert_eq!(found.first().map(|l| l.split(' ').next().unwrap()), want, "{rel}");
    };
    check("rel=stylesheet", Some("style"));
    check("rel='shortcut icon'", Some("icon"));
    check("rel=apple-touch-icon", Some("icon"));
    check("rel=canonical", Some("related"));
    check("rel=alternate hreflang=en", Some("related"));
    check("rel=alternate type=application/rss+xml", Some("feed"));
    check("rel=preload as=style", Some("style"));
    check("rel=preload as=font", None);
    check("rel=next", Some("related"));
    check("rev=made", Some("related"));
    check("rel=license", Some("related"));
    check("rel=schema.DC", None);
    check("rel=''", None);
    check("rel=preconnect", None);
    check("rel=dns-prefetch", None);
    check("rel=prefetch", None);
    check("", None);
}

#[test]
fn what_is_no_markup_has_no_links() {
    let check = |source: &str, want: &[&str]| assert_eq!(links(source), want, "{source}");
    check("<!-- <a href=x> --><a href=y>", &["anchor a[href] y"]);
    check("<script>document.write('<a href=x>')</script>", &[]);
    check("<script><!--\n<script>'</script><a href=x>'\n--></script><a href=y>", &["anchor a[href] y"]);
    check("<textarea><a href=x></textarea><title><a href=x></title><xmp><a href=x></xmp>", &[]);
    check("<template><a href=x><template></template><a href=x></template><a href=y>", &["anchor a[href] y"]);
    check("<noscript><a href=x></noscript>", &["anchor a[href] x"]);
    check("<svg><title><a href=x></title><![CDATA[<a href=y>]]></svg>", &["anchor a[href] x"]);
    check("<svg><p><script>'<a href=x>'</script>", &[]);
    check("<![CDATA[<a href=y>]]>", &[]);
    check("<a href=x", &[]);
    check("<a href='x>", &[]);
    check("<plaintext><a href=x>", &[]);
}

#[test]
fn scripts_and_handlers_lead_somewhere() {
    let check = |source: &str, want: &[&str]| assert_eq!(links(source), want, "{source}");
    check("<a href=\"javascript:window.open('x.html')\">", &["script a[href] x.html"]);
    check("<a href='javascript:void(0)'>", &[]);
    check("<li onclick=\"location.href='x.html'\">t</li>", &["script li[onclick] x.html"]);
    check("<td onclick=\"location.href=&#39;x.html&#39;\">", &["script td[onclick] x.html"]);
    check(
        "<select onchange=\"location.href=this.value\"><option value=x.html>t</select><option value=y>",
        &["script option[value] x.html"],
    );
    check("<meta http-equiv=Refresh content='0; url=x.html'>", &["refresh meta[refresh] x.html"]);
    check("<script>location.href='/x.html';</script>", &["refresh script /x.html"]);
    let busy: String = (0..9).map(|i| format!("<a href={i}>t</a>")).collect();
    let source = format!("{busy}<script>location.href='/x.html';</script>");
    assert_eq!(links(&source).last().map(String::as_str), Some("script script /x.html"));
}

#[test]
fn records_of_a_list_are_links() {
    let records = "<datastore><nextgroup><![CDATA[<a href=\"/dataproxy.jsp?page=2&a=1\"></a>]]></nextgroup>\
        <recordset><record><![CDATA[<li><a href='/art/1.html' title='t'>Text</a></li>]]></record></recordset></datastore>";
    let want = ["list script /dataproxy.jsp?page=2&a=1", "list script[datastore] /art/1.html"];
    assert_eq!(links(&format!("<script type=text/xml>{records}</script>")), want);
    assert_eq!(links(&format!("<?xml version='1.0'?>{records}")), want);
    let source = format!("<script type=text/xml>{records}</script>");
    let page = page(&source);
    assert_eq!(page.text_of(&page.links[1]), "Text");
    assert!(!page.has_script);
}

#[test]
fn places_are_counted_in_lines_and_characters() {
    let page = page("<p>\n中文<a href=x>t</a><a href=y>\r\n\n<img src=z>");
    let at: Vec<_> = page.links.iter().map(|l| (l.at.line, l.at.column)).collect();
    assert_eq!(at, [(2, 11), (2, 26), (4, 10)]);
}

#[test]
fn base_is_the_first_one() {
    let check = |source: &str, want: &str| assert_eq!(page(source).base.as_str(), want, "{source}");
    check("", "http://www.example.gov.cn/a/b.html");
    check("<base href=/x/><base href=/y/>", "http://www.example.gov.cn/x/");
    check("<base target=_blank><base href=/y/>", "http://www.example.gov.cn/y/");
    check("<base href=data:x><base href=/y/>", "http://www.example.gov.cn/a/b.html");
}

#[test]
fn links_are_named_by_what_a_visitor_reads() {
    let check = |source: &str, want: &str| {
        let page = page(source);
        assert_eq!(page.text_of(&page.links[0]), want, "{source}");
    };
    check("<a href=x> 通知\n 公告 </a>更多", "通知 公告");
    check("<a href=x>A&amp;B&nbsp;</a>", "A&B");
    check("<a href=x><b>A</b><i>B</i><br>C</a>", "AB C");
    check("<a href=x><img alt=图></a>", "图");
    check("<a href=x><img alt=图>字</a>", "字");
    check("<a href=x title=标题></a>", "标题");
    check("<a href=x title=标题>字</a>", "字");
    check("<a href=x>一<a href=y>二", "一");
    check("<a href=x>一", "一");
    check("<a href=x></a>", "");
    check("<area href=x alt=区>", "区");
    check("<li onclick=\"location.href='x'\">行<b>一</b></li>二", "行一");
    check(&format!("<a href=x>{}</a>", "长".repeat(300)), &"长".repeat(120));
}

#[test]
fn titles_anchors_and_scripts_are_noted() {
    let title = |source: &str| page(source).title;
    assert_eq!(title("<title> 首&amp;页\n <b></title><title>2</title>"), "首&页 <b>");
    assert_eq!(title("<svg><title>图</title></svg><title>页</title>"), "页");
    assert_eq!(title(&format!("<title>{}</title>", "长".repeat(400))).chars().count(), 300);
    let names = |source: &str| page(source).anchors;
    let mut want = [anchor_hash("a&b"), anchor_hash("top")];
    want.sort_unstable();
    assert_eq!(names("<a name=top><p id=top><p id=a&amp;b><p name=no>"), want);
    assert_eq!(anchor_hash(""), 0xCBF2_9CE4_8422_2325);
    assert_eq!(anchor_hash("a"), 0xAF63_DC4C_8601_EC8C);
    let runs = |source: &str| page(source).has_script;
    assert!(runs("<script>x</script>") && runs("<script type='text/JavaScript' src=x></script>"));
    assert!(!runs("<script type=application/ld+json>{}</script>") && !runs("<p>"));
}

#[test]
fn visible_text_is_what_is_seen() {
    let check = |source: &str, want: &str| assert_eq!(page(source).visible_text(1000), want, "{source}");
    check("<head><title>t</title><meta x>\n</head><body><p>A <b>b</b></p><p>C", "A b\nC");
    check("<head><title>t</title><p>A", "A");
    check("A<script>x</script>B<style>y</style><template>z</template><!-- c -->C", "ABC");
    check("<td>1</td>\n<td>2</td><br>&lt;3&gt;", "1\n2\n<3>");
    assert_eq!(page("<p>abc<p>def").visible_text(5), "abc\nd");
    let page = page("<h1>A<br>b</h1><h2><a>C</a></h2><h3>no</h3><h1></h1><script>'<h1>x</h1>'</script>");
    assert_eq!(page.headings(), ["A b", "C"]);
}

#[test]
fn a_home_page_is_read_whole() {
    let source = include_str!("../../fixtures/home.html");
    let want = "\
icon link[href] /favicon.ico
style link[href] /css/base.css
feed link[href] /rss/yw.xml
style style /css/home.css
css-url style /images/banner.jpg
script-file script[src] /js/jquery.js
image body[background] /images/bg.gif
image img[src] /images/logo.png
anchor a[href] /
anchor a[href] /zwgk/index.html
script li[onclick] /bsdt/
script a[href] /hdjl/index.html
script a[onclick] /en/
image td[background] /images/td.gif
anchor a[href] /art/2026/1/5/art_1.html?a=1&b=2
image img[data-original] /images/news.jpg
image source[srcset] /images/a.webp
image source[srcset] /images/a@2x.webp
image img[src] /images/a.jpg
area area[href] /map.html
script option[value] \nscript option[value] http://www.example.gov.cn/
anchor a[xlink:href] /svg.html
anchor a[href] /plain.html
frame iframe[src] /weather.html
object param[value] /flash/a.swf
css-url style /images/foot.png
anchor a[href] #top
anchor a[href] mailto:a@example.gov.cn
anchor a[href]  /beian.html\n
anchor a[href] /unclosed.html";
    assert_eq!(links(source).join("\n"), want);
    let page = page(source);
    assert_eq!(page.title, "示例县人民政府 > 首页");
    let text = |raw: &str| page.links.iter().find(|l| l.raw == raw).map(|l| page.text_of(l)).unwrap();
    assert_eq!(text("/art/2026/1/5/art_1.html?a=1&b=2"), "关于印发《示例县…》的通知");
    assert_eq!(text("/bsdt/"), "办事大厅");
    assert_eq!(text("http://www.example.gov.cn/"), "上级政府");
    assert_eq!(text("/unclosed.html"), "未闭合");
    assert!(
        page.visible_text(4000)
            .starts_with("首页\n政务公开\n办事大厅\n互动交流\nEnglish\n关于印发《示例县…》的通知")
    );
    let same = crate::charset::decode(include_bytes!("../../fixtures/home_gbk.html"), None);
    assert_eq!(links(&same.text), links(source));
}

#[test]
fn lists_of_site_builders_are_found() {
    let source = include_str!("../../fixtures/list.html");
    let found = listed(&page_at("http://www.example.gov.cn/zwgk/tzgg/index.html", source));
    let has = |link: &str| assert!(found.iter().any(|f| f == link), "{link} in {found:#?}");
    has("anchor a[href] ./202601/t20260105_1.html");
    has("list script index_11.html");
    has("list script /module/web/jpage/dataproxy.jsp?page=1&webid=1&unitid=12345");
    has("list script[datastore] /art/2026/1/3/art_5.html");
    has("image img[src] /images/new.gif");
    let found = links(include_str!("../../fixtures/redirect.html"));
    assert_eq!(
        found,
        [
            "refresh meta[refresh] /index.html",
            "refresh script /portal/index.html",
            "frame frame[src] top.html",
            "frame frame[src] main.html",
        ]
    );
}
