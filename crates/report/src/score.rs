//! A score sheet as people and programs read it: `score-ID.html`, `score-ID.json`; and the facts it is made from.
//! Clauses N2.1–N2.7.
//!
//! Reads the run file and shows what the pack judged; it judges nothing itself.

mod facts;
mod view;

use std::path::Path;

use checks::pack::{Column, Measured, Sheet};
use crawl::SiteEntry;
use crawl::run_file::{RunReader, SCHEMA_VERSION};
use serde::Serialize;

use crate::data::SiteName;
use crate::{ReportError, html, write};
pub(crate) use view::{Brief, briefs, check_words, count_words, origin_words};

/// The facts of the run in `folder`, for scoring.
pub fn facts(folder: &Path) -> Result<Measured, ReportError> {
    let path = folder.join("run.db");
    let broken = |source| ReportError::Run { path: path.clone(), source };
    let run = RunReader::open(&path).map_err(broken)?;
    let version = run.meta("schema").map_err(broken)?.unwrap_or_default();
    if version != SCHEMA_VERSION {
        return Err(ReportError::OtherVersion { path, version });
    }
    let columns = run.columns(crawl::bounds::COLUMN_PAGES).map_err(broken)?;
    // A page on which no list was made out (a script may fill it) says nothing of how old its column is.
    let told = columns.iter().filter(|c| c.newest.is_some() || c.items > 0 || c.empty);
    facts::measured(&run, Some(told.map(Column::from).collect())).map_err(broken)
}

/// Name of a sheet's page in the folder of its run.
pub fn page_name(sheet: &Sheet) -> String {
    format!("score-{}.html", sheet.pack)
}

#[derive(Serialize)]
struct Json<'s> {
    site: &'s SiteEntry,
    #[serde(flatten)]
    sheet: &'s Sheet,
}

/// Writes a sheet's page and data beside the run file. `linked`: the report's page stands beside it, to lead to.
pub fn write_score(folder: &Path, sheet: &Sheet, linked: bool) -> Result<(), ReportError> {
    let path = folder.join("run.db");
    let broken = |source| ReportError::Run { path: path.clone(), source };
    let run = RunReader::open(&path).map_err(broken)?;
    let site = facts::site(&run).map_err(broken)?;
    let name = SiteName::read(&run, &site).map_err(broken)?;
    let page = html::score(&view::View::new(sheet, &site, &name, linked))?;
    write(&folder.join(page_name(sheet)), |out| out.write_all(page.as_bytes()))?;
    write(&folder.join(format!("score-{}.json", sheet.pack)), |out| {
        serde_json::to_writer_pretty(&mut *out, &Json { site: &site, sheet })?;
        out.write_all(b"\n")
    })
}
