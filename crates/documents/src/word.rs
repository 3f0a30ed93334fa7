//! Word 97–2003: the text by way of the piece table ([MS-DOC] 2.4.1). Clause N2.2.
//!
//! Reads what the file holds, tracked deletions included, without formats. No macro is looked at.

use crate::bounds;
use crate::claim::Fault;
use crate::ole::{Compound, stream, u16_at, u32_at};
use crate::text::Text;

/// The parts of a document in the order of its characters: where the FIB counts them, and how they are called.
const PARTS: [(usize, Option<&str>); 8] = [
    (0x4c, None),
    (0x50, Some("脚注")),
    (0x54, Some("页眉页脚")),
    (0x58, Some("宏")),
    (0x5c, Some("批注")),
    (0x60, Some("尾注")),
    (0x64, Some("文本框")),
    (0x68, Some("页眉文本框")),
];
/// Pieces of one document; fast saves leave some hundred.
const MOST_PIECES: usize = 200_000;

pub fn read(file: &mut Compound<'_>, text: &mut Text) -> Result<(), Fault> {
    let main = stream(file, "WordDocument").ok_or(Fault::Damaged("缺少正文部分"))?;
    if main.len() < 0x20 || !matches!(u16_at(&main, 0), 0xa5ec | 0xa5dc) {
        return Err(Fault::Damaged("正文开头有误"));
    }
    let flags = u16_at(&main, 0x0a);
    if flags & 0x0100 != 0 {
        return Err(Fault::Locked);
    }
    // Word 6 and 95 have no such table where we look for it: one run of bytes.
    if u16_at(&main, 0x02) < 0x00c1 {
        let (start, end) = (u32_at(&main, 0x18) as usize, u32_at(&main, 0x1c) as usize);
        let bytes = main.get(start..end.min(main.len())).ok_or(Fault::Damaged("正文开头有误"))?;
        let all: Vec<char> = encoding_rs::GBK.decode_without_bom_handling(bytes).0.chars().collect();
        return lines(&all, None, text);
    }
    let table = stream(file, if flags & 0x0200 != 0 { "1Table" } else { "0Table" })
        .ok_or(Fault::Damaged("缺少文字索引"))?;
    let units = pieces(&main, &table).ok_or(Fault::Damaged("文字索引有误"))?;
    let mut from = 0usize;
    for (count_at, name) in PARTS {
        let count = u32_at(&main, count_at) as usize;
        let to = from.saturating_add(count).min(units.len());
        let all: Vec<char> =
            char::decode_utf16(units[from..to].iter().copied()).map(|c| c.unwrap_or('\u{fffd}')).collect();
        lines(&all, name, text)?;
        from = to;
    }
    Ok(())
}

/// The characters of the document in UTF-16, put together from its pieces.
fn pieces(main: &[u8], table: &[u8]) -> Option<Vec<u16>> {
    const PROPERTIES: u8 = 1;
    const PIECES: u8 = 2;
    let (start, len) = (u32_at(main, 0x01a2) as usize, u32_at(main, 0x01a6) as usize);
    let clx = table.get(start..start.checked_add(len)?)?;
    let mut at = 0;
    while *clx.get(at)? == PROPERTIES {
        at += 3 + u16_at(clx, at + 1) as usize;
    }
    if clx[at] != PIECES {
        return None;
    }
    let len = u32_at(clx, at + 1) as usize;
    let plc = clx.get(at + 5..(at + 5).checked_add(len)?)?;
    let n = (plc.len().checked_sub(4)? / 12).min(MOST_PIECES);
    let mut out: Vec<u16> = Vec::new();
    for i in 0..n {
        let chars = u32_at(plc, i * 4 + 4).checked_sub(u32_at(plc, i * 4))? as usize;
        let place = u32_at(plc, (n + 1) * 4 + i * 8 + 2);
        // Bit 30: one byte a character, and the offset is doubled.
        let offset = (place & 0x3fff_ffff) as usize;
        if place & 0x4000_0000 != 0 {
            let bytes = within(main, offset / 2, chars);
            out.extend(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.encode_utf16());
        } else {
            let bytes = within(main, offset, chars.saturating_mul(2));
            out.extend(bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])));
        }
        // Pieces may point at the same bytes again and again.
        if out.len() > bounds::TEXT {
            break;
        }
    }
    Some(out)
}

fn within(bytes: &[u8], from: usize, len: usize) -> &[u8] {
    let from = from.min(bytes.len());
    &bytes[from..from.saturating_add(len).min(bytes.len())]
}

/// Parts the characters into paragraphs and rows. Signs below the blank are marks: 7 ends a cell, and once more a row;
/// 13 a paragraph; 19 to 20 enclose the instruction of a field, whose result follows until 21.
fn lines(all: &[char], part: Option<&str>, text: &mut Text) -> Result<(), Fault> {
    let mut line = String::new();
    let mut cells = String::new();
    let mut table = None;
    let (mut paragraphs, mut instructions) = (0, 0usize);
    for (i, c) in all.iter().enumerate() {
        match *c {
            '\u{13}' => instructions += 1,
            '\u{14}' => instructions = instructions.saturating_sub(1),
            '\u{7}' => {
                let row_ends = line.is_empty() && i > 0 && all[i - 1] == '\u{7}';
                if row_ends {
                    let table = *table.get_or_insert_with(|| text.new_table());
                    add(part, &format!("表格（第 {} 段后）", paragraphs), &cells, Some(table), text);
                    cells.clear();
                } else if cells.len() < bounds::PASSAGE {
                    cells.push_str(line.trim());
                    cells.push('\t');
                }
                line.clear();
            }
            '\r' | '\u{c}' => {
                // A paragraph in a cell: the cell's end comes later and cannot be seen from here.
                if !line.trim().is_empty() {
                    paragraphs += 1;
                    table = None;
                    add(part, &format!("第 {paragraphs} 段"), &line, None, text);
                }
                line.clear();
            }
            '\u{b}' | '\t' | '\u{a0}' => line.push(' '),
            '\u{1e}' => line.push('-'),
            c if c < ' ' || instructions > 0 => {}
            c => line.push(c),
        }
        if line.len() >= bounds::PASSAGE {
            add(part, &format!("第 {} 段", paragraphs + 1), &line, None, text);
            line.clear();
        }
    }
    add(part, "表格", cells.trim_end(), table, text);
    add(part, &format!("第 {} 段", paragraphs + 1), &line, None, text);
    Ok(())
}

fn add(part: Option<&str>, place: &str, line: &str, table: Option<u32>, text: &mut Text) {
    match part {
        None => text.add(place, line, table),
        Some(hidden @ ("批注" | "宏")) => text.add_hidden(hidden, line),
        Some(part) => text.add(part, line, table),
    }
}
