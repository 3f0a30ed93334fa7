//! Reading a run file: what reports, re-scoring and importers ask of it. Clauses N2.1, N2.4.
//!
//! Never writes: the connection is opened read-only.

use std::path::Path;

use checks::column::{ColumnSeen, distinct};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

/// A finished or interrupted run, opened for reading.
#[derive(Debug)]
pub struct RunReader {
    pub(super) db: Connection,
}

/// A page that was read.
#[derive(Clone, Debug)]
pub struct PageRow {
    pub url: String,
    pub depth: u32,
    pub status: Option<u16>,
    pub charset: Option<String>,
    pub title: Option<String>,
    pub bytes: u64,
    pub took_ms: u32,
    pub at: i64,
    pub verdict: String,
}

/// An outgoing link for the link ledger: one row a target and text, with the first page and the number of pages.
#[derive(Clone, Debug)]
pub struct OutgoingRow {
    pub target: String,
    pub text: String,
    pub page: String,
    pub line: u32,
    pub column: u32,
    pub pages: u64,
    pub verdict: Option<String>,
    pub reach: Option<String>,
}

/// An address outside the site, with the first link to it and the number of pages.
#[derive(Clone, Debug)]
pub struct OutgoingTarget {
    pub target: String,
    pub text: String,
    pub page: String,
    pub pages: u64,
    pub verdict: Option<String>,
    pub reach: Option<String>,
}

/// Any address and how it answered.
#[derive(Clone, Debug)]
pub struct AddressRow {
    pub id: i64,
    pub url: String,
    pub inside: bool,
    pub kind: String,
    pub verdict: Option<String>,
    pub reach: Option<String>,
}

/// How far an address was looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Looked {
    /// Its page, or its file, was read; of somebody else's address: it answered well.
    Read,
    /// There is nothing (404, 410, or a page that says so): what was there is there no more.
    Over,
    /// It leads elsewhere.
    Moved,
    /// It answered well and was not read: a limit was reached, or it is no page.
    Asked,
    /// It is dead in another way: a fault of the server, no answer.
    Dead,
    /// It did not answer well enough to tell.
    Unclear,
}

/// A finding as stored. Field meanings: `schema.sql`.
#[derive(Clone, Debug)]
pub struct FindingRow {
    pub id: i64,
    pub rule: String,
    pub level: String,
    pub clause: String,
    pub page: Option<String>,
    pub target: Option<String>,
    pub element: Option<String>,
    pub text: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub verdict: Option<String>,
    pub reach: Option<String>,
    pub status: Option<u16>,
    pub cause: String,
    pub fix: String,
    /// JSON array of `{"status","to"}`.
    pub chain: Option<String>,
    pub record: Option<String>,
    pub record_at: Option<u64>,
    pub pages_total: u64,
    /// JSON of `base::Quote`.
    pub quote: Option<String>,
}

