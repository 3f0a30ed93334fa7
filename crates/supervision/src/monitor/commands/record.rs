//! Visits into samples, roll-ups, states and incidents; the register's changes into states. Clauses N2.1, N5.2.

use std::collections::{HashMap, HashSet};

use crawl::Probe;
use ledger::registry::model::State as SiteState;
use ledger::{Cx, SiteId};
use platform::clock::Instant;
use platform::{Error, Tx};
use sea_orm::Set;

use super::tell::{Announced, announce};
use crate::monitor::entity::{incident, maintenance, watch};
use crate::monitor::model::{
    Before, Deed, Sample, Standing, Suspicion, beijing_day, hour_of, hour_start, next_slot, next_visit, step,
};
use crate::monitor::store;

/// A visit that was made.
#[derive(Clone, Debug)]
pub struct Seen {
    pub site: SiteId,
    /// For when it was planned. Recorded only if that is still what the plan says: no visit is recorded twice.
    pub due: Instant,
    /// When it began.
    pub at: Instant,
    pub probe: Probe,
}

/// Records visits, all or none. Returns how many were recorded: one that the plan no longer knows is left out.
pub async fn record(cx: &Cx, seen: &[Seen]) -> Result<usize, Error> {
    let Some(first) = seen.iter().map(|seen| seen.at).min() else { return Ok(0) };
    let (now, tx) = (cx.now(), cx.write().await?);
    let ids: Vec<SiteId> = seen.iter().map(|seen| seen.site).collect();
    let held = store::held_unscoped(&tx, ids.clone()).await?;
    let mut watches: HashMap<SiteId, watch::Model> = held.into_iter().map(|row| (row.site_id, row)).collect();
    let windows = store::windows_unscoped(&*tx, ids, first).await?;
    let (mut samples, mut changed) = (Vec::new(), Vec::new());
    for seen in seen {
        let Some(watch) = watches.remove(&seen.site) else { continue };
        if watch.next_at != seen.due || watch.standing == Standing::Off {
            continue;
        }
        let planned = windows.iter().any(|window| is_open(window, seen.site, seen.at));
        let sample = sample(seen, planned);
        let after = step(&before(&watch), sample.outcome(), sample.reach, seen.at, planned);
        let incident_id = settle(&tx, &watch, &after.deed, seen).await?;
        let probe = &seen.probe;
        let certificate = probe.certificate_ends.and_then(|ends| Instant::from_timestamp(ends, 0));
        let (suspect_at, suspect_cause) =
            after.suspicion.map_or((None, None), |first| (Some(first.at), Some(first.cause)));
        changed.push(watch::Model {
            next_at: next_visit(seen.site.0, watch.interval_minutes, now, after.again_soon),
            standing: after.standing,
            since: after.since,
            suspect_at,
            suspect_cause,
            incident_id,
            last_at: Some(seen.at),
            last_reach: Some(probe.reach.to_string()),
            last_ms: i32::try_from(probe.total_ms).ok(),
            last_address: probe.address.map(|address| address.to_string()),
            // A visit that got no certificate to see says nothing of it.
            certificate_ends: certificate.or(watch.certificate_ends),
            certificate_fault: match certificate {
                Some(_) => probe.tls_fault.map(|fault| fault.code().to_owned()),
                None => watch.certificate_fault.clone(),
            },
            ..watch
        });
        samples.push((seen.site, seen.at, sample));
    }
    store::keep_samples(&tx, &samples).await?;
    store::save_watches(&tx, changed).await?;
    tx.commit().await?;
    Ok(samples.len())
}

fn is_open(window: &maintenance::Model, site: SiteId, at: Instant) -> bool {
    let until = window.ended_at.map_or(window.until_at, |ended| ended.min(window.until_at));
    window.site_id == site && window.from_at <= at && at < until
}

fn before(watch: &watch::Model) -> Before {
    let suspicion = watch.suspect_at.zip(watch.suspect_cause.clone());
    Before {
        standing: watch.standing,
        since: watch.since,
        suspicion: suspicion.map(|(at, cause)| Suspicion { at, cause }),
        has_incident: watch.incident_id.is_some(),
    }
}

