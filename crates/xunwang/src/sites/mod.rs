//! The list of sites (网站清单): CSV, Excel's "Unicode text", XLSX, XLS. Clauses N2.7, N4.1.
//!
//! Nothing of the file is dropped silently: a row is an entry, or blank, or a fault with row and column; what was
//! left out on purpose is told as a note. This slice asks no site.

mod columns;
mod fault;
mod rows;

use std::path::Path;

use url::Url;

pub use fault::SitesFault;

pub(crate) use columns::plain;

use columns::Columns;
use platform::table::{self, RowFault, TableRow};

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
    parse(path, &table::bytes(path).map_err(|fault| SitesFault::of_table(path, fault))?)
}

/// Reads a list from the bytes of a file; `path` only names it in messages.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<SiteList, SitesFault> {
    let known = |row: &TableRow| Columns::of(row).and_then(Result::ok).map_or(0, |c| c.known());
    let tables = table::tables(bytes, &known).map_err(|fault| SitesFault::of_table(path, fault))?;
    rows::entries(path, &tables)
}
