//! This run against an earlier one: pages near the home page that changed, articles dated before they were there.
//! Clauses N2.1, N2.5.
//!
//! Only gathers; what a difference means is for the rules on sites.

use checks::look::PageLook;
use checks::rule::{LateArticle, SeenAgain};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::bounds;
use crate::keeper::{Keeper, KeeperError};
use crate::message::address_hash;

/// Days between an article's date and the day it is put online that an office needs.
const DAYS_TO_PUBLISH: i64 = 7;

/// Pages whose look an earlier run has kept as well.
pub(super) fn seen_again(keeper: &Keeper) -> Result<Vec<SeenAgain>, KeeperError> {
    let Some(baseline) = &keeper.plan.baseline else { return Ok(Vec::new()) };
    let db = keeper.run.connection();
    let mut statement =
        db.prepare("select a.url, l.look from page_look l join address a on a.id = l.page_id order by a.id")?;
    let mut rows = statement.query([])?;
    let mut again = Vec::new();
    while let Some(row) = rows.next()? {
        let (page, look): (String, String) = (row.get(0)?, row.get(1)?);
        let Ok(now) = serde_json::from_str::<PageLook>(&look) else { continue };
        if let Some(before) = baseline.looks.get(&page)
            && again.len() < bounds::MAX_COMPARED
        {
            again.push(SeenAgain { page, before: before.clone(), now });
        }
    }
    Ok(again)
}

/// Articles whose date lies well before an earlier, complete run that did not meet them.
pub(super) fn late_articles(keeper: &Keeper) -> Result<Vec<LateArticle>, KeeperError> {
    let Some(baseline) = keeper.plan.baseline.as_ref().filter(|b| b.complete) else { return Ok(Vec::new()) };
    let Ok(until) = baseline.day.checked_sub(DAYS_TO_PUBLISH.days()) else { return Ok(Vec::new()) };
    let db = keeper.run.connection();
    let mut statement = db.prepare(
        "select a.url, t.title, t.date from article t join address a on a.id = t.page_id
          where t.date is not null order by a.id",
    )?;
    let mut rows = statement.query([])?;
    let (mut late, mut known) = (Vec::new(), 0usize);
    while let Some(row) = rows.next()? {
        let (url, date): (String, String) = (row.get(0)?, row.get(2)?);
        let Ok(printed) = date.parse::<Date>() else { continue };
        if baseline.addresses.contains(&address_hash(&url)) {
            known += 1;
        } else if printed < until && late.len() < bounds::MAX_COMPARED {
            late.push(LateArticle { url, title: row.get(1)?, printed, unseen_on: baseline.day });
        }
    }
    // Where most of the site is new, it was moved: nothing can be told from what the old one did not have.
    if late.len() > known {
        late.clear();
    }
    Ok(late)
}
