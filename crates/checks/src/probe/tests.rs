//! Search boxes, forms and signatures of exposed files. Clauses N2.3, N2.5.
//!
//! Tables of markup; asks nobody.

use encoding_rs::{GBK, UTF_8};
use url::Url;

use super::*;
use crate::charset;

fn with<T>(body: &str, look: impl FnOnce(&Page<'_>) -> T) -> T {
    let decoded = charset::decode(body.as_bytes(), Some("text/html; charset=utf-8"));
    look(&Page::parse(
        Url::parse("http://www.qinghe.example/index.html").unwrap(),
        &decoded.text,
        decoded.charset,
    ))
}

#[test]
fn search_boxes_are_told_from_other_forms() {
    let found = |body: &str| with(body, |p| search_box(p).map(|b| b.ask("防汛 预案", UTF_8).to_string()));
    assert_eq!(
        found("<form action='/so/s'><input type=hidden name=site value=7><input name=searchWord></form>")
            .as_deref(),
        Some("http://www.qinghe.example/so/s?searchWord=%E9%98%B2%E6%B1%9B+%E9%A2%84%E6%A1%88&site=7")
    );
    assert!(found("<form action=/x><input name=q><button>搜索</button></form>").is_some());
    for other in [
        "<form action=/x method=post><input name=keyword></form>",
        "<form action=/login><input name=user><input type=password name=key></form>",
        "<form action=/search><input name=title><input name=author></form>",
        "<form action=/x><input name=mail><button>订阅</button></form>",
        "<form><input name=q></form>",
        "<form action='javascript:;'><input name=q></form>",
    ] {
        assert_eq!(found(other), None, "{other}");
    }
}

#[test]
fn words_are_written_in_the_pages_encoding() {
    let url = with("<form action=/so><input name=q></form>", |p| search_box(p).unwrap().ask("公告", GBK));
    assert_eq!(url.query(), Some("q=%B9%AB%B8%E6"));
}

#[test]
fn forms_tell_where_they_lead() {
    let body = "<form action=/mail/send.jsp method=POST><input name=a><textarea name=b></textarea></form>\n\
                <form action='#'></form><form action='javascript:void(0)'></form>";
    let all = with(body, forms);
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].action.as_ref().map(Url::as_str), Some("http://www.qinghe.example/mail/send.jsp"));
    assert!(all[0].post && all[0].fields == ["a", "b"] && (all[1].at.line, all[1].at.column) == (2, 1));
    assert!(all[1].action.is_none() && all[2].action.is_none());
}

#[test]
fn what_could_change_something_is_not_asked() {
    let safe = |url: &str| is_safe(&Url::parse(url).unwrap());
    assert!(safe("http://a.example/mail/list.jsp") && safe("http://a.example/so?q="));
    assert!(!safe("http://a.example/user/logout") && !safe("http://a.example/a.do?method=deleteAll"));
}

#[test]
fn titles_worth_searching_for_name_one_page() {
    assert_eq!(
        known_title("青禾县2026年防汛抗旱应急预案_青禾县人民政府"),
        Some("青禾县2026年防汛抗旱应急预案")
    );
    assert_eq!(known_title("首页 - 青禾县"), None);
    assert_eq!(known_title("关于印发《青禾县办法》的通知"), None);
}

#[test]
fn every_exposed_file_has_a_signature_that_no_page_has() {
    let page =
        "<!DOCTYPE html><html><head><title>页面不存在</title></head><body>您访问的页面不存在</body></html>";
    let mut paths = std::collections::BTreeSet::new();
    for file in EXPOSED {
        assert!(!(file.is)(page.as_bytes()) && !(file.is)(b""), "{}", file.path);
        assert!(file.path.starts_with('/') && paths.insert(file.path), "{}", file.path);
    }
    let is = |path: &str, body: &[u8]| (EXPOSED.iter().find(|e| e.path == path).unwrap().is)(body);
    assert!(is("/.git/HEAD", b"ref: refs/heads/master\n") && !is("/.git/HEAD", b"refuse"));
    assert!(is("/.env", b"APP_ENV=prod\nDB_PASSWORD=x\n") && !is("/.env", b"a=b\n<html>"));
    assert!(is("/backup.sql", b"-- MySQL dump 10\nCREATE TABLE a") && is("/web.zip", b"PK\x03\x04...."));
    assert!(is("/uploads/", b"<html><head><title>Index of /uploads</title>"));
    let login = "<title>网站后台管理</title><input type=\"password\">";
    assert!(is("/admin/", login.as_bytes()) && !is("/admin/", b"<title>x</title><input type=\"password\">"));
}
