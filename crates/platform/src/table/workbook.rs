//! Lists as workbooks: XLSX, XLS, ODS. Clauses N2.4, N2.7, N4.1.
//!
//! Numbers keep every digit, dates are dates, formulas give their last result; cells that were merged downwards
//! count for every row they span, as people mean them.

use std::io::Cursor;

use calamine::{Data, Range, Reader, SheetVisible, Sheets, open_workbook_auto_from_rs};

use super::{Table, TableFault, TableRow};

/// Above this a float no longer holds every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads every visible sheet.
pub(super) fn tables(bytes: &[u8]) -> Result<Vec<Table>, TableFault> {
    let unreadable = |e: &dyn std::fmt::Display| TableFault::Workbook { why: e.to_string() };
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let visible: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut tables = Vec::new();
    for name in visible {
        let range = book.worksheet_range(&name).map_err(|e| unreadable(&e))?;
        let mut rows = rows(&range);
        for merged in merged_downwards(&mut book, &name) {
            fill_down(&mut rows, &merged);
        }
        tables.push(Table { sheet: Some(name), rows });
    }
    Ok(tables)
}

fn rows(range: &Range<Data>) -> Vec<TableRow> {
    let (top, left) = range.start().unwrap_or((0, 0));
    range
        .rows()
        .enumerate()
        .map(|(at, cells)| TableRow {
            number: top as usize + at + 1,
            // Columns left of the used range keep their letters.
            cells: (0..left).map(|_| String::new()).chain(cells.iter().map(text)).collect(),
        })
        .collect()
}

/// A cell as a person reads it.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT => format!("{number:.0}"),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}

/// Rows and column of a merged block, counted from 0.
struct Merged {
    first_row: usize,
    last_row: usize,
    column: usize,
}

fn merged_downwards(book: &mut Sheets<Cursor<&[u8]>>, sheet: &str) -> Vec<Merged> {
    let Sheets::Xlsx(book) = book else { return Vec::new() };
    // A workbook whose merges cannot be read is still a list.
    let Ok(blocks) = book.merge_cells_by_sheet_name(sheet) else { return Vec::new() };
    blocks
        .into_iter()
        .filter(|block| block.end.0 > block.start.0 && block.start.1 == block.end.1)
        .map(|block| Merged {
            first_row: block.start.0 as usize,
            last_row: block.end.0 as usize,
            column: block.start.1 as usize,
        })
        .collect()
}

fn fill_down(rows: &mut [TableRow], merged: &Merged) {
    let spanned = |row: &TableRow| (merged.first_row..=merged.last_row).contains(&(row.number - 1));
    let Some(top) = rows.iter().find(|row| row.number == merged.first_row + 1) else { return };
    let value = top.cell(merged.column).to_owned();
    for row in rows.iter_mut().filter(|row| spanned(row) && !row.is_blank()) {
        if let Some(cell) = row.cells.get_mut(merged.column).filter(|cell| cell.is_empty()) {
            cell.clone_from(&value);
        }
    }
}
