//! Files that are not what they claim, empty, damaged or locked. Clause N2.3.
//!
//! Near misses stand beside them: endings that programs read alike.

use base::Level;
use documents::{Fault, Kind, read};

use crate::made;

fn check(name: &str, bytes: &[u8], fault: Option<(Level, &str)>) {
    let document = read(Some(name), bytes);
    let found: Vec<(Level, String)> = document.faults.iter().map(|f| (f.level(), f.cause())).collect();
    let expected: Vec<(Level, String)> =
        fault.into_iter().map(|(level, cause)| (level, cause.to_owned())).collect();
    assert_eq!(found, expected, "{name}");
}

const ERROR: &str = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>您访问的页面不存在</h1></body></html>";

#[test]
fn what_is_not_as_claimed_is_told() {
    check("a.pdf", ERROR.as_bytes(), Some((Level::Fault, "下载到的不是文件，而是一个报错或登录的网页")));
    check(
        "a.pdf?x=1.doc",
        b"%PDF-1.4 broken",
        Some((Level::Fault, "文件已损坏，无法完整打开（PDF 结构有误）")),
    );
    check("a.doc", b"", Some((Level::Fault, "文件是空的")));
    check("a.doc", b" \r\n", Some((Level::Fault, "文件是空的")));
    check(
        "a.pdf",
        &made::docx("<w:p/>", ""),
        Some((Level::Fault, "名称表明是PDF 文档，实际是Word 文档（docx）")),
    );
    check(
        "a.docx",
        &[0x01, 0x02, 0x03],
        Some((Level::Fault, "文件已损坏，无法完整打开（内容不是任何已知的文件格式）")),
    );
    let whole = made::zip(&[("名单.txt", &b"abc".repeat(100))]);
    check(
        "a.zip",
        &whole[..whole.len() - 10],
        Some((Level::Fault, "文件已损坏，无法完整打开（压缩包目录不完整）")),
    );
    check("a.zip", &made::zip(&[]), Some((Level::Fault, "文件是空的")));
    check(
        "a.docx",
        &made::compound(&[("EncryptedPackage", b"x")]),
        Some((Level::Fault, "文件设有打开密码，公众无法查看，内容也未能检查")),
    );
}

#[test]
fn locked_files_are_told() {
    let mut locked = made::doc("a\r", "b\r", "");
    // The bit of the head that says so; the head is found by its mark.
    let head = locked.windows(4).position(|w| w == [0xec, 0xa5, 0xc1, 0x00]).unwrap();
    locked[head + 0x0b] |= 0x01;
    assert_eq!(read(Some("a.doc"), &locked).faults, [Fault::Locked]);
}

#[test]
fn writing_without_text_is_told() {
    let told = Some((Level::Notice, "没有可读的文字（多半是扫描件或图片），内容未能检查"));
    let scanned = made::of_objects(&[
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".into(),
    ]);
    check("a.pdf", &scanned, told);
    check("a.pdf", &made::printed_pdf("青禾县公示", false), told);
    check("a.pdf", &made::pdf(&["1", "2"]), told);
    check("a.pdf", &made::pdf(&["甲"]), None);
    check("a.pdf", &made::printed_pdf("青禾县公示", true), None);
}

#[test]
fn endings_that_are_read_alike_are_no_faults() {
    check("a.doc", b"{\\rtf1 abc}", None);
    check("a.wps", &made::doc("a\r", "b\r", ""), None);
    check("a.txt", b"<html><p>A page kept as text.</p></html>", None);
    check("a.jpg", b"\x89PNG\r\n\x1a\n", None);
    check("download.jsp", &made::pdf(&["甲"]), None);
    check(
        "a.doc",
        &made::docx("<w:p/>", ""),
        Some((Level::Notice, "名称表明是Word 文档（doc），实际是Word 文档（docx）")),
    );
    let table = format!(
        "<html><body><table>{}</table></body></html>",
        "<tr><td>禾某甲</td><td>三组</td></tr>".repeat(99)
    );
    check("a.xls", table.as_bytes(), Some((Level::Notice, "名称表明是Excel 工作簿（xls），实际是网页")));
    assert_eq!(read(Some("a.xls"), table.as_bytes()).passages[0].text, "禾某甲\t三组");
}

#[test]
fn kinds_are_told_by_bytes() {
    for (bytes, kind) in [
        (&b"MZ\x90\0\x03"[..], Kind::Program),
        (b"MZ stands here in a text", Kind::Text),
        (b"\xff\xd8\xff\xe0", Kind::Image),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind::Image),
        (b"\0\0\0\x18ftypmp42", Kind::Media),
        (b"Rar!\x1a\x07\x01\0", Kind::Rar),
        (b"<?xml version=\"1.0\"?><a/>", Kind::Xml),
        (b"\xef\xbb\xbf<!DOCTYPE HTML><p>", Kind::Html),
        (b"GIF89a", Kind::Image),
        (b"a text that names %PDF- only", Kind::Pdf),
    ] {
        assert_eq!(read(None, bytes).kind, kind, "{bytes:?}");
    }
}
