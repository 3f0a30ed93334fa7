//! Pages in every charset and with every lie about it. Tests only (N2.1).
//!
//! These pages keep their charset whatever the charset of the site. Each holds a dead link with a Chinese path,
//! which only comes out right when the page was decoded right.

use base::Verdict;

use super::plan::{Coding, Plan, document};
use super::row::{Expect, PageRow, rule};
use crate::server::Reply;

/// How a page is sent and what must be found out about it.
struct Sheet {
    name: &'static str,
    /// Octets and the declared label of the document.
    octets: Octets,
    meta: &'static str,
    header: &'static str,
    charsets: &'static [&'static str],
    /// Whether `charset-fault` must speak.
    faulty: bool,
}

enum Octets {
    Coded(Coding),
    Utf16Le,
    Utf8Mark,
}

const PLAIN: &str = "text/html";
const GB: &[&str] = &["gbk", "gb18030"];

const SHEETS: &[Sheet] = &[
    Sheet::new("gbk", Octets::Coded(Coding::Gbk), "gb2312", PLAIN, GB),
    Sheet::new("gbk-upper", Octets::Coded(Coding::Gbk), "GBK", PLAIN, GB),
    Sheet::new("gb18030", Octets::Coded(Coding::Gb18030), "gb18030", PLAIN, GB),
    Sheet::new("big5", Octets::Coded(Coding::Big5), "big5", PLAIN, &["big5"]),
    Sheet::new("utf16", Octets::Utf16Le, "utf-16", PLAIN, &["utf-16le"]),
    Sheet::new("utf8-mark", Octets::Utf8Mark, "utf-8", PLAIN, &["utf-8"]),
    Sheet::new("utf8-header", Octets::Coded(Coding::Utf8), "", "text/html;charset=UTF-8", &["utf-8"]),
    Sheet::new("gbk-header", Octets::Coded(Coding::Gbk), "", "text/html; charset=\"gbk\"", GB),
    Sheet::new("header-lies", Octets::Coded(Coding::Gbk), "gbk", "text/html; charset=utf-8", GB).faulty(),
    Sheet::new("meta-lies", Octets::Coded(Coding::Gbk), "utf-8", PLAIN, GB).faulty(),
    Sheet::new("header-beats-meta", Octets::Coded(Coding::Gbk), "utf-8", "text/html;charset=GBK", GB)
        .faulty(),
    Sheet::new("undeclared-utf8", Octets::Coded(Coding::Utf8), "", PLAIN, &["utf-8"]).faulty(),
    Sheet::new("undeclared-gbk", Octets::Coded(Coding::Gbk), "", PLAIN, GB).faulty(),
    Sheet::new("unknown-label", Octets::Coded(Coding::Utf8), "utf8mb4", PLAIN, &["utf-8"]).faulty(),
    Sheet::new("meta-says-utf16", Octets::Coded(Coding::Utf8), "utf-16", PLAIN, &["utf-8"]).faulty(),
];

impl Sheet {
    const fn new(
        name: &'static str,
        octets: Octets,
        meta: &'static str,
        header: &'static str,
        charsets: &'static [&'static str],
    ) -> Sheet {
        Sheet { name, octets, meta, header, charsets, faulty: false }
    }

    const fn faulty(self) -> Sheet {
        Sheet {
            name: self.name,
            octets: self.octets,
            meta: self.meta,
            header: self.header,
            charsets: self.charsets,
            faulty: true,
        }
    }
}

