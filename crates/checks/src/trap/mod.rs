//! Endless series of addresses: calendars, faceted queries, ever-deeper relative paths. Clause N2.1.
//!
//! Bookkeeping over addresses and hashes of answers; nothing is asked here. A large site is no trap: pages are never
//! cut off for their number alone, only for addresses that nobody can mean and answers that repeat themselves.

mod look;
mod table;

use url::Url;

pub use look::shape;
use look::{Path, hash};
use table::Table;

/// Longer addresses are cut off or refused by servers and proxies here and there.
pub const MAX_ADDRESS_BYTES: usize = 2_048;
/// Columns within columns go six or seven deep; three times that is a relative link that feeds on itself.
pub const MAX_SEGMENTS: usize = 20;
/// A path in which one and the same sequence of segments stands so often in a row (`/a/b/a/b/a/b/`).
pub const MAX_REPEATS: usize = 3;
/// More parameters than any form has fields.
pub const MAX_PARAMETERS: usize = 24;
/// Different orders of parameter names (digits put aside) for one path. A form with five optional fields makes 32.
pub const MAX_NAME_ORDERS: u32 = 200;
/// Queries of one path with the same names, when four parameters and more vary and none of them is a number of
/// pages: the product of some filters.
pub const MAX_FILTER_PRODUCTS: u32 = 5_000;
/// Parameters that must vary for a product of filters, and values each must have.
const FILTERS: usize = 4;
const FILTER_VALUES: u32 = 4;
/// A parameter with so many of 64 possible marks set has well over a hundred values: it numbers pages.
const NUMBERING_MARKS: u32 = 56;
/// Dates before [`FIRST_YEAR`] or after next year's end are let through this often for one kind of address: a
/// timeline from 1921 on is no calendar.
pub const MAX_FAR_DATES: u32 = 60;
/// No Chinese government website has a calendar for the years before.
pub const FIRST_YEAR: i16 = 1980;
/// Plans reach into the year after next.
pub const YEARS_AHEAD: i16 = 2;
/// Pages of one shape in a row with the same content.
pub const MAX_SAME_CONTENT: u32 = 200;
/// Kinds of addresses that are remembered in each table; at 104 bytes at most, 7 MiB.
const MAX_REMEMBERED: usize = 65_536;

/// Why an address is taken for part of an endless series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapReason {
    TooLong,
    TooDeep,
    Repeating,
    FarDate,
    Filters,
    SameContent,
}

impl TrapReason {
    pub const ALL: [TrapReason; 6] = [
        TrapReason::TooLong,
        TrapReason::TooDeep,
        TrapReason::Repeating,
        TrapReason::FarDate,
        TrapReason::Filters,
        TrapReason::SameContent,
    ];

    /// For screens.
    pub fn label(self) -> &'static str {
        match self {
            TrapReason::TooLong => "地址过长",
            TrapReason::TooDeep => "路径层级过深，相对链接可能逐层叠加",
            TrapReason::Repeating => "路径中同一段目录反复出现，相对链接逐层叠加",
            TrapReason::FarDate => "日历翻到了很远的年份",
            TrapReason::Filters => "筛选条件任意组合，地址没有穷尽",
            TrapReason::SameContent => "大量不同地址返回同一内容",
        }
    }
}

/// What is remembered of the addresses of one run. Its size is bounded, whatever a site does.
pub struct TrapWatch {
    latest_year: i16,
    /// By path and order of names.
    queries: Table<Query>,
    /// By path: orders of names seen.
    orders: Table<u32>,
    /// By shape: addresses with a far date.
    far_dates: Table<u32>,
    /// By shape: contents seen.
    contents: Table<Content>,
    closed: Table<()>,
}

/// Queries of one path with the same names.
#[derive(Clone, Copy, Default)]
struct Query {
    count: u32,
    /// For each parameter a set of 64 marks, one set for each value's hash.
    marks: [u64; 8],
}

