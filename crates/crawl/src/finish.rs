//! When a run ends: links are judged by the answers of their targets, fragments by the names on their pages. Clause N2.4.
//!
//! Reads the run file once from end to end for each step, in bounded memory; asks the network nothing.

use base::{Evidence, Finding, Position, Reach, TlsFault, Verdict};
use checks::address::{fragment_candidates, script_made_shape};
use checks::page::anchor_hash;
use checks::rule::{Answered, Facts, Findings, Linked, Look, ScriptFragments, Site, SiteFacts};
use checks::{LinkKind, registry};
use hashbrown::{HashMap, HashSet};
use rusqlite::{Connection, OptionalExtension, params};

use crate::bounds::{MAX_MISSING_FRAGMENTS, SCRIPT_FRAGMENTS};
use crate::keeper::{Bits, Keeper, KeeperError};
use crate::message::address_hash;
use crate::progress::Progress;
use crate::run_file::MAX_PAGES_PER_FAULT;
use crate::run_file::write::soft_of;

/// Writes the findings that only the whole run can give. Those of an earlier ending are replaced.
pub fn judge(keeper: &mut Keeper, site: &Site, progress: &Progress) -> Result<(), KeeperError> {
    keeper.run.begin()?;
    forget_earlier_end(keeper.run.connection())?;
    let fragments = Fragments::look_up(keeper)?;
    let targets = Targets::of(keeper.run.connection())?;
    let candidates = Candidates::of(keeper.run.connection(), &targets, &fragments)?;
    let groups = count_groups(keeper.run.connection(), &candidates, &targets, &fragments)?;
    judge_start(keeper, site, progress)?;
    judge_links(keeper, site, &candidates, &targets, &fragments, &groups, progress)?;
    judge_site(keeper, site, &fragments, progress)?;
    keeper.commit()
}

fn forget_earlier_end(db: &Connection) -> rusqlite::Result<()> {
    for rule in registry::RULES {
        if !matches!(rule.look, Look::Page(_)) {
            db.execute("delete from finding where rule = ?1", [rule.id])?;
        }
    }
    Ok(())
}

/// Addresses that rules on links have something to say about.
struct Targets {
    faulty: Bits,
    outgoing: Bits,
}

