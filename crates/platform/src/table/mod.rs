//! Tables that users supply: CSV, Excel's "Unicode text", XLSX, XLS, ODS, as cells of text. Clauses N2.4, N2.7, N4.1.
//!
//! What a file is, is told by its content, not by the ending of its name. What the columns mean is the reader's matter.

pub mod export;
mod fault;
mod text;
mod workbook;

use std::path::Path;

pub use export::Export;
pub use fault::{RowFault, TableFault, letter, shortened};
pub use text::HEADING_WITHIN;

/// Largest file that is read: a national register has far less.
pub const MAX_FILE: u64 = 64 << 20;

/// The bytes of a file.
///
/// # Errors
/// `TableFault` says why it cannot be read.
pub fn bytes(path: &Path) -> Result<Vec<u8>, TableFault> {
    let unreadable = |e: std::io::Error| TableFault::Unreadable { why: base::trouble::why(&e) };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(TableFault::Unreadable { why: "这是一个目录，不是文件".into() });
    }
    if about.len() > MAX_FILE {
        return Err(TableFault::TooLarge { mib: about.len() >> 20, most: MAX_FILE >> 20 });
    }
    std::fs::read(path).map_err(unreadable)
}

/// The tables of a file. `known` says how many headings of a row are known, which tells the separator of a text file.
///
/// # Errors
/// `TableFault` says what is wrong with the file as a whole.
pub fn tables(bytes: &[u8], known: &dyn Fn(&TableRow) -> usize) -> Result<Vec<Table>, TableFault> {
    match Container::of(bytes) {
        Container::Empty => Err(TableFault::Empty),
        Container::Workbook => workbook::tables(bytes),
        Container::Markup => Err(TableFault::Markup),
        Container::Text => Ok(vec![text::table(bytes, known)?]),
    }
}

/// Cells as texts, with the row numbers that a spreadsheet program shows.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name of the sheet; `None` for a text file.
    pub sheet: Option<String>,
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Debug)]
pub struct TableRow {
    /// Counted from 1.
    pub number: usize,
    pub cells: Vec<String>,
}

impl TableRow {
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

enum Container {
    Empty,
    Workbook,
    /// A web page named `.xls`, as many back offices export it.
    Markup,
    Text,
}

impl Container {
    fn of(bytes: &[u8]) -> Container {
        const ZIP: &[u8] = b"PK\x03\x04";
        const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
        if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
            return Container::Workbook;
        }
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if start.is_empty() {
            return Container::Empty;
        }
        let word = start[..start.len().min(9)].to_ascii_lowercase();
        let markup = [&b"<html"[..], b"<!doctype", b"<table", b"<?xml"].iter().any(|m| word.starts_with(m));
        if markup { Container::Markup } else { Container::Text }
    }
}
