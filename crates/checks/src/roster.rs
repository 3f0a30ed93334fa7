//! The roster (名录): who holds which office since when, as users supply it. Clause N2.2.
//!
//! From decoded rows to holders; every faulty cell is named by row and column. Nothing is known here of anybody who
//! is not in the list, and no file is opened.

use jiff::civil::Date;

/// A holder of an office for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub name: String,
    /// 职务, as it stands before or after the name: `县长`.
    pub title: String,
    /// 单位; may be empty.
    pub unit: String,
    /// First day; `None`: from the beginning.
    pub since: Option<Date>,
    /// Last day; `None`: to this day.
    pub until: Option<Date>,
}

impl Holder {
    /// Whether the office is held on a day; without a day, whether it has not ended.
    pub fn holds(&self, day: Option<Date>) -> bool {
        match day {
            Some(day) => self.since.is_none_or(|s| s <= day) && self.until.is_none_or(|u| day <= u),
            None => self.until.is_none(),
        }
    }
}

/// What is wrong with a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterFault {
    /// No row has the headings of names and titles.
    NoHeadings,
    /// A cell, by row and column as a spreadsheet program counts them, from 1.
    Cell { row: usize, column: usize, heading: &'static str, value: String, why: &'static str },
}

impl std::fmt::Display for RosterFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RosterFault::NoHeadings => f.write_str(
                "找不到表头。第一行请写：姓名,职务,单位,起,止（或 name,title,unit,since,until），姓名和职务两列必填",
            ),
            RosterFault::Cell { row, column, heading, value, why } => {
                write!(f, "第 {row} 行第 {column} 列“{heading}”")?;
                if !value.is_empty() {
                    write!(f, " {value}")?;
                }
                write!(f, "：{why}")
            }
        }
    }
}

/// Fields with their headings; the first Chinese one names the column in messages.
const FIELDS: [&[&str]; 5] = [
    &["姓名", "name", "名字"],
    &["职务", "title", "职位", "现任职务"],
    &["单位", "unit", "工作单位", "任职单位"],
    &["起", "since", "任职时间", "起始日期", "开始日期"],
    &["止", "until", "免职时间", "截止日期", "结束日期"],
];
/// Headings stand within so many rows.
const HEADING_WITHIN: usize = 10;
/// Longest name and title: longer ones are no cells of a roster.
const LONGEST: usize = 60;
/// Holders that are kept; a province with all its counties has some thousand.
const MOST: usize = 50_000;

