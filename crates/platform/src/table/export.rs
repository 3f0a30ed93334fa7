//! Lists out of the system, as CSV and XLSX: exactly the rows that a screen shows. Clauses N2.7, N4.1.
//!
//! A cell never becomes a formula where it is opened, and never holds what XML 1.0 forbids.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A list to be written.
pub struct Export {
    /// The sheet's name, also part of the file's.
    pub title: &'static str,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Characters of a column's width: what most cells need, and no more than a screen shows.
const WIDTHS: (usize, usize) = (8, 48);

impl Export {
    /// CSV by RFC 4180 in UTF-8 with the mark by which Excel knows it.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = String::from('\u{feff}');
        for row in std::iter::once(&self.headings).chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out.into_bytes()
    }

    /// An XLSX workbook with one sheet. All cells are text, so that codes and telephone numbers keep their digits.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(self.title)?;
        sheet.set_freeze_panes(1, 0)?;
        let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
        for (at, heading) in self.headings.iter().enumerate() {
            let cells = self.rows.iter().take(200).filter_map(|row| row.get(at));
            let widest = cells.chain([heading]).map(|cell| width(cell)).max().unwrap_or(0);
            sheet.set_column_width(column(at), widest.clamp(WIDTHS.0, WIDTHS.1) as f64)?;
            sheet.write_string_with_format(0, column(at), clean(heading), &bold)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(row, column(at), clean(cell), &text)?;
            }
        }
        book.save_to_buffer()
    }
}

fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Han characters are two columns wide.
fn width(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() + 1)
        .max()
        .unwrap_or(0)
}

/// Without what XML 1.0 forbids, and not longer than a cell of Excel may be.
fn clean(text: &str) -> String {
    const LONGEST: usize = 32_000;
    let allowed = |c: &char| {
        (!c.is_control() || matches!(c, '\t' | '\n' | '\r')) && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(allowed).take(LONGEST).collect()
}

/// Quoted where needed; a text that a spreadsheet program would compute gets an apostrophe before it (OWASP, "CSV
/// Injection"). A telephone number with a plus is left as it is: digits compute to themselves.
fn quoted(cell: &str) -> String {
    let cell = clean(cell);
    let digits = cell.chars().skip(1).all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let computes = cell.starts_with(['=', '@', '\t', '\r']) || (cell.starts_with(['+', '-']) && !digits);
    let cell = if computes { format!("'{cell}") } else { cell };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export() -> Export {
        let rows = vec![
            vec!["青禾县".to_owned(), "=cmd|'/c calc'!A1".to_owned(), "0731-88880000".to_owned()],
            vec!["说\"好\",\n再换行\u{0}\u{b}".to_owned(), "+86 731 1".to_owned(), "-1+1".to_owned()],
        ];
        Export { title: "网站", headings: vec!["名称".into(), "备注".into(), "电话".into()], rows }
    }

    #[test]
    fn csv_is_quoted_and_computes_nothing() {
        let text = String::from_utf8(export().csv()).unwrap();
        let want = "\u{feff}名称,备注,电话\r\n青禾县,'=cmd|'/c calc'!A1,0731-88880000\r\n\
                    \"说\"\"好\"\",\n再换行\",+86 731 1,'-1+1\r\n";
        assert_eq!(text, want);
    }

    #[test]
    fn a_workbook_reads_back_as_it_was() {
        let bytes = export().xlsx().unwrap();
        let tables = crate::table::tables(&bytes, &|_| 0).unwrap();
        assert_eq!(tables[0].sheet.as_deref(), Some("网站"));
        assert_eq!(tables[0].rows[1].cells, ["青禾县", "=cmd|'/c calc'!A1", "0731-88880000"]);
        assert_eq!(tables[0].rows[2].cells[0], "说\"好\",\n再换行");
    }

    #[test]
    fn what_csv_quotes_is_read_back() {
        let tables = crate::table::tables(&export().csv(), &|_| 0).unwrap();
        assert_eq!(tables[0].rows[2].cells[0], "说\"好\",\n再换行");
    }
}
