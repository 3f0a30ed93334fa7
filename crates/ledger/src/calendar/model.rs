//! What a line of the calendar is, what a file says of it, and when a year is missed. Clauses N2.8, N4.7; pure.

use std::collections::BTreeMap;

use base::workday::{Day, Exception};
use platform::table::{RowFault, Table, TableRow, letter, shortened};

/// The longest name of a holiday.
pub const LONGEST_NAME: usize = 30;
/// From this month on the next year's notice is expected: since 2011 it was out by the middle of December at the
/// latest, and mostly in November.
const EXPECTED_FROM: u32 = 10;
const HEADINGS: [&[&str]; 3] = [&["日期"], &["类型", "安排"], &["名称", "节日", "节日名称"]];

/// One exceptional day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub day: Day,
    pub kind: Exception,
    pub name: String,
}

/// The word of a kind in forms and in the database.
pub fn word(kind: Exception) -> &'static str {
    match kind {
        Exception::Off => "off",
        Exception::Work => "work",
    }
}

/// The name of a kind on the screen and in files.
pub fn kind_name(kind: Exception) -> &'static str {
    match kind {
        Exception::Off => "放假",
        Exception::Work => "调休上班",
    }
}

/// The kind of a word, also as people write it in files.
pub fn kind_of(text: &str) -> Option<Exception> {
    match text.trim() {
        "off" | "放假" | "休息" | "休" | "节假日" => Some(Exception::Off),
        "work" | "调休上班" | "上班" | "补班" | "班" | "工作日" => Some(Exception::Work),
        _ => None,
    }
}

/// What is wrong with an entry by itself, as a field's name and words.
pub fn check(entry: &Entry) -> Result<(), (&'static str, String)> {
    let weekend = entry.day.weekday() >= 6;
    if entry.kind == Exception::Work && !weekend {
        return Err(("kind", "这一天不是周末，本来就上班，不需要登记。".to_owned()));
    }
    let length = entry.name.chars().count();
    if length == 0 || length > LONGEST_NAME {
        return Err(("name", format!("请写节日名称，最多 {LONGEST_NAME} 个字，如 国庆节。")));
    }
    Ok(())
}

/// The year whose arrangement ought to be there and is not.
pub fn missed(today: Day, knows: impl Fn(i32) -> bool) -> Option<i32> {
    let (year, month, _) = today.parts();
    let next = (month >= EXPECTED_FROM).then_some(year + 1);
    [Some(year), next].into_iter().flatten().find(|year| !knows(*year))
}

/// What becomes of a row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Add(Entry),
    Change(Entry),
    Same,
    Faulty(RowFault),
}

/// How many headings of a row mean something here; tells the separator of a text file.
pub fn known(row: &TableRow) -> usize {
    HEADINGS.iter().filter(|names| column(row, names).is_some()).count()
}

fn column(row: &TableRow, names: &[&str]) -> Option<usize> {
    row.cells.iter().position(|cell| names.contains(&cell.trim()))
}

/// What a table would do to a calendar; an error when it is no calendar.
pub fn plan(table: &Table, there: &BTreeMap<Day, (Exception, String)>) -> Result<Vec<Outcome>, String> {
    let at = table.rows.iter().take(platform::table::HEADING_WITHIN).position(|row| known(row) == 3);
    let at = at.ok_or("没有找到表头。第一行应是列名：日期、类型、名称；可以先下载模板，照着填。")?;
    let headings = &table.rows[at];
    let columns: Vec<usize> = HEADINGS.iter().filter_map(|names| column(headings, names)).collect();
    let mut spoken: BTreeMap<Day, usize> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for row in table.rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
        let fault = |which: usize, why: String| {
            Outcome::Faulty(RowFault {
                sheet: table.sheet.clone(),
                row: row.number,
                column: letter(columns[which]),
                heading: headings.cell(columns[which]).to_owned(),
                value: shortened(row.cell(columns[which])),
                why,
            })
        };
        outcomes.push(match read(row, &columns) {
            Err((which, why)) => fault(which, why),
            Ok(entry) => match spoken.insert(entry.day, row.number) {
                Some(above) => fault(0, format!("与第 {above} 行是同一天，请只留一行。")),
                None => match there.get(&entry.day) {
                    None => Outcome::Add(entry),
                    Some((kind, name)) if *kind == entry.kind && *name == entry.name => Outcome::Same,
                    Some(_) => Outcome::Change(entry),
                },
            },
        });
    }
    if outcomes.is_empty() { Err("表头下面没有内容。".to_owned()) } else { Ok(outcomes) }
}

fn read(row: &TableRow, columns: &[usize]) -> Result<Entry, (usize, String)> {
    let day = Day::parse(row.cell(columns[0])).ok_or((0, "不是日期，请写成 2027-01-01。".to_owned()))?;
    let kind = kind_of(row.cell(columns[1])).ok_or((1, "请写 放假 或 调休上班。".to_owned()))?;
    let entry = Entry { day, kind, name: row.cell(columns[2]).to_owned() };
    check(&entry).map_err(|(field, why)| (if field == "kind" { 1 } else { 2 }, why))?;
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_next_year_is_missed_from_october_on() {
        let check = |today: &str, known: &[i32], want: Option<i32>| {
            assert_eq!(missed(day(today), |year| known.contains(&year)), want, "{today} {known:?}");
        };
        check("2026-09-30", &[2026], None);
        check("2026-10-01", &[2026], Some(2027));
        check("2026-12-31", &[2026, 2027], None);
        check("2027-01-01", &[2026], Some(2027));
        check("2026-11-01", &[], Some(2026));
    }

    fn outcomes(text: &str) -> Result<Vec<String>, String> {
        let there = BTreeMap::from([(day("2027-01-01"), (Exception::Off, "元旦".to_owned()))]);
        let table = platform::table::tables(text.as_bytes(), &known).unwrap().remove(0);
        let told = plan(&table, &there)?.into_iter().map(|outcome| match outcome {
            Outcome::Add(entry) => format!("add {}", entry.day),
            Outcome::Change(entry) => format!("change {}", entry.day),
            Outcome::Same => "same".to_owned(),
            Outcome::Faulty(fault) => format!("{} {}", fault.row, fault.column),
        });
        Ok(told.collect())
    }

    #[test]
    fn every_row_of_a_file_is_judged() {
        let file = "日期,类型,名称\n2027-01-01,休息,元旦\n2027/1/2,放假,元旦\n2027-01-03,补班,元旦\n2027-01-04,上班,元旦\n\
                    2027-02-30,放假,春节\n2027-02-06,休假,春节\n2027-02-07,放假,\n2027-01-02,放假,元旦\n2027-01-01,放假,新年\n";
        let want = ["same", "add 2027-01-02", "add 2027-01-03", "5 B", "6 A", "7 B", "8 C", "9 A", "10 A"];
        assert_eq!(outcomes(file).unwrap(), want);
        assert!(outcomes("日期,备注\n2027-01-01,x\n").unwrap_err().contains("没有找到表头"));
        assert!(outcomes("日期,类型,名称\n,,\n").unwrap_err().contains("没有内容"));
    }
}
