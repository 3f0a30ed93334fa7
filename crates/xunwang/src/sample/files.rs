//! What the sample site holds, and which of it is wrong on purpose. Clauses N2.1, N2.4.
//!
//! The list of faults is what an inspection of the site has to find: all of them and no others.

/// No charset in the header: each page states its own, one of them wrongly.
const HTML: &str = "text/html";

/// A file of the site.
pub(super) struct File {
    /// Path as a browser asks for it.
    pub path: &'static str,
    pub mime: &'static str,
    pub body: &'static [u8],
}

const fn file(path: &'static str, mime: &'static str, body: &'static [u8]) -> File {
    File { path, mime, body }
}

pub(super) const FILES: &[File] = &[
    file("/bsfw/index.html", HTML, include_bytes!("../../sample/bsfw/index.html")),
    file("/bsfw/zhinan.html", HTML, include_bytes!("../../sample/bsfw/zhinan.html")),
    file("/css/site.css", "text/css", include_bytes!("../../sample/css/site.css")),
    file("/hdjl/index.html", HTML, include_bytes!("../../sample/hdjl/index.html")),
    file("/hdjl/zhengji.html", HTML, include_bytes!("../../sample/hdjl/zhengji.html")),
    file("/img/banner.svg", "image/svg+xml", include_bytes!("../../sample/img/banner.svg")),
    file("/img/emblem.svg", "image/svg+xml", include_bytes!("../../sample/img/emblem.svg")),
    file("/img/%E5%9C%B0%E5%9B%BE.svg", "image/svg+xml", include_bytes!("../../sample/img/map.svg")),
    file("/img/topic-open.svg", "image/svg+xml", include_bytes!("../../sample/img/topic-open.svg")),
    file("/index.html", HTML, include_bytes!("../../sample/index.html")),
    file("/map.html", HTML, include_bytes!("../../sample/map.html")),
    file("/zjsl/index.html", HTML, include_bytes!("../../sample/zjsl/index.html")),
    file("/zjsl/wangzhan.html", HTML, include_bytes!("../../sample/zjsl/wangzhan.html")),
    file("/zwdt/index.html", HTML, include_bytes!("../../sample/zwdt/index.html")),
    file("/zwdt/index_1.html", HTML, include_bytes!("../../sample/zwdt/index_1.html")),
    file("/zwdt/t20251215.html", HTML, include_bytes!("../../sample/zwdt/t20251215.html")),
    file("/zwdt/t20251222.html", HTML, include_bytes!("../../sample/zwdt/t20251222.html")),
    file("/zwdt/t20251230.html", HTML, include_bytes!("../../sample/zwdt/t20251230.html")),
    file("/zwdt/t20260105.html", HTML, include_bytes!("../../sample/zwdt/t20260105.html")),
    file("/zwdt/t20260109.html", HTML, include_bytes!("../../sample/zwdt/t20260109.html")),
    file("/zwdt/t20260112.html", HTML, include_bytes!("../../sample/zwdt/t20260112.html")),
    file(
        "/zwgk/fujian/shishi-2026.csv",
        "text/csv",
        include_bytes!("../../sample/zwgk/fujian/shishi-2026.csv"),
    ),
    file("/zwgk/index.html", HTML, include_bytes!("../../sample/zwgk/index.html")),
    file("/zwgk/t20251218.html", HTML, include_bytes!("../../sample/zwgk/t20251218.html")),
    file("/zwgk/t20251226.html", HTML, include_bytes!("../../sample/zwgk/t20251226.html")),
    file("/zwgk/t20260108.html", HTML, include_bytes!("../../sample/zwgk/t20260108.html")),
];

pub(super) const MISSING: &[u8] = include_bytes!("../../sample/missing.html");
pub(super) const BLOCKED: &[u8] = include_bytes!("../../sample/blocked.html");

/// Something that is wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Id of the rule that has to find it.
    pub rule: &'static str,
    /// Path of the page or style sheet that shows it; where every page does, of the start page.
    pub page: &'static str,
    /// Address as it is written there; empty where the page itself is at fault.
    pub target: &'static str,
}

const fn fault(rule: &'static str, page: &'static str, target: &'static str) -> Fault {
    Fault { rule, page, target }
}

/// Everything that is wrong with the site.
pub const FAULTS: &[Fault] = &[
    fault("dead-link", "/index.html", "/hdjl/xianzhang-xinxiang.html"),
    fault("dead-link", "/index.html", "/hdjl/diaocha-2013.html"),
    fault("dead-resource", "/index.html", "/img/topic-2015.png"),
    fault("dead-resource", "/css/site.css", "/img/nav-tile.png"),
    fault("dead-resource", "/zwgk/index.html", "/zwgk/fujian/yusuan-2025.xls"),
    fault("dead-fragment", "/bsfw/index.html", "/bsfw/zhinan.html#shoufei-biaozhun"),
    fault("soft-404", "/zwgk/index.html", "/zwgk/gongbao/2014-03.html"),
    fault("redirect-loop", "/index.html", "/old/index.html"),
    fault("malformed-address", "/index.html", "http://"),
    fault("blocked-target", "/index.html", "/bsfw/chaxun"),
    fault("charset-fault", "/zwgk/t20251218.html", ""),
    fault("outgoing-link", "/index.html", "http://www.shili-shi.example/"),
    fault("outgoing-link", "/index.html", "http://www.shili-news.example/"),
];
