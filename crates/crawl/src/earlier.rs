//! An earlier run of the same site, whose word on unchanged pages still holds: they are not judged again. Clause N2.1.
//!
//! The earlier run's folder is only read. What it cannot tell exactly as it was is judged anew: doubt costs time, never
//! a finding.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base::{Finding, Reach, Verdict};
use checks::rule::Answered;
use encoding_rs::Encoding;
use http::header::{self, HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

use crate::bounds;
use crate::evidence::Record;
use crate::fetch::Fetched;
use crate::lock;
use crate::message::{Kept, Took, address_hash};
use crate::plan::Plan;
use crate::read::Reading;
use crate::run_file::RunReader;
use crate::run_file::readings::Reread;
use crate::visit::now_ms;

/// Rules whose findings may change while the page does not: what they say is looked at each time. Leaks are among
/// them, for no page with one is kept as evidence.
const LOOKED_AT_AGAIN: [&str; 5] =
    ["future-date", "late-reply", "personal-data", "secrecy-mark", "slow-page"];

/// An earlier run, open for reading.
#[derive(Debug)]
pub struct Earlier {
    folder: PathBuf,
    reader: Mutex<RunReader>,
    pages: HashMap<u64, Page>,
    /// When the pages were all judged, milliseconds since 1970-01-01 UTC.
    pub(crate) fresh_at: i64,
}

#[derive(Clone, Copy, Debug)]
struct Page {
    id: u32,
    digest: [u8; 16],
}

/// What the earlier run knows of one address.
pub(crate) struct Before<'e> {
    earlier: &'e Earlier,
    page: Page,
    etag: Option<String>,
    modified: Option<String>,
}

/// A page that is as it was.
pub(crate) struct Unchanged {
    pub reading: Reading,
    pub kept: Kept,
    pub mime: Option<String>,
    pub bytes: u64,
    /// The record of the answer, where the body did not come again.
    pub record: Option<Record>,
}

impl Earlier {
    /// The run in `folder`, if what it says holds for a run by `plan`: it was finished, judged by the same program
    /// with the same settings, and all its pages were judged at most seven days ago.
    pub fn open(folder: &Path, plan: &Plan) -> Option<Earlier> {
        let reader = RunReader::open(&folder.join("run.db")).ok()?;
        let meta = |key: &str| reader.meta(key).ok().flatten();
        let judged_by = judged_by(plan)?;
        let fresh_at: i64 = meta("fresh_at")?.parse().ok()?;
        let age = now_ms().checked_sub(fresh_at)?;
        let holds = meta("judged_by")? == judged_by
            && meta("state")? == "finished"
            && (0..=bounds::JUDGED_FOR.as_millis() as i64).contains(&age);
        if !holds {
            return None;
        }
        let mut pages = HashMap::new();
        reader
            .each_reading(bounds::MAX_READINGS, |url, id, digest| {
                pages.insert(address_hash(url), Page { id, digest });
            })
            .ok()?;
        Some(Earlier { folder: folder.to_owned(), reader: Mutex::new(reader), pages, fresh_at })
    }

    /// What is known of the page at this address.
    pub(crate) fn before(&self, url: &str) -> Option<Before<'_>> {
        let page = *self.pages.get(&address_hash(url))?;
        let (etag, modified) = lock(&self.reader).validators(page.id, url).ok()??;
        Some(Before { earlier: self, page, etag, modified })
    }
}