fn sample(seen: &Seen, planned: bool) -> Sample {
    let probe = &seen.probe;
    let second = (seen.at - hour_start(hour_of(seen.at))).num_seconds();
    Sample {
        second: u16::try_from(second).unwrap_or(u16::MAX),
        reach: probe.reach,
        planned,
        ipv6: probe.address.is_some_and(|address| address.is_ipv6()),
        distrusted: probe.tls_fault.is_some(),
        dns_ms: probe.dns_ms,
        connect_ms: probe.connect_ms,
        tls_ms: probe.tls_ms,
        first_ms: probe.first_ms,
        total_ms: probe.total_ms,
    }
}

/// Opens or closes an incident, and tells. Returns the one that is open afterwards.
async fn settle(tx: &Tx, watch: &watch::Model, deed: &Deed, seen: &Seen) -> Result<Option<i64>, Error> {
    let told = |incident, opened, cause: &str, at| Announced {
        site: seen.site,
        incident,
        opened,
        cause: cause.to_owned(),
        at,
    };
    match (deed, watch.incident_id) {
        (Deed::Nothing | Deed::GoOn, open) => Ok(open),
        (Deed::Open(first), _) => {
            let new = incident::ActiveModel {
                site_id: Set(seen.site),
                started_at: Set(first.at),
                confirmed_at: Set(seen.at),
                ended_at: Set(None),
                cause: Set(first.cause.clone()),
                given_up: Set(false),
                ..Default::default()
            };
            let id = store::open_incident(tx, new).await?;
            announce(tx, &told(id, true, &first.cause, first.at), seen.at).await?;
            Ok(Some(id))
        }
        (Deed::Close, None) => Ok(None),
        (Deed::Close, Some(id)) => {
            store::close_incident(tx, id, seen.at, false).await?;
            announce(tx, &told(id, false, "", seen.at), seen.at).await?;
            Ok(None)
        }
    }
}

/// Follows the register: new sites are visited, changed intervals taken over, sites that were suspended or closed no
/// longer visited. Returns how many sites changed.
pub async fn follow_register(cx: &Cx) -> Result<usize, Error> {
    if store::out_of_step_unscoped(cx.db.read()).await?.is_empty() {
        return Ok(0);
    }
    let (now, tx) = (cx.now(), cx.write().await?);
    // Asked again where it is held: another process may have been quicker.
    let rows = store::out_of_step_unscoped(&*tx).await?;
    let mut changed = Vec::new();
    for (site, watch) in rows {
        let is_open = site.state == SiteState::Open;
        if let (false, Some(watch)) = (is_open, &watch)
            && let Some(id) = watch.incident_id
        {
            store::close_incident(&tx, id, now, true).await?;
            let told =
                Announced { site: site.id, incident: id, opened: false, cause: "off".to_owned(), at: now };
            announce(&tx, &told, now).await?;
        }
        let fresh = watch::Model {
            site_id: site.id,
            interval_minutes: site.interval_minutes,
            next_at: next_slot(site.id.0, site.interval_minutes, now),
            standing: if is_open { Standing::New } else { Standing::Off },
            since: now,
            suspect_at: None,
            suspect_cause: None,
            incident_id: None,
            last_at: None,
            last_reach: None,
            last_ms: None,
            last_address: None,
            certificate_ends: None,
            certificate_fault: None,
            domain_ends: String::new(),
        };
        changed.push(match watch {
            // Only the interval is new.
            Some(watch) if is_open && watch.standing != Standing::Off => {
                watch::Model { interval_minutes: fresh.interval_minutes, next_at: fresh.next_at, ..watch }
            }
            Some(watch) => watch::Model {
                last_at: watch.last_at,
                certificate_ends: watch.certificate_ends,
                certificate_fault: watch.certificate_fault,
                ..fresh
            },
            None => fresh,
        });
    }
    let number = changed.len();
    /// Rows of one statement: fifteen values each, below what SQLite takes (32,766).
    const ROWS: usize = 1_000;
    for some in changed.chunks(ROWS) {
        store::save_watches(&tx, some.to_vec()).await?;
    }
    tx.commit().await?;
    Ok(number)
}

/// Adds requests that were made to the numbers of today.
pub async fn keep_requests(cx: &Cx, counted: Vec<(String, u64)>) -> Result<(), Error> {
    let unique: HashSet<&str> = counted.iter().map(|(host, _)| host.as_str()).collect();
    debug_assert_eq!(unique.len(), counted.len(), "gates are named once");
    let counted = counted.into_iter().map(|(host, n)| (host, i64::try_from(n).unwrap_or(i64::MAX))).collect();
    let (day, tx) = (beijing_day(cx.now()), cx.write().await?);
    store::add_requests(&tx, day, counted).await?;
    Ok(tx.commit().await?)
}
