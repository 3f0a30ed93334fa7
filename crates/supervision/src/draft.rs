//! A text that is about to be published, held against the rules that look at published ones. Clauses N2.2, N2.5.
//!
//! The same rules, used before instead of after; only those that a draft is not let out with are asked here.

use checks::Known;
use checks::registry;
use checks::rule::{DocumentLine, DocumentText, Facts, Findings, Site};
use url::Url;

/// Rules that keep a text from being published: what is out cannot be called back.
const STOPS: [&str; 2] = ["personal-data", "secrecy-mark"];

/// Why a text is not to be published, in words; `None` where nothing is against it.
pub fn refusal(text: &str) -> Option<String> {
    let start = Url::parse("http://draft.invalid/").ok()?;
    let site = Site { name: String::new(), start: start.clone(), hosts: Vec::new(), sub_domains: false };
    let facts = Facts { site: &site, answer: None, today: None, known: Known::NOTHING };
    let lines: Vec<DocumentLine<'_>> =
        text.lines().map(|text| DocumentLine { place: "正文", text, table: None }).collect();
    let document = DocumentText { url: &start, kind: "文字", faults: &[], lines: &lines };
    let mut found = Findings::default();
    registry::document_rules(&document, &facts, &mut found);
    let stops = found.list.into_iter().find(|one| STOPS.contains(&one.rule))?;
    Some(stops.cause.trim_end_matches('。').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_person_stops_a_text_and_an_office_does_not() {
        // Made up: the check digit is right, the place is given to nobody.
        assert!(refusal("当事人身份证号：439900199001011237，已核实。").is_some());
        assert_eq!(refusal("该栏目已更新，咨询电话 0990-8000001。"), None);
        assert_eq!(refusal(""), None);
    }
}
