//! Dead targets in every way a page can name one. Tests only (N2.4).
//!
//! Each kind stands alone on its page; `/gone/…` is served by nobody.

use super::Coding;
use super::plan::{EACH, Plan};
use super::row::rule::{LINK, MALFORMED, RESOURCE};
use super::row::{Case, Expect};
use crate::server::Reply;

pub fn plant(plan: &mut Plan) {
    plan.plant(NAVIGATION);
    plan.plant(RESOURCES);
    plan.plant(ADDRESSES);
    plan.plant(WRITTEN_WRONG);
    plan.plant(OUTGOING);
    style_sheets(plan);
}

const NAVIGATION: &[Case] = &[
    Case::dead("a", LINK, r#"<a href="/gone/a-{n}.html">通知</a>"#, "/gone/a-{n}.html"),
    Case::dead(
        "unquoted",
        LINK,
        "<A HREF=/gone/unquoted-{n}.html TARGET=_blank>通知</A>",
        "/gone/unquoted-{n}.html",
    ),
    Case::dead(
        "area",
        LINK,
        r#"<map name="m"><area href="/gone/area-{n}.html" alt=""></map>"#,
        "/gone/area-{n}.html",
    ),
    Case::dead("iframe", LINK, r#"<iframe src="/gone/iframe-{n}.html"></iframe>"#, "/gone/iframe-{n}.html"),
    Case::dead(
        "frameset",
        LINK,
        r#"<html><head><meta charset="{charset}"><title>框架页{n}</title></head><frameset cols="20%,*">
<frame src="/good/left-{n}.html"><frame src="/gone/frame-{n}.html"></frameset></html>"#,
        "/gone/frame-{n}.html",
    )
    .whole(),
    Case::dead("refresh", LINK, "", "/gone/refresh-{n}.html")
        .in_head(r#"<meta http-equiv="refresh" content="5;url=/gone/refresh-{n}.html">"#),
    Case::dead("refresh-quoted", LINK, "", "/gone/refreshq-{n}.html")
        .in_head(r#"<META content="3; URL='/gone/refreshq-{n}.html'" http-equiv=Refresh>"#),
    Case::dead(
        "onclick-open",
        LINK,
        r##"<a href="#" onclick="window.open('/gone/onclick-{n}.html')">查看</a>"##,
        "/gone/onclick-{n}.html",
    ),
    Case::dead(
        "onclick-href",
        LINK,
        r#"<div onclick="location.href='/gone/onhref-{n}.html'">查看</div>"#,
        "/gone/onhref-{n}.html",
    ),
    Case::dead(
        "javascript-open",
        LINK,
        r#"<a href="javascript:window.open('/gone/jsopen-{n}.html','_blank')">查看</a>"#,
        "/gone/jsopen-{n}.html",
    ),
    Case::dead(
        "option",
        LINK,
        r#"<select onchange="window.open(this.value)"><option value="">友情链接</option>
<option value="/gone/option-{n}.html">市教育局</option></select>"#,
        "/gone/option-{n}.html",
    ),
    Case::dead(
        "attachment-doc",
        RESOURCE,
        r#"<a href="/gone/att-{n}.doc">附件1.doc</a>"#,
        "/gone/att-{n}.doc",
    ),
    Case::dead("attachment-ofd", RESOURCE, r#"<a href="/gone/att-{n}.ofd">附件2</a>"#, "/gone/att-{n}.ofd"),
    Case::dead(
        "twice",
        LINK,
        r#"<a href="/gone/twice-{n}.html">一</a><a href="/gone/twice-{n}.html">二</a>"#,
        "/gone/twice-{n}.html",
    ),
    Case::dead("shared", LINK, r#"<a href="/gone/shared.html">版权声明</a>"#, "/gone/shared.html"),
];

const RESOURCES: &[Case] = &[
    Case::dead("img", RESOURCE, r#"<img src="/gone/img-{n}.png" alt="">"#, "/gone/img-{n}.png"),
    Case::dead("css", RESOURCE, "", "/gone/css-{n}.css")
        .in_head(r#"<link rel="stylesheet" href="/gone/css-{n}.css">"#),
    Case::dead("js", RESOURCE, r#"<script src="/gone/js-{n}.js"></script>"#, "/gone/js-{n}.js"),
    Case::dead("icon", RESOURCE, "", "/gone/icon-{n}.ico")
        .in_head(r#"<link rel="icon" href="/gone/icon-{n}.ico">"#),
    Case::dead(
        "srcset",
        RESOURCE,
        r#"<img src="/good/dot.png" srcset="/good/dot.png 1x, /gone/srcset-{n},w_2.png 2x," alt="">"#,
        "/gone/srcset-{n},w_2.png",
    ),
    Case::dead(
        "source",
        RESOURCE,
        r#"<video><source src="/gone/source-{n}.mp4" type="video/mp4"></video>"#,
        "/gone/source-{n}.mp4",
    ),
    Case::dead(
        "picture",
        RESOURCE,
        r#"<picture><source srcset="/gone/picture-{n}.webp 2x"><img src="/good/dot.png" alt=""></picture>"#,
        "/gone/picture-{n}.webp",
    ),
    Case::dead("video", RESOURCE, r#"<video src="/gone/video-{n}.mp4"></video>"#, "/gone/video-{n}.mp4"),
    Case::dead("audio", RESOURCE, r#"<audio src="/gone/audio-{n}.mp3"></audio>"#, "/gone/audio-{n}.mp3"),
    Case::dead(
        "poster",
        RESOURCE,
        r#"<video poster="/gone/poster-{n}.jpg" src="/good/film.mp4"></video>"#,
        "/gone/poster-{n}.jpg",
    ),
    Case::dead("embed", RESOURCE, r#"<embed src="/gone/embed-{n}.swf">"#, "/gone/embed-{n}.swf"),
    Case::dead(
        "object",
        RESOURCE,
        r#"<object data="/gone/object-{n}.pdf"></object>"#,
        "/gone/object-{n}.pdf",
    ),
    Case::dead(
        "input-image",
        RESOURCE,
        r#"<input type="image" src="/gone/input-{n}.gif">"#,
        "/gone/input-{n}.gif",
    ),
    Case::dead(
        "background",
        RESOURCE,
        r#"<table background="/gone/background-{n}.gif"><tr><td>栏目</td></tr></table>"#,
        "/gone/background-{n}.gif",
    ),
    Case::dead(
        "data-src",
        RESOURCE,
        r#"<img src="/good/dot.png" data-src="/gone/datasrc-{n}.png" alt="">"#,
        "/gone/datasrc-{n}.png",
    ),
    Case::dead(
        "data-original",
        RESOURCE,
        r#"<img src="/good/dot.png" data-original="/gone/original-{n}.png" alt="">"#,
        "/gone/original-{n}.png",
    ),
    Case::dead(
        "style-attribute",
        RESOURCE,
        r#"<div style="background:url('/gone/style-{n}.png') no-repeat">栏目</div>"#,
        "/gone/style-{n}.png",
    ),
    Case::dead("style-element", RESOURCE, "", "/gone/styleel-{n}.png")
        .in_head("<style>.top{background-image:url(/gone/styleel-{n}.png)}</style>"),
];

/// Addresses that only come out right when they are resolved as browsers do.
const ADDRESSES: &[Case] = &[
    Case::dead("base", LINK, r#"<a href="rel-{n}.html">栏目</a>"#, "/based/rel-{n}.html")
        .in_head(r#"<base href="/based/">"#),
    Case::dead("dots", LINK, r#"<a href="../../gone/./dots-{n}.html">栏目</a>"#, "/gone/dots-{n}.html"),
    Case::dead(
        "chinese-path",
        LINK,
        r#"<a href="/gone/公告{n}.html">公告</a>"#,
        "/gone/%E5%85%AC%E5%91%8A{n}.html",
    ),
    Case::dead(
        "gbk-path",
        LINK,
        r#"<a href="/gone/通知{n}.html">通知</a>"#,
        "/gone/%E9%80%9A%E7%9F%A5{n}.html",
    )
    .coded(Coding::Gbk),
    Case::dead("gbk-query", LINK, r#"<a href="/gone/q?k=中文{n}">检索</a>"#, "/gone/q?k=%D6%D0%CE%C4{n}")
        .coded(Coding::Gbk),
    // URL Standard: U+3000 and U+00A0 are not white space of an address.
    Case::dead(
        "wide-blank",
        LINK,
        "<a href=\"\u{3000}/wide-{n}.html\">通知</a>",
        "/cases/wide-blank/%E3%80%80/wide-{n}.html",
    ),
    Case::dead(
        "reference",
        LINK,
        r#"<a href="/gone/ref.jsp?a={n}&amp;b=2">通知</a>"#,
        "/gone/ref.jsp?a={n}&b=2",
    ),
    Case::dead("backslash", LINK, r#"<a href="\gone\back-{n}.html">通知</a>"#, "/gone/back-{n}.html"),
];

/// No browser can follow these; the target is shown as it was written.
const WRITTEN_WRONG: &[Case] = &[
    Case::dead("bad-host", MALFORMED, r#"<a href="http://[::1/h{n}.html">外链</a>"#, "http://[::1/h{n}.html"),
    Case::dead(
        "bad-port",
        MALFORMED,
        r#"<a href="http://a.example:8o80/{n}">外链</a>"#,
        "http://a.example:8o80/{n}",
    ),
    Case::dead("bad-scheme", MALFORMED, r#"<a href="htpp://a.example/{n}">外链</a>"#, "htpp://a.example/{n}"),
    Case::dead("no-host", MALFORMED, r#"<a href="http://">外链{n}</a>"#, "http://"),
    Case::dead(
        "own-disk",
        MALFORMED,
        r#"<a href="file:///C:/temp/{n}.doc">附件</a>"#,
        "file:///C:/temp/{n}.doc",
    ),
];

const OUTGOING: &[Case] = &[
    Case::dead("neighbour", LINK, r#"<a href="{b}/gone/n-{n}.html">市教育局</a>"#, "{b}/gone/n-{n}.html")
        .leaving(),
    // Port 9 of a loopback address that nothing listens on.
    Case::dead("refused", LINK, r#"<a href="http://127.0.0.16:9/r{n}">外链</a>"#, "http://127.0.0.16:9/r{n}")
        .leaving(),
    Case::ok("neighbour-ok", r#"<a href="{b}/good/n-{n}.html">市水利局</a>"#, "{b}/good/n-{n}.html")
        .leaving(),
];

/// `url()` and `@import` in a style sheet file: the sheet is what shows the fault.
fn style_sheets(plan: &mut Plan) {
    for n in 0..EACH {
        let sheet = format!("/style/site-{n}.css");
        let text =
            format!("@import \"/gone/import-{n}.css\";\n.a{{background:url( '../gone/cssurl-{n}.png' )}}");
        plan.serve(&sheet, Reply::of("text/css", text));
        plan.page(
            &format!("/cases/css-url/{n}.html"),
            &format!("css-url之{n}"),
            &format!("<link rel=\"stylesheet\" href=\"{sheet}\">"),
            "",
        );
        let dead = Expect::Fault(base::Verdict::Dead);
        plan.row("css-url", dead, Some(RESOURCE), &sheet, &format!("/gone/cssurl-{n}.png"));
        plan.row("css-import", dead, Some(RESOURCE), &sheet, &format!("/gone/import-{n}.css"));
    }
}
