//! `findings.ndjson`: one finding a line, with fields that never change their meaning (docs/report.md). Clause N5.3.
//!
//! Streamed; holds nothing in memory.

use std::io::{self, Write};

use crawl::run_file::RunReader;
use serde_json::{Value, json};

use crate::data::Data;

/// Writes every finding.
pub fn write(out: &mut dyn Write, run: &RunReader, data: &Data) -> io::Result<()> {
    let mut failed = None;
    let result = run.each_finding(|f| {
        if failed.is_some() {
            return;
        }
        let chain = f.chain.as_deref().and_then(|c| serde_json::from_str::<Value>(c).ok());
        let evidence = f
            .record
            .map(|record| json!({"warc": "evidence.warc.gz", "record": record, "offset": f.record_at}));
        let line = json!({
            "rule": f.rule,
            "rule_name": checks::registry::rule(&f.rule).map(|r| r.name),
            "level": f.level,
            "clause": f.clause,
            "site": data.site.name,
            "site_url": data.site.url,
            "page": f.page,
            "target": f.target,
            "text": f.text,
            "element": f.element,
            "line": f.line,
            "column": f.column,
            "verdict": f.verdict,
            "reach": f.reach,
            "status": f.status,
            "cause": f.cause,
            "fix": f.fix,
            "chain": chain,
            "evidence": evidence,
            "pages_total": f.pages_total,
        });
        failed = writeln!(out, "{line}").err();
    });
    result.map_err(io::Error::other)?;
    failed.map_or(Ok(()), Err)
}
