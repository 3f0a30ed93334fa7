//! Writing a run file: rows appended in transactions that a killed process loses at most half a second of. Clause N2.4.
//!
//! One writer a run, the keeper. It decides nothing; every method is one kind of row.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use base::{Evidence, Finding, Hop};
use checks::column::{self, ColumnSeen};
use checks::look::PageLook;
use checks::look::target::TargetLook;
use checks::probe::FormSeen;
use checks::rule::Trap;
use checks::trap::TrapReason;
use rusqlite::{Connection, OptionalExtension, params};

use super::readings::Rows;
use super::{SCHEMA, SCHEMA_VERSION};
use crate::bounds::{COMMIT_AFTER, MAX_UNCHECKED, ROWS_A_COMMIT};
use crate::message::{Answer, ArticleSeen};

/// The run file, opened for writing.
pub struct RunWriter {
    db: Connection,
    rows: u32,
    begun: Option<Instant>,
    /// Whether the run is ending: what is found now, a resumed run finds anew.
    ending: bool,
}

/// Why a run file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunFileError {
    #[error("结果文件 run.db 是其他版本的程序写的（版本 {0}），不能继续；请换一个 --out 文件夹")]
    OtherVersion(String),
    #[error("结果文件 run.db 无法读写：{}。已查到的都在其中，排除故障后可用 --resume 接着做", why(.0))]
    Sqlite(#[from] rusqlite::Error),
}

/// What SQLite's refusal means, in words that an office can act on.
pub fn why(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    let words = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "磁盘已满",
        Some(ErrorCode::ReadOnly) => "文件是只读的",
        Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => "没有权限或文件夹不存在",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "正被另一个程序使用",
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "文件已损坏或不是结果文件",
        Some(ErrorCode::SystemIoFailure) => "磁盘读写出错，可能已满或损坏",
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// Links written by one statement: starting and ending a statement costs as much as a few rows.
const LINKS_AT_ONCE: usize = 16;
const LINK_SQL: &str = "insert into link (page_id, address_id, fragment, kind, element, line, col, text)
     values (?, ?, ?, ?, ?, ?, ?, ?)";
static LINKS_SQL: LazyLock<String> =
    LazyLock::new(|| format!("{LINK_SQL}{}", ", (?, ?, ?, ?, ?, ?, ?, ?)".repeat(LINKS_AT_ONCE - 1)));

/// A link as stored.
pub struct LinkRow<'l> {
    pub target: u32,
    pub fragment: Option<&'l str>,
    pub kind: &'static str,
    pub element: &'l str,
    pub line: u32,
    pub column: u32,
    pub text: &'l str,
}

/// An address as stored.
pub struct Stored {
    pub id: u32,
    pub url: String,
    pub inside: bool,
    pub depth: u32,
    pub kind: String,
}

impl RunWriter {
    /// Opens `path`, creating the tables where there are none.
    pub fn open(path: &Path) -> Result<RunWriter, RunFileError> {
        let db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        // A killed process loses nothing that was committed; a power cut may lose the last commits.
        db.pragma_update(None, "synchronous", "normal")?;
        db.pragma_update(None, "cache_size", -8_000)?;
        db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        db.execute_batch(SCHEMA)?;
        db.set_prepared_statement_cache_capacity(64);
        let mut writer = RunWriter { db, rows: 0, begun: None, ending: false };
        match writer.meta("schema")? {
            None => writer.set_meta("schema", SCHEMA_VERSION)?,
            Some(version) if version == SCHEMA_VERSION => {}
            Some(version) => return Err(RunFileError::OtherVersion(version)),
        }
        writer.commit()?;
        Ok(writer)
    }

    pub fn meta(&self, key: &str) -> rusqlite::Result<Option<String>> {
        self.db.query_row("select value from meta where key = ?1", [key], |r| r.get(0)).optional()
    }

