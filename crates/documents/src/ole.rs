//! Compound files: what they hold, old slides, properties. Clauses N2.2, N2.3.
//!
//! The text of Word is read in `word`, that of workbooks in `xls`.

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use crate::bounds;
use crate::claim::Fault;
use crate::kind::Kind;
use crate::text::Text;
use crate::{word, xls};

pub type Compound<'b> = CompoundFile<Cursor<&'b [u8]>>;

fn open(bytes: &[u8]) -> Result<Compound<'_>, Fault> {
    CompoundFile::open(Cursor::new(bytes)).map_err(|_| Fault::Damaged("复合文档结构有误"))
}

/// A stream's bytes, at most as many as a part may have.
pub fn stream(file: &mut Compound<'_>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let stream = file.open_stream(name).ok()?;
    // A chain of sectors that breaks off gives what came before.
    if stream.take(bounds::PART).read_to_end(&mut bytes).is_err() && bytes.is_empty() {
        return None;
    }
    Some(bytes)
}

/// What a compound file is.
pub fn kind(bytes: &[u8]) -> Kind {
    let Ok(file) = open(bytes) else { return Kind::OleOther };
    let has = |name: &str| file.is_stream(name);
    match () {
        () if has("EncryptedPackage") => Kind::Locked,
        () if has("WordDocument") => Kind::Doc,
        () if has("Workbook") || has("Book") => Kind::Xls,
        () if has("PowerPoint Document") => Kind::Ppt,
        () => Kind::OleOther,
    }
}

pub fn read(kind: Kind, bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    let mut file = open(bytes)?;
    let outcome = match kind {
        Kind::Doc => word::read(&mut file, text),
        Kind::Xls => xls::read(bytes, text),
        Kind::Ppt => slides(&mut file, text),
        _ => Ok(()),
    };
    summary(&mut file, text);
    outcome
}

/// Little-endian numbers; 0 past the end.
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at.saturating_add(2)).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at.saturating_add(4)).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

pub fn utf16(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// Text atoms of a presentation ([MS-PPT] 2.9.42, 2.9.43). Containers are entered by going on behind their head.
fn slides(file: &mut Compound<'_>, text: &mut Text) -> Result<(), Fault> {
    const CHARS: u16 = 0x0fa0;
    const BYTES: u16 = 0x0fa8;
    const COMMENT_CHARS: u16 = 0x0fba;
    let bytes = stream(file, "PowerPoint Document").ok_or(Fault::Damaged("缺少正文部分"))?;
    let mut at = 0;
    while at + 8 <= bytes.len() && !text.is_full() {
        let (version, kind, len) =
            (u16_at(&bytes, at) & 0x0f, u16_at(&bytes, at + 2), u32_at(&bytes, at + 4));
        at += 8;
        if version == 0x0f {
            continue;
        }
        let end = at.saturating_add(len as usize).min(bytes.len());
        let body = &bytes[at..end];
        let written = match kind {
            CHARS | COMMENT_CHARS => utf16(body),
            BYTES => encoding_rs::WINDOWS_1252.decode_without_bom_handling(body).0.into_owned(),
            _ => String::new(),
        };
        for line in written.split(['\r', '\u{b}']) {
            text.add("幻灯片", line, None);
        }
        at = end;
    }
    Ok(())
}

/// Title, author and last author ([MS-OLEPS] 2.21); the property set names its own code page.
fn summary(file: &mut Compound<'_>, text: &mut Text) {
    const WANTED: [u32; 5] = [2, 3, 4, 6, 8];
    /// Properties of a set; programs write some twenty.
    const MOST: usize = 200;
    let Some(bytes) = stream(file, "\u{5}SummaryInformation") else { return };
    let set = u32_at(&bytes, 44) as usize;
    let count = (u32_at(&bytes, set.saturating_add(4)) as usize).min(MOST);
    let value = |id: u32| {
        (0..count).find_map(|i| {
            let entry = set.saturating_add(8 + i * 8);
            (u32_at(&bytes, entry) == id)
                .then(|| set.saturating_add(u32_at(&bytes, entry.saturating_add(4)) as usize))
        })
    };
    let code_page = value(1).map_or(936, |at| u16_at(&bytes, at.saturating_add(4)));
    for at in WANTED.into_iter().filter_map(value) {
        let len = u32_at(&bytes, at.saturating_add(4)) as usize;
        let start = at.saturating_add(8);
        let written = match u16_at(&bytes, at) {
            // VT_LPSTR, VT_LPWSTR: bytes, or units of two bytes.
            0x1e => bytes.get(start..start.saturating_add(len)).map(|b| of_code_page(b, code_page)),
            0x1f => bytes.get(start..start.saturating_add(len.saturating_mul(2))).map(utf16),
            _ => None,
        };
        if let Some(written) = written {
            text.add_hidden("文件属性", written.trim_end_matches('\0'));
        }
    }
}

/// Text in a code page of Windows; files of Chinese offices are GBK unless they say UTF-8 or Western.
pub fn of_code_page(bytes: &[u8], code_page: u16) -> String {
    let encoding = match code_page {
        1200 => return utf16(bytes),
        65001 => encoding_rs::UTF_8,
        950 => encoding_rs::BIG5,
        1252 if bytes.is_ascii() => encoding_rs::WINDOWS_1252,
        _ => encoding_rs::GBK,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The stream of an old workbook.
pub fn workbook(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut file = open(bytes)?;
    ["Workbook", "Book"]
        .into_iter()
        .find_map(|name| stream(&mut file, name))
        .ok_or(Fault::Damaged("缺少正文部分"))
}
