//! What looks like a fault and is none, and what looks like a link and is none. Tests only (N2.4).
//!
//! Reporting any of these is a false alarm; asking for the unasked is reading what a browser does not read.

use super::Coding;
use super::plan::Plan;
use super::row::Case;

pub fn plant(plan: &mut Plan) {
    plan.plant(NO_LINK);
    plan.plant(WELL);
}

const NO_LINK: &[Case] = &[
    Case::unasked(
        "in-comment",
        r#"<!-- <a href="/gone/comment-{n}.html">旧</a> -->"#,
        "/gone/comment-{n}.html",
    ),
    Case::unasked(
        "in-script",
        r#"<script>var s = '<a href="/gone/script-{n}.html">'; document.title += s.length;</script>"#,
        "/gone/script-{n}.html",
    ),
    Case::unasked(
        "in-textarea",
        r#"<textarea><a href="/gone/textarea-{n}.html">例</a></textarea>"#,
        "/gone/textarea-{n}.html",
    ),
    Case::unasked(
        "in-template",
        r#"<template><a href="/gone/template-{n}.html">例</a></template>"#,
        "/gone/template-{n}.html",
    ),
    Case::unasked("in-title", "", "/gone/title-{n}.html")
        .in_head(r#"<title><a href="/gone/title-{n}.html">例</a></title>"#),
    // Outside SVG and MathML this is a bogus comment that ends at the first ">".
    Case::unasked("in-cdata", r#"<![CDATA[ <a href="/gone/cdata-{n}.html" ]]> 正文"#, "/gone/cdata-{n}.html"),
    Case::unasked("mailto", r#"<a href="mailto:a{n}@qinghe.example">邮箱</a>"#, "mailto:a{n}@qinghe.example"),
    Case::unasked("tel", r#"<a href="tel:0000-{n}">电话</a>"#, "tel:0000-{n}"),
    Case::unasked("void", r#"<a href="javascript:void(0)">展开{n}</a>"#, "javascript:void(0)"),
    Case::unasked(
        "data-address",
        r#"<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="{n}">"#,
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
    ),
];

const WELL: &[Case] = &[
    Case::ok("good-chinese", r#"<a href="/good/中文{n}.html">中文</a>"#, "/good/%E4%B8%AD%E6%96%87{n}.html"),
    Case::ok("good-gbk", r#"<a href="/good/要闻{n}.html">要闻</a>"#, "/good/%E8%A6%81%E9%97%BB{n}.html")
        .coded(Coding::Gbk),
    Case::ok("good-gbk-query", r#"<a href="/only-gbk?k=中文{n}">检索</a>"#, "/only-gbk?k=%D6%D0%CE%C4{n}")
        .coded(Coding::Gbk),
    Case::ok(
        "encoded-already",
        r#"<a href="/only-gbk?k=%D6%D0%CE%C4{n}">检索</a>"#,
        "/only-gbk?k=%D6%D0%CE%C4{n}",
    ),
    Case::ok("blank-inside", r#"<a href="/good/a b{n}.html">空格</a>"#, "/good/a%20b{n}.html"),
    Case::ok("blanks-around", "<a href=\" \t/good/trim{n}.html\r\n \">换行</a>", "/good/trim{n}.html"),
    Case::ok("tab-inside", "<a href=\"/good/t\tab\n{n}.html\">制表</a>", "/good/tab{n}.html"),
    Case::ok("ampersand", r#"<a href="/good/q.html?a={n}&amp;b=2">参数</a>"#, "/good/q.html?a={n}&b=2"),
    Case::ok(
        "bare-ampersand",
        r#"<a href="/good/q.html?a={n}&copy=2">参数</a>"#,
        "/good/q.html?a={n}&copy=2",
    ),
    Case::ok("no-scheme", r#"<a href="//{host}/good/rel{n}.html">协议相对</a>"#, "/good/rel{n}.html"),
    Case::ok("moved", r#"<a href="/x/moved/{n}">已迁移</a>"#, "/x/moved/{n}"),
    Case::ok("moved-relative", r#"<a href="/x/moved-relative/{n}">已迁移</a>"#, "/x/moved-relative/{n}"),
    Case::ok("moved-raw", r#"<a href="/x/moved-raw/{n}">已迁移</a>"#, "/x/moved-raw/{n}"),
    Case::ok("head-refused", r#"<a href="/x/no-head/{n}.doc">附件</a>"#, "/x/no-head/{n}.doc"),
    Case::ok("head-lies", r#"<img src="/x/head-lies/{n}.png" alt="">"#, "/x/head-lies/{n}.png"),
    Case::ok("one-reset", r#"<a href="/x/one-reset/{n}">再试就好</a>"#, "/x/one-reset/{n}"),
    Case::ok("one-500", r#"<a href="/x/one-500/{n}">再试就好</a>"#, "/x/one-500/{n}"),
    Case::ok("one-429", r#"<a href="/x/one-429/{n}">请慢一点</a>"#, "/x/one-429/{n}"),
    Case::ok("one-503", r#"<a href="/x/one-503/{n}">维护一秒</a>"#, "/x/one-503/{n}"),
    Case::ok("cookie-needed", r#"<a href="/x/cookie/{n}">先种标记</a>"#, "/x/cookie/{n}"),
    Case::ok("chunked", r#"<a href="/x/chunked/{n}">分块</a>"#, "/x/chunked/{n}"),
    Case::ok("packed", r#"<a href="/x/packed/{n}">压缩</a>"#, "/x/packed/{n}"),
    Case::ok("empty-href", r#"<a href="">本页{n}</a>"#, "{page}"),
    // Pages about missing pages, and pages that are merely empty.
    Case::ok("about-404", r#"<a href="/x/about-404/{n}">规范</a>"#, "/x/about-404/{n}"),
    Case::ok("nothing-yet", r#"<a href="/x/nothing-yet/{n}">栏目</a>"#, "/x/nothing-yet/{n}"),
];
