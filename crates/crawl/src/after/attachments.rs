//! The files that pages offer: fetched, read, and held against the rules on documents. Clauses N2.2, N2.3.
//!
//! One at a time and each within bounds, so that memory holds one file. What a file holds is never kept as evidence:
//! a leak must not be copied.

use checks::rule::{Answered, DocumentFault, DocumentLine, DocumentText, Findings};
use checks::{malware, registry};
use documents::Document;
use url::Url;

use super::{After, Afterwards, Questions};
use crate::bounds;
use crate::fetch::Fetched;
use crate::wire::Want;

/// A file of the site, and a page that links to it.
pub struct Attachment {
    pub url: Url,
    pub page: Option<String>,
}

/// Endings of files whose text can be read.
const READABLE: [&str; 24] = [
    "pdf", "doc", "docx", "docm", "dot", "wps", "xls", "xlsx", "xlsm", "et", "ppt", "pptx", "ppsx", "dps",
    "odt", "ods", "odp", "ofd", "rtf", "csv", "txt", "zip", "rar", "7z",
];

/// Whether an address names a file whose text can be read, or the answer's type says so.
pub fn is_attachment(url: &Url, mime: Option<&str>) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    READABLE.contains(&&*ending)
        || mime.is_some_and(|m| {
            m == "application/pdf"
                || m == "application/msword"
                || m.starts_with("application/vnd.ms-")
                || m.starts_with("application/vnd.openxmlformats-")
        })
}

impl After<'_> {
    pub(super) async fn attachments(&self, questions: &Questions, found: &mut Afterwards) {
        let (mut unread, mut cut) = (0u64, 0u64);
        for attachment in &questions.attachments {
            let Some(fetched) = self.get(&attachment.url, Want::Whole).await else {
                unread += 1;
                continue;
            };
            // A dead one was told when it was asked for first.
            if fetched.status != Some(200) {
                unread += 1;
                continue;
            }
            cut += u64::from(fetched.body.len() >= bounds::MAX_BODY);
            let read = || documents::read(name_of(&fetched).as_deref(), &fetched.body);
            let document = tokio::task::block_in_place(read);
            let mut answer = super::answered(&fetched);
            let scanned = self.visitor.scan(&fetched.body).await;
            // The scanners' own test file is known without a scanner.
            let test = || malware::is_test_file(&fetched.body).then(|| malware::EICAR.to_owned());
            answer.safety.malware = scanned.or_else(test);
            self.judge_document(attachment, &document, &answer, found);
            found.read.push(attachment.url.clone());
        }
        let left_out = questions.attachments_left_out;
        if left_out > 0 {
            found.unchecked.push(format!(
                "附件只检查了前 {} 个，另有 {left_out} 个没有打开检查（--attachments）",
                questions.attachments.len()
            ));
        }
        if unread > 0 {
            found.unchecked.push(format!("{unread} 个附件没有取到，内容没有检查"));
        }
        if cut > 0 {
            found.unchecked.push(format!("{cut} 个附件超过 16 MB，只检查了开头"));
        }
    }

    fn judge_document(
        &self,
        attachment: &Attachment,
        document: &Document,
        answer: &Answered,
        found: &mut Afterwards,
    ) {
        let faults: Vec<DocumentFault> = document
            .faults
            .iter()
            .map(|fault| DocumentFault { level: fault.level(), cause: fault.cause() })
            .collect();
        let lines: Vec<DocumentLine<'_>> = document
            .passages
            .iter()
            .map(|p| DocumentLine { place: &p.place, text: &p.text, table: p.table })
            .collect();
        let text = DocumentText {
            url: &attachment.url,
            kind: document.kind.label(),
            faults: &faults,
            lines: &lines,
        };
        let mut findings = Findings::default();
        registry::document_rules(&text, &self.facts(Some(answer)), &mut findings);
        for mut finding in findings.list {
            finding.page = attachment.page.clone();
            finding.target = Some(attachment.url.to_string());
            found.findings.push((finding, None));
        }
    }
}

/// The file's name: what the answer says (RFC 6266), else the end of its address.
fn name_of(fetched: &Fetched) -> Option<String> {
    let said = fetched.header(http::header::CONTENT_DISPOSITION).and_then(|value| {
        let at = value.to_ascii_lowercase().find("filename")?;
        let name = value[at..].split_once('=')?.1.split(';').next()?.trim().trim_matches('"').to_owned();
        (name.contains('.')).then_some(name)
    });
    said.or_else(|| fetched.url.path().rsplit('/').next().map(str::to_owned)).filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_can_be_read_are_told_from_pages_and_pictures() {
        let is = |url: &str, mime| is_attachment(&url.parse().unwrap(), mime);
        assert!(
            is("http://a.example/f/1.PDF", None) && is("http://a.example/down?id=3", Some("application/pdf"))
        );
        assert!(!is("http://a.example/a.html", Some("text/html")) && !is("http://a.example/a.jpg", None));
    }
}
