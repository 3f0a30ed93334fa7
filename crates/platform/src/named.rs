//! Whether the blobs that rows name are there. Serves all clauses.
//!
//! Which columns name blobs is known to the slices. Only names are looked at: a blob's bytes are held against its name
//! whenever it is read.

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
    /// Those that are missing, the first of each column; and how many in all.
    pub missing: u64,
    pub examples: Vec<String>,
}

/// Looks for every blob that rows of these columns name.
pub async fn present(db: &impl ConnectionTrait, blobs: &Blobs, columns: &[Column]) -> Result<Present, DbErr> {
    let mut present = Present::default();
    for (table, column) in columns {
        let name = Alias::new(*column);
        let mut last = String::new();
        loop {
            let mut query = Query::select();
            query
                .distinct()
                .column(name.clone())
                .from(Alias::new(*table))
                .and_where(Expr::col(name.clone()).gt(last.as_str()))
                .order_by(name.clone(), sea_orm::Order::Asc)
                .limit(BATCH);
            let rows = db.query_all(&query).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                last = row.try_get_by_index(0)?;
                present.named += 1;
                if !Digest::parse(&last).is_some_and(|digest| blobs.has(digest)) {
                    if present.examples.len() < columns.len() {
                        present.examples.push(format!("{table}: {last}"));
                    }
                    present.missing += 1;
                }
            }
        }
    }
    Ok(present)
}