    pub fn set_meta(&mut self, key: &str, value: &str) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert into meta (key, value) values (?1, ?2)
                     on conflict (key) do update set value = excluded.value",
            )?
            .execute(params![key, value])?;
        Ok(())
    }

    /// Tells the reader of the report what this run did not look at, in one Chinese sentence without its full stop.
    /// A sentence that differs from an earlier one in its numbers only replaces it: a resumed run counts anew.
    pub fn unchecked(&mut self, text: &str) -> rusqlite::Result<()> {
        let mut told = unchecked_list(self.meta("unchecked")?);
        match told.iter().position(|earlier| same_but_for_numbers(earlier, text)) {
            Some(at) => text.clone_into(&mut told[at]),
            None if told.len() < MAX_UNCHECKED => told.push(text.to_owned()),
            None => {}
        }
        self.set_meta("unchecked", &serde_json::to_string(&told).unwrap_or_default())
    }

    pub fn address(&mut self, a: &Stored, found_on: Option<u32>) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert into address (id, url, inside, depth, found_on, kind) values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![a.id, a.url, a.inside, a.depth, found_on, a.kind])?;
        Ok(())
    }

    pub fn answer(&mut self, id: u32, a: &Answer, evidence: Option<&Evidence>) -> rusqlite::Result<()> {
        self.begin()?;
        let chain = chain_text(&a.chain);
        self.db
            .prepare_cached(
                "insert or replace into answer (address_id, verdict, reach, status, final_url, chain, mime, charset,
                        title, bytes, took_ms, attempts, at, page, soft, tls_fault, record, record_at, rendered)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?
            .execute(params![
                id,
                a.verdict.code(),
                a.reach.to_string(),
                a.status,
                a.final_url,
                chain,
                a.mime,
                a.charset,
                a.title,
                a.bytes,
                a.took_ms,
                a.attempts,
                a.at,
                a.page,
                a.soft.map(soft_code),
                a.tls_fault.map(|t| t.code()),
                evidence.map(|e| &e.record),
                evidence.map(|e| e.offset),
                a.rendered.map(|r| r.code()),
            ])?;
        Ok(())
    }

    /// Links of a page, in order; tells where they lie.
    pub fn links(&mut self, page: u32, links: &[LinkRow<'_>]) -> rusqlite::Result<Rows> {
        self.begin()?;
        self.rows += links.len() as u32;
        let (many, rest) = links.as_chunks::<LINKS_AT_ONCE>();
        for chunk in many {
            self.link_rows(LINKS_SQL.as_str(), page, chunk)?;
        }
        for link in rest {
            self.link_rows(LINK_SQL, page, std::slice::from_ref(link))?;
        }
        let count = links.len() as i64;
        Ok(if count == 0 { Rows::default() } else { Rows { first: self.last_row() - count + 1, count } })
    }

    fn link_rows(&self, sql: &str, page: u32, links: &[LinkRow<'_>]) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut at = 0;
        let mut next = || {
            at += 1;
            at
        };
        for link in links {
            statement.raw_bind_parameter(next(), page)?;
            statement.raw_bind_parameter(next(), link.target)?;
            statement.raw_bind_parameter(next(), link.fragment)?;
            statement.raw_bind_parameter(next(), link.kind)?;
            statement.raw_bind_parameter(next(), link.element)?;
            statement.raw_bind_parameter(next(), link.line)?;
            statement.raw_bind_parameter(next(), link.column)?;
            statement.raw_bind_parameter(next(), link.text)?;
        }
        statement.raw_execute()?;
        Ok(())
    }

    pub fn anchors(&mut self, page: u32, hashes: &[u64], scripted: bool) -> rusqlite::Result<()> {
        self.begin()?;
        let mut blob = Vec::with_capacity(hashes.len() * 8);
        for hash in hashes {
            blob.extend_from_slice(&hash.to_le_bytes());
        }
        self.db
            .prepare_cached("insert or replace into anchor (page_id, hashes, scripted) values (?1, ?2, ?3)")?
            .execute(params![page, blob, scripted])?;
        Ok(())
    }

    pub fn fragment(&mut self, target: u32, hash: u64, fragment: &str) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached("insert into fragment (address_id, hash, fragment) values (?1, ?2, ?3)")?
            .execute(params![target, hash as i64, fragment])?;
        Ok(())
    }

    pub fn column_page(&mut self, page: u32, column: &ColumnSeen) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert into column_page (page_id, series, name, kind, items, dated, newest, empty, seen)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (page_id) do nothing",
            )?
            .execute(params![
                page,
                column::series_of(&column.url),
                column.name,
                column.kind.code(),
                column.items as u64,
                column.dated as u64,
                column.newest.map(|d| d.to_string()),
                column.empty,
                serde_json::to_string(column).unwrap_or_default(),
            ])?;
        Ok(())
    }

    pub fn target_look(&mut self, id: u32, look: &TargetLook) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert or replace into target_look (address_id, suspect, look) values (?1, ?2, ?3)",
            )?
            .execute(params![
                id,
                !look.spam.is_empty() || look.unused.is_some(),
                serde_json::to_string(look).unwrap_or_default()
            ])?;
        Ok(())
    }

    pub fn page_look(&mut self, page: u32, look: &PageLook) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached("insert or replace into page_look (page_id, look) values (?1, ?2)")?
            .execute(params![page, serde_json::to_string(look).unwrap_or_default()])?;
        Ok(())
    }

    pub fn article(&mut self, page: u32, article: &ArticleSeen) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert or replace into article (page_id, title, date, source) values (?1, ?2, ?3, ?4)",
            )?
            .execute(params![page, article.title, article.date.map(|d| d.to_string()), article.source])?;
        Ok(())
    }

    pub fn form(&mut self, page: u32, form: &FormSeen) -> rusqlite::Result<()> {
        let Some(action) = &form.action else { return Ok(()) };
        self.begin()?;
        self.db
            .prepare_cached(
                "insert into form (page_id, action, post, line, col) values (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![page, action.as_str(), form.post, form.at.line, form.at.column])?;
        Ok(())
    }

    /// Forgets what an earlier ending found; findings from here on are those of this one.
    pub fn end_anew(&mut self) -> rusqlite::Result<()> {
        self.begin()?;
        self.ending = true;
        self.db.execute("delete from finding where at_end = 1", [])?;
        self.db.execute("delete from screenshot", [])?;
        self.db.execute("delete from attachment", [])?;
        Ok(())
    }

    /// An attachment was opened and read.
    pub fn attachment_read(&mut self, address: u32) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached("insert or ignore into attachment (address_id) values (?1)")?
            .execute([address])?;
        Ok(())
    }

    pub fn finding(&mut self, f: &Finding, pages_total: u64) -> rusqlite::Result<()> {
        self.begin()?;
        let status = match f.reach {
            Some(base::Reach::Status(code) | base::Reach::Blocked(code)) => Some(code),
            Some(base::Reach::Ok) => Some(200),
            _ => None,
        };
        self.db
            .prepare_cached(
                "insert into finding (rule, level, clause, page, target, element, text, line, col, verdict, reach,
                        status, cause, fix, chain, record, record_at, pages_total, quote, at_end)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            )?
            .execute(params![
                f.rule,
                f.level.code(),
                f.clause.id(),
                f.page,
                f.target,
                f.element,
                f.text,
                f.at.map(|p| p.line),
                f.at.map(|p| p.column),
                f.verdict.map(|v| v.code()),
                f.reach.map(|r| r.to_string()),
                status,
                f.cause,
                f.fix,
                chain_text(&f.chain),
                f.evidence.as_ref().map(|e| &e.record),
                f.evidence.as_ref().map(|e| e.offset),
                pages_total,
                f.quote.as_ref().map(|q| serde_json::to_string(q).unwrap_or_default()),
                self.ending,
            ])?;
        Ok(())
    }

    pub fn trap(&mut self, trap: &Trap) -> rusqlite::Result<()> {
        self.begin()?;
        self.db
            .prepare_cached(
                "insert into trap (shape, example, page, seen, why) values (?1, ?2, ?3, ?4, ?5)
                     on conflict (shape) do update set seen = excluded.seen",
            )?
            .execute(params![trap.shape, trap.example, trap.page, trap.seen, trap.why])?;
        Ok(())
    }

    /// Forgets answers that hosts which broke off did not give, so that a resumed run asks for them.
    pub fn forget_broken_off(&mut self) -> rusqlite::Result<()> {
        self.db.execute(
            "delete from answer where verdict = 'transient' and reach in ('refused', 'reset', 'timeout', 'no-route')",
            [],
        )?;
        Ok(())
    }

    /// The traps met so far.
    pub fn traps(&self) -> rusqlite::Result<Vec<Trap>> {
        let mut statement =
            self.db.prepare("select shape, example, page, seen, why from trap order by shape")?;
        let rows = statement.query_map([], |r| {
            let why: String = r.get(4)?;
            let why = TrapReason::ALL.iter().map(|t| t.label()).find(|label| *label == why);
            Ok(Trap {
                shape: r.get(0)?,
                example: r.get(1)?,
                page: r.get(2)?,
                seen: r.get(3)?,
                why: why.unwrap_or("地址没有穷尽"),
            })
        })?;
        rows.collect()
    }

    /// Up to `limit` addresses from `from` on, in the order of discovery.
    pub fn addresses_from(&self, from: u32, limit: u32) -> rusqlite::Result<Vec<Stored>> {
        let mut statement = self.db.prepare_cached(
            "select id, url, inside, depth, kind from address where id >= ?1 order by id limit ?2",
        )?;
        let rows = statement.query_map([from, limit], |r| {
            Ok(Stored { id: r.get(0)?, url: r.get(1)?, inside: r.get(2)?, depth: r.get(3)?, kind: r.get(4)? })
        })?;
        rows.collect()
    }

    /// Number of the row that was written last.
    pub fn last_row(&self) -> i64 {
        self.db.last_insert_rowid()
    }

    /// The connection itself, for the closing queries of `finish`.
    pub(crate) fn connection(&self) -> &Connection {
        &self.db
    }

    /// Whether rows wait for a commit that is due.
    pub fn commit_is_due(&self) -> bool {
        self.rows >= ROWS_A_COMMIT || self.begun.is_some_and(|at| at.elapsed() >= COMMIT_AFTER)
    }

    pub fn commit(&mut self) -> rusqlite::Result<()> {
        if self.begun.take().is_some() {
            self.rows = 0;
            self.db.execute_batch("commit")?;
        }
        Ok(())
    }

    /// Makes one file of it that can be copied by itself; nothing is written until it is opened anew.
    pub fn pack(&mut self) -> rusqlite::Result<()> {
        self.commit()?;
        // The pragma answers with the mode it left: still `wal` where somebody reads at this moment, which does no harm.
        self.db.query_row("pragma journal_mode = delete", [], |_| Ok(()))
    }

    pub(crate) fn begin(&mut self) -> rusqlite::Result<()> {
        self.rows += 1;
        if self.begun.is_none() {
            self.db.execute_batch("begin immediate")?;
            self.begun = Some(Instant::now());
        }
        Ok(())
    }
}

/// The sentences of the key `unchecked`.
pub(super) fn unchecked_list(stored: Option<String>) -> Vec<String> {
    stored.and_then(|stored| serde_json::from_str(&stored).ok()).unwrap_or_default()
}

fn same_but_for_numbers(a: &str, b: &str) -> bool {
    let words = |text: &str| text.replace(|c: char| c.is_ascii_digit() || c == ',', "");
    words(a) == words(b)
}

fn chain_text(chain: &[Hop]) -> Option<String> {
    (!chain.is_empty()).then(|| serde_json::to_string(chain).unwrap_or_default())
}

/// The word stored for a soft 404's sign.
pub fn soft_code(sign: checks::rule::SoftSign) -> &'static str {
    match sign {
        checks::rule::SoftSign::SameAsRandom => "same-as-random",
        checks::rule::SoftSign::Wording => "wording",
    }
}

/// Reads what `soft_code` wrote.
pub fn soft_of(code: &str) -> Option<checks::rule::SoftSign> {
    match code {
        "same-as-random" => Some(checks::rule::SoftSign::SameAsRandom),
        "wording" => Some(checks::rule::SoftSign::Wording),
        _ => None,
    }
}
