//! What a visit concludes from a final answer: reading, findings, evidence. Clauses N2.4, N2.5.
//!
//! Asks for no address but through `ask`; the outcome is a plain value.

use std::sync::atomic::Ordering;

use base::{Reach, Verdict};
use checks::LinkKind;
use checks::look::target::TargetLook;
use checks::rule::{Answered, SoftSign};
use http::header;
use url::Url;

use super::{KEPT_OUT, Visitor, now_ms};
use crate::bounds;
use crate::earlier::{self, Unchanged};
use crate::evidence::{self, Record};
use crate::fetch::Fetched;
use crate::frontier::Lease;
use crate::lock;
use crate::message::{Answer, Outcome, Took};
use crate::read::{Desk, ReadAs, Reading, read_as};
use crate::rendering::Drawn;
use crate::sheets::sheet_of;
use crate::signs::upgrades_parts;

impl Visitor {
    /// Makes the outcome of a final answer. `read`: it was asked for to be read, so its body is there, and a page of
    /// it counts among those that may be read. `unchanged`: what an earlier run read in the same page.
    pub(super) async fn conclude(
        &self,
        lease: Lease,
        fetched: Fetched,
        read: bool,
        unchanged: Option<Unchanged>,
    ) -> Outcome {
        let at = now_ms();
        let mime = unchanged.as_ref().map_or_else(|| fetched.mime(), |same| same.mime.clone());
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
        let how = match &unchanged {
            Some(_) => Some(ReadAs::Page).filter(|_| reads),
            None if reads => read_as(lease.kind, mime.as_deref(), &fetched.body),
            None => None,
        };
        let mut reading = None;
        let (mut kept, mut copied) = (None, None);
        let not_modified = unchanged.as_ref().is_some_and(|same| same.kept.took == Some(Took::NotModified));
        if let Some(same) = unchanged.as_ref().filter(|_| not_modified) {
            (answered.status, answered.bytes, answered.mime) = (Some(200), same.bytes, mime.clone());
        }
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
            // What the scanner finds in a page is for the rules to tell, whether or not it was there before.
            let same = unchanged.filter(|_| answered.safety.malware.is_none());
            let mut result = match same {
                Some(same) => {
                    (kept, copied) = (Some(same.kept), same.record);
                    Some(same.reading)
                }
                None => read(None),
            };
            if result.as_ref().is_some_and(|r| self.rendering.wants(r, &answered)) {
                let (state, html) = self.rendering.render(&fetched).await;
                drawn = Some(state);
                if let Some(html) = &html {
                    result = read(Some(html));
                }
                document = html;
            }
            if drawn.is_none() && kept.is_none() {
                kept = result.as_ref().and_then(|reading| earlier::kept(&fetched, &answered, reading));
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
        // Of what did not come again, the record is the earlier run's.
        let evidence = if not_modified {
            copied
        } else {
            self.evidence(&lease, &fetched, &answered, reading.as_ref(), drawn, at)
        };
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
            kept,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_costs_one_page() {
        assert_eq!(contained(|| 7), Some(7));
        assert_eq!(contained(|| -> u8 { [0u8; 0].iter().copied().max().unwrap() }), None);
    }
}