impl Targets {
    fn of(db: &Connection) -> rusqlite::Result<Targets> {
        let mut targets = Targets { faulty: Bits::default(), outgoing: Bits::default() };
        let mut statement = db.prepare(
            "select address_id from answer
              where verdict in ('dead', 'wrong', 'blocked', 'transient') or tls_fault is not null or reach = 'too-large'",
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

/// Fragments that no page answers.
#[derive(Default)]
struct Fragments {
    missing: HashSet<(u32, u64)>,
    /// Addresses with at least one missing fragment.
    asked: Bits,
    scripted: Vec<ScriptFragments>,
}

impl Fragments {
    fn look_up(keeper: &Keeper) -> rusqlite::Result<Fragments> {
        let mut fragments = Fragments::default();
        let mut shapes: HashMap<String, Shape> = HashMap::new();
        let db = keeper.run.connection();
        let mut statement =
            db.prepare("select address_id, hash, fragment from fragment order by address_id")?;
        let mut rows = statement.query([])?;
        let mut page = Names::default();
        while let Some(row) = rows.next()? {
            let (target, hash): (u32, i64) = (row.get(0)?, row.get(1)?);
            let fragment = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            if page.target != target {
                page = Names::of(keeper, target)?;
            }
            if page.has(fragment) || fragments.missing.len() >= MAX_MISSING_FRAGMENTS {
                continue;
            }
            let key = (target, hash as u64);
            if page.scripted
                && let Some(shape) = script_made_shape(fragment)
            {
                shapes.entry(shape).or_default().add(key, fragment);
            } else {
                fragments.miss(key);
            }
        }
        for (shape, kind) in shapes {
            if kind.fragments < SCRIPT_FRAGMENTS {
                kind.keys.into_iter().for_each(|key| fragments.miss(key));
            } else {
                let (target, fragment) = kind.example;
                let url = url_of(db, target)?;
                fragments.scripted.push(ScriptFragments {
                    shape,
                    example: format!("{url}#{fragment}"),
                    page: page_linking_to(db, target)?.unwrap_or(url),
                    links: kind.fragments,
                    targets: kind.targets,
                });
            }
        }
        fragments.scripted.sort_by(|a, b| a.shape.cmp(&b.shape));
        Ok(fragments)
    }

    fn miss(&mut self, key: (u32, u64)) {
        self.missing.insert(key);
        self.asked.set(key.0);
    }
}

/// Missing fragments of one shape on pages with scripts.
#[derive(Default)]
struct Shape {
    fragments: u64,
    targets: u64,
    last: u32,
    example: (u32, String),
    /// Kept only while there are few enough to be told one by one.
    keys: Vec<(u32, u64)>,
}

impl Shape {
    fn add(&mut self, key: (u32, u64), fragment: &str) {
        if self.fragments == 0 {
            self.example = (key.0, fragment.to_owned());
        }
        self.fragments += 1;
        self.targets += u64::from(self.last != key.0);
        self.last = key.0;
        if self.fragments <= SCRIPT_FRAGMENTS {
            self.keys.push(key);
        }
    }
}

/// The names on the page that an address leads to.
#[derive(Default)]
struct Names {
    target: u32,
    /// `None`: the page was not read, so nothing can be said.
    hashes: Option<Vec<u64>>,
    scripted: bool,
}

impl Names {
    fn of(keeper: &Keeper, target: u32) -> rusqlite::Result<Names> {
        let db = keeper.run.connection();
        let end: Option<String> = db
            .prepare_cached("select final_url from answer where address_id = ?1")?
            .query_row([target], |r| r.get(0))
            .optional()?
            .flatten();
        let page = end.and_then(|url| keeper.number(&url)).unwrap_or(target);
        let found: Option<(Vec<u8>, bool)> = db
            .prepare_cached("select hashes, scripted from anchor where page_id = ?1")?
            .query_row([page], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((blob, scripted)) = found else { return Ok(Names { target, ..Names::default() }) };
        let hashes = blob.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        Ok(Names { target, hashes: Some(hashes), scripted })
    }

    fn has(&self, fragment: &str) -> bool {
        let Some(hashes) = &self.hashes else { return true };
        let Some((plain, decoded)) = fragment_candidates(fragment) else { return true };
        let has = |name: &str| hashes.binary_search(&anchor_hash(name)).is_ok();
        has(plain) || has(&decoded)
    }
}

/// What belongs together in a report: one target, for fragments with its fragment, for the ledger with its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Group {
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
struct Candidates {
    rows: Bits,
    last: u32,
}

impl Candidates {
    fn of(db: &Connection, targets: &Targets, fragments: &Fragments) -> rusqlite::Result<Candidates> {
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

fn count_groups(
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

fn judge_links(
    keeper: &mut Keeper,
    site: &Site,
    candidates: &Candidates,
    targets: &Targets,
    fragments: &Fragments,
    groups: &HashMap<Group, u64>,
    progress: &Progress,
) -> Result<(), KeeperError> {
    let mut judge = LinkJudge {
        facts: Facts { site, answer: None },
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
            fragment_found: self.fragments.missing.contains(&missing).then_some(false),
        };
        registry::link_rules(&linked, &self.facts, &mut self.found);
        for mut finding in self.found.list.drain(..) {
            let in_ledger = finding.rule == "outgoing-link";
            if in_ledger && !fresh_in_ledger || !in_ledger && *count > MAX_PAGES_PER_FAULT {
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
        fragment_found: None,
    };
    let mut found = Findings::default();
    registry::link_rules(&linked, &Facts { site, answer: None }, &mut found);
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
    progress: &Progress,
) -> Result<(), KeeperError> {
    let traps = keeper.run.traps()?;
    let (start, _) = answer_of(keeper.run.connection(), 1)?;
    let pages = keeper.pages;
    let facts =
        SiteFacts { site, start: &start, pages, traps: &traps, script_fragments: &fragments.scripted };
    let mut found = Findings::default();
    registry::site_rules(&facts, &mut found);
    for finding in found.list {
        progress.found(finding.level, 1);
        keeper.run.finding(&finding, 1)?;
    }
    Ok(())
}

fn url_of(db: &Connection, id: u32) -> rusqlite::Result<String> {
    Ok(address_of(db, id)?.0)
}

fn address_of(db: &Connection, id: u32) -> rusqlite::Result<(String, bool)> {
    db.prepare_cached("select url, inside from address where id = ?1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
}

/// A page that links to the address, for a finding about many of them.
fn page_linking_to(db: &Connection, id: u32) -> rusqlite::Result<Option<String>> {
    db.query_row(
        "select p.url from address a join address p on p.id = a.found_on where a.id = ?1",
        params![id],
        |r| r.get(0),
    )
    .optional()
}

/// How an address answered; one that was never asked is undecided.
fn answer_of(db: &Connection, id: u32) -> rusqlite::Result<(Answered, Option<Evidence>)> {
    let found = db
        .prepare_cached(
            "select verdict, reach, status, chain, mime, bytes, took_ms, attempts, soft, tls_fault, record, record_at
               from answer where address_id = ?1",
        )?
        .query_row([id], |r| {
            let text = |at: usize| r.get::<_, Option<String>>(at);
            let reach = text(1)?.and_then(|t| t.parse().ok()).unwrap_or(Reach::NoResolver);
            let tls = text(9)?;
            let answered = Answered {
                reach,
                verdict: text(0)?.and_then(|t| Verdict::from_code(&t)).unwrap_or(Verdict::Undecided),
                status: r.get(2)?,
                chain: text(3)?.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default(),
                mime: text(4)?,
                bytes: r.get(5)?,
                took_ms: r.get(6)?,
                attempts: r.get(7)?,
                soft_404: text(8)?.and_then(|t| soft_of(&t)),
                // Pages are judged when they are read; links need no such word of their target.
                upgrades_parts: false,
                tls_fault: tls.and_then(|t| TlsFault::ALL.into_iter().find(|f| f.code() == t)),
            };
            let evidence = match (text(10)?, r.get::<_, Option<u64>>(11)?) {
                (Some(record), Some(offset)) => Some(Evidence { record, offset }),
                _ => None,
            };
            Ok((answered, evidence))
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| (unasked(), None)))
}

fn unasked() -> Answered {
    Answered {
        reach: Reach::Withheld(base::Withheld::Limit),
        verdict: Verdict::Undecided,
        status: None,
        chain: vec![],
        mime: None,
        bytes: 0,
        took_ms: 0,
        soft_404: None,
        tls_fault: None,
        upgrades_parts: false,
        attempts: 0,
    }
}
