//! Every link that leads to something faulty, or out of the site, held against the rules. Clause N2.4.
//!
//! Findings are written in portions, so that a thousand dead links on a thousand pages fit in memory.

use std::sync::Arc;

use base::{Finding, Position};
use checks::page::anchor_hash;
use checks::rule::{Facts, Findings, Linked, Site};
use checks::{LinkKind, registry};
use hashbrown::{HashMap, HashSet};
use rusqlite::Connection;

use super::Targets;
use super::fragments::Fragments;
use super::look_up::{address_of, answer_of, target_look_of, url_of};
use crate::bits::Bits;
use crate::keeper::{Keeper, KeeperError};
use crate::message::address_hash;
use crate::progress::Progress;
use crate::run_file::MAX_PAGES_PER_FAULT;

/// What belongs together in a report: one target, for fragments with its fragment, for the ledger with its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Group {
    target: u32,
    detail: u64,
}

#[derive(Clone, Copy, Default)]
struct Count {
    pages: u64,
    last_page: u32,
}

/// One row of the table `link`, borrowed.
struct LinkRow<'r> {
    page: u32,
    target: u32,
    fragment: Option<&'r str>,
    kind: &'r str,
    element: &'r str,
    at: Position,
    text: &'r str,
}

/// The rows of `link` that some rule may speak about: most links are well, and reading them whole is dear.
pub(super) struct Candidates {
    rows: Bits,
    last: u32,
}

