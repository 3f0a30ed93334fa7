//! Paragraphs and tables of the XML formats, read in one pass without recursion. Serves N2.2.
//!
//! Entities that a file declares are never expanded, so none can grow; nesting costs a counter.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::text::Text;

/// Which elements of a format carry text, by local name.
pub struct Format {
    pub paragraph: &'static [&'static str],
    /// Elements whose content is text; empty: everything in a paragraph.
    pub run: &'static [&'static str],
    pub row: &'static [&'static str],
    pub cell: &'static [&'static str],
    pub table: &'static [&'static str],
    /// Elements that stand for a blank.
    pub blank: &'static [&'static str],
}

pub const OOXML: Format = Format {
    paragraph: &["p"],
    run: &["t"],
    row: &["tr"],
    cell: &["tc"],
    table: &["tbl"],
    blank: &["tab", "br", "cr"],
};
pub const ODF: Format = Format {
    paragraph: &["p", "h"],
    run: &[],
    row: &["table-row"],
    cell: &["table-cell", "covered-table-cell"],
    table: &["table"],
    blank: &["tab", "line-break", "s"],
};
/// GB/T 33190: text objects, each with its codes; they are lines rather than paragraphs.
pub const OFD: Format =
    Format { paragraph: &["TextObject"], run: &["TextCode"], row: &[], cell: &[], table: &[], blank: &[] };

/// Texts of properties: each element by itself.
pub const PROPERTIES: Format = Format {
    paragraph: &[
        "creator",
        "lastModifiedBy",
        "title",
        "subject",
        "description",
        "keywords",
        "Company",
        "Manager",
        "initial-creator",
    ],
    run: &[],
    row: &[],
    cell: &[],
    table: &[],
    blank: &[],
};

/// How the places of a story are told.
pub enum Places<'a> {
    /// `第 3 段`, `第 1 个表格第 2 行`.
    Counted,
    /// All the same: `页眉`, `第 2 张幻灯片`.
    Same(&'a str),
    /// Text that readers do not see at once.
    Hidden(&'a str),
}

/// The value of an attribute by its local name.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// Adds the text of one part.
pub fn read(xml: &str, format: &Format, places: &Places<'_>, text: &mut Text) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut story = Story::new(format, places, text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => story.start(&element, false),
            Ok(Event::Empty(element)) => story.start(&element, true),
            Ok(Event::End(element)) => story.end(element.local_name().as_ref()),
            Ok(Event::Text(run)) => story.run(&run.xml10_content()),
            Ok(Event::CData(run)) => story.run(&run.xml10_content()),
            Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                Ok(Some(c)) => story.run(c.encode_utf8(&mut [0; 4])),
                _ => story.run(predefined(name.as_ref())),
            },
            Ok(Event::Eof) => break,
            // What follows a slip of the markup is read as far as it goes.
            Err(_) => {
                story.text.cut();
                break;
            }
            Ok(_) => {}
        }
        if story.text.is_full() {
            story.text.cut();
            break;
        }
    }
    story.end_paragraph();
    story.end_row();
}

/// The five entities of XML; any other is dropped, whatever the file declares.
fn predefined(name: &str) -> &'static str {
    match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => "",
    }
}

struct Story<'a> {
    format: &'a Format,
    places: &'a Places<'a>,
    text: &'a mut Text,
    paragraph: String,
    /// Tracked deletions and hidden runs of the paragraph.
    deleted: String,
    vanished: String,
    cell: String,
    row: String,
    /// How many elements of each sort are open.
    paragraphs_open: usize,
    runs_open: usize,
    rows_open: usize,
    /// Open elements whose content stands elsewhere a second time.
    skipped: usize,
    in_deletion: bool,
    is_vanished: bool,
    /// Ordinals for places.
    paragraphs: usize,
    tables: usize,
    rows: usize,
    table: Option<u32>,
    table_name: String,
}

