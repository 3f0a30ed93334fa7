//! The lists that users supply beside the sites: approved links, closed domains, who holds which office, filters
//! for advertisements, sensitive words. Clauses N2.2, N2.4, N2.5, N4.2, N5.6.
//!
//! Reads and checks files before the first request; what the lists mean for a page is judged in `checks`.

mod approvals;
mod domains;
mod roster;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};

use checks::Known;
use checks::ads::AdFilters;

use platform::table::{RowFault, TableFault};

/// Files that hold the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// 链接审批台账
    pub approved_links: Option<PathBuf>,
    /// 已关停的政府网站域名
    pub closed_domains: Option<PathBuf>,
    /// 领导名录
    pub roster: Option<PathBuf>,
    /// 敏感词表
    pub words: Option<PathBuf>,
    /// Lists in the form of EasyList.
    pub ad_filters: Vec<PathBuf>,
}

/// Largest list of filters that is read; the largest that are published have some MiB.
const MAX_FILTERS: u64 = 32 << 20;
/// At most this many faulty rows are told; the rest is counted.
const LISTED: usize = 20;

/// Why a list cannot be used.
#[derive(Debug)]
pub struct ListFault {
    /// 链接审批台账 and so on.
    what: &'static str,
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Table(TableFault),
    /// The column that is missing, with its usual headings, and the headings that are there.
    NoColumn {
        wanted: &'static str,
        seen: Vec<String>,
    },
    Rows(Vec<RowFault>),
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.what, self.path.display())?;
        match &self.why {
            Why::Table(fault) => f.write_str(&fault.told()),
            Why::NoColumn { wanted, seen } => {
                write!(f, "找不到{wanted}一列")?;
                if !seen.is_empty() {
                    write!(f, "（第一行是：{}）", seen.join("、"))?;
                }
                write!(f, "。请在表头中加上这一列")
            }
            Why::Rows(faults) => {
                write!(f, "有 {} 处需要改正：", faults.len())?;
                for fault in faults.iter().take(LISTED) {
                    write!(f, "\n  {fault}")?;
                }
                match faults.len().checked_sub(LISTED) {
                    None | Some(0) => Ok(()),
                    Some(more) => write!(f, "\n  ……另有 {more} 处"),
                }
            }
        }
    }
}

impl std::error::Error for ListFault {}

impl Lists {
    /// Reads every list that is given.
    ///
    /// # Errors
    /// The first list that cannot be used, with all its faulty rows.
    pub fn read(&self) -> Result<Known, ListFault> {
        let mut known = Known::default();
        if let Some(path) = &self.approved_links {
            known.approved = Some(approvals::read(path)?);
        }
        if let Some(path) = &self.closed_domains {
            known.closed_domains = domains::read(path)?;
        }
        if let Some(path) = &self.roster {
            known.roster = roster::read(path)?;
        }
        if let Some(path) = &self.words {
            known.words = words::read(path)?;
        }
        if !self.ad_filters.is_empty() {
            let lists: Result<Vec<String>, ListFault> = self.ad_filters.iter().map(|p| filters(p)).collect();
            known.ad_filters = Some(AdFilters::new(&lists?));
        }
        Ok(known)
    }
}

fn filters(path: &Path) -> Result<String, ListFault> {
    let fault = |why| ListFault { what: "广告过滤规则", path: path.to_owned(), why: Why::Table(why) };
    let bytes = platform::table::bytes(path).map_err(fault)?;
    if bytes.len() as u64 > MAX_FILTERS {
        return Err(fault(TableFault::TooLarge { mib: bytes.len() as u64 >> 20, most: MAX_FILTERS >> 20 }));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests;
