//! What the run file says is worth asking afterwards. Clauses N2.2, N2.3, N2.5.
//!
//! Only reads, and each list is bounded.

use std::collections::HashSet;

use base::Position;
use checks::probe::known_title;
use rusqlite::OptionalExtension;
use url::Url;

use super::attachments::{Attachment, is_attachment};
use crate::bounds;
use crate::keeper::{Keeper, KeeperError};
use crate::visit::KEPT_OUT;

/// A form of a page, by the first page that has it.
pub struct FormRow {
    pub page: String,
    pub action: Url,
    pub post: bool,
    pub at: Position,
}

/// A page whose title the site's search has to find.
pub struct KnownPage {
    pub title: String,
    pub url: String,
}

/// What to ask.
#[derive(Default)]
pub struct Questions {
    /// Where the start address led.
    pub home: Option<Url>,
    pub known: Option<KnownPage>,
    /// Pages to be asked for as several visitors: the home page, and others near it.
    pub looked_at: Vec<Url>,
    pub forms: Vec<FormRow>,
    /// Pages that are lists of files a server made: address and title.
    pub listings: Vec<(String, String)>,
    /// Pages whose faults are shown with a picture.
    pub pictured: Vec<String>,
    /// Pages of which no picture is made: it would copy what must not be copied.
    pub leaking: HashSet<String>,
    /// Files of the site that can be read, in the order of discovery.
    pub attachments: Vec<Attachment>,
    /// Files beyond the number asked for.
    pub attachments_left_out: u64,
}

impl Questions {
    pub fn of(keeper: &Keeper) -> Result<Questions, KeeperError> {
        let db = keeper.run.connection();
        let home: Option<String> = db
            .query_row(
                "select coalesce(r.final_url, a.url) from address a join answer r on r.address_id = a.id
                  where a.id = 1 and r.verdict = 'ok'",
                [],
                |r| r.get(0),
            )
            .optional()?;
        let mut questions =
            Questions { home: home.and_then(|url| Url::parse(&url).ok()), ..Questions::default() };
        let mut near = db.prepare("select url from page where verdict = 'ok' order by depth, id limit ?1")?;
        let rows = near.query_map([keeper.plan.cloak_pages as u64], |r| r.get::<_, String>(0))?;
        for url in rows {
            questions.looked_at.extend(Url::parse(&url?).ok());
        }
        // The deeper half of the pages is articles; one from its middle is neither the newest nor the oldest.
        let mut titles = db.prepare(
            "select url, title from page where verdict = 'ok' and depth > 0 and title is not null
              order by depth desc, id limit ?1",
        )?;
        let rows = titles
            .query_map([bounds::TITLES_TRIED], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
        let known: Vec<_> = rows.collect::<Result<_, _>>()?;
        let mut fit = known.iter().filter_map(|(url, title)| Some((url, known_title(title)?)));
        let middle = fit.clone().count() / 2;
        questions.known =
            fit.nth(middle).map(|(url, title)| KnownPage { title: title.to_owned(), url: url.clone() });
        let mut forms = db.prepare(
            "select p.url, f.action, f.post, f.line, f.col from form f join address p on p.id = f.page_id
              group by f.action order by min(f.rowid) limit ?1",
        )?;
        let mut rows = forms.query([bounds::FORMS_ASKED])?;
        while let Some(r) = rows.next()? {
            let action: String = r.get(1)?;
            let Ok(action) = Url::parse(&action) else { continue };
            let at = Position { line: r.get(3)?, column: r.get(4)? };
            questions.forms.push(FormRow { page: r.get(0)?, action, post: r.get(2)?, at });
        }
        let mut listings = db.prepare(
            "select url, title from page where title like 'Index of /%' or title like 'Directory listing for /%'
              order by id limit ?1",
        )?;
        let rows = listings.query_map([bounds::LISTINGS_TOLD], |r| Ok((r.get(0)?, r.get(1)?)))?;
        questions.listings = rows.collect::<Result<_, _>>()?;
        questions.leaking = keeper.run.pages_with(&KEPT_OUT, bounds::LEAKING_PAGES)?.into_iter().collect();
        questions.pictured = keeper.run.pages_with(&super::PICTURED, bounds::MAX_PICTURES as u32)?;
        questions.find_attachments(keeper)?;
        Ok(questions)
    }

    fn find_attachments(&mut self, keeper: &Keeper) -> Result<(), KeeperError> {
        let most = keeper.plan.attachments;
        let db = keeper.run.connection();
        let mut files = db.prepare(
            "select a.url, r.mime, p.url from address a join answer r on r.address_id = a.id
               left join address p on p.id = coalesce(
                 a.found_on, (select l.page_id from link l where l.address_id = a.id order by l.rowid limit 1))
              where a.inside = 1 and r.verdict = 'ok' and r.page = 0
                and a.kind in ('anchor', 'area', 'script', 'list', 'object') order by a.id",
        )?;
        let mut rows = files.query([])?;
        while let Some(r) = rows.next()? {
            let (url, mime): (String, Option<String>) = (r.get(0)?, r.get(1)?);
            let Ok(url) = Url::parse(&url) else { continue };
            if !is_attachment(&url, mime.as_deref()) {
                continue;
            }
            if self.attachments.len() < most {
                self.attachments.push(Attachment { url, page: r.get(2)? });
            } else {
                self.attachments_left_out += 1;
            }
        }
        Ok(())
    }
}