impl RunReader {
    /// Opens `run.db` read-only.
    pub fn open(path: &Path) -> rusqlite::Result<RunReader> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(RunReader { db })
    }

    /// A value of the table `meta`.
    pub fn meta(&self, key: &str) -> rusqlite::Result<Option<String>> {
        self.db.query_row("select value from meta where key = ?1", [key], |r| r.get(0)).optional()
    }

    /// What the run did not look at, one Chinese sentence each.
    pub fn unchecked(&self) -> rusqlite::Result<Vec<String>> {
        Ok(super::write::unchecked_list(self.meta("unchecked")?))
    }

    /// Addresses of the home page: the start, and where it leads to.
    pub fn home(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.db.prepare(
            "select a.url, r.final_url from address a left join answer r on r.address_id = a.id where a.id = 1",
        )?;
        let mut home = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            home.push(row.get(0)?);
            home.extend(row.get::<_, Option<String>>(1)?);
        }
        Ok(home)
    }

    /// Calls `each` for every finding: gravest level first, then by rule, then by target; what a page shows of itself
    /// by its cause, for one template makes the same fault on many pages. So groups stand together.
    pub fn each_finding(&self, mut each: impl FnMut(FindingRow)) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "select id, rule, level, clause, page, target, element, text, line, col, verdict, reach, status,
                    cause, fix, chain, record, record_at, pages_total, quote
               from finding
              order by case level when 'veto' then 0 when 'fault' then 1 when 'warning' then 2 else 3 end,
                       rule, case when target is null or target = page then cause else target end, target, id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(finding_row(row)?);
        }
        Ok(())
    }

    /// At most `most` findings after number `after`, in the order in which they were found.
    pub fn findings_after(&self, after: i64, most: u32) -> rusqlite::Result<Vec<FindingRow>> {
        let mut statement = self.db.prepare(
            "select id, rule, level, clause, page, target, element, text, line, col, verdict, reach, status,
                    cause, fix, chain, record, record_at, pages_total, quote
               from finding where id > ?1 order by id limit ?2",
        )?;
        statement.query_map((after, most), finding_row)?.collect()
    }

    /// Calls `each` with every address that was asked for and has its answer, and how far it was looked into.
    pub fn each_answered(&self, mut each: impl FnMut(&str, Looked)) -> rusqlite::Result<()> {
        // A run file of before has no list of attachments that were read: each of them counts as unread.
        let has_list = self.db.table_exists(None, "attachment")?;
        let list =
            if has_list { "exists (select 1 from attachment t where t.address_id = a.id)" } else { "0" };
        let mut statement = self.db.prepare(&format!(
            "select a.url,
                    case when r.page = 1 or {list} then 0
                         when r.verdict = 'wrong' or r.verdict = 'dead' and r.status in (404, 410) then 1
                         when r.verdict = 'dead' then 4
                         when r.verdict <> 'ok' then 5
                         when a.inside = 0 then 0
                         when r.final_url is not null then 2
                         else 3 end
               from answer r join address a on a.id = r.address_id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let looked = match row.get(1)? {
                0 => Looked::Read,
                1 => Looked::Over,
                2 => Looked::Moved,
                3 => Looked::Asked,
                4 => Looked::Dead,
                _ => Looked::Unclear,
            };
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, looked);
        }
        Ok(())
    }

    /// Calls `each` for every broken address of links, as written and resolved: with its fragment. One address may
    /// come several times.
    pub fn each_broken(&self, mut each: impl FnMut(String)) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "select a.url, l.fragment from link l join answer r on r.address_id = l.address_id
               join address a on a.id = l.address_id where r.verdict in ('dead', 'wrong')
             union
             select target, null from finding
              where rule in ('dead-fragment', 'malformed-address', 'unreachable-page')",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let url: Option<String> = row.get(0)?;
            let fragment: Option<String> = row.get(1)?;
            match (url, fragment) {
                (Some(url), Some(fragment)) => each(format!("{url}#{fragment}")),
                (Some(url), None) => each(url),
                (None, _) => {}
            }
        }
        Ok(())
    }

    /// The columns of the site, pages of one list put together; at most `most` pages of lists are looked at.
    pub fn columns(&self, most: u32) -> rusqlite::Result<Vec<ColumnSeen>> {
        columns(&self.db, most)
    }

    /// Calls `each` with every address that the run met.
    pub fn each_address(&self, mut each: impl FnMut(&str)) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare("select url from address")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
        }
        Ok(())
    }

    /// Calls `each` with address and look of every page whose look was kept.
    pub fn each_look(&self, mut each: impl FnMut(&str, &str)) -> rusqlite::Result<()> {
        let mut statement =
            self.db.prepare("select a.url, l.look from page_look l join address a on a.id = l.page_id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |at| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            each(text(0)?, text(1)?);
        }
        Ok(())
    }

    /// Calls `each` for every page that was read, in the order of discovery.
    pub fn each_page(&self, mut each: impl FnMut(PageRow)) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "select url, depth, status, charset, title, bytes, took_ms, at, verdict from page order by id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            each(PageRow {
                url: r.get(0)?,
                depth: r.get(1)?,
                status: r.get(2)?,
                charset: r.get(3)?,
                title: r.get(4)?,
                bytes: r.get(5)?,
                took_ms: r.get(6)?,
                at: r.get(7)?,
                verdict: r.get(8)?,
            });
        }
        Ok(())
    }

    /// Calls `each` for every outgoing target and text, by host.
    pub fn each_outgoing(&self, mut each: impl FnMut(OutgoingRow)) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "select t.url, l.text, p.url, l.line, l.col, count(distinct l.page_id), r.verdict, r.reach
               from link l join address t on t.id = l.address_id join address p on p.id = l.page_id
               left join answer r on r.address_id = t.id
              where t.inside = 0
              group by t.id, l.text order by t.url, min(l.rowid)",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            each(OutgoingRow {
                target: r.get(0)?,
                text: r.get(1)?,
                page: r.get(2)?,
                line: r.get(3)?,
                column: r.get(4)?,
                pages: r.get(5)?,
                verdict: r.get(6)?,
                reach: r.get(7)?,
            });
        }
        Ok(())
    }

    /// At most `most` addresses outside the site that its pages link to, in the order of discovery; parts of pages are
    /// no links.
    pub fn outgoing_targets(&self, most: u32) -> rusqlite::Result<Vec<OutgoingTarget>> {
        let mut statement = self.db.prepare(
            "select t.url, l.text, p.url, count(distinct l.page_id), r.verdict, r.reach, min(l.rowid)
               from link l join address t on t.id = l.address_id join address p on p.id = l.page_id
               left join answer r on r.address_id = t.id
              where t.inside = 0 and l.kind in ('anchor', 'area', 'script', 'list', 'refresh', 'frame')
              group by t.id order by t.id limit ?1",
        )?;
        let rows = statement.query_map([most], |r| {
            Ok(OutgoingTarget {
                target: r.get(0)?,
                text: r.get(1)?,
                page: r.get(2)?,
                pages: r.get(3)?,
                verdict: r.get(4)?,
                reach: r.get(5)?,
            })
        })?;
        rows.collect()
    }

    /// Number of addresses by inside/outgoing and verdict (`None`: still waiting).
    pub fn address_counts(&self) -> rusqlite::Result<Vec<(bool, Option<String>, u64)>> {
        let mut statement = self.db.prepare(
            "select a.inside, r.verdict, count(*) from address a left join answer r on r.address_id = a.id
              group by 1, 2 order by 1 desc, 3 desc",
        )?;
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()
    }
}

pub(super) fn finding_row(r: &Row<'_>) -> rusqlite::Result<FindingRow> {
    Ok(FindingRow {
        id: r.get(0)?,
        rule: r.get(1)?,
        level: r.get(2)?,
        clause: r.get(3)?,
        page: r.get(4)?,
        target: r.get(5)?,
        element: r.get(6)?,
        text: r.get(7)?,
        line: r.get(8)?,
        column: r.get(9)?,
        verdict: r.get(10)?,
        reach: r.get(11)?,
        status: r.get(12)?,
        cause: r.get(13)?,
        fix: r.get(14)?,
        chain: r.get(15)?,
        record: r.get(16)?,
        record_at: r.get(17)?,
        pages_total: r.get(18)?,
        quote: r.get(19)?,
    })
}

/// The columns as rules and reports see them.
pub(crate) fn columns(db: &Connection, most: u32) -> rusqlite::Result<Vec<ColumnSeen>> {
    let mut statement = db.prepare("select seen from column_page order by page_id limit ?1")?;
    let rows = statement.query_map([most], |r| r.get::<_, String>(0))?;
    let mut seen = Vec::new();
    for row in rows {
        seen.extend(serde_json::from_str(&row?).ok());
    }
    Ok(distinct(&seen))
}
