//! Files of a fixture that are no pages: their lines as a sidecar gives them. Clauses N2.2, N2.3.
//!
//! Reading real files is another crate's; here stands what it would have read.

use checks::registry;
use checks::rule::{DocumentFault, DocumentLine, DocumentText, Facts, Findings};
use serde::Deserialize;
use url::Url;

use crate::case::Case;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What its bytes are.
    pub kind: String,
    /// What is wrong with it as a whole: `fault 声称是……`.
    #[serde(default)]
    pub faults: Vec<String>,
    #[serde(default)]
    pub line: Vec<DocumentRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRow {
    pub place: String,
    pub text: String,
    pub table: Option<u32>,
}

/// Runs the rules on the file, if the sidecar tells of one.
pub fn judge(case: &Case, out: &mut Findings) {
    let Some(document) = &case.sidecar.document else { return };
    let fault = |written: &String| {
        let (level, cause) = written.split_once(' ').expect("a fault is “level cause”");
        DocumentFault { level: level.parse().expect("a level"), cause: cause.into() }
    };
    let faults: Vec<DocumentFault> = document.faults.iter().map(fault).collect();
    let lines: Vec<DocumentLine<'_>> = document
        .line
        .iter()
        .map(|row| DocumentLine { place: &row.place, text: &row.text, table: row.table })
        .collect();
    let url = Url::parse(&case.sidecar.url).expect("the file's address");
    let text = DocumentText { url: &url, kind: &document.kind, faults: &faults, lines: &lines };
    let site = case.sidecar.site();
    let answer = case.sidecar.own_answer(case.body.len());
    let known = case.sidecar.known();
    let facts =
        Facts { site: &site, answer: Some(&answer), today: Some(case.sidecar.today()), known: &known };
    registry::document_rules(&text, &facts, out);
}
