//! The keeper: the one writer of the run file, who knows every address of the run. Clauses N2.1, N2.4.
//!
//! Gives addresses their numbers, finds what is new, fills the frontier, keeps evidence. Asks the network nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Reach;
use base::Verdict;
use checks::LinkKind;
use checks::rule::Trap;
use checks::trap::TrapWatch;
use hashbrown::{HashMap, HashTable};
use rusqlite::OptionalExtension;
use tokio::sync::mpsc::Receiver;
use url::Url;

use crate::bits::Bits;
use crate::bounds;
use crate::evidence::{EvidenceFile, Record};
use crate::fetch::withheld;
use crate::frontier::{Frontier, Lease};
use crate::guard::{Guard, Zone};
use crate::message::{Answer, LinkOut, Links, Message, Outcome, Read, address_hash};
use crate::plan::{Outgoing, Plan, Scope};
use crate::progress::Progress;
use crate::run_file::readings::Rows;
use crate::run_file::write::{LinkRow, RunFileError, RunWriter, Stored};
use crate::visit::now_ms;

/// What stops a keeper.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    #[error(transparent)]
    RunFile(#[from] RunFileError),
    #[error("证据文件 evidence.warc.gz 写不进去：{}。已查到的都在 run.db 里，腾出空间后可用 --resume 接着做", base::trouble::why(.0))]
    Evidence(#[from] std::io::Error),
    #[error("截图 {} 写不进去：{}。已查到的都在 run.db 里", path.display(), base::trouble::why(source))]
    Picture { path: PathBuf, source: std::io::Error },
}

impl From<rusqlite::Error> for KeeperError {
    fn from(error: rusqlite::Error) -> KeeperError {
        KeeperError::RunFile(RunFileError::Sqlite(error))
    }
}

/// The keeper of one run.
pub struct Keeper {
    pub run: RunWriter,
    pub(crate) folder: PathBuf,
    evidence: EvidenceFile,
    pub(crate) plan: Arc<Plan>,
    scope: Scope,
    guard: Guard,
    frontier: Arc<Frontier>,
    progress: Arc<Progress>,
    /// Address numbers by hash of the address; the hashes stand in `hashes`, by number.
    numbers: HashTable<u32>,
    hashes: Vec<u64>,
    /// Which addresses have an answer, one bit each.
    answered: Bits,
    fragments: hashbrown::HashSet<(u32, u64)>,
    traps: TrapWatch,
    trapped: HashMap<String, Trap>,
    sitemaps: u32,
    /// Addresses to be asked for again at the end, with the tries made.
    second_looks: Vec<(u32, u8)>,
    rounds: u8,
    /// A host broke off and did not come back: the run is not complete.
    pub host_is_gone: bool,
    /// Pages read by this run; `progress` may count those of other runs as well.
    pub pages: u64,
}

impl Keeper {
    /// Opens the run file in `folder`; with what it holds already, a run goes on where it stopped.
    pub fn open(
        folder: &Path,
        plan: Arc<Plan>,
        scope: Scope,
        guard: Guard,
        frontier: Arc<Frontier>,
        progress: Arc<Progress>,
    ) -> Result<Keeper, KeeperError> {
        let run = RunWriter::open(&folder.join("run.db"))?;
        let length = run.meta("evidence_length")?.and_then(|l| l.parse().ok()).unwrap_or(0);
        let software = concat!("xunwang ", env!("CARGO_PKG_VERSION"));
        let evidence = EvidenceFile::open(&folder.join("evidence.warc.gz"), length, software, now_ms())?;
        let year = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).year();
        let mut keeper = Keeper {
            run,
            folder: folder.to_owned(),
            evidence,
            plan,
            scope,
            guard,
            frontier,
            progress,
            numbers: HashTable::new(),
            hashes: vec![0],
            answered: Bits::default(),
            fragments: hashbrown::HashSet::new(),
            traps: TrapWatch::new(year),
            trapped: HashMap::new(),
            sitemaps: 0,
            second_looks: Vec::new(),
            rounds: 0,
            host_is_gone: false,
            pages: 0,
        };
        keeper.recall()?;
        Ok(keeper)
    }

    /// Takes in what the run file holds from before: numbers, answers, and what still waits.
    fn recall(&mut self) -> Result<(), KeeperError> {
        self.run.forget_broken_off()?;
        {
            let db = self.run.connection();
            let mut statement = db.prepare("select id, url, inside from address order by id")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (id, inside): (u32, bool) = (row.get(0)?, row.get(2)?);
                let url = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let hash = address_hash(url);
                self.hashes.resize(id as usize + 1, 0);
                self.hashes[id as usize] = hash;
                let hashes = &self.hashes;
                self.numbers.insert_unique(hash, id, |n| hashes[*n as usize]);
                if inside && let Ok(url) = Url::parse(url) {
                    // Known addresses were admitted before; asking again only brings the watch up to date.
                    self.traps.admit(&url).ok();
                }
            }
            let mut statement = db.prepare("select address_id, page, verdict from answer")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id = row.get(0)?;
                self.answered.set(id);
                let page = row.get(1)?;
                self.pages += u64::from(page);
                self.progress.recalled(page);
            }
            for trap in self.run.traps()? {
                self.trapped.insert(trap.shape.clone(), trap);
            }
        }
        let mut from = Some(1);
        while let Some(next) = from {
            from = self.push_waiting(next)?;
        }
        Ok(())
    }

    /// Pushes the addresses without an answer from `from` on, one batch; where the next batch begins.
    fn push_waiting(&mut self, from: u32) -> Result<Option<u32>, KeeperError> {
        const BATCH: u32 = 10_000;
        let batch = self.run.addresses_from(from, BATCH)?;
        let next = (batch.len() == BATCH as usize).then(|| batch.last().map(|a| a.id + 1)).flatten();
        let waiting = batch.into_iter().filter(|a| !self.answered.has(a.id)).map(lease);
        self.frontier.push(waiting);
        Ok(next)
    }

    /// Works until the senders are gone.
    pub fn run(mut self, mut messages: Receiver<Message>) -> Result<Keeper, KeeperError> {
        while let Some(message) = messages.blocking_recv() {
            match message {
                Message::Outcome(outcome) => {
                    self.outcome(*outcome)?;
                    if self.frontier.is_at_the_last() {
                        self.look_again()?;
                    }
                    self.frontier.settle();
                }
                Message::Tick => {}
            }
            if let Some(from) = self.frontier.wants_refill() {
                self.refill(from)?;
            }
            if self.run.commit_is_due() {
                self.commit()?;
            }
        }
        self.commit()?;
        Ok(self)
    }

    /// Commits rows, and with them how far the evidence file is valid.
    pub fn commit(&mut self) -> Result<(), KeeperError> {
        for trap in self.trapped.values() {
            self.run.trap(trap)?;
        }
        self.run.set_meta("evidence_length", &self.evidence.length().to_string())?;
        self.run.commit()?;
        Ok(())
    }

    /// Appends to the evidence file.
    pub(crate) fn keep_evidence(&mut self, record: &Record) -> Result<base::Evidence, KeeperError> {
        Ok(self.evidence.append(record)?)
    }

    /// Whether the run file knows no address yet.
    pub fn is_new(&self) -> bool {
        self.hashes.len() == 1
    }

    /// Distinct addresses met so far.
    pub fn addresses(&self) -> u64 {
        self.hashes.len() as u64 - 1
    }

    /// The number of an address.
    pub fn number(&self, url: &str) -> Option<u32> {
        let hash = address_hash(url);
        self.numbers.find(hash, |n| self.hashes[*n as usize] == hash).copied()
    }

    /// Names an address that no page links to.
    pub fn seed(&mut self, url: &str, kind: LinkKind) -> Result<(), KeeperError> {
        let Ok(parsed) = Url::parse(url) else { return Ok(()) };
        let inside = self.scope.owns(&parsed);
        let mut fresh = Vec::new();
        self.number_of(url, address_hash(url), inside, 0, kind, None, &mut fresh)?;
        self.frontier.push(fresh);
        Ok(())
    }

    /// Asks once more for what got no answer from hosts that had answered before.
    fn look_again(&mut self) -> Result<(), KeeperError> {
        if self.second_looks.is_empty() {
            return Ok(());
        }
        self.rounds += 1;
        let mut leases = Vec::new();
        for (id, tries) in std::mem::take(&mut self.second_looks) {
            let Some(stored) = self.run.addresses_from(id, 1)?.pop() else { continue };
            self.answered.clear(id);
            leases.push(Lease { tries, again: true, ..lease(stored) });
        }
        self.frontier.push(leases);
        Ok(())
    }

    fn refill(&mut self, from: u32) -> Result<(), KeeperError> {
        const BATCH: u32 = 10_000;
        let batch = self.run.addresses_from(from, BATCH)?;
        let next = (batch.len() == BATCH as usize).then(|| batch.last().map(|a| a.id + 1)).flatten();
        let waiting = batch.into_iter().filter(|a| !self.answered.has(a.id)).map(lease).collect();
        self.frontier.refill(waiting, next);
        Ok(())
    }

    fn outcome(&mut self, outcome: Outcome) -> Result<(), KeeperError> {
        let Outcome { lease, mut answer, read, read_at, mut findings, kept, evidence, conversion } = outcome;
        if self.answered.has(lease.id) {
            self.frontier.came_back(lease.id);
            return Ok(());
        }
        let evidence = match evidence {
            Some(record) => Some(self.evidence.append(&record)?),
            None => None,
        };
        if let Some(record) = conversion {
            self.evidence.append(&record)?;
        }
        let page = answer.page;
        if answer.broke_off {
            let room =
                self.rounds < bounds::SECOND_LOOKS && self.second_looks.len() < bounds::MAX_SECOND_LOOKS;
            if !lease.again && room {
                self.second_looks.push((lease.id, lease.tries));
            } else {
                self.host_is_gone = true;
            }
        }
        self.progress.answered(&answer);
        self.pages += u64::from(page);
        let mut reader = lease.id;
        if let Some(end) = &read_at {
            // What was read belongs to the address it was read at; the asked one only leads there.
            match self.take_end(end, &lease)? {
                None => {
                    // The end was read before: nothing new.
                    answer.page = false;
                    self.pages -= u64::from(page);
                    self.answered.set(lease.id);
                    self.run.answer(lease.id, &answer, evidence.as_ref())?;
                    return Ok(());
                }
                Some(end) if end != lease.id => {
                    reader = end;
                    let mut there = answer.clone();
                    there.chain.clear();
                    there.final_url = None;
                    self.run.answer(end, &there, evidence.as_ref())?;
                    answer.page = false;
                    answer.title = None;
                    answer.charset = None;
                }
                Some(_) => {}
            }
        }
        self.answered.set(lease.id);
        self.run.answer(lease.id, &answer, evidence.as_ref())?;
        if let Some(look) = &answer.look {
            self.run.target_look(lease.id, look)?;
        }
        for finding in &mut findings {
            finding.evidence.clone_from(&evidence);
            self.progress.found(finding.level, 1);
            self.run.finding(finding, 1)?;
        }
        let count = findings.len() as i64;
        let found =
            if count == 0 { Rows::default() } else { Rows { first: self.run.last_row() - count + 1, count } };
        if let Some(read) = read {
            let links = self.read(reader, &lease, &read, page)?;
            if let Some(kept) = kept {
                self.run.reading(reader, &kept, found, links)?;
            }
        }
        Ok(())
    }

    /// The number of the address where redirects ended, when it was not answered before.
    fn take_end(&mut self, end: &str, lease: &Lease) -> Result<Option<u32>, KeeperError> {
        let mut fresh = Vec::new();
        let Some(number) = self.number_of(
            end,
            address_hash(end),
            true,
            lease.depth,
            lease.kind,
            Some(lease.id),
            &mut fresh,
        )?
        else {
            return Ok(Some(lease.id));
        };
        if number != lease.id {
            if self.answered.has(number) {
                return Ok(None);
            }
            self.answered.set(number);
            // Where the address was known, it stands in a queue and must not be asked again.
            if fresh.is_empty() {
                self.frontier.answered_on_the_way(number);
            }
        }
        Ok(Some(number))
    }

    fn read(&mut self, page: u32, lease: &Lease, read: &Read, is_page: bool) -> Result<Rows, KeeperError> {
        let Read { links, anchors, scripted, body_hash, forms, column, look, article } = read;
        if is_page {
            if let Ok(url) = Url::parse(&lease.url) {
                self.traps.page_seen(&url, *body_hash);
            }
            self.run.anchors(page, anchors, *scripted)?;
            if let Some(look) = look {
                self.run.page_look(page, look)?;
            }
            if let Some(article) = article {
                self.run.article(page, article)?;
            }
            if let Some(column) = column {
                self.run.column_page(page, column)?;
            }
            for form in forms {
                self.run.form(page, form)?;
            }
        }
        let mut fresh = Vec::new();
        let mut rows = Vec::with_capacity(links.list().len());
        for link in links.list() {
            rows.extend(self.link(page, lease, links, link, &mut fresh)?);
        }
        let rows = self.run.links(page, &rows)?;
        self.frontier.push(fresh);
        Ok(rows)
    }

    fn link<'l>(
        &mut self,
        page: u32,
        lease: &Lease,
        links: &'l Links,
        link: &LinkOut,
        fresh: &mut Vec<Lease>,
    ) -> Result<Option<LinkRow<'l>>, KeeperError> {
        let url = links.url(link);
        // Parts of a page lie as deep as the page, whatever it links to one deeper.
        let depth = if link.kind.is_resource() { lease.depth } else { lease.depth + 1 };
        let number = self.number_of(url, link.hash, link.inside, depth, link.kind, Some(page), fresh)?;
        let Some(target) = number else { return Ok(None) };
        let fragment = links.fragment(link);
        if let Some(fragment) = fragment
            && link.inside
        {
            let hash = checks::page::anchor_hash(fragment);
            if self.fragments.len() >= bounds::FRAGMENT_MEMORY {
                self.fragments.clear();
            }
            if self.fragments.insert((target, hash)) {
                self.run.fragment(target, hash, fragment)?;
            }
        }
        Ok(Some(LinkRow {
            target,
            fragment,
            kind: link.kind.code(),
            element: links.element(link),
            line: link.line,
            column: link.column,
            text: links.label(link),
        }))
    }

    /// The number of an address, a new one where it was not met before. `None` for what is part of a trap.
    #[allow(clippy::too_many_arguments, reason = "one argument a column")]
    fn number_of(
        &mut self,
        url: &str,
        hash: u64,
        inside: bool,
        depth: u32,
        kind: LinkKind,
        found_on: Option<u32>,
        fresh: &mut Vec<Lease>,
    ) -> Result<Option<u32>, KeeperError> {
        let hashes = &self.hashes;
        if let Some(number) = self.numbers.find(hash, |n| hashes[*n as usize] == hash) {
            return Ok(Some(*number));
        }
        let Ok(parsed) = Url::parse(url) else { return Ok(None) };
        if inside && let Err(reason) = self.traps.admit(&parsed) {
            self.trap(&parsed, found_on, reason.label())?;
            return Ok(None);
        }
        let id = self.hashes.len() as u32;
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.numbers.insert_unique(hash, id, |n| hashes[*n as usize]);
        let stored = Stored { id, url: url.to_owned(), inside, depth, kind: kind.code().to_owned() };
        self.run.address(&stored, found_on)?;
        self.progress.discovered(inside);
        if let Some(reach) = self.refused(&parsed, inside, kind) {
            self.answered.set(id);
            self.run.answer(id, &Answer::withheld(reach, now_ms()), None)?;
            return Ok(Some(id));
        }
        fresh.push(lease(stored));
        Ok(Some(id))
    }

    /// Why an address is not asked at all, told from its name and the plan.
    fn refused(&mut self, url: &Url, inside: bool, kind: LinkKind) -> Option<Reach> {
        use base::Withheld;
        if !self.scope.asks(url.as_str()) {
            return Some(Reach::Withheld(Withheld::OutOfScope));
        }
        if inside {
            if kind == LinkKind::Sitemap && url.path().contains("sitemap") {
                self.sitemaps += 1;
                return (self.sitemaps > bounds::MAX_SITEMAPS).then_some(Reach::Withheld(Withheld::Limit));
            }
            return None;
        }
        if self.plan.outgoing == Outgoing::List {
            return Some(Reach::Withheld(Withheld::OutOfScope));
        }
        let only_here = self.plan.outgoing == Outgoing::Auto && self.guard.start() != Zone::Public;
        withheld(url, &self.guard, only_here).map(Reach::Withheld)
    }

    fn trap(&mut self, url: &Url, found_on: Option<u32>, why: &'static str) -> Result<(), KeeperError> {
        let shape = checks::trap::shape(url);
        if let Some(trap) = self.trapped.get_mut(&shape) {
            trap.seen += 1;
            return Ok(());
        }
        if self.trapped.len() >= bounds::MAX_TRAPS {
            return Ok(());
        }
        let page = match found_on {
            Some(id) => self.run.addresses_from(id, 1)?.pop().map(|a| a.url).unwrap_or_default(),
            None => String::new(),
        };
        let example = url.as_str().chars().take(500).collect();
        self.trapped.insert(shape.clone(), Trap { shape, example, page, seen: 1, why });
        Ok(())
    }

    /// What was said of the start address; `None` while it waits.
    pub fn start_answer(&self) -> Result<Option<StartAnswer>, KeeperError> {
        let db = self.run.connection();
        let answer = db
            .query_row("select verdict, reach, final_url, mime from answer where address_id = 1", [], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get(3)?))
            })
            .optional()?;
        Ok(answer.and_then(|(verdict, reach, final_url, mime)| {
            Some(StartAnswer {
                verdict: Verdict::from_code(&verdict)?,
                reach: reach.parse().ok()?,
                final_url,
                mime,
            })
        }))
    }
}

/// How the start address answered.
pub struct StartAnswer {
    pub verdict: Verdict,
    pub reach: Reach,
    pub final_url: Option<String>,
    pub mime: Option<String>,
}

fn lease(stored: Stored) -> Lease {
    Lease {
        id: stored.id,
        url: stored.url,
        inside: stored.inside,
        depth: stored.depth,
        kind: LinkKind::from_code(&stored.kind).unwrap_or(LinkKind::Anchor),
        tries: 0,
        last: None,
        again: false,
    }
}
