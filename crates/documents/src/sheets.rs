//! Workbooks of today: rows of every sheet, hidden ones told as such. Clause N2.2.
//!
//! Cells are taken as they come and never spread out: a sheet with two cells a million rows apart costs two cells.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, DataRef, DataType, Reader, SheetVisible, Xlsx};
use quick_xml::events::Event;

use crate::archive::Archive;
use crate::claim::Fault;
use crate::story::{self, Format, Places};
use crate::text::Text;
use crate::{bounds, office};

/// Comments and drawings of a sheet: each a list of runs.
const COMMENT: Format =
    Format { paragraph: &["comment", "p", "text"], run: &["t"], row: &[], cell: &[], table: &[], blank: &[] };

pub fn read(bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    let mut archive = Archive::open(bytes)?;
    // The library unpacks without a bound of its own.
    archive.weigh(text)?;
    if claims_more_strings_than_it_holds(&mut archive, text) {
        return Err(Fault::Damaged("共用文字表有误"));
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Fault::Damaged("工作簿结构不完整"))?;
    let sheets: Vec<(String, SheetVisible)> =
        book.sheets_metadata().iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect();
    let mut damaged = false;
    for (i, (name, visible)) in sheets.iter().enumerate() {
        let mut rows = Rows::new(sheet_place(name, *visible), text);
        rows.hidden = hidden_columns(&mut archive, i + 1, rows.text);
        let Ok(mut reader) = book.worksheet_cells_reader(name) else {
            damaged = true;
            continue;
        };
        loop {
            match reader.next_cell() {
                Ok(Some(cell)) => {
                    let (row, column) = cell.get_position();
                    rows.cell(row, column, &shown(cell.get_value()));
                }
                Ok(None) => break,
                Err(_) => {
                    damaged = true;
                    break;
                }
            }
            if rows.is_full() {
                break;
            }
        }
        rows.end();
    }
    for (folder, place) in
        [("xl/comments", "批注"), ("xl/threadedComments", "批注"), ("xl/drawings/drawing", "文本框")]
    {
        for name in archive.parts(folder, ".xml") {
            // Measured above: what is unpacked again here is bounded as well.
            if let Some(xml) = archive.part(&name, text) {
                story::read(&xml, &COMMENT, &Places::Hidden(place), text);
            }
        }
    }
    office::properties(&mut archive, text);
    if damaged { Err(Fault::Damaged("有工作表无法读取")) } else { Ok(()) }
}

/// Whether the table of shared strings claims more of them than its bytes can hold: the library makes room for as many
/// as are claimed before it reads any.
fn claims_more_strings_than_it_holds(archive: &mut Archive<'_>, text: &mut Text) -> bool {
    // `<si/>` is the shortest.
    const SHORTEST: usize = 5;
    let tables: Vec<String> = archive
        .names
        .iter()
        .filter(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"))
        .cloned()
        .collect();
    tables.iter().any(|name| {
        let Some(xml) = archive.part(name, text) else { return true };
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().check_end_names = false;
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) if element.local_name().as_ref() == "sst" => {
                    let claimed =
                        story::attribute(&element, "uniqueCount").and_then(|n| n.trim().parse::<u64>().ok());
                    return claimed.is_some_and(|n| n > (xml.len() / SHORTEST) as u64);
                }
                Ok(Event::Eof) | Err(_) => return false,
                Ok(_) => {}
            }
        }
    })
}

fn sheet_place(name: &str, visible: SheetVisible) -> String {
    match visible {
        SheetVisible::Visible => format!("工作表“{name}”"),
        SheetVisible::Hidden | SheetVisible::VeryHidden => format!("隐藏的工作表“{name}”"),
    }
}

/// Joins cells to rows as they come.
pub struct Rows<'t> {
    place: String,
    table: u32,
    text: &'t mut Text,
    row: Option<u32>,
    line: String,
    columns: u32,
    /// Columns that are not shown.
    hidden: BTreeSet<u32>,
    holds_hidden: bool,
    cells: usize,
}

impl<'t> Rows<'t> {
    pub fn new(place: String, text: &'t mut Text) -> Rows<'t> {
        let table = text.new_table();
        let (line, hidden) = (String::new(), BTreeSet::new());
        Rows { place, table, text, row: None, line, columns: 0, hidden, holds_hidden: false, cells: 0 }
    }

    pub fn cell(&mut self, row: u32, column: u32, value: &str) {
        self.cells += 1;
        if self.row != Some(row) {
            self.end_row();
            self.row = Some(row);
        }
        if column >= bounds::COLUMNS || self.line.len() >= bounds::PASSAGE {
            self.text.cut();
            return;
        }
        // Cells of a row come in order; one that comes late is put at the end.
        while self.columns < column {
            self.line.push('\t');
            self.columns += 1;
        }
        self.holds_hidden |= self.hidden.contains(&column) && !value.trim().is_empty();
        self.line.extend(value.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
    }

    /// Columns that are not shown.
    pub fn hide(&mut self, columns: std::ops::RangeInclusive<u32>) {
        self.hidden.extend(columns);
    }

    /// Whether no more is kept; notes that something was left out.
    pub fn is_full(&mut self) -> bool {
        let full = self.cells >= bounds::CELLS || self.text.is_full();
        if full {
            self.text.cut();
        }
        full
    }

    pub fn end(mut self) {
        self.end_row();
    }

    fn end_row(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(row) = self.row.take() {
            let hidden = if std::mem::take(&mut self.holds_hidden) { "（含隐藏列）" } else { "" };
            self.text.add(&format!("{}第 {} 行{hidden}", self.place, row + 1), &line, Some(self.table));
        }
        self.columns = 0;
    }
}

/// The columns of a sheet that are not shown. Sheets are taken to be numbered as they are listed, as all programs do.
fn hidden_columns(archive: &mut Archive<'_>, number: usize, text: &mut Text) -> BTreeSet<u32> {
    let mut hidden = BTreeSet::new();
    let Some(xml) = archive.part(&format!("xl/worksheets/sheet{number}.xml"), text) else { return hidden };
    let mut reader = quick_xml::Reader::from_str(&xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => match element.local_name().as_ref() {
                "col" if story::attribute(&element, "hidden").is_some_and(|v| v == "1" || v == "true") => {
                    let number = |name| story::attribute(&element, name).and_then(|v| v.parse::<u32>().ok());
                    let (Some(first), Some(last)) = (number("min"), number("max")) else { continue };
                    hidden.extend(first.saturating_sub(1)..last.min(bounds::COLUMNS));
                }
                // Columns stand before the cells.
                "sheetData" => break,
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    hidden
}

/// A value as readers see it: whole numbers without a point or exponent, days as days.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Float(f) => whole_or_not(*f),
        other => match Data::from(other.clone()) {
            day @ Data::DateTime(_) => day.as_date().map_or_else(|| day.to_string(), |date| date.to_string()),
            value => value.to_string(),
        },
    }
}

/// A number as a sheet shows it. Beyond fifteen digits it has lost some, and is no number of anybody.
pub fn whole_or_not(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{}", number as i64)
    } else {
        number.to_string()
    }
}
