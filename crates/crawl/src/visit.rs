//! One visit: ask for an address, tell refusal from absence, ask again before believing, read what came. Clause N2.4.
//!
//! Knows nothing of the run file: the outcome goes to the keeper as a value.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base::{Reach, Verdict, Withheld};
use checks::LinkKind;
use checks::conceal::{SheetFile, Wanted};
use checks::look::target::TargetLook;
use checks::rule::{Answered, Site, SoftSign};
use http::{Method, header};
use url::Url;

use crate::bounds;
use crate::evidence::{self, Record};
use crate::fetch::{Fetched, Fetcher};
use crate::frontier::{Frontier, Lease};
use crate::host::Host;
use crate::lock;
use crate::message::{Answer, Outcome};
use crate::plan::{Plan, Scope};
use crate::random::{MADE_UP, RandomAnswer, made_up};
use crate::read::{Desk, Reading, read_as};
use crate::rendering::{Drawn, Rendering};
use crate::retry::next_try;
use crate::robots::Robots;
use crate::sheets::{Sheets, sheet_of};
use crate::signs::{head_was_refused, names_a_file, seen_through, upgrades_parts};
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
            return Some(self.conclude(lease, Fetched::without_answer(url, reach), false).await);
        }
        let Some(question) = self.question(&lease, &url) else {
            self.frontier.leave_gate(&host.gate);
            self.frontier.try_again(lease, Instant::now() + bounds::PAGE_PLACE);
            return None;
        };
        let mut fetched = self.fetcher.fetch(&url, question.method.clone(), question.want, &self.scope).await;
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
        let mut outcome = self.conclude(Lease { tries, ..lease }, fetched, read).await;
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

    /// Makes the outcome of a final answer. `read`: it was asked for to be read, so its body is there, and a page of
    /// it counts among those that may be read.
    async fn conclude(&self, lease: Lease, fetched: Fetched, read: bool) -> Outcome {
        let at = now_ms();
        let mime = fetched.mime();
        let content_type = fetched.header(header::CONTENT_TYPE);
        let own = self.scope.owns(&fetched.url);
        let mut answered = answered_of(&fetched, lease.tries.max(1));
        if lease.depth == 0 {
            answered.safety.certificate_ends = self.certificate_ends(&fetched.url);
            answered.safety.missing = missing_protections(&fetched);
        }
        let whole = matches!(fetched.reach, Reach::Ok | Reach::TooLarge) && fetched.method == "GET";
        if read
            && lease.kind == LinkKind::Style
            && let Some(place) = self.sheets.place(&fetched.url)
        {
            // Where a page has asked for it meanwhile, that answer stands.
            drop(place.set(sheet_of(&fetched)));
        }
        let reads = read && whole && own && self.may_read(&lease, &fetched.url);
        let how = if reads { read_as(lease.kind, mime.as_deref(), &fetched.body) } else { None };
        let mut reading = None;
        let (mut drawn, mut document) = (None, None);
        if how.is_some() {
            answered.safety.malware = self.scan(&fetched.body).await;
        }
        if let Some(how) = how {
            let random = self.random(&fetched.url).await;
            let asked = Url::parse(&lease.url).unwrap_or_else(|_| fetched.url.clone());
            let desk = Desk {
                scope: &self.scope,
                site: &self.site,
                random: random.answer(),
                asked: &asked,
                today: self.plan.today,
                known: &self.plan.known,
                keeps_look: lease.depth <= bounds::LOOKS_DEPTH
                    && self.pages_read.load(Ordering::Relaxed) < bounds::LOOKS_KEPT,
                forms: self.plan.probes,
            };
            let read = |rendered: Option<&str>| {
                let content_type = content_type.as_deref();
                let read = || desk.read(&fetched.url, how, &fetched.body, content_type, &answered, rendered);
                let long = fetched.body.len().max(rendered.map_or(0, str::len)) > bounds::LONG_PARSE;
                if long { tokio::task::block_in_place(|| contained(read)) } else { contained(read) }
            };
            let mut result = read(None);
            if result.as_ref().is_some_and(|r| self.rendering.wants(r, &answered)) {
                let (state, html) = self.rendering.render(&fetched).await;
                drawn = Some(state);
                if let Some(html) = &html {
                    result = read(Some(html));
                }
                document = html;
            }
            if let Some(reading) = &mut result
                && let Some(wanted) = reading.wanted.take()
            {
                let sheets = self.sheets(&wanted).await;
                if sheets.iter().any(|(_, sheet)| sheet.may_hide(&wanted)) {
                    let again = || {
                        let (content_type, html) = (content_type.as_deref(), document.as_deref());
                        let found = &mut reading.findings;
                        desk.judge_again(
                            &fetched.url,
                            &fetched.body,
                            content_type,
                            &answered,
                            html,
                            sheets,
                            found,
                        );
                    };
                    let long = fetched.body.len() > bounds::LONG_PARSE;
                    if long {
                        tokio::task::block_in_place(|| contained(again))
                    } else {
                        contained(again)
                    };
                }
            }
            match result {
                Some(result) => {
                    answered.soft_404 = result.soft;
                    reading = Some(result);
                }
                // Our fault, not the site's: nothing is said of the page.
                None => answered.verdict = Verdict::Undecided,
            }
        } else if whole && own && self.ends_at_random(&fetched).await {
            answered.soft_404 = Some(SoftSign::SameAsRandom);
        }
        let look = (whole && !own).then(|| target_look(&fetched)).flatten();
        if answered.soft_404.is_some() {
            answered.verdict = Verdict::Wrong;
        }
        let evidence = self.evidence(&lease, &fetched, &answered, reading.as_ref(), drawn, at);
        let conversion = document
            .zip(evidence.as_ref())
            .and_then(|(html, first)| evidence::of_rendered(fetched.url.as_str(), first, &html, at).ok());
        let (charset, title, is_page) = reading
            .as_ref()
            .map_or((None, None, false), |r| (r.is_page.then_some(r.charset), r.title.clone(), r.is_page));
        let final_url = (!fetched.chain.is_empty()).then(|| fetched.url.to_string());
        let answer = Answer {
            verdict: answered.verdict,
            reach: answered.reach,
            status: answered.status,
            final_url: final_url.clone(),
            chain: answered.chain,
            mime,
            charset,
            title,
            bytes: answered.bytes,
            took_ms: answered.took_ms,
            attempts: answered.attempts,
            at,
            page: is_page,
            soft: answered.soft_404,
            tls_fault: answered.tls_fault,
            rendered: drawn,
            broke_off: false,
            look,
        };
        let soft = answer.soft.is_some();
        let (read, findings) = reading.map_or((None, Vec::new()), |r| (Some(r.read), r.findings));
        // An error page's links are the error page's, not the site's.
        let read = read.filter(|_| !soft);
        Outcome {
            lease,
            answer,
            read_at: final_url.filter(|_| read.is_some()),
            read,
            findings,
            evidence,
            conversion,
        }
    }

    /// Last day of the certificate that a host showed.
    fn certificate_ends(&self, url: &Url) -> Option<jiff::civil::Date> {
        self.fetcher.hosts.of(url)?.tls.get()?.ends()
    }

    /// The scanner's name for what is in a body; `None` where no scanner was named, or it knows nothing or is away.
    pub(crate) async fn scan(&self, body: &[u8]) -> Option<String> {
        let word = self.plan.clamd.as_ref()?.word(body).await;
        if word.is_none() {
            self.unscanned.fetch_add(1, Ordering::Relaxed);
        }
        word.flatten()
    }

    /// The style sheets that a page wants, as far as they can be had; each is asked for once.
    async fn sheets(&self, wanted: &Wanted) -> Vec<(Url, Arc<SheetFile>)> {
        let mut out = Vec::new();
        for url in &wanted.sheets {
            let Some(place) = self.sheets.place(url) else { continue };
            let sheet = place.get_or_init(|| self.ask_sheet(url)).await;
            out.extend(sheet.as_ref().map(|sheet| (url.clone(), Arc::clone(sheet))));
        }
        out
    }

    async fn ask_sheet(&self, url: &Url) -> Option<Arc<SheetFile>> {
        let host = self.fetcher.hosts.of(url)?;
        if self.plan.obey_robots && !self.robots(url, &host).await.allows(url) || host.is_down() {
            return None;
        }
        host.gate.another_turn().await;
        let fetched = self.fetcher.fetch(url, Method::GET, Want::Readable, &self.scope).await;
        if self.scope.owns(&fetched.url) { sheet_of(&fetched) } else { None }
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

    /// What robots.txt of a host says; asked once.
    pub async fn robots<'h>(&self, url: &Url, host: &'h Host) -> &'h Robots {
        host.robots
            .get_or_init(|| async {
                let Ok(there) = url.join("/robots.txt") else { return Robots::allow_all() };
                host.gate.another_turn().await;
                let ask = || self.fetcher.fetch(&there, Method::GET, Want::Readable, &self.scope);
                let mut robots = Robots::read(&ask().await, "Xunwang");
                for wait in &self.plan.confirm_after {
                    if robots.unavailable.is_none() {
                        break;
                    }
                    tokio::time::sleep(*wait).await;
                    host.gate.another_turn().await;
                    robots = Robots::read(&ask().await, "Xunwang");
                }
                if let Some(delay) = robots.delay.filter(|_| self.plan.obey_robots) {
                    host.gate.space(delay);
                }
                robots
            })
            .await
    }

    /// What the host of a page answers to made-up addresses; asked once a host.
    async fn random(&self, url: &Url) -> RandomOf {
        let Some(host) = self.fetcher.hosts.of(url) else { return RandomOf(None) };
        host.random.get_or_init(|| self.ask_random(url, &host)).await;
        RandomOf(Some(host))
    }

    async fn ask_random(&self, url: &Url, host: &Host) -> RandomAnswer {
        let mut prints = checks::soft::RandomAnswers::default();
        let mut redirected_to = None;
        for number in 0..MADE_UP {
            let Some(there) = made_up(url, number) else { break };
            host.gate.another_turn().await;
            let fetched = self.fetcher.fetch(&there, Method::GET, Want::Readable, &self.scope).await;
            if fetched.reach != Reach::Ok || seen_through(&fetched) != Reach::Ok {
                break;
            }
            if !fetched.chain.is_empty() {
                redirected_to = Some(fetched.url.clone());
            }
            let content_type = fetched.header(header::CONTENT_TYPE);
            prints.learn(crate::read::fingerprint(&fetched.url, &fetched.body, content_type.as_deref()));
        }
        if prints.is_empty() && redirected_to.is_none() {
            return RandomAnswer::Honest;
        }
        RandomAnswer::Page { redirected_to, prints }
    }

    /// Whether redirects led where an address made up at random is led as well.
    async fn ends_at_random(&self, fetched: &Fetched) -> bool {
        if fetched.chain.is_empty() {
            return false;
        }
        let random = self.random(&fetched.url).await;
        matches!(random.answer(), RandomAnswer::Page { redirected_to: Some(end), .. } if *end == fetched.url)
    }

    fn evidence(
        &self,
        lease: &Lease,
        fetched: &Fetched,
        answered: &Answered,
        reading: Option<&Reading>,
        drawn: Option<Drawn>,
        at: i64,
    ) -> Option<Record> {
        let faulty = !matches!(answered.verdict, Verdict::Ok | Verdict::Undecided);
        // A leak must not be copied: no page with one is kept.
        let leaks = || reading.is_some_and(|r| r.findings.iter().any(|f| KEPT_OUT.contains(&f.rule)));
        let shown =
            || reading.is_some_and(|r| r.findings.iter().any(|f| self.takes_snapshot(f.rule))) && !leaks();
        let drawn = || drawn == Some(Drawn::Yes) && !leaks();
        if !faulty && answered.tls_fault.is_none() && !drawn() && !shown() {
            return None;
        }
        if self.records.fetch_add(1, Ordering::Relaxed) >= bounds::MAX_EVIDENCE {
            return None;
        }
        evidence::of_answer(&lease.url, fetched, at).ok()
    }

    fn takes_snapshot(&self, rule: &'static str) -> bool {
        let mut taken = lock(&self.snapshots);
        let count = taken.entry(rule).or_insert(0);
        *count += 1;
        *count <= bounds::MAX_SNAPSHOTS_A_RULE
    }
}

