//! What a run found, put into the register of findings: each fault once, with its history and its evidence.
//! Clauses N2.4, N2.5, N5.3.
//!
//! How far the run file was read is written in the transaction that writes the findings: a crash repeats nothing and
//! loses nothing. Bytes of evidence are kept before the row that names them.

mod gone;
mod source;

use std::collections::HashMap;
use std::sync::Arc;

use base::Level;
use checks::{Look, registry};
use ledger::Cx;
use ledger::registry::entity::site;
use platform::clock::Instant;
use platform::{Error, Tx};
use sea_orm::Set;

use crate::Means;
use crate::inspection::entity::{finding, finding_event, finding_exception, run};
use crate::inspection::model::finding::{
    About, Decision, Event, Source, Standing, State, key, level_number, seen_again,
};
use crate::inspection::model::plan::Reach;
use crate::inspection::store::{exceptions, findings, holdings, runs, standing};
use source::{Found, RunSource};

/// Findings of one transaction. Each holds the write lock for some 50 ms.
const BATCH: u32 = 400;

/// Imports what a run found since it was last read. Returns the run as it now stands.
pub async fn found(
    cx: &Cx,
    means: &Arc<Means>,
    mut run: run::Model,
    site: &site::Model,
) -> Result<run::Model, Error> {
    let source = RunSource::open(means.runs.join(run.id.to_string())).await?;
    let reach: Reach = serde_json::from_value(run.reach.clone()).unwrap_or_default();
    let now = cx.now();
    let exceptions = exceptions::of_site_unscoped(cx.db.read(), site.id, &site.unit_path, now).await?;
    loop {
        let batch = source.findings_after(run.read_until, BATCH).await?;
        let Some(last) = batch.last().map(|found| found.number) else { break };
        let wanted: Vec<Found> = batch.into_iter().filter(|found| is_wanted(&reach, &found.rule)).collect();
        let merged = merge(wanted);
        let evidence = source.evidence(cx, site.id, &merged).await?;
        let tx = cx.write().await?;
        let (found, came) = write(&tx, site, &run, merged, &evidence, &exceptions, now).await?;
        let change = run::ActiveModel {
            id: Set(run.id),
            read_until: Set(last),
            found: Set(run.found.saturating_add(found)),
            came: Set(run.came.saturating_add(came)),
            ..Default::default()
        };
        run = runs::change(&tx, change).await?;
        standing::recount(&tx, site.id, &site.unit_path, None).await?;
        tx.commit().await?;
    }
    Ok(run)
}

/// After a run that ended by itself: what it would have shown and did not is gone; columns and numbers are kept.
pub async fn finished(
    cx: &Cx,
    means: &Arc<Means>,
    run: run::Model,
    site: &site::Model,
) -> Result<run::Model, Error> {
    let source = RunSource::open(means.runs.join(run.id.to_string())).await?;
    let run = gone::mark(cx, &source, run, site).await?;
    let now = cx.now();
    if run.is_recheck {
        let tx = cx.write().await?;
        crate::ended::run(&tx, site, &run, now).await?;
        tx.commit().await?;
        return Ok(run);
    }
    let columns = source.columns(site, now).await?;
    let stale = columns.iter().filter(|column| column.is_stale == Set(true)).count();
    let links = source.links(site, now).await?;
    let tx = cx.write().await?;
    let ended = standing::Ended {
        run: run.id,
        at: now,
        pages: i32::try_from(run.pages).unwrap_or(i32::MAX),
        columns: i32::try_from(columns.len()).unwrap_or(i32::MAX),
        stale_columns: i32::try_from(stale).unwrap_or(i32::MAX),
    };
    holdings::keep_columns(&tx, site.id, columns).await?;
    holdings::keep_links(&tx, site.id, links).await?;
    standing::recount(&tx, site.id, &site.unit_path, Some(ended)).await?;
    crate::ended::run(&tx, site, &run, now).await?;
    tx.commit().await?;
    Ok(run)
}

/// Whether a rule's findings are wanted of a run: what shows only to who has seen the whole site is not, of a recheck.
fn is_wanted(reach: &Reach, rule: &str) -> bool {
    let of_site = || registry::rule(rule).is_some_and(|rule| matches!(rule.look, Look::Site(_)));
    !reach.without.iter().any(|without| without == rule) && (reach.only.is_empty() || !of_site())
}

/// Sightings of one fault in a batch become one, with the larger number of pages.
fn merge(batch: Vec<Found>) -> Vec<(String, Found)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<(String, Found)> = Vec::new();
    for found in batch {
        let about = About {
            rule: &found.rule,
            page: found.page.as_deref(),
            target: found.target.as_deref(),
            fault: found.fault.as_deref(),
            text: found.text.as_deref(),
        };
        let key = key(about);
        match places.get(&key) {
            Some(at) => {
                let one = &mut out[*at].1;
                one.pages = one.pages.max(found.pages);
            }
            None => {
                places.insert(key.clone(), out.len());
                out.push((key, found));
            }
        }
    }
    out
}

