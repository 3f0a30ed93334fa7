//! Whose hosts a page may lead to without a question: public bodies, and the services that pages are built with.
//! Clauses N2.4, N2.5.
//!
//! A host that is not known here is no fault by itself; it only counts as somebody else's.

use std::borrow::Cow;

use url::Url;

use crate::address::{Target, registrable_domain, resolve};
use crate::page::Page;
use crate::rule::Facts;

/// Endings that only public bodies are given: government, military, schools; 政务 and 公益 in Punycode.
const PUBLIC: &[&str] = &[
    "gov.cn",
    "mil.cn",
    "edu.cn",
    "ac.cn",
    "gov.hk",
    "gov.mo",
    "gov",
    "edu",
    "int",
    "xn--zfr164b",
    "xn--55qw42g",
];

/// Services that pages are built with (statistics, maps, video, sharing, code libraries, fonts, browsers) and public
/// platforms: central news media, reporting centres, the bodies that issue site marks. Registered domains.
const SERVICES: &[&str] = &[
    // Statistics, search and code of the large Chinese providers.
    "baidu.com",
    "bdstatic.com",
    "bdimg.com",
    "baidustatic.com",
    "bcebos.com",
    "cnzz.com",
    "umeng.com",
    "51.la",
    "51yes.com",
    "qq.com",
    "gtimg.cn",
    "gtimg.com",
    "idqqimg.com",
    "qpic.cn",
    "myqcloud.com",
    "weixin.com",
    "wechat.com",
    "tencent.com",
    "weibo.com",
    "weibo.cn",
    "sina.com.cn",
    "sina.cn",
    "sinajs.cn",
    "sinaimg.cn",
    "sohu.com",
    "163.com",
    "126.net",
    "netease.com",
    "sogou.com",
    "so.com",
    "360.cn",
    "360.com",
    "qhimg.com",
    "alicdn.com",
    "aliyun.com",
    "aliyuncs.com",
    "alipay.com",
    "amap.com",
    "autonavi.com",
    "iqiyi.com",
    "youku.com",
    "tudou.com",
    "bilibili.com",
    "douyin.com",
    "toutiao.com",
    "kuaishou.com",
    "zhihu.com",
    "douban.com",
    "renren.com",
    "kaixin001.com",
    "iflytek.com",
    "xfyun.cn",
    "growingio.com",
    "gridsum.com",
    "gridsumdissector.com",
    "trsgov.com",
    "trs.cn",
    "kf5.com",
    "ys7.com",
    "polyv.net",
    "vhall.com",
    // Sharing.
    "jiathis.com",
    "bshare.cn",
    "ujian.cc",
    "addthis.com",
    "sharethis.com",
    "shareaholic.com",
    // Code, fonts, browsers, office formats.
    "jquery.com",
    "jsdelivr.net",
    "bootcdn.net",
    "bootcdn.cn",
    "bootcss.com",
    "staticfile.org",
    "staticfile.net",
    "cloudflare.com",
    "unpkg.com",
    "googleapis.com",
    "gstatic.com",
    "google.com",
    "google.cn",
    "google-analytics.com",
    "googletagmanager.com",
    "microsoft.com",
    "windows.net",
    "live.com",
    "bing.com",
    "mozilla.org",
    "firefox.com.cn",
    "firefox.com",
    "opera.com",
    "apple.com",
    "adobe.com",
    "macromedia.com",
    "w3.org",
    "github.com",
    "githubusercontent.com",
    "iconfont.cn",
    "byted-static.com",
    "browsehappy.com",
    "fontawesome.com",
    "typekit.net",
    "polyfill.io",
    "wps.cn",
    "foxitsoftware.cn",
    "facebook.com",
    "facebook.net",
    "twitter.com",
    "x.com",
    "linkedin.com",
    "youtube.com",
    // Public platforms.
    "conac.cn",
    "12377.cn",
    "12321.cn",
    "12348.cn",
    "12380.cn",
    "12388.cn",
    "cyberpolice.cn",
    "itrust.org.cn",
    "kaipuyun.cn",
    "ccopyright.com.cn",
    "pbc.cn",
    "chsi.com.cn",
    "people.com.cn",
    "people.cn",
    "xinhuanet.com",
    "news.cn",
    "cctv.com",
    "cntv.cn",
    "cri.cn",
    "cnr.cn",
    "gmw.cn",
    "ce.cn",
    "china.com.cn",
    "china.org.cn",
    "chinanews.com",
    "chinanews.com.cn",
    "chinadaily.com.cn",
    "youth.cn",
    "cyol.com",
    "qstheory.cn",
    "xuexi.cn",
    "81.cn",
    "rednet.cn",
    "legaldaily.com.cn",
    "npcnews.com.cn",
    "taiwan.cn",
    "wenming.cn",
    "workercn.cn",
    "jcrb.com",
    "chinacourt.org",
    "creditchina.org.cn",
    "isc.org.cn",
];

