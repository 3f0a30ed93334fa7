//! Old workbooks (BIFF5, BIFF8; [MS-XLS] 2.4): rows, comments, what is hidden. Clause N2.2.
//!
//! Read record by record, cells as they come: the libraries for this format spread sheets out in memory and copy
//! shared strings, so that a small file can fill it. Formats are not looked at: days show as their serial numbers.

use std::collections::BTreeSet;

use crate::bounds;
use crate::claim::Fault;
use crate::ole::{self, of_code_page, u16_at, u32_at, utf16};
use crate::sheets::{Rows, whole_or_not};
use crate::text::Text;

/// Sheets of one workbook; more cannot be made by hand.
const SHEETS: usize = 1_000;

/// One record and where its stream goes on.
struct Record<'b> {
    kind: u16,
    body: &'b [u8],
    next: usize,
}

fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let len = u16_at(stream, at.checked_add(2)?) as usize;
    let start = at + 4;
    Some(Record { kind: u16_at(stream, at), body: stream.get(start..start + len)?, next: start + len })
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;

pub fn read(bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    let stream = ole::workbook(bytes)?;
    let mut book = Book { strings: Strings::default(), sheets: Vec::new(), code_page: 936, new: true };
    let mut at = 0;
    // The globals, up to their end.
    loop {
        let Some(record) = record(&stream, at) else {
            return Err(Fault::Damaged("工作簿结构不完整"));
        };
        let body = record.body;
        at = record.next;
        match record.kind {
            BOF => book.new = u16_at(body, 0) >= 0x0600,
            // FilePass
            0x002f => return Err(Fault::Locked),
            0x0042 => book.code_page = u16_at(body, 0),
            // BoundSheet8
            0x0085 if book.sheets.len() < SHEETS => book.sheets.push(Sheet::of(body, &book)),
            // SST
            0x00fc => {
                let mut parts = vec![body.get(8..).unwrap_or_default()];
                while let Some(more) = self::record(&stream, at).filter(|more| more.kind == CONTINUE) {
                    parts.push(more.body);
                    at = more.next;
                }
                book.strings = Strings::of(&parts);
            }
            EOF => break,
            _ => {}
        }
    }
    if book.sheets.is_empty() {
        return Err(Fault::Damaged("没有工作表"));
    }
    // Sheets may claim the same place; each place is read once.
    let mut seen = BTreeSet::new();
    let mut whole = true;
    for sheet in &book.sheets {
        if sheet.is_cells && seen.insert(sheet.at) {
            whole &= read_sheet(&stream, sheet, &book, text);
        }
    }
    if whole { Ok(()) } else { Err(Fault::Damaged("有工作表无法读取")) }
}

struct Book {
    strings: Strings,
    sheets: Vec<Sheet>,
    code_page: u16,
    /// BIFF8, whose texts tell their width; before, they are bytes of the code page.
    new: bool,
}

struct Sheet {
    at: usize,
    place: String,
    is_cells: bool,
}

impl Sheet {
    fn of(body: &[u8], book: &Book) -> Sheet {
        let name = body.get(6..).map(|rest| short_text(rest, 1, book)).unwrap_or_default();
        let hidden = if body.get(4).is_some_and(|state| state & 3 != 0) { "隐藏的" } else { "" };
        let place = format!("{hidden}工作表“{name}”");
        Sheet { at: u32_at(body, 0) as usize, place, is_cells: body.get(5).is_none_or(|sort| *sort == 0) }
    }
}

/// A text whose count of characters takes `wide` bytes.
fn short_text(body: &[u8], wide: usize, book: &Book) -> String {
    let count =
        if wide == 1 { body.first().copied().unwrap_or(0) as usize } else { u16_at(body, 0) as usize };
    let rest = body.get(wide..).unwrap_or_default();
    if !book.new {
        return of_code_page(rest.get(..count).unwrap_or(rest), book.code_page);
    }
    let is_wide = rest.first().is_some_and(|flags| flags & 1 == 1);
    chars(rest.get(1..).unwrap_or_default(), count, is_wide).0
}

/// So many characters and the bytes they took.
fn chars(bytes: &[u8], count: usize, is_wide: bool) -> (String, usize) {
    let len = if is_wide { count.saturating_mul(2) } else { count }.min(bytes.len());
    let part = &bytes[..len];
    let text = if is_wide { utf16(part) } else { part.iter().map(|b| *b as char).collect() };
    (text, len)
}

