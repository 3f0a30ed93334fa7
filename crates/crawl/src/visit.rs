//! One visit: ask for an address, tell refusal from absence, ask again before believing, read what came. Clause N2.4.
//!
//! Knows nothing of the run file: the outcome goes to the keeper as a value.

mod ask;
mod conclude;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base::{Reach, Verdict, Withheld};
use checks::LinkKind;
use checks::rule::Site;
use http::Method;
use url::Url;

pub(crate) use conclude::answered_of;

use crate::bounds;
use crate::earlier::Before;
use crate::fetch::{Fetched, Fetcher};
use crate::frontier::{Frontier, Lease};
use crate::host::Host;
use crate::message::{Answer, Outcome};
use crate::plan::{Plan, Scope};
use crate::rendering::Rendering;
use crate::retry::next_try;
use crate::sheets::Sheets;
use crate::signs::{head_was_refused, names_a_file, seen_through};
use crate::wire::Want;

/// What all visits of a run share.
pub struct Visitor {
    pub plan: Arc<Plan>,
    pub scope: Scope,
    pub site: Site,
    pub fetcher: Arc<Fetcher>,
    pub frontier: Arc<Frontier>,
    /// Pages read or being read.
    pub pages: AtomicU64,
    /// Pages read.
    pub pages_read: AtomicU64,
    /// Bodies that the scanner gave no word on.
    pub unscanned: AtomicU64,
    /// Script files read, and those beyond the number that is read.
    scripts: AtomicU64,
    sheets: Sheets,
    records: AtomicU32,
    snapshots: Mutex<HashMap<&'static str, u32>>,
    pub rendering: Rendering,
}

/// Number of the start address.
const START: u32 = 1;

/// Rules whose findings are leaks: the page that shows one is no evidence to be passed on.
pub(crate) const KEPT_OUT: [&str; 2] = ["personal-data", "secrecy-mark"];

/// How an address is asked for.
struct Question {
    method: Method,
    want: Want,
    /// A place among the pages that may be read was taken.
    reads: bool,
}

impl Visitor {
    pub fn new(
        plan: Arc<Plan>,
        scope: Scope,
        site: Site,
        fetcher: Arc<Fetcher>,
        frontier: Arc<Frontier>,
        rendering: Rendering,
    ) -> Visitor {
        Visitor {
            rendering,
            plan,
            scope,
            site,
            fetcher,
            frontier,
            pages: AtomicU64::new(0),
            pages_read: AtomicU64::new(0),
            unscanned: AtomicU64::new(0),
            scripts: AtomicU64::new(0),
            sheets: Sheets::default(),
            records: AtomicU32::new(0),
            snapshots: Mutex::default(),
        }
    }

    /// Visits an address. `None` when it will be tried again later.
    pub async fn visit(&self, lease: Lease) -> Option<Outcome> {
        let url = Url::parse(&lease.url).ok();
        let Some((url, host)) = url.and_then(|url| Some((url.clone(), self.fetcher.hosts.of(&url)?))) else {
            return Some(self.withheld(lease, Reach::Withheld(Withheld::OutOfScope)));
        };
        if lease.inside && self.plan.obey_robots {
            let robots = self.robots(&url, &host).await;
            // Whether a site that cannot say is there at all must be told; its start page was named by the user.
            let asks_if_there = lease.id == START && robots.unavailable.is_some();
            if !robots.allows(&url) && !asks_if_there {
                self.frontier.leave_gate(&host.gate);
                return Some(self.withheld(lease, Reach::Withheld(Withheld::Robots)));
            }
        }
        if let Some(reach) = lease.last.filter(|_| host.is_down()) {
            self.frontier.leave_gate(&host.gate);
            return Some(self.conclude(lease, Fetched::without_answer(url, reach), false, None).await);
        }
        let Some(question) = self.question(&lease, &url) else {
            self.frontier.leave_gate(&host.gate);
            self.frontier.try_again(lease, Instant::now() + bounds::PAGE_PLACE);
            return None;
        };
        let before = self.before(&lease, &question);
        let conditions = before.as_ref().filter(|_| self.plan.clamd.is_none()).and_then(Before::conditions);
        let said = conditions.unwrap_or_default();
        let (method, want) = (question.method.clone(), question.want);
        let mut fetched = self.fetcher.fetch_for_page(said, &url, method, want, &self.scope).await;
        let mut unchanged = before.as_ref().and_then(|before| before.unchanged(&fetched));
        if fetched.status == Some(304) && before.is_some() && unchanged.is_none() {
            // Not modified since a time that is not known here, or of another address: asked for as if for the first time.
            host.gate.another_turn().await;
            fetched = self.fetcher.fetch(&url, Method::GET, question.want, &self.scope).await;
            unchanged = before.as_ref().and_then(|before| before.unchanged(&fetched));
        }
        if question.method == Method::HEAD && head_was_refused(&fetched) {
            host.gate.another_turn().await;
            fetched = self.fetcher.fetch(&url, Method::GET, Want::Head, &self.scope).await;
        }
        self.frontier.leave_gate(&host.gate);
        fetched.reach = seen_through(&fetched);
        let tries = lease.tries.saturating_add(1);
        let spacing = if host.is_down() { &[][..] } else { &self.plan.confirm_after };
        if let Some(wait) = next_try(fetched.reach, tries, fetched.retry_after, spacing) {
            let at = Instant::now() + wait;
            if fetched.retry_after.is_some() {
                host.gate.hold(at);
            }
            self.give_back_page(question.reads);
            self.frontier.try_again(Lease { tries, last: Some(fetched.reach), ..lease }, at);
            return None;
        }
        if matches!(fetched.reach, Reach::Refused | Reach::Timeout | Reach::NoRoute | Reach::NoSuchName) {
            host.note_unreachable();
        }
        let read = matches!(question.want, Want::Readable | Want::Whole);
        let broke_off = self.broke_off(&lease, &url, &host, fetched.reach).await;
        let mut outcome = self.conclude(Lease { tries, ..lease }, fetched, read, unchanged).await;
        if broke_off {
            outcome.answer.broke_off = true;
            outcome.answer.verdict = Verdict::Transient;
        }
        if !outcome.answer.page {
            self.give_back_page(question.reads);
        } else if question.reads {
            self.pages_read.fetch_add(1, Ordering::Relaxed);
        }
        Some(outcome)
    }

