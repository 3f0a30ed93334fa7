//! A published file of whatever bytes there are, under every name that its content may claim. Clauses N2.2, N2.5.
//!
//! The first byte chooses the name, so that files of any kind meet readers of any kind, or a part of a sound file that
//! the bytes are put in for: sums that guard archives would keep made-up bytes from the readers within. The mutator begins
//! with the sound files that the tests make.
#![no_main]

#[allow(dead_code, reason = "tests make more files than are fuzzed")]
#[path = "../../crates/documents/tests/it/made.rs"]
mod made;

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

const NAMES: [&str; 16] = [
    "a.pdf", "a.doc", "a.docx", "a.xls", "a.xlsx", "a.et", "a.ppt", "a.odt", "a.ods", "a.ofd", "a.rtf",
    "a.csv", "a.txt", "a.zip", "a.html", "a",
];
/// From this first byte on the rest is a part of a file.
const PART: u8 = 128;
/// One mutation in so many begins with a sound file.
const FRESH: u32 = 50;

const PARTS: usize = 10;

/// A file with the bytes as one of its parts.
fn with_part(number: u8, bytes: &[u8]) -> (&'static str, Vec<u8>) {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let sheet = |styles: &[u8], strings: &[u8], sheet: &[u8]| {
        made::zip(&[
            types,
            ("xl/workbook.xml", b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
            ("xl/styles.xml", styles),
            ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/sheet1.xml", sheet),
        ])
    };
    match usize::from(number) % PARTS {
        0 => ("a.docx", made::zip(&[types, ("word/document.xml", bytes)])),
        1 => ("a.docx", made::zip(&[types, ("word/document.xml", b"<w/>"), ("word/comments.xml", bytes)])),
        2 => ("a.xlsx", sheet(b"<styleSheet/>", b"<sst/>", bytes)),
        3 => ("a.xlsx", sheet(b"<styleSheet/>", bytes, b"<worksheet/>")),
        4 => ("a.xlsx", sheet(bytes, b"<sst/>", b"<worksheet/>")),
        5 => (
            "a.odt",
            made::zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", bytes)]),
        ),
        6 => (
            "a.ods",
            made::zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", bytes),
            ]),
        ),
        7 => ("a.ofd", made::zip(&[("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Pages/Page_0/Content.xml", bytes)])),
        8 => ("a.doc", made::compound(&[("WordDocument", bytes), ("1Table", bytes)])),
        _ => ("a.xls", made::compound(&[("Workbook", bytes)])),
    }
}

/// Sound files, each behind the byte that chooses its name or part.
static SOUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let named = |name: &str, bytes: Vec<u8>| {
        let number = NAMES.iter().position(|n| *n == name).and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
        [vec![number], bytes].concat()
    };
    let part = |number: u8, text: &str| [&[PART + number], text.as_bytes()].concat();
    let docx = made::docx("<w:p><w:r><w:t>青禾县通知</w:t></w:r></w:p>", "<w:comment><w:p/></w:comment>");
    let cells = [(0, 0, "姓名"), (0, 1, "职务"), (1, 0, "禾某")];
    vec![
        named("a.docx", docx.clone()),
        named("a.doc", made::doc("Latin", "青禾县", "批注")),
        named("a.xls", made::xls(&cells, Some(1))),
        named("a.pdf", made::pdf(&["青禾县人民政府", "通知"])),
        named("a.pdf", made::printed_pdf("青禾县", true)),
        named("a.zip", made::zip(&[("a.docx", &docx), ("b.txt", "正文".as_bytes())])),
        named(
            "a.rtf",
            b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 Song;}}\\u38738?\\'c7\\'e0 text\\par}".to_vec(),
        ),
        named("a.csv", "姓名,职务\r\n\"禾\"\"某\",县长\r\n".as_bytes().to_vec()),
        named("a.html", "<table><tr><td>姓名</td></tr></table>".as_bytes().to_vec()),
        part(
            0,
            "<w:document><w:body><w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
        ),
        part(
            1,
            "<w:comments><w:comment w:id=\"1\"><w:p><w:r><w:t>批注</w:t></w:r></w:p></w:comment></w:comments>",
        ),
        part(
            2,
            "<worksheet><cols><col min=\"1\" max=\"2\" hidden=\"1\"/></cols><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c><c r=\"B1\" t=\"s\"><v>0</v></c></row></sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>",
        ),
        part(3, "<sst count=\"1\" uniqueCount=\"1\"><si><t>甲</t></si><si><r><t>乙</t></r></si></sst>"),
        part(
            4,
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>",
        ),
        part(
            5,
            "<office:document-content><office:body><office:text><text:p>甲<text:s text:c=\"3\"/></text:p></office:text></office:body></office:document-content>",
        ),
        part(
            6,
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"2\"><text:p>甲</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        ),
        part(
            7,
            "<ofd:Page><ofd:Content><ofd:Layer><ofd:TextObject><ofd:TextCode X=\"1\" Y=\"2\">甲</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
        ),
    ]
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut size = size;
    if seed % FRESH == 0 || size < 2 {
        let sound = &SOUND[(seed / FRESH) as usize % SOUND.len()];
        if sound.len() <= max_size && sound.len() <= data.len() {
            data[..sound.len()].copy_from_slice(sound);
            size = sound.len();
        }
    }
    fuzzer_mutate(data, size, max_size)
});

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let made;
    let (name, bytes) = match first.checked_sub(PART) {
        Some(number) => {
            made = with_part(number, body);
            (made.0, made.1.as_slice())
        }
        None => (NAMES[usize::from(*first) % NAMES.len()], body),
    };
    let document = documents::read(Some(name), bytes);
    document.faults.iter().for_each(|fault| drop(fault.cause()));
});
