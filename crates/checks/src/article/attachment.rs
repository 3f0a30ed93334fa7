//! Files that an article offers: links in its body to documents, tables, archives. Clause N2.3.
//!
//! Tells what a file claims to be; whether it is, is known only once it is fetched.

use super::body::Found;
use crate::address::{self, Target};
use crate::page::Page;

/// What a file is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    Pdf,
    Word,
    Sheet,
    Slides,
    Archive,
    Text,
    Other,
}

impl Claim {
    pub fn code(self) -> &'static str {
        match self {
            Claim::Pdf => "pdf",
            Claim::Word => "word",
            Claim::Sheet => "sheet",
            Claim::Slides => "slides",
            Claim::Archive => "archive",
            Claim::Text => "text",
            Claim::Other => "other",
        }
    }
}

/// A file that the article offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Address as a browser asks for it.
    pub url: String,
    pub name: String,
    pub claim: Claim,
}

/// Attachments of one article that are listed.
const MAX_ATTACHMENTS: usize = 500;
/// Bytes of the source behind the body in which builders put the list of files.
const BEHIND: usize = 6_000;

const ENDINGS: [(&str, Claim); 22] = [
    ("pdf", Claim::Pdf),
    ("ofd", Claim::Pdf),
    ("ceb", Claim::Pdf),
    ("doc", Claim::Word),
    ("docx", Claim::Word),
    ("wps", Claim::Word),
    ("rtf", Claim::Word),
    ("odt", Claim::Word),
    ("xls", Claim::Sheet),
    ("xlsx", Claim::Sheet),
    ("et", Claim::Sheet),
    ("ods", Claim::Sheet),
    ("csv", Claim::Sheet),
    ("ppt", Claim::Slides),
    ("pptx", Claim::Slides),
    ("dps", Claim::Slides),
    ("zip", Claim::Archive),
    ("rar", Claim::Archive),
    ("7z", Claim::Archive),
    ("gz", Claim::Archive),
    ("tar", Claim::Archive),
    ("txt", Claim::Text),
];

/// What the ending of an address or of a name claims.
pub fn claim_of(name: &str) -> Option<Claim> {
    let name = name.split(['?', '#']).next().unwrap_or_default().trim_end_matches(['）', ')', ' ']);
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.iter().find(|(e, _)| ending.eq_ignore_ascii_case(e)).map(|(_, claim)| *claim)
}

pub(super) fn find(page: &Page<'_>, body: &Found) -> Vec<Attachment> {
    let tree = page.tree();
    let span = tree.span(body.node);
    let mut list: Vec<Attachment> = Vec::new();
    for id in tree.ids().filter(|id| tree.is(*id, "a")) {
        let at = tree.span(id).start;
        if at < span.start || at > span.end + BEHIND {
            continue;
        }
        let Some(raw) = tree.attr(id, "href") else { continue };
        let name = tree.text(id, 120);
        let downloads = ["download", "attach", "fujian"].iter().any(|w| raw.to_ascii_lowercase().contains(w));
        let claim = claim_of(&raw).or_else(|| claim_of(&name)).or(downloads.then_some(Claim::Other));
        // Behind the body only files with a known ending: other links there lead to columns.
        let Some(claim) = claim.filter(|c| at <= span.end || *c != Claim::Other) else { continue };
        let Target::Web(found) = address::resolve(&page.base, &raw, page.charset.encoding) else { continue };
        let url = found.url.to_string();
        if list.len() < MAX_ATTACHMENTS && list.iter().all(|a| a.url != url) {
            list.push(Attachment { url, name, claim });
        }
    }
    list
}
