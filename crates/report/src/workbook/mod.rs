//! `report.xlsx`: summary, findings, outgoing links, pages. Clauses N2.4, N5.3.
//!
//! Texts of websites stay texts: no formula, no link, no character that Excel cannot read.

use std::path::Path;

use crawl::run_file::RunReader;
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use crate::ReportError;
use crate::data::Data;
use crate::text::{beijing, clean};

/// Rows of a sheet: Excel's 1,048,576 less heading and note.
const MOST_ROWS: u32 = 1_048_000;
/// Longest text of a cell is 32,767; nobody reads that much in a cell.
const MOST_TEXT: usize = 8_000;

/// Writes the workbook.
pub fn write(path: &Path, run: &RunReader, data: &Data) -> Result<(), ReportError> {
    let failed = |source| ReportError::Workbook { path: path.to_owned(), source };
    let mut book = Workbook::new();
    summary(book.add_worksheet_with_constant_memory().map_err(failed)?, data).map_err(failed)?;
    let broken = |source| ReportError::Run { path: path.to_owned(), source };
    for sheet in [Sheet::Findings, Sheet::Outgoing, Sheet::Pages] {
        let mut rows = Rows::begin(book.add_worksheet_with_constant_memory().map_err(failed)?, &sheet)
            .map_err(failed)?;
        let read = match sheet {
            Sheet::Findings => run.each_finding(|f| {
                let name = checks::registry::rule(&f.rule).map_or("", |r| r.name);
                let level = f.level.parse::<base::Level>().map_or("", base::Level::label);
                let verdict =
                    f.verdict.as_deref().and_then(base::Verdict::from_code).map_or("", |v| v.label());
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
                ]);
            }),
            Sheet::Outgoing => run.each_finding(|f| {
                if f.rule == "outgoing-link" {
                    let verdict =
                        f.verdict.as_deref().and_then(base::Verdict::from_code).map_or("", |v| v.label());
                    rows.add(&[
                        T(f.target.as_deref().unwrap_or("")),
                        T(f.text.as_deref().unwrap_or("")),
                        T(f.page.as_deref().unwrap_or("")),
                        N(f.line.map(f64::from)),
                        N(Some(f.pages_total as f64)),
                        T(verdict),
                        T(f.reach.as_deref().unwrap_or("")),
                    ]);
                }
            }),
            Sheet::Pages => run.each_page(|p| {
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
        rows.end(&sheet).map_err(failed)?;
    }
    let part = path.with_extension("part");
    book.save(&part).map_err(failed)?;
    std::fs::rename(&part, path).map_err(|source| ReportError::Write { path: path.to_owned(), source })
}

enum Sheet {
    Findings,
    Outgoing,
    Pages,
}

impl Sheet {
    fn name(&self) -> &'static str {
        match self {
            Sheet::Findings => "问题清单",
            Sheet::Outgoing => "外部链接",
            Sheet::Pages => "页面清单",
        }
    }

    /// Headings with widths in characters.
    fn columns(&self) -> &'static [(&'static str, f64)] {
        match self {
            Sheet::Findings => &[
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
            ],
            Sheet::Outgoing => &[
                ("链接地址", 50.0),
                ("链接文字", 30.0),
                ("首次出现的页面", 50.0),
                ("行", 7.0),
                ("涉及页面数", 11.0),
                ("判定", 10.0),
                ("访问结果", 18.0),
            ],
            Sheet::Pages => &[
                ("页面地址", 55.0),
                ("标题", 40.0),
                ("状态码", 8.0),
                ("编码", 10.0),
                ("字节数", 10.0),
                ("用时(毫秒)", 11.0),
                ("层级", 7.0),
                ("检查时间", 18.0),
            ],
        }
    }
}

enum Cell<'t> {
    Text(&'t str),
    Number(Option<f64>),
}
use Cell::{Number as N, Text as T};

/// A sheet being filled from top to bottom.
struct Rows<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
    left_out: u64,
    failed: Option<XlsxError>,
}

impl<'w> Rows<'w> {
    fn begin(sheet: &'w mut Worksheet, kind: &Sheet) -> Result<Rows<'w>, XlsxError> {
        sheet.set_name(kind.name())?;
        let bold = Format::new().set_bold().set_background_color(Color::RGB(0xE8EEF5));
        for (at, (heading, width)) in (0..).zip(kind.columns()) {
            sheet.set_column_width(at, *width)?;
            sheet.write_string_with_format(0, at, *heading, &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(Rows { sheet, row: 1, left_out: 0, failed: None })
    }

    fn add(&mut self, cells: &[Cell<'_>]) {
        if self.row > MOST_ROWS {
            self.left_out += 1;
            return;
        }
        if self.failed.is_none() {
            self.failed = self.put(cells).err();
        }
    }

    fn put(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for (at, cell) in (0..).zip(cells) {
            match cell {
                T("") | N(None) => {}
                T(text) => {
                    self.sheet.write_string(self.row, at, clean(text, MOST_TEXT))?;
                }
                N(Some(number)) => {
                    self.sheet.write_number(self.row, at, *number)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn end(self, kind: &Sheet) -> Result<(), XlsxError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let last = kind.columns().len() as u16 - 1;
        self.sheet.autofilter(0, 0, self.row.max(2) - 1, last)?;
        if self.left_out > 0 {
            let note = format!("另有 {} 行超出工作表容量，见 findings.ndjson 和 run.db", self.left_out);
            self.sheet.write_string(self.row, 0, note)?;
        }
        Ok(())
    }
}

fn summary(sheet: &mut Worksheet, data: &Data) -> Result<(), XlsxError> {
    sheet.set_name("汇总")?;
    sheet.set_column_width(0, 22)?;
    sheet.set_column_width(1, 60)?;
    let bold = Format::new().set_bold();
    let site = &data.site;
    let texts = [
        ("网站名称", &site.name),
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
        ("平均响应(毫秒)", Some(data.mean_ms)),
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
    Ok(())
}
