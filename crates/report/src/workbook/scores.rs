//! The sheet “评分” of the workbook: a line for each indicator of each score sheet. Clause N2.7.
//!
//! Shows what the pack judged, in the order of the law.

use checks::pack::{Points, Sheet};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::rows::Cell::{Number as N, Text as T};
use super::rows::{MOST_ROWS, Rows};
use crate::score::{check_words, count_words, origin_words};

const NAME: &str = "评分";
const COLUMNS: [(&str, f64); 14] = [
    ("规则包", 10.0),
    ("指标", 14.0),
    ("名称", 20.0),
    ("类别", 10.0),
    ("一级指标", 14.0),
    ("考察内容", 40.0),
    ("标准", 40.0),
    ("检查方式", 18.0),
    ("数字来源", 10.0),
    ("情况", 22.0),
    ("数量", 18.0),
    ("分值", 9.0),
    ("疑点属实时的分值", 14.0),
    ("说明", 50.0),
];

/// Writes the sheet: first the results, then the indicators.
pub fn write(sheet: &mut Worksheet, sheets: &[Sheet]) -> Result<(), XlsxError> {
    let mut rows = Rows::begin(sheet, NAME, &COLUMNS, MOST_ROWS)?;
    for sheet in sheets {
        let results = [("只看机器能定的", &sheet.facts), ("疑点若全部属实", &sheet.confirmed)];
        for (name, tally) in results {
            let mut cells = vec![T(&sheet.pack), T("结果"), T(name)];
            cells.extend(std::iter::repeat_with(|| T("")).take(6));
            cells.extend([
                T(tally.judged.label()),
                T(""),
                N(tally.total.map(Points::as_number)),
                T(""),
                T(&tally.words),
            ]);
            rows.add(&cells);
        }
    }
    for sheet in sheets {
        if let Some(told) = sheet.not_deducted() {
            let mut cells = vec![T(&sheet.pack), T("结果"), T("没有扣分的")];
            cells.extend(std::iter::repeat_with(|| T("")).take(10));
            cells.push(T(&told));
            rows.add(&cells);
        }
    }
    for sheet in sheets {
        for row in &sheet.rows {
            let i = &row.indicator;
            let points = |p: Points| N((!p.is_zero()).then(|| p.as_number()));
            rows.add(&[
                T(&sheet.pack),
                T(&i.id),
                T(&i.name),
                T(i.level.label()),
                T(&i.dimension),
                T(&i.measures),
                T(&i.threshold),
                T(&check_words(&i.check)),
                T(origin_words(row)),
                T(row.state.label()),
                T(&count_words(row)),
                points(row.points),
                points(row.points_confirmed),
                T(&row.notes.join("；")),
            ]);
        }
    }
    // Packs are bounded far below what a sheet holds.
    rows.end().map(|_| ())
}
