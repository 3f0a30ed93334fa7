//! Tables of links as written and the addresses they lead to, and what holds for any text. Clause N2.1.

use encoding_rs::{BIG5, GBK, UTF_8, UTF_16LE};
use proptest::prelude::*;
use url::Url;

use super::{Malformed, Scheme, Target, resolve};

fn base() -> Url {
    Url::parse("http://www.example.gov.cn/zwgk/index.html?a=1#x").unwrap()
}

fn shown(target: Target) -> String {
    match target {
        Target::Web(a) => {
            assert_eq!(a.url.fragment(), None);
            let fragment = a.fragment.map(|f| format!(" #{f}")).unwrap_or_default();
            format!("{}{fragment}", a.url.as_str().replace("http://www.example.gov.cn", ""))
        }
        Target::Other(scheme) => format!("{scheme:?}"),
        Target::Empty => "empty".to_owned(),
        Target::Malformed(m) => format!("{m:?}"),
    }
}

fn check(raw: &str, expect: &str) {
    assert_eq!(shown(resolve(&base(), raw, UTF_8)), expect, "{raw:?}");
}

#[test]
fn blanks_are_trimmed_as_browsers_do() {
    check("  /a.html  ", "/a.html");
    check("\n/b.html\r\n", "/b.html");
    check("/c\n.html", "/c.html");
    check("/d\t.html", "/d.html");
    check("/e f.html", "/e%20f.html");
    check("/g.html\u{A0}", "/g.html%C2%A0");
    check("\u{3000}/h.html", "/zwgk/%E3%80%80/h.html");
    check("ht\ntp://a.cn/", "http://a.cn/");
    check("\u{1}\u{1f} ", "empty");
    check("", "empty");
}

#[test]
fn relative_addresses_resolve() {
    check("b.html", "/zwgk/b.html");
    check("../b.html", "/b.html");
    check("../../../b.html", "/b.html");
    check("?p=2", "/zwgk/index.html?p=2");
    check("//b.cn/x", "http://b.cn/x");
    check("////b.cn/x", "http://b.cn/x");
    check("/\\/b.cn/x", "http://b.cn/x");
    check("http:/x.html", "/x.html");
    check("http:x.html", "/zwgk/x.html");
    check("\\news\\1.html", "/news/1.html");
    check("www.a.gov.cn", "/zwgk/www.a.gov.cn");
    check("li@a.gov.cn", "/zwgk/li@a.gov.cn");
    check("a:b.html", "App");
    check("./a:b.html", "/zwgk/a:b.html");
}

#[test]
fn chinese_hosts_become_punycode() {
    check("http://例子.test/a.html", "http://xn--fsqu00a.test/a.html");
    check("http://例子。test/b.html", "http://xn--fsqu00a.test/b.html");
    check("http://XN--FSQU00A.TEST/c.html", "http://xn--fsqu00a.test/c.html");
    check("http://ｗｗｗ．a．cn/", "http://www.a.cn/");
}

#[test]
fn fragments_stand_apart() {
    check("#", "/zwgk/index.html?a=1");
    check("#a", "/zwgk/index.html?a=1 #a");
    check("b.html#第1章", "/zwgk/b.html #%E7%AC%AC1%E7%AB%A0");
    check("b.html#a b#c", "/zwgk/b.html #a%20b#c");
    check("b.html#a\nb", "/zwgk/b.html #ab");
    check("b.html?x y #z", "/zwgk/b.html?x%20y%20 #z");
}

#[test]
fn queries_are_encoded_in_the_page_charset() {
    let gbk = |raw: &str| shown(resolve(&base(), raw, GBK));
    assert_eq!(gbk("/搜索?q=中文"), "/%E6%90%9C%E7%B4%A2?q=%D6%D0%CE%C4");
    assert_eq!(gbk("/s?q=%D6%D0"), "/s?q=%D6%D0");
    assert_eq!(gbk("/s?k=華"), "/s?k=%C8A");
    assert_eq!(gbk("/s?k=€5"), "/s?k=%805");
    assert_eq!(gbk("/s?k=😀中"), "/s?k=%26%23128512%3B%D6%D0");
    assert_eq!(gbk("/l.html#第二章"), "/l.html #%E7%AC%AC%E4%BA%8C%E7%AB%A0");
    assert_eq!(shown(resolve(&base(), "?q=臺", BIG5)), "/zwgk/index.html?q=%BBO");
    assert_eq!(shown(resolve(&base(), "?q=中", UTF_16LE)), "/zwgk/index.html?q=%E4%B8%AD");
    check("?q=中", "/zwgk/index.html?q=%E4%B8%AD");
}

