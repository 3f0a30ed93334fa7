//! The list of closed government domains: one in a line, or a table with a column of them. Clauses N2.4, N5.6.
//!
//! Other columns and remarks behind `#` are left alone.

use std::path::Path;

use checks::address::is_public_suffix;
use checks::known::ClosedDomains;

use super::{ListFault, Why};
use crate::sites::plain;
use platform::table::{self, HEADING_WITHIN, RowFault, TableRow, letter, shortened};

const WHAT: &str = "已关停域名名单";
const HEADINGS: [&str; 8] = ["domain", "域名", "网站域名", "关停域名", "网址", "首页网址", "网站网址", "url"];

fn column(row: &TableRow) -> Option<usize> {
    let words: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
    HEADINGS.iter().find_map(|h| words.iter().position(|w| *w == plain(h)))
}

/// Reads the list.
pub(super) fn read(path: &Path) -> Result<ClosedDomains, ListFault> {
    let fault = |why| ListFault { what: WHAT, path: path.to_owned(), why };
    let known = |row: &TableRow| usize::from(column(row).is_some());
    let bytes = table::bytes(path).map_err(|why| fault(Why::Table(why)))?;
    let tables = table::tables(&bytes, &known).map_err(|why| fault(Why::Table(why)))?;
    let (mut domains, mut faults) = (Vec::new(), Vec::new());
    for table in &tables {
        let mut upper = table.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()).take(HEADING_WITHIN);
        let head = upper.find_map(|(at, row)| Some((at + 1, column(row)?)));
        let (from, at) = head.unwrap_or((0, 0));
        for row in table.rows[from..].iter().filter(|row| !row.is_blank()) {
            let written = row.cell(at).split('#').next().unwrap_or_default().trim();
            if written.is_empty() {
                continue;
            }
            let domain = ClosedDomains::plain(written);
            let is_name = written.contains('.') && !written.contains(char::is_whitespace);
            let why = if !is_name || domain.contains('*') {
                Some("不是域名，应写成 www.example.gov.cn")
            } else if is_public_suffix(&domain) {
                Some("范围过大：该后缀之下是各单位的域名，应写成 www.example.gov.cn")
            } else {
                None
            };
            match why {
                None => domains.push(written.to_owned()),
                Some(why) => faults.push(RowFault {
                    sheet: table.sheet.clone(),
                    row: row.number,
                    column: letter(at),
                    heading: String::new(),
                    value: shortened(written),
                    why: why.into(),
                }),
            }
        }
    }
    if faults.is_empty() { Ok(ClosedDomains::new(domains)) } else { Err(fault(Why::Rows(faults))) }
}
