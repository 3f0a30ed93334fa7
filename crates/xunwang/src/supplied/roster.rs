//! The roster of who holds which office (领导名录), from the user's table. Clause N2.2.
//!
//! Reads cells; what they mean is read in `checks::roster`, and what they mean for a page is judged there.

use std::path::Path;

use checks::roster::{Holder, RosterFault, holders};

use super::{ListFault, Why};
use crate::sites::plain;
use platform::table::{self, RowFault, TableRow, letter, shortened};

const WHAT: &str = "领导名录";
/// Headings that tell the separator of a text file.
const HEADINGS: [&str; 10] = ["姓名", "职务", "单位", "起", "止", "name", "title", "unit", "since", "until"];

/// Reads the roster; all sheets of a workbook that have its headings count.
pub(super) fn read(path: &Path) -> Result<Vec<Holder>, ListFault> {
    let fault = |why| ListFault { what: WHAT, path: path.to_owned(), why };
    let known = |row: &TableRow| {
        row.cells.iter().filter(|cell| HEADINGS.iter().any(|h| plain(cell) == plain(h))).count()
    };
    let bytes = table::bytes(path).map_err(|why| fault(Why::Table(why)))?;
    let tables = table::tables(&bytes, &known).map_err(|why| fault(Why::Table(why)))?;
    let (mut list, mut faults, mut headed) = (Vec::new(), Vec::new(), false);
    for table in &tables {
        let rows: Vec<(usize, Vec<String>)> =
            table.rows.iter().map(|row| (row.number, row.cells.clone())).collect();
        match holders(&rows) {
            Ok(more) => {
                headed = true;
                list.extend(more);
            }
            Err(wrong) => {
                let cells = wrong.into_iter().filter_map(|w| row_fault(w, table.sheet.as_ref()));
                let before = faults.len();
                faults.extend(cells);
                headed |= faults.len() > before;
            }
        }
    }
    if !headed {
        let seen = tables.first().and_then(|t| t.rows.first()).map(|row| row.cells.clone());
        return Err(fault(Why::NoColumn {
            wanted: "“姓名”和“职务”", seen: seen.unwrap_or_default()
        }));
    }
    if faults.is_empty() { Ok(list) } else { Err(fault(Why::Rows(faults))) }
}

fn row_fault(fault: RosterFault, sheet: Option<&String>) -> Option<RowFault> {
    match fault {
        RosterFault::NoHeadings => None,
        RosterFault::Cell { row, column, heading, value, why } => Some(RowFault {
            sheet: sheet.cloned(),
            row,
            column: letter(column.saturating_sub(1)),
            heading: heading.to_owned(),
            value: shortened(&value),
            why: why.to_owned(),
        }),
    }
}