#[test]
fn session_ids_do_not_make_new_pages() {
    check("/a.jsp;jsessionid=0AF3.node1?id=1", "/a.jsp?id=1");
    check("c.jsp;jsessionid=0AF3.node1#x", "/zwgk/c.jsp #x");
    let page = Url::parse("http://www.example.gov.cn/i.jsp;jsessionid=77").unwrap();
    assert_eq!(shown(resolve(&page, "#a", UTF_8)), "/i.jsp #a");
}

#[test]
fn other_schemes_are_told_apart() {
    check("mailto:a@b.cn", "Mailto");
    check("TEL:0731-1", "Tel");
    check("javascript:void(0)", "Javascript");
    check(" JavaScript : void(0)", "/zwgk/JavaScript%20:%20void(0)");
    check("java\nscript:x#y", "Javascript");
    check("data:text/html,x", "Data");
    check("ftp://a.cn/x", "Ftp");
    check("tencent://message/?uin=1", "App");
    assert_eq!(resolve(&base(), "about:blank", UTF_8), Target::Other(Scheme::About));
}

#[test]
fn what_is_no_address_says_why() {
    check("http://", "NoHost");
    check("https://#x", "NoHost");
    check("http:// a.gov.cn/", "BadHost");
    check("http://a b.gov.cn/", "BadHost");
    check("http://a.gov.cn:8o80/", "BadPort");
    check("http://a.gov.cn:99999/", "BadPort");
    check("http://[::1/", "BadHost");
    check("http//www.a.gov.cn", "BadScheme");
    check("htpp://www.a.gov.cn", "BadScheme");
    check("http：//www.a.gov.cn", "BadScheme");
    check("http;//www.a.gov.cn", "BadScheme");
    check("http://http://www.a.gov.cn", "DoubledScheme");
    check("http://https//www.a.gov.cn", "DoubledScheme");
    check("www.a.gov.cn:8080/x", "NoScheme");
    check("file:///C:/Users/a.doc", "LocalPath");
    check("C:\\Users\\a.doc", "LocalPath");
    check("D:/a.doc", "LocalPath");
    assert_eq!(resolve(&base(), "http://\u{3000}", UTF_8), Target::Malformed(Malformed::BadHost));
}

#[test]
fn what_only_looks_odd_is_asked_for() {
    check("httpd.html", "/zwgk/httpd.html");
    check("http.html", "/zwgk/http.html");
    check("https/a.html", "/zwgk/https/a.html");
    check("http://www.a.cn/http://b.cn/", "http://www.a.cn/http://b.cn/");
    check("http://httpbin.cn/", "http://httpbin.cn/");
    check("http:\\\\www.a.cn\\b", "http://www.a.cn/b");
    check("http:///www.a.cn", "http://www.a.cn/");
    check("HTTP://www.A.cn", "http://www.a.cn/");
}

proptest! {
    #[test]
    fn resolving_never_panics(raw in any::<String>()) {
        for encoding in [UTF_8, GBK, UTF_16LE] {
            resolve(&base(), &raw, encoding);
            super::oddity(&raw);
        }
    }

    #[test]
    fn resolved_addresses_resolve_to_themselves(raw in "(http|https|ftp)?:?/{0,3}[a-z0-9.汉/;?&=#%@: \\\\-]{0,40}(;jsessionid=[0-9A-F]{1,4}|\\?PHPSESSID=1)?") {
        for encoding in [UTF_8, GBK] {
            if let Target::Web(first) = resolve(&base(), &raw, encoding) {
                prop_assert_eq!(first.url.fragment(), None);
                let again = resolve(&base(), first.url.as_str(), UTF_8);
                let Target::Web(again) = again else { panic!("{raw:?}: {again:?}") };
                prop_assert_eq!(&again.url, &first.url);
            }
        }
    }
}
