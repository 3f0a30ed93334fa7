//! Rows of the run file as the values that rules look at. Clause N2.4.
//!
//! Only reads.

use base::{Evidence, Reach, TlsFault, Verdict};
use checks::look::target::TargetLook;
use checks::rule::Answered;
use rusqlite::{Connection, OptionalExtension, params};

use crate::run_file::write::soft_of;

pub(super) fn url_of(db: &Connection, id: u32) -> rusqlite::Result<String> {
    Ok(address_of(db, id)?.0)
}

pub(super) fn address_of(db: &Connection, id: u32) -> rusqlite::Result<(String, bool)> {
    db.prepare_cached("select url, inside from address where id = ?1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// A page that links to the address, for a finding about many of them.
pub(super) fn page_linking_to(db: &Connection, id: u32) -> rusqlite::Result<Option<String>> {
    db.query_row(
        "select p.url from address a join address p on p.id = a.found_on where a.id = ?1",
        params![id],
        |r| r.get(0),
    )
    .optional()
}

/// How an address answered; one that was never asked is undecided.
pub(super) fn answer_of(db: &Connection, id: u32) -> rusqlite::Result<(Answered, Option<Evidence>)> {
    let found = db
        .prepare_cached(
            "select verdict, reach, status, chain, mime, bytes, took_ms, attempts, soft, tls_fault, record, record_at
               from answer where address_id = ?1",
        )?
        .query_row([id], |r| {
            let text = |at: usize| r.get::<_, Option<String>>(at);
            let reach = text(1)?.and_then(|t| t.parse().ok()).unwrap_or(Reach::NoResolver);
            let tls = text(9)?;
            let answered = Answered {
                reach,
                verdict: text(0)?.and_then(|t| Verdict::from_code(&t)).unwrap_or(Verdict::Undecided),
                status: r.get(2)?,
                chain: text(3)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default(),
                mime: text(4)?,
                bytes: r.get(5)?,
                took_ms: r.get(6)?,
                attempts: r.get(7)?,
                soft_404: text(8)?.and_then(|t| soft_of(&t)),
                // Pages are judged when they are read; links need no such word of their target.
                upgrades_parts: false,
                safety: Default::default(),
                tls_fault: tls.and_then(|t| TlsFault::ALL.into_iter().find(|f| f.code() == t)),
            };
            let evidence = match (text(10)?, r.get::<_, Option<u64>>(11)?) {
                (Some(record), Some(offset)) => Some(Evidence { record, offset }),
                _ => None,
            };
            Ok((answered, evidence))
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| (unasked(), None)))
}

/// What a page of somebody else is, where it was looked at.
pub(super) fn target_look_of(db: &Connection, id: u32) -> rusqlite::Result<Option<TargetLook>> {
    let look: Option<String> = db
        .prepare_cached("select look from target_look where address_id = ?1")?
        .query_row([id], |r| r.get(0))
        .optional()?;
    Ok(look.and_then(|look| serde_json::from_str(&look).ok()))
}

pub(super) fn unasked() -> Answered {
    Answered {
        reach: Reach::Withheld(base::Withheld::Limit),
        verdict: Verdict::Undecided,
        status: None,
        chain: vec![],
        mime: None,
        bytes: 0,
        took_ms: 0,
        soft_404: None,
        tls_fault: None,
        upgrades_parts: false,
        attempts: 0,
        safety: Default::default(),
    }
}
