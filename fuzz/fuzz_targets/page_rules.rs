//! A page, a style sheet and a script made of whatever bytes there are, before every rule on pages. Clauses N2.1–N2.6.
//!
//! The input is cut at its zero bytes: the page, then a sheet of its own site, then a script file.
#![no_main]

use std::sync::Arc;

use checks::conceal::{SheetFile, wanted};
use checks::rule::{Facts, Findings, Site};
use checks::{Known, Page, charset::decode, registry};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |b| *b == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (page, sheet, script) = (decode(next(), None), decode(next(), None), decode(next(), None));
    let url = Url::parse("http://www.example.gov.cn/a/index.html").expect("a valid address");
    let file = Arc::new(SheetFile::read(&sheet.text));
    let site = Site {
        name: "青禾县人民政府".into(),
        start: url.clone(),
        hosts: vec!["www.example.gov.cn".into()],
        sub_domains: false,
    };
    let known = Known::default();
    let facts = Facts { site: &site, answer: None, today: None, known: &known };
    let page = Page::parse(url.clone(), &page.text, page.charset);
    let mut out = Findings::default();
    registry::page_rules(&page, &facts, &mut out);
    registry::script_file_rules(&url, &script.text, &mut out);
    let Some(wanted) = wanted(&page, &facts) else { return };
    file.may_hide(&wanted);
    let sheets = wanted.sheets.iter().map(|url| (url.clone(), Arc::clone(&file))).collect();
    registry::sheet_rules(&page.with_sheets(sheets), &facts, &mut out);
});
