//! Files that are made to break or to flood a reader: read within bounds, told as what they are. Clause N2.5.
//!
//! Every file here is small; what it would grow to is not.

use std::time::{Duration, Instant};

use documents::{Fault, Kind, read};

use crate::made;

/// Reads within a time that only a loop or a flood would need; a slow machine has ten times what is usual.
fn check(name: &str, bytes: &[u8]) -> documents::Document {
    let begun = Instant::now();
    let document = read(Some(name), bytes);
    assert!(begun.elapsed() < Duration::from_secs(60), "{name} took {:?}", begun.elapsed());
    document
}

#[test]
fn bombs_stop_at_the_bounds() {
    let zeros = vec![b' '; 100 << 20];
    let bomb = made::zip(&[("a.txt", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(check("a.zip", &bomb).faults, [Fault::TooMuch("解压后过大")]);
    let body = "<w:p><w:r><w:t>甲</w:t></w:r></w:p>";
    let document = made::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", &zeros),
        ("word/header1.xml", body.as_bytes()),
    ]);
    assert_eq!(check("a.docx", &document).faults, [Fault::TooMuch("解压后过大")]);
    let sheet = made::zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/sharedStrings.xml", &zeros)]);
    assert_eq!(check("a.xlsx", &sheet).faults, [Fault::TooMuch("解压后过大")]);
}

#[test]
fn tables_of_fonts_do_not_grow() {
    let flood = "1 beginbfrange\n<00000000> <FFFFFFFF> <0041>\nendbfrange\n";
    let document = check("a.pdf", &made::printed_pdf_with("青禾", true, flood));
    assert_eq!(document.faults, [Fault::NoText]);
    let sound = "1 beginbfrange\n<80> <FF> <0041>\nendbfrange\n";
    assert_eq!(check("a.pdf", &made::printed_pdf_with("青禾", true, sound)).passages[0].text, "青禾");
}

#[test]
fn archives_within_archives_end() {
    let mut bytes = made::zip(&[("a.txt", b"deep")]);
    for _ in 0..20 {
        bytes = made::zip(&[("a.zip", &bytes)]);
    }
    let document = check("a.zip", &bytes);
    assert_eq!(document.faults, [Fault::TooMuch("压缩包套压缩包的层数过多")]);
    assert!(document.passages.is_empty());
    let many: Vec<(String, Vec<u8>)> = (0..700).map(|i| (format!("{i}.txt"), b"x".to_vec())).collect();
    let many: Vec<(&str, &[u8])> =
        many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(check("a.zip", &made::zip(&many)).faults, [Fault::TooMuch("压缩包内文件过多")]);
}

#[test]
fn entities_do_not_grow_and_depth_costs_nothing() {
    let laughs = "<!DOCTYPE d [<!ENTITY a \"哈哈哈哈\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><w:p><w:r><w:t>&b;&b;止</w:t></w:r></w:p>";
    let file = made::zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", laughs.as_bytes())]);
    assert_eq!(check("a.docx", &file).passages[0].text, "止");
    let deep = format!("{}<w:p><w:r><w:t>底</w:t></w:r></w:p>", "<w:tbl><w:tr><w:tc>".repeat(200_000));
    let file = made::zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", deep.as_bytes())]);
    assert_eq!(check("a.docx", &file).kind, Kind::Docx);
}

#[test]
fn far_cells_are_not_spread_out() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "首").unwrap();
    sheet.write(1_048_575, 16_383, "尾").unwrap();
    sheet.write(1_048_574, 1, "近尾").unwrap();
    let document = check("a.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(document.passages[1].text, "\t近尾");
    let far = made::xls(&[(0, 0, "首"), (65_535, 255, "尾")], None);
    assert_eq!(check("a.xls", &far).passages.len(), 2);
}

#[test]
fn what_a_workbook_claims_is_not_believed() {
    let strings = "<sst uniqueCount=\"99999999999\"><si><t>甲</t></si></sst>";
    let file =
        made::zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/sharedStrings.xml", strings.as_bytes())]);
    assert_eq!(check("a.xlsx", &file).faults, [Fault::Damaged("共用文字表有误")]);
}

#[test]
fn broken_files_of_every_kind_are_told_and_break_nothing() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "首").unwrap();
    let sound = [
        made::pdf(&["青禾县公示", "身份证"]),
        made::docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>", ""),
        book.save_to_buffer().unwrap(),
        made::doc("Notice\r", "机密★1年\r", "批\r"),
        made::xls(&[(0, 0, "姓名"), (1, 1, "电话")], Some(1)),
        br"{\rtf1{\fonttbl{\f0 a;}}\u26426?\'c3\'dc\par}".to_vec(),
    ];
    // A fixed series in place of chance.
    let mut seed = 12_345u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for bytes in &sound {
        for round in 0..150 {
            let mut broken = bytes.clone();
            for _ in 0..=round % 8 {
                let at = next(broken.len());
                broken[at] = next(256) as u8;
            }
            if round % 5 == 0 {
                broken.truncate(next(broken.len()));
            }
            check("a.bin", &broken);
        }
    }
}

#[test]
fn hostile_pdfs_end() {
    let nested = format!("<</Type/Catalog/Pages 2 0 R/X {}{}>>", "[".repeat(100_000), "]".repeat(100_000));
    check("a.pdf", &made::of_objects(&[nested, "<</Type/Pages/Kids[]/Count 0>>".into()]));
    // A page tree that holds itself, a form that draws itself, a reference to itself.
    let itself = made::of_objects(&[
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Count 9999999>>".into(),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>/Font 6 0 R>>>>".into(),
        "<</Length 10>>stream\n/A Do /A Do\nendstream".into(),
        "<</Type/XObject/Subtype/Form/Length 47>>stream\n/A Do /A Do /A Do /A Do /A Do /A Do /A Do /A Do\nendstream".into(),
        "6 0 R".into(),
    ]);
    check("a.pdf", &itself);
    let none =
        made::of_objects(&["<</Type/Catalog/Pages 2 0 R>>".into(), "<</Type/Pages/Kids[]/Count 0>>".into()]);
    assert_eq!(check("a.pdf", &none).faults, [Fault::Damaged("没有页面")]);
}
