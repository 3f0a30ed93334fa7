//! Whether the blobs that rows name are there. Serves all clauses.
//!
//! Which columns name blobs is known to the slices. Only names are looked at: a blob's bytes are held against its name
//! whenever it is read.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, DbErr};

use crate::Digest;
use crate::blobs::Blobs;

/// A table and its column of digests; empty and missing digests name nothing.
pub type Column = (&'static str, &'static str);

/// Digests that are asked for at a time.
const BATCH: u64 = 5_000;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Present {
    pub named: u64,
    /// How many of them are missing.
    pub missing: u64,
    /// The first of those.
    pub examples: Vec<String>,
}

/// Looks for every blob that rows of these columns name. Names and places are gone through side by side, a part of all
/// digests at a time, so that neither is held whole.
pub async fn present(
    db: &impl ConnectionTrait,
    blobs: &Blobs,
    columns: &[Column],
) -> Result<Present, crate::Error> {
    let mut present = Present::default();
    for part in 0..=u8::MAX {
        let there = blobs.list(part).await?;
        for column in columns {
            of_part(db, *column, part, &there, &mut present, columns.len()).await?;
        }
    }
    Ok(present)
}

async fn of_part(
    db: &impl ConnectionTrait,
    (table, column): Column,
    part: u8,
    there: &BTreeMap<Digest, u64>,
    present: &mut Present,
    most_examples: usize,
) -> Result<(), DbErr> {
    let name = Alias::new(column);
    let first = format!("{part:02x}");
    // Digests are lower-case hexadecimal: whatever begins with these two digits is less than this.
    let (mut last, end) = (first.clone(), format!("{first}g"));
    loop {
        let mut query = Query::select();
        query
            .distinct()
            .column(name.clone())
            .from(Alias::new(table))
            .and_where(Expr::col(name.clone()).gt(last.as_str()))
            .and_where(Expr::col(name.clone()).lt(end.as_str()))
            .order_by(name.clone(), sea_orm::Order::Asc)
            .limit(BATCH);
        let rows = db.query_all(&query).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            last = row.try_get_by_index(0)?;
            present.named += 1;
            if !Digest::parse(&last).is_some_and(|digest| there.contains_key(&digest)) {
                if present.examples.len() < most_examples {
                    present.examples.push(format!("{table}: {last}"));
                }
                present.missing += 1;
            }
        }
    }
}