/// The exception that covers a sighting: until when.
fn excepted(exceptions: &[finding_exception::Model], found: &Found) -> Option<Instant> {
    let covers = |one: &&finding_exception::Model| {
        let begins = |address: &Option<String>| address.as_ref().is_some_and(|a| a.starts_with(&one.prefix));
        one.rule == found.rule && (one.prefix.is_empty() || begins(&found.page) || begins(&found.target))
    };
    exceptions.iter().filter(covers).map(|one| one.until).max()
}

async fn write(
    tx: &Tx,
    site: &site::Model,
    run: &run::Model,
    merged: Vec<(String, Found)>,
    evidence: &HashMap<String, source::Kept>,
    exceptions: &[finding_exception::Model],
    now: Instant,
) -> Result<(i32, i32), Error> {
    let keys: Vec<String> = merged.iter().map(|(key, _)| key.clone()).collect();
    let known = findings::by_keys_unscoped(&**tx, site.id, &keys).await?;
    let known: HashMap<String, finding::Model> =
        known.into_iter().map(|one| (one.key.clone(), one)).collect();
    let (mut seen, mut came, mut events) = (0, 0, Vec::new());
    for (key, found) in merged {
        let until = excepted(exceptions, &found);
        let event = match known.get(&key) {
            // A recheck meanwhile has not seen it: whether this run was there before or after, the next one tells.
            Some(before) if before.gone_at.is_some_and(|gone| Some(gone) > run.started_at) => None,
            Some(before) => {
                seen += i32::from(before.last_run != Some(run.id));
                again(tx, before, found, run, until, now).await?
            }
            None => {
                seen += 1;
                came += 1;
                let kept = evidence.get(&key);
                Some(first(tx, site, run, key, found, kept, until, now).await?)
            }
        };
        events.extend(event.map(|(id, event)| finding_event::ActiveModel {
            finding_id: Set(id),
            at: Set(now),
            event: Set(event),
            who: Set(String::new()),
            run_id: Set(Some(run.id)),
            words: Set(String::new()),
            ..Default::default()
        }));
    }
    findings::add_events(tx, events).await?;
    Ok((seen, came))
}

type Happened = (crate::ids::FindingId, Event);

#[allow(clippy::too_many_arguments)]
async fn first(
    tx: &Tx,
    site: &site::Model,
    run: &run::Model,
    key: String,
    found: Found,
    kept: Option<&source::Kept>,
    until: Option<Instant>,
    now: Instant,
) -> Result<Happened, Error> {
    let level: Level = found.level;
    let row = finding::ActiveModel {
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        rule: Set(found.rule),
        level: Set(level_number(level)),
        clause: Set(found.clause),
        key: Set(key),
        state: Set(if until.is_some() { State::FalseAlarm } else { State::New }),
        is_open: Set(until.is_none()),
        decision: Set(Decision::None),
        excepted_until: Set(until),
        sources: Set(Source::Machine as i32),
        page: Set(found.page),
        target: Set(found.target),
        element: Set(found.element),
        text: Set(found.text),
        quote: Set(found.quote),
        line: Set(found.line),
        col: Set(found.col),
        reach: Set(found.reach),
        status: Set(found.status),
        cause: Set(found.cause),
        fix: Set(found.fix),
        pages: Set(found.pages),
        first_seen: Set(now),
        last_seen: Set(now),
        gone_at: Set(None),
        first_run: Set(Some(run.id)),
        last_run: Set(Some(run.id)),
        evidence: Set(kept.and_then(|kept| kept.record.clone())),
        picture: Set(kept.and_then(|kept| kept.picture.clone())),
        decided_by: Set(String::new()),
        decided_at: Set(None),
        ..Default::default()
    };
    let id = findings::add(tx, row).await?.id;
    Ok((id, if until.is_some() { Event::Excepted } else { Event::Found }))
}

async fn again(
    tx: &Tx,
    before: &finding::Model,
    found: Found,
    run: &run::Model,
    until: Option<Instant>,
    now: Instant,
) -> Result<Option<Happened>, Error> {
    let standing =
        Standing { state: before.state, decision: before.decision, excepted_until: before.excepted_until };
    let (after, event) = match until {
        Some(until) if before.decision == Decision::None => {
            let event = (before.state != State::FalseAlarm).then_some(Event::Excepted);
            (Standing { state: State::FalseAlarm, excepted_until: Some(until), ..standing }, event)
        }
        _ => seen_again(standing, now),
    };
    let grows = run.is_recheck || before.last_run == Some(run.id);
    let pages = if grows { found.pages.max(before.pages) } else { found.pages };
    let change = finding::ActiveModel {
        id: Set(before.id),
        level: Set(level_number(found.level)),
        state: Set(after.state),
        is_open: Set(after.state.counts()),
        decision: Set(after.decision),
        excepted_until: Set(after.excepted_until),
        sources: Set(before.sources | Source::Machine as i32),
        page: Set(found.page),
        text: Set(found.text),
        quote: Set(found.quote),
        line: Set(found.line),
        col: Set(found.col),
        reach: Set(found.reach),
        status: Set(found.status),
        cause: Set(found.cause),
        pages: Set(pages),
        last_seen: Set(now),
        gone_at: Set(None),
        last_run: Set(Some(run.id)),
        ..Default::default()
    };
    findings::change(tx, change).await?;
    Ok(event.map(|event| (before.id, event)))
}
