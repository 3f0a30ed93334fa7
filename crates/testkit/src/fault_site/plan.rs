//! Lays out the fault site: pages, routes and the written list grow together. Tests only (N2.1, N2.4).
//!
//! Every page links home and carries its own text, so that no two pages are alike.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

use super::row::{Case, Expect, PageRow, Row, rule};
use crate::server::{Reply, Routes};

/// Copies of each kind.
pub const EACH: usize = 2;

/// In which charset pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Utf8,
    Gbk,
    Gb18030,
    Big5,
}

impl Coding {
    /// The label that pages declare.
    pub fn label(self) -> &'static str {
        match self {
            Coding::Utf8 => "utf-8",
            Coding::Gbk => "gb2312",
            Coding::Gb18030 => "gb18030",
            Coding::Big5 => "big5",
        }
    }

    /// Names under which a reader may rightly know it.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Coding::Utf8 => &["utf-8"],
            Coding::Gbk | Coding::Gb18030 => &["gbk", "gb18030"],
            Coding::Big5 => &["big5"],
        }
    }

    /// The text's octets; a character that the charset lacks is a mistake of the test and panics.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let encoding: &'static Encoding = match self {
            Coding::Utf8 => UTF_8,
            Coding::Gbk => GBK,
            Coding::Gb18030 => GB18030,
            Coding::Big5 => BIG5,
        };
        let (bytes, _, missing) = encoding.encode(text);
        assert!(!missing, "{} lacks a character of: {text}", self.label());
        bytes.into_owned()
    }
}

/// The site while it is laid out.
pub struct Plan {
    pub origin: String,
    pub neighbour: String,
    pub coding: Coding,
    pub routes: Routes,
    pub rows: Vec<Row>,
    pub pages: Vec<PageRow>,
    /// Targets that must never be asked for.
    pub never: Vec<String>,
    index: Vec<(String, String)>,
}

impl Plan {
    pub fn new(origin: String, neighbour: String, coding: Coding) -> Plan {
        let (routes, rows, pages, never) = (Routes::new(), Vec::new(), Vec::new(), Vec::new());
        Plan { origin, neighbour, coding, routes, rows, pages, never, index: Vec::new() }
    }

    /// Plants every copy of every case of a table.
    pub fn plant(&mut self, cases: &[Case]) {
        for case in cases {
            for n in 0..EACH {
                self.plant_one(case, n);
            }
        }
    }

    /// A page in the site's charset at a path, linked from the index. Returns its address.
    pub fn page(&mut self, path: &str, title: &str, head: &str, body: &str) -> String {
        self.page_in(self.coding, path, title, head, body)
    }

    /// A page in any charset.
    pub fn page_in(&mut self, coding: Coding, path: &str, title: &str, head: &str, body: &str) -> String {
        let text = document(coding.label(), title, head, body, path);
        self.serve_listed(path, title, Reply::of("text/html", coding.encode(&text)))
    }

    /// A page in the site's charset that the index does not name.
    pub fn unlisted(&mut self, path: &str, title: &str, head: &str, body: &str) {
        let text = document(self.coding.label(), title, head, body, path);
        self.serve(path, Reply::of("text/html", self.coding.encode(&text)));
    }

    /// Any reply at a path, linked from the index. Returns its address.
    pub fn serve_listed(&mut self, path: &str, title: &str, reply: Reply) -> String {
        self.index.push((path.to_string(), title.to_string()));
        self.serve(path, reply)
    }

    /// Any reply at a target that nothing links to yet. Returns its address.
    pub fn serve(&mut self, target: &str, reply: Reply) -> String {
        self.routes.add(target, vec![reply]);
        self.at(target)
    }

    /// Writes a row; page and target are paths of the site or absolute.
    pub fn row(
        &mut self,
        kind: &'static str,
        expect: Expect,
        rule: Option<&'static str>,
        page: &str,
        target: &str,
    ) {
        let (page, target) = (self.at(page), self.at(target));
        self.rows.push(Row { kind, expect, page, target, rule });
    }

    /// Absolute address of a path of the site; all else stays as it is.
    pub fn at(&self, target: &str) -> String {
        if !target.starts_with('/') {
            return target.to_string();
        }
        format!("{}{target}", self.origin)
    }

    /// The page that leads to all listed pages.
    pub fn index(&self) -> Vec<u8> {
        let items: String = self
            .index
            .iter()
            .map(|(path, title)| format!("<li><a href=\"{path}\">{title}</a></li>\n"))
            .collect();
        let body = format!("<h1>青禾市人民政府</h1><ul>{items}</ul>");
        self.coding.encode(&document(self.coding.label(), "首页", "", &body, "/index.html"))
    }

    fn plant_one(&mut self, case: &Case, n: usize) {
        let path = format!("/cases/{}/{n}.html", case.kind);
        let fill = |text: &str| {
            text.replace("{n}", &n.to_string())
                .replace("{page}", &path)
                .replace("{o}", &self.origin)
                .replace("{b}", &self.neighbour)
                .replace("{host}", self.origin.trim_start_matches("http://"))
        };
        let (head, body, target) = (fill(case.head), fill(case.body), fill(case.target));
        let coding = case.coding.unwrap_or(self.coding);
        let title = format!("{}之{n}", case.kind);
        if case.whole {
            let text = body.replace("{charset}", coding.label());
            self.serve_listed(&path, &title, Reply::of("text/html", coding.encode(&text)));
        } else {
            self.page_in(coding, &path, &title, &head, &body);
        }
        self.row(case.kind, case.expect, case.rule, &path, &target);
        if case.leaves {
            self.row(case.kind, Expect::Noted, Some(rule::OUTGOING), &path, &target);
        }
    }
}

/// A document with the site's frame and a text of its own.
pub fn document(charset: &str, title: &str, head: &str, body: &str, seed: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"{charset}\">\n<title>{title}_青禾市人民政府\
         </title>\n{head}</head>\n<body>\n<div class=\"nav\"><a href=\"/index.html\">首页</a></div>\n{body}\n<p>{}</p>\n\
         </body>\n</html>\n",
        prose(seed)
    )
}

/// A few sentences that depend on the seed, in characters that GB 2312 and Big5 both hold or not at all.
pub fn prose(seed: &str) -> String {
    const WHO: [&str; 7] =
        ["市教育局", "市水利局", "市民政局", "市交通局", "市林业局", "市公安局", "市商务局"];
    const WHAT: [&str; 9] = [
        "召开春季防汛工作会议",
        "公布本年度招生计划",
        "开展农村道路安全检查",
        "组织干部下乡走访群众",
        "征求排水管网改造意见",
        "发放困难群众生活补助",
        "整治河道非法采砂行为",
        "举办法律知识讲座",
        "推进老旧小区加装电梯",
    ];
    const HOW: [&str; 5] = [
        "要求各部门落实责任，按时完成",
        "欢迎社会各界监督并提出建议",
        "有关情况将向社会公开",
        "详情请咨询各乡镇服务窗口",
        "工作将持续到本年度末",
    ];
    let mut state =
        seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mut pick = |length: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % length
    };
    (0..6)
        .map(|_| format!("{}{}，{}，共涉及{}项。", WHO[pick(7)], WHAT[pick(9)], HOW[pick(5)], 2 + pick(97)))
        .collect()
}