/// Reads one sheet; tells whether to its end.
fn read_sheet(stream: &[u8], sheet: &Sheet, book: &Book, text: &mut Text) -> bool {
    let mut rows = Rows::new(sheet.place.clone(), text);
    let mut notes = Vec::new();
    let mut at = sheet.at;
    let mut depth = 0;
    let mut formula: Option<(u32, u32)> = None;
    let mut whole = false;
    while let Some(Record { kind, body, next }) = record(stream, at) {
        at = next;
        let (row, column) = (u32::from(u16_at(body, 0)), u32::from(u16_at(body, 2)));
        match kind {
            BOF => depth += 1,
            EOF => {
                depth -= 1;
                if depth <= 0 {
                    whole = true;
                    break;
                }
            }
            // Charts within a sheet have records of their own.
            _ if depth > 1 => {}
            // ColInfo
            0x007d if u16_at(body, 8) & 1 == 1 => rows.hide(row..=column.min(255)),
            // LabelSst, Label, RString
            0x00fd => rows.cell(row, column, book.strings.get(u32_at(body, 6) as usize)),
            0x0204 | 0x00d6 => {
                rows.cell(row, column, &short_text(body.get(6..).unwrap_or_default(), 2, book))
            }
            // Number, RK, MulRk
            0x0203 => rows.cell(row, column, &whole_or_not(f64_at(body, 6))),
            0x027e => rows.cell(row, column, &whole_or_not(rk(u32_at(body, 6)))),
            0x00bd => {
                let cells = body.len().saturating_sub(6) / 6;
                for i in 0..cells {
                    rows.cell(row, column + i as u32, &whole_or_not(rk(u32_at(body, 4 + i * 6 + 2))));
                }
            }
            // Formula: a number, or a text that follows in a record of its own.
            0x0006 if u16_at(body, 12) == 0xffff => formula = Some((row, column)),
            0x0006 => rows.cell(row, column, &whole_or_not(f64_at(body, 6))),
            0x0207 => {
                if let Some((row, column)) = formula.take() {
                    rows.cell(row, column, &short_text(body, 2, book));
                }
            }
            // TxO: the text of a comment or text box follows.
            0x01b6 => {
                let count = u16_at(body, 10) as usize;
                if let Some(more) = record(stream, at).filter(|more| more.kind == CONTINUE && count > 0) {
                    let is_wide = more.body.first().is_some_and(|flags| flags & 1 == 1);
                    notes.push(chars(more.body.get(1..).unwrap_or_default(), count, is_wide).0);
                    at = more.next;
                }
            }
            _ => {}
        }
        if rows.is_full() {
            whole = true;
            break;
        }
    }
    rows.end();
    for note in notes {
        text.add_hidden("批注或文本框", &note);
    }
    whole
}

fn f64_at(body: &[u8], at: usize) -> f64 {
    let low = u64::from(u32_at(body, at));
    f64::from_bits(u64::from(u32_at(body, at + 4)) << 32 | low)
}

/// A number in four bytes: whole or the upper half of a float, perhaps in hundredths.
fn rk(raw: u32) -> f64 {
    let value =
        if raw & 2 != 0 { f64::from(raw as i32 >> 2) } else { f64::from_bits(u64::from(raw & !3) << 32) };
    if raw & 1 != 0 { value / 100.0 } else { value }
}

/// The texts that cells share, each once.
#[derive(Default)]
struct Strings {
    list: Vec<String>,
}

impl Strings {
    fn get(&self, index: usize) -> &str {
        self.list.get(index).map_or("", String::as_str)
    }

    /// Reads them out of a record and the ones that continue it. A text that is cut between two has its width told anew.
    fn of(parts: &[&[u8]]) -> Strings {
        let mut reader = Parts { parts, part: 0, at: 0 };
        let mut list = Vec::new();
        while !reader.is_done() && list.len() < bounds::CELLS {
            let count = reader.u16() as usize;
            let flags = reader.byte();
            let runs = if flags & 8 != 0 { reader.u16() as usize } else { 0 };
            let extra =
                if flags & 4 != 0 { reader.u16() as usize | (reader.u16() as usize) << 16 } else { 0 };
            list.push(reader.chars(count, flags & 1 == 1));
            reader.skip(runs.saturating_mul(4).saturating_add(extra));
        }
        Strings { list }
    }
}

struct Parts<'p, 'b> {
    parts: &'p [&'b [u8]],
    part: usize,
    at: usize,
}

impl Parts<'_, '_> {
    /// What is left of the part in hand; goes on to the next where it is used up.
    fn rest(&mut self) -> &[u8] {
        while self.part + 1 < self.parts.len() && self.at >= self.parts[self.part].len() {
            self.part += 1;
            self.at = 0;
        }
        self.parts.get(self.part).and_then(|part| part.get(self.at..)).unwrap_or_default()
    }

    fn is_done(&mut self) -> bool {
        self.rest().is_empty()
    }

    fn byte(&mut self) -> u8 {
        let byte = self.rest().first().copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    fn chars(&mut self, mut count: usize, mut is_wide: bool) -> String {
        let mut out = String::new();
        while count > 0 && !self.is_done() {
            let (text, len) = chars(self.rest(), count, is_wide);
            self.at += len;
            count -= (if is_wide { len.div_ceil(2) } else { len }).min(count);
            out.push_str(&text);
            if count > 0 && !self.is_done() {
                is_wide = self.byte() & 1 == 1;
            }
        }
        out
    }

    fn skip(&mut self, mut n: usize) {
        while n > 0 && !self.is_done() {
            let step = self.rest().len().min(n);
            self.at += step;
            n -= step;
        }
    }
}
