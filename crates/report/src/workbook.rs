//! `report.xlsx`: summary, findings, outgoing links, pages. Clauses N2.4, N5.3.
//!
//! Texts of websites stay texts: no formula, no link, no character that Excel cannot read.

mod rows;
mod scores;

use std::path::Path;

use checks::pack::Sheet;
use crawl::run_file::RunReader;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::ReportError;
use crate::data::Data;
use crate::text::{beijing, clean};
use rows::Cell::{Number as N, Text as T};
use rows::{MOST_ROWS, MOST_TEXT, Rows, left_out_note};

const SUMMARY: &str = "汇总";

/// Writes the workbook.
pub fn write(path: &Path, run: &RunReader, data: &Data, sheets: &[Sheet]) -> Result<(), ReportError> {
    let failed = |source| ReportError::Workbook { path: path.to_owned(), source };
    let mut book = Workbook::new();
    // Rows wait in temporary files; the system's folder for those may be small, or memory.
    book.set_tempdir(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    let mut end =
        summary(book.add_worksheet_with_constant_memory().map_err(failed)?, data).map_err(failed)?;
    let broken = |source| ReportError::Run { path: path.to_owned(), source };
    for sheet in [Part::Findings, Part::Outgoing, Part::Pages] {
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        let mut rows = Rows::begin(page, sheet.name(), sheet.columns(), MOST_ROWS).map_err(failed)?;
        let read = match sheet {
            Part::Findings => run.each_finding(|f| {
                let name = checks::registry::rule(&f.rule).map_or("", |r| r.name);
                let level = f.level.parse::<base::Level>().map_or("", base::Level::label);
                let verdict =
                    f.verdict.as_deref().and_then(base::Verdict::from_code).map_or("", |v| v.label());
                let quote: Option<base::Quote> =
                    f.quote.as_deref().and_then(|q| serde_json::from_str(q).ok());
                let (words, right, sure) = quote.as_ref().map_or_else(Default::default, quoted);
                rows.add(&[
                    T(level),
                    T(name),
                    T(&f.clause),
                    T(f.page.as_deref().unwrap_or("")),
                    T(f.target.as_deref().unwrap_or("")),
                    T(f.text.as_deref().unwrap_or("")),
                    N(f.line.map(f64::from)),
                    N(f.column.map(f64::from)),
                    T(verdict),
                    N(f.status.map(f64::from)),
                    T(&f.cause),
                    T(&f.fix),
                    N(Some(f.pages_total as f64)),
                    T(&words),
                    T(&right),
                    T(sure),
                ]);
            }),
            Part::Outgoing => run.each_finding(|f| {
                if f.rule == "outgoing-link" {
                    let reach = f.reach.as_deref().and_then(|r| r.parse::<base::Reach>().ok());
                    let verdict =
                        f.verdict.as_deref().and_then(base::Verdict::from_code).map_or("", |v| v.label());
                    rows.add(&[
                        T(f.target.as_deref().unwrap_or("")),
                        T(f.text.as_deref().unwrap_or("")),
                        T(f.page.as_deref().unwrap_or("")),
                        N(f.line.map(f64::from)),
                        N(Some(f.pages_total as f64)),
                        T(verdict),
                        T(&reach.map(base::Reach::describe).unwrap_or_default()),
                    ]);
                }
            }),
            Part::Pages => run.each_page(|p| {
                rows.add(&[
                    T(&p.url),
                    T(p.title.as_deref().unwrap_or("")),
                    N(p.status.map(f64::from)),
                    T(p.charset.as_deref().unwrap_or("")),
                    N(Some(p.bytes as f64)),
                    N(Some(f64::from(p.took_ms))),
                    N(Some(f64::from(p.depth))),
                    T(&beijing(p.at)),
                ]);
            }),
        };
        read.map_err(broken)?;
        let left_out = rows.end().map_err(failed)?;
        if left_out > 0 {
            let page = book.worksheet_from_name(SUMMARY).map_err(failed)?;
            page.write_string(end, 0, sheet.name()).map_err(failed)?;
            page.write_string(end, 1, left_out_note(left_out)).map_err(failed)?;
            end += 1;
        }
    }
    columns(book.add_worksheet_with_constant_memory().map_err(failed)?, data).map_err(failed)?;
    if !sheets.is_empty() {
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        scores::write(page, sheets).map_err(failed)?;
    }
    let part = path.with_extension("part");
    book.save(&part).map_err(failed)?;
    std::fs::rename(&part, path).map_err(|source| ReportError::Write { path: path.to_owned(), source })
}

/// A quote as three cells: the text with its fault in brackets, what is right instead, how sure that is.
fn quoted(quote: &base::Quote) -> (String, String, &'static str) {
    let words = format!("{}【{}】{}", quote.before, quote.fault, quote.after);
    (words, quote.correct.join("；"), if quote.certain { "确定" } else { "提示" })
}

enum Part {
    Findings,
    Outgoing,
    Pages,
}

impl Part {
    fn name(&self) -> &'static str {
        match self {
            Part::Findings => "问题清单",
            Part::Outgoing => "外部链接",
            Part::Pages => "页面清单",
        }
    }

    /// Headings with widths in characters.
    fn columns(&self) -> &'static [(&'static str, f64)] {
        match self {
            Part::Findings => &[
                ("级别", 8.0),
                ("问题", 16.0),
                ("条款", 8.0),
                ("所在页面", 45.0),
                ("问题地址", 45.0),
                ("链接文字", 24.0),
                ("行", 7.0),
                ("列", 7.0),
                ("判定", 10.0),
                ("状态码", 8.0),
                ("原因", 45.0),
                ("整改建议", 45.0),
                ("涉及页面数", 11.0),
                ("原文", 40.0),
                ("正确写法", 20.0),
                ("把握", 8.0),
            ],
            Part::Outgoing => &[
                ("链接地址", 50.0),
                ("链接文字", 30.0),
                ("首次出现的页面", 50.0),
                ("行", 7.0),
                ("涉及页面数", 11.0),
                ("判定", 10.0),
                ("访问结果", 18.0),
            ],
            Part::Pages => &[
                ("页面地址", 55.0),
                ("标题", 40.0),
                ("状态码", 8.0),
                ("编码", 10.0),
                ("字节数", 10.0),
                ("用时（毫秒）", 11.0),
                ("层级", 7.0),
                ("检查时间", 18.0),
            ],
        }
    }
}