impl Before<'_> {
    /// Header fields that let the server say that nothing has changed (RFC 9110 §13.1); `None` where it gave none.
    pub fn conditions(&self) -> Option<HeaderMap> {
        let mut fields = HeaderMap::new();
        let value = |text: &Option<String>| HeaderValue::from_str(text.as_deref()?).ok();
        if let Some(etag) = value(&self.etag) {
            fields.insert(header::IF_NONE_MATCH, etag);
        }
        if let Some(modified) = value(&self.modified) {
            fields.insert(header::IF_MODIFIED_SINCE, modified);
        }
        (!fields.is_empty()).then_some(fields)
    }

    /// What was read in the page, if the answer shows it to be the same.
    pub fn unchanged(&self, fetched: &Fetched) -> Option<Unchanged> {
        // How long an answer takes is for the rules to tell, each time.
        let plain =
            fetched.chain.is_empty() && fetched.tls_fault.is_none() && fetched.took_ms <= checks::ADVISED_MS;
        let took = match fetched.status {
            Some(304) => Took::NotModified,
            Some(200) if fetched.reach == Reach::Ok && digest(fetched) == self.page.digest => Took::Same,
            _ => return None,
        };
        if !plain {
            return None;
        }
        let reread = lock(&self.earlier.reader).reread(self.page.id).ok()??;
        let record = match (took, &reread.record) {
            (Took::NotModified, Some((id, offset))) => {
                let path = self.earlier.folder.join("evidence.warc.gz");
                Some(Record::copied(id.clone(), crate::archive::member(&path, *offset).ok()?))
            }
            _ => None,
        };
        let Reread { read, findings, charset, title, mime, bytes, .. } = reread;
        let reading = Reading {
            read,
            charset: Encoding::for_label(charset.as_bytes())?.name(),
            title,
            findings,
            soft: None,
            is_page: true,
            needs_script: false,
            wanted: None,
        };
        let now_or_before =
            |name, before: &Option<String>| validator(fetched, name).or_else(|| before.clone());
        let kept = Kept {
            digest: self.page.digest,
            content: reading.read.body_hash,
            etag: now_or_before(header::ETAG, &self.etag),
            modified: now_or_before(header::LAST_MODIFIED, &self.modified),
            took: Some(took),
        };
        Some(Unchanged { reading, kept, mime, bytes, record })
    }
}

/// What is kept of a page that was judged now, so that a later run need not; `None` where its judgement hangs on more
/// than its own text: style sheets, scripts, redirects, the day. Lists are read anew each time.
pub(crate) fn kept(fetched: &Fetched, answered: &Answered, reading: &Reading) -> Option<Kept> {
    let plain = fetched.status == Some(200)
        && answered.reach == Reach::Ok
        && answered.verdict == Verdict::Ok
        && answered.tls_fault.is_none()
        && answered.safety.malware.is_none()
        && fetched.chain.is_empty();
    let alone = reading.is_page
        && reading.soft.is_none()
        && !reading.needs_script
        && reading.wanted.is_none()
        && reading.read.column.is_none();
    let settled = |finding: &Finding| !LOOKED_AT_AGAIN.contains(&finding.rule);
    (plain && alone && reading.findings.iter().all(settled)).then(|| Kept {
        digest: digest(fetched),
        content: reading.read.body_hash,
        etag: validator(fetched, header::ETAG),
        modified: validator(fetched, header::LAST_MODIFIED),
        took: None,
    })
}

/// By what a run by this plan judges: the program itself and the settings that rules see. `None` where lists are
/// supplied, which may change between runs.
pub(crate) fn judged_by(plan: &Plan) -> Option<String> {
    if !plan.known.is_empty() {
        return None;
    }
    let program = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let built = program.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let scope = (&plan.scope.hosts, plan.scope.sub_domains, &plan.scope.path);
    let name = &plan.site.name;
    let settings = (plan.start.as_str(), name, scope, plan.probes, plan.render, plan.known.no_hints);
    let words = serde_json::to_vec(&(program.len(), built.as_nanos().to_string(), settings)).ok()?;
    let digest: [u8; 32] = Sha256::digest(words).into();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Digest of what a page was read from: its media type and charset as sent, and its body.
fn digest(fetched: &Fetched) -> [u8; 16] {
    let mut sha = Sha256::new();
    let kind = fetched.header(header::CONTENT_TYPE).unwrap_or_default();
    sha.update((kind.len() as u64).to_le_bytes());
    sha.update(kind);
    sha.update([u8::from(crate::signs::upgrades_parts(fetched))]);
    sha.update(&fetched.body);
    let whole: [u8; 32] = sha.finalize().into();
    std::array::from_fn(|at| whole[at])
}

fn validator(fetched: &Fetched, name: header::HeaderName) -> Option<String> {
    let value = fetched.headers.get(name)?.to_str().ok()?;
    (!value.is_empty() && value.len() <= bounds::MAX_VALIDATOR).then(|| value.to_owned())
}
