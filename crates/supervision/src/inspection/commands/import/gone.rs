//! Findings that a run would have shown and did not: they are gone. Clauses N2.4, N5.3.
//!
//! What only people saw is not for a machine to take away.

use checks::{Look, registry};
use ledger::Cx;
use ledger::registry::entity::site;
use platform::Error;
use sea_orm::Set;

use super::source::{Answered, RunSource};
use crate::ids::FindingId;
use crate::inspection::entity::{finding_event, run};
use crate::inspection::model::finding::{Coverage, Event, Source, is_gone};
use crate::inspection::model::plan::Reach;
use crate::inspection::store::findings::{self, There};
use crate::inspection::store::{runs, standing};

/// Findings looked at in one transaction.
const BATCH: u64 = 1_000;

/// Marks them. May be called again after a crash: a finding that is gone is not looked at twice.
pub async fn mark(
    cx: &Cx,
    source: &RunSource,
    mut run: run::Model,
    site: &site::Model,
) -> Result<run::Model, Error> {
    let reach: Reach = serde_json::from_value(run.reach.clone()).unwrap_or_default();
    let coverage = if reach.is_whole() { Coverage::Whole } else { Coverage::Part };
    let answered = source.answered().await?;
    let now = cx.now();
    let mut after = FindingId(0);
    loop {
        let there = findings::not_shown_unscoped(cx.db.read(), site.id, run.id, after, BATCH).await?;
        let Some(last) = there.last().map(|one| one.id) else { break };
        let went: Vec<FindingId> =
            there.iter().filter(|one| goes(one, &reach, coverage, &answered)).map(|one| one.id).collect();
        after = last;
        if went.is_empty() {
            continue;
        }
        let tx = cx.write().await?;
        findings::set_gone(&tx, &went, now).await?;
        let events = went.iter().map(|id| finding_event::ActiveModel {
            finding_id: Set(*id),
            at: Set(now),
            event: Set(Event::Gone),
            who: Set(String::new()),
            run_id: Set(Some(run.id)),
            words: Set(String::new()),
            ..Default::default()
        });
        findings::add_events(&tx, events.collect()).await?;
        let number = i32::try_from(went.len()).unwrap_or(i32::MAX);
        let change = run::ActiveModel {
            id: Set(run.id),
            went: Set(run.went.saturating_add(number)),
            ..Default::default()
        };
        run = runs::change(&tx, change).await?;
        standing::recount(&tx, site.id, &site.unit_path, None).await?;
        tx.commit().await?;
    }
    Ok(run)
}

fn goes(one: &There, reach: &Reach, coverage: Coverage, answered: &Answered) -> bool {
    if one.sources & Source::Machine as i32 == 0 || reach.without.contains(&one.rule) {
        return false;
    }
    let rule = registry::rule(&one.rule);
    let look = rule.map(|rule| rule.look);
    // What only probes can show is not gone because nobody probed; likewise attachments.
    let looked = match look {
        None => false,
        Some(Look::Probe(_)) => reach.probes,
        Some(Look::Document(_)) => reach.attachments > 0,
        Some(_) => true,
    };
    let asked = match look {
        // A link's fault is its target's, on whatever page it stands.
        Some(Look::Link(_)) => one.target.as_deref().or(one.page.as_deref()),
        _ => one.page.as_deref().or(one.target.as_deref()),
    };
    looked && is_gone(coverage, asked.is_some_and(|address| answered.has(address)))
}
