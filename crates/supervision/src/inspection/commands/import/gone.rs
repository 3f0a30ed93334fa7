//! Findings that a run would have shown and did not: they are gone. Clauses N2.4, N5.3.
//!
//! What only people saw is not for a machine to take away.

use checks::{Look, registry};
use crawl::run_file::Looked;
use ledger::Cx;
use ledger::registry::entity::site;
use platform::Error;
use sea_orm::Set;

use super::source::{Answered, RunSource};
use crate::ids::FindingId;
use crate::inspection::entity::{finding_event, run};
use crate::inspection::model::finding::{
    Coverage, Event, Place, READS_TARGET, STANDS_ANYWHERE, Source, is_gone,
};
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
        Look::Link(_) => link(one, page, target, coverage),
        // What only probes can show is not gone because nobody probed.
        Look::Probe(_) if !reach.probes => Place::Unread,
        Look::Probe(_) => met(page),
        // Nor what shows only to who has seen the whole site.
        Look::Site(_) if !reach.only.is_empty() => Place::Unread,
        Look::Site(_) => read(page, coverage),
        // The page of a document's fault is the one that links to the file.
        Look::Document(_) => file(target),
        Look::PageAndDocument(..) if one.target.is_some() => file(target),
        Look::Page(_) | Look::PageAndDocument(..) => read(page, coverage),
    };
    is_gone(coverage, place)
}

/// Where a link stands and where it leads. Its fault is its target's; that the link is there no more shows on its page.
fn link(one: &There, page: Option<Looked>, target: Option<Looked>, coverage: Coverage) -> Place {
    let rule = one.rule.as_str();
    let anywhere = STANDS_ANYWHERE.contains(&rule);
    match target {
        Some(Looked::Asked) if READS_TARGET.contains(&rule) => return Place::Unread,
        // What somebody else's address answers is nothing to a rule on the link itself.
        Some(Looked::Unclear) if !anywhere => return Place::Unread,
        _ => {}
    }
    // The start address is linked to by nobody.
    if one.page.is_none() {
        return met(target);
    }
    // On other pages it may stand still, and a run with limits has not read them all.
    match read(page, coverage) {
        Place::Looked if coverage == Coverage::Part && (anywhere || one.pages > 1) => Place::Unread,
        place => place,
    }
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
        Some(Looked::Read | Looked::Over | Looked::Moved) => Place::Looked,
        Some(Looked::Asked | Looked::Dead | Looked::Unclear) => Place::Unread,
        None => Place::Unmet,
    }
}

/// A file, which shows to who opens it.
fn file(looked: Option<Looked>) -> Place {
    match looked {
        Some(Looked::Read | Looked::Over) => Place::Looked,
        Some(Looked::Moved | Looked::Asked | Looked::Dead | Looked::Unclear) => Place::Unread,
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
            (at("none.html"), Looked::Over),
            (at("moved.html"), Looked::Moved),
            (at("asked.html"), Looked::Asked),
            (at("500.html"), Looked::Dead),
            (at("slow.html"), Looked::Unclear),
            (at("list.csv"), Looked::Read),
            (at("left-out.csv"), Looked::Asked),
            (at("moved.csv"), Looked::Moved),
        ]);
        let found = |rule: &str, page: &str, target: Option<&str>| There {
            id: FindingId(1),
            rule: rule.to_owned(),
            page: Some(page).filter(|page| !page.is_empty()).map(at),
            target: target.map(at),
            sources: Source::Machine as i32,
            pages: 1,
        };
        let on = |pages: i32, one: There| There { pages, ..one };
        let (whole, part) = (Reach::usual(), Reach { depth: Some(1), ..Reach::usual() });
        let recheck = Reach::only(vec![at("read.html")]);
        // Whether it goes after a whole run, after one with limits, after a recheck.
        for (one, goes_after) in [
            (found("common-typo", "read.html", None), [true, true, true]),
            (found("common-typo", "none.html", None), [true, true, true]),
            (found("common-typo", "moved.html", None), [true, true, true]),
            (found("common-typo", "asked.html", None), [true, false, false]),
            (found("common-typo", "500.html", None), [false, false, false]),
            (found("common-typo", "slow.html", None), [false, false, false]),
            (found("common-typo", "unmet.html", None), [true, false, false]),
            (found("common-typo", "read.html", Some("list.csv")), [true, true, true]),
            (found("common-typo", "read.html", Some("left-out.csv")), [false, false, false]),
            (found("common-typo", "read.html", Some("moved.csv")), [false, false, false]),
            (found("attachment-fault", "read.html", Some("left-out.csv")), [false, false, false]),
            // A link: the page where it stands must have been read; some rules read the target as well.
            (found("dead-link", "read.html", Some("none.html")), [true, true, true]),
            (found("dead-link", "read.html", Some("500.html")), [true, true, true]),
            (found("dead-link", "read.html", Some("asked.html")), [true, true, true]),
            (found("dead-link", "read.html", Some("unmet.html")), [true, true, true]),
            (found("dead-link", "read.html", Some("slow.html")), [false, false, false]),
            (found("dead-link", "slow.html", Some("none.html")), [false, false, false]),
            (found("dead-link", "unmet.html", Some("none.html")), [true, false, false]),
            (found("soft-404", "read.html", Some("asked.html")), [false, false, false]),
            (found("soft-404", "read.html", Some("read.html")), [true, true, true]),
            (on(7, found("dead-link", "read.html", Some("none.html"))), [true, false, false]),
            (found("unapproved-link", "read.html", Some("read.html")), [true, false, false]),
            (found("unapproved-link", "read.html", Some("slow.html")), [true, false, false]),
            (found("tls-fault", "", Some("read.html")), [true, true, true]),
            (found("stale-column", "read.html", None), [true, true, false]),
            (found("stale-column", "asked.html", None), [true, false, false]),
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
