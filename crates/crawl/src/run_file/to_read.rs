//! Which pages of a run a reader may be given. Clauses N5.3, N5.7.
//!
//! Only says what there is; the list is chosen elsewhere.

use std::collections::HashSet;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use rusqlite::Row;

use super::read::RunReader;

/// A page of the site as a reader's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadablePage {
    pub url: String,
    pub title: String,
    /// `2026-05-11`
    pub date: Option<String>,
}

/// Pages that a reader may be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToRead {
    pub articles: Vec<ReadablePage>,
    pub changed: Vec<ReadablePage>,
    pub sample: Vec<ReadablePage>,
    /// Pages that the run has read.
    pub pages: u64,
}

impl RunReader {
    /// Pages of the site that a reader may be given: articles, the newest first; pages that were not as an earlier run had
    /// them; and pages by chance, which `chance` decides. At most `most` of each; the home page is not among them.
    pub fn to_read(&self, most: u32, chance: u64) -> rusqlite::Result<ToRead> {
        let page = |r: &Row<'_>| Ok(ReadablePage { url: r.get(0)?, title: r.get(1)?, date: r.get(2)? });
        let ask = |sql: &str| -> rusqlite::Result<Vec<ReadablePage>> {
            self.db.prepare(sql)?.query_map([most], page)?.collect()
        };
        let articles = ask("select a.url, t.title, t.date from article t join address a on a.id = t.page_id
               join answer r on r.address_id = a.id
              where r.verdict = 'ok' and t.date is not null order by t.date desc, a.id limit ?1")?;
        let taken: u64 =
            self.db.query_row("select count(*) from reading where took is not null", [], |r| r.get(0))?;
        let changed = if taken > 0 {
            ask("select a.url, coalesce(r.title, ''), null from reading g join address a on a.id = g.page_id
                   join answer r on r.address_id = a.id
                  where g.took is null and r.verdict = 'ok' and a.id > 1 order by a.depth, a.id limit ?1")?
        } else {
            Vec::new()
        };
        let last: u64 = self.db.query_row("select coalesce(max(id), 0) from address", [], |r| r.get(0))?;
        let pages: u64 = self.db.query_row("select count(*) from answer where page = 1", [], |r| r.get(0))?;
        let mut one = self.db.prepare(
            "select a.url, coalesce(r.title, ''), null from address a join answer r on r.address_id = a.id
              where a.id = ?1 and a.id > 1 and a.inside = 1 and r.page = 1 and r.verdict = 'ok'",
        )?;
        let mut sample = Vec::new();
        let mut seen = HashSet::new();
        // Most addresses of a site are pages; where they are not, a bounded number of tries finds fewer.
        for turn in 0..u64::from(most) * 8 {
            if last < 2 || sample.len() >= most as usize {
                break;
            }
            let id = 2 + FixedState::with_seed(chance).hash_one(turn) % (last - 1);
            if seen.insert(id) {
                sample.extend(one.query_map([id], page)?.next().transpose()?);
            }
        }
        Ok(ToRead { articles, changed, sample, pages })
    }
}
