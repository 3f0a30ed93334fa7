//! Lists of pages: chosen for each duty of the day from what the last inspection of each site has read. Clauses N5.3, N5.7.
//!
//! A list is made once and then stays: what was on it shows how the duty was done. A site that was never inspected is read
//! by its home page and its columns.

use std::sync::Arc;

use base::workday::Day;
use chrono::TimeDelta;
use crawl::run_file::{ReadablePage, RunReader};
use ledger::Cx;
use ledger::calendar::entity::{date, day};
use ledger::registry::entity::site;
use ledger::registry::model::State as SiteState;
use platform::clock::{Instant, beijing};
use platform::{Digest, Error};
use sea_orm::Set;

use crate::Means;
use crate::inspection::store::{holdings, runs};
use crate::reading::entity::{reading_duty, reading_item, reading_roster};
use crate::reading::model::{Candidate, ItemState, Kind, Offer, State, choose};
use crate::reading::store;

/// The job that makes the lists of a day.
pub const JOB: &str = "reading-lists";
/// Pages of each kind that are looked at in a run file.
const OFFERED: u32 = 120;
/// Columns of a site that was not inspected with a run file at hand.
const COLUMNS: u64 = 30;
/// What was read within so many days comes last.
const LATELY_DAYS: i64 = 30;

/// Makes the lists of all duties of today that have none. Returns how many.
pub async fn of_today(cx: &Cx, means: &Arc<Means>) -> Result<usize, Error> {
    let today = beijing(cx.now()).date_naive();
    let duties = store::unlisted_unscoped(cx.db.read(), today).await?;
    let number = duties.len();
    for duty in duties {
        of_duty(cx, means, &duty).await?;
    }
    Ok(number)
}

/// Makes the list of one duty, if it has none.
pub async fn of_duty(cx: &Cx, means: &Arc<Means>, duty: &reading_duty::Model) -> Result<(), Error> {
    let db = cx.db.read();
    let Some(roster) = store::roster_unscoped(db, duty.roster_id).await? else { return Ok(()) };
    let sites = sites_of(cx, &roster).await?;
    let now = cx.now();
    let mut rows = Vec::new();
    for site in &sites {
        let pages = chosen(cx, means, site, &roster, duty, now).await?;
        for (page, why) in pages {
            rows.push(reading_item::ActiveModel {
                duty_id: Set(duty.id),
                site_id: Set(site.id),
                position: Set(i32::try_from(rows.len()).unwrap_or(i32::MAX)),
                address: Set(page.address),
                title: Set(platform::table::shortened(&page.title)),
                why: Set(why),
                state: Set(ItemState::Waiting),
                opened_at: Set(None),
                read_at: Set(None),
                answer: Set(String::new()),
                finding_id: Set(None),
                planted_wrong: Set(None),
                planted_right: Set(None),
                is_noticed: Set(false),
                ..Default::default()
            });
        }
    }
    let tx = cx.write().await?;
    let held = store::duty_of(&tx, duty.id).await?;
    // Another process may have been quicker.
    let free =
        held.filter(|one| one.listed_at.is_none() && !matches!(one.state, State::Done | State::CalledOff));
    if free.is_some() {
        let change = reading_duty::ActiveModel {
            id: Set(duty.id),
            listed_at: Set(Some(now)),
            pages: Set(i32::try_from(rows.len()).unwrap_or(i32::MAX)),
            ..Default::default()
        };
        store::add_items(&tx, rows).await?;
        store::change_duty(&tx, change).await?;
    }
    Ok(tx.commit().await?)
}

/// The sites of one duty: of a unit all its open ones, of a patrol those that wait longest.
async fn sites_of(cx: &Cx, roster: &reading_roster::Model) -> Result<Vec<site::Model>, Error> {
    let most = match (roster.kind, u64::try_from(roster.sites).unwrap_or(0)) {
        (_, 0) => super::roster::MOST_SITES.unsigned_abs().into(),
        (_, number) => number,
    };
    let own = roster.kind == Kind::Duty;
    let mut sites = store::least_read(cx.db.read(), &roster.unit_path, most).await?;
    if own {
        sites.sort_by_key(|site| (site.unit_id != roster.unit_id, site.id));
    }
    sites.retain(|site| site.state == SiteState::Open);
    Ok(sites)
}

async fn chosen(
    cx: &Cx,
    means: &Arc<Means>,
    site: &site::Model,
    roster: &reading_roster::Model,
    duty: &reading_duty::Model,
    now: Instant,
) -> Result<Vec<(Candidate, crate::reading::model::Why)>, Error> {
    let db = cx.db.read();
    let lately = store::pages_read_since(db, site.id, now - TimeDelta::days(LATELY_DAYS)).await?;
    let seed = chance(duty, site);
    let mut offer = match runs::kept_unscoped(db, site.id, 1).await?.first() {
        Some(run) => offered(means, run.0, seed).await,
        None => Offer::default(),
    };
    if offer.sample.is_empty() {
        let filter = holdings::Filter { site: Some(site.id), ..holdings::Filter::default() };
        let all = ledger::Scope::of(vec![site.unit_path.clone()]);
        let columns = holdings::columns(db, &all, &filter, COLUMNS).await?;
        let page = |column: holdings::ColumnRow| Candidate {
            address: column.address,
            title: column.name,
            date: None,
        };
        offer.sample = columns.into_iter().map(page).collect();
    }
    let pages = usize::try_from(roster.pages).unwrap_or(1);
    Ok(choose(&site.home, &offer, pages, &lately, day(duty.day)))
}

/// What chance is for a site on a duty: the same list comes out however often it is made.
fn chance(duty: &reading_duty::Model, site: &site::Model) -> u64 {
    let digest =
        Digest::of(format!("{}-{}-{}", duty.id, date(day(duty.day)), site.id).as_bytes()).to_string();
    u64::from_str_radix(&digest[..15], 16).unwrap_or_default()
}

/// What a run file offers; nothing where it cannot be read, for a duty is not to fail by that.
async fn offered(means: &Arc<Means>, run: i64, chance: u64) -> Offer {
    let path = means.runs.join(run.to_string()).join("run.db");
    let read = tokio::task::spawn_blocking(move || RunReader::open(&path)?.to_read(OFFERED, chance)).await;
    let candidate = |page: ReadablePage| Candidate {
        date: page.date.as_deref().and_then(Day::parse),
        address: page.url,
        title: page.title,
    };
    let all = |pages: Vec<ReadablePage>| pages.into_iter().map(candidate).collect();
    match read {
        Ok(Ok(found)) => {
            Offer { articles: all(found.articles), changed: all(found.changed), sample: all(found.sample) }
        }
        Ok(Err(fault)) => {
            tracing::warn!(run, "a run file offers no pages to read: {fault}");
            Offer::default()
        }
        Err(fault) => {
            tracing::warn!(run, "a run file offers no pages to read: {fault}");
            Offer::default()
        }
    }
}
