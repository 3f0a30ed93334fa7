//! Answers to what was asked beyond the links of pages, judged as the crawl does. Clauses N2.3, N2.5.
//!
//! The fixture's page is the answer; what its address answered with may stand in the file beside it.

use base::Position;
use checks::probe::{EXPOSED, Probed, Purpose};
use checks::registry;
use checks::rule::Findings;

use crate::case::Case;
use crate::sidecar::well;

/// Where searches and forms of the fixtures stand.
const PAGE: &str = "http://www.example.gov.cn/";

pub fn judge(case: &Case, out: &mut Findings) {
    let probe = case.sidecar.probe.as_ref().expect("a rule on probes needs [probe]");
    let at = Position { line: 12, column: 5 };
    let purpose = match &*probe.purpose {
        "exposed" => {
            let file = EXPOSED.iter().find(|e| e.path == probe.path);
            Purpose::Exposed(file.unwrap_or_else(|| panic!("nobody asks for {}", probe.path)))
        }
        "search" => Purpose::Search { page: PAGE, at, term: &probe.term, wanted: &probe.wanted },
        "form" => Purpose::Form { page: PAGE, at, post: false },
        "post" => Purpose::Form { page: PAGE, at, post: true },
        other => panic!("no such purpose: {other}"),
    };
    let row = case.sidecar.answer.first();
    let answer = row.map_or_else(well, |row| row.answered(false));
    case.with_page(|page, facts| {
        let page = (!case.body.is_empty()).then_some(page);
        let url = &case.sidecar.url;
        registry::probe_rules(&Probed { purpose, url, answer: &answer, body: &case.body, page }, facts, out);
    });
}
