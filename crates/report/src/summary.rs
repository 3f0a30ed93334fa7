//! Several sites: a page above their folders, and all findings in one file. Clause N2.7.
//!
//! Reads what the sites' own reports left; judges nothing.

use std::cmp::Reverse;
use std::io;
use std::path::Path;

use base::Level;
use crawl::run_file::RunReader;
use serde::Serialize;

use crate::data::host_of;
use crate::text::{clean, percent, readable};
use crate::{Formats, ReportError, SiteRun, html, lines, write};

#[derive(Serialize)]
struct Summary {
    rows: Vec<Row>,
    failed: usize,
    pages: u64,
    levels: Vec<LevelSum>,
}

#[derive(Serialize)]
struct LevelSum {
    level: &'static str,
    name: &'static str,
    places: u64,
    /// Sites with a finding of the level.
    sites: usize,
}

#[derive(Serialize)]
struct Row {
    /// The site's own report, where it has one.
    href: Option<String>,
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

/// Writes `index.html` and `findings.ndjson` in `out`, as far as they are wanted; worst site first on the page, in the
/// order of the list in the file.
pub fn write_summary(out: &Path, runs: &[SiteRun], formats: Formats) -> Result<(), ReportError> {
    if formats.html {
        let page = html::summary(&summary(out, runs))?;
        write(&out.join("index.html"), |file| file.write_all(page.as_bytes()))?;
    }
    if !formats.ndjson {
        return Ok(());
    }
    // A site without a result was not inspected; the page says why.
    let inspected = runs.iter().filter(|run| run.result.is_ok());
    write(&out.join("findings.ndjson"), |file| {
        for run in inspected {
            let reader = RunReader::open(&out.join(&run.folder).join("run.db")).map_err(io::Error::other)?;
            lines::write(file, &reader, &run.site, &format!("{}/{}", run.folder, crate::EVIDENCE))?;
        }
        Ok(())
    })
}

fn summary(out: &Path, runs: &[SiteRun]) -> Summary {
    let mut rows: Vec<Row> = runs.iter().map(|run| row(out, run)).collect();
    rows.sort_by_key(|r| (Reverse(r.failed), r.counts.iter().map(|c| Reverse(*c)).collect::<Vec<_>>()));
    let levels = (0..)
        .zip(Level::GRAVEST_FIRST)
        .map(|(at, level): (usize, _)| LevelSum {
            level: level.code(),
            name: level.label(),
            places: rows.iter().map(|r| r.counts[at]).sum(),
            sites: rows.iter().filter(|r| r.counts[at] > 0).count(),
        })
        .collect();
    Summary {
        failed: rows.iter().filter(|r| r.failed).count(),
        pages: rows.iter().map(|r| r.pages).sum(),
        levels,
        rows,
    }
}

fn row(out: &Path, run: &SiteRun) -> Row {
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
            let told = match &outcome.why {
                Some(why) => format!("无法检查：{why}"),
                None => html::state_name(state).to_owned(),
            };
            (told, outcome.pages, counts, state == "unreachable")
        }
    };
    // Of a site that the list does not name the run may have learned the name.
    let listed = site.name.trim();
    let names = !listed.is_empty() && !host_of(&site.url).starts_with(listed);
    let own = run.result.as_ref().map_or(&*site.url, |outcome| &*outcome.name);
    let reported = out.join(&run.folder).join("index.html").exists();
    Row {
        href: reported.then(|| format!("{}/index.html", percent(&run.folder))),
        name: clean(if names { listed } else { own }, 200),
        unit: clean(&site.unit, 200),
        level: clean(&site.level, 50),
        region: clean(&site.region, 100),
        url: readable(&site.url, 160),
        state: clean(&state, 300),
        pages,
        counts,
        failed,
    }
}
