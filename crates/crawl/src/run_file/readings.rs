//! Pages whose judgement a later run may take over, written and read. Clause N2.1.
//!
//! Only tells what stands in the rows; whether it still holds is decided by `earlier`.

use base::{Clause, Finding, Position, Verdict};
use checks::LinkKind;
use checks::probe::FormSeen;
use rusqlite::{OptionalExtension, params};

use super::RunReader;
use super::read::{FindingRow, finding_row};
use super::write::RunWriter;
use crate::message::{ArticleSeen, Kept, Links, Read, Took};

/// Rows of one table that were written one after the other: the first, and how many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    pub first: i64,
    pub count: i64,
}

/// A page as it was read and judged.
pub struct Reread {
    pub read: Read,
    pub findings: Vec<Finding>,
    pub charset: String,
    pub title: Option<String>,
    pub mime: Option<String>,
    pub bytes: u64,
    /// Id and place of the answer's record.
    pub record: Option<(String, u64)>,
}

impl RunWriter {
    /// Notes that a later run may take over what was read and found in this page.
    pub fn reading(&mut self, page: u32, kept: &Kept, findings: Rows, links: Rows) -> rusqlite::Result<()> {
        self.begin()?;
        self.connection()
            .prepare_cached(
                "insert or replace into reading (page_id, digest, content, etag, modified, took, first_finding,
                        findings, first_link, links)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                page,
                kept.digest,
                kept.content as i64,
                kept.etag,
                kept.modified,
                kept.took.map(Took::code),
                findings.first,
                findings.count,
                links.first,
                links.count,
            ])?;
        Ok(())
    }

    /// Pages that were not judged again, by how that was known.
    pub fn taken_over(&self) -> rusqlite::Result<Vec<(String, u64)>> {
        let mut statement = self
            .connection()
            .prepare("select took, count(*) from reading where took is not null group by 1 order by 1")?;
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
    }
}

