//! `report.xlsx` opened with another library. Serves N2.4, N5.3.

use std::io::Read;

use calamine::{Data, Reader, Xlsx};

use crate::world::{HOME, Report, World, dead, full};

fn open(report: &Report) -> Xlsx<std::io::BufReader<std::fs::File>> {
    calamine::open_workbook(report.path("report.xlsx")).unwrap()
}

fn row(report: &Report, sheet: &str, at: usize) -> Vec<String> {
    let range = open(report).worksheet_range(sheet).unwrap();
    range.rows().nth(at).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn the_sheets_have_chinese_names_and_headings() {
    let report = full().report();
    assert_eq!(open(&report).sheet_names(), ["汇总", "问题清单", "外部链接", "页面清单", "栏目更新"]);
    assert_eq!(
        row(&report, "问题清单", 0),
        [
            "级别",
            "问题",
            "条款",
            "所在页面",
            "问题地址",
            "链接文字",
            "行",
            "列",
            "判定",
            "状态码",
            "原因",
            "整改建议",
            "涉及页面数",
            "原文",
            "正确写法",
            "把握"
        ]
    );
    let unasked = base::Reach::Withheld(base::Withheld::OutOfScope).describe();
    assert_eq!(
        row(&report, "外部链接", 1)[..7],
        ["http://news.example/a", "友情链接", HOME, "12", "3", "未判定", &unasked]
    );
    assert_eq!(row(&report, "页面清单", 2)[..2], ["http://qinghe.example/zwgk/index.html", "政务公开"]);
    assert_eq!(row(&report, "页面清单", 1)[7], "2026-03-01 09:05");
}

#[test]
fn the_rows_are_those_of_the_run_file() {
    let report = full().report();
    let mut book = open(&report);
    let mut rows = |sheet: &str| book.worksheet_range(sheet).unwrap().height() - 1;
    assert_eq!((rows("问题清单"), rows("外部链接"), rows("页面清单")), (6, 1, 5));
    let summary = book.worksheet_range("汇总").unwrap();
    let value = |name: &str| {
        let row = summary.rows().find(|r| r[0] == *name).unwrap_or_else(|| panic!("no {name}"));
        row[1].to_string()
    };
    assert_eq!([value("网站名称"), value("读取页面"), value("错误")], ["清河县人民政府", "5", "4"]);
    assert_eq!([value("失效或错误的地址"), value("检查状态")], ["2", "检查完毕"]);
}

#[test]
fn the_summary_ends_with_what_was_not_looked_at() {
    let report = World::new().page(HOME, "首页").unchecked("附件没有读").unchecked("留言没有查").report();
    let summary = open(&report).worksheet_range("汇总").unwrap();
    let end: Vec<String> =
        summary.rows().skip(summary.height() - 2).flatten().map(ToString::to_string).collect();
    assert_eq!(end, ["未检查的内容", "附件没有读", "", "留言没有查"]);
}

#[test]
fn control_characters_in_titles_do_not_break_the_workbook() {
    let odd = "会议纪要\u{1}\u{b} \u{fffe}\u{ffff}\u{0}_x0008_\u{1f}";
    let report = World::new().page(HOME, odd).finding(&dead(HOME, "/gone.html", "附件\u{8}"), 1).report();
    assert_eq!(row(&report, "页面清单", 1)[1].trim_end(), "会议纪要 _x0008_");
    assert_eq!(row(&report, "问题清单", 1)[5], "附件");
    for (name, part) in parts(&report) {
        let text = String::from_utf8(part).unwrap_or_else(|_| panic!("{name} is not UTF-8"));
        let wrong =
            |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!text.contains(wrong), "{name} holds a character that XML 1.0 forbids");
        for low in (0..32).filter(|n| ![9, 10, 13].contains(n)) {
            assert!(
                !text.contains(&format!("&#{low};")) && !text.contains(&format!("&#x{low:X};")),
                "{name}"
            );
        }
    }
}

#[test]
fn text_never_becomes_a_formula_or_a_link() {
    for text in
        ["=HYPERLINK(\"http://evil.example\")", "+1+1", "-1", "@SUM(A1)", "\t=1", "http://evil.example/"]
    {
        let report = World::new().page(HOME, text).finding(&dead(HOME, text, text), 1).report();
        let mut book = open(&report);
        for sheet in book.sheet_names() {
            assert_eq!(book.worksheet_formula(&sheet).unwrap().used_cells().count(), 0, "{sheet}: {text}");
        }
        let cell = book.worksheet_range("问题清单").unwrap().get_value((1, 5)).cloned();
        assert!(matches!(cell, Some(Data::String(_))), "{text}: {cell:?}");
        let linked = parts(&report).into_iter().find(|(_, part)| find(part, b"<hyperlink").is_some());
        assert!(linked.is_none(), "{text}");
    }
}

#[test]
fn cells_keep_within_what_excel_reads() {
    for unit in ["长", "𠮷", "\u{202e}"] {
        let long = unit.repeat(40_000);
        let report = World::new().page(HOME, &long).finding(&dead(HOME, &long, &long), 1).report();
        for sheet in ["问题清单", "页面清单"] {
            for cell in row(&report, sheet, 1) {
                assert!(cell.encode_utf16().count() <= 32_767, "{sheet}");
            }
        }
        assert!(row(&report, "页面清单", 1)[1].ends_with('…'), "a cut is told");
    }
}

/// The files in the workbook, which is a ZIP archive: read by its central directory.
fn parts(report: &Report) -> Vec<(String, Vec<u8>)> {
    let bytes = std::fs::read(report.path("report.xlsx")).unwrap();
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_usize, |n, b| n << 8 | usize::from(*b))
    };
    let end = (0..bytes.len()).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06")).unwrap();
    let mut entry = number(end + 16, 4);
    let mut parts = Vec::new();
    for _ in 0..number(end + 10, 2) {
        assert!(bytes[entry..].starts_with(b"PK\x01\x02"));
        let (method, packed, local) = (number(entry + 10, 2), number(entry + 20, 4), number(entry + 42, 4));
        let (name, extra, comment) = (number(entry + 28, 2), number(entry + 30, 2), number(entry + 32, 2));
        let from = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let data = &bytes[from..from + packed];
        let mut text = Vec::new();
        match method {
            0 => text.extend_from_slice(data),
            _ => {
                flate2::read::DeflateDecoder::new(data).read_to_end(&mut text).unwrap();
            }
        }
        parts.push((String::from_utf8_lossy(&bytes[entry + 46..entry + 46 + name]).into_owned(), text));
        entry += 46 + name + extra + comment;
    }
    assert!(parts.len() >= 8, "{}", parts.len());
    parts
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|w| w == what)
}
