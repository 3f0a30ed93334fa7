//! What is asked when everything that pages link to was asked: probes, attachments, the home page under other names.
//! Clauses N2.2, N2.3, N2.5.
//!
//! Plain GETs of addresses that change nothing, through the same gate and guard as all else. Reads the run file first
//! ([`Questions`]), asks ([`After::ask`]), and hands what it found to the end of the run; writes nothing itself.

mod attachments;
mod cloak;
mod pictures;
mod probes;
mod questions;

use std::sync::atomic::Ordering;
use std::time::Instant;

use base::{Finding, Reach};
use checks::Page;
use checks::charset;
use checks::rule::{Answered, Facts, Findings, ThreeFetches};
use http::{Method, header};
use tokio::sync::watch;
use url::Url;

pub use pictures::{PICTURED, Picture};
pub use questions::Questions;

use crate::evidence::{self, Record};
use crate::fetch::Fetched;
use crate::signs::seen_through;
use crate::trip::Identity;
use crate::visit::{Visitor, answered_of, now_ms};
use crate::wire::Want;

/// What was found afterwards.
#[derive(Default)]
pub struct Afterwards {
    pub findings: Vec<(Finding, Option<Record>)>,
    /// Pages as three visitors get them.
    pub fetches: Vec<ThreeFetches>,
    /// Attachments that were read.
    pub read: Vec<Url>,
    /// What could not be looked at, one sentence each.
    pub unchecked: Vec<String>,
    pub pictures: Vec<Picture>,
}

/// The stage after the crawl.
pub struct After<'v> {
    pub visitor: &'v Visitor,
    /// Turning true ends it early.
    pub stop: watch::Receiver<bool>,
    pub until: Option<Instant>,
}

impl After<'_> {
    pub async fn ask(&self, questions: &Questions) -> Afterwards {
        let mut found = Afterwards::default();
        self.cloak(questions, &mut found).await;
        self.attachments(questions, &mut found).await;
        self.scanner(&mut found).await;
        let scripts = self.visitor.scripts_left_out();
        if scripts > 0 {
            found.unchecked.push(format!("{scripts} 个脚本文件没有打开检查有无恶意代码"));
        }
        if self.visitor.plan.probes {
            self.probes(questions, &mut found).await;
        }
        self.pictures(questions, &mut found).await;
        found
    }

    /// Says where the scanner gave no word.
    async fn scanner(&self, found: &mut Afterwards) {
        let Some(clamd) = &self.visitor.plan.clamd else { return };
        let unscanned = self.visitor.unscanned.load(Ordering::Relaxed);
        let trouble = match clamd.greet().await {
            Some(trouble) => Some(trouble.to_string()),
            // One that went away in the middle.
            None if unscanned > 0 => clamd.ping().await.err().map(|trouble| trouble.to_string()),
            None => None,
        };
        if let Some(trouble) = trouble {
            found.unchecked.push(format!("{trouble}，{unscanned} 个页面和附件没有扫描病毒"));
        } else if unscanned > 0 {
            found.unchecked.push(format!("{unscanned} 个页面和附件病毒扫描没有结果"));
        }
    }

    /// Whether there is time for another request.
    fn goes_on(&self) -> bool {
        !*self.stop.borrow() && self.until.is_none_or(|until| Instant::now() < until)
    }

    /// Waits until there is no more time, or somebody wants the run to end.
    async fn over(&self) {
        let mut stop = self.stop.clone();
        let stopped = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                // Nobody can stop the run any more.
                std::future::pending::<()>().await;
            }
        };
        let late = async {
            match self.until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopped => {}
            () = late => {}
        }
    }

    /// Asks once, as politely as the crawl. `None`: robots.txt does not want it, or the run is to end.
    async fn get(&self, url: &Url, want: Want) -> Option<Fetched> {
        self.get_as(Identity::default(), url, want).await
    }

    /// The same under another name.
    async fn get_as(&self, identity: Identity, url: &Url, want: Want) -> Option<Fetched> {
        if !self.goes_on() {
            return None;
        }
        let host = self.visitor.fetcher.hosts.of(url)?;
        if self.visitor.plan.obey_robots && !self.visitor.robots(url, &host).await.allows(url) {
            return None;
        }
        host.gate.another_turn().await;
        let Visitor { fetcher, scope, .. } = self.visitor;
        let mut fetched = fetcher.fetch_as(identity, url, Method::GET, want, scope).await;
        fetched.reach = seen_through(&fetched);
        Some(fetched)
    }

    fn facts<'a>(&'a self, answer: Option<&'a Answered>) -> Facts<'a> {
        let plan = &self.visitor.plan;
        Facts { site: &self.visitor.site, answer, today: plan.today, known: &plan.known }
    }
}

impl Afterwards {
    /// Keeps what rules found in an answer, with the answer as evidence.
    fn keep(&mut self, found: Findings, url: &Url, fetched: &Fetched) {
        for finding in found.list {
            let record = evidence::of_answer(url.as_str(), fetched, now_ms()).ok();
            self.findings.push((finding, record));
        }
    }
}

/// An answer as rules see it, its reach already told from a firewall's.
fn answered(fetched: &Fetched) -> Answered {
    answered_of(fetched, 1)
}

/// Reads an answer as a page, where it is one.
fn with_page<T>(fetched: &Fetched, look: impl FnOnce(Option<&Page<'_>>) -> T) -> T {
    let mime = fetched.mime();
    let is_page = fetched.reach == Reach::Ok && mime.as_deref().is_none_or(|m| m.contains("html"));
    if !is_page {
        return look(None);
    }
    let content_type = fetched.header(header::CONTENT_TYPE);
    let decoded = charset::decode(&fetched.body, content_type.as_deref());
    look(Some(&Page::parse(fetched.url.clone(), &decoded.text, decoded.charset)))
}
