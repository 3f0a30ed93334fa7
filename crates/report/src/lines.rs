//! `findings.ndjson`: one finding a line, with fields that never change their meaning (docs/report.md). Clause N5.3.
//!
//! Streamed; holds nothing in memory.

use std::io::{self, Write};

use crawl::SiteEntry;
use crawl::run_file::{FindingRow, RunReader};
use serde::Serialize;
use serde_json::Value;

/// A line. The fields come in this order; new ones are only ever added at the end.
#[derive(Serialize)]
struct Line<'a> {
    rule: &'a str,
    rule_name: Option<&'static str>,
    level: &'a str,
    clause: &'a str,
    site: &'a str,
    site_url: &'a str,
    page: Option<&'a str>,
    target: Option<&'a str>,
    text: Option<&'a str>,
    element: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    verdict: Option<&'a str>,
    reach: Option<&'a str>,
    status: Option<u16>,
    cause: &'a str,
    fix: &'a str,
    chain: Option<Value>,
    evidence: Option<Evidence<'a>>,
    pages_total: u64,
    quote: Option<Value>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    warc: &'a str,
    record: &'a str,
    offset: Option<u64>,
}

/// Writes every finding of a site. `warc` is where its evidence lies, seen from the file that is written.
pub fn write(out: &mut dyn Write, run: &RunReader, site: &SiteEntry, warc: &str) -> io::Result<()> {
    let mut failed = None;
    let result = run.each_finding(|finding| {
        if failed.is_none() {
            failed = write_line(out, &finding, site, warc).err();
        }
    });
    result.map_err(io::Error::other)?;
    failed.map_or(Ok(()), Err)
}

fn write_line(out: &mut dyn Write, f: &FindingRow, site: &SiteEntry, warc: &str) -> io::Result<()> {
    let line = Line {
        rule: &f.rule,
        rule_name: checks::registry::rule(&f.rule).map(|r| r.name),
        level: &f.level,
        clause: &f.clause,
        site: if site.name.is_empty() { &site.url } else { &site.name },
        site_url: &site.url,
        page: said(f.page.as_deref()),
        target: said(f.target.as_deref()),
        text: said(f.text.as_deref()),
        element: said(f.element.as_deref()),
        line: f.line,
        column: f.column,
        verdict: f.verdict.as_deref(),
        reach: f.reach.as_deref(),
        status: f.status,
        cause: &f.cause,
        fix: &f.fix,
        chain: f.chain.as_deref().and_then(|c| serde_json::from_str(c).ok()),
        evidence: f.record.as_deref().map(|record| Evidence { warc, record, offset: f.record_at }),
        pages_total: f.pages_total,
        quote: f.quote.as_deref().and_then(|q| serde_json::from_str(q).ok()),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

/// An empty text says nothing; null says so.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}