pub fn plant(plan: &mut Plan) {
    for sheet in SHEETS {
        let path = format!("/charset/{}.html", sheet.name);
        let title = format!("编码页{}", sheet.name);
        // A dozen lines of prose: a detector needs something to go by.
        let body = format!("<a href=\"/gone/文{}.html\">文件</a>\n", sheet.name);
        let mut text = document(sheet.meta, &title, "", &body, sheet.name);
        if sheet.meta.is_empty() {
            text = text.replace("<meta charset=\"\">\n", "");
        }
        let octets = match sheet.octets {
            // Big5 lacks the simplified characters of the frame.
            Octets::Coded(Coding::Big5) => Coding::Big5.encode(&traditional(sheet, &title, &body)),
            Octets::Coded(coding) => coding.encode(&text),
            Octets::Utf16Le => text.encode_utf16().fold(vec![0xFF, 0xFE], |mut out, unit| {
                out.extend_from_slice(&unit.to_le_bytes());
                out
            }),
            Octets::Utf8Mark => [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
        };
        plan.serve_listed(&path, &title, Reply::of(sheet.header, octets));
        expect(plan, &path, sheet.name, sheet.charsets, sheet.faulty);
        if matches!(sheet.octets, Octets::Coded(Coding::Big5)) {
            let row = plan.pages.last_mut().expect("the row was written on the line above");
            row.title = row.title.replace("编码页", "編碼頁");
        }
    }
    late_meta(plan);
    one_bad_byte(plan);
    four_bytes(plan);
}

fn expect(plan: &mut Plan, path: &str, name: &str, charsets: &'static [&'static str], faulty: bool) {
    let dead = Expect::Fault(Verdict::Dead);
    plan.row("charset-link", dead, Some(rule::LINK), path, &format!("/gone/%E6%96%87{name}.html"));
    if faulty {
        plan.row("charset", Expect::Noted, Some(rule::CHARSET), path, path);
    }
    let page = plan.at(path);
    plan.pages.push(PageRow { page, charsets, title: format!("编码页{name}_青禾市人民政府") });
}

fn traditional(sheet: &Sheet, title: &str, body: &str) -> String {
    let body = body.replace("文件", "文書");
    let text = document(sheet.meta, &title.replace("编码页", "編碼頁"), "", &body, sheet.name);
    let (start, end) = (text.find("<p>").unwrap_or_default(), text.rfind("</p>").unwrap_or_default());
    let prose = "本府秘書處公告：為便利民眾申辦各項業務，自即日起調整服務時間，請參閱網站說明。".repeat(4);
    format!("{}<p>{prose}{}", &text[..start], &text[end..]).replace("首页", "首頁")
}

/// The declaration stands behind the first 1,024 octets, where the prescan of browsers does not look.
fn late_meta(plan: &mut Plan) {
    let name = "late-meta";
    let (path, title) = (format!("/charset/{name}.html"), format!("编码页{name}"));
    let style = format!("<style>{}</style>\n<meta charset=\"gbk\">", ".a{color:red}\n".repeat(100));
    let body = format!("<a href=\"/gone/文{name}.html\">文件</a>\n");
    let text = document("", &title, "", &body, name).replace("<meta charset=\"\">\n", &style);
    plan.serve_listed(&path, &title, Reply::of(PLAIN, Coding::Gbk.encode(&text)));
    expect(plan, &path, name, GB, true);
}

/// One octet that is no GBK, before an ASCII character that must survive it (Encoding Standard, gb18030 decoder).
fn one_bad_byte(plan: &mut Plan) {
    let name = "bad-byte";
    let (path, title) = (format!("/charset/{name}.html"), format!("编码页{name}"));
    let body = format!("<p>站点@<a href=\"/gone/文{name}.html\">文件</a></p>\n");
    let mut octets = Coding::Gbk.encode(&document("gbk", &title, "", &body, name));
    let at = octets.iter().position(|&b| b == b'@').expect("the body holds the mark");
    octets[at] = 0xFF;
    plan.serve_listed(&path, &title, Reply::of(PLAIN, octets));
    expect(plan, &path, name, GB, true);
}

/// Characters that only GB 18030 has, in four octets, on a page that calls itself gb2312, as many do.
fn four_bytes(plan: &mut Plan) {
    let name = "four-bytes";
    let (path, title) = (format!("/charset/{name}.html"), format!("编码页{name}"));
    let body = format!("<p>局长：周㛃、吴𠮷、陈镕</p><a href=\"/gone/𠮷{name}.html\">文件</a>\n");
    let octets = Coding::Gb18030.encode(&document("gb2312", &title, "", &body, name));
    plan.serve_listed(&path, &title, Reply::of(PLAIN, octets));
    let dead = Expect::Fault(Verdict::Dead);
    plan.row("charset-link", dead, Some(rule::LINK), &path, &format!("/gone/%F0%A0%AE%B7{name}.html"));
    let page = plan.at(&path);
    plan.pages.push(PageRow { page, charsets: GB, title: format!("{title}_青禾市人民政府") });
}