impl Answer {
    /// The answer of an address that was not asked.
    pub fn withheld(reach: Reach, at: i64) -> Answer {
        Answer {
            verdict: reach.verdict(),
            reach,
            status: None,
            final_url: None,
            chain: vec![],
            mime: None,
            charset: None,
            title: None,
            bytes: 0,
            took_ms: 0,
            attempts: 0,
            at,
            page: false,
            soft: None,
            tls_fault: None,
            rendered: None,
            broke_off: false,
            look: None,
        }
    }
}

/// An answer as rules see it.
pub(crate) fn answered_of(fetched: &Fetched, attempts: u8) -> Answered {
    Answered {
        reach: fetched.reach,
        verdict: fetched.reach.verdict(),
        status: fetched.status,
        chain: fetched.chain.clone(),
        mime: fetched.mime(),
        bytes: fetched.body.len() as u64,
        took_ms: fetched.took_ms,
        soft_404: None,
        tls_fault: fetched.tls_fault,
        upgrades_parts: upgrades_parts(fetched),
        attempts,
        safety: Default::default(),
    }
}

/// What a page of somebody else is, in a few values.
fn target_look(fetched: &Fetched) -> Option<TargetLook> {
    if !fetched.mime().is_some_and(|mime| mime.contains("html")) {
        return None;
    }
    let content_type = fetched.header(header::CONTENT_TYPE);
    let decoded = checks::charset::decode(&fetched.body, content_type.as_deref());
    let page = checks::Page::parse(fetched.url.clone(), &decoded.text, decoded.charset);
    contained(|| checks::look::target::summary(&page))
}

/// Protections that the header of an answer does not ask browsers for.
fn missing_protections(fetched: &Fetched) -> Vec<checks::headers::Protection> {
    let fields: Vec<(&str, &str)> = fetched
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    checks::headers::missing(fetched.url.scheme() == "https", &fields)
}

/// Runs a reading so that a fault of ours in one page costs that page and not the run. The panic itself has been
/// told on standard error.
fn contained<T>(read: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok()
}

/// Keeps a host alive while its random answer is looked at.
struct RandomOf(Option<Arc<Host>>);

impl RandomOf {
    fn answer(&self) -> &RandomAnswer {
        const HONEST: &RandomAnswer = &RandomAnswer::Honest;
        self.0.as_ref().and_then(|host| host.random.get()).unwrap_or(HONEST)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_costs_one_page() {
        assert_eq!(contained(|| 7), Some(7));
        assert_eq!(contained(|| -> u8 { [0u8; 0].iter().copied().max().unwrap() }), None);
    }
}
