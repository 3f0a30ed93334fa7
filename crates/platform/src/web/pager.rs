//! Pages of a long list: which rows are shown, and where the others are. Serves all clauses.
//!
//! Any number in an address is taken as the nearest one that exists; a list never asks for unbounded rows.

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait as _, QuerySelect as _, Select,
};
use serde::Serialize;

/// Rows of a page when the reader has not chosen.
pub const ROWS: u64 = 50;
/// What the reader may choose.
pub const CHOICES: [u64; 4] = [20, 50, 100, 200];

/// One page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// From 1.
    pub page: u64,
    pub rows: u64,
    /// Rows in all; the list's query tells it.
    pub total: u64,
}

impl Pager {
    /// What an address asks for: `page` from 1, `rows` one of [`CHOICES`].
    pub fn asked(page: Option<u64>, rows: Option<u64>) -> Pager {
        let rows = rows.filter(|rows| CHOICES.contains(rows)).unwrap_or(ROWS);
        Pager { page: page.unwrap_or(1).max(1), rows, total: 0 }
    }

    /// With the total known: the page is one that exists.
    pub fn of(mut self, total: u64) -> Pager {
        self.total = total;
        self.page = self.page.min(self.pages());
        self
    }

    /// How many pages there are; an empty list has one.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.rows).max(1)
    }

    /// Rows before this page.
    pub fn skip(&self) -> u64 {
        (self.page - 1) * self.rows
    }
}

/// The rows of a page of a sorted query, with the total told; without a page the first `most` rows.
pub async fn page_of<E, M>(
    db: &impl ConnectionTrait,
    sorted: Select<E>,
    pager: Option<Pager>,
    most: u64,
) -> Result<(Vec<M>, Pager), DbErr>
where
    E: EntityTrait<Model = M>,
    M: FromQueryResult + Send + Sync,
{
    match pager {
        Some(pager) => {
            let pager = pager.of(sorted.clone().count(db).await?);
            Ok((sorted.offset(pager.skip()).limit(pager.rows).all(db).await?, pager))
        }
        None => {
            let rows = sorted.limit(most).all(db).await?;
            let pager = Pager::asked(None, None).of(rows.len() as u64);
            Ok((rows, pager))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_is_taken_as_the_nearest_page() {
        let check = |page, rows, total, want: (u64, u64, u64)| {
            let pager = Pager::asked(page, rows).of(total);
            assert_eq!((pager.page, pager.pages(), pager.skip()), want, "{page:?} {rows:?} {total}");
        };
        check(None, None, 0, (1, 1, 0));
        check(Some(0), Some(7), 51, (1, 2, 0));
        check(Some(u64::MAX), Some(20), 41, (3, 3, 40));
    }
}
