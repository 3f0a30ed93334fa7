//! One fixture: a page, the file beside it, and what every rule of the folder's kind finds. Clauses N2.1–N2.6.
//!
//! Does what the crawl does between an answer and the rules, without a crawl. Judges nothing itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Finding;
use checks::conceal::SheetFile;
use checks::rule::{Facts, Findings, Look};
use checks::{Page, Rule, charset, registry};
use url::Url;

use crate::sidecar::Sidecar;
use crate::{documents, links, probes, sites};

/// The folder of all fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("fixtures")
}

/// A page or a file of facts by its name without ending.
pub struct Case {
    /// Without ending.
    pub path: PathBuf,
    pub body: Vec<u8>,
    pub sidecar: Sidecar,
}

impl Case {
    /// Reads `<path>.html` or `<path>.xml`, if there, and `<path>.toml`, if there.
    pub fn read(path: PathBuf) -> Case {
        let body = ["html", "xml"].iter().find_map(|end| fs::read(path.with_extension(end)).ok());
        let facts = fs::read_to_string(path.with_extension("toml")).unwrap_or_default();
        let sidecar: Sidecar =
            toml::from_str(&facts).unwrap_or_else(|e| panic!("{}.toml: {e}", path.display()));
        let mut body = body.unwrap_or_default();
        if let Some(fill) = &sidecar.fill {
            body = fill.page(std::str::from_utf8(&body).expect("a page to be filled is UTF-8")).into_bytes();
        }
        Case { path, body, sidecar }
    }

    /// Whether there is nothing for a rule to look at.
    pub fn is_empty(&self) -> bool {
        let facts = &self.sidecar;
        self.body.is_empty()
            && facts.probe.is_none()
            && facts.document.is_none()
            && facts.planned.is_empty()
            && facts.visits.is_empty()
            && facts.fragments.is_empty()
            && facts.fetches.is_empty()
            && facts.again.is_empty()
            && facts.columns.is_empty()
            && facts.late.is_empty()
    }

    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What the rules that look at the same sort of thing as `rule` find.
    pub fn findings(&self, rule: &Rule) -> Vec<Finding> {
        let mut out = Findings::default();
        match rule.look {
            Look::PageAndDocument(..) if self.sidecar.document.is_some() => documents::judge(self, &mut out),
            Look::Page(_) | Look::PageAndDocument(..) => {
                self.with_page(|page, facts| registry::page_rules(page, facts, &mut out))
            }
            Look::Document(_) => documents::judge(self, &mut out),
            Look::Link(_) => links::judge(self, &mut out),
            Look::Probe(_) => probes::judge(self, &mut out),
            Look::Site(_) => sites::judge(self, &mut out),
        }
        out.list
    }

    /// Decodes and parses the page.
    pub fn with_page<T>(&self, look: impl FnOnce(&Page<'_>, &Facts<'_>) -> T) -> T {
        let url = Url::parse(&self.sidecar.url).expect("the page's address");
        let decoded = charset::decode(&self.body, self.sidecar.content_type.as_deref());
        let sheet = |(at, css): (&String, &String)| {
            (url.join(at).expect("a sheet's address"), Arc::new(SheetFile::read(css)))
        };
        let sheets = self.sidecar.sheets.iter().map(sheet).collect();
        let page = Page::parse(url.clone(), &decoded.text, decoded.charset).with_sheets(sheets);
        let site = self.sidecar.site();
        let answer = self.sidecar.own_answer(self.body.len());
        let known = self.sidecar.known();
        let today = Some(self.sidecar.today());
        look(&page, &Facts { site: &site, answer: Some(&answer), today, known: &known })
    }
}
