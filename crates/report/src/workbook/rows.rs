//! One sheet of the workbook, filled from top to bottom within Excel's bounds. Clause N2.4.
//!
//! Texts are written as texts whatever they look like: `=1+1` stays what the website wrote.

use rust_xlsxwriter::{Color, Format, Worksheet, XlsxError};

use crate::text::{clean, grouped};

/// Rows of a sheet: Excel's 1,048,576 less heading and note.
pub const MOST_ROWS: u32 = 1_048_000;
/// Longest text of a cell is 32,767 UTF-16 units; nobody reads that much in a cell.
pub const MOST_TEXT: usize = 8_000;

pub enum Cell<'t> {
    Text(&'t str),
    Number(Option<f64>),
}

/// A sheet being filled from top to bottom.
pub struct Rows<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
    most: u32,
    columns: u16,
    left_out: u64,
    failed: Option<XlsxError>,
}

impl<'w> Rows<'w> {
    /// Names the sheet and writes its headings, each with its width in characters.
    pub fn begin(
        sheet: &'w mut Worksheet,
        name: &str,
        headings: &[(&str, f64)],
        most: u32,
    ) -> Result<Rows<'w>, XlsxError> {
        sheet.set_name(name)?;
        let bold = Format::new().set_bold().set_background_color(Color::RGB(0xE8EEF5));
        for (at, (heading, width)) in (0..).zip(headings) {
            sheet.set_column_width(at, *width)?;
            sheet.write_string_with_format(0, at, *heading, &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let columns = u16::try_from(headings.len()).unwrap_or(u16::MAX);
        Ok(Rows { sheet, row: 1, most, columns, left_out: 0, failed: None })
    }

    pub fn add(&mut self, cells: &[Cell<'_>]) {
        if self.row > self.most {
            self.left_out += 1;
            return;
        }
        if self.failed.is_none() {
            self.failed = self.put(cells).err();
        }
    }

    fn put(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text("") | Cell::Number(None) => {}
                Cell::Text(text) => {
                    self.sheet.write_string(self.row, at, clean(text, MOST_TEXT))?;
                }
                Cell::Number(Some(number)) => {
                    self.sheet.write_number(self.row, at, *number)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Ends the sheet with a note where rows were left out; gives their number.
    pub fn end(self) -> Result<u64, XlsxError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        self.sheet.autofilter(0, 0, self.row.max(2) - 1, self.columns.max(1) - 1)?;
        if self.left_out > 0 {
            self.sheet.write_string(self.row, 0, left_out_note(self.left_out))?;
        }
        Ok(self.left_out)
    }
}

/// What a reader is told about rows that a sheet has no room for.
pub fn left_out_note(rows: u64) -> String {
    format!(
        "另有 {} 行超出 Excel 工作表的容量，没有列出；全部内容在 findings.ndjson 和 run.db",
        grouped(rows)
    )
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};
    use rust_xlsxwriter::Workbook;

    use super::*;

    #[test]
    fn rows_beyond_the_sheet_are_told_in_its_last_row() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().unwrap();
        let mut rows = Rows::begin(sheet, "页面清单", &[("页面地址", 10.0), ("字节数", 9.0)], 3).unwrap();
        for n in 0..1_205 {
            rows.add(&[Cell::Text("=1+1"), Cell::Number(Some(f64::from(n)))]);
        }
        assert_eq!(rows.end().unwrap(), 1_202);
        let mut read: Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(book.save_to_buffer().unwrap())).unwrap();
        let range = read.worksheet_range("页面清单").unwrap();
        assert_eq!(range.height(), 5);
        assert_eq!(range.get_value((3, 0)), Some(&Data::String("=1+1".into())));
        let note = range.get_value((4, 0)).unwrap().to_string();
        assert!(note.contains("另有 1,202 行"), "{note}");
        assert_eq!(read.worksheet_formula("页面清单").unwrap().used_cells().count(), 0);
    }
}
