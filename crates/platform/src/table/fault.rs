//! What can be wrong with a table as a file, and with one of its cells. Clauses N2.4, N2.7, N4.1.
//!
//! Only texts: nothing is read or decided here.

use std::fmt;

/// Why a file gives no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    Unreadable {
        why: String,
    },
    TooLarge {
        mib: u64,
        most: u64,
    },
    Empty,
    /// A web page named `.xls`.
    Markup,
    Workbook {
        why: String,
    },
    Encoding {
        line: usize,
    },
    OpenQuote {
        line: usize,
    },
}

impl TableFault {
    /// What is wrong and what to do, to be put behind the file's name.
    pub fn told(&self) -> String {
        match self {
            TableFault::Unreadable { why } => format!("读不出来：{why}。请检查路径和权限"),
            TableFault::TooLarge { mib, most } => {
                format!("有 {mib} MiB，超过 {most} MiB 的上限。请拆成几个文件")
            }
            TableFault::Empty => "是空的".to_owned(),
            TableFault::Markup => {
                "其实是网页或 XML，不是表格文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿(.xlsx)”后再用"
                    .to_owned()
            }
            TableFault::Workbook { why } => {
                format!("打不开：{why}。请用 Excel 或 WPS 打开（有密码的先去掉密码），另存为 .xlsx 后再用")
            }
            TableFault::Encoding { line } => {
                format!(
                    "第 {line} 行的文字既不是 UTF-8 也不是 GB18030 编码。请在 Excel 中另存为“CSV UTF-8”或 .xlsx"
                )
            }
            TableFault::OpenQuote { line } => {
                format!("第 {line} 行的英文双引号没有成对，其后的内容都会并入同一格。请补上或删去多余的引号")
            }
        }
    }
}

/// A faulty cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    pub sheet: Option<String>,
    /// Row as a spreadsheet program numbers it.
    pub row: usize,
    /// Column letter as a spreadsheet program shows it.
    pub column: String,
    /// Heading of that column.
    pub heading: String,
    /// The cell's text, shortened.
    pub value: String,
    /// What is wrong and what to do.
    pub why: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            write!(f, "工作表“{sheet}”")?;
        }
        write!(f, "第 {} 行 {} 列", self.row, self.column)?;
        if !self.heading.is_empty() {
            write!(f, "“{}”", self.heading)?;
        }
        if !self.value.is_empty() {
            write!(f, "「{}」", self.value)?;
        }
        write!(f, "：{}", self.why)
    }
}

/// A cell's text fit for one line of a message.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// `A`, `B`, … `Z`, `AA`: the letter of a column counted from 0.
pub fn letter(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let letters: Vec<_> = [0, 25, 26, 701, 702].into_iter().map(letter).collect();
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
