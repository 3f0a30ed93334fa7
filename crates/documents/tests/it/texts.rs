//! What is read of sound files: text, place, rows. Clause N2.2.
//!
//! A line of an expectation is `place | text`, tabs shown as `¦`.

use documents::{Document, Kind, read};
use rust_xlsxwriter::{DocProperties, Note, Workbook};

use crate::made;

fn check(document: &Document, kind: Kind, expected: &[&str]) {
    let lines: Vec<String> =
        document.passages.iter().map(|p| format!("{} | {}", p.place, p.text.replace('\t', "¦"))).collect();
    assert_eq!(lines, expected);
    assert_eq!((document.kind, document.faults.as_slice()), (kind, [].as_slice()));
}

#[test]
fn workbooks_give_rows_and_what_is_hidden() {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_author("禾某丙"));
    let sheet = book.add_worksheet().set_name("名单").unwrap();
    sheet.write(0, 0, "姓名").unwrap();
    sheet.write(0, 1, "电话").unwrap();
    sheet.write(1, 0, "禾某甲").unwrap();
    sheet.write(1, 1, 13800138000.0).unwrap();
    sheet.write(2, 1, "无").unwrap();
    sheet.write(2, 3, 1.5).unwrap();
    sheet.set_column_hidden(3).unwrap();
    sheet.insert_note(1, 0, &Note::new("已核实").set_author("禾某丙")).unwrap();
    let hidden = book.add_worksheet().set_name("底稿").unwrap();
    hidden.write(4, 0, "未公开").unwrap();
    hidden.set_hidden(true);
    let document = read(Some("名单.xlsx"), &book.save_to_buffer().unwrap());
    let shown: Vec<&str> = document.passages.iter().map(|p| p.text.as_str()).collect();
    assert!(shown.iter().any(|text| text.contains("已核实")), "{shown:?}");
    assert!(shown.contains(&"禾某丙"), "the author: {shown:?}");
    let rows = Document { passages: document.passages[..4].to_vec(), ..document.clone() };
    check(
        &rows,
        Kind::Xlsx,
        &[
            "工作表“名单”第 1 行 | 姓名¦电话",
            "工作表“名单”第 2 行 | 禾某甲¦13800138000",
            "工作表“名单”第 3 行（含隐藏列） | ¦无¦¦1.5",
            "隐藏的工作表“底稿”第 5 行 | 未公开",
        ],
    );
    assert_eq!(rows.passages[0].table, rows.passages[2].table);
    assert_ne!(rows.passages[0].table, rows.passages[3].table);
}

#[test]
fn old_workbooks_give_rows() {
    let bytes = made::xls(&[(0, 0, "姓名"), (0, 1, "电话"), (1, 0, "禾某甲"), (1, 1, "138")], Some(1));
    check(
        &read(Some("名单.xls"), &bytes),
        Kind::Xls,
        &["工作表“名单”第 1 行（含隐藏列） | 姓名¦电话", "工作表“名单”第 2 行（含隐藏列） | 禾某甲¦138"],
    );
}

#[test]
fn word_files_give_paragraphs_rows_comments_and_deletions() {
    let body = "<w:p><w:r><w:t>一、总 </w:t></w:r><w:r><w:t>则 &amp; &#x672F;&unknown;语</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>电话</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:p><w:r><w:t>禾某甲</w:t></w:r></w:p><w:p><w:r><w:t>（组长）</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>\
        <w:p><w:del><w:r><w:delText>原电话</w:delText></w:r></w:del><w:r><w:t>新电话</w:t></w:r>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>暗语</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>";
    let comments = "<w:comment w:author=\"禾某丙\"><w:p><w:r><w:t>已核实</w:t></w:r></w:p></w:comment>";
    check(
        &read(Some("通知.docx"), &made::docx(body, comments)),
        Kind::Docx,
        &[
            "第 1 段 | 一、总 则 & 术语",
            "第 1 个表格第 1 行 | 姓名¦电话",
            "第 1 个表格第 2 行 | 禾某甲 （组长）",
            "第 2 段 | 新电话",
            "页眉 | 内部资料",
            "修订中已删除的文字 | 原电话",
            "隐藏文字 | 暗语",
            "批注 | 已核实",
            "文件属性 | 禾某丙",
        ],
    );
}

