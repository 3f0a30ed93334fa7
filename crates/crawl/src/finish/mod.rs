//! When a run ends: links are judged by the answers of their targets, fragments by the names on their pages. Clause N2.4.
//!
//! Reads the run file from end to end for each step, in bounded memory; asks the network nothing.

mod compare;
mod fragments;
mod links;
mod look_up;
mod once;

use base::Position;
use checks::rule::{Facts, Findings, Linked, Seen, Site, SiteFacts, ThreeFetches};
use checks::{LinkKind, registry};
use rusqlite::Connection;

use crate::after::{Afterwards, Picture};
use crate::bits::Bits;
use crate::keeper::{Keeper, KeeperError};
use crate::progress::Progress;
use crate::{bounds, run_file};
use fragments::Fragments;
use links::{Candidates, count_groups, judge_links};
use look_up::{address_of, answer_of};
use once::{Hidden, letters_told_once};

/// The folder of pictures, beside the run file.
pub const SCREENSHOTS: &str = "screenshots";

/// Writes the findings that only the whole run can give. Those of an earlier ending are replaced.
pub fn judge(
    keeper: &mut Keeper,
    site: &Site,
    mut afterwards: Afterwards,
    progress: &Progress,
) -> Result<(), KeeperError> {
    keeper.run.begin()?;
    keeper.run.end_anew()?;
    let fetches = std::mem::take(&mut afterwards.fetches);
    keep_afterwards(keeper, afterwards, progress)?;
    letters_told_once(keeper.run.connection())?;
    let fragments = Fragments::look_up(keeper)?;
    let targets = Targets::of(keeper.run.connection())?;
    let candidates = Candidates::of(keeper.run.connection(), &targets, &fragments)?;
    let groups = count_groups(keeper.run.connection(), &candidates, &targets, &fragments)?;
    judge_start(keeper, site, progress)?;
    judge_links(keeper, site, &candidates, &targets, &fragments, &groups, progress)?;
    judge_site(keeper, site, &fragments, fetches, progress)?;
    keeper.commit()
}

/// Writes what was found when pages had been read.
fn keep_afterwards(
    keeper: &mut Keeper,
    afterwards: Afterwards,
    progress: &Progress,
) -> Result<(), KeeperError> {
    for (mut finding, record) in afterwards.findings {
        if let Some(record) = record {
            finding.evidence = Some(keeper.keep_evidence(&record)?);
        }
        progress.found(finding.level, 1);
        keeper.run.finding(&finding, 1)?;
    }
    for url in &afterwards.read {
        if let Some(address) = keeper.number(url.as_str()) {
            keeper.run.attachment_read(address)?;
        }
    }
    for Picture { url, kind, jpeg } in afterwards.pictures {
        let Some(page) = keeper.number(&url) else { continue };
        let name = format!("{SCREENSHOTS}/{page}.jpg");
        let path = keeper.folder.join(&name);
        let written = std::fs::create_dir_all(keeper.folder.join(SCREENSHOTS))
            .and_then(|()| std::fs::write(&path, &jpeg));
        written.map_err(|source| KeeperError::Picture { path, source })?;
        keeper.run.screenshot(page, &name, kind)?;
    }
    for text in &afterwards.unchecked {
        keeper.run.unchecked(text)?;
    }
    if keeper.plan.known.no_hints {
        keeper.run.unchecked("按 --no-hints 的要求，疑似错别字（供参考的提示）没有列出")?;
    }
    Ok(())
}

/// Addresses that rules on links have something to say about.
struct Targets {
    faulty: Bits,
    outgoing: Bits,
    hidden: Hidden,
}

impl Targets {
    fn of(db: &Connection) -> rusqlite::Result<Targets> {
        let mut targets =
            Targets { faulty: Bits::default(), outgoing: Bits::default(), hidden: Hidden::of(db)? };
        let mut statement = db.prepare(
            "select address_id from answer
              where verdict in ('dead', 'wrong', 'blocked', 'transient') or tls_fault is not null or reach = 'too-large'
             union
             select address_id from target_look where suspect = 1",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            targets.faulty.set(row.get(0)?);
        }
        let mut statement = db.prepare("select id from address where inside = 0")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            targets.outgoing.set(row.get(0)?);
        }
        Ok(targets)
    }
}

/// The start address is linked to by nobody but the plan.
fn judge_start(keeper: &mut Keeper, site: &Site, progress: &Progress) -> Result<(), KeeperError> {
    let db = keeper.run.connection();
    let (url, inside) = address_of(db, 1)?;
    let (answer, evidence) = answer_of(db, 1)?;
    let linked = Linked {
        page: "",
        target: &url,
        fragment: None,
        inside,
        kind: LinkKind::Anchor,
        text: "",
        at: Position { line: 1, column: 1 },
        answer: &answer,
        look: None,
        fragment_found: None,
    };
    let mut found = Findings::default();
    registry::link_rules(
        &linked,
        &Facts { site, answer: None, today: keeper.plan.today, known: &keeper.plan.known },
        &mut found,
    );
    for mut finding in found.list {
        finding.evidence.clone_from(&evidence);
        progress.found(finding.level, 1);
        keeper.run.finding(&finding, 1)?;
    }
    Ok(())
}

fn judge_site(
    keeper: &mut Keeper,
    site: &Site,
    fragments: &Fragments,
    fetches: Vec<ThreeFetches>,
    progress: &Progress,
) -> Result<(), KeeperError> {
    let traps = keeper.run.traps()?;
    let (start, _) = answer_of(keeper.run.connection(), 1)?;
    let pages = keeper.pages;
    let columns = run_file::read::columns(keeper.run.connection(), bounds::COLUMN_PAGES)?;
    let late_articles = compare::late_articles(keeper)?;
    let again = compare::seen_again(keeper)?;
    let seen = Seen { fetches, again };
    let facts = SiteFacts {
        seen: &seen,
        site,
        start: &start,
        pages,
        traps: &traps,
        script_fragments: &fragments.scripted,
        today: keeper.plan.today,
        columns: &columns,
        late_articles: &late_articles,
    };
    let mut found = Findings::default();
    registry::site_rules(&facts, &mut found);
    for finding in found.list {
        progress.found(finding.level, 1);
        keeper.run.finding(&finding, 1)?;
    }
    Ok(())
}