impl RunReader {
    /// Calls `each` with address, number and digest of at most `most` pages that may be taken over.
    pub(crate) fn each_reading(
        &self,
        most: u32,
        mut each: impl FnMut(&str, u32, [u8; 16]),
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "select a.url, r.page_id, r.digest from reading r join address a on a.id = r.page_id
              order by r.page_id limit ?1",
        )?;
        let mut rows = statement.query([most])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, row.get(1)?, row.get(2)?);
        }
        Ok(())
    }

    /// `ETag` and `Last-Modified` of a page; `None` if that number is another address.
    #[allow(clippy::type_complexity, reason = "two values that may be missing")]
    pub(crate) fn validators(
        &self,
        page: u32,
        url: &str,
    ) -> rusqlite::Result<Option<(Option<String>, Option<String>)>> {
        let mut statement = self.db.prepare_cached(
            "select r.etag, r.modified from reading r join address a on a.id = r.page_id
              where r.page_id = ?1 and a.url = ?2",
        )?;
        statement.query_row(params![page, url], |r| Ok((r.get(0)?, r.get(1)?))).optional()
    }

    /// A page as it was read and judged; `None` if a row is not what this program writes.
    pub(crate) fn reread(&self, page: u32) -> rusqlite::Result<Option<Reread>> {
        let mut statement = self.db.prepare_cached(
            "select r.content, r.first_finding, r.findings, r.first_link, r.links, w.charset, w.title, w.mime,
                    w.bytes, w.record, w.record_at, n.hashes, n.scripted, l.look, t.title, t.date, t.source
               from reading r join answer w on w.address_id = r.page_id
               left join anchor n on n.page_id = r.page_id left join page_look l on l.page_id = r.page_id
               left join article t on t.page_id = r.page_id
              where r.page_id = ?1",
        )?;
        let mut rows = statement.query([page])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let findings = Rows { first: row.get(1)?, count: row.get(2)? };
        let links = Rows { first: row.get(3)?, count: row.get(4)? };
        let Some(charset) = row.get(5)? else { return Ok(None) };
        let hashes: Option<Vec<u8>> = row.get(11)?;
        let (anchors, _) = hashes.as_deref().unwrap_or_default().as_chunks::<8>();
        let look: Option<String> = row.get(13)?;
        let article = match row.get::<_, Option<String>>(14)? {
            None => None,
            Some(title) => {
                let date: Option<String> = row.get(15)?;
                Some(ArticleSeen { title, date: date.and_then(|d| d.parse().ok()), source: row.get(16)? })
            }
        };
        let record: Option<String> = row.get(9)?;
        let record_at: Option<u64> = row.get(10)?;
        let mut reread = Reread {
            read: Read {
                body_hash: row.get::<_, i64>(0)? as u64,
                anchors: anchors.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect(),
                scripted: row.get::<_, Option<bool>>(12)?.unwrap_or(false),
                look: look.and_then(|json| serde_json::from_str(&json).ok()),
                article,
                forms: self.forms_of(page)?,
                column: None,
                links: Links::default(),
            },
            findings: Vec::new(),
            charset,
            title: row.get(6)?,
            mime: row.get(7)?,
            bytes: row.get(8)?,
            record: record.zip(record_at),
        };
        let (Some(links), Some(findings)) = (self.links_of(page, links)?, self.findings_of(findings)?) else {
            return Ok(None);
        };
        reread.read.links = links;
        reread.findings = findings;
        Ok(Some(reread))
    }

    fn links_of(&self, page: u32, rows: Rows) -> rusqlite::Result<Option<Links>> {
        let mut links = Links::default();
        let mut statement = self.db.prepare_cached(
            "select a.url, l.fragment, l.text, a.inside, l.kind, l.element, l.line, l.col
               from link l join address a on a.id = l.address_id
              where l.rowid >= ?1 and l.rowid < ?1 + ?2 and l.page_id = ?3 order by l.rowid",
        )?;
        let mut rows_read = statement.query(params![rows.first, rows.count, page])?;
        while let Some(r) = rows_read.next()? {
            let text = |at| r.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            let fragment = r.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            let Some(kind) = LinkKind::from_code(text(4)?) else { return Ok(None) };
            let (line, column) = (r.get(6)?, r.get(7)?);
            links.push(text(0)?, fragment, text(2)?, r.get(3)?, kind, text(5)?, line, column);
        }
        Ok((links.list().len() as i64 == rows.count).then_some(links))
    }

    fn findings_of(&self, rows: Rows) -> rusqlite::Result<Option<Vec<Finding>>> {
        let mut statement = self.db.prepare_cached(
            "select id, rule, level, clause, page, target, element, text, line, col, verdict, reach, status,
                    cause, fix, chain, record, record_at, pages_total, quote
               from finding where id >= ?1 and id < ?1 + ?2 order by id",
        )?;
        let read = statement.query_map([rows.first, rows.count], finding_row)?;
        let stored: Vec<FindingRow> = read.collect::<rusqlite::Result<_>>()?;
        let whole = stored.len() as i64 == rows.count;
        Ok(if whole { stored.into_iter().map(finding).collect() } else { None })
    }

    fn forms_of(&self, page: u32) -> rusqlite::Result<Vec<FormSeen>> {
        let mut statement = self
            .db
            .prepare_cached("select action, post, line, col from form where page_id = ?1 order by rowid")?;
        let rows = statement.query_map([page], |r| {
            let action: String = r.get(0)?;
            let at = Position { line: r.get(2)?, column: r.get(3)? };
            // Field names are not kept, and nobody asks for them once the page is read.
            Ok(FormSeen { action: action.parse().ok(), post: r.get(1)?, fields: Vec::new(), at })
        })?;
        rows.collect()
    }
}

/// A finding as the rule made it; its evidence is that of the run which takes it over.
fn finding(row: FindingRow) -> Option<Finding> {
    let place = row.line.zip(row.column);
    Some(Finding {
        rule: checks::registry::rule(&row.rule)?.id,
        level: row.level.parse().ok()?,
        clause: Clause::from_id(&row.clause)?,
        page: row.page,
        target: row.target,
        element: row.element,
        text: row.text,
        quote: none_or(row.quote, |json| serde_json::from_str(&json).ok())?,
        at: place.map(|(line, column)| Position { line, column }),
        verdict: none_or(row.verdict, |code| Verdict::from_code(&code))?,
        reach: none_or(row.reach, |text| text.parse().ok())?,
        cause: row.cause,
        fix: row.fix,
        chain: match row.chain {
            None => Vec::new(),
            Some(json) => serde_json::from_str(&json).ok()?,
        },
        evidence: None,
    })
}

/// `Some(None)` for what is missing, `None` for what cannot be read.
fn none_or<T, U>(stored: Option<T>, read: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match stored {
        None => Some(None),
        Some(stored) => read(stored).map(Some),
    }
}