/// Whether a host belongs to a public body by its ending.
pub fn is_public_body(host: &str) -> bool {
    PUBLIC.iter().any(|end| host == *end || host.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether a host belongs to a service that pages are commonly built with, or to a public platform.
pub fn is_service(host: &str) -> bool {
    registrable_domain(host).is_some_and(|domain| SERVICES.contains(&&*domain))
}

/// An address that leads to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    pub url: Url,
    pub host: String,
    /// The registered domain; the host where there is none.
    pub domain: String,
}

/// Where an address as written leads, if it is neither the site's own nor a public body's.
pub fn foreign(page: &Page<'_>, facts: &Facts<'_>, raw: &str) -> Option<Foreign> {
    anywhere(page, facts, raw).filter(|f| !is_public_body(&f.host) && !is_local(&f.host))
}

/// Where an address as written leads, if it leads off the site.
pub fn anywhere(page: &Page<'_>, facts: &Facts<'_>, raw: &str) -> Option<Foreign> {
    if !may_leave(raw) {
        return None;
    }
    let Target::Web(address) = resolve(&page.base, raw, page.charset.encoding) else { return None };
    let host = address.url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let domain = registrable_domain(&host).map_or_else(|| host.clone(), Cow::into_owned);
    let found = Foreign { url: address.url, host, domain };
    (!is_own(page, facts, &found)).then_some(found)
}

/// Whether an address as written can lead off the host at all; cheap, and true too often rather than too seldom.
pub fn may_leave(raw: &str) -> bool {
    let raw = raw.trim_start_matches(|c: char| c <= ' ');
    let scheme = raw
        .as_bytes()
        .get(..5)
        .is_some_and(|s| s.eq_ignore_ascii_case(b"http:") || s.eq_ignore_ascii_case(b"https"));
    scheme || raw.starts_with(['/', '\\']) && raw[1..].starts_with(['/', '\\'])
}

/// Names without a dot, and numbers of private networks (RFC 1918, RFC 3927).
pub fn is_local(host: &str) -> bool {
    let numbers: Vec<Option<u8>> = host.split('.').map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [Some(10 | 127), Some(_), Some(_), Some(_)] => true,
        [Some(192), Some(168), Some(_), Some(_)] | [Some(169), Some(254), Some(_), Some(_)] => true,
        [Some(172), Some(second), Some(_), Some(_)] => (16..32).contains(second),
        _ => !host.contains('.') && !host.starts_with('['),
    }
}

fn is_own(page: &Page<'_>, facts: &Facts<'_>, foreign: &Foreign) -> bool {
    let same = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host == foreign.host || registrable_domain(host).is_some_and(|d| d == foreign.domain)
    };
    facts.site.owns(&foreign.url) || same(&page.url) || same(&facts.site.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_bodies_are_known_by_their_ending() {
        for host in ["www.qinghe.gov.cn", "gov.cn", "www.example.xn--zfr164b", "example.edu.cn"] {
            assert!(is_public_body(host), "{host}");
        }
        for host in ["gov.cn.example.com", "qinghegov.cn", "example.org"] {
            assert!(!is_public_body(host), "{host}");
        }
        assert!(is_service("hm.baidu.com") && !is_service("baidu.com.example.org"));
    }

    #[test]
    fn what_cannot_leave_is_not_resolved() {
        assert!(may_leave(" HTTPS://a.example/") && may_leave("//a.example") && may_leave("\\\\a.example"));
        assert!(!may_leave("/a") && !may_leave("a/b") && !may_leave("") && !may_leave("javascript:x"));
        assert!(is_local("10.1.2.3") && is_local("172.20.0.1") && is_local("oa") && is_local("127.0.0.1"));
        assert!(!is_local("172.40.0.1") && !is_local("a.example") && !is_local("1.2.3.4"));
    }
}
