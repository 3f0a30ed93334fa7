//! The users' list of sensitive words: one in a line, or a table with what to write instead. Clause N2.5.
//!
//! A row is a word, or blank, or a fault with row and column; nothing is left out silently.

use std::collections::HashMap;
use std::path::Path;

use base::Level;
use checks::words::{self, Listed, WordList};

use super::{ListFault, Why};
use crate::sites::plain;
use platform::table::{self, HEADING_WITHIN, RowFault, Table, TableRow, letter, shortened};

const WHAT: &str = "敏感词表";
/// Words of one list: the largest in use have some ten thousand.
const MOST_WORDS: usize = 200_000;

#[derive(Clone, Copy)]
enum Field {
    Word,
    Correct,
    Level,
    Note,
}

const FIELDS: usize = 4;

/// Headings of each field, the most telling first.
const HEADINGS: [(Field, &[&str]); FIELDS] = [
    (Field::Word, &["word", "词", "敏感词", "词语", "敏感词语", "关键词", "禁用词", "违禁词", "错误表述"]),
    (Field::Correct, &["suggestion", "建议", "建议用语", "替换为", "替换词", "应为", "规范表述", "正确表述"]),
    (Field::Level, &["level", "级别", "等级", "严重程度"]),
    (Field::Note, &["note", "说明", "备注", "原因", "理由", "依据"]),
];

type Columns = [Option<usize>; FIELDS];

fn columns(row: &TableRow) -> Columns {
    let words: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
    let mut out = [None; FIELDS];
    for (field, headings) in HEADINGS {
        out[field as usize] = headings.iter().find_map(|h| words.iter().position(|w| *w == plain(h)));
    }
    out
}

/// Reads the list.
pub(super) fn read(path: &Path) -> Result<WordList, ListFault> {
    let fault = |why| ListFault { what: WHAT, path: path.to_owned(), why };
    let known = |row: &TableRow| columns(row).iter().flatten().count();
    let bytes = table::bytes(path).map_err(|why| fault(Why::Table(why)))?;
    let tables = table::tables(&bytes, &known).map_err(|why| fault(Why::Table(why)))?;
    let mut rows = Rows::default();
    for table in &tables {
        let mut upper = table.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()).take(HEADING_WITHIN);
        let head = upper.find_map(|(at, row)| {
            let columns = columns(row);
            columns[Field::Word as usize].is_some().then_some((at, columns))
        });
        match head {
            Some((at, columns)) => {
                let below = table.rows[at + 1..].iter().filter(|row| !row.is_blank());
                below.for_each(|row| rows.add(table, Some(&table.rows[at]), &columns, row));
            }
            None => {
                let columns = [Some(0), None, None, None];
                let all = table.rows.iter().filter(|row| !row.is_blank() && !row.cell(0).starts_with('#'));
                all.for_each(|row| rows.add(table, None, &columns, row));
            }
        }
    }
    if !rows.faults.is_empty() {
        return Err(fault(Why::Rows(rows.faults)));
    }
    if rows.words.is_empty() {
        return Err(fault(Why::NoColumn { wanted: "“词”（word）", seen: Vec::new() }));
    }
    Ok(WordList::new(rows.words))
}

#[derive(Default)]
struct Rows {
    words: Vec<Listed>,
    /// Where each word stands among them, with its row.
    seen: HashMap<String, (usize, usize)>,
    faults: Vec<RowFault>,
    /// Whether it was told that there are too many.
    full: bool,
}

impl Rows {
    fn add(&mut self, table: &Table, head: Option<&TableRow>, columns: &Columns, row: &TableRow) {
        let text = |field: Field| columns[field as usize].map_or("", |at| row.cell(at));
        let faults = &mut self.faults;
        let mut wrong = |column: usize, why: String| {
            faults.push(RowFault {
                sheet: table.sheet.clone(),
                row: row.number,
                column: letter(column),
                heading: head.map_or(String::new(), |head| shortened(head.cell(column))),
                value: shortened(row.cell(column)),
                why,
            });
        };
        let before = self.words.len();
        let at = columns[Field::Word as usize].unwrap_or(0);
        let folded = words::plain(text(Field::Word)).map_err(|why| wrong(at, why.to_string())).ok();
        if head.is_none()
            && let Some(more) = (1..row.cells.len()).find(|n| !row.cell(*n).is_empty())
        {
            wrong(
                more,
                "没有表头的词表每行只写一个词；要写建议、级别，请在第一行加表头“词,建议,级别,说明”".into(),
            );
        }
        let level = match text(Field::Level) {
            "" => None,
            written => match written.to_ascii_lowercase().parse::<Level>() {
                Ok(level) => Some(level),
                Err(_) => {
                    let column = columns[Field::Level as usize].unwrap_or(0);
                    wrong(column, "不是级别，应为提示、警告、错误、严重之一".into());
                    None
                }
            },
        };
        let Some(folded) = folded else { return };
        let correct = text(Field::Correct).split(['、', ';', '；', '|']).map(str::trim);
        let listed = Listed {
            word: text(Field::Word).split_whitespace().collect::<Vec<_>>().join(" "),
            correct: correct.filter(|c| !c.is_empty()).map(str::to_owned).collect(),
            level,
            note: text(Field::Note).to_owned(),
        };
        if let Some((first, number)) = self.seen.get(&folded) {
            let same =
                self.words.get(*first).is_some_and(|f| f.correct == listed.correct && f.level == level);
            if !same {
                wrong(at, format!("与第 {number} 行是同一个词，建议或级别却不同，请只留一行"));
            }
            return;
        }
        if before == MOST_WORDS {
            if !std::mem::replace(&mut self.full, true) {
                wrong(at, format!("词数超过 {MOST_WORDS}，请删减"));
            }
            return;
        }
        self.seen.insert(folded, (before, row.number));
        self.words.push(listed);
    }
}