/// The sheet of columns.
fn columns(sheet: &mut Worksheet, data: &Data) -> Result<(), XlsxError> {
    const HEADINGS: [(&str, f64); 9] = [
        ("栏目", 30.0),
        ("类型", 12.0),
        ("地址", 50.0),
        ("条目", 8.0),
        ("有日期的", 9.0),
        ("最新一条", 12.0),
        ("距今（天）", 10.0),
        ("期限", 9.0),
        ("状态", 12.0),
    ];
    let mut rows = Rows::begin(sheet, "栏目更新", &HEADINGS, MOST_ROWS)?;
    for c in &data.columns {
        rows.add(&[
            T(&c.name),
            T(c.kind),
            T(&c.url),
            N(Some(c.items as f64)),
            N(Some(c.dated as f64)),
            T(c.newest.as_deref().unwrap_or("")),
            N(c.days.map(f64::from)),
            T(c.period.as_deref().unwrap_or("")),
            T(c.state),
        ]);
    }
    rows.end().map(|_| ())
}

/// Writes the first sheet; gives the first row that is free.
fn summary(sheet: &mut Worksheet, data: &Data) -> Result<u32, XlsxError> {
    sheet.set_name(SUMMARY)?;
    sheet.set_column_width(0, 22)?;
    sheet.set_column_width(1, 60)?;
    let bold = Format::new().set_bold();
    let site = &data.site;
    let texts = [
        ("网站名称", &data.name.name),
        ("主办单位", &site.unit),
        ("级别", &site.level),
        ("地区", &site.region),
        ("首页网址", &site.url),
        ("网站标识码", &site.site_id_code),
        ("开始时间", &data.started),
        ("结束时间", &data.ended),
    ];
    let mut row = 0;
    for (name, value) in texts {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string(row, 1, clean(value, MOST_TEXT))?;
        row += 1;
    }
    let mut numbers = vec![
        ("检查状态", None),
        ("读取页面", Some(data.pages)),
        ("检查地址", Some(data.addresses)),
        ("失效或错误的地址", Some(data.broken)),
        ("平均响应（毫秒）", Some(data.mean_ms)),
    ];
    numbers.extend(data.levels.iter().map(|l| (l.name, Some(l.places))));
    numbers.extend(data.rules.iter().map(|r| (r.name, Some(r.places))));
    for (name, value) in numbers {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        match value {
            Some(number) => sheet.write_number(row, 1, number as f64)?,
            None => sheet.write_string(row, 1, crate::html::state_name(&data.state))?,
        };
        row += 1;
    }
    for (number, text) in data.unchecked.iter().enumerate() {
        if number == 0 {
            sheet.write_string_with_format(row, 0, "未检查的内容", &bold)?;
        }
        sheet.write_string(row, 1, clean(text, MOST_TEXT))?;
        row += 1;
    }
    Ok(row)
}
