//! Targets whose answer is the fault: statuses, redirects, firewalls, missing pages that answer 200; and the
//! server's side of the decoys. Tests only (N2.1, N2.4).
//!
//! All of it lies under `/x/`; the number behind the last slash only makes addresses differ.

use base::Verdict::{Blocked, Transient, Wrong};

use super::plan::{Coding, Plan, document};
use super::row::Case;
use super::row::rule::{BLOCKED, LINK, LOOP, RESOURCE, SOFT, TRANSIENT};
use crate::server::{Reply, Request, Routes};

pub fn plant(plan: &mut Plan) {
    plan.plant(STATUSES);
    plan.plant(FIREWALLS);
    plan.plant(SOFT_404);
    let coding = plan.coding;
    let routes = std::mem::take(&mut plan.routes);
    plan.routes = serve(routes, coding);
}

const STATUSES: &[Case] = &[
    Case::dead("status-410", LINK, r#"<a href="/x/410/{n}">撤销</a>"#, "/x/410/{n}"),
    Case::dead("status-500", LINK, r#"<a href="/x/500/{n}">办事</a>"#, "/x/500/{n}"),
    Case::dead("status-502", LINK, r#"<a href="/x/502/{n}">办事</a>"#, "/x/502/{n}"),
    Case::dead("redirect-404", LINK, r#"<a href="/x/redirect-404/{n}">跳转</a>"#, "/x/redirect-404/{n}"),
    Case::dead(
        "redirect-img",
        RESOURCE,
        r#"<img src="/x/redirect-404/i{n}" alt="">"#,
        "/x/redirect-404/i{n}",
    ),
    Case::dead("redirect-loop", LOOP, r#"<a href="/x/loop-a/{n}">跳转</a>"#, "/x/loop-a/{n}"),
    Case::dead("redirect-self", LOOP, r#"<a href="/x/loop-self/{n}">跳转</a>"#, "/x/loop-self/{n}"),
    Case::dead("redirect-maze", LOOP, r#"<a href="/x/maze/{n}?step=0">跳转</a>"#, "/x/maze/{n}?step=0"),
    Case::dead("always-reset", LINK, r#"<a href="/x/reset/{n}">断开</a>"#, "/x/reset/{n}"),
    Case::dead("always-closed", LINK, r#"<a href="/x/closed/{n}">断开</a>"#, "/x/closed/{n}"),
    Case::dead("session-id", LINK, r#"<a href="/x/gone;jsessionid=A{n}B2C3D4E5F60718">办件</a>"#, "/x/gone"),
    Case::fault("always-429", Transient, TRANSIENT, r#"<a href="/x/429/{n}">请慢一点</a>"#, "/x/429/{n}"),
    Case::fault("always-503", Transient, TRANSIENT, r#"<a href="/x/503/{n}">维护中</a>"#, "/x/503/{n}"),
];

const FIREWALLS: &[Case] = &[
    Case::fault("firewall-403", Blocked, BLOCKED, r#"<a href="/x/wall-403/{n}">政策</a>"#, "/x/wall-403/{n}"),
    Case::fault("firewall-405", Blocked, BLOCKED, r#"<a href="/x/wall-405/{n}">政策</a>"#, "/x/wall-405/{n}"),
    Case::fault(
        "challenge-412",
        Blocked,
        BLOCKED,
        r#"<a href="/x/wall-412/{n}">政策</a>"#,
        "/x/wall-412/{n}",
    ),
    Case::fault(
        "challenge-521",
        Blocked,
        BLOCKED,
        r#"<a href="/x/wall-521/{n}">政策</a>"#,
        "/x/wall-521/{n}",
    ),
    Case::fault(
        "challenge-503",
        Blocked,
        BLOCKED,
        r#"<a href="/x/wall-503/{n}">政策</a>"#,
        "/x/wall-503/{n}",
    ),
    Case::fault(
        "challenge-200",
        Blocked,
        BLOCKED,
        r#"<a href="/x/wall-200/{n}">政策</a>"#,
        "/x/wall-200/{n}",
    ),
];

const SOFT_404: &[Case] = &[
    Case::fault("soft-title", Wrong, SOFT, r#"<a href="/x/soft-title/{n}">详情</a>"#, "/x/soft-title/{n}"),
    Case::fault("soft-text", Wrong, SOFT, r#"<a href="/x/soft-text/{n}">详情</a>"#, "/x/soft-text/{n}"),
    Case::fault("soft-moved", Wrong, SOFT, r#"<a href="/x/soft-moved/{n}">详情</a>"#, "/x/soft-moved/{n}"),
];

fn serve(routes: Routes, coding: Coding) -> Routes {
    let page = move |title: &str, body: &str, seed: &str| {
        Reply::of("text/html", coding.encode(&document(coding.label(), title, "", body, seed)))
    };
    let bare = move |text: &str| Reply::of("text/html", coding.encode(text));
    routes
        .when(move |r, visit| {
            let (kind, number) = split(r)?;
            statuses(kind, number, r, visit)
        })
        .when(move |r, visit| {
            let (kind, _) = split(r)?;
            let fine = || page(&format!("办事{kind}"), "<h1>办事指南</h1>", &r.target);
            Some(match (kind, visit) {
                ("no-head", _) => Reply::of("application/msword", r"{\rtf1\ansi A form to be filled in.}").refusing_head(405),
                ("head-lies", _) => Reply::of("image/png", PNG).refusing_head(404),
                ("one-reset", 1) => Reply::reset(),
                ("one-500", 1) => Reply::status(500),
                ("one-429", 1) => Reply::status(429).header("Retry-After", "1"),
                ("one-503", 1) => Reply::status(503).header("Retry-After", "1"),
                ("one-reset" | "one-500" | "one-429" | "one-503", _) => fine(),
                ("cookie", _) if r.header("cookie").is_some_and(|c| c.contains("seen=1")) => fine(),
                ("cookie", _) => Reply::redirect(302, &r.target).header("Set-Cookie", "seen=1; Path=/"),
                ("chunked", _) => fine().chunked(&[1, 1, 1, 7, 100]),
                ("packed", _) => fine().gzip(),
                _ => return None,
            })
        })
        .when(move |r, _| {
            let (kind, _) = split(r)?;
            Some(match kind {
                "wall-403" => bare(WALL_403).with_status(403),
                "wall-405" => bare(WALL_405).with_status(405),
                "wall-412" => bare(CHALLENGE_412).with_status(412).header("Set-Cookie", "kP8s=60x; Path=/; HttpOnly"),
                "wall-521" => bare(CHALLENGE_521).with_status(521).header("Set-Cookie", "__jsluid_s=0a1b; Path=/; HttpOnly"),
                "wall-503" => bare(CHALLENGE_503).with_status(503),
                "wall-200" => bare(CHALLENGE_200),
                "soft-title" => page("页面不存在", "<h1>页面不存在</h1>", &r.target),
                "soft-text" => bare("<html><head><title>提示信息</title></head><body><p>对不起，您访问的页面不存在或已被删除！</p><a href=\"/index.html\">返回首页</a></body></html>"),
                "soft-moved" => Reply::redirect(302, &r.target.replace("soft-moved", "soft-text")),
                "about-404" => page("网站404页面设置规范", "<h1>网站404页面设置规范</h1>", &format!("规范{}", r.target)),
                "nothing-yet" => page("意见征集", "<h1>意见征集</h1><p>暂无内容</p>", &r.target),
                _ => return None,
            })
        })
}

fn statuses(kind: &str, number: &str, request: &Request, _visit: u64) -> Option<Reply> {
    Some(match kind {
        "410" => Reply::status(410),
        "500" => Reply::status(500),
        "502" => Reply::status(502),
        "429" => Reply::status(429).header("Retry-After", "1"),
        "503" => Reply::status(503).header("Retry-After", "1"),
        "redirect-404" => Reply::redirect(302, &format!("/gone/after-{number}.html")),
        "loop-a" => Reply::redirect(302, &format!("/x/loop-b/{number}")),
        "loop-b" => Reply::redirect(302, &format!("/x/loop-a/{number}")),
        "loop-self" => Reply::redirect(301, &request.target),
        "maze" => {
            let step: u64 = request.query().strip_prefix("step=").and_then(|s| s.parse().ok()).unwrap_or(0);
            Reply::redirect(302, &format!("/x/maze/{number}?step={}", step + 1))
        }
        "reset" => Reply::reset(),
        "closed" => Reply::close_silently(),
        "moved" => Reply::redirect(301, &format!("/good/moved-{number}.html")),
        "moved-relative" => Reply::redirect(308, &format!("../../good/moved-{number}.html")),
        // Octets of UTF-8 in a header, as many Chinese servers send them.
        "moved-raw" => Reply::status(302).header_bytes("Location", "/good/已迁移.html".as_bytes()),
        _ => return None,
    })
}

/// Kind and number of `/x/<kind>/<number>`.
fn split(request: &Request) -> Option<(&str, &str)> {
    request.path().strip_prefix("/x/")?.split_once('/')
}

/// A picture of one pixel.
pub(super) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc`\0\0\0\x02\0\x01\xe2!\xbc3\0\0\0\0IEND\xaeB`\x82";

const WALL_403: &str = "<html><head><title>访问被拦截</title></head><body><h1>您的请求已被网站防火墙拦截</h1>\
    <p>事件编号：20240101-77。如有疑问，请联系网站管理员。</p></body></html>";
const WALL_405: &str = "<html><head><title>405</title></head><body><p>很抱歉，由于您访问的地址有可能对网站造成安全威胁，\
    您的访问被阻断。</p></body></html>";
const CHALLENGE_412: &str = "<!DOCTYPE html><html><head><meta id=\"q7\" content=\"aX9s.Kd2\" r=\"m\"><script>$_ts=window['$_ts'];\
    if(!$_ts)$_ts={};$_ts.nsd=61452;$_ts.cd=\"qrc\";</script></head><body></body></html>";
const CHALLENGE_521: &str = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_clearance_s=17|0|')+(+!+[]+'')+';path=/';\
    location.href=location.pathname+location.search</script>";
const CHALLENGE_503: &str = "<html><head><title>安全检查</title></head><body><p>正在检查您的浏览器，请稍候……</p>\
    <script>document.cookie='wzws_sid=1;path=/';setTimeout(function(){location.reload()},2000)</script></body></html>";
const CHALLENGE_200: &str = "<html><head><script>var arg1='8F0C';document.cookie='acw_sc__v2='+arg1+';path=/';\
    document.location.reload();</script></head><body></body></html>";