    /// Whether a failure may be the host's, which broke off in the middle of the run, and not the address's: such an
    /// address is asked for again at the end, and is dead only if its host answers then.
    async fn broke_off(&self, lease: &Lease, url: &Url, host: &Host, reach: Reach) -> bool {
        let cut = matches!(reach, Reach::Refused | Reach::Reset | Reach::Timeout | Reach::NoRoute);
        if !cut || !host.has_answered() {
            return false;
        }
        if !lease.again {
            return true;
        }
        if host.is_gone.load(Ordering::Relaxed) {
            return true;
        }
        let Ok(root) = url.join("/") else { return false };
        host.gate.another_turn().await;
        let answers = self.fetcher.fetch(&root, Method::HEAD, Want::Head, &self.scope).await.status.is_some();
        host.is_gone.store(!answers, Ordering::Relaxed);
        !answers
    }

    /// Script files of the site that were not read.
    pub fn scripts_left_out(&self) -> u64 {
        self.scripts.load(Ordering::Relaxed).saturating_sub(bounds::SCRIPTS_READ)
    }

    fn withheld(&self, lease: Lease, reach: Reach) -> Outcome {
        let answer = Answer::withheld(reach, now_ms());
        Outcome {
            lease,
            answer,
            read: None,
            read_at: None,
            findings: vec![],
            kept: None,
            evidence: None,
            conversion: None,
        }
    }

    /// How to ask for an address. `None`: later, for whether there is room for one more page is not known yet.
    fn question(&self, lease: &Lease, url: &Url) -> Option<Question> {
        let page_like = !lease.kind.is_resource() && !names_a_file(url);
        if lease.inside
            && lease.kind == LinkKind::ScriptFile
            && self.scripts.fetch_add(1, Ordering::Relaxed) < bounds::SCRIPTS_READ
        {
            return Some(Question { method: Method::GET, want: Want::Whole, reads: false });
        }
        let reads = lease.inside && (page_like || lease.kind == LinkKind::Style) && self.may_read(lease, url);
        if reads && (!page_like || self.take_page()) {
            return Some(Question { method: Method::GET, want: Want::Readable, reads: page_like });
        }
        // A page of somebody else is looked at: what is behind an old link may have changed hands.
        if !lease.inside && page_like {
            return Some(Question { method: Method::GET, want: Want::Look, reads: false });
        }
        // Places are held by what may turn out to be no page.
        let later =
            reads && self.plan.pages.is_some_and(|most| self.pages_read.load(Ordering::Relaxed) < most);
        (!later).then_some(Question { method: Method::HEAD, want: Want::Head, reads: false })
    }

    /// What an earlier run knows of a page that is to be read. The home page is always read anew.
    fn before(&self, lease: &Lease, question: &Question) -> Option<Before<'_>> {
        let earlier = self.plan.earlier.as_ref().filter(|_| question.reads && lease.depth > 0)?;
        earlier.before(&lease.url)
    }

    fn may_read(&self, lease: &Lease, url: &Url) -> bool {
        let deep = self.plan.depth.is_some_and(|most| lease.depth > most);
        // The start page is always read, and style sheets and lists of pages are no pages that patterns could mean.
        let always = lease.depth == 0 && lease.kind == LinkKind::Anchor;
        let no_page = matches!(lease.kind, LinkKind::Style | LinkKind::Sitemap);
        // A page's scripts belong to it, however deep it lies.
        lease.kind == LinkKind::ScriptFile || !deep && (always || no_page || self.scope.reads(url))
    }

    fn take_page(&self) -> bool {
        let Some(most) = self.plan.pages else {
            self.pages.fetch_add(1, Ordering::Relaxed);
            return true;
        };
        self.pages.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < most).then_some(n + 1)).is_ok()
    }

    fn give_back_page(&self, taken: bool) {
        if taken {
            self.pages.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The day in China, where the sites and their readers are.
pub fn beijing_today() -> jiff::civil::Date {
    in_beijing(jiff::Timestamp::now())
}

/// The day in China at that moment.
pub(crate) fn in_beijing(at: jiff::Timestamp) -> jiff::civil::Date {
    const BEIJING: jiff::tz::Offset = jiff::tz::offset(8);
    BEIJING.to_datetime(at).date()
}

/// Milliseconds since 1970-01-01 UTC.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}
