//! The columns of a site and how fresh they are, as the report shows them. Clause N2.1.
//!
//! Shows what was read; whether a stale column is a fault is the rules' word.

use checks::column::{ColumnKind, ColumnSeen};
use jiff::civil::Date;
use serde::Serialize;

use super::Link;
use crate::text::clean;

/// Columns shown on the page; the sheet has all of them.
pub const MOST_COLUMNS: usize = 200;

/// A row of the table of columns.
#[derive(Serialize)]
pub struct Column {
    pub page: Link,
    #[serde(skip)]
    pub url: String,
    pub name: String,
    pub kind: &'static str,
    pub items: u64,
    pub dated: u64,
    pub newest: Option<String>,
    /// Days from the newest item to the day of the run.
    pub days: Option<i32>,
    /// How long it may stay as it is.
    pub period: Option<String>,
    /// A word for its state, and the level whose colour it has.
    pub state: &'static str,
    pub level: &'static str,
}

/// The columns, the home page first, then what needs looking at, then the oldest.
pub fn columns(seen: Vec<ColumnSeen>, today: Option<Date>) -> Vec<Column> {
    let mut list: Vec<(bool, u8, Column)> = seen
        .into_iter()
        .map(|column| {
            let (state, level, rank) = state(&column, today);
            let days =
                today.zip(column.newest).and_then(|(t, n)| n.until(t).ok()).map(|span| span.get_days());
            let shown = Column {
                page: Link::new(&column.url),
                name: clean(&column.name, 60),
                kind: column.kind.label(),
                items: column.items as u64,
                dated: column.dated as u64,
                newest: column.newest.map(|d| d.to_string()),
                days,
                period: column.kind.period().map(|p| p.label()),
                state,
                level,
                url: column.url,
            };
            (column.kind != ColumnKind::Home, rank, shown)
        })
        .collect();
    list.sort_by(|a, b| (a.0, a.1, &a.2.newest, &a.2.url).cmp(&(b.0, b.1, &b.2.newest, &b.2.url)));
    list.into_iter().map(|(_, _, column)| column).collect()
}

/// The state in a word, its colour, and its place in the table.
fn state(column: &ColumnSeen, today: Option<Date>) -> (&'static str, &'static str, u8) {
    if column.empty {
        return ("空白", "fault", 0);
    }
    let Some(newest) = column.newest else {
        return if column.items > 0 { ("没有日期", "warning", 2) } else { ("没有列表", "plain", 4) };
    };
    let Some(period) = column.kind.period() else { return ("按需更新", "plain", 4) };
    match today.and_then(|t| period.since(t)) {
        Some(since) if newest < since => ("超期未更新", "fault", 1),
        _ => ("按期", "good", 3),
    }
}
