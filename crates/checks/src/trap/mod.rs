//! Endless series of addresses: calendars, faceted queries, ever-deeper relative paths. Clause N2.1.
//!
//! Bookkeeping over addresses and hashes of answers; nothing is asked here. A large site is no trap: pages are never
//! cut off for their number alone, only for addresses that nobody can mean and answers that repeat themselves.

mod look;
mod queries;
mod table;

use url::Url;

use look::Path;
pub use look::shape;
use queries::Queries;
pub use queries::{MAX_COMBINATIONS, MAX_NAME_ORDERS, MAX_PARAMETERS, MAX_REORDERED};
use table::Table;

/// Longer addresses are cut off or refused by servers and proxies here and there.
pub const MAX_ADDRESS_BYTES: usize = 2_048;
/// Columns within columns go six or seven deep; three times that is a relative link that feeds on itself.
pub const MAX_SEGMENTS: usize = 20;
/// A path in which one and the same sequence of segments stands so often in a row (`/a/b/a/b/a/b/`) …
pub const MAX_REPEATS: usize = 3;
/// … or one segment so often anywhere, numbers apart.
pub const MAX_SAME_SEGMENT: usize = 4;
/// Dates before [`FIRST_YEAR`] or after next year's end are let through this often for one kind of address: a
/// timeline from 1921 on is no calendar.
pub const MAX_FAR_DATES: u32 = 60;
/// No Chinese government website has a calendar for the years before.
pub const FIRST_YEAR: i16 = 1980;
/// Plans reach into the year after next.
pub const YEARS_AHEAD: i16 = 2;
/// Pages of one shape in a row with the same content.
pub const MAX_SAME_CONTENT: u32 = 200;
/// Shapes of addresses that are remembered in each table; 2 MiB each.
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
    queries: Queries,
    /// By shape: addresses with a far date.
    far_dates: Table<u32>,
    /// By shape: contents seen.
    contents: Table<Content>,
    closed: Table<()>,
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
            queries: Queries::new(),
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
        if path.segments >= MAX_SAME_SEGMENT && look::repeats(url.path()) {
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
            Some(query) if !query.is_empty() && !self.queries.admit(path.hash, query) => {
                Err(TrapReason::Filters)
            }
            _ => Ok(()),
        }
    }

    /// Notes the content of a page that was answered: best a hash of its title and text, numbers included, because
    /// the links of an endless series differ. Not to be called for pages that are not there: a hundred dead links
    /// with the same notice are a hundred findings.
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
}

#[cfg(test)]
mod tests;
