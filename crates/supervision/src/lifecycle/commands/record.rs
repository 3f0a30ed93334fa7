//! What the record of sites gives as grounds for a suspension. Clause N2.8; reads only.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use ledger::registry::entity::site;
use ledger::{Cx, Scope, SiteId};
use platform::Error;

use crate::inspection::entity::site_standing;
use crate::inspection::store::standing;
use crate::lifecycle::model::{Record, grounds};
use crate::lifecycle::store;
use crate::monitor::model::{Counts, DAYS, beijing_day, judge};
use crate::monitor::store as monitor;

/// Days of red cards that count.
const CARD_DAYS: i64 = 90;

/// Open sites of a scope with grounds, those with the most first.
pub async fn candidates(cx: &Cx, scope: &Scope) -> Result<Vec<(site::Model, Vec<String>)>, Error> {
    let sites = store::open_sites(cx.db.read(), scope).await?;
    let records = records(cx, scope, &sites, None).await?;
    let mut found: Vec<(site::Model, Vec<String>)> = sites
        .into_iter()
        .filter_map(|site| {
            let grounds = grounds(&records.get(&site.id).copied().unwrap_or_default());
            (!grounds.is_empty()).then_some((site, grounds))
        })
        .collect();
    found.sort_by_key(|(site, grounds)| (std::cmp::Reverse(grounds.len()), site.id));
    Ok(found)
}

/// The grounds of one site.
pub async fn of_site(cx: &Cx, site: &site::Model) -> Result<Vec<String>, Error> {
    let scope = Scope::of(vec![site.unit_path.clone()]);
    let records = records(cx, &scope, std::slice::from_ref(site), Some(site.id)).await?;
    Ok(grounds(&records.get(&site.id).copied().unwrap_or_default()))
}

async fn records(
    cx: &Cx,
    scope: &Scope,
    sites: &[site::Model],
    one: Option<SiteId>,
) -> Result<HashMap<SiteId, Record>, Error> {
    let (db, now) = (cx.db.read(), cx.now());
    let standings: HashMap<SiteId, site_standing::Model> = match (one, sites) {
        (Some(id), [site]) => standing::of_site(db, site).await?.into_iter().map(|row| (id, row)).collect(),
        _ => standing::of_scope(db, scope).await?.into_iter().map(|row| (row.site_id, row)).collect(),
    };
    let overdue = store::overdue_tickets(db, scope, one, now).await?;
    let cards = store::red_cards(db, scope, one, now - TimeDelta::days(CARD_DAYS)).await?;
    let today = beijing_day(now);
    let ids: Vec<SiteId> = sites.iter().map(|site| site.id).collect();
    let days = monitor::days_of(db, ids, today - DAYS as i32, today).await?;
    let none = BTreeMap::new();
    let record = |site: &site::Model| {
        let days = days.get(&site.id).unwrap_or(&none);
        let full: [Counts; DAYS] = std::array::from_fn(|at| {
            days.get(&(today - DAYS as i32 + at as i32)).copied().unwrap_or_default()
        });
        let standing = standings.get(&site.id);
        let number = |of: fn(&site_standing::Model) -> i32| standing.map_or(0, |row| i64::from(of(row)));
        let record = Record {
            vetoes: number(|row| row.veto),
            faults: number(|row| row.fault),
            stale_columns: number(|row| row.stale_columns),
            week: Some(judge(&full)),
            overdue_tickets: overdue.get(&site.id).copied().unwrap_or(0),
            red_cards: cards.get(&site.id).copied().unwrap_or(0),
        };
        (site.id, record)
    };
    Ok(sites.iter().map(record).collect())
}
