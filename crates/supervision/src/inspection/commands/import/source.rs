//! A run's folder as the import reads it: findings in batches, evidence, pictures, columns. Clauses N2.1, N5.3.
//!
//! Files are read on blocking threads; nothing in the folder is changed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Level, Quote, Reach, Verdict};
use checks::column::ColumnSeen;
use crawl::run_file::{FindingRow, Looked, OutgoingTarget, RunReader};
use ledger::registry::entity::site;
use ledger::{Cx, SiteId};
use platform::clock::{Instant, beijing};
use platform::{Error, lookup};
use sea_orm::Set;

use crate::inspection::entity::{site_column, site_link};
use crate::inspection::store::findings;

/// Columns of one site that are kept; a portal has some hundreds.
const MOST_COLUMNS: u32 = 2_000;
/// Links out of one site that are kept; a portal has some thousands, and a page of links made by a machine must not fill
/// the database.
const MOST_LINKS: u32 = 10_000;
/// Texts of a finding are cut here: a list shows less, and the evidence holds the whole.
const LONGEST: usize = 2_000;

/// A finding of a run file, as the register keeps it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its number in the run file.
    pub number: i64,
    pub rule: String,
    pub level: Level,
    pub clause: String,
    pub page: Option<String>,
    pub target: Option<String>,
    pub element: Option<String>,
    pub text: Option<String>,
    pub quote: Option<String>,
    /// The faulty words, out of the quote.
    pub fault: Option<String>,
    pub line: Option<i32>,
    pub col: Option<i32>,
    pub reach: Option<String>,
    pub status: Option<i32>,
    pub cause: String,
    pub fix: String,
    pub pages: i32,
    /// Where its record begins in the evidence file.
    pub record_at: Option<u64>,
}

/// Evidence that was kept: digests of blobs.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub record: Option<String>,
    pub picture: Option<String>,
}

/// The folder of a run.
pub struct RunSource {
    folder: PathBuf,
    reader: Arc<Mutex<RunReader>>,
    /// Pictures by the address of their page.
    pictures: HashMap<String, String>,
    /// Blobs of records by their place, so that one page's record is kept once.
    records: Mutex<HashMap<u64, String>>,
}

impl RunSource {
    /// Opens the run file in a folder.
    pub async fn open(folder: PathBuf) -> Result<RunSource, Error> {
        let path = folder.join("run.db");
        let (reader, pictures) = blocking(move || {
            let reader = RunReader::open(&path).map_err(unreadable)?;
            let pictures = reader.screenshots().map_err(unreadable)?;
            Ok((reader, pictures.into_iter().map(|one| (one.url, one.path)).collect()))
        })
        .await?;
        Ok(RunSource { folder, reader: Arc::new(Mutex::new(reader)), pictures, records: Mutex::default() })
    }

    /// Asks the reader on a blocking thread.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&RunReader) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reader = Arc::clone(&self.reader);
        blocking(move || question(&reader.lock().unwrap_or_else(PoisonError::into_inner))).await
    }

    /// At most `most` findings after number `after`.
    pub async fn findings_after(&self, after: i64, most: u32) -> Result<Vec<Found>, Error> {
        let rows = self.ask(move |reader| reader.findings_after(after, most).map_err(unreadable)).await?;
        Ok(rows.into_iter().map(found).collect())
    }

    /// How far each address that has an answer was looked into.
    pub async fn answered(&self) -> Result<Answered, Error> {
        self.ask(|reader| {
            let mut all = Vec::new();
            reader.each_answered(|url, looked| all.push((hash(url), looked))).map_err(unreadable)?;
            all.sort_unstable_by_key(|(hash, _)| *hash);
            Ok(Answered(all))
        })
        .await
    }

    /// Keeps the evidence of findings that the register does not know yet.
    pub async fn evidence(
        &self,
        cx: &Cx,
        site: SiteId,
        merged: &[(String, Found)],
    ) -> Result<HashMap<String, Kept>, Error> {
        let keys: Vec<String> = merged.iter().map(|(key, _)| key.clone()).collect();
        let known = findings::by_keys_unscoped(cx.db.read(), site, &keys).await?;
        let new = merged.iter().filter(|(key, _)| known.iter().all(|one| one.key != *key));
        let mut out = HashMap::new();
        for (key, found) in new {
            let record = match found.record_at {
                Some(at) => self.record(cx, at).await?,
                None => None,
            };
            let picture = match found.page.as_ref().and_then(|page| self.pictures.get(page)) {
                Some(path) => self.keep(cx, self.folder.join(path)).await?,
                None => None,
            };
            out.insert(key.clone(), Kept { record, picture });
        }
        Ok(out)
    }

    async fn record(&self, cx: &Cx, at: u64) -> Result<Option<String>, Error> {
        let known = || self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known().get(&at) {
            return Ok(Some(digest.clone()));
        }
        let path = self.folder.join("evidence.warc.gz");
        let bytes = match blocking(move || Ok(crawl::archive::member(&path, at))).await? {
            Ok(bytes) => bytes,
            Err(fault) => {
                // The finding stands without its page rather than not at all.
                tracing::warn!(at, "evidence cannot be read: {fault}");
                return Ok(None);
            }
        };
        let digest = cx.blobs.put(bytes).await?.to_string();
        known().insert(at, digest.clone());
        Ok(Some(digest))
    }

    async fn keep(&self, cx: &Cx, path: PathBuf) -> Result<Option<String>, Error> {
        match blocking(move || Ok(std::fs::read(&path))).await? {
            Ok(bytes) => Ok(Some(cx.blobs.put(bytes).await?.to_string())),
            Err(fault) => {
                tracing::warn!("a picture cannot be read: {fault}");
                Ok(None)
            }
        }
    }

    /// The columns that the run saw.
    pub async fn columns(
        &self,
        site: &site::Model,
        now: Instant,
    ) -> Result<Vec<site_column::ActiveModel>, Error> {
        let columns = self.ask(|reader| reader.columns(MOST_COLUMNS).map_err(unreadable)).await?;
        Ok(columns.iter().filter(|column| !column.is_home).map(|one| column(one, site, now)).collect())
    }
}

