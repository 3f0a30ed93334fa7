//! Lists of sites as offices really send them, good and bad. Clauses N2.7, N4.1.

use std::path::Path;

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Formula, Workbook};
use xunwang::sites::{SiteList, SitesFault, parse, read};

const HEAD: &str = "网站名称,网站标识码,首页网址,主办单位,备注";
const LIST: &str = "网站名称,网站标识码,首页网址,主办单位,备注\r\n\
    青山县人民政府,4399010001,http://www.qingshan.example/,青山县人民政府办公室,\"门户,含\"\"互动\"\"\"\r\n\
    陈镕镇人民政府,4399010002,chenrong.example,陈镕镇人民政府,\"第一行\n第二行\"\r\n";

fn list(bytes: &[u8]) -> Result<SiteList, SitesFault> {
    parse(Path::new("清单.csv"), bytes)
}

/// One line an entry, `name|unit|level|region|kind|url|code`, then the notes.
fn check(bytes: &[u8], expected: &[&str]) {
    let list = list(bytes).expect("the list is good");
    let entries = list.entries.iter().map(|e| {
        format!("{}|{}|{}|{}|{}|{}|{}", e.name, e.unit, e.level, e.region, e.kind, e.url, e.site_id_code)
    });
    let told: Vec<String> = entries.chain(list.notes.iter().cloned()).collect();
    assert_eq!(told, expected);
}