/// Reads rows of cells, each with the number of its row; all faults are told at once.
///
/// # Errors
/// Every faulty cell, or that there are no headings.
pub fn holders(rows: &[(usize, Vec<String>)]) -> Result<Vec<Holder>, Vec<RosterFault>> {
    let heading = rows.iter().take(HEADING_WITHIN).position(|(_, cells)| columns(cells).is_some());
    let Some((at, columns)) = heading.and_then(|at| Some((at, columns(&rows.get(at)?.1)?))) else {
        return Err(vec![RosterFault::NoHeadings]);
    };
    let (mut list, mut faults) = (Vec::new(), Vec::new());
    for (row, cells) in rows.iter().skip(at + 1) {
        if cells.iter().all(|c| c.trim().is_empty()) || list.len() == MOST {
            continue;
        }
        match holder(*row, cells, &columns) {
            Ok(holder) => list.push(holder),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(list) } else { Err(faults) }
}

type Columns = [Option<usize>; FIELDS.len()];

fn columns(cells: &[String]) -> Option<Columns> {
    let plain: Vec<String> = cells
        .iter()
        .map(|c| c.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
        .collect();
    let place = |names: &&[&str]| plain.iter().position(|cell| names.contains(&&**cell));
    let found: Vec<Option<usize>> = FIELDS.iter().map(place).collect();
    let columns: Columns = found.try_into().ok()?;
    (columns[0].is_some() && columns[1].is_some()).then_some(columns)
}

fn holder(row: usize, cells: &[String], columns: &Columns) -> Result<Holder, RosterFault> {
    let text = |n: usize| columns[n].and_then(|at| cells.get(at)).map_or("", |c| c.trim());
    let fault = |n: usize, why| {
        let value: String = text(n).chars().take(LONGEST).collect();
        let heading = FIELDS[n].first().copied().unwrap_or_default();
        RosterFault::Cell { row, column: columns[n].map_or(0, |at| at + 1), heading, value, why }
    };
    // 张　三 is written with a blank to fill three places.
    let name: String = text(0).chars().filter(|c| !c.is_whitespace()).collect();
    for (n, value) in [(0, name.as_str()), (1, text(1))] {
        if value.is_empty() {
            return Err(fault(n, "不能为空。请补上，或删去这一行"));
        }
        if value.chars().count() > LONGEST {
            return Err(fault(n, "过长。请只写姓名或职务"));
        }
    }
    if name.chars().count() < 2 {
        return Err(fault(0, "姓名至少两个字"));
    }
    let day = |n: usize| match text(n) {
        "" | "至今" | "今" | "-" => Ok(None),
        written => date(written).map(Some).ok_or_else(|| fault(n, "不是日期。请写成 2024-05-06")),
    };
    let (since, until) = (day(3)?, day(4)?);
    if let (Some(since), Some(until)) = (since, until)
        && until < since
    {
        return Err(fault(4, "早于起始日期。请核对两个日期"));
    }
    Ok(Holder { name, title: text(1).to_owned(), unit: text(2).to_owned(), since, until })
}

/// `2024-05-06`, `2024/5/6`, `2024.5.6`, `2024年5月6日`, with or without a time behind it.
fn date(written: &str) -> Option<Date> {
    let day = written.split_whitespace().next()?;
    let mut numbers = day.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if numbers.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Holder, RosterFault, holders};
    use jiff::civil::date;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        text.lines().enumerate().map(|(n, line)| (n + 1, cells(line))).collect()
    }

    #[test]
    fn headings_may_be_chinese_or_english_in_any_order() {
        for text in [
            "姓名,职务,单位,起,止\n章禾,县长,青禾县人民政府,2024年5月6日,至今",
            "青禾县名录\nuntil,since,unit,TITLE, name \n,2024/5/6,青禾县人民政府,县长,章　禾\n,,,,",
        ] {
            let holder = Holder {
                name: "章禾".into(),
                title: "县长".into(),
                unit: "青禾县人民政府".into(),
                since: Some(date(2024, 5, 6)),
                until: None,
            };
            assert_eq!(holders(&rows(text)), Ok(vec![holder]));
        }
        assert_eq!(holders(&rows("甲,乙\n丙,丁")), Err(vec![RosterFault::NoHeadings]));
        assert_eq!(holders(&[]), Err(vec![RosterFault::NoHeadings]));
    }

    #[test]
    fn every_faulty_cell_is_told_with_its_row_and_column() {
        let text = "姓名,职务,单位,起,止\n章禾,,甲,,\n霍,县长,甲,,\n章禾,县长,甲,2024-13-01,\n章禾,县长,甲,2024-05-06,2023-01-01";
        let faults = holders(&rows(text)).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "第 2 行第 2 列“职务”：不能为空。请补上，或删去这一行",
                "第 3 行第 1 列“姓名” 霍：姓名至少两个字",
                "第 4 行第 4 列“起” 2024-13-01：不是日期。请写成 2024-05-06",
                "第 5 行第 5 列“止” 2023-01-01：早于起始日期。请核对两个日期",
            ]
        );
    }

    #[test]
    fn an_office_is_held_from_its_first_to_its_last_day() {
        let list = holders(&rows("name,title,since,until\n章禾,县长,2020-01-02,2024-05-06")).unwrap();
        let holds = |y, m, d| list[0].holds(Some(date(y, m, d)));
        assert!(holds(2020, 1, 2) && holds(2024, 5, 6) && !holds(2020, 1, 1) && !holds(2024, 5, 7));
        assert!(!list[0].holds(None));
    }
}