impl<'a> Story<'a> {
    fn new(format: &'a Format, places: &'a Places<'a>, text: &'a mut Text) -> Story<'a> {
        Story {
            format,
            places,
            text,
            paragraph: String::new(),
            deleted: String::new(),
            vanished: String::new(),
            cell: String::new(),
            row: String::new(),
            paragraphs_open: 0,
            runs_open: 0,
            rows_open: 0,
            skipped: 0,
            in_deletion: false,
            is_vanished: false,
            paragraphs: 0,
            tables: 0,
            rows: 0,
            table: None,
            table_name: String::new(),
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, empty: bool) {
        let local = element.local_name();
        let name = local.as_ref();
        let has = |names: &[&str]| names.contains(&name);
        if has(self.format.blank) {
            self.push(" ");
        }
        if name == "vanish" && self.paragraphs_open > 0 {
            self.is_vanished = attribute(element, "val").is_none_or(|v| v != "0" && v != "false");
        }
        if empty {
            if has(self.format.cell) && self.rows_open == 1 {
                self.row.push('\t');
            }
            return;
        }
        if name == "Fallback" {
            self.skipped += 1;
        } else if name == "r" {
            self.is_vanished = false;
        } else if has(self.format.paragraph) {
            self.paragraphs_open += 1;
        } else if has(self.format.run) || name == "delText" {
            self.runs_open += 1;
            self.in_deletion = name == "delText";
        } else if has(self.format.table) && self.rows_open == 0 {
            self.tables += 1;
            self.rows = 0;
            self.table = Some(self.text.new_table());
            self.table_name = attribute(element, "name").unwrap_or_default();
        } else if has(self.format.row) {
            self.rows_open += 1;
        }
    }

    fn end(&mut self, name: &str) {
        let has = |names: &[&str]| names.contains(&name);
        if name == "Fallback" {
            self.skipped = self.skipped.saturating_sub(1);
        } else if has(self.format.paragraph) {
            self.end_paragraph();
            self.paragraphs_open = self.paragraphs_open.saturating_sub(1);
        } else if has(self.format.run) || name == "delText" {
            self.runs_open = self.runs_open.saturating_sub(1);
            self.in_deletion = false;
        } else if has(self.format.cell) && self.rows_open == 1 {
            let cell = std::mem::take(&mut self.cell);
            self.row.push_str(cell.trim());
            self.row.push('\t');
        } else if has(self.format.row) {
            self.rows_open = self.rows_open.saturating_sub(1);
            if self.rows_open == 0 {
                self.end_row();
            }
        } else if has(self.format.table) && self.rows_open == 0 {
            self.table = None;
        }
    }

    fn run(&mut self, run: &str) {
        let counts = self.runs_open > 0 || self.format.run.is_empty() && self.paragraphs_open > 0;
        if counts {
            self.push(run);
        }
    }

    fn push(&mut self, run: &str) {
        if self.skipped > 0 {
            return;
        }
        let into = match () {
            () if self.in_deletion => &mut self.deleted,
            () if self.is_vanished => &mut self.vanished,
            () => &mut self.paragraph,
        };
        if into.len() < crate::bounds::PASSAGE {
            into.push_str(run);
        }
    }

    fn end_paragraph(&mut self) {
        let deleted = std::mem::take(&mut self.deleted);
        self.text.add_hidden("修订中已删除的文字", &deleted);
        let vanished = std::mem::take(&mut self.vanished);
        self.text.add_hidden("隐藏文字", &vanished);
        self.is_vanished = false;
        let paragraph = std::mem::take(&mut self.paragraph);
        if self.rows_open > 0 {
            if self.cell.len() < crate::bounds::PASSAGE {
                self.cell.push(' ');
                self.cell.push_str(paragraph.trim());
            }
            return;
        }
        if paragraph.trim().is_empty() {
            return;
        }
        self.paragraphs += 1;
        match self.places {
            Places::Counted => self.text.add(&format!("第 {} 段", self.paragraphs), &paragraph, None),
            Places::Same(place) => self.text.add(place, &paragraph, None),
            Places::Hidden(place) => self.text.add_hidden(place, &paragraph),
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.cell.clear();
        if row.trim().is_empty() {
            return;
        }
        self.rows += 1;
        let at = match &*self.table_name {
            "" => format!("第 {} 个表格第 {} 行", self.tables, self.rows),
            name => format!("表“{name}”第 {} 行", self.rows),
        };
        let row = row.strip_suffix('\t').unwrap_or(&row);
        match self.places {
            Places::Counted => self.text.add(&at, row, self.table),
            Places::Same(place) => self.text.add(&format!("{place}{at}"), row, self.table),
            Places::Hidden(place) => self.text.add_hidden(&format!("{place}{at}"), row),
        }
    }
}
