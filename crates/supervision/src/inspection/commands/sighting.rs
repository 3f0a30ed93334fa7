//! A fault as a person saw it, a reader or a citizen: it meets what a machine saw of the same fault. Clauses N5.3, N5.7.
//!
//! Written in the transaction of whoever takes the word of that person; asks nobody and judges nothing.

use base::Level;
use checks::registry;
use ledger::registry::entity::site;
use platform::clock::Instant;
use platform::{Error, Tx};
use sea_orm::Set;

use crate::ids::FindingId;
use crate::inspection::entity::{finding, finding_event, finding_report};
use crate::inspection::model::finding::{About, Decision, Event, Source, State, key, level_number};
use crate::inspection::store::{findings, standing};

/// The rule of what fits none of the machine's.
pub const OTHER: &str = "other";

/// What a person saw.
#[derive(Clone, Debug)]
pub struct Sighting {
    pub source: Source,
    /// Who tells it, as the history names him; of a citizen never the name.
    pub who: String,
    /// A rule's id, or [`OTHER`].
    pub rule: String,
    pub level: Level,
    pub page: String,
    /// The address that the fault is about, if it is one.
    pub target: Option<String>,
    /// The faulty words, if it is one of wording.
    pub fault: Option<String>,
    pub words: String,
    /// What is advised; empty for the rule's own advice.
    pub advice: String,
    /// Blobs: the page's answer as a record, and its picture.
    pub evidence: Option<String>,
    pub picture: Option<String>,
    /// Where in the picture, see `finding_report`.
    pub region: Option<String>,
}

impl Default for Sighting {
    fn default() -> Sighting {
        Sighting {
            source: Source::Reader,
            who: String::new(),
            rule: OTHER.to_owned(),
            level: Level::Warning,
            page: String::new(),
            target: None,
            fault: None,
            words: String::new(),
            advice: String::new(),
            evidence: None,
            picture: None,
            region: None,
        }
    }
}

/// Writes it into the register. Returns the finding, and whether it was known before.
pub async fn sighted(
    tx: &Tx,
    site: &site::Model,
    seen: Sighting,
    now: Instant,
) -> Result<(FindingId, bool), Error> {
    let about = About {
        rule: &seen.rule,
        page: Some(&seen.page),
        target: seen.target.as_deref(),
        fault: seen.fault.as_deref(),
        text: if seen.rule == OTHER { Some(seen.words.as_str()) } else { None },
    };
    let key = key(about);
    let known = findings::by_keys_unscoped(&**tx, site.id, std::slice::from_ref(&key)).await?.pop();
    let is_known = known.is_some();
    let id = match known {
        Some(known) => again(tx, &known, &seen, now).await?,
        None => findings::add(tx, first(site, key, &seen, now)).await?.id,
    };
    let report = finding_report::ActiveModel {
        finding_id: Set(id),
        at: Set(now),
        source: Set(seen.source as i32),
        who: Set(seen.who.clone()),
        words: Set(seen.words.clone()),
        picture: Set(seen.picture),
        region: Set(seen.region),
        ..Default::default()
    };
    findings::add_report(tx, report).await?;
    let event = finding_event::ActiveModel {
        finding_id: Set(id),
        at: Set(now),
        event: Set(Event::Reported),
        who: Set(seen.who),
        run_id: Set(None),
        words: Set(seen.words),
        ..Default::default()
    };
    findings::add_events(tx, vec![event]).await?;
    standing::recount(tx, site.id, &site.unit_path, None).await?;
    Ok((id, is_known))
}

async fn again(tx: &Tx, known: &finding::Model, seen: &Sighting, now: Instant) -> Result<FindingId, Error> {
    let state = if known.state == State::Gone { State::New } else { known.state };
    let mut change = finding::ActiveModel {
        id: Set(known.id),
        sources: Set(known.sources | seen.source as i32),
        last_seen: Set(now),
        state: Set(state),
        is_open: Set(state.counts()),
        gone_at: Set(None),
        ..Default::default()
    };
    if known.evidence.is_none() {
        change.evidence = Set(seen.evidence.clone());
    }
    if known.picture.is_none() {
        change.picture = Set(seen.picture.clone());
    }
    Ok(findings::change(tx, change).await?.id)
}

fn first(site: &site::Model, key: String, seen: &Sighting, now: Instant) -> finding::ActiveModel {
    let rule = registry::rule(&seen.rule);
    let advice = match seen.advice.as_str() {
        "" => rule.map_or("请核实并改正。", |rule| rule.fix),
        own => own,
    };
    finding::ActiveModel {
        site_id: Set(site.id),
        unit_path: Set(site.unit_path.clone()),
        rule: Set(seen.rule.clone()),
        level: Set(level_number(seen.level)),
        clause: Set(rule.map_or_else(|| "N5.3".to_owned(), |rule| rule.clause.to_string())),
        key: Set(key),
        state: Set(State::New),
        is_open: Set(true),
        decision: Set(Decision::None),
        excepted_until: Set(None),
        sources: Set(seen.source as i32),
        page: Set(Some(seen.page.clone())),
        target: Set(seen.target.clone()),
        element: Set(None),
        text: Set(seen.fault.clone()),
        quote: Set(None),
        line: Set(None),
        col: Set(None),
        reach: Set(None),
        status: Set(None),
        cause: Set(seen.words.clone()),
        fix: Set(advice.to_owned()),
        pages: Set(1),
        first_seen: Set(now),
        last_seen: Set(now),
        gone_at: Set(None),
        first_run: Set(None),
        last_run: Set(None),
        evidence: Set(seen.evidence.clone()),
        picture: Set(seen.picture.clone()),
        decided_by: Set(String::new()),
        decided_at: Set(None),
        ..Default::default()
    }
}
