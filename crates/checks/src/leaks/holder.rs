//! Whose an account is: a body publishes its own so that people pay or donate. Serves N2.2.
//!
//! Only a name that stands with its label counts, and only where every name of the place is a body's.

use super::groups::may_hold_number;
use super::{Line, personal::last_chars};

/// What stands before or above the name that an account runs under.
const LABELS: &[&str] = &[
    "户名",
    "户名称",
    "账户名",
    "帐户名",
    "账户名称",
    "帐户名称",
    "账号名称",
    "帐号名称",
    "单位名称",
    "收款单位",
    "收款人",
    "收款方",
    "持卡人",
    "姓名",
    "户主",
];

/// How the names of bodies end.
const BODIES: &[&str] = &[
    "会",
    "局",
    "院",
    "所",
    "校",
    "站",
    "厅",
    "部",
    "队",
    "厂",
    "社",
    "中心",
    "公司",
    "财政",
    "基金",
    "政府",
    "办公室",
    "大学",
    "中学",
    "小学",
    "专户",
];
/// Shorter names may be people's.
const SHORTEST: usize = 4;
/// Names that are looked at in one line; accounts are told one or two at a time.
const MOST: usize = 16;

/// Whether the account in a line is a body's: by the name in the line, in its column, or, where the line names nobody,
/// in the lines `beside` it.
pub fn is_of_a_body(line: &Line<'_>, beside: &[&str]) -> bool {
    let own: Vec<&str> = holders(line.text).chain(in_column(line)).collect();
    if !own.is_empty() {
        return own.into_iter().all(is_body);
    }
    // A table of two columns may be one of labels and values, whose first row was taken for its head.
    let is_pair = |text: &str| text.split('\t').count() == 2;
    let may_be_named_beside = line.header.is_empty() || is_pair(line.header) && is_pair(line.text);
    if !may_be_named_beside {
        return false;
    }
    // A line with a number of its own tells of that.
    let around = beside.iter().copied().filter(|text| !may_hold_number(text)).chain([line.header]);
    let named: Vec<&str> = around.flat_map(holders).collect();
    !named.is_empty() && named.into_iter().all(is_body)
}

/// The names behind labels in a text.
fn holders(text: &str) -> impl Iterator<Item = &str> {
    let behind = move |label: &'static str| {
        text.match_indices(label).take(MOST).filter_map(move |(at, _)| {
            let rest = text.get(at + label.len()..)?;
            let value = rest.trim_start_matches(|c: char| c.is_whitespace() || "：:为是】]".contains(c));
            // A label is told by what parts it from its value.
            (value.len() < rest.len()).then_some(())?;
            let value = value.split(|c: char| c.is_whitespace() || "，,；;。、".contains(c)).next()?;
            (!value.is_empty()).then_some(value)
        })
    };
    LABELS.iter().copied().flat_map(behind)
}

/// The name in the line's column of names, if the table has one. Where the row is a label itself there is none.
fn in_column<'a>(line: &Line<'a>) -> Option<&'a str> {
    let column = line.header.split('\t').position(|cell| {
        let cell = cell.trim();
        LABELS.iter().any(|label| cell.ends_with(label))
    })?;
    let cell = line.text.split('\t').nth(column)?.trim();
    let is_label = ["号", "行", "名", "码"].iter().any(|end| cell.ends_with(end));
    (!cell.is_empty() && !is_label).then_some(cell)
}

fn is_body(name: &str) -> bool {
    // What is added in brackets is no part of the name.
    let name = name.split(['（', '(']).next().unwrap_or("").trim();
    name.chars().count() >= SHORTEST && BODIES.iter().any(|end| last_chars(name, SHORTEST).ends_with(end))
}
