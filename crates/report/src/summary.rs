//! Several sites: a page above their folders, and all findings in one file. Clause N2.7.
//!
//! Reads what the sites' own reports left; judges nothing.

use std::io;
use std::path::Path;

use base::Level;
use serde::Serialize;

use crate::{ReportError, SiteRun, html, write};

#[derive(Serialize)]
struct Row {
    folder: String,
    name: String,
    unit: String,
    level: String,
    region: String,
    url: String,
    state: String,
    pages: u64,
    counts: Vec<u64>,
    failed: bool,
}

/// Writes `index.html` and `findings.ndjson` in `out`, worst site first.
pub fn write_summary(out: &Path, runs: &[SiteRun]) -> Result<(), ReportError> {
    let mut rows: Vec<Row> = runs.iter().map(row).collect();
    rows.sort_by_key(|r| {
        (std::cmp::Reverse(r.failed), r.counts.iter().map(|c| std::cmp::Reverse(*c)).collect::<Vec<_>>())
    });
    let page = html::summary(&rows, runs.len())?;
    write(&out.join("index.html"), |file| file.write_all(page.as_bytes()))?;
    write(&out.join("findings.ndjson"), |file| {
        for run in runs {
            match std::fs::File::open(out.join(&run.folder).join("findings.ndjson")) {
                Ok(mut part) => {
                    io::copy(&mut part, file)?;
                }
                // A site without findings file was not inspected; the page says why.
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => return Err(why),
            }
        }
        Ok(())
    })
}

fn row(run: &SiteRun) -> Row {
    let site = &run.site;
    let (state, pages, counts, failed) = match &run.result {
        Err(why) => (why.clone(), 0, vec![0; 4], true),
        Ok(outcome) => {
            let state = match outcome.ended {
                crawl::Ended::Finished => "finished",
                crawl::Ended::Interrupted => "interrupted",
                crawl::Ended::Unreachable => "unreachable",
            };
            let counts = Level::GRAVEST_FIRST.map(|level| outcome.count(level)).to_vec();
            (html::state_name(state).to_owned(), outcome.pages, counts, state == "unreachable")
        }
    };
    Row {
        folder: run.folder.clone(),
        name: site.name.clone(),
        unit: site.unit.clone(),
        level: site.level.clone(),
        region: site.region.clone(),
        url: site.url.clone(),
        state,
        pages,
        counts,
        failed,
    }
}