/// The message holds every one of `words`.
fn check_wrong(bytes: &[u8], words: &[&str]) {
    let message = list(bytes).expect_err("the list is faulty").to_string();
    for word in words {
        assert!(message.contains(word), "no “{word}” in {message}");
    }
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark: &[u8] = if mark { b"\xff\xfe" } else { b"" };
    mark.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn one_list_in_every_encoding_reads_alike() {
    let expected = [
        "青山县人民政府|青山县人民政府办公室||||http://www.qingshan.example/|4399010001",
        "陈镕镇人民政府|陈镕镇人民政府||||http://chenrong.example/|4399010002",
    ];
    check(LIST.as_bytes(), &expected);
    check(format!("\u{feff}{LIST}").as_bytes(), &expected);
    let (gbk, _, lossy) = GB18030.encode(LIST);
    assert!(!lossy);
    check(&gbk, &expected);
    let tabs = LIST.replace("门户,含", "门户;含").replace(',', "\t");
    check(&utf16(&tabs, true), &expected);
    check(&utf16(&tabs, false), &expected);
    check(LIST.replace("门户,含", "门户 含").replace(',', ";").as_bytes(), &expected);
}

#[test]
fn english_and_chinese_headings_in_any_order() {
    check(
        b"url,level,REGION,kind,unit,name,site_id_code\nhttps://a.example/x,county,r,portal,u,n,4300000001",
        &["n|u|county|r|portal|https://a.example/x|4300000001"],
    );
    check(
        "某市网站清单,,,\n(2026 年),,,\n序号,级 别,*首页网址(必填),所属地区\n1,县级,a.example,青山县\n,,,\n"
            .as_bytes(),
        &["a.example||县级|青山县||http://a.example/|"],
    );
    check(
        b"http://a.example/\r\n\r\nb.example\r\n",
        &["a.example|||||http://a.example/|", "b.example|||||http://b.example/|"],
    );
}

#[test]
fn every_faulty_row_is_told_with_its_place() {
    check_wrong(
        format!("{HEAD}\n甲,,http://a.example/,,\n乙,,无,,\n\n丙,,,,\n丁,,ftp://d.example/,,\n").as_bytes(),
        &[
            "清单.csv 有 3 处需要改正",
            "第 3 行 C 列“首页网址”「无」：不是网址",
            "第 5 行 C 列“首页网址”：网址为空。请补上网址，或删去这一行",
            "第 6 行 C 列“首页网址”「ftp://d.example/」：只能巡检 http://",
        ],
    );
    let many: String = (0..50).map(|_| "x,,坏,,\n").collect();
    check_wrong(format!("{HEAD}\n{many}").as_bytes(), &["有 50 处", "另有 30 处"]);
}

#[test]
fn what_is_no_list_says_what_to_do() {
    check_wrong(b"", &["清单.csv 是空的"]);
    check_wrong(b"\xef\xbb\xbf\r\n \n", &["是空的"]);
    check_wrong(HEAD.as_bytes(), &["只有表头"]);
    check_wrong("名称,备注\n甲,乙\n".as_bytes(), &["找不到网址一列", "名称、备注", "首页网址"]);
    check_wrong("名称,网址,网址\n甲,a.example,b.example\n".as_bytes(), &["两列都叫“网址”", "B", "C"]);
    check_wrong(b"<html><table><tr><td>url</td></tr></table></html>", &["另存为"]);
    check_wrong(
        format!("{HEAD}\n\"甲,,http://a.example/,,\n乙,,b.example,,\n").as_bytes(),
        &["第 2 行", "双引号"],
    );
    check_wrong(b"url\na.example\n\xff\xff\n", &["第 3 行", "GB18030"]);
    check_wrong(b"PK\x03\x04 not a workbook at all", &["打不开", ".xlsx"]);
    check_wrong(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nor this", &["打不开"]);
    let missing = read(Path::new("no-such-folder/清单.csv")).unwrap_err().to_string();
    assert!(missing.contains("no-such-folder/清单.csv") && missing.contains("没有这个文件"), "{missing}");
    assert!(read(&std::env::temp_dir()).unwrap_err().to_string().contains("目录"));
}

#[test]
fn an_address_that_comes_again_is_inspected_once_and_told() {
    check(
        b"url\nhttp://a.example/\nhttp://b.example/\nA.example\n",
        &[
            "a.example|||||http://a.example/|",
            "b.example|||||http://b.example/|",
            "第 4 行与第 2 行网址相同（http://a.example/），只巡检一次",
        ],
    );
}

#[test]
fn a_workbook_keeps_numbers_dates_texts_and_results() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("网站").unwrap();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, heading) in ["网站名称", "网站标识码", "首页网址", "级别", "地区"].iter().enumerate()
    {
        sheet.write(1, column as u16, *heading).unwrap();
    }
    sheet.write(0, 0, "青山市网站清单").unwrap();
    sheet.write(2, 0, "甲网").unwrap();
    sheet.write(2, 1, 4_399_010_001_u64).unwrap();
    sheet.write(2, 2, "http://a.example/").unwrap();
    sheet.write_with_format(2, 3, 43_528, &date).unwrap();
    sheet.write(3, 0, 2.5).unwrap();
    sheet.write(3, 1, "0439901002").unwrap();
    sheet.write(3, 2, Formula::new("\"http://\"&\"b.example/\"").set_result("http://b.example/")).unwrap();
    sheet.write_with_format(3, 3, 43_528.75, &date).unwrap();
    sheet.write(4, 2, " c.example ").unwrap();
    sheet.merge_range(2, 4, 4, 4, "青山县", &Format::new()).unwrap();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "填表说明").unwrap();
    book.add_worksheet().set_name("空").unwrap();
    check(
        &book.save_to_buffer().unwrap(),
        &[
            "甲网||2019-03-04|青山县||http://a.example/|4399010001",
            "2.5||2019-03-04 18:00:00|青山县||http://b.example/|0439901002",
            "c.example|||青山县||http://c.example/|",
            "工作表“说明”没有网址一列，未读取",
        ],
    );
}

#[test]
fn a_fault_in_a_workbook_names_sheet_row_and_column() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("县区").unwrap();
    sheet.write(3, 1, "名称").unwrap();
    sheet.write(3, 2, "网址").unwrap();
    sheet.write(4, 1, "甲").unwrap();
    sheet.write(4, 2, "暂无").unwrap();
    check_wrong(&book.save_to_buffer().unwrap(), &["工作表“县区”第 5 行 C 列“网址”「暂无」"]);
}