#[test]
fn old_word_files_give_paragraphs_and_rows() {
    let bytes = made::doc(
        "Notice\r",
        "机密★1年\r姓名\u{7}电话\u{7}\u{7}甲\u{7}138\u{7}\u{7}\u{13}PAGE\u{14}3\u{15}完\r",
        "已核实\r",
    );
    check(
        &read(Some("通知.doc"), &bytes),
        Kind::Doc,
        &[
            "第 1 段 | Notice",
            "第 2 段 | 机密★1年",
            "表格（第 2 段后） | 姓名¦电话",
            "表格（第 2 段后） | 甲¦138",
            "第 3 段 | 3完",
            "批注 | 已核实",
        ],
    );
}

#[test]
fn pages_of_a_pdf_give_lines() {
    check(
        &read(Some("公示.pdf"), &made::pdf(&["青禾县公示", "身份证439"])),
        Kind::Pdf,
        &["第 1 页 | 青禾县公示", "第 1 页 | 身份证439", "第 1 页批注 | 核实"],
    );
}

#[test]
fn what_a_font_says_of_its_text_goes_before_its_glyphs() {
    let bytes = made::printed_pdf("⽅案公⽰", true);
    check(&read(Some("公示.pdf"), &bytes), Kind::Pdf, &["第 1 页 | 方案公示"]);
}

#[test]
fn slides_and_fixed_layouts_give_text() {
    let slide = |text: &str, show: &str| {
        format!("<p:sld {show}xmlns:a=\"a\"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>").into_bytes()
    };
    let pptx = made::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("ppt/slides/slide10.xml", &slide("末页", "")),
        ("ppt/slides/slide2.xml", &slide("次页", "show=\"0\" ")),
        ("ppt/slides/slide1.xml", &slide("首页", "")),
    ]);
    check(
        &read(None, &pptx),
        Kind::Pptx,
        &["第 1 张幻灯片 | 首页", "第 3 张幻灯片 | 末页", "第 2 张幻灯片（隐藏） | 次页"],
    );
    let page = "<ofd:Page xmlns:ofd=\"o\"><ofd:TextObject><ofd:TextCode X=\"1\">公</ofd:TextCode><ofd:TextCode>告</ofd:TextCode></ofd:TextObject></ofd:Page>";
    let ofd = made::zip(&[("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Pages/Page_0/Content.xml", page.as_bytes())]);
    check(&read(Some("公告.ofd"), &ofd), Kind::Ofd, &["第 1 页 | 公告"]);
    let content = "<office:document-content xmlns:text=\"t\" xmlns:table=\"b\"><text:p>你<text:span>好</text:span></text:p>\
        <table:table table:name=\"名单\"><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>\
        <table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table></office:document-content>";
    let odt = made::zip(&[("content.xml", content.as_bytes()), ("META-INF/manifest.xml", b"<m/>")]);
    check(&read(Some("信.odt"), &odt), Kind::Odf, &["第 1 段 | 你好", "表“名单”第 1 行 | 甲¦乙"]);
}

#[test]
fn plain_files_are_read_in_their_charset() {
    let table = "姓名,电话,备注\n禾某甲,13800138000,\"一,二\"\n禾某乙,无,三组青山村民小组\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(table);
    check(
        &read(Some("名单.csv"), &gbk),
        Kind::Text,
        &[
            "第 1 行 | 姓名¦电话¦备注",
            "第 2 行 | 禾某甲¦13800138000¦一,二",
            "第 3 行 | 禾某乙¦无¦三组青山村民小组",
        ],
    );
    let rtf = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}\u26426?\'c3\'dc\'a1\'ef 1\'c4\'ea\par second\cell x\cell\row}";
    check(&read(Some("a.doc"), rtf.as_bytes()), Kind::Rtf, &["第 1 段 | 机密★ 1年", "表格 | second¦x"]);
}

#[test]
fn files_in_archives_are_read_with_their_path() {
    let inner = made::zip(&[("名单.txt", "禾某甲".as_bytes())]);
    let gbk_name = encoding_rs::GBK.encode("附件").0.into_owned();
    let mut outer = made::zip(&[("AAAA.zip", &inner), ("b.txt", "第二".as_bytes())]);
    // The name as an old program writes it.
    while let Some(at) = outer.windows(4).position(|w| w == b"AAAA") {
        outer[at..at + 4].copy_from_slice(&gbk_name);
    }
    check(
        &read(Some("附件.zip"), &outer),
        Kind::Zip,
        &["压缩包内“附件.zip/名单.txt”第 1 行 | 禾某甲", "压缩包内“b.txt”第 1 行 | 第二"],
    );
}
