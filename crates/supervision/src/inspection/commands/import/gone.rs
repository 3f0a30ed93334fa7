//! Findings that a run would have shown and did not: they are gone. Clauses N2.4, N5.3.
//!
//! What only people saw is not for a machine to take away.

use checks::{Look, registry};
use crawl::is_attachment;
use crawl::run_file::Looked;
use ledger::Cx;
use ledger::registry::entity::site;
use platform::Error;
use sea_orm::Set;

use super::source::{Answered, RunSource};
use crate::ids::FindingId;
use crate::inspection::entity::{finding_event, run};
use crate::inspection::model::finding::{Coverage, Event, Place, Source, is_gone};
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
        let there = findings::not_shown_unscoped(cx.db.read(), &run, after, BATCH).await?;
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
    let Some(look) = registry::rule(&one.rule).map(|rule| rule.look) else { return false };
    let of = |address: Option<&String>| address.and_then(|address| answered.of(address));
    let page = of(one.page.as_ref().or(one.target.as_ref()));
    let target = of(one.target.as_ref().or(one.page.as_ref()));
    let place = match look {
        // A link's fault is its target's, on whatever page it stands.
        Look::Link(_) => met(target),
        // What only probes can show is not gone because nobody probed.
        Look::Probe(_) if !reach.probes => Place::Unread,
        Look::Probe(_) => met(page),
        // Nor what shows only to who has seen the whole site.
        Look::Site(_) if !reach.only.is_empty() => Place::Unread,
        Look::Site(_) => met(page),
        // The page of a document's fault is the one that links to the file.
        Look::Document(_) => file(target),
        Look::PageAndDocument(..) if is_file(one) => file(target),
        Look::Page(_) | Look::PageAndDocument(..) => read(page, coverage),
    };
    is_gone(coverage, place)
}

/// Whether it was found in a file that a page links to.
fn is_file(one: &There) -> bool {
    let target = one.target.as_deref().and_then(|target| target.parse().ok());
    target.is_some_and(|target| is_attachment(&target, None))
}

/// A place where asking is enough.
fn met(looked: Option<Looked>) -> Place {
    if looked.is_some() { Place::Looked } else { Place::Unmet }
}

/// A page, which shows to who reads it.
fn read(looked: Option<Looked>, coverage: Coverage) -> Place {
    match looked {
        // A run without limits reads every page: what it did not read is none any more.
        Some(Looked::Asked) if coverage == Coverage::Whole => Place::Looked,
        other => file(other),
    }
}

/// A file, which shows to who opens it.
fn file(looked: Option<Looked>) -> Place {
    match looked {
        Some(Looked::Read | Looked::Over) => Place::Looked,
        Some(Looked::Asked | Looked::Unclear) => Place::Unread,
        None => Place::Unmet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_goes_when_its_place_was_looked_at() {
        let at = |name: &str| format!("http://qinghe.example/{name}");
        let answered = Answered::new(vec![
            (at("read.html"), Looked::Read),
            (at("dead.html"), Looked::Over),
            (at("asked.html"), Looked::Asked),
            (at("slow.html"), Looked::Unclear),
            (at("list.csv"), Looked::Read),
            (at("left-out.csv"), Looked::Asked),
        ]);
        let found = |rule: &str, page: &str, target: Option<&str>| There {
            id: FindingId(1),
            rule: rule.to_owned(),
            page: Some(at(page)),
            target: target.map(at),
            sources: Source::Machine as i32,
        };
        let (whole, part) = (Reach::usual(), Reach { depth: Some(1), ..Reach::usual() });
        let recheck = Reach::only(vec![at("read.html")]);
        // Whether it goes after a whole run, after one with limits, after a recheck.
        for (one, goes_after) in [
            (found("common-typo", "read.html", None), [true, true, true]),
            (found("common-typo", "dead.html", None), [true, true, true]),
            (found("common-typo", "asked.html", None), [true, false, false]),
            (found("common-typo", "slow.html", None), [false, false, false]),
            (found("common-typo", "unmet.html", None), [true, false, false]),
            (found("common-typo", "read.html", Some("list.csv")), [true, true, true]),
            (found("common-typo", "read.html", Some("left-out.csv")), [false, false, false]),
            (found("attachment-fault", "read.html", Some("left-out.csv")), [false, false, false]),
            (found("dead-link", "unmet.html", Some("asked.html")), [true, true, true]),
            (found("dead-link", "read.html", Some("unmet.html")), [true, false, false]),
            (found("stale-column", "read.html", None), [true, true, false]),
            (found("exposed-file", "read.html", None), [false, false, false]),
        ] {
            let goes = [(&whole, Coverage::Whole), (&part, Coverage::Part), (&recheck, Coverage::Part)]
                .map(|(reach, coverage)| goes(&one, reach, coverage, &answered));
            assert_eq!(goes, goes_after, "{one:?}");
        }
        let by_people = There { sources: Source::Reader as i32, ..found("common-typo", "read.html", None) };
        assert!(!goes(&by_people, &whole, Coverage::Whole, &answered));
    }
}
