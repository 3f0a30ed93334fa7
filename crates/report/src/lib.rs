//! The inspection report read out of a run file: page, workbook, NDJSON, run.json. Clauses N2.1, N2.4, N5.3.
//!
//! Only shows what the run file holds; it fetches nothing, judges nothing and writes nothing into the run file.

mod data;
mod html;
mod lines;
mod score;
mod summary;
mod text;
mod workbook;

use std::path::{Path, PathBuf};

use base::Level;
use checks::pack::Sheet;
use crawl::run_file::RunReader;
use crawl::{Ended, SiteEntry};

pub use score::{facts, page_name as score_page, write_score};
pub use summary::write_summary;

/// Name of the file of evidence in a site's folder.
const EVIDENCE: &str = "evidence.warc.gz";

/// Which reports are written; `run.json` always is.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Formats {
    pub html: bool,
    pub xlsx: bool,
    pub ndjson: bool,
}

/// What a run amounts to, for exit codes and summaries.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the site is called; its host where nobody names it.
    pub name: String,
    pub ended: Ended,
    /// Why nothing could be inspected, and what to do.
    pub why: Option<String>,
    pub pages: u64,
    pub addresses: u64,
    levels: [u64; 4],
}

impl Outcome {
    /// Findings of a level.
    pub fn count(&self, level: Level) -> u64 {
        self.levels[level as usize]
    }
}

/// One site of several.
#[derive(Clone, Debug)]
pub struct SiteRun {
    /// Name of its folder under the common one.
    pub folder: String,
    pub site: SiteEntry,
    /// The outcome, or why there is none.
    pub result: Result<Outcome, String>,
}

/// Why a report could not be written; the run file is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("结果文件 {} 读不出来：{}", path.display(), crawl::run_file::why(source))]
    Run { path: PathBuf, source: rusqlite::Error },
    #[error("结果文件 {} 是其他版本的程序写的（版本 {version}），不能评分；请重新巡检", path.display())]
    OtherVersion { path: PathBuf, version: String },
    #[error("报告文件 {} 写不进去：{}。请检查磁盘空间和权限；检查结果仍在 run.db 里", path.display(), base::trouble::why(source))]
    Write { path: PathBuf, source: std::io::Error },
    #[error("工作簿 {} 写不进去：{source}", path.display())]
    Workbook { path: PathBuf, source: rust_xlsxwriter::XlsxError },
    #[error("报告页面生成失败：{0}")]
    Page(#[from] minijinja::Error),
}

/// Writes the reports of the run in `folder`.
pub fn write_run(folder: &Path, formats: Formats) -> Result<Outcome, ReportError> {
    write_scored_run(folder, formats, &[])
}

/// Writes the reports of the run in `folder`, with the score sheets that were made of it.
pub fn write_scored_run(folder: &Path, formats: Formats, sheets: &[Sheet]) -> Result<Outcome, ReportError> {
    let path = folder.join("run.db");
    let broken = |source| ReportError::Run { path: path.clone(), source };
    let run = RunReader::open(&path).map_err(broken)?;
    let mut data = data::Data::read(&run, folder).map_err(broken)?;
    data.scores = score::briefs(sheets);
    if formats.ndjson {
        write(&folder.join("findings.ndjson"), |out| lines::write(out, &run, &data.site, EVIDENCE))?;
    }
    if formats.xlsx {
        workbook::write(&folder.join("report.xlsx"), &run, &data, sheets)?;
    }
    if formats.html {
        let page = html::page(&data, formats)?;
        write(&folder.join("index.html"), |out| out.write_all(page.as_bytes()))?;
    }
    for sheet in sheets {
        write_score(folder, sheet, formats.html)?;
    }
    let run_json = data.run_json();
    write(&folder.join("run.json"), |out| out.write_all(run_json.as_bytes()))?;
    Ok(data.outcome())
}

/// Writes a file under a temporary name and renames it, so that no half report is left.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let file = std::fs::File::create(&part).map_err(failed)?;
    let mut out = std::io::BufWriter::new(file);
    fill(&mut out).map_err(failed)?;
    std::io::Write::flush(&mut out).map_err(failed)?;
    drop(out);
    std::fs::rename(&part, path).map_err(failed)
}