impl Candidates {
    pub fn of(db: &Connection, targets: &Targets, fragments: &Fragments) -> rusqlite::Result<Candidates> {
        let mut candidates = Candidates { rows: Bits::default(), last: 0 };
        let mut statement = db.prepare("select rowid, address_id from link")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let target = row.get(1)?;
            if targets.faulty.has(target) || targets.outgoing.has(target) || fragments.asked.has(target) {
                let row = row.get(0)?;
                candidates.rows.set(row);
                candidates.last = candidates.last.max(row);
            }
        }
        Ok(candidates)
    }

    /// Calls `each` for every link behind row `after` that some rule may speak about, with its group. `each` says
    /// whether to go on; gives the row where it stopped, or `None` at the end.
    fn each(
        &self,
        db: &Connection,
        targets: &Targets,
        fragments: &Fragments,
        after: u32,
        mut each: impl FnMut(&LinkRow<'_>, Group) -> Result<bool, KeeperError>,
    ) -> Result<Option<u32>, KeeperError> {
        let mut statement = db.prepare(
            "select address_id, page_id, fragment, kind, element, line, col, text from link where rowid = ?1",
        )?;
        for number in (after + 1..=self.last).filter(|row| self.rows.has(*row)) {
            let mut rows = statement.query([number])?;
            let Some(row) = rows.next()? else { continue };
            let text = |at| row.get_ref(at).and_then(|v| v.as_str_or_null().map_err(rusqlite::Error::from));
            let link = LinkRow {
                page: row.get(1)?,
                target: row.get(0)?,
                fragment: text(2)?,
                kind: text(3)?.unwrap_or_default(),
                element: text(4)?.unwrap_or_default(),
                at: Position { line: row.get(5)?, column: row.get(6)? },
                text: text(7)?.unwrap_or_default(),
            };
            let Some(group) = group_of(&link, targets, fragments) else { continue };
            if !each(&link, group)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

fn group_of(link: &LinkRow<'_>, targets: &Targets, fragments: &Fragments) -> Option<Group> {
    let detail = if targets.faulty.has(link.target) {
        0
    } else if targets.outgoing.has(link.target) {
        address_hash(link.text)
    } else {
        link.fragment.map(anchor_hash).filter(|hash| fragments.missing.contains(&(link.target, *hash)))?
    };
    Some(Group { target: link.target, detail })
}

pub(super) fn count_groups(
    db: &Connection,
    candidates: &Candidates,
    targets: &Targets,
    fragments: &Fragments,
) -> Result<HashMap<Group, u64>, KeeperError> {
    let mut counts: HashMap<Group, Count> = HashMap::new();
    candidates.each(db, targets, fragments, 0, |link, group| {
        let count = counts.entry(group).or_default();
        count.pages += u64::from(count.last_page != link.page);
        count.last_page = link.page;
        Ok(true)
    })?;
    Ok(counts.into_iter().map(|(group, count)| (group, count.pages)).collect())
}

pub(super) fn judge_links(
    keeper: &mut Keeper,
    site: &Site,
    candidates: &Candidates,
    targets: &Targets,
    fragments: &Fragments,
    groups: &HashMap<Group, u64>,
    progress: &Progress,
) -> Result<(), KeeperError> {
    let plan = Arc::clone(&keeper.plan);
    let mut judge = LinkJudge {
        facts: Facts { site, answer: None, today: plan.today, known: &plan.known },
        targets,
        fragments,
        groups,
        written: HashMap::new(),
        ledger: HashSet::new(),
        found: Findings::default(),
        portion: Vec::new(),
    };
    let mut after = Some(0);
    while let Some(row) = after {
        // A portion is read, then written: a page of a thousand dead links on a thousand pages must fit in memory.
        let db = keeper.run.connection();
        after = candidates.each(db, targets, fragments, row, |link, group| {
            judge.link(db, link, group)?;
            Ok(judge.portion.len() < FINDINGS_AT_ONCE)
        })?;
        for (finding, pages) in judge.portion.drain(..) {
            progress.found(finding.level, 1);
            keeper.run.finding(&finding, pages)?;
        }
    }
    Ok(())
}

/// Findings held in memory before they are written.
const FINDINGS_AT_ONCE: usize = 5_000;

/// Links held against the rules, one after the other.
struct LinkJudge<'a> {
    facts: Facts<'a>,
    targets: &'a Targets,
    fragments: &'a Fragments,
    groups: &'a HashMap<Group, u64>,
    written: HashMap<Group, u64>,
    ledger: HashSet<Group>,
    found: Findings,
    portion: Vec<(Finding, u64)>,
}

impl LinkJudge<'_> {
    fn link(&mut self, db: &Connection, link: &LinkRow<'_>, group: Group) -> Result<(), KeeperError> {
        let outgoing = self.targets.outgoing.has(link.target);
        let fresh_in_ledger =
            outgoing && self.ledger.insert(Group { target: link.target, detail: address_hash(link.text) });
        let count = self.written.entry(group).or_default();
        *count += 1;
        let told = self.targets.faulty.has(link.target) || !outgoing;
        if !(fresh_in_ledger || told && *count <= MAX_PAGES_PER_FAULT) {
            return Ok(());
        }
        let (url, inside) = address_of(db, link.target)?;
        let (answer, evidence) = answer_of(db, link.target)?;
        let page = url_of(db, link.page)?;
        let look = if inside { None } else { target_look_of(db, link.target)? };
        let missing = (link.target, link.fragment.map_or(0, anchor_hash));
        let linked = Linked {
            page: &page,
            target: &url,
            fragment: link.fragment,
            inside,
            kind: LinkKind::from_code(link.kind).unwrap_or(LinkKind::Anchor),
            text: link.text,
            at: link.at,
            answer: &answer,
            look: look.as_ref(),
            fragment_found: self.fragments.missing.contains(&missing).then_some(false),
        };
        registry::link_rules(&linked, &self.facts, &mut self.found);
        for mut finding in self.found.list.drain(..) {
            let in_ledger = finding.rule == "outgoing-link";
            if in_ledger && !fresh_in_ledger || !in_ledger && *count > MAX_PAGES_PER_FAULT {
                continue;
            }
            if self.targets.hidden.covers(finding.rule, &page, &url) {
                continue;
            }
            finding.element = Some(link.element.to_owned());
            if finding.evidence.is_none() {
                finding.evidence.clone_from(&evidence);
            }
            self.portion.push((finding, self.groups.get(&group).copied().unwrap_or(1)));
        }
        Ok(())
    }
}
