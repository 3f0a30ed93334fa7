//! What was rendered and pictured, written and read. Clauses N2.1, N5.3.
//!
//! The pictures themselves are files beside the run file; here is what they show.

use rusqlite::params;

use super::RunReader;
use super::write::RunWriter;

/// A picture of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenshotRow {
    /// Address of the page.
    pub url: String,
    /// File, from the folder of the run file.
    pub path: String,
    /// `home` or `finding`.
    pub kind: String,
}

impl RunWriter {
    pub fn screenshot(&mut self, page: u32, path: &str, kind: &str) -> rusqlite::Result<()> {
        self.begin()?;
        self.connection()
            .prepare_cached("insert or replace into screenshot (page_id, path, kind) values (?1, ?2, ?3)")?
            .execute(params![page, path, kind])?;
        Ok(())
    }

    /// Pages that need a browser, by what became of them.
    pub fn rendered_counts(&self) -> rusqlite::Result<Vec<(String, u64)>> {
        let mut statement = self.connection().prepare(
            "select rendered, count(*) from answer where rendered is not null and page = 1 group by 1 order by 1",
        )?;
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
    }

    /// Pages with findings of these rules, gravest first.
    pub fn pages_with(&self, rules: &[&str], limit: u32) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection().prepare(
            "select page from finding
              where page is not null and rule in (select value from json_each(?1)) and at_end = 0
              group by page
              order by min(case level when 'veto' then 0 when 'fault' then 1 when 'warning' then 2 else 3 end), min(id)
              limit ?2",
        )?;
        let rules = serde_json::to_string(rules).unwrap_or_default();
        statement.query_map(params![rules, limit], |r| r.get(0))?.collect()
    }
}

impl RunReader {
    /// The pictures, the home page first.
    pub fn screenshots(&self) -> rusqlite::Result<Vec<ScreenshotRow>> {
        let mut statement = self.db.prepare(
            "select a.url, s.path, s.kind from screenshot s join address a on a.id = s.page_id
              order by s.kind <> 'home', s.page_id",
        )?;
        let row =
            |r: &rusqlite::Row<'_>| Ok(ScreenshotRow { url: r.get(0)?, path: r.get(1)?, kind: r.get(2)? });
        statement.query_map([], row)?.collect()
    }
}
