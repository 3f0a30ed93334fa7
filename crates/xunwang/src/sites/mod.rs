//! The list of sites (网站清单): CSV, Excel's "Unicode text", XLSX, XLS. Clauses N2.7, N4.1.
//!
//! Nothing of the file is dropped silently: a row is an entry, or blank, or a fault with row and column; what was
//! left out on purpose is told as a note. This slice asks no site.

mod columns;
mod fault;
mod rows;
mod text;
mod workbook;

use std::path::Path;

use url::Url;

pub use fault::{RowFault, SitesFault};

/// Largest file that is read: a national register has far less.
const MAX_FILE: u64 = 64 << 20;

/// A site as the list describes it. Texts are trimmed; empty means that the list does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteEntry {
    /// 网站名称; the host where the list gives none.
    pub name: String,
    /// 主办单位
    pub unit: String,
    /// 行政层级
    pub level: String,
    /// 地区
    pub region: String,
    /// 类型
    pub kind: String,
    /// 首页网址
    pub url: Url,
    /// 网站标识码: ten digits for government sites; kept as written.
    pub site_id_code: String,
}

impl SiteEntry {
    /// A site of which only the address is known.
    pub fn of_url(url: Url) -> SiteEntry {
        let name = url.host_str().unwrap_or_default().to_owned();
        SiteEntry {
            name,
            unit: String::new(),
            level: String::new(),
            region: String::new(),
            kind: String::new(),
            url,
            site_id_code: String::new(),
        }
    }
}

/// A list that was read without faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteList {
    /// In the order of the file; every address once.
    pub entries: Vec<SiteEntry>,
    /// What was left out and why (repeated addresses, sheets without sites), in Chinese.
    pub notes: Vec<String>,
}

/// Reads a list from disk. What the file is, is told by its content, not by the ending of its name.
///
/// # Errors
/// `SitesFault` names the file, sheet, row and column; all faulty rows are told at once.
pub fn read(path: &Path) -> Result<SiteList, SitesFault> {
    let unreadable =
        |e: std::io::Error| SitesFault::Unreadable { path: path.into(), why: base::trouble::why(&e) };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(SitesFault::Unreadable {
            path: path.into(), why: "这是一个目录，不是文件".into()
        });
    }
    if about.len() > MAX_FILE {
        return Err(SitesFault::TooLarge { path: path.into(), mib: about.len() >> 20, most: MAX_FILE >> 20 });
    }
    parse(path, &std::fs::read(path).map_err(unreadable)?)
}

/// Reads a list from the bytes of a file; `path` only names it in messages.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<SiteList, SitesFault> {
    let tables = match Container::of(bytes) {
        Container::Empty => return Err(SitesFault::Empty { path: path.into() }),
        Container::Workbook => workbook::tables(path, bytes)?,
        Container::Markup => return Err(SitesFault::Markup { path: path.into() }),
        Container::Text => vec![text::table(path, bytes)?],
    };
    rows::entries(path, &tables)
}

/// Cells as texts, with the row numbers that a spreadsheet program shows.
#[derive(Clone, Debug)]
struct Table {
    /// Name of the sheet; `None` for a text file.
    sheet: Option<String>,
    rows: Vec<TableRow>,
}

#[derive(Clone, Debug)]
struct TableRow {
    /// Counted from 1.
    number: usize,
    cells: Vec<String>,
}

impl TableRow {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    fn cell(&self, column: usize) -> &str {
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
