//! What can be wrong with a list of sites, in words that a clerk can act on. Clauses N2.7, N4.1.
//!
//! Only texts: nothing is read or decided here.

use std::fmt;
use std::path::{Path, PathBuf};

use platform::table::{RowFault, TableFault};

/// At most this many faulty rows are listed; the rest is counted.
const LISTED: usize = 20;

/// Why a list of sites cannot be used.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum SitesFault {
    #[error("网站清单 {} 读不出来：{why}。请检查路径和权限", .path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("网站清单 {} 有 {mib} MiB，超过 {most} MiB 的上限。请拆成几个文件", .path.display())]
    TooLarge { path: PathBuf, mib: u64, most: u64 },
    #[error("网站清单 {} 是空的。请至少写一行表头和一个网站", .path.display())]
    Empty { path: PathBuf },
    #[error("网站清单 {} 只有表头，没有网站。请在表头下每行写一个网站", .path.display())]
    NoSites { path: PathBuf },
    #[error(
        "网站清单 {} 其实是网页或 XML，不是表格文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿(.xlsx)”后再用",
        .path.display()
    )]
    Markup { path: PathBuf },
    #[error("工作簿 {} 打不开：{why}。请用 Excel 或 WPS 打开（有密码的先去掉密码），另存为 .xlsx 后再用", .path.display())]
    Workbook { path: PathBuf, why: String },
    #[error(
        "网站清单 {} 第 {line} 行的文字既不是 UTF-8 也不是 GB18030 编码。请在 Excel 中另存为“CSV UTF-8”或 .xlsx",
        .path.display()
    )]
    Encoding { path: PathBuf, line: usize },
    #[error(
        "网站清单 {} 第 {line} 行的英文双引号没有成对，其后的内容都会并入同一格。请补上或删去多余的引号",
        .path.display()
    )]
    OpenQuote { path: PathBuf, line: usize },
    #[error(
        "网站清单 {} 找不到网址一列{}。请在表头中加上“首页网址”（或“网址”“url”）一列；\
         其余可用的列：网站名称、主办单位、级别、地区、类型、网站标识码",
        .path.display(), seen(.headings)
    )]
    NoUrlColumn { path: PathBuf, headings: Vec<String> },
    #[error("网站清单 {}{} 的表头中有两列都叫“{heading}”（第 {first} 列和第 {second} 列）。请只留一列", .path.display(), on_sheet(.sheet))]
    TwiceColumn { path: PathBuf, sheet: Option<String>, heading: String, first: String, second: String },
    #[error("{}", RowFaults(.path, .faults))]
    Rows { path: PathBuf, faults: Vec<RowFault> },
}

struct RowFaults<'a>(&'a PathBuf, &'a [RowFault]);

impl fmt::Display for RowFaults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "网站清单 {} 有 {} 处需要改正：", self.0.display(), self.1.len())?;
        for fault in self.1.iter().take(LISTED) {
            write!(f, "\n  {fault}")?;
        }
        match self.1.len().checked_sub(LISTED) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "\n  ……另有 {more} 处"),
        }
    }
}

fn seen(headings: &[String]) -> String {
    match headings {
        [] => String::new(),
        some => format!("（第一行是：{}）", some.join("、")),
    }
}

fn on_sheet(name: &Option<String>) -> String {
    name.as_ref().map_or(String::new(), |n| format!(" 工作表“{n}”"))
}

impl SitesFault {
    /// What is wrong with the file as a whole.
    pub(super) fn of_table(path: &Path, fault: TableFault) -> SitesFault {
        let path = path.to_owned();
        match fault {
            TableFault::Unreadable { why } => SitesFault::Unreadable { path, why },
            TableFault::TooLarge { mib, most } => SitesFault::TooLarge { path, mib, most },
            TableFault::Empty => SitesFault::Empty { path },
            TableFault::Markup => SitesFault::Markup { path },
            TableFault::Workbook { why } => SitesFault::Workbook { path, why },
            TableFault::Encoding { line } => SitesFault::Encoding { path, line },
            TableFault::OpenQuote { line } => SitesFault::OpenQuote { path, line },
        }
    }
}
