//! From tables of texts to entries, faults and notes. Clauses N2.7, N4.1.
//!
//! Pure: the same file always gives the same answer.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{Columns, Field};
use super::{RowFault, SiteEntry, SiteList, SitesFault};
use crate::address::start_address;
use platform::table::{HEADING_WITHIN, Table, TableRow, letter, shortened};

/// Notes beyond this are counted only.
const MAX_NOTES: usize = 20;

/// Reads every table that has a column of addresses.
pub(super) fn entries(path: &Path, tables: &[Table]) -> Result<SiteList, SitesFault> {
    let mut list = SiteList::default();
    let mut faults = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut read_any = false;
    let mut notes = Vec::new();
    for table in tables {
        let Some((columns, body)) = heading(path, table)? else {
            if let (Some(sheet), true) = (&table.sheet, table.rows.iter().any(|r| !r.is_blank())) {
                notes.push(format!("工作表“{sheet}”没有网址一列，未读取"));
            }
            continue;
        };
        read_any = true;
        for row in &table.rows[body..] {
            match entry(table, &columns, row) {
                Ok(None) => {}
                Err(fault) => faults.push(*fault),
                Ok(Some(entry)) => {
                    let place = spot(table, row);
                    match seen.get(entry.url.as_str()) {
                        Some(first) => {
                            notes.push(format!("{place}与{first}网址相同（{}），只巡检一次", entry.url))
                        }
                        None => {
                            seen.insert(entry.url.as_str().to_owned(), place);
                            list.entries.push(entry);
                        }
                    }
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(SitesFault::Rows { path: path.into(), faults });
    }
    if !read_any {
        let first = tables.iter().flat_map(|t| &t.rows).find(|r| !r.is_blank());
        return Err(match first {
            None => SitesFault::Empty { path: path.into() },
            Some(row) => SitesFault::NoUrlColumn { path: path.into(), headings: headings(row) },
        });
    }
    if list.entries.is_empty() {
        return Err(SitesFault::NoSites { path: path.into() });
    }
    let more = notes.len().saturating_sub(MAX_NOTES);
    notes.truncate(MAX_NOTES);
    if more > 0 {
        notes.push(format!("另有 {more} 处同样情况"));
    }
    list.notes = notes;
    Ok(list)
}

/// The columns of a table and the index of the first row below its headings.
fn heading(path: &Path, table: &Table) -> Result<Option<(Columns, usize)>, SitesFault> {
    let upper = table.rows.iter().enumerate().filter(|(_, r)| !r.is_blank()).take(HEADING_WITHIN);
    for (at, row) in upper {
        match Columns::of(row) {
            Some(Ok(columns)) => return Ok(Some((columns, at + 1))),
            Some(Err(twice)) => {
                return Err(SitesFault::TwiceColumn {
                    path: path.into(),
                    sheet: table.sheet.clone(),
                    heading: twice.heading,
                    first: letter(twice.first),
                    second: letter(twice.second),
                });
            }
            None => {}
        }
    }
    // A plain list of addresses needs no heading.
    let plain = table.rows.iter().all(|r| r.cells.iter().skip(1).all(|cell| cell.trim().is_empty()));
    let first = table.rows.iter().find(|r| !r.is_blank());
    match plain && first.is_some_and(|r| start_address(r.cell(0)).is_ok()) {
        true => Ok(Some((Columns::addresses_only(), 0))),
        false => Ok(None),
    }
}

/// A row as an entry; `None` for a blank row and for headings that come again.
fn entry(table: &Table, columns: &Columns, row: &TableRow) -> Result<Option<SiteEntry>, Box<RowFault>> {
    // Headings come again where a printed list was pasted together, or where they were merged over two rows.
    if row.is_blank() || Columns::of(row).is_some() {
        return Ok(None);
    }
    let text = |field| columns.place(field).map_or("", |at| row.cell(at));
    let url = start_address(text(Field::Url)).map_err(|why| {
        let column = columns.place(Field::Url).unwrap_or(0);
        let advice = match text(Field::Url).is_empty() {
            true => "。请补上网址，或删去这一行".to_owned(),
            false => String::new(),
        };
        Box::new(RowFault {
            sheet: table.sheet.clone(),
            row: row.number,
            column: letter(column),
            heading: heading_of(table, column, row.number),
            value: shortened(text(Field::Url)),
            why: format!("{why}{advice}"),
        })
    })?;
    let line = |field| text(field).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut entry = SiteEntry::of_url(url);
    if !text(Field::Name).is_empty() {
        entry.name = line(Field::Name);
    }
    entry.unit = line(Field::Unit);
    entry.level = line(Field::Level);
    entry.region = line(Field::Region);
    entry.kind = line(Field::Kind);
    entry.site_id_code = line(Field::SiteIdCode);
    Ok(Some(entry))
}

fn heading_of(table: &Table, column: usize, below: usize) -> String {
    let row = table.rows.iter().take_while(|r| r.number < below).find(|r| Columns::of(r).is_some());
    row.map_or(String::new(), |r| shortened(r.cell(column)))
}

fn headings(row: &TableRow) -> Vec<String> {
    row.cells.iter().map(|c| shortened(c.trim())).filter(|c| !c.is_empty()).take(12).collect()
}

fn spot(table: &Table, row: &TableRow) -> String {
    match &table.sheet {
        Some(sheet) => format!("工作表“{sheet}”第 {} 行", row.number),
        None => format!("第 {} 行", row.number),
    }
}
