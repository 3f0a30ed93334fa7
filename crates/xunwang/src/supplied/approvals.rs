//! The ledger of approved links as a table. Clauses N2.4, N5.6.
//!
//! A row is an approval, or blank, or a fault with row and column; nothing is left out silently.

use std::path::Path;

use checks::approvals::{Approval, Approvals, Pattern};
use jiff::civil::Date;

use super::{ListFault, Why};
use crate::sites::plain;
use platform::table::{self, HEADING_WITHIN, RowFault, Table, TableRow, letter, shortened};

const WHAT: &str = "链接审批台账";

/// The fields of an approval.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Target,
    Name,
    Unit,
    Purpose,
    ApprovedBy,
    ApprovedOn,
    ExpiresOn,
}

const FIELDS: usize = 7;

/// Headings of each field, the most telling first.
const HEADINGS: [(Field, &[&str]); FIELDS] = [
    (Field::Target, &["target", "链接地址", "链接网址", "网址", "目标网址", "地址", "链接", "域名", "url"]),
    (Field::Name, &["name", "名称", "链接名称", "网站名称", "标题"]),
    (Field::Unit, &["unit", "单位", "主办单位", "对方单位", "所属单位"]),
    (Field::Purpose, &["purpose", "用途", "链接用途", "事由"]),
    (Field::ApprovedBy, &["approved_by", "审批人", "批准人", "审核人"]),
    (Field::ApprovedOn, &["approved_on", "审批日期", "批准日期", "审批时间"]),
    (Field::ExpiresOn, &["expires_on", "到期日期", "有效期至", "到期时间", "失效日期"]),
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

fn is_heading(columns: &Columns) -> bool {
    columns[Field::Target as usize].is_some()
}

/// Reads the ledger.
pub(super) fn read(path: &Path) -> Result<Approvals, ListFault> {
    let fault = |why| ListFault { what: WHAT, path: path.to_owned(), why };
    let known = |row: &TableRow| columns(row).iter().flatten().count();
    let bytes = table::bytes(path).map_err(|why| fault(Why::Table(why)))?;
    let tables = table::tables(&bytes, &known).map_err(|why| fault(Why::Table(why)))?;
    let (mut approvals, mut faults, mut any) = (Vec::new(), Vec::new(), false);
    for table in &tables {
        let upper = table.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()).take(HEADING_WITHIN);
        let head = upper.map(|(at, row)| (at, columns(row))).find(|(_, columns)| is_heading(columns));
        let Some((at, columns)) = head else { continue };
        any = true;
        for row in table.rows[at + 1..].iter().filter(|row| !row.is_blank()) {
            match approval(table, &table.rows[at], &columns, row) {
                Ok(approval) => approvals.push(approval),
                Err(mut wrong) => faults.append(&mut wrong),
            }
        }
    }
    if !faults.is_empty() {
        return Err(fault(Why::Rows(faults)));
    }
    if !any {
        let first = tables.iter().flat_map(|t| &t.rows).find(|row| !row.is_blank());
        let seen = first.map_or(Vec::new(), |row| {
            row.cells.iter().map(|c| shortened(c.trim())).filter(|c| !c.is_empty()).take(12).collect()
        });
        return Err(fault(Why::NoColumn { wanted: "“链接地址”（target）", seen }));
    }
    Ok(Approvals::new(approvals))
}

/// A row as an approval; all that is wrong with it otherwise.
fn approval(
    table: &Table,
    head: &TableRow,
    columns: &Columns,
    row: &TableRow,
) -> Result<Approval, Vec<RowFault>> {
    let text = |field: Field| columns[field as usize].map_or("", |at| row.cell(at));
    let mut faults = Vec::new();
    let mut wrong = |field: Field, why: String| {
        let column = columns[field as usize].unwrap_or(0);
        faults.push(RowFault {
            sheet: table.sheet.clone(),
            row: row.number,
            column: letter(column),
            heading: shortened(head.cell(column)),
            value: shortened(text(field)),
            why,
        });
    };
    let target = Pattern::parse(text(Field::Target)).map_err(|why| wrong(Field::Target, why)).ok();
    let mut day = |field: Field| match text(field) {
        "" => None,
        written => match date(written) {
            Some(day) => Some(day),
            None => {
                wrong(field, "不是日期，应写成 2026-06-15".into());
                None
            }
        },
    };
    let (approved_on, expires_on) = (day(Field::ApprovedOn), day(Field::ExpiresOn));
    if let (Some(from), Some(to)) = (approved_on, expires_on)
        && to < from
    {
        wrong(Field::ExpiresOn, format!("早于审批日期 {from}"));
    }
    match target {
        Some(target) if faults.is_empty() => Ok(Approval {
            target,
            name: text(Field::Name).to_owned(),
            unit: text(Field::Unit).to_owned(),
            purpose: text(Field::Purpose).to_owned(),
            approved_by: text(Field::ApprovedBy).to_owned(),
            approved_on,
            expires_on,
        }),
        _ => Err(faults),
    }
}

/// `2026-06-15`, `2026/6/15`, `2026.6.15`, `20260615`, `2026年6月15日`, with or without a time behind.
fn date(text: &str) -> Option<Date> {
    let text = text.split([' ', 'T']).next()?.trim();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok();
    }
    let mut parts = text.split(['-', '/', '.', '年', '月', '日']).filter(|p| !p.is_empty());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && year.len() == 4;
    whole.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()).flatten()
}