impl RunSource {
    /// The links out of the site that the run met, each target once.
    pub async fn links(
        &self,
        site: &site::Model,
        now: Instant,
    ) -> Result<Vec<site_link::ActiveModel>, Error> {
        let targets = self.ask(|reader| reader.outgoing_targets(MOST_LINKS).map_err(unreadable)).await?;
        Ok(targets.into_iter().map(|target| link(target, site, now)).collect())
    }
}

fn link(seen: OutgoingTarget, site: &site::Model, now: Instant) -> site_link::ActiveModel {
    let host = url::Url::parse(&seen.target).ok().and_then(|url| crawl::Scope::name_of(&url));
    let verdict = seen.verdict.as_deref().and_then(Verdict::from_code);
    let reach: Option<Reach> = seen.reach.as_deref().and_then(|reach| reach.parse().ok());
    site_link::ActiveModel {
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        target: Set(cut(&seen.target)),
        host: Set(cut(&host.unwrap_or_default())),
        sought: Set(lookup::sought(&[&cut(&seen.target), &cut(&seen.text)])),
        text: Set(cut(&seen.text)),
        page: Set(cut(&seen.page)),
        pages: Set(i32::try_from(seen.pages).unwrap_or(i32::MAX)),
        answer: Set(reach.map(|reach| cut(&reach.describe())).unwrap_or_default()),
        is_faulty: Set(matches!(verdict, Some(Verdict::Dead | Verdict::Wrong))),
        first_seen: Set(now),
        seen_at: Set(now),
        ..Default::default()
    }
}

/// Addresses that have an answer, by digest (64 bits), sorted.
pub struct Answered(Vec<(u64, Looked)>);

impl Answered {
    /// What was answered, for tests of what it means.
    #[cfg(test)]
    pub fn new(all: Vec<(String, Looked)>) -> Answered {
        let mut all: Vec<_> = all.into_iter().map(|(address, looked)| (hash(&address), looked)).collect();
        all.sort_unstable_by_key(|(hash, _)| *hash);
        Answered(all)
    }

    /// How far an address was looked into, if it was asked for; its fragment is of no account.
    pub fn of(&self, address: &str) -> Option<Looked> {
        let sought = hash(address.split('#').next().unwrap_or_default());
        let at = self.0.binary_search_by_key(&sought, |(hash, _)| *hash).ok()?;
        Some(self.0[at].1)
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

fn column(seen: &ColumnSeen, site: &site::Model, now: Instant) -> site_column::ActiveModel {
    let day = beijing(now).date_naive().to_string();
    let today: Option<jiff::civil::Date> = day.parse().ok();
    let since = seen.kind.period().zip(today).and_then(|(period, today)| period.since(today));
    // The rule's own condition: a list with a few dates among many items tells little of its age.
    let told = seen.dated * 2 > seen.items;
    let stale = told && seen.newest.zip(since).is_some_and(|(newest, since)| newest < since);
    site_column::ActiveModel {
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        name: Set(cut(&seen.name)),
        address: Set(cut(&seen.url)),
        kind: Set(seen.kind.label().to_owned()),
        items: Set(i32::try_from(seen.items).unwrap_or(i32::MAX)),
        newest: Set(seen.newest.map(|day| day.to_string()).unwrap_or_default()),
        period: Set(seen.kind.period().map(|period| period.label()).unwrap_or_default()),
        is_stale: Set(stale),
        is_empty: Set(seen.empty),
        seen_at: Set(now),
        ..Default::default()
    }
}

fn found(row: FindingRow) -> Found {
    let quote: Option<Quote> = row.quote.as_deref().and_then(|quote| serde_json::from_str(quote).ok());
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    Found {
        number: row.id,
        level: row.level.parse().unwrap_or(Level::Notice),
        rule: row.rule,
        clause: row.clause,
        page: row.page.as_deref().map(cut),
        target: row.target.as_deref().map(cut),
        element: row.element.as_deref().map(cut),
        text: row.text.as_deref().map(cut),
        quote: row.quote.filter(|quote| quote.len() <= 4 * LONGEST),
        fault: quote.map(|quote| quote.fault),
        line: row.line.map(number),
        col: row.column.map(number),
        reach: row.reach,
        status: row.status.map(i32::from),
        cause: cut(&row.cause),
        fix: cut(&row.fix),
        pages: i32::try_from(row.pages_total).unwrap_or(i32::MAX),
        record_at: row.record_at,
    }
}

/// A text as the database keeps it: bounded, and without the one character that PostgreSQL refuses.
fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST)].replace('\0', "\u{fffd}")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|fault| Error::Other(format!("reading a run: {fault}")))?
}

fn unreadable(fault: impl std::fmt::Display) -> Error {
    Error::Other(format!("the run file cannot be read: {fault}"))
}