#[derive(Clone, Copy)]
struct Content {
    hash: u64,
    /// Pages in a row with this content.
    run: u32,
    /// How often the content changed.
    changes: u32,
}

impl TrapWatch {
    /// `current_year` is the year of the run.
    pub fn new(current_year: i16) -> TrapWatch {
        TrapWatch {
            latest_year: current_year.saturating_add(YEARS_AHEAD),
            queries: Table::new(MAX_REMEMBERED),
            orders: Table::new(MAX_REMEMBERED),
            far_dates: Table::new(MAX_REMEMBERED),
            contents: Table::new(MAX_REMEMBERED),
            closed: Table::new(MAX_REMEMBERED),
        }
    }

    /// Whether an address that was not met before may be asked. Call it once for each.
    pub fn admit(&mut self, url: &Url) -> Result<(), TrapReason> {
        if url.as_str().len() > MAX_ADDRESS_BYTES {
            return Err(TrapReason::TooLong);
        }
        let path = Path::of(url);
        if path.segments > MAX_SEGMENTS {
            return Err(TrapReason::TooDeep);
        }
        if path.segments >= 2 * MAX_REPEATS && look::repeats(url.path()) {
            return Err(TrapReason::Repeating);
        }
        if !self.closed.is_empty() && self.closed.get(look::shape_hash(url)).is_some() {
            return Err(TrapReason::SameContent);
        }
        if let Some(year) = look::calendar_year(url)
            && !(FIRST_YEAR..=self.latest_year).contains(&year)
        {
            let seen = self.far_dates.entry(look::shape_hash(url), || 0);
            *seen += 1;
            if *seen > MAX_FAR_DATES {
                return Err(TrapReason::FarDate);
            }
        }
        match url.query() {
            Some(query) if !query.is_empty() => self.admit_query(path.hash, query),
            _ => Ok(()),
        }
    }

    /// Notes the content of a page that was answered. Not to be called for pages that are not there: a hundred
    /// dead links with the same notice are a hundred findings.
    pub fn page_seen(&mut self, url: &Url, body_hash: u64) {
        if !look::is_one_of_many(url) {
            return;
        }
        let shape = look::shape_hash(url);
        let content = self.contents.entry(shape, || Content { hash: body_hash, run: 0, changes: 0 });
        if content.hash == body_hash {
            content.run += 1;
        } else {
            *content = Content { hash: body_hash, run: 1, changes: content.changes.saturating_add(1) };
        }
        // Where contents differed before, an odd stretch of placeholders is no trap.
        if content.run >= MAX_SAME_CONTENT && content.run >= content.changes {
            self.closed.entry(shape, || ());
        }
    }

    fn admit_query(&mut self, path: u64, query: &str) -> Result<(), TrapReason> {
        let names = look::names(query);
        if names.count > MAX_PARAMETERS {
            return Err(TrapReason::Filters);
        }
        let key = hash(&(path, names.hash));
        if self.queries.get(key).is_none() {
            let orders = self.orders.entry(path, || 0);
            if *orders >= MAX_NAME_ORDERS {
                return Err(TrapReason::Filters);
            }
            *orders += 1;
        }
        let seen = self.queries.entry(key, Query::default);
        seen.count = seen.count.saturating_add(1);
        for (marks, parameter) in seen.marks.iter_mut().zip(query.split('&')) {
            *marks |= 1 << (hash(parameter) & 63);
        }
        if seen.count > MAX_FILTER_PRODUCTS && is_product(&seen.marks) {
            return Err(TrapReason::Filters);
        }
        Ok(())
    }
}

fn is_product(marks: &[u64; 8]) -> bool {
    let values = marks.map(u64::count_ones);
    values.iter().all(|v| *v < NUMBERING_MARKS)
        && values.iter().filter(|v| **v >= FILTER_VALUES).count() >= FILTERS
}

#[cfg(test)]
mod tests;
